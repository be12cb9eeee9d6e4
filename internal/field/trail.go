package field

import "orrery.dev/orrery"

// Visit is a day on which somebody did something of their own, and whether that
// brings them closer. Visits sort by day.
type Visit int32

// VisitOf returns the visit that a row is, and false where it is none: somebody
// else acted, or it says nothing of anybody's presence.
func VisitOf(rule *orrery.Rule, r *Row) (Visit, bool) {
	if r.Receives || silent(rule) {
		return 0, false
	}
	v := Visit(r.Day) << 1
	if qualifying(rule, r) {
		v |= 1
	}
	return v, true
}

// Day is the day of the visit.
func (v Visit) Day() orrery.Day { return orrery.Day(v >> 1) }

// Qualifies says whether the visit brings them closer.
func (v Visit) Qualifies() bool { return v&1 != 0 }

// Trail yields where the orbit of these visits, which are sorted, stood at the
// end of each of the days, which rise: what Standings says of an engine that was
// built up to that day. Days before the first visit are passed over. Who is out
// of orbit has no closeness here, for they are on no map.
func (f *Fit) Trail(visits []Visit, days []orrery.Day, yield func(i int, s Standing)) {
	if len(visits) == 0 {
		return
	}
	var c Cell
	for i, day := range days {
		for len(visits) > 0 && visits[0].Day() <= day {
			c.Any.Add(visits[0].Day())
			if visits[0].Qualifies() {
				c.Qualifying.Add(visits[0].Day())
			}
			visits = visits[1:]
		}
		switch {
		case c.Any.Empty():
		case !c.lasts(f.Horizon, day):
			yield(i, Standing{})
		default:
			p := c.place(f, day)
			yield(i, Standing{Closeness: p.closeness(), Level: p.level})
		}
	}
}

// GravityOf returns the gravity of independent people whose chances sum to
// expected, with Σp(1−p) as their variance.
func (f *Fit) GravityOf(expected, variance float64) Gravity {
	g := Gravity{Expected: expected}
	g.widen(variance, f.Spread)
	return g
}
