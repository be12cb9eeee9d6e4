package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/store/rows"
)

func benchImport(ctx context.Context, b *bench, n int) error {
	w, err := b.worldOf(ctx, n)
	if err != nil {
		return err
	}
	generate, err := timed(func() error {
		for range simulate.Bulk(benchSeed, peopleOf(n), n, orrery.DayOf(b.app.clock())) { //nolint:revive // the loop is what is measured
		}
		return nil
	})
	if err != nil {
		return err
	}
	byRow, _, err := b.appendRows(min(n, rowsAtMost))
	if err != nil {
		return err
	}
	return b.report(measure{
		Name: "import", N: n, Value: rate(n, w.took-generate), Unit: "rows/s",
		Baseline: byRow, limit: "a row each in SQLite, without identities and field",
	})
}

func benchReplay(ctx context.Context, b *bench, n int) error {
	w, err := b.worldOf(ctx, n)
	if err != nil {
		return err
	}
	// As of a day after all, the state is built anew from every block.
	const ever = orrery.Day(math.MaxInt32)
	orbits := 0
	took, err := median(3, func() error {
		runtime.GC()
		return w.system.ReadAsOf(ctx, ever, func(st *flow.State) error {
			orbits = st.Engine.Len()
			return nil
		})
	})
	if err != nil {
		return err
	}
	rules := b.benchRules()
	memory := crowd(max(1, orbits), max(1, n/max(1, orbits)), len(rules))
	alone, err := median(3, func() error {
		runtime.GC()
		field.Build(rules, func(yield func([]field.Row) bool) { yield(memory) })
		return nil
	})
	if err != nil {
		return err
	}
	const million = 1e6
	return b.report(measure{
		Name: "replay", N: n, Value: rate(n, took) / million, Unit: "M rows/s",
		Baseline: rate(len(memory), alone) / million, limit: "the field alone, its rows in memory",
	})
}

const timelinePage = 50

func benchTimeline(ctx context.Context, b *bench, n int) error {
	const (
		looks    = 1000
		fewLooks = 50 // after patience has run out
		patience = 20 * time.Second
	)
	w, err := b.worldOf(ctx, n)
	if err != nil {
		return err
	}
	path := filepath.Join(b.dir, "rows.db")
	defer os.Remove(path)
	store, err := rows.Open(path)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := b.fillRows(store, min(n, rowsAtMost)); err != nil {
		return err
	}
	for _, who := range []struct {
		name   string
		evenly bool
	}{{"timeline", true}, {"timeline_active", false}} {
		ids, err := w.someOf(ctx, looks, who.evenly)
		if err != nil {
			return err
		}
		if who.evenly { // the first look reads what later ones need
			first, err := timed(func() error { return w.look(ctx, ids[0]) })
			if err != nil {
				return err
			}
			if err := b.report(measure{Name: "timeline_first", N: n, Value: milliseconds(first), Unit: "ms", limit: "–"}); err != nil {
				return err
			}
		}
		var ours, theirs []time.Duration
		for began := time.Now(); len(ours) < looks && (len(ours) < fewLooks || time.Since(began) < patience); {
			id := ids[len(ours)]
			took, err := timed(func() error { return w.look(ctx, id) })
			if err != nil {
				return err
			}
			ours = append(ours, took)
			took, err = timed(func() error {
				_, err := store.Timeline(id, timelinePage)
				return err
			})
			if err != nil {
				return err
			}
			theirs = append(theirs, took)
		}
		const limit = "the index of a row each in SQLite, 300,000 rows at most"
		err = errors.Join(
			b.report(measure{
				Name: who.name + "_p50", N: n, Value: milliseconds(quantile(ours, .5)), Unit: "ms",
				Baseline: milliseconds(quantile(theirs, .5)), limit: limit,
			}),
			b.report(measure{
				Name: who.name + "_p99", N: n, Value: milliseconds(quantile(ours, .99)), Unit: "ms",
				Baseline: milliseconds(quantile(theirs, .99)), limit: limit,
			}),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// look reads the newest activities of somebody.
func (w *world) look(ctx context.Context, id orrery.IdentityID) error {
	list, err := w.system.Recent(ctx, []orrery.IdentityID{id}, 0, time.Time{}, timelinePage)
	if err == nil && len(list) == 0 {
		return fmt.Errorf("identity %d has no timeline", id)
	}
	return err
}

func benchRestart(ctx context.Context, b *bench, n int) error {
	w, err := b.worldOf(ctx, n)
	if err != nil {
		return err
	}
	if err := w.system.Read(ctx, func(*flow.State) error { return nil }); err != nil {
		return err
	}
	if err := w.rest(ctx); err != nil {
		return err
	}
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	took, err := median(5, func() error { return run(ctx, binary, "members", "--limit", "20", "--data", w.dir) })
	if err != nil {
		return err
	}
	read, err := median(5, func() error {
		_, err := os.ReadFile(filepath.Join(w.dir, "field.snapshot"))
		return err
	})
	if err != nil {
		return err
	}
	return b.report(measure{
		Name: "restart", N: n, Value: milliseconds(took), Unit: "ms",
		Baseline: milliseconds(read), limit: "reading the snapshot's file",
	})
}

// run runs a program to its end.
func run(ctx context.Context, program string, args ...string) error {
	if out, err := exec.CommandContext(ctx, program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %.300s", filepath.Base(program), args[0], err, out)
	}
	return nil
}
