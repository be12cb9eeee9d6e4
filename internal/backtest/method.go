package backtest

import (
	"math"
	"slices"

	"orrery.dev/orrery/internal/field"
)

// method ranks the people of a window, and gives each a chance.
type method struct {
	name    string
	predict func(now *window, past []window, h field.Horizon) (scores, chances []float64)
}

func methods() []method {
	return []method{
		{"fitted", byFit(field.Learn)},
		{"cold_start", byFit(func(h field.Horizon, past []field.Sample) field.Fit {
			return field.Scale(field.ColdStart(h), past)
		})},
		{"pareto_nbd", byLifetime(paretoNBD)},
		{"bg_nbd", byLifetime(bgNBD)},
		{"orbit_love", byScore(love)},
		{"rfm", byScore(rfm)},
		{"recency", byScore(recency)},
	}
}

// byFit learns a fit from the windows before.
func byFit(learn func(field.Horizon, []field.Sample) field.Fit) func(*window, []window, field.Horizon) ([]float64, []float64) {
	return func(now *window, past []window, h field.Horizon) (scores, chances []float64) {
		fit := learn(h, samples(past))
		for i := range now.asked {
			z := fit.Score(now.asked[i].sample.X)
			scores, chances = append(scores, z), append(chances, sigmoid(z))
		}
		return scores, chances
	}
}

// byScore scales a plain score on the windows before.
func byScore(score func(*window) []float64) func(*window, []window, field.Horizon) ([]float64, []float64) {
	return func(now *window, past []window, _ field.Horizon) (scores, chances []float64) {
		var before []float64
		var came []bool
		for i := range past {
			before, came = append(before, score(&past[i])...), append(came, past[i].outcomes()...)
		}
		a, b := field.Platt(before, came)
		scores = score(now)
		for _, s := range scores {
			chances = append(chances, sigmoid(a+b*s))
		}
		return scores, chances
	}
}

// love is that of the Orbit model, version 2 (SCIENCE §2). Its logarithm ranks
// alike and is fairer to Platt's scaling.
func love(w *window) []float64 {
	return each(w, func(v *view) float64 { return math.Log1p(v.love) })
}

func recency(w *window) []float64 {
	return each(w, func(v *view) float64 { return -math.Log1p(v.since) })
}

// rfm is the sum of three quintiles within the window, 1 to 5 each: recency,
// frequency, and money, or weight where there is no money.
func rfm(w *window) []float64 {
	r := quintiles(each(w, func(v *view) float64 { return -v.since }))
	f := quintiles(each(w, func(v *view) float64 { return v.frequency }))
	m := quintiles(each(w, func(v *view) float64 { return v.value }))
	for i := range r {
		r[i] += f[i] + m[i]
	}
	return r
}

func each(w *window, of func(*view) float64) []float64 {
	out := make([]float64, len(w.asked))
	for i := range w.asked {
		out[i] = of(&w.asked[i])
	}
	return out
}

// quintiles returns for each value the fifth that the middle of its equals
// falls in, 1 to 5.
func quintiles(values []float64) []float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	out := make([]float64, len(values))
	for i, v := range values {
		below, _ := slices.BinarySearch(sorted, v)
		upTo, _ := slices.BinarySearch(sorted, math.Nextafter(v, math.Inf(1)))
		middle := float64(below+upTo) / 2 / float64(len(values))
		out[i] = math.Min(math.Floor(middle*5), 4) + 1
	}
	return out
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
