package field

import (
	"fmt"
	"math"

	"orrery.dev/orrery"
)

// Horizon is a planet's rhythm in days: how far ahead closeness looks.
type Horizon int32

// The horizons that a planet can have.
const (
	Monthly   Horizon = 30
	Quarterly Horizon = 90
	Yearly    Horizon = 365
)

// ParseHorizon reads a number of days.
func ParseHorizon(days int) (Horizon, error) {
	h := Horizon(days)
	if h.index() < 0 {
		return 0, orrery.Errorf(orrery.Invalid, "a horizon of %d days is not known: choose 30, 90 or 365", days)
	}
	return h, nil
}

// index returns h's place among the horizons, or −1.
func (h Horizon) index() int {
	switch h {
	case Monthly:
		return 0
	case Quarterly:
		return 1
	case Yearly:
		return 2
	default:
		return -1
	}
}

// Patience is how many days without any activity an orbit lasts.
func (h Horizon) Patience() int32 { return max(365, 2*int32(h)) }

// The terms of a fit, in order: the logarithm of one plus each.
const (
	Week    = iota // D7
	Month          // D30
	Quarter        // D90
	Year           // D365
	Since          // ρ, days since the last one, 1–3,650
	Months         // periods of 30 days since the first one in which there was another
	Terms          // how many there are
)

// TermNames are what reasons call the terms. Stable: screens and commands show
// them, scripts may look for them.
var TermNames = [Terms]string{
	"days in the last week",
	"days in the last month",
	"days in the last quarter",
	"days in the last year",
	"time since the last visit",
	"months in which they came again",
}

// BaseTerm names the points that everybody has who ever came.
const BaseTerm = "base"

const longestSince = 3650

// Fit turns a series into a chance of coming within Horizon days:
// σ(A + Σ Weights·ln(1+x)). The zero Fit gives everybody one half.
type Fit struct {
	Name    string // versioned: "cold-start/1"; shown beside what it scored
	Horizon Horizon
	A       float64
	Weights [Terms]float64 // on ln(1+D7), ln(1+D30), ln(1+D90), ln(1+D365), ln(1+ρ), ln(1+months)

	// Spread is the relative standard error of a sum of chances beyond what
	// chance itself explains: overdispersion and a fit that is off as a whole.
	Spread float64
}

// ColdStart returns the fit for a planet that has no history to learn from
// (SCIENCE §1): z = .8 ln(1+D30) + ln(1+D365) − .4 ln(1+ρ), P = σ(a + z). Its
// order of people is good, its level is not: the sum over people was off by
// 39 % in the median, a standard error of .39/.6745 if errors are normal.
func ColdStart(h Horizon) Fit {
	f := Fit{
		Name:    fmt.Sprintf("cold-start/1/%d", h),
		Horizon: h,
		Weights: [Terms]float64{Month: .8, Year: 1, Since: -.4},
		Spread:  .58,
	}
	switch h {
	case Monthly:
		f.A = -2.3
	case Quarterly:
		f.A = -1.4
	default:
		f.A = -.8
	}
	return f
}

// Forecast holds the two fits that a planet is read with: closeness over
// qualifying days, return over any days.
type Forecast struct {
	Closeness, Return Fit
}

// ColdForecast returns the cold start for both.
func ColdForecast(h Horizon) Forecast {
	return Forecast{Closeness: ColdStart(h), Return: ColdStart(h)}
}

// Logit returns the log odds of a series as of a day, and false where no day
// had come: the chance is then 0.
func (f *Fit) Logit(s *Series, day orrery.Day) (float64, bool) {
	at, ok := s.asOf(day)
	if !ok {
		return 0, false
	}
	return f.logit(&at, day), true
}

// Chance returns the chance in 0–1 of a day within the horizon, as of a day.
func (f *Fit) Chance(s *Series, day orrery.Day) float64 {
	z, ok := f.Logit(s, day)
	if !ok {
		return 0
	}
	return sigmoid(z)
}

// Features returns the terms of a series as of a day, before their weights, and
// false where no day had come. Learn makes fits from them.
func (s *Series) Features(day orrery.Day) (x [Terms]float64, ok bool) {
	at, ok := s.asOf(day)
	if !ok {
		return x, false
	}
	for i, d := range at.d {
		x[i] = math.Log1p(d)
	}
	x[Since] = math.Log1p(at.since(day))
	x[Months] = math.Log1p(at.months)
	return x, true
}

// Score returns the log odds that the fit gives to features.
func (f *Fit) Score(x [Terms]float64) float64 {
	z := f.A
	for i, w := range f.Weights {
		z += w * x[i]
	}
	return z
}

func (at *asOf) since(day orrery.Day) float64 {
	return float64(min(int32(day-at.last)+1, longestSince))
}

func (f *Fit) logit(at *asOf, day orrery.Day) float64 {
	z := f.A
	for i, d := range at.d {
		if w := f.Weights[i]; w != 0 {
			z += w * math.Log(1+d)
		}
	}
	if w := f.Weights[Months]; w != 0 {
		z += w * math.Log(1+at.months)
	}
	return z + f.Weights[Since]*math.Log(1+at.since(day))
}

// falling reports whether the chance can only fall from one active day to the
// next: decays and absence both count against it, and months stay.
func (f *Fit) falling() bool {
	for i, w := range f.Weights {
		if i != Since && w < 0 || i == Since && w > 0 {
			return false
		}
	}
	return true
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
