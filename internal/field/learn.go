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
	Ago  uint8 // how many windows before the latest: older ones count less
}

// fading is what is left of a window's weight with each that came after it. Half
// is left after 6.6: habits change slowly, and each window teaches.
const fading = .9

// weights of samples by how long ago they are.
var weights = func() (table [1 << 8]float64) {
	for ago := range table {
		table[ago] = math.Pow(fading, float64(ago))
	}
	return table
}()

// How many samples that came it takes (SCIENCE §1).
const (
	enoughToScale = 30  // to scale the cold start
	enoughToFit   = 100 // to fit every weight
)

// Learn returns the best fit that the samples support: the cold start below 30
// that came; the cold start scaled by Platt's method from there on; a logistic
// regression over all terms, with an L2 penalty, from 100 on. It is
// deterministic in the order of the samples. Of more than 250,000 it takes about
// so many: the rest cost time and change the fourth digit.
func Learn(h Horizon, samples []Sample) Fit {
	samples = thin(samples)
	if f, ok := Regress(h, samples); ok {
		return f
	}
	return Scale(ColdStart(h), samples)
}

const enoughSamples = 250_000

// thin draws about enough of the samples, evenly, by their place.
func thin(samples []Sample) []Sample { return drawnFrom(samples, enoughSamples) }

// drawnFrom draws about n of the samples; all where there are no more.
func drawnFrom(samples []Sample, n int) []Sample {
	if len(samples) <= n {
		return samples
	}
	bound := uint32(float64(n) / float64(len(samples)) * math.MaxUint32)
	some := make([]Sample, 0, n+n/50)
	for i := range samples {
		if uint32(i)*2654435769 < bound { // a golden-ratio sequence: no period of the windows shows
			some = append(some, samples[i])
		}
	}
	return some
}

// What a fit's Spread is before its own past has said anything: the median error
// of gravity on eleven sets was 16 %, of which chance alone makes 9 % (SCIENCE
// §1): √(.16² − .09²)/.6745. It counts as much as four windows.
const (
	usualSpread   = .2
	usualWindows  = 4
	leastSpread   = .1
	largestSpread = .6
)

// spread returns how far the sums of a fit's chances lay from who came, window by
// window, in logarithms and beyond what chance explains: the root of the mean of
// ln²(came/expected) − Σp(1−p)/expected², the latest windows counting most, and
// the usual spread as if four windows had shown it.
func (f *Fit) spread(samples []Sample) float64 {
	var expected, variance, came [1 << 8]float64
	for i := range samples {
		s := &samples[i]
		p := sigmoid(f.Score(s.X))
		expected[s.Ago] += p
		variance[s.Ago] += p * (1 - p)
		if s.Came {
			came[s.Ago]++
		}
	}
	sum, n := usualSpread*usualSpread*usualWindows, float64(usualWindows)
	for ago, e := range expected {
		if e == 0 {
			continue
		}
		off := math.Log((came[ago] + .5) / (e + .5))
		sum += weights[ago] * (off*off - variance[ago]/(e*e))
		n += weights[ago]
	}
	return min(max(math.Sqrt(max(sum, 0)/n), leastSpread), largestSpread)
}

// Scale returns f with its log odds moved and stretched to the samples (Platt
// 1999), the latest of which count most, or f itself where fewer than 30 of them, or all but fewer, came.
func Scale(f Fit, samples []Sample) Fit {
	if !enough(samples, enoughToScale) {
		return f
	}
	rows := newRows(1, len(samples))
	for i := range samples {
		s := &samples[i]
		rows.add(s.Came, s.Ago, f.Score(s.X))
	}
	a, b := platt(rows)
	f.Name = fmt.Sprintf("scaled/1/%d", f.Horizon)
	f.A = a + b*f.A
	for i := range f.Weights {
		f.Weights[i] *= b
	}
	f.Spread = f.spread(samples)
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
	// As much as 40 people at even odds (information ¼ each) tell of a term that
	// stands at one for all of them: felt from 100 samples, forgotten from 10,000.
	const penalty = 10
	cold := Scale(ColdStart(h), samples)
	start := append([]float64{cold.A}, cold.Weights[:]...)
	var path [][]float64 // where a few of the samples led: the optimum is one, and near
	if few := drawnFrom(samples, enoughToBegin); len(few) < len(samples)/2 && enough(few, enoughToFit) {
		path = descend(few, penalty*float64(len(few))/float64(len(samples)), start, nil)
	}
	path = descend(samples, penalty, start, path)
	beta := path[len(path)-1]
	f := Fit{Name: fmt.Sprintf("fitted/4/%d", h), Horizon: h, A: beta[0]}
	copy(f.Weights[:], beta[1:])
	f.Spread = f.spread(samples)
	return f, true
}

// enoughToBegin is how many samples tell where to begin.
const enoughToBegin = 20_000

