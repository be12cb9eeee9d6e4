package circle

// Disconnected returns how many circles fall apart: those with nodes between
// which no path stays inside the circle. Find returns none.
func Disconnected(g *Graph, p Partition) int {
	pieces := connected(g, p)
	seen, apart := make([]uint32, len(p)), make([]bool, len(p)) // of circles: a piece, plus one
	n := 0
	for node, c := range p {
		switch piece := pieces[node] + 1; {
		case seen[c] == 0:
			seen[c] = piece
		case seen[c] != piece && !apart[c]:
			apart[c] = true
			n++
		}
	}
	return n
}

// split makes circles of the pieces of those that fall apart. It never makes the
// objective worse: nothing joined the pieces, and each pays for the other.
func split(g *Graph, p Partition) {
	if Disconnected(g, p) > 0 {
		copy(p, connected(g, p))
	}
}

// connected numbers, from 0, the pieces of circles that hang together.
func connected(g *Graph, p Partition) []uint32 {
	const none = ^uint32(0)
	pieces := make([]uint32, len(p))
	for i := range pieces {
		pieces[i] = none
	}
	n := uint32(0)
	var stack []uint32
	for node := range p {
		if pieces[node] != none {
			continue
		}
		pieces[node] = n
		stack = append(stack[:0], uint32(node))
		for len(stack) > 0 {
			u := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			to, _ := g.Neighbours(u)
			for _, v := range to {
				if p[v] == p[u] && pieces[v] == none {
					pieces[v] = n
					stack = append(stack, v)
				}
			}
		}
		n++
	}
	return pieces
}
