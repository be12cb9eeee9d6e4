package field

import (
	"math"

	"orrery.dev/orrery"
)

// Reading is how an orbit stands as of a day.
type Reading struct {
	Orbit     Orbit
	AsOf      orrery.Day
	Fit       string  // the name of the closeness fit
	Closeness float64 // 0–100; 0 without a qualifying day
	Return    float64 // 0–1: chance of any activity within the horizon
	Level     orrery.Level

	// Drift is the closeness's log odds now less those 30 days ago. Known only
	// where there was a qualifying day by then: 0 otherwise.
	Drift      float64
	DriftKnown bool

	Endurance       Endurance
	Given, Received [orrery.Strategies]float64 // decayed weights, half-life 180 days
	Repelled        float64                    // likewise, of negative activities
	Reach           uint32                     // distinct other members they had to do with

	First, Last orrery.Day // of any activity of their own, if HasCome
	HasCome     bool
	Days        Series   // qualifying days, the open one included
	Reasons     []Reason // their points add up to Closeness
}

// Endurance is in how many of the completed periods of one horizon's length,
// counted from the first qualifying day, somebody came.
type Endurance struct {
	Came, Of int
}

// Share returns Came/Of, or 0 before the first period is over.
func (n Endurance) Share() float64 {
	if n.Of == 0 {
		return 0
	}
	return float64(n.Came) / float64(n.Of)
}

// Reason is one term of a closeness and the points it adds.
type Reason struct {
	Term   string
	Points float64
}

// Sum returns the sum over all strategies.
func Sum(byStrategy [orrery.Strategies]float64) float64 {
	var sum float64
	for _, w := range byStrategy {
		sum += w
	}
	return sum
}

// Read returns how an orbit stands as of a day, and false if there is no such
// orbit. The day is meant to be the newest or later. Closeness, return, level
// and drift leave out rows of later days up to a month ahead (clocks that run
// fast); the rest cannot: for a day in the past, read an engine that was built
// from the rows up to it.
func (e *Engine) Read(o Orbit, f Forecast, day orrery.Day) (Reading, bool) {
	slot := e.find(o)
	if slot == 0 {
		return Reading{}, false
	}
	c := *e.at(slot)
	e.fold(&c)
	r := Reading{
		Orbit:     o,
		AsOf:      day,
		Fit:       f.Closeness.Name,
		Return:    f.Return.Chance(&c.Any, day),
		Level:     c.place(&f.Closeness, day).level,
		Endurance: c.Qualifying.endurance(f.Closeness.Horizon, day),
		Reach:     c.Reach,
		First:     c.Any.First,
		Last:      c.Any.Last,
		HasCome:   !c.Any.Empty(),
		Days:      c.Qualifying,
	}
	r.Reasons, r.Closeness = f.Closeness.explain(&c.Qualifying, day)
	r.Drift, r.DriftKnown = f.Closeness.drift(&c.Qualifying, day)
	fade := decays.factor(giving, max(0, int32(day-c.day)))
	r.Repelled = float64(c.Repelled) * fade
	for s := range c.Given {
		r.Given[s] = float64(c.Given[s]) * fade
		r.Received[s] = float64(c.Received[s]) * fade
	}
	return r, true
}

const driftDays = 30

func (f *Fit) drift(s *Series, day orrery.Day) (float64, bool) {
	now, _ := f.Logit(s, day)
	then, known := f.Logit(s, day-driftDays)
	if !known {
		return 0, false
	}
	return now - then, true
}

// endurance counts the completed periods since the first day.
func (s *Series) endurance(h Horizon, day orrery.Day) Endurance {
	i := h.index()
	if s.Empty() || day < s.First || i < 0 {
		return Endurance{}
	}
	n := Endurance{Came: int(s.Periods[i]), Of: int(day-s.First+1) / int(h)}
	if int(s.Last-s.First)/int(h) >= n.Of {
		n.Came-- // the last day lies in the period that is still running
	}
	n.Came = min(n.Came, n.Of)
	return n
}

// explain returns the closeness and the points of its terms: with P₀ the chance
// at z = 0 terms, points_i = 100·(P − P₀)·x_i/Σx, whose limit for Σx → 0 is
// 100·σ′(z₀)·x_i, and a base of 100·P₀ (SCIENCE §1).
func (f *Fit) explain(s *Series, day orrery.Day) ([]Reason, float64) {
	x, ok := s.Features(day)
	if !ok {
		return nil, 0
	}
	var sum float64
	for i, w := range f.Weights {
		x[i] *= w
		sum += x[i]
	}
	base, p := sigmoid(f.A), sigmoid(f.A+sum)
	slope := base * (1 - base)
	if math.Abs(sum) > 1e-6 {
		slope = (p - base) / sum
	}
	reasons := []Reason{{BaseTerm, 100 * base}}
	closeness := 100 * base
	for i, w := range f.Weights {
		if w != 0 {
			points := 100 * slope * x[i]
			reasons = append(reasons, Reason{TermNames[i], points})
			closeness += points
		}
	}
	return reasons, min(max(closeness, 0), 100)
}
