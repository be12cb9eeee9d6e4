package partner_test

import (
	"fmt"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/simulate"
)

const worlds = 24

func TestAHoldoutFindsWhatCreditDoesNot(t *testing.T) {
	t.Parallel()
	var covered, told, nullsCovered, nulls int
	var holdoutError, lastError, shapleyError, markovError, creditOfNulls float64
	for seed := range uint64(worlds) {
		trials := make([]partner.Trial, 6)
		for i := range trials {
			trials[i] = partner.Trial{Salt: fmt.Sprint(seed, "/", i), HeldMilli: partner.DefaultHeld}
		}
		w := simulate.Partnered(seed, 12_000, func(at int, key string) bool { return trials[at].Held(key) })
		var paths []partner.Path
		for i := range w.People {
			paths = append(paths, partner.Path{Partners: w.People[i].Reached, Arrived: w.People[i].Arrived})
		}
		credits := partner.Credits(len(w.Partners), paths)
		for at, truth := range w.Partners {
			var treated, held partner.Arm
			for i := range w.People {
				p := &w.People[i]
				if !p.Meant[at] {
					continue
				}
				arm := &treated
				if trials[at].Held(p.Key) {
					arm = &held
				}
				arm.Add(p.Arrived)
			}
			lift := partner.LiftOf(treated, held)
			told++
			if lift.More.Low <= truth.More && truth.More <= lift.More.High {
				covered++
			}
			if !truth.Changes {
				nulls++
				creditOfNulls += credits[at].Shapley
				if lift.More.Surely() == 0 {
					nullsCovered++
				}
			}
			holdoutError += abs(lift.More.Estimate - truth.More)
			lastError += abs(credits[at].LastTouch - truth.More)
			shapleyError += abs(credits[at].Shapley - truth.More)
			markovError += abs(credits[at].Markov - truth.More)
		}
	}
	n := float64(told)
	t.Logf("intervals hold the truth %d of %d times, no change %d of %d; mean error: holdout %.0f, last touch %.0f, Shapley %.0f, Markov %.0f; a partner who changes nothing has a credit of %.0f",
		covered, told, nullsCovered, nulls, holdoutError/n, lastError/n, shapleyError/n, markovError/n, creditOfNulls/float64(nulls))
	if float64(covered) < .9*n {
		t.Errorf("intervals of the holdout hold the truth %d times of %d, want 90 of 100", covered, told)
	}
	if float64(nullsCovered) < .9*float64(nulls) {
		t.Errorf("of partners who change nothing the holdout says so %d times of %d, want 90 of 100", nullsCovered, nulls)
	}
	if creditOfNulls/float64(nulls) < 50 {
		t.Errorf("partners who change nothing have a credit of %.0f only: this world shows nothing", creditOfNulls/float64(nulls))
	}
	if holdoutError > lastError || holdoutError > shapleyError || holdoutError > markovError {
		t.Errorf("the holdout errs by %.0f, credit by %.0f, %.0f and %.0f", holdoutError/n, lastError/n, shapleyError/n, markovError/n)
	}
}

func TestSwitchingACodeFindsWhatItBrings(t *testing.T) {
	t.Parallel()
	const days = 364
	for _, adds := range []float64{0, 3} {
		covered := 0
		for seed := range uint64(60) {
			s := partner.Switch{Salt: fmt.Sprint("code", seed), From: 10_000, BlockDays: 7}
			w := simulate.Switched(seed, days, adds, func(day int) bool { return s.On(s.From + orrery.Day(day)) })
			found := s.Blocks(s.From+days-1, func(d orrery.Day) int { return w.Came[d-s.From] })
			if found.Pairs != 26 || !found.Enough {
				t.Fatalf("got %d pairs of blocks, want 26", found.Pairs)
			}
			if found.More.Low <= w.More && w.More <= found.More.High {
				covered++
			}
		}
		if covered < 54 {
			t.Errorf("a code that brings %v a day: intervals hold the truth %d times of 60", adds, covered)
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }
