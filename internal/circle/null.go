package circle

import (
	"math"
	"math/rand/v2"
)

// Chance returns how good the circles of a graph would be if chance had made its
// ties: the mean quality and its standard deviation over so many graphs in which
// everybody keeps their number of ties and each tie its weight, but the ends are
// dealt anew (configuration model, Bollobás 1980; loops that arise are dropped).
// Sparse graphs have good circles by chance alone (Guimerà, Sales-Pardo, Amaral
// 2004): what is not clearly better than this is none.
func Chance(g *Graph, c Config, graphs int) (mean, deviation float64, err error) {
	var ends []uint32
	var weights []float32
	for node := range uint32(g.Nodes()) {
		to, w := g.Neighbours(node)
		for i, other := range to {
			if other > node {
				ends = append(ends, node, other)
				weight := float32(1)
				if w != nil {
					weight = w[i]
				}
				weights = append(weights, weight)
			}
		}
	}
	c.Start = nil
	chance := rand.New(rand.NewPCG(c.Seed, 0x6e756c6c))
	var sum, squares float64
	for range graphs {
		chance.Shuffle(len(ends), func(i, j int) { ends[i], ends[j] = ends[j], ends[i] })
		var dealt Edges
		for i, w := range weights {
			if ends[2*i] != ends[2*i+1] {
				if err := dealt.Add(ends[2*i], ends[2*i+1], float64(w)); err != nil {
					return 0, 0, err
				}
			}
		}
		null := dealt.Graph(g.Nodes())
		p, err := Find(null, c)
		if err != nil {
			return 0, 0, err
		}
		q := Quality(null, p, c.Objective, c.Resolution)
		sum, squares = sum+q, squares+q*q
	}
	n := float64(graphs)
	mean = sum / n
	return mean, math.Sqrt(max(0, squares/n-mean*mean) * n / max(1, n-1)), nil
}
