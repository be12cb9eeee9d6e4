package circle

import (
	"math"

	"orrery.dev/orrery"
)

// MaxEntries is how many ends of edges a graph may have: two for each edge.
const MaxEntries = math.MaxUint32

// Graph is an undirected weighted graph. It is read-only once built, and several
// goroutines may read it at a time.
//
// Each edge stands twice, once at either end: 8 bytes an edge where all weights
// are 1, else 16, and 12 bytes a node.
type Graph struct {
	first    []uint32  // of a node: where its neighbours begin; one more at the end
	to       []uint32  // neighbours
	weight   []float32 // of the edges to them; nil: all are 1
	loops    []float64 // of a node: weight of its edges to itself; nil: none
	strength []float64 // of a node: sum of weights at it, loops twice
	total    float64   // weight of all edges, loops once
	pairs    int       // joined, loops left out
}

// Nodes returns how many nodes there are.
func (g *Graph) Nodes() int { return len(g.first) - 1 }

// Edges returns how many pairs are joined, loops left out.
func (g *Graph) Edges() int { return g.pairs }

// Weight returns the weight of all edges, loops included.
func (g *Graph) Weight() float64 { return g.total }

// Strength returns the weight of all edges at a node; a loop counts twice.
func (g *Graph) Strength(node uint32) float64 { return g.strength[node] }

// Neighbours returns the nodes joined to a node and the weights of those edges;
// weights are nil where all are 1. Where few edges join the same pair, a neighbour
// stands there as often. Both belong to the graph: do not write.
func (g *Graph) Neighbours(node uint32) (to []uint32, weights []float32) {
	from, until := g.first[node], g.first[node+1]
	if g.weight == nil {
		return g.to[from:until], nil
	}
	return g.to[from:until], g.weight[from:until]
}

func (g *Graph) loop(node uint32) float64 {
	if g.loops == nil {
		return 0
	}
	return g.loops[node]
}

// chunkEdges is how many edges are kept in one piece before they are sorted in.
const chunkEdges = 1 << 16

// Edges gathers what a graph is built of: 8 bytes an edge, 12 where weights are
// not all 1. The zero value is empty and ready; it is not safe for concurrent use.
type Edges struct {
	chunks []chunk
	nodes  int
	n      int
}

type chunk struct {
	ends    []uint32  // two for each edge
	weights []float32 // nil: all are 1
}

// Add joins two nodes. Weights of equal pairs add up, whichever end comes first;
// a pair of equal nodes is a loop. Single weights are kept with 24 bits. A weight
// that is not a number at or above 0 is refused; 0 makes the nodes and joins
// nothing.
func (e *Edges) Add(a, b uint32, weight float64) error {
	if !(weight >= 0) || weight > math.MaxFloat32 {
		return orrery.Errorf(orrery.Invalid, "the weight %v of a tie must be a number from 0 on", weight)
	}
	if e.n >= MaxEntries/2 {
		return orrery.Errorf(orrery.Exhausted, "more than %d ties: leave some out", MaxEntries/2)
	}
	e.nodes = max(e.nodes, int(a)+1, int(b)+1)
	w := float32(weight)
	if w == 0 {
		return nil
	}
	if e.n%chunkEdges == 0 {
		e.chunks = append(e.chunks, chunk{ends: make([]uint32, 0, 2*chunkEdges)})
	}
	c := &e.chunks[len(e.chunks)-1]
	if w != 1 && c.weights == nil {
		c.weights = make([]float32, len(c.ends)/2, chunkEdges)
		for i := range c.weights {
			c.weights[i] = 1
		}
	}
	c.ends = append(c.ends, a, b)
	if c.weights != nil {
		c.weights = append(c.weights, w)
	}
	e.n++
	return nil
}

// Len returns how many edges were added, those of weight 0 left out.
func (e *Edges) Len() int { return e.n }

// Graph builds the graph of at least so many nodes and empties e: nodes that
// no edge names have no neighbours.
func (e *Edges) Graph(nodes int) *Graph {
	nodes = max(nodes, e.nodes)
	g := &Graph{first: make([]uint32, nodes+1)}
	weighted := e.degrees(g)
	entries := g.first[nodes]
	g.to = make([]uint32, entries)
	if weighted {
		g.weight = make([]float32, entries)
	}
	e.fill(g)
	g.sumParallel()
	g.sumStrengths()
	return g
}

