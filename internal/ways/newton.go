package ways

import "math"

// newton maximises the likelihood of rows times the prior, N(0, 1/precision) for
// each coefficient.
type newton struct {
	rows  []row
	terms [][]term // of each row
}

const steps = 60 // at most

// solve moves beta to the maximum and returns the inverse of the curvature there:
// the covariance of the coefficients, its lower triangle.
func (n *newton) solve(beta, precision []float64) [][]float64 {
	size := len(beta)
	curvature := make([][]float64, size)
	for i := range curvature {
		curvature[i] = make([]float64, i+1)
	}
	slope, next := make([]float64, size), make([]float64, size)
	loss := n.loss(beta, precision)
	for range steps {
		n.measure(beta, precision, slope, curvature)
		factor(curvature)
		step := solveFactored(curvature, slope)
		better := math.Inf(1)
		for length := 1.0; length > 1e-4; length /= 2 {
			for i := range next {
				next[i] = beta[i] - length*step[i]
			}
			if better = n.loss(next, precision); better <= loss {
				break
			}
		}
		if better > loss {
			break
		}
		improved := loss - better
		copy(beta, next)
		loss = better
		if improved < 1e-8*(1+loss) {
			break
		}
	}
	n.measure(beta, precision, slope, curvature)
	factor(curvature)
	return inverse(curvature)
}

func (n *newton) loss(beta, precision []float64) float64 {
	sum := 0.0
	for i := range n.rows {
		z := 0.0
		for _, t := range n.terms[i] {
			z += t.x * beta[t.at]
		}
		sum += n.rows[i].n*(max(z, 0)+math.Log1p(math.Exp(-math.Abs(z)))) - n.rows[i].came*z
	}
	for i, b := range beta {
		sum += precision[i] * b * b / 2
	}
	return sum
}

func (n *newton) measure(beta, precision, slope []float64, curvature [][]float64) {
	for i, c := range curvature {
		clear(c)
		c[i] = precision[i]
		slope[i] = precision[i] * beta[i]
	}
	for i := range n.rows {
		z := 0.0
		for _, t := range n.terms[i] {
			z += t.x * beta[t.at]
		}
		p := chance(z)
		miss, weight := n.rows[i].n*p-n.rows[i].came, n.rows[i].n*p*(1-p)
		// Terms stand in no order: a way in a group comes before the next way.
		for a, t := range n.terms[i] {
			slope[t.at] += miss * t.x
			for _, u := range n.terms[i][:a+1] {
				curvature[max(t.at, u.at)][min(t.at, u.at)] += weight * t.x * u.x
			}
		}
	}
}

// factor replaces the lower triangle of a positive definite matrix by its
// Cholesky factor.
func factor(h [][]float64) {
	for i := range h {
		for j := range i + 1 {
			sum := h[i][j]
			a, b := h[i][:j], h[j][:j]
			for k := range a {
				sum -= a[k] * b[k]
			}
			if i == j {
				h[i][i] = math.Sqrt(max(sum, 1e-12))
			} else {
				h[i][j] = sum / h[j][j]
			}
		}
	}
}

func solveFactored(h [][]float64, g []float64) []float64 {
	x := append([]float64(nil), g...)
	for i := range x {
		for k := range i {
			x[i] -= h[i][k] * x[k]
		}
		x[i] /= h[i][i]
	}
	for i := len(x) - 1; i >= 0; i-- {
		for k := i + 1; k < len(x); k++ {
			x[i] -= h[k][i] * x[k]
		}
		x[i] /= h[i][i]
	}
	return x
}

// inverse returns the lower triangle of the inverse of what was factored.
func inverse(h [][]float64) [][]float64 {
	out := make([][]float64, len(h))
	unit := make([]float64, len(h))
	for i := range h {
		unit[i] = 1
		column := solveFactored(h, unit)
		unit[i] = 0
		out[i] = make([]float64, i+1)
		copy(out[i], column[:i+1])
	}
	return out
}
