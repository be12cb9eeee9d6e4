package field

import (
	"math"

	"orrery.dev/orrery"
)

// Once returns the closeness (0–100) as of a day, and what it would be had they
// come on that day as well: what one visit changes. Both are 0 for a series
// without days; both are equal where they did come that day.
func (f *Fit) Once(s *Series, day orrery.Day) (now, after float64) {
	if s.Empty() {
		return 0, 0
	}
	came := *s
	came.Add(day)
	return 100 * f.Chance(s, day), 100 * f.Chance(&came, day)
}

// Shift returns what moved a closeness between two days, in points by term: with
// z the log odds, points_i = 100·(P₁ − P₀)·wᵢΔxᵢ/Δz, whose limit for Δz → 0 is
// 100·σ′(z₀)·wᵢΔxᵢ, so that they sum to the difference. False where the first of
// the days is not known any more or came before any day of the series.
func (f *Fit) Shift(s *Series, from, to orrery.Day) ([]Reason, bool) {
	before, ok := s.Features(from)
	if !ok {
		return nil, false
	}
	after, ok := s.Features(to)
	if !ok {
		return nil, false
	}
	z0, z1 := f.Score(before), f.Score(after)
	p0, p1 := sigmoid(z0), sigmoid(z1)
	slope := p0 * (1 - p0)
	if moved := z1 - z0; math.Abs(moved) > 1e-6 {
		slope = (p1 - p0) / moved
	}
	var reasons []Reason
	for i, w := range f.Weights {
		if w != 0 {
			reasons = append(reasons, Reason{TermNames[i], 100 * slope * w * (after[i] - before[i])})
		}
	}
	return reasons, true
}
