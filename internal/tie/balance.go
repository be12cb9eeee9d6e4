package tie

import (
	"slices"
)

// Balance counts triangles of people who all rated one another, in whichever
// direction: how many there are, and how many are frustrated, that is, have one or
// three ties below 0 (Cartwright, Harary 1956): the friend of a friend who is no
// friend. Of several ratings between two the sum decides; pairs at 0 are left out.
func Balance(ratings []Rating) (triangles, frustrated int) {
	sums := map[[2]uint32]float64{}
	people := uint32(0)
	for _, r := range ratings {
		if r.From != r.To {
			sums[[2]uint32{min(r.From, r.To), max(r.From, r.To)}] += r.Value
			people = max(people, r.From+1, r.To+1)
		}
	}
	degree := make([]int, people)
	for pair, sum := range sums {
		if sum != 0 {
			degree[pair[0]]++
			degree[pair[1]]++
		}
	}
	// Each tie stands at the end with fewer ties, so that nobody has many: the time
	// is that of ties to the power of one and a half.
	type end struct {
		to       uint32
		negative bool
	}
	before := func(a, b uint32) bool { return degree[a] < degree[b] || degree[a] == degree[b] && a < b }
	ends := make([][]end, people)
	for pair, sum := range sums {
		if sum == 0 {
			continue
		}
		a, b := pair[0], pair[1]
		if !before(a, b) {
			a, b = b, a
		}
		ends[a] = append(ends[a], end{b, sum < 0})
	}
	for _, of := range ends {
		slices.SortFunc(of, func(a, b end) int { return int(a.to) - int(b.to) })
	}
	const none, positive, negative = 0, 1, 2
	mark := make([]uint8, people)
	for _, of := range ends {
		for _, e := range of {
			mark[e.to] = positive
			if e.negative {
				mark[e.to] = negative
			}
		}
		for _, e := range of {
			for _, third := range ends[e.to] {
				if mark[third.to] == none {
					continue
				}
				triangles++
				if e.negative != third.negative != (mark[third.to] == negative) {
					frustrated++
				}
			}
		}
		for _, e := range of {
			mark[e.to] = none
		}
	}
	return triangles, frustrated
}
