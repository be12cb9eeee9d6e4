package backtest

import (
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// window is what was known at one cut.
type window struct {
	asked []view // everybody who was asked about
}

// view is what was known of one person at a cut, and what came of it.
type view struct {
	who       int32 // number among the people
	sample    field.Sample
	earlier   [field.Terms]float64 // what the sample's X was driftDays before
	hadCome   bool                 // by then
	since     float64              // days since the last one, from 1
	frequency float64              // activities ever
	value     float64              // money where there is any, else weight
	love      float64              // Σ weight·0.9^months
	next      int32                // days in the horizon after the cut
	before    int32                // days in as long a time that ended driftDays before it
	silence   int32                // days from the cut to the next one; none: the rest of time
	lifetime  lifetime
}

// driftDays is how far back drift looks: field's own.
const driftDays = 30

// look returns the window of a cut: of those who had come, and were present within
// so many days.
func look(people []person, cut orrery.Day, h field.Horizon, within orrery.Day) window {
	w := window{asked: make([]view, 0, len(people))}
	for i := range people {
		p := &people[i]
		n, _ := slices.BinarySearch(p.days, cut)
		if n == 0 {
			continue
		}
		if !p.presentWithin(cut, within) {
			continue
		}
		w.asked = append(w.asked, p.view(n, cut, h))
	}
	return w
}

// presentWithin reports whether a person who had come before a cut did anything
// within so many days before it.
func (p *person) presentWithin(cut, within orrery.Day) bool {
	n, _ := slices.BinarySearch(p.present, cut)
	return n > 0 && p.present[n-1] >= cut-within
}

// view tells what was known of a person at a cut, n of whose days lie before it.
func (p *person) view(n int, cut orrery.Day, h field.Horizon) view {
	var s field.Series
	v := view{who: p.who, since: float64(cut - p.days[n-1]), lifetime: p.lifetime(n, cut), silence: math.MaxInt32}
	for _, day := range p.days[:n] {
		if day >= cut-driftDays && !v.hadCome {
			v.earlier, v.hadCome = s.Features(cut - driftDays - 1)
		}
		s.Add(day)
	}
	if !v.hadCome {
		v.earlier, v.hadCome = s.Features(cut - driftDays - 1)
	}
	v.sample.X, _ = s.Features(cut - 1)
	if n < len(p.days) {
		v.sample.Came = p.days[n] < cut+orrery.Day(h)
		v.silence = int32(p.days[n] - cut)
	}
	v.next = between(p.days, cut, cut+orrery.Day(h))
	v.before = between(p.days, cut-driftDays-orrery.Day(h), cut-driftDays)
	for _, a := range p.activities {
		if a.day >= cut {
			break
		}
		// Months are 30 days back from the cut, the current one being 0.
		months := (cut - 1 - a.day) / 30
		v.love += a.weight * monthly(int(months))
		v.frequency++
		v.value += a.value
	}
	return v
}

// between counts the days in [from, to).
func between(days []orrery.Day, from, to orrery.Day) int32 {
	a, _ := slices.BinarySearch(days, from)
	b, _ := slices.BinarySearch(days, to)
	return int32(b - a)
}

func (p *person) lifetime(n int, cut orrery.Day) lifetime {
	return lifetime{
		repeats: float64(n - 1),
		recency: float64(p.days[n-1]-p.days[0]) / unit,
		age:     float64(cut-p.days[0]) / unit,
	}
}

// everKnown returns the lifetimes of everybody who had come before a cut. Of more than
// sampled people it takes every second, third, … one, whoever that is.
func everKnown(people []person, cut orrery.Day) lifetimes {
	var all []lifetime
	for i := range people {
		if n, _ := slices.BinarySearch(people[i].days, cut); n > 0 {
			all = append(all, people[i].lifetime(n, cut))
		}
	}
	if step := (len(all) + sampled - 1) / sampled; step > 1 {
		some := all[:0]
		for i := 0; i < len(all); i += step {
			some = append(some, all[i])
		}
		all = some
	}
	return together(all)
}

// sampled is how many people a model of buying till you die is fitted to, at
// most: its four numbers hardly change with more.
const sampled = 2500

// monthly returns .9^months.
func monthly(months int) float64 {
	if months < len(fading) {
		return fading[months]
	}
	return math.Pow(.9, float64(months))
}

var fading = func() (table [240]float64) {
	for months := range table {
		table[months] = math.Pow(.9, float64(months))
	}
	return table
}()

func (w *window) outcomes() []bool {
	came := make([]bool, len(w.asked))
	for i := range w.asked {
		came[i] = w.asked[i].sample.Came
	}
	return came
}

func (w *window) numbers() []int32 {
	people := make([]int32, len(w.asked))
	for i := range w.asked {
		people[i] = w.asked[i].who
	}
	return people
}
