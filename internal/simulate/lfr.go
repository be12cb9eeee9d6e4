package simulate

import (
	"math"
	"math/rand/v2"
	"slices"

	"orrery.dev/orrery"
)

// Network is an undirected graph without loops or parallel edges, whose circles
// are known.
type Network struct {
	Edges  [][2]uint32 // each once, the lower node first, in rising order
	Circle []uint32    // of each node
}

// LFR tells what a benchmark graph looks like whose degrees and circles both
// follow power laws (Lancichinetti, Fortunato, Radicchi 2008: Benchmark graphs for
// testing community detection algorithms).
type LFR struct {
	Nodes          int
	Degree         float64 // mean, above 1
	MaxDegree      int
	DegreeExponent float64 // τ₁, above 1; 0: 2.5
	MinSize        int     // of a circle
	MaxSize        int
	SizeExponent   float64 // τ₂, above 1; 0: 1.5
	Mixing         float64 // μ: share of each node's edges that leave its circle, 0 to 1
}

// Make returns a graph by seed. Edges that cannot be placed without a loop or a
// parallel are left out, so that degrees fall short of their law by a little.
// Sizes that no graph can have are Invalid.
func (l LFR) Make(seed uint64) (*Network, error) {
	if l.DegreeExponent == 0 {
		l.DegreeExponent = 2.5
	}
	if l.SizeExponent == 0 {
		l.SizeExponent = 1.5
	}
	switch {
	case l.Nodes < 2 || l.MinSize < 2 || l.MaxSize < l.MinSize || l.MaxSize > l.Nodes:
		return nil, orrery.Errorf(orrery.Invalid, "circles of %d to %d among %d nodes cannot be made", l.MinSize, l.MaxSize, l.Nodes)
	case l.Degree < 1 || float64(l.MaxDegree) < l.Degree || l.MaxDegree >= l.Nodes:
		return nil, orrery.Errorf(orrery.Invalid, "degrees of %v in the mean and %d at most cannot be made", l.Degree, l.MaxDegree)
	case l.DegreeExponent <= 1 || l.SizeExponent <= 1 || l.Mixing < 0 || l.Mixing > 1:
		return nil, orrery.Errorf(orrery.Invalid, "exponents must be above 1 and the mixing from 0 to 1")
	}
	m := lfr{LFR: l, rng: rand.New(rand.NewPCG(seed, 11))}
	m.degrees()
	m.sizes()
	m.settle()
	edges := m.inner()
	edges = append(edges, m.outer()...)
	slices.SortFunc(edges, func(a, b [2]uint32) int {
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		return int(a[1]) - int(b[1])
	})
	return &Network{Edges: slices.Compact(edges), Circle: m.circle}, nil
}

// lfr is one graph in the making.
type lfr struct {
	LFR
	rng      *rand.Rand
	in, out  []int // edges of each node inside its circle and out of it
	capacity []int // of circles
	circle   []uint32
}

// power draws from a power law between low and high.
func (m *lfr) power(low, high, exponent float64) float64 {
	a := 1 - exponent
	return math.Pow(math.Pow(low, a)+m.rng.Float64()*(math.Pow(high, a)-math.Pow(low, a)), 1/a)
}

// rounded rounds up as often as keeps the mean.
func (m *lfr) rounded(x float64) int {
	whole := math.Floor(x)
	if m.rng.Float64() < x-whole {
		whole++
	}
	return int(whole)
}

func (m *lfr) degrees() {
	high := float64(m.MaxDegree)
	low := lowest(m.Degree, high, m.DegreeExponent)
	m.in, m.out = make([]int, m.Nodes), make([]int, m.Nodes)
	for i := range m.in {
		degree := max(1, m.rounded(m.power(low, high, m.DegreeExponent)))
		m.in[i] = min(m.rounded(float64(degree)*(1-m.Mixing)), degree, m.MaxSize-1)
		m.out[i] = degree - m.in[i]
	}
}

// lowest returns where a power law up to high begins that has this mean.
func lowest(mean, high, exponent float64) float64 {
	low, top := 1e-3, high
	for range 200 {
		middle := (low + top) / 2
		if powerMean(middle, high, exponent) < mean {
			low = middle
		} else {
			top = middle
		}
	}
	return low
}

