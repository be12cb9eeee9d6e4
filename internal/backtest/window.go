package backtest

import (
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// window is what was known at one cut.
type window struct {
	asked []view    // everybody who was asked about
	known lifetimes // of everybody who had ever come
}

// view is what was known of one person at a cut, and what came of it.
type view struct {
	who       int32 // number among the people
	sample    field.Sample
	since     float64 // days since the last one, from 1
	frequency float64 // activities ever
	value     float64 // money where there is any, else weight
	love      float64 // Σ weight·0.9^months
	lifetime  lifetime
}

// look returns the window of a cut.
func look(people []person, cut orrery.Day, h field.Horizon) window {
	var w window
	var known []lifetime
	for i := range people {
		p := &people[i]
		n, _ := slices.BinarySearch(p.days, cut)
		if n == 0 {
			continue
		}
		life := lifetime{
			repeats: float64(n - 1),
			recency: float64(p.days[n-1]-p.days[0]) / unit,
			age:     float64(cut-p.days[0]) / unit,
		}
		known = append(known, life)
		if p.days[n-1] < cut-population {
			continue
		}
		var s field.Series
		for _, day := range p.days[:n] {
			s.Add(day)
		}
		v := view{who: int32(i), since: float64(cut - p.days[n-1]), lifetime: life}
		v.sample.X, _ = s.Features(cut - 1)
		v.sample.Came = n < len(p.days) && p.days[n] < cut+orrery.Day(h)
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
		w.asked = append(w.asked, v)
	}
	w.known = together(known)
	return w
}

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

func samples(past []window) []field.Sample {
	var all []field.Sample
	for _, w := range past {
		for i := range w.asked {
			all = append(all, w.asked[i].sample)
		}
	}
	return all
}