// descend fits all terms from start on, and again without the term that points
// the wrong way most, until none does. It returns each round's weights; those of
// another descent are where its rounds begin.
func descend(samples []Sample, penalty float64, start []float64, from [][]float64) (path [][]float64) {
	rows := newRows(Terms, len(samples))
	for i := range samples {
		s := &samples[i]
		rows.add(s.Came, s.Ago, s.X[:]...)
	}
	prior := slices.Clone(start[1:])
	beta := start
	var out []int // terms that were taken out
	for {
		if round := len(out); round < len(from) && sameOut(from[round], out) {
			beta = from[round]
		}
		beta = logistic(rows, penalty, prior, beta)
		path = append(path, slices.Clone(beta))
		worst := wrongest(beta[1:])
		if worst < 0 {
			return path
		}
		for i := worst; i < len(rows.x); i += rows.width {
			rows.x[i] = 0
		}
		out = append(out, worst)
		prior[worst], beta[1+worst] = 0, 0
	}
}

// sameOut says whether weights are of a round without these terms.
func sameOut(beta []float64, out []int) bool {
	n := 0
	for _, w := range beta[1:] {
		if math.Abs(w) < 1e-9 {
			n++
		}
	}
	for _, term := range out {
		if math.Abs(beta[1+term]) >= 1e-9 {
			return false
		}
	}
	return n == len(out)
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
	rows := newRows(1, len(scores))
	for i, score := range scores {
		rows.add(came[i], 0, score)
	}
	return platt(rows)
}

func platt(rows *rows) (a, b float64) {
	var positives, negatives float64
	for i, t := range rows.targets {
		w := weights[rows.ago[i]]
		positives += t * w
		negatives += (1 - t) * w
	}
	yes, no := (positives+1)/(positives+2), 1/(negatives+2)
	for i, t := range rows.targets {
		if t > 0 {
			rows.targets[i] = yes
		} else {
			rows.targets[i] = no
		}
	}
	base := math.Log((positives + 1) / (negatives + 1))
	beta := logistic(rows, 0, []float64{0}, []float64{base, 0})
	if !(beta[1] > 0) {
		return base, 0
	}
	return beta[0], beta[1]
}

// rows are what a regression is fitted to.
type rows struct {
	width   int
	x       []float64 // row after row
	targets []float64
	ago     []uint8 // of which window: how much a row weighs
}

func newRows(width, n int) *rows {
	return &rows{width, make([]float64, 0, n*width), make([]float64, 0, n), make([]uint8, 0, n)}
}

func (r *rows) add(came bool, ago uint8, x ...float64) {
	target := 0.0
	if came {
		target = 1
	}
	r.x, r.targets, r.ago = append(r.x, x...), append(r.targets, target), append(r.ago, ago)
}

// logistic minimises the weighted cross-entropy plus penalty/2·Σ(β−prior)² (the
// intercept, which comes first, goes free) by Newton's method with halved steps,
// from start on.
func logistic(rows *rows, penalty float64, prior, start []float64) []float64 {
	n := len(start)
	here, there := newSlope(slices.Clone(start)), newSlope(make([]float64, n))
	if len(rows.targets) == 0 {
		return here.beta
	}
	here.measure(rows, penalty, prior)
	for range 50 {
		step := solve(here.hessian, here.gradient)
		var gain float64 // that the step promises (half of Newton's decrement)
		for i := range n {
			gain += here.gradient[i] * step[i] / 2
		}
		if gain < 1e-9*(1+here.loss) {
			for i := range n {
				here.beta[i] -= step[i]
			}
			break
		}
		there.loss = math.Inf(1)
		for size := 1.0; size > 1e-6; size /= 2 {
			for i := range n {
				there.beta[i] = here.beta[i] - size*step[i]
			}
			if there.measure(rows, penalty, prior); there.loss < here.loss {
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

func (s *slope) measure(rows *rows, penalty float64, prior []float64) {
	s.loss = 0
	clear(s.gradient)
	for i, h := range s.hessian {
		clear(h)
		h[i] = 1e-9 // keeps columns of nothing but zeros solvable
	}
	// Σ weight·log(1+e) is taken as logarithms of products, one for each weight: a
	// logarithm a row would cost more than all else.
	var products [1 << 8]float64
	for i := range products {
		products[i] = 1
	}
	for r, target := range rows.targets {
		row, ago := rows.x[r*rows.width:(r+1)*rows.width], rows.ago[r]
		weight := weights[ago]
		z := s.beta[0]
		for i, x := range row {
			z += s.beta[i+1] * x
		}
		// log(1+e^z) − t·z, without overflow
		e := math.Exp(-math.Abs(z))
		s.loss += weight * (max(z, 0) - target*z)
		if products[ago] *= 1 + e; products[ago] > 1e200 {
			s.loss += weight * math.Log(products[ago])
			products[ago] = 1
		}
		p := 1 / (1 + e)
		if z < 0 {
			p = e / (1 + e)
		}
		miss, w := weight*(p-target), weight*p*(1-p)
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
	for ago, p := range products {
		if p > 1 {
			s.loss += weights[ago] * math.Log(p)
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
