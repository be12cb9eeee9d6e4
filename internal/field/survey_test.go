package field_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

func TestASurveyAgreesWithReadingEverybody(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 9))
		rows := world(rng, 1500)
		e := play(rng, rows)
		day := orrery.Day(10_100 + rng.IntN(60)) // among the newest rows, or after them
		forecast := field.ColdForecast([]field.Horizon{field.Monthly, field.Quarterly, field.Yearly}[seed%3])
		keep := func(m orrery.MemberID) bool { return m != 401 }
		var want field.Survey
		for o := range e.Orbits(2) {
			if !keep(o.Member) {
				continue
			}
			r, ok := e.Read(o, forecast, day)
			if !ok {
				t.Fatalf("seed %d: %v is listed and cannot be read", seed, o)
			}
			want.Levels[r.Level]++
			if r.Level != orrery.OutOfOrbit {
				want.Gravity.Expected += r.Closeness / 100
			}
			want.Closest = append(want.Closest, field.Standing{Member: o.Member, Closeness: r.Closeness, Level: r.Level})
		}
		slices.SortStableFunc(want.Closest, func(a, b field.Standing) int {
			switch {
			case a.Closeness > b.Closeness:
				return -1
			case a.Closeness < b.Closeness:
				return 1
			}
			return int(a.Member) - int(b.Member)
		})
		for _, k := range []int{0, 1, 3, 1000, -1} {
			got := e.Survey(2, forecast.Closeness, day, k, keep)
			if got.Levels != want.Levels {
				t.Fatalf("seed %d: got levels %v, want %v", seed, got.Levels, want.Levels)
			}
			if math.Abs(got.Gravity.Expected-want.Gravity.Expected) > 1e-9 {
				t.Fatalf("seed %d: got gravity %v, want %v", seed, got.Gravity.Expected, want.Gravity.Expected)
			}
			if g := got.Gravity; g.Expected > 0 && !(g.Low < g.Expected && g.Expected < g.High) {
				t.Fatalf("seed %d: gravity %+v lies outside its interval", seed, g)
			}
			n := k
			if k < 0 || k > len(want.Closest) {
				n = len(want.Closest)
			}
			for i, s := range want.Closest[:n] {
				if got := got.Closest[i]; got.Member != s.Member || got.Level != s.Level || math.Abs(got.Closeness-s.Closeness) > 1e-9 {
					t.Fatalf("seed %d, place %d of %d: got %+v, want %+v", seed, i, k, got, s)
				}
			}
			if len(got.Closest) != n {
				t.Fatalf("seed %d: got %d of the closest %d, want %d", seed, len(got.Closest), k, n)
			}
		}
	}
}

func TestOrbitsAreListedByPlanetAndByMember(t *testing.T) {
	t.Parallel()
	e := field.New(rules...)
	for _, o := range []field.Orbit{{900, 1}, {5, 3}, {5, 1}, {5, 2}} {
		e.Apply([]field.Row{{Member: o.Member, Planet: o.Planet, Day: 1, Valence: field.NoValence}})
	}
	e.Remove(field.Orbit{Member: 5, Planet: 2})
	if got, want := slices.Collect(e.Orbits(1)), []field.Orbit{{5, 1}, {900, 1}}; !slices.Equal(got, want) {
		t.Errorf("got orbits %v, want %v", got, want)
	}
	if got, want := slices.Collect(e.OrbitsOf(5)), []field.Orbit{{5, 1}, {5, 3}}; !slices.Equal(got, want) {
		t.Errorf("got orbits %v, want %v", got, want)
	}
	if got := slices.Collect(e.Orbits(9)); got != nil {
		t.Errorf("got orbits %v of a planet that nobody orbits", got)
	}
	if _, ok := e.Read(field.Orbit{Member: 6, Planet: 1}, field.ColdForecast(field.Monthly), 1); ok {
		t.Error("somebody without an orbit was read")
	}
}
