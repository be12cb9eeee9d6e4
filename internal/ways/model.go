package ways

import (
	"math"

	"orrery.dev/orrery"
)

// model is a logistic regression of coming back on the ways that were tried, with
// what people are compared by, and with effects of groups that are drawn to what
// they have in common: partial pooling, by Laplace's approximation.
//
//	log odds = a + covariates + group + Σ over ways tried (way + way in group)
//
// Effects of one kind are draws around zero whose spread is learned along with
// them (empirical Bayes by EM; Gelman and Hill 2007, ch. 12 and 14).
type model struct {
	groups int
	steps  [3]int // how many steps of acts, days, own there are
	cohort int

	beta      []float64
	precision []float64 // of each coefficient's prior
	inverse   [][]float64
}

// kinds of coefficients, in order: where each begins.
type layout struct{ lines, steps, origins, cohorts, ways, groups, inGroups, end int }

const lines = 3 // acts, days, own: a straight line in their logarithm each

func (m *model) layout() layout {
	l := layout{lines: 1}
	l.steps = l.lines + lines
	l.origins = l.steps + m.steps[0] + m.steps[1] + m.steps[2]
	l.cohorts = l.origins + int(orrery.Prompted) + 1
	l.ways = l.cohorts + m.cohort
	l.groups = l.ways + int(orrery.Strategies)
	l.inGroups = l.groups + m.groups
	l.end = l.inGroups + m.groups*int(orrery.Strategies)
	return l
}

// term is a coefficient and what it is multiplied by.
type term struct {
	at int
	x  float64
}

// terms lists the coefficients of a pattern into dst.
func (m *model) terms(l *layout, p *pattern, dst []term) []term {
	dst = append(dst[:0], term{0, 1})
	at := l.steps
	for i, step := range [3]uint8{p.acts, p.days, p.own} {
		dst = append(dst, term{l.lines + i, float64(step) / 4}, term{at + int(step), 1})
		at += m.steps[i]
	}
	dst = append(dst, term{l.origins + int(p.origin), 1}, term{l.cohorts + int(p.cohort), 1})
	if p.group >= 0 {
		dst = append(dst, term{l.groups + p.group, 1})
	}
	for way := range int(orrery.Strategies) {
		if p.ways>>way&1 == 0 {
			continue
		}
		dst = append(dst, term{l.ways + way, 1})
		if p.group >= 0 {
			dst = append(dst, term{l.inGroups + p.group*int(orrery.Strategies) + way, 1})
		}
	}
	return dst
}

// spread is the prior of the coefficients of one kind: Student's t around zero,
// since of many that are near nothing a few may stand out, and those are not to be
// drawn in as the rest are. Its scale is learned; it is believed to be about guess
// as firmly as guesses coefficients would tell.
type spread struct{ variance, guess float64 }

const (
	guesses = 2
	tails   = 4 // degrees of freedom
)

func newSpread(guess float64) spread { return spread{guess * guess, guess} }

// weight is how much of the usual precision a coefficient's prior has, whose
// square is expected to be so much (Lange, Little and Taylor 1989).
func (s *spread) weight(square float64) float64 { return (tails + 1) / (tails + square/s.variance) }

// learn takes in the weighted sum of n expected squares.
func (s *spread) learn(sum float64, n int) {
	s.variance = (sum + guesses*s.guess*s.guess) / (float64(n) + guesses)
}

const (
	rounds   = 40  // of learning the spreads, at most
	settled  = .02 // change of a standard deviation, in logarithm, from which on they are learned
	overStep = 1   // spread of what a step, an origin or a cohort may add
	overLine = 2.5
)

// fit learns the model from rows, groups of which are numbered below groups.
func fit(rows []row, groups int) *model {
	m := &model{groups: groups}
	for i := range rows {
		r := &rows[i]
		m.steps[0], m.steps[1] = max(m.steps[0], int(r.acts)+1), max(m.steps[1], int(r.days)+1)
		m.steps[2], m.cohort = max(m.steps[2], int(r.own)+1), max(m.cohort, int(r.cohort)+1)
	}
	l := m.layout()
	m.beta, m.precision = make([]float64, l.end), make([]float64, l.end)
	m.precision[0] = 1e-4
	fill(m.precision[l.lines:l.steps], 1/(overLine*overLine))
	fill(m.precision[l.steps:l.ways], 1/float64(overStep*overStep))
	n := newton{terms: make([][]term, len(rows)), rows: rows}
	for i := range rows {
		n.terms[i] = m.terms(&l, &rows[i].pattern, make([]term, 0, 24))
	}
	seen := make([]bool, l.end) // nobody tells anything of the others
	for _, terms := range n.terms {
		for _, t := range terms {
			seen[t.at] = true
		}
	}
	kinds := []struct {
		from, to int
		spread
	}{{l.ways, l.groups, newSpread(.3)}, {l.groups, l.inGroups, newSpread(.5)}, {l.inGroups, l.end, newSpread(.3)}}
	for _, k := range kinds {
		fill(m.precision[k.from:k.to], 1/k.variance)
	}
	for range rounds {
		m.inverse = n.solve(m.beta, m.precision)
		moved := 0.0
		for i := range kinds {
			k := &kinds[i]
			sum, many := 0.0, 0
			for at := k.from; at < k.to; at++ {
				if seen[at] {
					square := m.beta[at]*m.beta[at] + m.inverse[at][at]
					sum += k.weight(square) * square
					many++
				}
			}
			before := k.variance
			k.learn(sum, many)
			for at := k.from; at < k.to; at++ {
				m.precision[at] = 1 / k.variance
				if seen[at] {
					m.precision[at] *= k.weight(m.beta[at]*m.beta[at] + m.inverse[at][at])
				}
			}
			moved = max(moved, math.Abs(math.Log(k.variance/before))/2)
		}
		if moved < settled {
			break
		}
	}
	return m
}

func fill(s []float64, v float64) {
	for i := range s {
		s[i] = v
	}
}

// effect returns what a way adds to the log odds in a group (−1: for all), and
// the standard error.
func (m *model) effect(l *layout, group int, way orrery.Strategy) (mean, deviation float64) {
	a := l.ways + int(way)
	if group < 0 {
		return m.beta[a], math.Sqrt(m.inverse[a][a])
	}
	b := l.inGroups + group*int(orrery.Strategies) + int(way)
	return m.beta[a] + m.beta[b], math.Sqrt(m.inverse[a][a] + m.inverse[b][b] + 2*m.inverse[max(a, b)][min(a, b)])
}

// logOdds returns those of a pattern.
func (m *model) logOdds(l *layout, p *pattern, memory []term) float64 {
	z := 0.0
	for _, t := range m.terms(l, p, memory) {
		z += t.x * m.beta[t.at]
	}
	return z
}

func chance(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
