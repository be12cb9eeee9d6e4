package field

import (
	"math"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
)

func TestWhatMovedSumsToTheDifference(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(3, 14))
	for range 500 {
		var s Series
		day := orrery.Day(10_000)
		for range 1 + chance.IntN(40) {
			day += orrery.Day(1 + chance.IntN(12))
			s.Add(day)
		}
		to := day + orrery.Day(chance.IntN(20))
		f := ColdStart([]Horizon{Monthly, Quarterly, Yearly}[chance.IntN(3)])
		reasons, ok := f.Shift(&s, to-30, to)
		if !ok {
			continue
		}
		var sum float64
		for _, r := range reasons {
			sum += r.Points
		}
		if want := 100 * (f.Chance(&s, to) - f.Chance(&s, to-30)); math.Abs(sum-want) > 1e-9 {
			t.Fatalf("points sum to %v, the closeness moved by %v", sum, want)
		}
	}
}

func TestOneVisitBringsCloser(t *testing.T) {
	t.Parallel()
	f := ColdStart(Monthly)
	var s Series
	if now, after := f.Once(&s, 100); now != 0 || after != 0 {
		t.Errorf("somebody who never came stands at %v and %v", now, after)
	}
	for _, day := range []orrery.Day{100, 104, 111} {
		s.Add(day)
	}
	now, after := f.Once(&s, 140)
	if now != 100*f.Chance(&s, 140) || after <= now {
		t.Errorf("from %v one visit leads to %v", now, after)
	}
	s.Add(140)
	if again, same := f.Once(&s, 140); again != after || same != after {
		t.Errorf("who came stands at %v, and at %v after coming twice; foretold was %v", again, same, after)
	}
}
