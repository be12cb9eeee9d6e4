package ways

import (
	"fmt"
	"math"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/simulate"
)

// worldsEnd is any day; nothing in a world depends on which.
const worldsEnd orrery.Day = 20_000

// pastOf gathers a simulated world.
func pastOf(w *simulate.WaysWorld) *Past {
	p := NewPast(w.Horizon, w.End, w.Groups, func(m orrery.MemberID) []int { return []int{w.People[m-1].Group} })
	for i := range w.People {
		for _, d := range w.People[i].Deeds {
			p.Add(Deed{orrery.MemberID(i + 1), d.Day, d.Way, d.Origin, d.Meaningful && d.Origin != orrery.Prompted})
		}
	}
	return p
}

// tally is how an estimator fares in worlds of one kind.
type tally struct {
	groups, right, wrong int     // groups with a best way; where it was advised, where another one was
	falsely              int     // worlds that advise where nothing holds
	shown                float64 // yields of the best ways, added up
}

// add counts what was told of a world.
func (t *tally) add(w *simulate.WaysWorld, groups []Group) {
	alarm := false
	for g := range groups {
		best := w.Best[g]
		advised, ok := groups[g].Advised()
		if best == orrery.Strategies {
			alarm = alarm || ok
			continue
		}
		t.groups++
		t.shown += groups[g].Cells[best].Yield
		if ok && advised == best {
			t.right++
		} else if ok {
			t.wrong++
		}
	}
	if alarm {
		t.falsely++
	}
}

const worlds = 20

func TestABestWayIsAdvised(t *testing.T) {
	t.Parallel()
	var all tally
	whole := 0 // worlds in which every group is advised its best way
	for seed := range uint64(worlds) {
		w := simulate.WaysApart(seed, 1000, worldsEnd)
		before := all.right
		all.add(w, pastOf(w).Report().Groups)
		if all.right-before == w.Groups {
			whole++
		}
	}
	t.Logf("advised in %d of %d groups, another way in %d; in every group in %d of %d worlds", all.right, all.groups, all.wrong, whole, worlds)
	if all.right*100 < 80*all.groups || whole*100 < 80*worlds || all.wrong > 0 {
		t.Errorf("got %d of %d groups and %d of %d worlds right and %d groups wrong, want at least 80 %% and none", all.right, all.groups, whole, worlds, all.wrong)
	}
}

func TestWhereNoWayHoldsNoneIsAdvised(t *testing.T) {
	t.Parallel()
	alarms := 0
	for seed := range uint64(worlds) {
		w := simulate.WaysAlike(seed, 1000, worldsEnd)
		r := pastOf(w).Report()
		var one tally
		one.add(w, r.Groups)
		if one.falsely > 0 || len(r.Everybody.Holds) > 0 {
			alarms++
		}
		for g := range r.Groups {
			for way, c := range r.Groups[g].Cells {
				if !c.Verdict.Compared() {
					t.Errorf("seed %d, group %d: %v is %v, want it compared", seed, g, orrery.Strategy(way), c.Verdict)
				}
			}
		}
	}
	t.Logf("falsely advised in %d of %d worlds", alarms, worlds)
	if alarms*100 > 10*worlds {
		t.Errorf("got false advice in %d of %d worlds, want at most 10 %%", alarms, worlds)
	}
}

func TestWhatHoldsOthersIsNotToldOfAGroup(t *testing.T) {
	t.Parallel()
	var all tally
	for seed := range uint64(worlds / 2) {
		w := simulate.WaysMixed(seed, 1000, worldsEnd)
		all.add(w, pastOf(w).Report().Groups)
	}
	t.Logf("advised in %d of %d groups; falsely in %d of %d worlds", all.right, all.groups, all.falsely, worlds/2)
	if all.falsely*100 > 10*worlds/2 || all.right*100 < 80*all.groups {
		t.Errorf("got %d of %d groups right and false advice in %d of %d worlds, want at least 80 %% and at most 10 %%", all.right, all.groups, all.falsely, worlds/2)
	}
}

// Where chance plays no part any more, what is left is how well people are
// compared.
func TestManyPeopleMakeNoFalseAdvice(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("40,000 people")
	}
	r := pastOf(simulate.WaysAlike(1, 10_000, worldsEnd)).Report()
	for g, group := range append(r.Groups, r.Everybody) {
		if way, ok := group.Advised(); ok {
			t.Errorf("group %d is advised %v, by %.1f; want nothing", g, way, group.Cells[way].Yield)
		}
	}
}

func TestFewPeopleMakeNoAdvice(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		w := simulate.WaysApart(seed, 30, worldsEnd)
		for g, group := range pastOf(w).Report().Groups {
			if advised, ok := group.Advised(); ok && advised != w.Best[g] {
				t.Errorf("seed %d, group %d of 30 people: advised %v, the best way is %v", seed, g, advised, w.Best[g])
			}
		}
	}
}

// A yield leaves out what a way did within the first weeks and is drawn to the
// others: it may fall short of the truth, it must not exceed it.
func TestYieldsAreNotExaggerated(t *testing.T) {
	t.Parallel()
	var shown, truly float64
	for seed := range uint64(4) {
		w := simulate.WaysApart(seed, 1000, worldsEnd)
		held, unheld := pastOf(w).Report(), pastOf(w.Unheld()).Report()
		for g, best := range w.Best {
			with, without := held.Groups[g].Cells[best], unheld.Groups[g].Cells[best]
			if with.Tried != without.Tried {
				t.Fatalf("seed %d: %d people tried the best way and %d in its twin", seed, with.Tried, without.Tried)
			}
			shown += with.Yield
			truly += 100 * float64(with.Came-without.Came) / float64(with.Tried)
		}
	}
	t.Logf("mean yield of the best way: told %.1f, true %.1f people of a hundred", shown/16, truly/16)
	if shown > truly || shown < truly/2 {
		t.Errorf("mean yield of the best way is %.1f, want between half of the true %.1f and that", shown/16, truly/16)
	}
}

