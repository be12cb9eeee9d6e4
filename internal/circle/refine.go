package circle

import "math"

// refine splits each circle into parts that hang together well: within a circle
// everybody begins alone, and nodes that are still alone join a part at random,
// the likelier the more it helps (Traag et al., algorithm A.2: MergeNodesSubset).
// It tells the part of each node, numbered from 0, and returns how many there are.
// Circles are dense.
func (s *search) refine(g *Graph, mass []float64, circles Partition, parts []uint32, seed uint64) (count int) {
	n := g.Nodes()
	all := circles.Circles()
	order, starts := s.room.sorted(circles, all)
	r := refiner{
		g: g, mass: mass, scale: s.scale, theta: s.theta, circles: circles,
		parts: parts, of: s.room.mass[:n], cut: s.room.cut[:n],
	}
	for i := range r.parts {
		r.parts[i] = uint32(i)
	}
	copy(r.of, mass)
	// Pieces of about as many nodes each; circles are never cut in two.
	pieces := s.pieces(starts, n)
	parallel(s.workers(g), len(pieces)-1, func(worker, piece int) {
		for c := pieces[piece]; c < pieces[piece+1]; c++ {
			d := dice(mix(seed ^ mix(uint64(c))))
			r.circle(order[starts[c]:starts[c+1]], &d, &s.room.tables[worker])
		}
	})
	label := s.room.label[:n]
	Partition(r.parts).dense(label)
	for _, p := range r.parts {
		count = max(count, int(p)+1)
	}
	return count
}

// pieces cuts labels into runs of about a 64th of all nodes each.
func (s *search) pieces(starts []uint32, nodes int) []int {
	const parts = 64
	cuts := []int{0}
	last := len(starts) - 1
	for c := 1; c <= last; c++ {
		if int(starts[c]-starts[cuts[len(cuts)-1]]) > nodes/parts || c == last {
			cuts = append(cuts, c)
		}
	}
	return cuts
}

// refiner is one refinement of one level. Circles are worked on at the same time:
// they write to their own nodes alone.
type refiner struct {
	g            *Graph
	mass         []float64
	scale, theta float64
	circles      Partition
	parts        []uint32
	of           []float64 // mass of parts
	cut          []float64 // weight from a part to the rest of its circle
}

func (r *refiner) circle(nodes []uint32, d *dice, t *table) {
	if len(nodes) == 1 {
		return
	}
	whole := 0.
	for _, u := range nodes {
		whole += r.mass[u]
		r.cut[u] = r.within(u)
	}
	d.shuffle(nodes)
	for _, u := range nodes {
		if r.parts[u] == u && r.of[u] == r.mass[u] && r.cut[u] > 0 && r.connected(u, whole) {
			r.join(u, whole, d, t)
		}
	}
}

// connected reports whether a part is tied to the rest of its circle at least as
// well as chance would tie it.
func (r *refiner) connected(part uint32, whole float64) bool {
	return r.cut[part] >= r.scale*r.of[part]*(whole-r.of[part])
}

// within returns the weight from a node to the others of its circle.
func (r *refiner) within(u uint32) float64 {
	to, weights := r.g.Neighbours(u)
	c, sum := r.circles[u], 0.
	for i, v := range to {
		if r.circles[v] == c {
			if weights == nil {
				sum++
			} else {
				sum += float64(weights[i])
			}
		}
	}
	return sum
}

// join lets a node that is alone join a part of its circle, or stay alone.
func (r *refiner) join(u uint32, whole float64, d *dice, t *table) {
	r.gather(t, u)
	cost := r.scale * r.mass[u]
	most := 0. // staying alone
	for _, part := range t.touched {
		if r.connected(part, whole) {
			most = max(most, t.weight[part]-cost*r.of[part])
		}
	}
	sum := r.chance(0, most)
	for _, part := range t.touched {
		if r.connected(part, whole) {
			sum += r.chance(t.weight[part]-cost*r.of[part], most)
		}
	}
	left := d.share()*sum - r.chance(0, most)
	if left >= 0 {
		chosen := u
		for _, part := range t.touched {
			if !r.connected(part, whole) {
				continue
			}
			if p := r.chance(t.weight[part]-cost*r.of[part], most); p > 0 {
				chosen = part
				if left -= p; left < 0 {
					break
				}
			}
		}
		if chosen != u {
			r.parts[u] = chosen
			r.of[chosen] += r.mass[u]
			r.cut[chosen] += r.cut[u] - 2*t.weight[chosen]
		}
	}
	t.reset()
}

// chance returns how likely a gain is chosen, in proportion to the largest; less
// than e to the power of −30 is nothing, and so is what makes things worse.
func (r *refiner) chance(gain, most float64) float64 {
	x := (gain - most) / r.theta
	switch {
	case gain < 0 || x < -30:
		return 0
	case x == 0:
		return 1
	default:
		return math.Exp(x)
	}
}

// gather adds up the weights from a node to the parts of its circle around it.
func (r *refiner) gather(t *table, u uint32) {
	to, weights := r.g.Neighbours(u)
	c := r.circles[u]
	for i, v := range to {
		if r.circles[v] != c {
			continue
		}
		part := r.parts[v]
		if t.weight[part] == 0 {
			t.touched = append(t.touched, part)
		}
		if weights == nil {
			t.weight[part]++
		} else {
			t.weight[part] += float64(weights[i])
		}
	}
}
