// Package collecttest is the conformance suite that every connector runs: one
// set of promises, kept by all. It is for tests only. It knows no platform: a
// connector's own test makes a source and hands in how to open it; what is
// particular to the platform is pinned by a golden file and by tests of its own.
package collecttest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

// patience is how long a cancelled Collect may take to return, and what it
// started to end.
const patience = 5 * time.Second

// Case is a connector on one source, which the test that calls Run has made.
type Case struct {
	// New opens a connector on the source. It is called many times, always for
	// the same source.
	New func(t *testing.T) collect.Connector

	// Grow adds at least one activity to the source, as time would. Nil where
	// a source cannot grow. It is called once, after everything else.
	Grow func(t *testing.T)

	// Golden is the path of a file with all that the source emits, as Lines
	// writes it: "testdata/small.golden.ndjson". Empty for none. go test -update
	// writes it.
	Golden string

	// Now is the connector's idea of now, from which times are judged. Zero is
	// the clock's.
	Now time.Time
}

// Run checks every promise in a subtest of its own, in order. The source should
// hold at least three activities.
func Run(t *testing.T, c Case) {
	t.Helper()
	if c.Now.IsZero() {
		c.Now = time.Now()
	}
	whole := Collect(t, c.New(t), nil)
	if len(whole.Activities) < 3 {
		t.Fatalf("the source emits %d activities; the suite needs 3", len(whole.Activities))
	}

	t.Run("says what it reads", func(t *testing.T) { describes(t, c) })
	t.Run("every activity is sound", func(t *testing.T) { sound(t, c, whole) })
	t.Run("a second reading emits the same", func(t *testing.T) { replays(t, c, whole) })
	t.Run("stopped anywhere it goes on without a gap", func(t *testing.T) { resumes(t, c, whole) })
	t.Run("a cancelled context ends it at once", func(t *testing.T) { cancels(t, c) })
	t.Run("the golden file holds", func(t *testing.T) {
		if c.Golden == "" {
			t.Skip("no golden file named")
		}
		Golden(t, c.Golden, Lines(whole))
	})
	t.Run("the cursor leaves nothing to read twice", func(t *testing.T) { increments(t, c, whole) })
}

// Collect describes and reads a source from a cursor to its end, fails the test
// on an error, and returns what was emitted.
func Collect(t *testing.T, connector collect.Connector, from collect.Cursor) *Recorder {
	t.Helper()
	r := &Recorder{}
	if err := r.Run(t.Context(), connector, from); err != nil {
		t.Fatalf("collect: %v", err)
	}
	return r
}

func describes(t *testing.T, c Case) {
	first, err := c.New(t).Source(t.Context())
	if err != nil {
		t.Fatalf("source: %v", err)
	}
	if first.Kind == "" || first.Name == "" || first.Planet == "" || first.Origin == "" {
		t.Errorf("got %+v, want kind, name, planet and origin", first)
	}
	again, err := c.New(t).Source(t.Context())
	if err != nil {
		t.Fatalf("source again: %v", err)
	}
	if first != again {
		t.Errorf("described again: got %+v, want %+v", again, first)
	}
}

func sound(t *testing.T, c Case, whole *Recorder) {
	seen := make(map[string]bool, len(whole.Activities))
	for i := range whole.Activities {
		a := &whole.Activities[i]
		if key := keyOf(a); seen[key] {
			t.Errorf("%q is emitted twice", a.ExternalID)
		} else {
			seen[key] = true
		}
		if err := check(a, c.Now); err != nil {
			t.Errorf("%q: %v", a.ExternalID, err)
		}
	}
	for _, l := range whole.Links {
		if err := errors.Join(checkActor(&l.A), checkActor(&l.B), checkTime(l.At, c.Now)); err != nil {
			t.Errorf("link %+v: %v", l, err)
		}
		if keyOfActor(&l.A) == keyOfActor(&l.B) {
			t.Errorf("link %+v joins an actor with itself", l)
		}
	}
	for _, s := range whole.Skips {
		if s.Reason == "" || len(s.Excerpt) > 200 {
			t.Errorf("skip %+v: want a reason and an excerpt of at most 200 bytes", s)
		}
	}
}

func check(a *orrery.Activity, now time.Time) error {
	errs := []error{checkActor(&a.Actor), checkTime(a.At, now)}
	if a.ExternalID == "" || a.Kind == "" {
		errs = append(errs, errors.New("no external id or no kind"))
	}
	for i := range a.To {
		errs = append(errs, checkActor(&a.To[i]))
	}
	for _, s := range []string{a.ExternalID, a.Kind, a.Name, a.Object.ID, a.Object.Title, a.Object.URL, a.Thread, a.Parent} {
		errs = append(errs, checkText(s))
	}
	return errors.Join(errs...)
}

func checkActor(a *orrery.Actor) error {
	if a.Type == "" || strings.TrimSpace(a.Value) == "" {
		return fmt.Errorf("actor %+v has no type or no value", *a)
	}
	return errors.Join(checkText(a.Value), checkText(a.Name), checkText(a.Email))
}

