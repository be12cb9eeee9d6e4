package ways

import (
	"math"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
)

func TestHowManyPeopleATrialTakes(t *testing.T) {
	t.Parallel()
	// Fleiss's formula for 30 against 40 of a hundred at 5 % and 90 %:
	// (1.96·√(2·.35·.65) + 1.2816·√(.3·.7+.4·.6))² / .1² = (1.3221+.8597)²·100 = 476.
	if got := eachFor(30, 10); got != 477 {
		t.Errorf("got %d people on each side, want 477", got)
	}
	if got := critical(30, 10, 477); math.Abs(got-6.05) > .01 { // 196·√(2·.35·.65/477)
		t.Errorf("got a critical difference of %.2f, want 6.05", got)
	}
}

// A way that brings what was hoped falls below the figure that disproves it in
// one trial of ten; one that brings nothing, in nearly all.
func TestWhatDisprovesATrial(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 7))
	came := func(chance float64, n int) (of float64) {
		for range n {
			if rng.Float64() < chance {
				of++
			}
		}
		return 100 * of / float64(n)
	}
	for _, base := range []float64{8, 30, 60} {
		each := eachFor(base, 10)
		limit := critical(base, 10, each)
		const trials = 3000
		good, bad := 0, 0
		for range trials {
			if came((base+10)/100, each)-came(base/100, each) < limit {
				good++
			}
			if came(base/100, each)-came(base/100, each) < limit {
				bad++
			}
		}
		if share := float64(good) / trials; share < .07 || share > .13 {
			t.Errorf("base %.0f: a way that helps is disproved in %.3f of the trials, want about a tenth", base, share)
		}
		if share := float64(bad) / trials; share < .96 {
			t.Errorf("base %.0f: a way that does not help is disproved in %.3f of the trials, want nearly all", base, share)
		}
	}
}

func TestTheNextTrial(t *testing.T) {
	t.Parallel()
	cell := func(v Verdict, people int, yield, high float64) Cell {
		return Cell{Verdict: v, People: people, Yield: yield, High: high}
	}
	flat := Group{Watched: 1000, Returned: 300}
	for way := range flat.Cells {
		flat.Cells[way] = cell(NoDifference, 500, 0, 3)
	}
	with := func(g Group, way orrery.Strategy, c Cell) Group {
		g.Cells[way] = c
		if c.Verdict == More {
			g.Holds = []orrery.Strategy{way}
		}
		return g
	}
	always := flat
	always.Returned = 995
	tests := []struct {
		name             string
		group, everybody Group
		arrivals         int
		way              orrery.Strategy
		reason           Reason
		obstacle         Obstacle
	}{
		{"what seems to hold is put to the test", with(flat, orrery.Contribution, cell(More, 100, 12, 20)), flat, 2000, orrery.Contribution, ToConfirm, NoObstacle},
		{"what holds others comes first where it is untested", with(flat, orrery.Content, cell(Untested, 0, 0, 0)), with(flat, orrery.Content, cell(More, 100, 12, 20)), 2000, orrery.Content, HoldsOthers, NoObstacle},
		{"what some have tried", with(flat, orrery.Curation, cell(Untested, 7, 0, 0)), flat, 2000, orrery.Curation, BarelyTried, NoObstacle},
		{"what may still hold", with(flat, orrery.Commerce, cell(NoDifference, 70, 1, 14)), flat, 2000, orrery.Commerce, StillOpen, NoObstacle},
		{"what nobody has tried", with(flat, orrery.Collaboration, cell(Untested, 0, 0, 0)), flat, 2000, orrery.Collaboration, Unknown, NoObstacle},
		{"nothing new", flat, flat, 2000, orrery.Content, NothingNew, NoObstacle},
		{"nobody comes any more", flat, flat, 3, orrery.Content, NothingNew, NobodyNew},
		{"too few come", flat, flat, 40, orrery.Content, NothingNew, TooFew},
		{"all come back", always, flat, 2000, orrery.Content, NothingNew, AllReturn},
		{"nobody was watched", Group{}, flat, 2000, orrery.Conversation, Unknown, NothingSeen},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := nextTrial(&test.group, &test.everybody, test.arrivals, 90)
			if got.Way != test.way || got.Reason != test.reason || got.Obstacle != test.obstacle {
				t.Errorf("got %v, %v, obstacle %q; want %v, %v, %q", got.Way, got.Reason, got.Obstacle, test.way, test.reason, test.obstacle)
			}
			if fine := got.Obstacle == NoObstacle; fine != (got.Each > 0) || fine && (got.Disproof <= 0 || got.Disproof >= got.Hoped || got.Days > longestTrial) {
				t.Errorf("figures do not fit: %+v", got)
			}
		})
	}
}

// The trials of fewer newcomers look for greater differences.
func TestFewerNewcomersHopeForMore(t *testing.T) {
	t.Parallel()
	g := Group{Watched: 1000, Returned: 300}
	last := 0.0
	for _, arrivals := range []int{2000, 300, 200, 150} {
		got := nextTrial(&g, &g, arrivals, 90)
		if got.Obstacle != NoObstacle || got.Hoped < last {
			t.Fatalf("%d newcomers: got %+v, want a trial that hopes for at least %.0f", arrivals, got, last)
		}
		last = got.Hoped
	}
	if last <= worthwhile {
		t.Errorf("150 newcomers in half a year: hoped %.0f, want more than %.0f", last, worthwhile)
	}
}
