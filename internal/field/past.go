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

// Windows is how many completed windows a fit is learned from at most, the latest
// ones.
const Windows = 24

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
		var known sofar
		for i := Windows; i > 0; i-- {
			cut := day + 1 - orrery.Day(i)*orrery.Day(h)
			days = known.until(cut, days)
			if !known.inOrbit(cut, h) {
				continue
			}
			came, meant := comes(days, cut+orrery.Day(h))
			x, _ := known.any.Features(cut - 1)
			returns = append(returns, Sample{x, came, uint8(i - 1)})
			if x, ok := known.qualifying.Features(cut - 1); ok {
				closeness = append(closeness, Sample{x, meant, uint8(i - 1)})
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

// sofar is what was known of somebody at a cut.
type sofar struct{ any, qualifying Series }

// until takes in the days before a cut, of sorted ones, and returns the rest.
func (s *sofar) until(cut orrery.Day, days []pastDay) []pastDay {
	for len(days) > 0 && days[0].day() < cut {
		s.any.Add(days[0].day())
		if days[0].qualifies() {
			s.qualifying.Add(days[0].day())
		}
		days = days[1:]
	}
	return days
}

func (s *sofar) inOrbit(cut orrery.Day, h Horizon) bool {
	return !s.any.Empty() && int32(cut-s.any.Last) <= h.Patience()
}

// comes says whether any of the sorted days lies before the end of a window, and
// whether one that qualifies does.
func comes(days []pastDay, end orrery.Day) (came, meant bool) {
	for _, d := range days {
		if d.day() >= end {
			break
		}
		came, meant = true, meant || d.qualifies()
	}
	return came, meant
}
