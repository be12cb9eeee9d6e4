package circle

// sparing is from how many ends on memory counts for more than time.
const sparing = 1 << 20

// next returns the graph above g, the last of a path of levels. Where g is still
// large, memory for a second such graph is spared: what is above it is summed up
// from the base and takes its place.
func (s *search) next(g *Graph, path [][]uint32, count int) *Graph {
	at := 0
	if g == &s.room.levels[0] {
		at = 1
	}
	if g == s.base || len(s.base.to) < s.sparing || len(g.to) <= len(s.base.to)/4 {
		return s.aggregate(g, path[len(path)-1], count, at)
	}
	s.room.spare = resized(s.room.spare, s.base.Nodes())
	parts := s.room.spare
	for node := range parts {
		part := uint32(node)
		for _, level := range path {
			part = level[part]
		}
		parts[node] = part
	}
	return s.aggregate(s.base, parts, count, 1-at)
}

// aggregate returns the graph whose nodes are the parts of g and whose edges are
// the sums of those between them. Edges inside a part are left out: they move with
// it. Sums are taken with 53 bits and kept with 24.
func (s *search) aggregate(g *Graph, parts []uint32, count, at int) *Graph {
	order, starts := s.room.sorted(parts, count)
	pieces := s.pieces(starts, g.Nodes())
	each := func(do func(part int, t *table)) {
		parallel(s.workers(g), len(pieces)-1, func(worker, piece int) {
			t := &s.room.tables[worker]
			for part := pieces[piece]; part < pieces[piece+1]; part++ {
				for _, u := range order[starts[part]:starts[part+1]] {
					g.gather(t, u, parts)
				}
				do(part, t)
				t.reset()
			}
		})
	}
	// Twice over the edges, so that memory is taken for what is left of them only.
	next := s.room.graph(at, count, func(first []uint32) {
		first[0] = 0
		each(func(part int, t *table) {
			n := len(t.touched)
			if t.weight[part] != 0 {
				n--
			}
			first[part+1] = uint32(n)
		})
		for part := range count {
			first[part+1] += first[part]
		}
	})
	each(func(part int, t *table) {
		at := next.first[part]
		for _, other := range t.touched {
			if other != uint32(part) {
				next.to[at], next.weight[at] = other, float32(t.weight[other])
				at++
			}
		}
	})
	return next
}
