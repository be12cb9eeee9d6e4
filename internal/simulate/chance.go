package simulate

import (
	"math"
	"math/rand/v2"
)

// pick returns an index with a chance in proportion to its weight; −1 if no
// weight is above zero.
func pick(rng *rand.Rand, weights []float64) int {
	var sum float64
	for _, w := range weights {
		sum += w
	}
	if sum <= 0 {
		return -1
	}
	x := rng.Float64() * sum
	last := -1
	for i, w := range weights {
		if w <= 0 {
			continue
		}
		last = i
		if x < w {
			return i
		}
		x -= w
	}
	return last
}

// logNormal returns e to the power of a normal variable.
func logNormal(rng *rand.Rand, mu, sigma float64) float64 {
	return math.Exp(mu + sigma*rng.NormFloat64())
}

// lomax returns a waiting time with a heavy tail (Lomax, or Pareto of the second
// kind): the rate of leaving falls for those who stayed.
func lomax(rng *rand.Rand, shape, scale float64) float64 {
	return scale * (math.Pow(1-rng.Float64(), -1/shape) - 1)
}

// geometric returns how many trials with chance p fail before one succeeds, at
// most limit.
func geometric(rng *rand.Rand, p float64, limit int) int {
	n := 0
	for n < limit && rng.Float64() >= p {
		n++
	}
	return n
}

// table picks among many weights in the time of a binary search.
type table []float64

func newTable(weights []float64) table {
	t := make(table, len(weights))
	var sum float64
	for i, w := range weights {
		sum += w
		t[i] = sum
	}
	return t
}

func (t table) pick(rng *rand.Rand) int {
	x := rng.Float64() * t[len(t)-1]
	low, high := 0, len(t)-1
	for low < high {
		middle := (low + high) / 2
		if t[middle] > x {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}
