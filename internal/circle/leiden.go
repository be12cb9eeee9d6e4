package circle

import (
	"math"
	"runtime"

	"orrery.dev/orrery"
)

// Objective is what a good partition has much of.
type Objective uint8

// The objectives. With w the weight inside circles, γ the resolution and sums
// over circles:
const (
	Modularity Objective = iota // w − γ·Σ strength²/4m: more ties inside than chance would have made
	CPM                         // w − γ·Σ size·(size−1)/2: constant Potts model, denser inside than γ
)

// Config tells how to look for circles. The zero value is modularity at
// resolution 1 until nothing gets better.
type Config struct {
	Objective  Objective
	Resolution float64   // γ, above 0; higher: smaller circles. 0: 1
	Randomness float64   // θ of refinement, in mean weights of an edge; 0: .01
	Iterations int       // at most; 0: until stable, or MaxIterations
	Tries      int       // whole searches, of which the best is returned; 0: 1
	Seed       uint64    // equal seeds give equal circles on equal graphs
	Start      Partition // an earlier partition to begin from, of any numbers below the number of nodes; nil: everybody alone
	Workers    int       // goroutines; 0: as many as processors. The result is the same
}

// MaxIterations is where looking for something better ends.
const MaxIterations = 10

// stableGain is the gain in quality, as a share of all weight, below which an
// iteration counts as having found nothing.
const stableGain = 1e-5

// Find returns the circles of a graph by the Leiden algorithm (Traag, Waltman,
// van Eck 2019: From Louvain to Leiden, algorithms A.1 and A.2): nodes move
// between circles while it helps, working through a queue; each circle is
// refined, which splits what hangs together badly; the parts become nodes of a
// smaller graph; and so on. No circle ever falls apart into pieces without ties
// between them. A node without ties is a circle of its own.
func Find(g *Graph, c Config) (Partition, error) {
	if err := c.complete(g); err != nil {
		return nil, err
	}
	s := newSearch(g, c)
	best, most := s.once()
	for try := 1; try < c.Tries; try++ {
		s.c.Seed = mix(s.c.Seed)
		if p, q := s.once(); q > most {
			best, most = p, q
		}
	}
	split(g, best)
	best.numbered()
	return best, nil
}

// once searches until nothing gets better, and tells how good that is.
func (s *search) once() (Partition, float64) {
	p := s.begin()
	before := math.Inf(-1)
	for iteration := range s.c.Iterations {
		s.iterate(p, uint64(iteration))
		now := s.quality(p)
		if now-before <= stableGain*s.base.total {
			return p, now
		}
		before = now
	}
	return p, before
}

func (c *Config) complete(g *Graph) error {
	if c.Resolution == 0 {
		c.Resolution = 1
	}
	if c.Randomness == 0 {
		c.Randomness = .01
	}
	if c.Iterations <= 0 {
		c.Iterations = MaxIterations
	}
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	switch {
	case !(c.Resolution > 0) || math.IsInf(c.Resolution, 1):
		return orrery.Errorf(orrery.Invalid, "the resolution %v must be a number above 0", c.Resolution)
	case !(c.Randomness > 0) || math.IsInf(c.Randomness, 1):
		return orrery.Errorf(orrery.Invalid, "the randomness %v must be a number above 0", c.Randomness)
	case c.Objective > CPM:
		return orrery.Errorf(orrery.Invalid, "there is no objective %d", c.Objective)
	case c.Start != nil && len(c.Start) != g.Nodes():
		return orrery.Errorf(orrery.Invalid, "the partition to start from is of %d nodes, the graph has %d", len(c.Start), g.Nodes())
	}
	for _, circle := range c.Start {
		if int(circle) >= g.Nodes() {
			return orrery.Errorf(orrery.Invalid, "the partition to start from names circle %d among %d nodes", circle, g.Nodes())
		}
	}
	return nil
}

// search is one call of Find.
type search struct {
	base  *Graph
	mass  []float64 // of the nodes of base, in whose terms the objective is w − ½·scale·Σ mass²
	scale float64
	theta float64 // in weight
	c     Config
	room  *room

	sparing int // as the constant
}

func newSearch(g *Graph, c Config) *search {
	s := &search{base: g, c: c, room: newRoom(g.Nodes(), c.Workers), theta: c.Randomness, sparing: sparing}
	if edges := g.Edges(); edges > 0 {
		s.theta *= g.total / float64(edges)
	}
	switch c.Objective {
	case CPM:
		s.scale = c.Resolution
		s.mass = make([]float64, g.Nodes())
		for i := range s.mass {
			s.mass[i] = 1
		}
	default:
		s.mass = g.strength
		if g.total > 0 {
			s.scale = c.Resolution / (2 * g.total)
		}
	}
	return s
}

