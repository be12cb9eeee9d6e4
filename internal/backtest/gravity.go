package backtest

import (
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// Gravity is what was foretold of all people in orbit together at one cut, and
// how many came.
type Gravity struct {
	Target      string  `json:"target"` // "gravity"
	Of          Target  `json:"of"`
	HorizonDays int     `json:"horizon_days"`
	Cut         string  `json:"cut"` // the day that begins the window, 2006-01-02
	Expected    float64 `json:"expected"`
	Low         float64 `json:"low"` // the interval covers 90 %
	High        float64 `json:"high"`
	Actual      int     `json:"actual"` // of those in orbit at the cut
	InOrbit     int     `json:"in_orbit"`

	// SameAsBefore is how many came in the window before, of those in orbit at its
	// beginning: what anybody would say who knows no model. Nil where the history
	// does not reach back so far.
	SameAsBefore *int `json:"same_as_before,omitempty"`
}

// Held reports whether the interval held what came.
func (g *Gravity) Held() bool { return g.Low <= float64(g.Actual) && float64(g.Actual) <= g.High }

// Error is how far off the expectation was, in shares of what came.
func (g *Gravity) Error() float64 { return off(g.Expected, g.Actual) }

func off(expected float64, actual int) float64 {
	return math.Abs(expected-float64(actual)) / math.Max(1, float64(actual))
}

func (e *exam) weigh(cut orrery.Day, now *window, fit *field.Fit) Gravity {
	logits := make([]float64, len(now.asked))
	for i := range now.asked {
		logits[i] = fit.Score(now.asked[i].sample.X)
	}
	told := fit.Gravity(logits)
	return Gravity{
		Target: "gravity", Of: e.target, HorizonDays: int(e.horizon), Cut: cut.String(),
		Expected: told.Expected, Low: told.Low, High: told.High,
		Actual: count(now.outcomes()), InOrbit: len(now.asked),
	}
}

// Windows returns the report's gravity, by target and horizon.
func (r *Report) Windows() [][]Gravity {
	var all [][]Gravity
	for i, g := range r.Gravity {
		if i == 0 || r.Gravity[i-1].Of != g.Of || r.Gravity[i-1].HorizonDays != g.HorizonDays {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], g)
	}
	return all
}

// GravitySummary is how gravity did over several windows.
type GravitySummary struct {
	Target            string  `json:"target"` // "gravity_summary"
	Of                Target  `json:"of"`
	HorizonDays       int     `json:"horizon_days"`
	Windows           int     `json:"windows"`
	MedianError       float64 `json:"median_error"`         // shares of what came
	SameAsBeforeError float64 `json:"same_as_before_error"` // likewise, of the plain guess
	Held              int     `json:"held"`                 // windows whose interval held what came
}

// Summarise sums up windows of one target and horizon that have something to
// compare with.
func Summarise(all []Gravity) GravitySummary {
	s := GravitySummary{Target: "gravity_summary"}
	var model, plain []float64
	for i := range all {
		g := &all[i]
		s.Of, s.HorizonDays = g.Of, g.HorizonDays
		s.Windows++
		if g.Held() {
			s.Held++
		}
		model = append(model, g.Error())
		if g.SameAsBefore != nil {
			plain = append(plain, off(float64(*g.SameAsBefore), g.Actual))
		}
	}
	s.MedianError, s.SameAsBeforeError = median(model), median(plain)
	return s
}

// median of no values is 0.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return percentile(values, .5)
}
