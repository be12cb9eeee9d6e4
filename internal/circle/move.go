package circle

// move lets nodes change circles while the objective grows, working through a
// queue (fast local moving), and returns how many circles are left. Circles may
// have any numbers below the number of nodes; they are numbered anew.
func (s *search) move(g *Graph, mass []float64, circles Partition, seed uint64) int {
	n := g.Nodes()
	m := mover{
		g: g, mass: mass, scale: s.scale, circles: circles,
		of: s.room.mass[:n], sizes: s.room.starts[:n], queue: s.room.order[:n], waits: set(&s.room.waits, n, true),
		waiting: uint32(n), tables: s.room.tables,
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
	m.run(s.room)
	left := n - len(m.free)
	circles.dense(s.room.starts[:n])
	return left
}

// batchNodes is how many nodes are judged at a time on large levels, at most one
// in batchShare of all, so that few of them are neighbours.
const (
	batchNodes = 2048
	batchShare = 64
	batchLeast = 256
)

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
	head    uint32    // where the ring begins
	waiting uint32    // how many stand in it
	waits   bitset
	tables  []table

	batch     []uint32 // taken from the queue
	proposals []proposal
	pending   bitset // nodes of the batch that have not had their turn
}

// proposal is where a node would go, with the weights from it to where it is and
// to there.
type proposal struct {
	to      uint32
	was, is float64
}

// anew stands for a circle without nodes.
const anew = ^uint32(0)

// run empties the queue. On large levels, nodes of a batch are judged at the same
// time and then moved one after the other. Whoever sees a neighbour of the same
// batch move waits for another turn, so each move still makes the partition
// better, and how many work on a batch does not show.
func (m *mover) run(r *room) {
	n := len(m.queue)
	size := uint32(min(batchNodes, n/batchShare))
	if size >= batchLeast {
		r.batch, r.judged = resized(r.batch, int(size)), resized(r.judged, int(size))
		m.batch, m.proposals = r.batch, r.judged
		m.pending = set(&r.turns, n, false)
	}
	for m.waiting > 0 {
		if size >= batchLeast && m.waiting >= batchLeast {
			m.together(min(size, m.waiting))
			continue
		}
		node := m.take()
		p := m.judge(node, &m.tables[0])
		m.settle(node, p)
	}
}

func (m *mover) take() uint32 {
	node := m.queue[m.head]
	if m.head++; int(m.head) == len(m.queue) {
		m.head = 0
	}
	m.waiting--
	m.waits.drop(node)
	return node
}

// together judges the next nodes of the queue at the same time.
func (m *mover) together(size uint32) {
	const parts = 8
	batch := m.batch[:size]
	for i := range batch {
		batch[i] = m.take()
		m.pending.add(batch[i])
	}
	parallel(len(m.tables), parts, func(worker, part int) {
		for i := part * len(batch) / parts; i < (part+1)*len(batch)/parts; i++ {
			m.proposals[i] = m.judge(batch[i], &m.tables[worker])
		}
	})
	for i, node := range batch {
		m.pending.drop(node)
		if !m.waits.has(node) {
			m.settle(node, m.proposals[i])
		}
	}
}

// judge finds the circle in which a node does the most good.
func (m *mover) judge(node uint32, t *table) proposal {
	m.g.gather(t, node, m.circles)
	was := m.circles[node]
	cost := m.scale * m.mass[node]
	best := proposal{to: was, was: t.weight[was], is: t.weight[was]}
	most := m.stay(node, best.was)
	for _, c := range t.touched {
		if gain := t.weight[c] - cost*m.of[c]; gain > most && c != was {
			best.to, best.is, most = c, t.weight[c], gain
		}
	}
	if most < 0 && m.sizes[was] > 1 {
		best.to, best.is = anew, 0
	}
	t.reset()
	return best
}

// stay returns what a node gains by staying. A gain elsewhere that is more by
// rounding alone would let nodes move for ever.
func (m *mover) stay(node uint32, weight float64) float64 {
	cost := m.scale * m.mass[node] * (m.of[m.circles[node]] - m.mass[node])
	return weight - cost + 1e-10*(weight+cost)
}

// settle moves a node where it would go, if that is still better, and calls those
// neighbours who may want to follow.
func (m *mover) settle(node uint32, p proposal) {
	was, now, k := m.circles[node], p.to, m.mass[node]
	if now == was {
		return
	}
	gain := 0.
	if now != anew {
		gain = p.is - m.scale*k*m.of[now]
	}
	if gain <= m.stay(node, p.was) {
		return
	}
	if now == anew {
		now = m.free[len(m.free)-1]
	}
	if m.sizes[now] == 0 {
		m.free = m.free[:len(m.free)-1]
	}
	m.of[was] -= k
	if m.sizes[was]--; m.sizes[was] == 0 {
		m.free = append(m.free, was)
		m.of[was] = 0
	}
	m.of[now] += k
	m.sizes[now]++
	m.circles[node] = now
	to, _ := m.g.Neighbours(node)
	for _, v := range to {
		if (m.circles[v] != now || m.pending != nil && m.pending.has(v)) && !m.waits.has(v) {
			m.call(v)
		}
	}
}

// call puts a node at the end of the queue.
func (m *mover) call(node uint32) {
	m.waits.add(node)
	at := uint64(m.head) + uint64(m.waiting)
	if at >= uint64(len(m.queue)) {
		at -= uint64(len(m.queue))
	}
	m.queue[at] = node
	m.waiting++
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
