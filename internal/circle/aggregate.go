package circle

// aggregate returns the graph whose nodes are the parts of g and whose edges are
// the sums of those between them. Edges inside a part are left out: they move with
// it. Sums are taken with 53 bits and kept with 24.
func (s *search) aggregate(g *Graph, parts []uint32, count int, level uint64) *Graph {
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
	next := s.room.graph(level, count, func(first []uint32) {
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
