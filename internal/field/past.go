package field

import (
	"maps"
	"slices"
	"sync"

	"orrery.dev/orrery"
)

// Past is every day of one planet's orbits: what its fits are learned from,
// which the cells, that forget, cannot tell. Eight bytes or so an active day;
// made for one Learn, then let go.
type Past struct {
	rules []orrery.Rule
	days  map[orrery.MemberID][]pastDay
}

// pastDay is a day and, in the lowest bit, whether it qualifies.
type pastDay int64

func (d pastDay) day() orrery.Day { return orrery.Day(d >> 1) }
func (d pastDay) qualifies() bool { return d&1 != 0 }

// NewPast returns an empty past of one planet.
func NewPast(rules []orrery.Rule) *Past {
	return &Past{rules: rules, days: make(map[orrery.MemberID][]pastDay)}
}

// Add takes rows of the planet, in any order.
func (p *Past) Add(rows []Row) {
	for i := range rows {
		r := &rows[i]
		rule := &p.rules[r.Kind]
		if r.Receives || silent(rule) {
			continue
		}
		d := pastDay(r.Day) << 1
		if qualifying(rule, r) {
			d |= 1
		}
		days := p.days[r.Member]
		if n := len(days); n == 0 || days[n-1] != d {
			p.days[r.Member] = append(days, d)
		}
	}
}

// windows is how many completed windows a fit is learned from, the latest ones.
const windows = 4

// Learn returns the fits that the windows completed by a day support, people
// who count only: cuts lie whole horizons before the midnight that ends the
// day, and a cut's people are those who were in orbit then.
func (p *Past) Learn(h Horizon, day orrery.Day, keep Keep) Forecast {
	var closeness, returns []Sample
	for _, member := range slices.Sorted(maps.Keys(p.days)) {
		if keep != nil && !keep(member) {
			continue
		}
		days := p.days[member]
		slices.Sort(days)
		for i := windows; i > 0; i-- {
			cut := day + 1 - orrery.Day(i)*orrery.Day(h)
			was, came := sampleOf(days, cut, h)
			if !came.inOrbit {
				continue
			}
			returns = append(returns, Sample{was.any, came.any})
			if came.known {
				closeness = append(closeness, Sample{was.qualifying, came.qualifying})
			}
		}
	}
	var f Forecast
	var both sync.WaitGroup
	both.Go(func() { f.Closeness = Learn(h, closeness) })
	f.Return = Learn(h, returns)
	both.Wait()
	return f
}

type features struct{ any, qualifying [Terms]float64 }

type outcome struct{ inOrbit, known, any, qualifying bool }

// sampleOf splits sorted days at a cut: what was known, and what came of it.
func sampleOf(days []pastDay, cut orrery.Day, h Horizon) (was features, came outcome) {
	var all, qualifying Series
	n := 0
	for ; n < len(days) && days[n].day() < cut; n++ {
		all.Add(days[n].day())
		if days[n].qualifies() {
			qualifying.Add(days[n].day())
		}
	}
	came.inOrbit = !all.Empty() && int32(cut-all.Last) <= h.patience()
	was.any, _ = all.Features(cut - 1)
	was.qualifying, came.known = qualifying.Features(cut - 1)
	for _, d := range days[n:] {
		if d.day() >= cut+orrery.Day(h) {
			break
		}
		came.any = true
		came.qualifying = came.qualifying || d.qualifies()
	}
	return was, came
}
