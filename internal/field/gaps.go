package field

import "slices"

// Gaps are the days between one day on which somebody came by themselves with
// something meaningful and the next such day of theirs.
type Gaps struct {
	People int    `json:"people"` // who came on two days or more
	Gaps   int    `json:"gaps"`
	Median int    `json:"median"` // days; 0 without gaps
	Within [3]int `json:"within"` // of up to 30, 90 and 365 days
}

// Gaps reads the gaps of people that count.
func (p *Past) Gaps(keep Keep) Gaps {
	var g Gaps
	var all []int32
	for member, days := range p.days {
		if keep != nil && !keep(member) {
			continue
		}
		slices.Sort(days)
		before, came := pastDay(0), 0
		for _, d := range days {
			if !d.qualifies() || came > 0 && d == before {
				continue
			}
			if came++; came > 1 {
				all = append(all, int32(d.day()-before.day()))
			}
			before = d
		}
		if came > 1 {
			g.People++
		}
	}
	slices.Sort(all)
	g.Gaps = len(all)
	if g.Gaps == 0 {
		return g
	}
	g.Median = int(all[len(all)/2])
	for i, h := range []Horizon{Monthly, Quarterly, Yearly} {
		g.Within[i], _ = slices.BinarySearch(all, int32(h)+1)
	}
	return g
}
