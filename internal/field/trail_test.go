package field_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// The rows of one orbit, folded day by day into an engine, and its trail must
// say the same on every day.
func TestATrailSaysWhatAnEngineBuiltUpToEachDaySays(t *testing.T) {
	t.Parallel()
	rules := []orrery.Rule{
		{WeightMilli: 3000, Meaningful: true}, {WeightMilli: 1000}, {WeightMilli: 2000, Meaningful: true, Valence: -1}, {},
	}
	orbit := field.Orbit{Member: 7, Planet: 1}
	rising := field.ColdStart(field.Monthly)
	rising.Weights[field.Week] = -.3 // a fit that does not only fall
	for seed := range uint64(60) {
		chance := rand.New(rand.NewPCG(seed, 3))
		var rows []field.Row
		day := orrery.Day(10_000 + chance.IntN(50))
		for range 1 + chance.IntN(80) {
			day += orrery.Day(chance.ExpFloat64() * []float64{1, 4, 40, 200}[chance.IntN(4)])
			rows = append(rows, field.Row{
				Member: 7, Planet: 1, Day: day, Kind: uint16(chance.IntN(len(rules))), Origin: orrery.Origin(chance.IntN(4)),
				Valence: []int8{field.NoValence, 0, -1}[chance.IntN(3)], Receives: chance.IntN(9) == 0,
			})
		}
		var visits []field.Visit
		for i := range rows {
			if v, ok := field.VisitOf(&rules[rows[i].Kind], &rows[i]); ok {
				visits = append(visits, v)
			}
		}
		slices.Sort(visits)
		var days []orrery.Day
		for d := rows[0].Day - 5; d < day+1000; d += orrery.Day(1 + chance.IntN(9)) {
			days = append(days, d)
		}
		for _, f := range []field.Fit{field.ColdStart(field.Monthly), field.ColdStart(field.Yearly), rising} {
			got := make([]field.Standing, len(days))
			f.Trail(visits, days, func(i int, s field.Standing) { got[i] = s })
			e := field.New(rules...)
			rest := rows
			for i, day := range days {
				for len(rest) > 0 && rest[0].Day <= day {
					e.Apply(rest[:1])
					rest = rest[1:]
				}
				want, _ := e.Read(orbit, field.Forecast{Closeness: f, Return: f}, day)
				if want.Level == orrery.OutOfOrbit {
					want.Closeness = 0
				}
				if got[i].Level != want.Level || math.Abs(got[i].Closeness-want.Closeness) > 1e-9 {
					t.Fatalf("seed %d, day %d: got %v at %v, want %v at %v", seed, day, got[i].Closeness, got[i].Level, want.Closeness, want.Level)
				}
			}
		}
	}
}