// estimator fills in the yields of groups from lives.
type estimator struct {
	name  string
	blind bool // to how eager people are
	apply func(groups []Group, lives []life)
}

func grouped(l *life) []int { return l.groups }

var estimators = []estimator{
	{"partial pooling, all that people are compared by", false, func(groups []Group, lives []life) { compare(groups, 0, rowsOf(lives, grouped)) }},
	{"each group by itself", false, func(groups []Group, lives []life) {
		rows := rowsOf(lives, grouped)
		for g := range groups {
			var own []row
			for _, r := range rows {
				if r.group == g {
					r.group = -1
					own = append(own, r)
				}
			}
			compare(groups[g:g+1], -1, own)
		}
	}},
	{"nothing that people are compared by", true, func(groups []Group, lives []life) {
		bare := make([]life, len(lives))
		for i, l := range lives {
			bare[i] = life{groups: l.groups, came: l.came, ways: l.ways, acts: 1, days: 1}
		}
		compare(groups, 0, rowsOf(bare, grouped))
	}},
	{"strata of how much people did (Mantel and Haenszel)", false, mantelHaenszel},
	{"shares as they are", true, proportions},
}

// proportions compares shares, with an interval for the difference of two.
func proportions(groups []Group, lives []life) {
	z := quantile(len(groups) * int(orrery.Strategies))
	for g := range groups {
		for way := range orrery.Strategies {
			var n, came [2]float64
			for _, l := range lives {
				if l.groups[0] == g {
					with := l.ways >> way & 1
					n[with]++
					if l.came {
						came[with]++
					}
				}
			}
			p, q := came[1]/n[1], came[0]/n[0]
			judge(&groups[g].Cells[way], p-q, math.Sqrt(p*(1-p)/n[1]+q*(1-q)/n[0]), z)
		}
		groups[g].advise()
	}
}

// mantelHaenszel is the risk difference over strata, with Sato's variance (1989).
func mantelHaenszel(groups []Group, lives []life) {
	z := quantile(len(groups) * int(orrery.Strategies))
	for g := range groups {
		for way := range orrery.Strategies {
			type table struct{ n, came [2]float64 }
			strata := map[[3]uint8]*table{}
			for _, l := range lives {
				if l.groups[0] != g {
					continue
				}
				key := [3]uint8{step(l.acts), step(l.days), uint8(l.origin)}
				if strata[key] == nil {
					strata[key] = &table{}
				}
				with := l.ways >> way & 1
				strata[key].n[with]++
				if l.came {
					strata[key].came[with]++
				}
			}
			var weight, difference, p, q float64
			for _, s := range strata {
				n := s.n[0] + s.n[1]
				if s.n[0] == 0 || s.n[1] == 0 {
					continue
				}
				weight += s.n[0] * s.n[1] / n
				difference += (s.came[1]*s.n[0] - s.came[0]*s.n[1]) / n
				p += (s.n[1]*s.n[1]*s.came[0] - s.n[0]*s.n[0]*s.came[1] + s.n[0]*s.n[1]*(s.n[0]-s.n[1])/2) / (n * n)
				q += (s.came[1]*(s.n[0]-s.came[0]) + s.came[0]*(s.n[1]-s.came[1])) / (2 * n)
			}
			d := difference / weight
			judge(&groups[g].Cells[way], d, math.Sqrt((d*p+q)/(weight*weight)), z)
		}
		groups[g].advise()
	}
}

func judge(c *Cell, difference, deviation, z float64) {
	c.effect = difference
	c.Yield, c.Low, c.High = 100*difference, 100*(difference-z*deviation), 100*(difference+z*deviation)
	c.Verdict = NoDifference
	if c.Low > negligible {
		c.Verdict = More
	}
}

// TestOtherEstimators keeps the reasons for the one that was chosen.
func TestOtherEstimators(t *testing.T) {
	t.Parallel()
	seeds := uint64(2)
	if testing.Verbose() {
		seeds = worlds // the table in docs/science.md
	}
	for _, e := range estimators {
		var apart, alike tally
		for seed := range seeds {
			for _, one := range []struct {
				world *simulate.WaysWorld
				tally *tally
			}{{simulate.WaysApart(seed, 600, worldsEnd), &apart}, {simulate.WaysAlike(seed, 600, worldsEnd), &alike}} {
				p := pastOf(one.world)
				groups := make([]Group, one.world.Groups)
				for g := range groups {
					groups[g] = p.counted(1 + g)
				}
				e.apply(groups, p.watched())
				one.tally.add(one.world, groups)
			}
		}
		line := fmt.Sprintf("%-56s advised %d of %d, wrongly %d, mean yield %.1f; false in %d of %d worlds",
			e.name, apart.right, apart.groups, apart.wrong, apart.shown/float64(apart.groups), alike.falsely, seeds)
		t.Log(line)
		if e.blind != (alike.falsely*2 >= int(seeds)) {
			t.Errorf("%s: want false advice in most worlds only of who compares what cannot be compared", line)
		}
	}
}
