package flow_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/history"
)

// weeksOf makes a planet's history.
func weeksOf(t testing.TB, s *flow.System, p orrery.Planet, until orrery.Day, earlier *history.Book) *history.Book {
	t.Helper()
	b, err := s.MakeHistory(t.Context(), p, until, earlier)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// same says whether two books tell the same.
func same(t testing.TB, a, b *history.Book, s *flow.System) {
	t.Helper()
	if a.Stamp.Print != b.Stamp.Print || len(a.Weeks) != len(b.Weeks) {
		t.Fatalf("got %d weeks, want %d", len(a.Weeks), len(b.Weeks))
	}
	for i := range a.Weeks {
		x, y := a.Weeks[i], b.Weeks[i]
		if math.Abs(x.Gravity-y.Gravity) > 1e-9 || math.Abs(x.High-y.High) > 1e-9 || math.Abs(x.Low-y.Low) > 1e-9 {
			t.Fatalf("week %d: got %+v, want %+v", i, x, y)
		}
		x.Gravity, x.Low, x.High = y.Gravity, y.Low, y.High
		if x != y {
			t.Fatalf("week %d: got %+v, want %+v", i, x, y)
		}
	}
	first, second := a.Reader(), b.Reader()
	err := s.Read(t.Context(), func(st *flow.State) error {
		for m := range orrery.MemberID(len(st.Members)) {
			from, line := first.Line(m)
			begin, want := second.Line(m)
			if from != begin || !slices.Equal(line, want) {
				t.Fatalf("member %d: got %v from %d, want %v from %d", m, line, from, want, begin)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheWeeksSayWhatIsSaidAsOfTheirDays(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		chance := rand.New(rand.NewPCG(seed, 8))
		s := open(t, t.TempDir())
		tell(t, s, "feed", world(seed, 40, 1500))
		if seed%2 == 1 { // somebody decides
			if _, err := s.Merge(t.Context(), anyIdentity(t, s, chance, false), anyIdentity(t, s, chance, false)); err != nil && orrery.CodeOf(err) != orrery.Conflict {
				t.Fatal(err)
			}
		}
		for _, name := range planets {
			p, err := s.Planet(name)
			if err != nil {
				t.Fatal(err)
			}
			b := weeksOf(t, s, p, s.Now(), nil)
			if len(b.Weeks) < 20 {
				t.Fatalf("%s: %d weeks", p.Slug, len(b.Weeks))
			}
			var levels map[orrery.MemberID]orrery.Level
			for range 6 {
				w := 1 + chance.IntN(len(b.Weeks)-1)
				levels = levelsOn(t, s, p, b.Weeks[w-1].Day)
				agrees(t, s, p, b, w, levels)
			}
		}
		leave(t, s)
	}
}

func levelsOn(t *testing.T, s *flow.System, p orrery.Planet, day orrery.Day) map[orrery.MemberID]orrery.Level {
	t.Helper()
	levels := map[orrery.MemberID]orrery.Level{}
	err := s.ReadAsOf(t.Context(), day, func(st *flow.State) error {
		for _, one := range st.Engine.Survey(p.ID, st.Forecast(p).Closeness, day, -1, nil).Closest {
			levels[one.Member] = one.Level
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return levels
}

// agrees compares a week with the state as of its day.
func agrees(t *testing.T, s *flow.System, p orrery.Planet, b *history.Book, w int, before map[orrery.MemberID]orrery.Level) {
	t.Helper()
	week, lines := b.Weeks[w], b.Reader()
	inOrbit := map[orrery.MemberID]bool{}
	var entries int64
	err := s.ReadAsOf(t.Context(), week.Day, func(st *flow.State) error {
		fit := st.Forecast(p).Closeness
		people := st.Engine.Survey(p.ID, fit, week.Day, 0, st.IsPerson)
		if math.Abs(week.Gravity-people.Gravity.Expected) > 1e-9 || math.Abs(week.Low-people.Gravity.Low) > 1e-9 || math.Abs(week.High-people.Gravity.High) > 1e-9 {
			t.Errorf("%s, %s: gravity %v (%v–%v), want %+v", p.Slug, week.Day, week.Gravity, week.Low, week.High, people.Gravity)
		}
		people.Levels[orrery.OutOfOrbit] = 0
		if week.Levels != people.Levels {
			t.Errorf("%s, %s: levels %v, want %v", p.Slug, week.Day, week.Levels, people.Levels)
		}
		in, out := 0, 0
		for _, one := range st.Engine.Survey(p.ID, fit, week.Day, -1, nil).Closest {
			from, line := lines.Line(one.Member)
			if st.Kind(one.Member) != orrery.Visitor && from <= w && line != nil {
				got := line[w-from]
				if got.Level != one.Level || one.Level != orrery.OutOfOrbit && math.Abs(got.Closeness()-one.Closeness) > .2+1e-9 {
					t.Errorf("%s, %s, member %d: got %v at %v, want %v at %v", p.Slug, week.Day, one.Member, got.Closeness(), got.Level, one.Closeness, one.Level)
				}
			} else if one.Level != orrery.OutOfOrbit && st.Kind(one.Member) != orrery.Visitor {
				t.Errorf("%s, %s, member %d has no line", p.Slug, week.Day, one.Member)
			}
			if !st.IsPerson(one.Member) {
				continue
			}
			inOrbit[one.Member] = one.Level != orrery.OutOfOrbit
			if one.Level > before[one.Member] {
				in++
			} else if one.Level < before[one.Member] {
				out++
			}
		}
		if week.In != in || week.Out != out {
			t.Errorf("%s, %s: %d in and %d out, want %d and %d", p.Slug, week.Day, week.In, week.Out, in, out)
		}
		entries = st.Entries[p.ID]
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.ReadAsOf(t.Context(), week.Day-7, func(st *flow.State) error {
		if want := entries - st.Entries[p.ID]; int64(week.Activities) != want {
			t.Errorf("%s, %s: %d activities, want %d", p.Slug, week.Day, week.Activities, want)
		}
		return nil
	})
	if err != nil || !week.Known {
		return
	}
	horizon := orrery.Day(p.RhythmDays)
	err = s.ReadAsOf(t.Context(), week.Day+horizon, func(st *flow.State) error {
		came := 0
		for m, in := range inOrbit {
			if _, days, ok := readOf(st, p, m, week.Day+horizon); in && ok && days.Last > week.Day {
				came++
			}
		}
		if week.Actual != came {
			t.Errorf("%s, %s: %d came, want %d", p.Slug, week.Day, week.Actual, came)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWeeksThatAreTakenOverAreThoseMadeAnew(t *testing.T) {
	t.Parallel()
	at := now
	s, err := flow.Open(t.Context(), flow.Config{Dir: t.TempDir(), Clock: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background()) //nolint:errcheck // the test is over
	tell(t, s, "feed", world(5, 40, 1200))
	p, err := s.Planet("night-radio")
	if err != nil {
		t.Fatal(err)
	}
	today := s.Now()
	earlier := weeksOf(t, s, p, today-40, nil)
	if earlier.Settled() == 0 || earlier.Settled() == len(earlier.Weeks) {
		t.Fatalf("%d of %d weeks are settled", earlier.Settled(), len(earlier.Weeks))
	}
	same(t, weeksOf(t, s, p, today, earlier), weeksOf(t, s, p, today, nil), s)

	// What was told late, and who is whom now, is in all weeks that it concerns.
	tell(t, s, "late", world(6, 40, 300))
	same(t, weeksOf(t, s, p, today, earlier), weeksOf(t, s, p, today, nil), s)
	earlier = weeksOf(t, s, p, today, nil)
	chance := rand.New(rand.NewPCG(1, 1))
	for range 5 {
		if _, err := s.Merge(t.Context(), anyIdentity(t, s, chance, false), anyIdentity(t, s, chance, false)); err != nil && orrery.CodeOf(err) != orrery.Conflict {
			t.Fatal(err)
		}
	}
	same(t, weeksOf(t, s, p, today, earlier), weeksOf(t, s, p, today, nil), s)
}

func TestSomeAreReadAsEverybodyIs(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	tell(t, s, "feed", world(9, 40, 1500))
	chance := rand.New(rand.NewPCG(2, 2))
	for range 20 {
		day := s.Now() - orrery.Day(chance.IntN(500))
		m := memberOf(t, s, anyIdentity(t, s, chance, false))
		for _, p := range s.Planets() {
			var want, got any
			err := s.ReadAsOf(t.Context(), day, func(st *flow.State) error {
				want, _, _ = readOf(st, p, m, day)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			err = s.ReadSome(t.Context(), []orrery.MemberID{m}, day, func(st *flow.State) error {
				got, _, _ = readOf(st, p, m, day)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("member %d around %s as of %s: got %+v, want %+v", m, p.Slug, day, got, want)
			}
		}
	}
}

func TestWeeksAreACacheThatErasingRemoves(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	defer leave(t, s)
	tell(t, s, "feed", world(3, 30, 400))
	p, err := s.Planet("night-radio")
	if err != nil {
		t.Fatal(err)
	}
	b := weeksOf(t, s, p, s.Now(), nil)
	if err := s.KeepHistory(p.ID, b); err != nil {
		t.Fatal(err)
	}
	kept := s.KeptHistory(p.ID)
	if kept == nil {
		t.Fatal("what was kept is not there")
	}
	same(t, kept, b, s)

	path := filepath.Join(dir, "cache", fmt.Sprintf("weeks-%d", p.ID))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole[len(whole)/2] ^= 1
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if s.KeptHistory(p.ID) != nil {
		t.Error("damaged weeks are believed")
	}
	if err := s.KeepHistory(p.ID, b); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if s.KeptHistory(p.ID) != nil {
		t.Error("weeks of who was erased are still there")
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
}

func readOf(st *flow.State, p orrery.Planet, m orrery.MemberID, day orrery.Day) (field.Reading, field.Series, bool) {
	r, ok := st.Engine.Read(field.Orbit{Member: m, Planet: p.ID}, st.Forecast(p), day)
	return r, r.Days, ok
}
