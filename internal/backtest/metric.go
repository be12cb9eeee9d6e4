package backtest

import (
	"cmp"
	"math"
	"slices"
)

// AUC is the chance that a random one who came has a higher score than a random
// one who did not, ties counting half; NaN if all or none came.
func AUC(scores []float64, came []bool) float64 {
	// The rank sum of who came (Mann and Whitney 1947), with mid-ranks.
	var sum, positives float64
	below := 0.0
	for group := range ties(scores) {
		middle := below + float64(len(group)+1)/2
		for _, i := range group {
			if came[i] {
				sum += middle
				positives++
			}
		}
		below += float64(len(group))
	}
	negatives := float64(len(scores)) - positives
	return (sum - positives*(positives+1)/2) / (positives * negatives)
}

// AveragePrecision is Σ (recall_k − recall_k−1)·precision_k over the distinct
// scores from the highest down; NaN if none came.
func AveragePrecision(scores []float64, came []bool) float64 {
	negated := make([]float64, len(scores))
	for i, s := range scores {
		negated[i] = -s
	}
	total := float64(count(came))
	var seen, hits, sum float64
	for group := range ties(negated) {
		before := hits
		for _, i := range group {
			seen++
			if came[i] {
				hits++
			}
		}
		sum += (hits - before) / total * hits / seen
	}
	return sum / min(total, 1) // NaN without any
}

// Brier is the mean squared error of the chances (Brier 1950).
func Brier(chances []float64, came []bool) float64 {
	var sum float64
	for i, p := range chances {
		sum += (p - number(came[i])) * (p - number(came[i]))
	}
	return sum / float64(len(chances))
}

// ECE is the expected calibration error over 10 bins of equal count: the mean,
// weighted by count, of |mean chance − share that came|.
func ECE(chances []float64, came []bool) float64 {
	const bins = 10
	order := ranked(chances)
	var sum float64
	for b := range bins {
		var gap float64
		for _, i := range order[len(order)*b/bins : len(order)*(b+1)/bins] {
			gap += chances[i] - number(came[i])
		}
		sum += math.Abs(gap)
	}
	return sum / float64(len(chances))
}

// ranked returns the indexes by rising value, equal ones by index.
func ranked(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(values[a], values[b]), a-b) })
	return order
}

// ties yields groups of indexes with equal values, by rising value.
func ties(values []float64) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		order := ranked(values)
		for len(order) > 0 {
			n := 1
			for n < len(order) && values[order[n]] == values[order[0]] {
				n++
			}
			if !yield(order[:n]) {
				return
			}
			order = order[n:]
		}
	}
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
