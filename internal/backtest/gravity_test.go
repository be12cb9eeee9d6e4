package backtest_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/field"
)

func TestGravityIsSummedUpByWindows(t *testing.T) {
	t.Parallel()
	of := func(n int) *int { return &n }
	windows := []backtest.Gravity{
		{Expected: 110, Low: 90, High: 130, Actual: 100, SameAsBefore: of(120)}, // off by 10 %, 20 %
		{Expected: 50, Low: 40, High: 60, Actual: 100, SameAsBefore: of(100)},   // 50 %, 0 %, not held
		{Expected: 97, Low: 90, High: 130, Actual: 100},                         // 3 %
	}
	s := backtest.Summarise(windows)
	if s.Windows != 3 || s.Held != 2 || math.Abs(s.MedianError-.1) > 1e-12 || math.Abs(s.SameAsBeforeError-.1) > 1e-12 {
		t.Errorf("got %+v, want 2 of 3 held, errors .1 and .1", s)
	}
	if nothing := backtest.Summarise(nil); nothing.Windows != 0 || nothing.MedianError != 0 {
		t.Errorf("got %+v of no windows", nothing)
	}
}

// People who come with a chance of their own each day, and leave at some time:
// what is expected of them must come, within the interval in about nine windows
// of ten.
func TestGravityHoldsInAWorldWithoutSurprises(t *testing.T) {
	t.Parallel()
	held, windows := 0, 0
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 6))
		var h backtest.History
		for who := range 600 {
			chance := rng.Float64() * rng.Float64() / 8
			first := rng.IntN(900)
			last := min(900, first+int(300*rng.ExpFloat64()))
			for day := first; day < last; day++ {
				if rng.Float64() < chance {
					h.Add(backtest.Row{Who: fmt.Sprint(who), When: int64(day) * 86_400, Kind: "comment"})
				}
			}
		}
		report, err := backtest.Examine(context.Background(), &h, backtest.Config{Methods: []string{"fitted"}, Horizons: []field.Horizon{field.Monthly}})
		if err != nil {
			t.Fatal(err)
		}
		s := backtest.Summarise(report.Gravity)
		held, windows = held+s.Held, windows+s.Windows
		if s.MedianError > .2 {
			t.Errorf("seed %d: off by %.2f in the median", seed, s.MedianError)
		}
	}
	if windows != 24 || held < 19 {
		t.Errorf("%d of %d windows were held", held, windows)
	}
}

// The target closeness is met by what qualifies alone, and asks about everybody
// in orbit who ever did.
func TestClosenessIsToldByDaysThatQualify(t *testing.T) {
	t.Parallel()
	var h backtest.History
	rng := rand.New(rand.NewPCG(7, 7))
	for who := range 90 {
		for day := range 500 {
			if rng.IntN(12) > 0 {
				continue
			}
			r := backtest.Row{Who: fmt.Sprint(who), When: int64(day) * 86_400, Kind: "comment"}
			switch who % 3 {
			case 0:
				r.Kind = "like" // means nothing
			case 1:
				r.Origin = orrery.Prompted
			}
			if who%3 < 2 && day == 3 {
				r.Kind, r.Origin = "comment", orrery.Unprompted // once, long ago
			}
			h.Add(r)
		}
		if who%3 < 2 {
			h.Add(backtest.Row{Who: fmt.Sprint(who), When: 86_400, Kind: "comment"})
		}
	}
	report, err := backtest.Examine(context.Background(), &h, backtest.Config{
		Targets: []backtest.Target{backtest.Return, backtest.Closeness}, Methods: []string{"fitted"}, Horizons: []field.Horizon{field.Monthly},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Results) != 2 {
		t.Fatalf("got %d results, want one for each target", len(report.Results))
	}
	back, near := report.Results[0], report.Results[1]
	if back.Target != backtest.Return || near.Target != backtest.Closeness {
		t.Fatalf("got targets %s, %s", back.Target, near.Target)
	}
	if back.N != near.N {
		t.Errorf("%d people are asked about for return, %d for closeness: all of them are in orbit and qualified once", back.N, near.N)
	}
	if near.Positives >= back.Positives/2 {
		t.Errorf("%d came for closeness, %d came back: likes and prompted days count", near.Positives, back.Positives)
	}
	if near.AUC < .95 {
		t.Errorf("got AUC %.3f where a third come often and the others never", near.AUC)
	}
}
