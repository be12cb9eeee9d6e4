package git

import (
	"bytes"
	"context"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/git/gittest"
)

const benchCommits = 50_000

// large is a generated repository of benchCommits, made once for all benchmarks.
var large = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "orrery-git-bench-")
	if err != nil {
		return "", err
	}
	return dir, gittest.Generate(context.Background(), dir, benchCommits, 3000, 1)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if benched {
		if dir, err := large(); err == nil {
			_ = os.RemoveAll(dir)
		}
	}
	os.Exit(code)
}

var benched bool

func benchRepository(b *testing.B) *repository {
	b.Helper()
	needGit(b)
	benched = true
	dir, err := large()
	if err != nil {
		b.Fatal(err)
	}
	repo, err := open(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	return repo
}

// count is a sink that keeps nothing.
type count struct{ activities, links int }

func (c *count) Activity(context.Context, *orrery.Activity) error      { c.activities++; return nil }
func (c *count) Link(context.Context, orrery.Link) error               { c.links++; return nil }
func (c *count) Affiliation(context.Context, orrery.Affiliation) error { return nil }
func (c *count) Skip(context.Context, collect.Skipped) error           { return nil }
func (c *count) Progress(collect.Progress)                             {}
func (c *count) Complete()                                             {}

// BenchmarkLogAlone is what git needs for what Collect asks of it, thrown away.
func BenchmarkLogAlone(b *testing.B) {
	repo := benchRepository(b)
	for b.Loop() {
		err := repo.stream(b.Context(), []byte("HEAD\n"), func(_ context.Context, in io.Reader) error {
			_, err := io.Copy(io.Discard, in)
			return err
		}, logArgs...)
		if err != nil {
			b.Fatal(err)
		}
	}
	perCommit(b)
}

// BenchmarkCollect is the whole connector, into a sink that keeps nothing.
func BenchmarkCollect(b *testing.B) {
	repo := benchRepository(b)
	for b.Loop() {
		to := &count{}
		if _, err := New(repo.dir, Options{}).Collect(b.Context(), nil, to); err != nil {
			b.Fatal(err)
		}
		if to.activities < benchCommits || to.links == 0 {
			b.Fatalf("got %+v", *to)
		}
	}
	perCommit(b)
}

// BenchmarkNothingNew is a second import of an unchanged repository.
func BenchmarkNothingNew(b *testing.B) {
	repo := benchRepository(b)
	s, err := repo.state(b.Context(), false)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := New(repo.dir, Options{}).Collect(b.Context(), s.cursor(), &count{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParse is the connector's own part: from git's output to the sink.
func BenchmarkParse(b *testing.B) {
	repo := benchRepository(b)
	var out bytes.Buffer
	err := repo.stream(b.Context(), []byte("HEAD\n"), func(_ context.Context, in io.Reader) error {
		_, err := out.ReadFrom(in)
		return err
	}, logArgs...)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(out.Len()))
	for b.Loop() {
		to := &count{}
		e := newEmitter(time.Unix(1_700_000_000, 0), to)
		if err := (records{each: e.commit}).read(b.Context(), bytes.NewReader(out.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
	perCommit(b)
}

func perCommit(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchCommits, "ns/commit")
	b.ReportMetric(benchCommits*float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

func needGit(tb testing.TB) {
	tb.Helper()
	if !gittest.Available() {
		tb.Skip("git is not installed")
	}
}
