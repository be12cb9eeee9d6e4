package partner

import (
	"math"
	"math/bits"
)

// MostCredited is among how many partners credit is shared out at most: what each
// set of them was there for is looked at.
const MostCredited = 16

// Path is somebody's way: the partners who were there, in order, by their places,
// and whether it led where we look.
type Path struct {
	Partners []int
	Arrived  bool
}

// Credit is a partner's part of what happened where it was there, by three ways to
// share out. It says nothing of what would have happened without the partner.
type Credit struct {
	LastTouch float64 `json:"last_touch"`
	Shapley   float64 `json:"shapley"`
	Markov    float64 `json:"markov"`
}

// Credits shares out among n partners, MostCredited at most, whoever arrived and
// had any of them on their way.
func Credits(n int, paths []Path) []Credit {
	if n > MostCredited {
		panic("partner: credit among more than sixteen")
	}
	out := make([]Credit, n)
	worth := make([]float64, 1<<n) // arrived, by the set of who was there
	total := 0.
	for _, p := range paths {
		set := uint32(0)
		for _, at := range p.Partners {
			set |= 1 << at
		}
		if !p.Arrived || set == 0 {
			continue
		}
		total++
		worth[set]++
		out[p.Partners[len(p.Partners)-1]].LastTouch++
	}
	for at := range n { // of a set: all whose partners lie within it
		for set := range worth {
			if set&(1<<at) != 0 {
				worth[set] += worth[set&^(1<<at)]
			}
		}
	}
	for at, v := range Shapley(n, func(set uint32) float64 { return worth[set] }) {
		out[at].Shapley = v
	}
	for at, v := range removal(n, paths) {
		out[at].Markov = v * total
	}
	return out
}

// Shapley shares out what n players, MostCredited at most, are worth together: each
// gets the mean of what it adds over all orders in which they may come (Shapley
// 1953). It is exact and asks for the worth of every set.
func Shapley(n int, worth func(set uint32) float64) []float64 {
	values := make([]float64, n)
	weight := make([]float64, n) // of a set of so many others: k!(n−k−1)!/n!
	for k := range n {
		weight[k] = 1 / (float64(n) * choose(n-1, k))
	}
	for set := range uint32(1) << n {
		without := worth(set)
		for at := range n {
			if set&(1<<at) == 0 {
				values[at] += weight[bits.OnesCount32(set)] * (worth(set|1<<at) - without)
			}
		}
	}
	return values
}

func choose(n, k int) float64 {
	c := 1.
	for i := range k {
		c *= float64(n-i) / float64(i+1)
	}
	return math.Round(c)
}

// removal returns each partner's share of the effect of taking it out of the chain
// of who follows whom (Anderl et al. 2016): a way through it then leads nowhere.
func removal(n int, paths []Path) []float64 {
	begin, arrived, lost := n, n+1, n+2
	steps := make([][]float64, n+1) // from a partner or the beginning
	for i := range steps {
		steps[i] = make([]float64, n+3)
	}
	for _, p := range paths {
		if len(p.Partners) == 0 {
			continue
		}
		at := begin
		for _, next := range p.Partners {
			if next != at {
				steps[at][next]++
				at = next
			}
		}
		if p.Arrived {
			steps[at][arrived]++
		} else {
			steps[at][lost]++
		}
	}
	for _, to := range steps {
		sum := 0.
		for _, v := range to {
			sum += v
		}
		for i := range to {
			to[i] /= max(sum, 1)
		}
	}
	all := arrives(n, steps, -1)
	effects := make([]float64, n)
	sum := 0.
	for at := range effects {
		if all > 0 {
			effects[at] = max(0, 1-arrives(n, steps, at)/all)
		}
		sum += effects[at]
	}
	for at := range effects {
		effects[at] /= max(sum, math.SmallestNonzeroFloat64)
	}
	return effects
}

// arrives returns the chance of getting from the beginning to the end, without one
// partner (−1: with all), by Gaussian elimination.
func arrives(n int, steps [][]float64, without int) float64 {
	size := n + 1
	m := make([][]float64, size) // (I − steps) x = steps to the end
	for i := range m {
		m[i] = make([]float64, size+1)
		m[i][i] = 1
		if i == without {
			continue
		}
		for j := range size {
			if j != without {
				m[i][j] -= steps[i][j]
			}
		}
		m[i][size] = steps[i][n+1]
	}
	for col := range size {
		pivot := col
		for row := col + 1; row < size; row++ {
			if math.Abs(m[row][col]) > math.Abs(m[pivot][col]) {
				pivot = row
			}
		}
		m[col], m[pivot] = m[pivot], m[col]
		if math.Abs(m[col][col]) < 1e-12 {
			continue // nobody leaves it: nobody arrives from there
		}
		for row := range size {
			if f := m[row][col] / m[col][col]; row != col && f != 0 {
				for k := col; k <= size; k++ {
					m[row][k] -= f * m[col][k]
				}
			}
		}
	}
	if math.Abs(m[n][n]) < 1e-12 {
		return 0
	}
	return m[n][size] / m[n][n]
}
