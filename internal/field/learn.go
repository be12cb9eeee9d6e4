package field

import (
	"fmt"
	"math"
	"slices"
)

// Sample is one person at one cut in the past: what was known of them then, and
// whether they came within the horizon after it. Cuts whose horizon is not over
// yet are no samples.
type Sample struct {
	X    [Terms]float64 // Series.Features as of the day before the cut
	Came bool
}

// How many samples that came it takes (SCIENCE §1).
const (
	enoughToScale = 30  // to scale the cold start
	enoughToFit   = 100 // to fit every weight
)

// Learn returns the best fit that the samples support: the cold start below 30
// that came; the cold start scaled by Platt's method from there on; a logistic
// regression over all terms, with an L2 penalty, from 100 on. It is
// deterministic in the order of the samples.
func Learn(h Horizon, samples []Sample) Fit {
	if f, ok := Regress(h, samples); ok {
		return f
	}
	return Scale(ColdStart(h), samples)
}

// learnedSpread is what is left of a fit's Spread once it knows the planet: the
// median error of gravity on eleven sets was 16 %, of which chance alone makes
// 9 % (SCIENCE §1): √(.16² − .09²)/.6745.
const learnedSpread = .2

// Scale returns f with its log odds moved and stretched to the samples (Platt
// 1999), or f itself where fewer than 30 of them, or all but fewer, came.
func Scale(f Fit, samples []Sample) Fit {
	if !enough(samples, enoughToScale) {
		return f
	}
	scores, came := make([]float64, len(samples)), make([]bool, len(samples))
	for i := range samples {
		scores[i], came[i] = f.Score(samples[i].X), samples[i].Came
	}
	a, b := Platt(scores, came)
	f.Name = fmt.Sprintf("scaled/1/%d", f.Horizon)
	f.A = a + b*f.A
	for i := range f.Weights {
		f.Weights[i] *= b
	}
	f.Spread = learnedSpread
	return f
}

// Regress returns the L2 logistic regression over the terms, its weights drawn
// to those of the cold start scaled to the same samples, and false where fewer
// than 100 samples, or all but fewer, came. A term whose weight would
// point the wrong way (days that tell against coming, or silence that tells for
// it: what one term takes back from another) is left out, the worst first: a
// reason must mean what it says.
func Regress(h Horizon, samples []Sample) (Fit, bool) {
	if !enough(samples, enoughToFit) {
		return Fit{}, false
	}
	rows, targets := make([][]float64, len(samples)), make([]float64, len(samples))
	for i := range samples {
		rows[i] = slices.Clone(samples[i].X[:])
		if samples[i].Came {
			targets[i] = 1
		}
	}
	// As much as 40 people at even odds (information ¼ each) tell of a term that
	// stands at one for all of them: felt from 100 samples, forgotten from 10,000.
	const penalty = 10
	cold := Scale(ColdStart(h), samples)
	prior := cold.Weights[:]
	beta := append([]float64{cold.A}, prior...)
	for {
		beta = logistic(rows, targets, penalty, prior, beta)
		worst := wrongest(beta[1:])
		if worst < 0 {
			f := Fit{Name: fmt.Sprintf("fitted/3/%d", h), Horizon: h, A: beta[0], Spread: learnedSpread}
			copy(f.Weights[:], beta[1:])
			return f, true
		}
		for _, row := range rows {
			row[worst] = 0
		}
		prior[worst], beta[1+worst] = 0, 0 // the others begin where they were: the optimum is one
	}
}

// wrongest returns the term whose weight points the wrong way most, or −1.
func wrongest(weights []float64) int {
	const nothing = 1e-9 // what is left of a term that was taken out
	worst, most := -1, nothing
	for i, w := range weights {
		if i == Since {
			w = -w
		}
		if -w > most {
			worst, most = i, -w
		}
	}
	return worst
}

func enough(samples []Sample, n int) bool {
	came := 0
	for i := range samples {
		if samples[i].Came {
			came++
		}
	}
	return came >= n && len(samples)-came >= n
}

