package backtest

import (
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// method ranks the people of a window, and gives each a chance.
type method struct {
	name    string
	predict func(*setting) (scores, chances []float64)
}

// setting is what a method may know.
type setting struct {
	now     *window
	before  []window       // the latest completed ones, for plain methods
	lessons []field.Sample // of more of them, for fits
	horizon field.Horizon
	past    *past // for days before the cut
	cut     orrery.Day
	fit     field.Fit // learned from the windows before
}

func methods() []method {
	return []method{
		{"fitted", func(s *setting) ([]float64, []float64) { return byFit(s, &s.fit) }},
		{"cold_start", func(s *setting) ([]float64, []float64) {
			cold := field.Scale(field.ColdStart(s.horizon), s.lessons)
			return byFit(s, &cold)
		}},
		{"pareto_nbd", byLifetime(paretoNBD, paretoModel)},
		{"bg_nbd", byLifetime(bgNBD, bgModel)},
		{"orbit_love", byScore(love)},
		{"rfm", byScore(rfm)},
		{"recency", byScore(recency)},
	}
}

func byFit(s *setting, fit *field.Fit) (scores, chances []float64) {
	for i := range s.now.asked {
		z := fit.Score(s.now.asked[i].sample.X)
		scores, chances = append(scores, z), append(chances, sigmoid(z))
	}
	return scores, chances
}

// byScore scales a plain score on the windows before.
func byScore(score func(*window) []float64) func(*setting) ([]float64, []float64) {
	return func(s *setting) (scores, chances []float64) {
		var before []float64
		var came []bool
		for i := range s.before {
			before, came = append(before, score(&s.before[i])...), append(came, s.before[i].outcomes()...)
		}
		a, b := field.Platt(before, came)
		scores = score(s.now)
		for _, z := range scores {
			chances = append(chances, sigmoid(a+b*z))
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
