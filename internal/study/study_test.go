package study

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"orrery.dev/orrery"
)

// desk is a shelf over data that a test moves by hand.
type desk struct {
	*Shelf
	generation atomic.Int64
	now        atomic.Int64 // seconds
	runs       atomic.Int32
	fail       atomic.Bool
	gate       chan struct{}
}

func newDesk(t *testing.T, dir string) *desk {
	t.Helper()
	d := &desk{}
	d.now.Store(1_700_000_000)
	d.generation.Store(1)
	d.Shelf = NewShelf(Config{
		Dir: dir, Clock: func() time.Time { return time.Unix(d.now.Load(), 0) }, Log: slog.New(slog.DiscardHandler),
		Generation: func(context.Context) (int64, error) { return d.generation.Load(), nil },
	}, []Study{{Name: "sum", Version: 1, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		if d.gate != nil {
			select {
			case <-d.gate:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		if d.fail.Load() {
			return nil, errors.New("no luck")
		}
		d.runs.Add(1)
		return int64(p.ID) * d.generation.Load(), nil
	}}})
	t.Cleanup(d.Stop)
	return d
}

func (d *desk) get(t *testing.T, patience time.Duration) Result[int64] {
	t.Helper()
	r, err := Get[int64](t.Context(), d.Shelf, "sum", orrery.Planet{ID: 7, RhythmDays: 30}, patience)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestResultIsMadeOnceAndServedWhileNothingHappens(t *testing.T) {
	t.Parallel()
	d := newDesk(t, filepath.Join(t.TempDir(), "studies"))
	for range 3 {
		if r := d.get(t, Forever); r.Value != 7 || !r.There || !r.Current || r.Making {
			t.Fatalf("got %+v", r)
		}
	}
	if n := d.runs.Load(); n != 1 {
		t.Errorf("the study ran %d times, want once", n)
	}
}

func TestYoungResultServesWhoWillNotWaitThoughTheDataMoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t, filepath.Join(t.TempDir(), "studies"))
	d.get(t, Forever)
	d.generation.Store(2)
	if r := d.get(t, time.Second); r.Value != 7 || r.Current || r.Making {
		t.Errorf("got %+v, want the old result, said to be old", r)
	}
	if r := d.get(t, Forever); r.Value != 14 || !r.Current {
		t.Errorf("who waits got %+v, want the new result", r)
	}
	d.generation.Store(3)
	d.now.Add(3600)
	if r := d.get(t, Forever); r.Value != 21 {
		t.Errorf("got %+v", r)
	}
}

func TestResultOutlivesARestartAndIsIgnoredWhenDamaged(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "studies")
	first := newDesk(t, dir)
	first.get(t, Forever)
	first.Stop()
	second := newDesk(t, dir)
	if r := second.get(t, 0); r.Value != 7 || second.runs.Load() != 0 {
		t.Errorf("got %+v after %d runs, want what was kept", r, second.runs.Load())
	}
	path := second.path(place{"sum", 7})
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-2] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := newDesk(t, dir).get(t, -1); r.There {
		t.Errorf("a damaged result was shown: %+v", r)
	}
}

func TestDroppedResultsAreGoneAndWhatWasBeingMadeIsNotKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t, filepath.Join(t.TempDir(), "studies"))
	d.get(t, Forever)
	d.generation.Store(2)
	d.gate = make(chan struct{})
	if r := d.get(t, -1); !r.There || r.Current {
		t.Fatalf("got %+v", r)
	}
	waited := make(chan error, 1)
	_, m, err := d.Shelf.get(t.Context(), "sum", orrery.Planet{ID: 7, RhythmDays: 30}, Forever)
	if err != nil || m == nil {
		t.Fatalf("nothing is being made: %v", err)
	}
	go func() { <-m.done; waited <- m.err }()
	if err := d.Drop(); err != nil {
		t.Fatal(err)
	}
	close(d.gate)
	if err := <-waited; orrery.CodeOf(err) != orrery.Exhausted {
		t.Errorf("who waited got %v", err)
	}
	if _, err := os.Stat(d.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("files are left: %v", err)
	}
	if r := d.get(t, -1); r.There {
		t.Errorf("got %+v after everything was dropped", r)
	}
}

func TestFailureReachesWhoWaits(t *testing.T) {
	t.Parallel()
	d := newDesk(t, filepath.Join(t.TempDir(), "studies"))
	d.fail.Store(true)
	if _, err := Get[int64](t.Context(), d.Shelf, "sum", orrery.Planet{ID: 7}, Forever); err == nil {
		t.Error("no error")
	}
	d.fail.Store(false)
	if r := d.get(t, Forever); r.Value != 7 {
		t.Errorf("got %+v", r)
	}
}
