package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/csv"
	"orrery.dev/orrery/internal/collect/git/gittest"
	"orrery.dev/orrery/internal/collect/ndjson"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/simulate"
)

func benchCSV(ctx context.Context, b *bench, n int) error {
	return b.benchFile(ctx, "csv", n, "who,when,kind,object\n", func(dst []byte, a *orrery.Activity) []byte {
		return fmt.Appendf(dst, "%s,%d,%s,%s\n", a.Actor.Value, a.At.Unix(), a.Kind, a.Object.ID)
	}, func(path string) collect.Connector { return csv.New(path, csv.Options{Now: b.app.clock()}) })
}

func benchNDJSON(ctx context.Context, b *bench, n int) error {
	return b.benchFile(ctx, "ndjson", n, "", ndjson.Append,
		func(path string) collect.Connector { return ndjson.New(path, ndjson.Options{Now: b.app.clock()}) })
}

// benchFile measures an import of a file against its connector alone, which
// reads and understands it and stores nothing.
func (b *bench) benchFile(ctx context.Context, kind string, n int, head string, appendRow func([]byte, *orrery.Activity) []byte, connect func(string) collect.Connector) error {
	dir := filepath.Join(b.dir, kind)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "bulk."+kind)
	if err := b.writeFile(path, n, head, appendRow); err != nil {
		return err
	}
	parse, err := median(3, func() error {
		to := &nowhere{}
		c := connect(path)
		if _, err := c.Source(ctx); err != nil {
			return err
		}
		if _, err := c.Collect(ctx, nil, to); err != nil {
			return err
		}
		if to.activities != n {
			return fmt.Errorf("%d rows of %d were read", to.activities, n)
		}
		return nil
	})
	if err != nil {
		return err
	}
	round := 0
	whole, err := median(3, func() error {
		round++
		data := filepath.Join(dir, fmt.Sprint("data", round))
		s, err := flow.Open(ctx, flow.Config{Dir: data, Clock: b.app.clock, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		result, err := s.Import(ctx, connect(path), flow.ImportPlan{})
		if err == nil && result.Added != int64(n) {
			err = fmt.Errorf("%d rows of %d were added", result.Added, n)
		}
		return errors.Join(err, s.Close(ctx))
	})
	if err != nil {
		return err
	}
	return b.report(measure{
		Name: kind, N: n, Value: rate(n, whole), Unit: "rows/s",
		Baseline: rate(n, parse), limit: "the parser alone",
	})
}

func (b *bench) writeFile(path string, n int, head string, appendRow func([]byte, *orrery.Activity) []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(file, 1<<20)
	_, err = w.WriteString(head)
	var row []byte
	for a := range simulate.Bulk(benchSeed, peopleOf(n), n, orrery.DayOf(b.app.clock())) {
		row = appendRow(row[:0], a)
		if _, writeErr := w.Write(row); writeErr != nil {
			err = errors.Join(err, writeErr)
			break
		}
	}
	return errors.Join(err, w.Flush(), file.Close())
}

// gitFields is what the connector reads of a commit.
var gitFields = []string{
	"--no-pager", "log", "-z", "--date=raw",
	"--format=tformat:%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%s%x00%b", "HEAD",
}

func benchGit(ctx context.Context, b *bench, commits int) error {
	const rounds, commitsAPerson = 5, 16
	if !gittest.Available() {
		fmt.Fprintln(b.app.err, "git is not installed: left out.")
		return nil
	}
	dir := filepath.Join(b.dir, "git")
	defer os.RemoveAll(dir)
	repo := filepath.Join(dir, "orbit")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := gittest.Generate(ctx, repo, commits, max(1, commits/commitsAPerson), benchSeed); err != nil {
		return err
	}
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	var imports, agains, logs []time.Duration
	for round := range rounds {
		data := filepath.Join(dir, fmt.Sprint("data", round))
		args := []string{"import", "git", repo, "--data", data, "--json"}
		for _, took := range []*[]time.Duration{&imports, &agains} {
			d, err := timed(func() error { return run(ctx, binary, args...) })
			if err != nil {
				return err
			}
			*took = append(*took, d)
		}
		d, err := timed(func() error { return gittest.Git(ctx, repo, nil, gitFields...) })
		if err != nil {
			return err
		}
		logs = append(logs, d)
	}
	whole, again, log := quantile(imports, .5), quantile(agains, .5), quantile(logs, .5)
	return errors.Join(
		b.report(measure{
			Name: "git", N: commits, Value: milliseconds(whole), Unit: "ms",
			Baseline: milliseconds(log), limit: "git log with the same fields, thrown away",
		}),
		b.report(measure{
			Name: "git_again", N: commits, Value: milliseconds(again), Unit: "ms",
			Baseline: milliseconds(whole), limit: "the first import",
		}),
	)
}
