package partner

import (
	"cmp"
	"math"
	"slices"

	"orrery.dev/orrery"
)

// LaterDays are after how many days we look at how people orbit.
var LaterDays = [...]int{30, 90, 365}

// Stand is where somebody stood so many days after they were first seen.
type Stand struct {
	First     orrery.Day
	Closeness float64 // 0–100; 0 out of orbit
	Level     orrery.Level
}

// Later compares people whom a partner brought with people who came otherwise in
// the same quarters of years. Whoever a partner brings differs from others in more
// than that: it is an association.
type Later struct {
	Days       int            `json:"days"`
	People     int            `json:"people"`    // brought, so long ago
	Levels     map[string]int `json:"levels"`    // of them
	Closeness  Interval       `json:"closeness"` // their mean
	Others     int            `json:"others"`    // who came otherwise in the same quarters
	Theirs     Interval       `json:"theirs"`    // mean closeness of the others, weighted as the quarters of the brought
	Difference Interval       `json:"difference"`
	Compared   bool           `json:"compared"` // there is somebody to compare with
}

// leastCompared is how many people each side needs for a difference.
const leastCompared = 10

// Compare tells where people stood, beside others.
func Compare(days int, brought, others []Stand) Later {
	l := Later{Days: days, People: len(brought), Levels: map[string]int{}}
	for _, s := range brought {
		l.Levels[s.Level.String()]++
	}
	mine, theirs := byQuarter(brought), byQuarter(others)
	all := make([]float64, 0, len(brought))
	for _, s := range brought {
		all = append(all, s.Closeness)
	}
	mean, variance := meanVariance(all)
	l.Closeness = around(mean, variance/float64(max(1, len(all))))
	if len(brought) == 0 {
		return l
	}
	var difference, ours, other, vOurs, vOther float64
	weighed := 0
	for q, at := range mine {
		if len(theirs[q]) > 0 {
			weighed += len(at)
		}
	}
	quarters := make([]int, 0, len(mine))
	for q := range mine {
		quarters = append(quarters, q)
	}
	slices.Sort(quarters)
	for _, q := range quarters {
		if len(theirs[q]) == 0 {
			continue
		}
		w := float64(len(mine[q])) / float64(weighed)
		a, va := meanVariance(mine[q])
		b, vb := meanVariance(theirs[q])
		if len(mine[q]) < 2 {
			va = variance
		}
		l.Others += len(theirs[q])
		difference += w * (a - b)
		ours += w * a
		other += w * b
		vOurs += w * w * va / float64(len(mine[q]))
		vOther += w * w * vb / float64(len(theirs[q]))
	}
	if weighed < leastCompared || l.Others < leastCompared {
		return l
	}
	l.Compared = true
	l.Theirs, l.Difference = around(other, vOther), around(difference, vOurs+vOther)
	return l
}

func around(mean, variance float64) Interval {
	half := z95 * math.Sqrt(variance)
	return Interval{mean, mean - half, mean + half}
}

// byQuarter gathers closeness by the quarter in which people were first seen.
func byQuarter(of []Stand) map[int][]float64 {
	out := map[int][]float64{}
	for _, s := range of {
		at := s.First.Time()
		q := 4*at.Year() + (int(at.Month())-1)/3
		out[q] = append(out[q], s.Closeness)
	}
	return out
}

// Before and after: over so many weeks each, and so many placebos at most.
const (
	aroundWeeks  = 8
	mostPlacebos = 60
	leastPlacebo = 10
)

// Around is how many people came for the first time week by week before and after
// a date, beside the same around dates on which nothing is known to have happened.
// It tells what went together, not what would have been.
type Around struct {
	Date      orrery.Day   `json:"date"`
	Weeks     []int        `json:"weeks"`    // aroundWeeks before the date and as many after
	Change    float64      `json:"change"`   // mean after less mean before, people a week
	Placebos  [][]float64  `json:"placebos"` // weeks around other dates, each less its mean before
	Dates     []orrery.Day `json:"dates"`    // theirs
	AsLarge   int          `json:"as_large"` // placebos whose change is at least as large
	Elsewhere *Elsewhere   `json:"elsewhere,omitempty"`
}

