package circle

import "math"

// Core returns the nodes that belong to the part of the graph in which everybody
// has ties to at least so many others there (k-core, Seidman 1983), in rising order.
// Who has one tie stands with whom it leads to, whoever that is: that makes no circle.
func Core(g *Graph, least int) []uint32 {
	g = g.simple()
	left := make([]int, g.Nodes())
	gone := newBitset(g.Nodes())
	var stack []uint32
	for node := range left {
		left[node] = int(g.first[node+1] - g.first[node])
		if left[node] < least {
			gone.add(uint32(node))
			stack = append(stack, uint32(node))
		}
	}
	for len(stack) > 0 {
		node := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		to, _ := g.Neighbours(node)
		for _, v := range to {
			if left[v]--; left[v] < least && !gone.has(v) {
				gone.add(v)
				stack = append(stack, v)
			}
		}
	}
	var core []uint32
	for node := range left {
		if !gone.has(uint32(node)) {
			core = append(core, uint32(node))
		}
	}
	return core
}

// Within returns the graph of some nodes, in rising order and numbered anew, and of
// the edges between them; loops are left out.
func Within(g *Graph, nodes []uint32) *Graph {
	return rewoven(g, nodes, func(_, _ uint32, weight float64) float64 { return weight })
}

// Alike returns the graph with each weight divided by the root of what its two ends
// have in all: how much of their ties is to each other, from 0 to 1 (the cosine of
// Salton; van Eck and Waltman 2009 compare such measures). A tie to somebody who has
// ties to everybody says little of who is like whom, as an object does on which
// everybody acts; without this, those who answer all hold all together.
func Alike(g *Graph) *Graph {
	return rewoven(g, g.all(), func(a, b uint32, weight float64) float64 {
		return weight / math.Sqrt(g.strength[a]*g.strength[b])
	})
}

// Damped returns the graph with the logarithm of 1 and each weight: that two people
// have to do with each other counts for more than how much. A few heavy ties decide
// how good circles are otherwise.
func Damped(g *Graph) *Graph {
	return rewoven(g, g.all(), func(_, _ uint32, weight float64) float64 { return math.Log1p(weight) })
}

// all returns every node.
func (g *Graph) all() []uint32 {
	nodes := make([]uint32, g.Nodes())
	for i := range nodes {
		nodes[i] = uint32(i)
	}
	return nodes
}

// rewoven makes a graph of some nodes of another, with other weights.
func rewoven(g *Graph, nodes []uint32, weight func(a, b uint32, weight float64) float64) *Graph {
	const none = ^uint32(0)
	number := make([]uint32, g.Nodes())
	for i := range number {
		number[i] = none
	}
	for i, node := range nodes {
		number[node] = uint32(i)
	}
	var edges Edges
	for _, node := range nodes {
		to, weights := g.Neighbours(node)
		for i, v := range to {
			if v > node && number[v] != none {
				w := 1.
				if weights != nil {
					w = float64(weights[i])
				}
				_ = edges.Add(number[node], number[v], weight(node, v, w)) // as good as what it is of
			}
		}
	}
	return edges.Graph(len(nodes))
}
