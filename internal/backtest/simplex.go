package backtest

import (
	"math"
	"slices"
)

// minimise walks a simplex, so wide at the start, downhill (Nelder and Mead 1965,
// with their coefficients) until its corners agree within tolerance, and returns the lowest
// corner and its value. NaN counts as +Inf. It needs no gradient and is meant
// for a handful of parameters.
func minimise(f func([]float64) float64, start []float64, side, tolerance float64) ([]float64, float64) {
	type corner struct {
		x []float64
		y float64
	}
	at := func(x []float64) corner {
		y := f(x)
		if math.IsNaN(y) {
			y = math.Inf(1)
		}
		return corner{x, y}
	}
	const most = 2000
	n := len(start)
	corners := []corner{at(slices.Clone(start))}
	for i := range n {
		x := slices.Clone(start)
		x[i] += side
		corners = append(corners, at(x))
	}
	rising := func(a, b corner) int {
		switch {
		case a.y < b.y:
			return -1
		case a.y > b.y:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(corners, rising)
	for range most {
		best, worst := corners[0], corners[n]
		if worst.y-best.y <= tolerance {
			break
		}
		// away is the middle of the other corners, moved t times as far from the
		// worst one as that is now.
		away := func(t float64) corner {
			x := make([]float64, n)
			for i := range x {
				for _, c := range corners[:n] {
					x[i] += c.x[i] / float64(n)
				}
				x[i] += t * (x[i] - worst.x[i])
			}
			return at(x)
		}
		moved := away(1)
		switch {
		case moved.y < best.y:
			if further := away(2); further.y < moved.y {
				moved = further
			}
		case moved.y >= corners[n-1].y:
			if moved.y < worst.y {
				moved = away(.5)
			} else {
				moved = away(-.5)
			}
		}
		if moved.y < worst.y {
			corners[n] = moved
		} else {
			for k := 1; k <= n; k++ {
				x := slices.Clone(best.x)
				for i := range x {
					x[i] += (corners[k].x[i] - best.x[i]) / 2
				}
				corners[k] = at(x)
			}
		}
		slices.SortStableFunc(corners, rising)
	}
	return corners[0].x, corners[0].y
}