// Elsewhere is the same for people in circles that the partner's people did not
// join; those who are in none are left out.
type Elsewhere struct {
	Weeks  []int   `json:"weeks"`
	Change float64 `json:"change"`
}

// AroundDate tells how many came around a date, of first days between two days. It
// is false where fewer weeks are known.
func AroundDate(date, first, last orrery.Day, came func(orrery.Day) int) (Around, bool) {
	a := Around{Date: date}
	const span = orrery.Day(7 * aroundWeeks)
	if date-span < first || date+span-1 > last {
		return a, false
	}
	a.Weeks = weeksAround(date, came)
	a.Change = change(a.Weeks)
	var free []orrery.Day // in steps of a week, far enough from the date
	for d := first + span; d+span-1 <= last; d += 7 {
		if d <= date-2*span || d >= date+2*span {
			free = append(free, d)
		}
	}
	step := max(1, (len(free)+mostPlacebos-1)/mostPlacebos)
	for i := 0; i < len(free); i += step {
		weeks := weeksAround(free[i], came)
		if c := change(weeks); math.Abs(c) >= math.Abs(a.Change) && math.Signbit(c) == math.Signbit(a.Change) {
			a.AsLarge++
		}
		before := meanOf(weeks[:aroundWeeks])
		line := make([]float64, len(weeks))
		for w, n := range weeks {
			line[w] = float64(n) - before
		}
		a.Placebos, a.Dates = append(a.Placebos, line), append(a.Dates, free[i])
	}
	return a, true
}

// Told says whether there are placebos enough to compare with.
func (a *Around) Told() bool { return len(a.Placebos) >= leastPlacebo }

// Beside adds how many came in other circles around the same date.
func (a *Around) Beside(came func(orrery.Day) int) {
	weeks := weeksAround(a.Date, came)
	a.Elsewhere = &Elsewhere{weeks, change(weeks)}
}

func weeksAround(date orrery.Day, came func(orrery.Day) int) []int {
	weeks := make([]int, 2*aroundWeeks)
	for w := range weeks {
		from := date + orrery.Day(7*(w-aroundWeeks))
		for d := from; d < from+7; d++ {
			weeks[w] += came(d)
		}
	}
	return weeks
}

func change(weeks []int) float64 { return meanOf(weeks[aroundWeeks:]) - meanOf(weeks[:aroundWeeks]) }

func meanOf(of []int) float64 {
	sum := 0
	for _, n := range of {
		sum += n
	}
	return float64(sum) / float64(len(of))
}

// Arrival is somebody who was first seen through a partner.
type Arrival struct {
	Member orrery.MemberID `json:"m"`
	Day    orrery.Day      `json:"d"`
	How    How             `json:"h"`
	Circle int             `json:"c"`           // that they are in, by its number; -1: none
	Stood  []orrery.Level  `json:"s,omitempty"` // after as many of LaterDays as have passed, and last, now
}

// Now is the level at which they stand.
func (a *Arrival) Now() orrery.Level {
	if len(a.Stood) == 0 {
		return orrery.OutOfOrbit
	}
	return a.Stood[len(a.Stood)-1]
}

// After is the level at which they stood so many days, one of LaterDays, after they
// were first seen; false where that is still to come.
func (a *Arrival) After(days int) (orrery.Level, bool) {
	for i, n := range LaterDays {
		if n == days && i < len(a.Stood)-1 {
			return a.Stood[i], true
		}
	}
	return orrery.OutOfOrbit, false
}

// SortArrivals puts the newest first.
func SortArrivals(list []Arrival) {
	slices.SortFunc(list, func(a, b Arrival) int { return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(a.Member, b.Member)) })
}
