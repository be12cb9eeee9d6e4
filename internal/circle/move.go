package circle

// move lets nodes change circles while the objective grows, working through a
// queue (fast local moving), and returns how many circles are left. Circles may
// have any numbers below the number of nodes; they are numbered anew.
func (s *search) move(g *Graph, mass []float64, circles Partition, seed uint64) int {
	n := g.Nodes()
	m := mover{
		g: g, mass: mass, scale: s.scale, circles: circles,
		of: s.room.mass[:n], sizes: s.room.starts[:n], queue: s.room.order[:n], waits: s.room.waits[:(n+63)/64],
		table: &s.room.tables[0],
	}
	clear(m.of)
	clear(m.sizes)
	for node, c := range circles {
		m.of[c] += mass[node]
		m.sizes[c]++
	}
	m.free = s.room.label[:0]
	for c := n - 1; c >= 0; c-- {
		if m.sizes[c] == 0 {
			m.free = append(m.free, uint32(c))
		}
	}
	for i := range m.queue {
		m.queue[i] = uint32(i)
	}
	d := dice(seed)
	d.shuffle(m.queue)
	for i := range m.waits {
		m.waits[i] = ^uint64(0)
	}
	m.run()
	left := n - len(m.free)
	circles.dense(s.room.starts[:n])
	return left
}

// mover is one pass of local moving over one level.
type mover struct {
	g       *Graph
	mass    []float64
	scale   float64
	circles Partition
	of      []float64 // mass of circles
	sizes   []uint32  // of circles
	free    []uint32  // circles without nodes
	queue   []uint32  // a ring; each node stands in it once at most
	waits   []uint64
	table   *table
}

func (m *mover) run() {
	n := uint32(len(m.queue))
	head, waiting := uint32(0), n
	for waiting > 0 {
		node := m.queue[head]
		head++
		if head == n {
			head = 0
		}
		waiting--
		m.waits[node>>6] &^= 1 << (node & 63)
		was := m.circles[node]
		now := m.best(node, was)
		if now == was {
			continue
		}
		m.circles[node] = now
		// Neighbours elsewhere may want to follow.
		to, _ := m.g.Neighbours(node)
		for _, v := range to {
			if bit := uint64(1) << (v & 63); m.circles[v] != now && m.waits[v>>6]&bit == 0 {
				m.waits[v>>6] |= bit
				tail := uint64(head) + uint64(waiting)
				if tail >= uint64(n) {
					tail -= uint64(n)
				}
				m.queue[tail] = v
				waiting++
			}
		}
	}
}

// best takes a node out of its circle and puts it into the one where it does the
// most good, which may be the same or an empty one.
func (m *mover) best(node, was uint32) uint32 {
	t := m.table
	m.g.gather(t, node, m.circles)
	k := m.mass[node]
	m.of[was] -= k
	m.sizes[was]--
	cost := m.scale * k
	now, most := was, t.weight[was]-cost*m.of[was]
	// A gain that is nothing but rounding would let nodes move for ever.
	most += 1e-10 * (t.weight[was] + cost*m.of[was])
	for _, c := range t.touched {
		if gain := t.weight[c] - cost*m.of[c]; gain > most {
			now, most = c, gain
		}
	}
	if most < 0 && m.sizes[was] > 0 {
		now = m.free[len(m.free)-1]
	}
	t.reset()
	if now != was {
		if m.sizes[now] == 0 {
			m.free = m.free[:len(m.free)-1]
		}
		if m.sizes[was] == 0 {
			m.free = append(m.free, was)
		}
	}
	m.of[now] += k
	m.sizes[now]++
	return now
}

// gather adds up the weights from a node to the circles around it.
func (g *Graph) gather(t *table, node uint32, circles []uint32) {
	to, weights := g.Neighbours(node)
	table, touched := t.weight, t.touched
	if weights == nil {
		for _, v := range to {
			c := circles[v]
			if table[c] == 0 {
				touched = append(touched, c)
			}
			table[c]++
		}
	} else {
		weights = weights[:len(to)]
		for i, v := range to {
			c := circles[v]
			if table[c] == 0 {
				touched = append(touched, c)
			}
			table[c] += float64(weights[i])
		}
	}
	t.touched = touched
}