func powerMean(low, high, exponent float64) float64 {
	whole := func(k float64) float64 { // ∫ x^(k−exponent)
		if a := k - exponent + 1; math.Abs(a) > 1e-9 {
			return (math.Pow(high, a) - math.Pow(low, a)) / a
		}
		return math.Log(high / low)
	}
	return whole(1) / whole(0)
}

// sizes draws the circles' sizes until everybody has a place, the first as large
// as they may be, so that the busiest node finds enough others.
func (m *lfr) sizes() {
	left := m.Nodes
	for left > 0 {
		size := m.MaxSize
		if len(m.capacity) > 0 {
			size = m.rounded(m.power(float64(m.MinSize), float64(m.MaxSize), m.SizeExponent))
		}
		if size = min(size, left); size < m.MinSize {
			for ; size > 0; size-- { // too few for a circle: spread
				m.capacity[m.rng.IntN(len(m.capacity))]++
				left--
			}
			break
		}
		m.capacity = append(m.capacity, size)
		left -= size
	}
}

// settle puts each node into a circle that is larger than the edges it has
// inside; where a circle is full, somebody who lives there must look anew.
func (m *lfr) settle() {
	m.circle = make([]uint32, m.Nodes)
	members := make([][]uint32, len(m.capacity))
	homeless := make([]uint32, m.Nodes)
	for i := range homeless {
		homeless[i] = uint32(i)
	}
	for len(homeless) > 0 {
		node := homeless[len(homeless)-1]
		c := m.rng.IntN(len(m.capacity))
		if m.in[node] >= m.capacity[c] {
			continue
		}
		m.circle[node] = uint32(c)
		if len(members[c]) < m.capacity[c] {
			members[c] = append(members[c], node)
			homeless = homeless[:len(homeless)-1]
			continue
		}
		i := m.rng.IntN(len(members[c]))
		members[c][i], homeless[len(homeless)-1] = node, members[c][i]
	}
}

// inner joins the nodes of each circle by their inner degrees.
func (m *lfr) inner() [][2]uint32 {
	stubs := make([][]uint32, len(m.capacity))
	for node, c := range m.circle {
		for range m.in[node] {
			stubs[c] = append(stubs[c], uint32(node))
		}
	}
	var edges [][2]uint32
	for _, ends := range stubs {
		taken := map[[2]uint32]bool{}
		edges = append(edges, m.pair(ends, func(e [2]uint32) bool { return e[0] != e[1] && !taken[e] },
			func(e [2]uint32) { taken[e] = true })...)
	}
	return edges
}

// outer joins nodes of different circles by their outer degrees. Parallels are
// so rare that they are taken out at the end.
func (m *lfr) outer() [][2]uint32 {
	var stubs []uint32
	for node, n := range m.out {
		for range n {
			stubs = append(stubs, uint32(node))
		}
	}
	return m.pair(stubs, func(e [2]uint32) bool { return m.circle[e[0]] != m.circle[e[1]] }, func([2]uint32) {})
}

// pair joins stubs two by two at random. Where two do not fit, others are tried;
// what does not fit after that is left out.
func (m *lfr) pair(stubs []uint32, fits func([2]uint32) bool, take func([2]uint32)) [][2]uint32 {
	const tries = 50
	m.rng.Shuffle(len(stubs), func(i, j int) { stubs[i], stubs[j] = stubs[j], stubs[i] })
	edges := make([][2]uint32, 0, len(stubs)/2)
	for len(stubs) >= 2 {
		last := len(stubs) - 1
		for range tries {
			if fits(edge(stubs[last], stubs[last-1])) {
				break
			}
			i := m.rng.IntN(last)
			stubs[i], stubs[last-1] = stubs[last-1], stubs[i]
		}
		if e := edge(stubs[last], stubs[last-1]); fits(e) {
			take(e)
			edges = append(edges, e)
		}
		stubs = stubs[:last-1]
	}
	return edges
}

// edge puts the lower node first.
func edge(a, b uint32) [2]uint32 { return [2]uint32{min(a, b), max(a, b)} }
