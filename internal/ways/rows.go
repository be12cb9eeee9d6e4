package ways

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"orrery.dev/orrery"
)

func ones(x uint32) int { return bits.OnesCount32(x) }

// pattern is what people may have in common. They are compared by it: how much
// they did in their first weeks by all ways together, in steps of half a
// doubling, when they came and how. Given how much somebody did in all, which
// ways it was tells nothing more of how eager they are, as long as eager people
// do more of everything.
type pattern struct {
	group  int // −1: none
	ways   uint8
	acts   uint8
	days   uint8
	own    uint8
	origin orrery.Origin
	cohort uint8
}

// row is a pattern and how many people have it.
type row struct {
	pattern
	n, came float64
}

// step returns where n lies on a scale of half doublings: 0 for 0, 1 for 1.
func step(n int) uint8 {
	if n <= 0 {
		return 0
	}
	return 1 + uint8(math.Round(2*math.Log2(float64(n))))
}

// rowsOf counts the lives by pattern. Somebody of several groups counts in each
// of them, somebody of none by themselves.
func rowsOf(lives []life, groupsOf func(*life) []int) []row {
	cohort := cohorts(lives)
	found := map[pattern]*row{}
	for i := range lives {
		l := &lives[i]
		key := pattern{-1, l.ways, step(l.acts), step(l.days), step(l.own), l.origin, cohort[month(l.arrived)]}
		groups := groupsOf(l)
		for n := range max(1, len(groups)) {
			if len(groups) > 0 {
				key.group = groups[n]
			}
			r := found[key]
			if r == nil {
				r = &row{pattern: key}
				found[key] = r
			}
			r.n++
			if l.came {
				r.came++
			}
		}
	}
	rows := make([]row, 0, len(found))
	for _, r := range found {
		rows = append(rows, *r)
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.ways, b.ways), cmp.Compare(a.acts, b.acts),
			cmp.Compare(a.days, b.days), cmp.Compare(a.own, b.own), cmp.Compare(a.origin, b.origin), cmp.Compare(a.cohort, b.cohort))
	})
	return rows
}

// mostCohorts is into how many spans of time people are parted at most.
const mostCohorts = 16

func month(d orrery.Day) int { return 12*d.Time().Year() + int(d.Time().Month()) }

// cohorts puts months in which few arrived together with the ones before.
func cohorts(lives []life) map[int]uint8 {
	arrived := map[int]int{}
	for i := range lives {
		arrived[month(lives[i].arrived)]++
	}
	months := make([]int, 0, len(arrived))
	for m := range arrived {
		months = append(months, m)
	}
	slices.Sort(months)
	of, at, inside := map[int]uint8{}, uint8(0), 0
	for _, m := range months {
		if inside >= 1+len(lives)/mostCohorts {
			at, inside = at+1, 0
		}
		of[m] = at
		inside += arrived[m]
	}
	return of
}
