package circle

// Participation returns, for each node, how evenly its ties are spread over
// circles: 1 − Σ (weight into a circle / all its weight)², from 0, all in one, to
// 1 − 1/circles (Guimerà, Amaral 2005). Loops are left out; a node without ties
// has 0.
func Participation(g *Graph, p Partition) []float64 {
	t := table{weight: make([]float64, len(p))}
	share := make([]float64, len(p))
	for node := range p {
		g.gather(&t, uint32(node), p)
		whole, squares := 0., 0.
		for _, c := range t.touched {
			whole += t.weight[c]
			squares += t.weight[c] * t.weight[c]
		}
		if whole > 0 {
			share[node] = max(0, 1-squares/(whole*whole))
		}
		t.reset()
	}
	return share
}

// Betweenness returns, for each node, the share of shortest paths between others
// that lead through it, 0 to 1: Brandes 2001, from as many nodes as samples says,
// chosen by seed (Brandes, Pich 2007); 0 or more samples than nodes: from all.
// Paths are counted in steps; weights play no part.
func Betweenness(g *Graph, samples int, seed uint64, workers int) []float64 {
	n := g.Nodes()
	through := make([]float64, n)
	if n < 3 {
		return through
	}
	g = g.simple()
	from := make([]uint32, n)
	for i := range from {
		from[i] = uint32(i)
	}
	if samples > 0 && samples < n {
		d := dice(mix(seed))
		d.shuffle(from)
		from = from[:samples]
	}
	// Sums of fixed parts, added in order: the same whoever does what.
	const parts = 8
	sums := make([][]float64, parts)
	parallel(max(1, workers), parts, func(_, part int) {
		w := newPaths(g)
		for _, source := range from[part*len(from)/parts : (part+1)*len(from)/parts] {
			w.from(source)
		}
		sums[part] = w.sum
	})
	scale := float64(n) / float64(len(from)) / (float64(n-1) * float64(n-2))
	for _, sum := range sums {
		for i, s := range sum {
			through[i] += s * scale
		}
	}
	return through
}

// paths counts shortest paths from one node after another.
type paths struct {
	g     *Graph
	sum   []float64
	steps []int32   // from the source, plus one; 0: not reached
	count []float64 // of shortest paths
	share []float64 // of paths that lead on through a node
	queue []uint32
}

func newPaths(g *Graph) *paths {
	n := g.Nodes()
	return &paths{g: g, sum: make([]float64, n), steps: make([]int32, n), count: make([]float64, n), share: make([]float64, n)}
}

func (w *paths) from(source uint32) {
	w.queue = append(w.queue[:0], source)
	w.steps[source], w.count[source] = 1, 1
	for at := 0; at < len(w.queue); at++ {
		u := w.queue[at]
		to, _ := w.g.Neighbours(u)
		for _, v := range to {
			if w.steps[v] == 0 {
				w.steps[v] = w.steps[u] + 1
				w.queue = append(w.queue, v)
			}
			if w.steps[v] == w.steps[u]+1 {
				w.count[v] += w.count[u]
			}
		}
	}
	for i := len(w.queue) - 1; i > 0; i-- {
		v := w.queue[i]
		to, _ := w.g.Neighbours(v)
		each := (1 + w.share[v]) / w.count[v]
		for _, u := range to {
			if w.steps[u]+1 == w.steps[v] {
				w.share[u] += w.count[u] * each
			}
		}
		w.sum[v] += w.share[v]
	}
	for _, u := range w.queue {
		w.steps[u], w.count[u], w.share[u] = 0, 0, 0
	}
}
