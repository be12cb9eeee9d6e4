package field

import (
	"math"
	"math/bits"

	"orrery.dev/orrery"
)

// LevelOf returns the band of a closeness (0–100), for an orbit that lasts.
func LevelOf(closeness float64) orrery.Level {
	switch {
	case closeness >= 70:
		return orrery.Core
	case closeness >= 35:
		return orrery.Inner
	case closeness >= 10:
		return orrery.Outer
	default:
		return orrery.Edge
	}
}

// fortnight is how many midnights a level looks back over.
const fortnight = 14

// place returns where an orbit stands as of a day, its open day counted. Its
// level is the band of the highest closeness at the last 14 UTC midnights, the
// one that ends the day included: promoted at once, demoted after a fortnight.
func (c *Cell) place(f *Fit, day orrery.Day) place {
	p := place{z: math.Inf(-1), member: c.member}
	s := c.qualifyingNow()
	if z, ok := f.Logit(&s, day); ok {
		p.z = z
	}
	if !c.lasts(f.Horizon, day) {
		return p
	}
	p.level = LevelOf(100 * sigmoid(f.peak(&s, day, p.z)))
	return p
}

// lasts reports whether anything happened in max(365, 2H) days.
func (c *Cell) lasts(h Horizon, day orrery.Day) bool {
	last := c.Any.Last
	if c.flags&active != 0 {
		last = c.day
	} else if c.Any.Empty() {
		return false
	}
	if last > day {
		s := c.anyNow()
		at, ok := s.asOf(day)
		if !ok {
			return false
		}
		last = at.last
	}
	return int32(day-last)+1 <= h.Patience()
}

// anyNow and qualifyingNow return the series with the open day counted.
func (c *Cell) anyNow() Series        { return c.Any.with(c.day, c.flags&active != 0) }
func (c *Cell) qualifyingNow() Series { return c.Qualifying.with(c.day, c.flags&qualifies != 0) }

func (s Series) with(day orrery.Day, came bool) Series {
	if came {
		s.Add(day)
	}
	return s
}

// peak returns the highest log odds at the last 14 midnights, given those of
// the last. Between active days a falling fit only falls, so the peak is at the
// first of the midnights or at one that ends an active day.
func (f *Fit) peak(s *Series, day orrery.Day, z float64) float64 {
	if s.Empty() {
		return z
	}
	first := day - (fortnight - 1)
	if at, ok := f.Logit(s, first); ok {
		z = max(z, at)
	}
	if !f.falling() {
		for d := first + 1; d < day; d++ {
			if at, ok := f.Logit(s, d); ok {
				z = max(z, at)
			}
		}
		return z
	}
	for m := s.Map; m != 0; m &= m - 1 {
		d := s.Last - orrery.Day(bits.TrailingZeros64(m))
		if d <= first {
			break
		}
		if d < day {
			at, _ := f.Logit(s, d) // a day of the map is never before the first
			z = max(z, at)
		}
	}
	return z
}