// degrees counts the ends at each node into where its neighbours will end, and
// gathers loops. It reports whether weights are not all 1.
func (e *Edges) degrees(g *Graph) bool {
	weighted := false
	for _, c := range e.chunks {
		weighted = weighted || c.weights != nil
		for i := 0; i < len(c.ends); i += 2 {
			a, b := c.ends[i], c.ends[i+1]
			if a == b {
				if g.loops == nil {
					g.loops = make([]float64, g.Nodes())
				}
				w := 1.
				if c.weights != nil {
					w = float64(c.weights[i/2])
				}
				g.loops[a] += w
				continue
			}
			g.first[a]++
			g.first[b]++
		}
	}
	sum := uint32(0)
	for i, n := range g.first {
		sum += n
		g.first[i] = sum
	}
	return weighted
}

// fill puts the edges in their places from behind, so that first is right when it
// is done, and lets go of each chunk.
func (e *Edges) fill(g *Graph) {
	for i := len(e.chunks) - 1; i >= 0; i-- {
		c := e.chunks[i]
		for j := len(c.ends) - 2; j >= 0; j -= 2 {
			a, b := c.ends[j], c.ends[j+1]
			if a == b {
				continue
			}
			g.first[a]--
			g.first[b]--
			at, bt := g.first[a], g.first[b]
			g.to[at], g.to[bt] = b, a
			if g.weight != nil {
				w := float32(1)
				if c.weights != nil {
					w = c.weights[j/2]
				}
				g.weight[at], g.weight[bt] = w, w
			}
		}
		e.chunks[i] = chunk{}
	}
	*e = Edges{}
}

// sumParallel makes one edge of those that join the same pair. Where all weights
// are 1 and few edges do, they stay as they are: two of 1 are one of 2, and weights
// would take as much memory again.
func (g *Graph) sumParallel() {
	seen := make([]uint32, g.Nodes()) // where a neighbour stands, plus one
	if g.weight == nil {
		ends := g.distinct(seen)
		if ends > len(g.to)/2 || ends == len(g.to) {
			g.pairs = ends / 2
			return
		}
		clear(seen)
		g.weight = make([]float32, len(g.to))
		for i := range g.weight {
			g.weight[i] = 1
		}
	}
	at := uint32(0)
	for node := range g.Nodes() {
		from, until := g.first[node], g.first[node+1]
		g.first[node] = at
		begin := at
		for i := from; i < until; i++ {
			v := g.to[i]
			if s := seen[v]; s > begin && s <= at {
				g.weight[s-1] += g.weight[i]
				continue
			}
			g.to[at], g.weight[at] = v, g.weight[i]
			at++
			seen[v] = at
		}
	}
	g.first[g.Nodes()] = at
	if int(at) < len(g.to)*3/4 {
		g.to = append(make([]uint32, 0, at), g.to[:at]...)
		g.weight = append(make([]float32, 0, at), g.weight[:at]...)
	}
	g.to, g.weight = g.to[:at], g.weight[:at]
	g.pairs = int(at) / 2
}

// distinct counts the ends of edges, those that join the same pair once.
func (g *Graph) distinct(seen []uint32) int {
	n := 0
	for node := range g.Nodes() {
		for _, v := range g.to[g.first[node]:g.first[node+1]] {
			if seen[v] != uint32(node)+1 {
				seen[v] = uint32(node) + 1
				n++
			}
		}
	}
	return n
}

// simple returns g, or a copy without weights in which each pair is joined once.
func (g *Graph) simple() *Graph {
	if len(g.to) == 2*g.pairs {
		return g
	}
	seen := make([]uint32, g.Nodes())
	once := &Graph{first: make([]uint32, 1, len(g.first)), to: make([]uint32, 0, 2*g.pairs), pairs: g.pairs}
	for node := range g.Nodes() {
		for _, v := range g.to[g.first[node]:g.first[node+1]] {
			if seen[v] != uint32(node)+1 {
				seen[v] = uint32(node) + 1
				once.to = append(once.to, v)
			}
		}
		once.first = append(once.first, uint32(len(once.to)))
	}
	return once
}

func (g *Graph) sumStrengths() {
	g.strength = make([]float64, g.Nodes())
	ends := 0.
	for node := range g.strength {
		to, weights := g.Neighbours(uint32(node))
		sum := float64(len(to))
		if weights != nil {
			sum = 0
			for _, w := range weights {
				sum += float64(w)
			}
		}
		g.strength[node] = sum + 2*g.loop(uint32(node))
		ends += g.strength[node]
	}
	g.total = ends / 2
}