// Platt returns a and b for which σ(a + b·score) is the chance that came, by
// maximum likelihood with Platt's smoothed targets (Platt 1999; Lin, Lin and
// Weng 2007). b is never negative: scores that point the wrong way give b = 0
// and the base rate.
func Platt(scores []float64, came []bool) (a, b float64) {
	var positives float64
	for _, c := range came {
		if c {
			positives++
		}
	}
	negatives := float64(len(came)) - positives
	yes, no := (positives+1)/(positives+2), 1/(negatives+2)
	rows, targets := make([][]float64, len(scores)), make([]float64, len(scores))
	for i := range scores {
		rows[i] = scores[i : i+1]
		targets[i] = no
		if came[i] {
			targets[i] = yes
		}
	}
	beta := logistic(rows, targets, 0, []float64{0}, []float64{math.Log((positives + 1) / (negatives + 1)), 0})
	if !(beta[1] > 0) {
		return math.Log((positives + 1) / (negatives + 1)), 0
	}
	return beta[0], beta[1]
}

// logistic minimises the cross-entropy plus penalty/2·Σ(β−prior)² (the
// intercept, which comes first, goes free) by Newton's method with halved steps,
// from start on.
func logistic(rows [][]float64, targets []float64, penalty float64, prior, start []float64) []float64 {
	n := len(start)
	here, there := newSlope(slices.Clone(start)), newSlope(make([]float64, n))
	if len(rows) == 0 {
		return here.beta
	}
	here.measure(rows, targets, penalty, prior)
	for range 50 {
		step := solve(here.hessian, here.gradient)
		there.loss = math.Inf(1)
		for size := 1.0; size > 1e-6; size /= 2 {
			for i := range n {
				there.beta[i] = here.beta[i] - size*step[i]
			}
			if there.measure(rows, targets, penalty, prior); there.loss < here.loss {
				break
			}
		}
		if !(there.loss < here.loss) {
			break
		}
		improved := here.loss - there.loss
		here, there = there, here
		if improved < 1e-10*(1+here.loss) {
			break
		}
	}
	return here.beta
}

// slope is how the loss lies around one point: what a step of Newton's needs,
// from one pass over the rows.
type slope struct {
	beta     []float64
	loss     float64
	gradient []float64
	hessian  [][]float64 // the lower triangle
}

func newSlope(beta []float64) *slope {
	s := &slope{beta: beta, gradient: make([]float64, len(beta)), hessian: make([][]float64, len(beta))}
	for i := range s.hessian {
		s.hessian[i] = make([]float64, i+1)
	}
	return s
}

func (s *slope) measure(rows [][]float64, targets []float64, penalty float64, prior []float64) {
	s.loss = 0
	clear(s.gradient)
	for i, h := range s.hessian {
		clear(h)
		h[i] = 1e-9 // keeps columns of nothing but zeros solvable
	}
	for r, row := range rows {
		z := s.beta[0]
		for i, x := range row {
			z += s.beta[i+1] * x
		}
		// log(1+e^z) − t·z, without overflow
		e := math.Exp(-math.Abs(z))
		s.loss += max(z, 0) + math.Log1p(e) - targets[r]*z
		p := 1 / (1 + e)
		if z < 0 {
			p = e / (1 + e)
		}
		miss, w := p-targets[r], p*(1-p)
		s.gradient[0] += miss
		s.hessian[0][0] += w
		for i, x := range row {
			s.gradient[i+1] += miss * x
			h := s.hessian[i+1]
			wx := w * x
			h[0] += wx
			for j, y := range row[:i+1] {
				h[j+1] += wx * y
			}
		}
	}
	for i, b := range s.beta[1:] {
		off := b - prior[i]
		s.loss += penalty / 2 * off * off
		s.gradient[i+1] += penalty * off
		s.hessian[i+1][i+1] += penalty
	}
}

// solve solves h·x = g for a positive definite h, given by its lower triangle,
// by Cholesky's method in place.
func solve(h [][]float64, g []float64) []float64 {
	n := len(g)
	for i := range n {
		for j := range i + 1 {
			sum := h[i][j]
			for k := range j {
				sum -= h[i][k] * h[j][k]
			}
			if i == j {
				h[i][i] = math.Sqrt(max(sum, 1e-18))
			} else {
				h[i][j] = sum / h[j][j]
			}
		}
	}
	x := slices.Clone(g)
	for i := range n {
		for k := range i {
			x[i] -= h[i][k] * x[k]
		}
		x[i] /= h[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= h[k][i] * x[k]
		}
		x[i] /= h[i][i]
	}
	return x
}
