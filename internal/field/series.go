package field

import (
	"math"
	"math/bits"

	"orrery.dev/orrery"
)

// Series is what is kept of the days on which somebody came: 56 bytes, O(1) a
// day. The zero value has no days.
type Series struct {
	D       [4]float64 // Σ 2^(−(Last−day)/h) over the days, h = 7, 30, 90, 365
	Map     uint64     // the last 64 days: bit k is the day Last−k; 0 when there are no days
	First   orrery.Day
	Last    orrery.Day
	Gap     uint16    // days from the last day before the map to Last, at most 65,535; 0 when there is none
	Periods [3]uint16 // how many periods of 30, 90, 365 days, counted from First, hold a day
}

// Empty reports whether there are no days.
func (s *Series) Empty() bool { return s.Map == 0 }

// Add counts a day. Days come in rising order; one that is not later than the
// last changes nothing.
func (s *Series) Add(day orrery.Day) {
	if s.Empty() {
		*s = Series{D: [4]float64{1, 1, 1, 1}, Map: 1, First: day, Last: day, Periods: [3]uint16{1, 1, 1}}
		return
	}
	delta := int32(day - s.Last)
	if delta <= 0 {
		return
	}
	if delta < nearDays {
		f := &decays.near[delta]
		for i := range s.D {
			s.D[i] = float64(s.D[i]*f[i]) + 1
		}
	} else {
		for i := range s.D {
			s.D[i] = float64(s.D[i]*decays.far(i, delta)) + 1
		}
	}
	s.shift(delta)
	// A day at least comes between two new periods of 30 days: 65,535 of them
	// are five thousand years.
	since, before := uint32(day-s.First), uint32(s.Last-s.First)
	if since/30 != before/30 {
		s.Periods[0]++
	}
	if since/90 != before/90 {
		s.Periods[1]++
	}
	if since/365 != before/365 {
		s.Periods[2]++
	}
	s.Last = day
}

// shift moves the map delta days on and sets the new last day's bit.
func (s *Series) shift(delta int32) {
	switch {
	case delta >= 64:
		s.Gap = uint16(min(delta, math.MaxUint16))
		s.Map = 1
		return
	case s.Map>>(64-delta) != 0:
		s.Gap = uint16(64 + bits.TrailingZeros64(s.Map>>(64-delta)))
	case s.Gap != 0:
		s.Gap = uint16(min(int32(s.Gap)+delta, math.MaxUint16))
	}
	s.Map = s.Map<<delta | 1
}

// asOf is a series as it stood at the midnight that ends a day.
type asOf struct {
	d      [4]float64
	last   orrery.Day
	months float64 // further periods of 30 days, after the first, that hold a day
}

// asOf returns the series as of a day, and false where no day had come yet.
// Days back to 64 before Last are exact, by the map; beyond that the state is
// gone and the answer is false: ask an engine that was built up to that day.
func (s *Series) asOf(day orrery.Day) (asOf, bool) {
	if s.Empty() || day < s.First {
		return asOf{}, false
	}
	if ahead := int32(day - s.Last); ahead >= 0 {
		out := asOf{last: s.Last, months: float64(s.Periods[0]) - 1}
		for i, d := range s.D {
			out.d[i] = d * decays.factor(i, ahead+1)
		}
		return out, true
	}
	return s.before(day)
}

// before takes the days after the given one out again.
func (s *Series) before(day orrery.Day) (asOf, bool) {
	back := int32(s.Last - day)
	if back > 64 {
		return asOf{}, false
	}
	out := asOf{d: s.D}
	for later := s.Map & (1<<back - 1); later != 0; later &= later - 1 {
		f := &decays.near[bits.TrailingZeros64(later)]
		for i := range out.d {
			out.d[i] -= f[i]
		}
	}
	for i := range out.d {
		// The days left count Last−day days too old; one goes to the midnight.
		out.d[i] = max(out.d[i], 0) / decays.near[back][i] * decays.near[1][i]
	}
	if earlier := s.Map >> back; back < 64 && earlier != 0 {
		out.last = day - orrery.Day(bits.TrailingZeros64(earlier))
	} else {
		out.last = s.Last - orrery.Day(s.Gap)
	}
	out.months = float64(s.Periods[0]) - 1 - float64(s.periodsSince(out.last, back))
	return out, true
}

// periodsSince counts the periods of 30 days that the map's newest days, those
// back to so many before Last, brought after that of an earlier day.
func (s *Series) periodsSince(earlier orrery.Day, back int32) (n int) {
	period := uint32(earlier-s.First) / 30
	for later := s.Map & (1<<back - 1); later != 0; {
		oldest := 63 - bits.LeadingZeros64(later)
		later &^= 1 << oldest
		if p := uint32(int32(s.Last-s.First)-int32(oldest)) / 30; p > period {
			period = p
			n++
		}
	}
	return n
}
