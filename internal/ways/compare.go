package ways

import (
	"cmp"
	"math"
	"slices"

	"orrery.dev/orrery"
)

// compare fills in the yields of groups, which rows name by their numbers. One
// group whose number is −1, as in the rows of who is in no group, is everybody.
func compare(groups []Group, first int, rows []row) {
	alike := alikeOf(rows)
	for i := range rows {
		r := &rows[i]
		if r.group < first {
			continue
		}
		g := &groups[r.group-first]
		g.Watched += int(r.n)
		g.Returned += int(r.came)
		for way := range orrery.Strategies {
			if c := &g.Cells[way]; r.ways>>way&1 == 1 {
				c.Tried += int(r.n)
				c.Came += int(r.came)
				if alike.without(&r.pattern, way) {
					c.Compared += int(r.n)
				}
			}
		}
	}
	family := 0
	for g := range groups {
		for way := range orrery.Strategies {
			c := &groups[g].Cells[way]
			c.Verdict = verdictBefore(c, &groups[g])
			if c.Verdict.Compared() {
				family++
			}
		}
	}
	if family == 0 {
		return
	}
	m := fit(rows, first+len(groups))
	l := m.layout()
	z := quantile(family)
	for g := range groups {
		for way := range orrery.Strategies {
			c := &groups[g].Cells[way]
			if !c.Verdict.Compared() {
				continue
			}
			number := first + g
			mean, deviation := m.effect(&l, number, way)
			c.effect = mean
			in := func(r *row) bool { return r.group == number && r.ways>>way&1 == 1 && alike.without(&r.pattern, way) }
			c.Yield, c.Low, c.High = m.yield(&l, rows, in, mean, mean-z*deviation, mean+z*deviation)
			switch {
			case c.Low > negligible:
				c.Verdict = More
			case c.High < -negligible:
				c.Verdict = Fewer
			}
		}
		groups[g].advise()
	}
}

// negligible is a difference, of a hundred people, that is taken for none. What
// people are compared by is known in steps and is not all that makes them alike:
// in made-up worlds of 120,000 people, where chance plays no part any more, ways
// that hold nobody still seem to bring up to 0.7.
const negligible = 1.0

// verdictBefore tells whether a cell can be compared at all.
func verdictBefore(c *Cell, g *Group) Verdict {
	switch {
	case c.Tried < fewest:
		return Untested
	case g.Watched-c.Tried < fewest || c.Compared < fewest || 2*c.Compared < c.Tried:
		return NoComparison
	default:
		return NoDifference
	}
}

// advise lists the ways that hold.
func (g *Group) advise() {
	for way := range orrery.Strategies {
		if g.Cells[way].Verdict == More {
			g.Holds = append(g.Holds, way)
		}
	}
	slices.SortStableFunc(g.Holds, func(a, b orrery.Strategy) int {
		return cmp.Compare(g.Cells[b].effect, g.Cells[a].effect)
	})
}

// yield returns how many more of a hundred people came than if the way added
// nothing to their log odds, for three values of what it adds. The people are
// those of in, as they are: what changes is what they are compared with.
func (m *model) yield(l *layout, rows []row, in func(*row) bool, effects ...float64) (mean, low, high float64) {
	var sums [3]float64
	var people float64
	memory := make([]term, 0, 24)
	for i := range rows {
		if r := &rows[i]; in(r) {
			z := m.logOdds(l, &r.pattern, memory)
			people += r.n
			for k, e := range effects {
				sums[k] += r.n * (chance(z) - chance(z-e))
			}
		}
	}
	return 100 * sums[0] / people, 100 * sums[1] / people, 100 * sums[2] / people
}

// quantile returns how many standard errors an interval spans to each side where
// a family of them shall hold at once (Šidák 1967).
func quantile(family int) float64 {
	each := math.Pow(Confidence, 1/float64(family))
	return math.Sqrt2 * math.Erfinv(each)
}

// alike knows, for each amount of activity, how many people there are who tried
// a way and who did not.
type alike map[[2]uint8]*[orrery.Strategies]int

// enoughAlike is how many people without a way it takes to compare with.
const enoughAlike = 5

func alikeOf(rows []row) alike {
	out := alike{}
	for i := range rows {
		key := amount(&rows[i].pattern)
		counts := out[key]
		if counts == nil {
			counts = new([orrery.Strategies]int)
			out[key] = counts
		}
		for way := range orrery.Strategies {
			if rows[i].ways>>way&1 == 0 {
				counts[way] += int(rows[i].n)
			}
		}
	}
	return out
}

// amount is how much somebody did, in doublings.
func amount(p *pattern) [2]uint8 { return [2]uint8{p.acts / 2, p.days / 2} }

func (a alike) without(p *pattern, way orrery.Strategy) bool {
	return a[amount(p)][way] >= enoughAlike
}