func checkText(s string) error {
	if strings.ToValidUTF8(s, "") != s || strings.ContainsRune(s, 0) {
		return fmt.Errorf("%q is not text: invalid UTF-8 or a NUL", s)
	}
	return nil
}

func checkTime(at, now time.Time) error {
	if at.Before(time.Unix(0, 0)) || at.After(now.Add(48*time.Hour)) {
		return fmt.Errorf("time %s is before 1970 or more than 48 hours ahead", at)
	}
	if _, offset := at.Zone(); offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
		return fmt.Errorf("time %s is not whole minutes, less than a day, from UTC", at)
	}
	return nil
}

func replays(t *testing.T, c Case, whole *Recorder) {
	again := Collect(t, c.New(t), nil)
	equal(t, lineSet(again), lineSet(whole))
	if string(again.Cursor) != string(whole.Cursor) {
		t.Errorf("cursor: got %q, want %q", again.Cursor, whole.Cursor)
	}
}

// errFull is what a sink returns that takes no more.
var errFull = errors.New("the sink is full")

func resumes(t *testing.T, c Case, whole *Recorder) {
	n := len(whole.Activities)
	for _, k := range []int{0, 1, n / 2, n - 1} {
		first := &Recorder{}
		first.before = func() error {
			if len(first.Activities) >= k {
				return errFull
			}
			return nil
		}
		// The sink's error must come back as it is: flow tells its own by identity.
		if err := first.Run(t.Context(), c.New(t), nil); err != errFull { //nolint:errorlint
			t.Fatalf("after %d activities: got error %v, want the sink's own, unwrapped", k, err)
		}
		if first.Completed {
			t.Errorf("after %d activities: says that it emitted all", k)
		}
		second := Collect(t, c.New(t), first.Cursor)
		all := lineSet(first)
		maps.Copy(all, lineSet(second))
		equal(t, all, lineSet(whole))
	}
}

func cancels(t *testing.T, c Case) {
	moments := []struct {
		name   string
		cancel int // before the activity of this index
	}{
		{"before it begins", -1},
		{"at the first activity", 0},
		{"at the second activity", 1},
	}
	for _, m := range moments {
		t.Run(m.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			connector := c.New(t)
			if _, err := connector.Source(ctx); err != nil {
				t.Fatalf("source: %v", err)
			}
			r := &Recorder{}
			r.before = func() error {
				if len(r.Activities) >= m.cancel {
					cancel()
				}
				return ctx.Err()
			}
			if m.cancel < 0 {
				cancel()
			}
			err := withoutLeak(t, func() error {
				var err error
				r.Cursor, err = connector.Collect(ctx, nil, r)
				return err
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got error %v, want context.Canceled", err)
			}
			if r.Completed {
				t.Error("says that it emitted all")
			}
		})
	}
}

func increments(t *testing.T, c Case, whole *Recorder) {
	idle := Collect(t, c.New(t), whole.Cursor)
	if len(idle.Activities) != 0 {
		t.Errorf("from the last cursor: got %d activities, the first %q, want none", len(idle.Activities), idle.Activities[0].ExternalID)
	}
	if idle.Completed {
		t.Error("from the last cursor: says that it emitted all, so all would be retracted")
	}
	if c.Grow == nil {
		return
	}
	c.Grow(t)
	grown := ids(Collect(t, c.New(t), nil))
	for _, from := range []collect.Cursor{whole.Cursor, idle.Cursor} {
		fresh := Collect(t, c.New(t), from)
		if len(fresh.Activities) == 0 {
			t.Fatal("after growing: got nothing new")
		}
		if fresh.Completed && !maps.Equal(ids(fresh), grown) {
			t.Error("after growing: says that it emitted all, and did not")
		}
		all := ids(whole)
		for id := range ids(fresh) {
			if all[id] && !fresh.Completed {
				t.Errorf("after growing: emits %q again", id)
			}
			all[id] = true
		}
		if !fresh.Completed {
			equal(t, all, grown)
		}
	}
}

func ids(r *Recorder) map[string]bool {
	set := make(map[string]bool, len(r.Activities))
	for i := range r.Activities {
		set[keyOf(&r.Activities[i])] = true
	}
	return set
}

func keyOf(a *orrery.Activity) string {
	return a.Planet + "\x00" + a.Namespace + "\x00" + a.ExternalID
}

func keyOfActor(a *orrery.Actor) orrery.Key {
	return orrery.Key{Namespace: a.Namespace, Type: a.Type, Value: a.Value}
}

// lineSet is all that was emitted, without order.
func lineSet(r *Recorder) map[string]bool {
	set := map[string]bool{}
	for line := range strings.SplitSeq(string(Lines(r)), "\n") {
		set[line] = true
	}
	return set
}

func equal(t *testing.T, got, want map[string]bool) {
	t.Helper()
	const most = 5
	for i, id := range missing(want, got) {
		if i == most {
			break
		}
		t.Errorf("missing: %q", id)
	}
	for i, id := range missing(got, want) {
		if i == most {
			break
		}
		t.Errorf("unexpected: %q", id)
	}
}

func missing(from, in map[string]bool) []string {
	var out []string
	for id := range from {
		if !in[id] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