func (s *search) begin() Partition {
	p := make(Partition, s.base.Nodes())
	copy(p, s.c.Start)
	if s.c.Start == nil {
		for i := range p {
			p[i] = uint32(i)
		}
	}
	return p
}

// iterate makes p better, once through all levels.
func (s *search) iterate(p Partition, iteration uint64) {
	g, mass := s.base, s.mass
	circles := p        // of the nodes of g
	var path [][]uint32 // of each level: the node of the next that a node became part of
	for level := uint64(0); ; level++ {
		seed := s.c.Seed ^ mix(iteration<<32|level)
		n := s.move(g, mass, circles, seed)
		if n == g.Nodes() {
			break
		}
		layer := s.room.layer(int(level))
		layer.parts = resized(layer.parts, g.Nodes())
		parts := layer.parts
		count := s.refine(g, mass, circles, parts, seed)
		if count == g.Nodes() {
			break
		}
		path = append(path, parts)
		layer.above, layer.wider = resized(layer.above, count), resized(layer.wider, count)
		above, wider := layer.above, layer.wider
		clear(wider)
		for node, part := range parts {
			above[part] = circles[node]
			wider[part] += mass[node]
		}
		above.dense(s.room.label[:len(parts)])
		next := s.next(g, path, count)
		g, mass, circles = next, wider, above
	}
	for level := len(path) - 1; level >= 0; level-- {
		for i, part := range path[level] {
			path[level][i] = circles[part]
		}
		circles = path[level]
	}
	copy(p, circles)
}

// workers is how many are worth their keep on a graph.
func (s *search) workers(g *Graph) int {
	if len(g.to) < 1<<16 {
		return 1
	}
	return s.c.Workers
}

// dense numbers circles from 0 in the order of their lowest nodes. Room is for
// as many labels as p may hold.
func (p Partition) dense(room []uint32) {
	clear(room)
	n := uint32(0)
	for i, c := range p {
		if room[c] == 0 {
			n++
			room[c] = n
		}
		p[i] = room[c] - 1
	}
}

// quality is the objective, less what no partition changes.
func (s *search) quality(p Partition) float64 {
	return inside(s.base, p) - s.scale/2*squares(s.mass, p, s.room.mass[:len(p)])
}

// inside returns the weight of edges within circles, loops included.
func inside(g *Graph, p Partition) float64 {
	sum := 0.
	for node, c := range p {
		to, weights := g.Neighbours(uint32(node))
		if weights == nil {
			n := 0
			for _, v := range to {
				if p[v] == c {
					n++
				}
			}
			sum += float64(n)
		} else {
			for i, v := range to {
				if p[v] == c {
					sum += float64(weights[i])
				}
			}
		}
	}
	sum /= 2
	for _, w := range g.loops {
		sum += w
	}
	return sum
}

// squares returns the sum over circles of their mass squared; of is room for them.
func squares(mass []float64, p Partition, of []float64) float64 {
	clear(of)
	for node, c := range p {
		of[c] += mass[node]
	}
	sum := 0.
	for _, m := range of {
		sum += m * m
	}
	return sum
}

// Quality returns how good a partition is: at Modularity the modularity
// w/m − γ·Σ (strength/2m)², from −½ to 1 and 0 on a graph without edges; at CPM
// the weight inside less γ for each pair inside. A resolution of 0 means 1.
func Quality(g *Graph, p Partition, of Objective, resolution float64) float64 {
	if resolution == 0 {
		resolution = 1
	}
	if of == CPM {
		pairs := 0.
		for _, size := range p.Sizes() {
			pairs += float64(size) * float64(size-1) / 2
		}
		return inside(g, p) - resolution*pairs
	}
	if g.total == 0 {
		return 0
	}
	return inside(g, p)/g.total - resolution*squares(g.strength, p, make([]float64, len(p)))/(4*g.total*g.total)
}

// mix scrambles a number (the finaliser of SplitMix64, Steele et al. 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// dice is a small source of chance, cheap to seed: SplitMix64.
type dice uint64

func (d *dice) roll() uint64 {
	x := mix(uint64(*d))
	*d += 0x9e3779b97f4a7c15
	return x
}

// below returns a number under n; the bias is n/2³².
func (d *dice) below(n uint32) uint32 { return uint32(d.roll() >> 32 * uint64(n) >> 32) }

// share returns a number from 0 up to but not 1.
func (d *dice) share() float64 { return float64(d.roll()>>11) / (1 << 53) }

func (d *dice) shuffle(nodes []uint32) {
	for i := len(nodes) - 1; i > 0; i-- {
		j := d.below(uint32(i) + 1)
		nodes[i], nodes[j] = nodes[j], nodes[i]
	}
}
