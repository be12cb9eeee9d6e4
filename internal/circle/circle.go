// Package circle finds networks of like minds: who belongs together, judged by
// nothing but ties. It holds a compact undirected graph, the Leiden algorithm
// over it, how far the circles can be trusted, how they are followed through
// time, who bridges them, and what sets them apart.
//
// It is not about people: nodes are numbers from 0 on, and what they stand for
// and what a tie weighs is the caller's. It names no circle and stores nothing.
//
// Package flow's callers (view, the command `orrery circles`) feed it ties and
// read partitions. Everything here depends on its arguments alone: chance comes
// from a seed, and the number of processors changes how long it takes and
// nothing else.
package circle

// Partition tells the circle of every node. Circles are numbered from 0, the
// largest first, and of equally large ones the one with the lowest node.
type Partition []uint32

// Circles returns how many there are.
func (p Partition) Circles() int {
	n := 0
	for _, c := range p {
		n = max(n, int(c)+1)
	}
	return n
}

// Sizes returns how many nodes each circle has.
func (p Partition) Sizes() []int {
	sizes := make([]int, p.Circles())
	for _, c := range p {
		sizes[c]++
	}
	return sizes
}

// Members returns the nodes of each circle in rising order.
func (p Partition) Members() [][]uint32 {
	all := make([]uint32, 0, len(p))
	members := make([][]uint32, 0, 64)
	for _, size := range p.Sizes() {
		members = append(members, all[len(all):len(all):len(all)+size])
		all = all[:len(all)+size]
	}
	for node, c := range p {
		members[c] = append(members[c], uint32(node))
	}
	return members
}

// numbered gives the circles of p their numbers: by falling size, then by the
// lowest node. What p held before only tells who is together; it must stay below
// len(p).
func (p Partition) numbered() {
	sizes := make([]uint32, len(p))
	order := make([]uint32, 0, 64) // by lowest node
	for _, c := range p {
		if sizes[c] == 0 {
			order = append(order, c)
		}
		sizes[c]++
	}
	// Counting sort: stable, so that order by lowest node decides between equals.
	largest := uint32(0)
	for _, c := range order {
		largest = max(largest, sizes[c])
	}
	next := make([]uint32, largest+2)
	for _, c := range order {
		next[largest-sizes[c]+1]++
	}
	for i := 1; i < len(next); i++ {
		next[i] += next[i-1]
	}
	for _, c := range order {
		at := &next[largest-sizes[c]]
		sizes[c] = *at
		*at++
	}
	for node, c := range p {
		p[node] = sizes[c]
	}
}
