package circle

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// room is the memory that a search works in, made once for the largest level.
type room struct {
	order  []uint32  // a queue, or nodes in the order of their circles
	label  []uint32  // of circles or parts
	starts []uint32  // where circles begin in order; one more at the end
	mass   []float64 // of circles, or of parts
	cut    []float64 // of parts: weight to the rest of their circle
	tables []table   // one for each worker
	levels [2]Graph  // memory of the graphs above the first
	layers []layer   // of levels, from the first on: the same in each iteration
	spare  []uint32  // of nodes of the base
	waits  bitset
	batch  []uint32
	judged []proposal
	turns  bitset
}

// layer is what a level leaves for the way back down.
type layer struct {
	parts []uint32  // of each node: the node of the level above that it became part of
	above Partition // of each node above: its circle
	wider []float64 // … and its mass
}

// layer returns the memory of a level.
func (r *room) layer(level int) *layer {
	for len(r.layers) <= level {
		r.layers = append(r.layers, layer{})
	}
	return &r.layers[level]
}

// set returns memory for a set of so many nodes, with all of them in it or none.
func set(of *bitset, nodes int, all bool) bitset {
	*of = resized(*of, (nodes+63)/64)
	fill := uint64(0)
	if all {
		fill = ^uint64(0)
	}
	for i := range *of {
		(*of)[i] = fill
	}
	return *of
}

func newRoom(nodes, workers int) *room {
	r := &room{
		order: make([]uint32, nodes), label: make([]uint32, nodes), starts: make([]uint32, nodes+1),
		mass: make([]float64, nodes), cut: make([]float64, nodes),
		tables: make([]table, workers),
	}
	for i := range r.tables {
		r.tables[i].weight = make([]float64, nodes)
	}
	return r
}

// table adds up weights by circle.
type table struct {
	weight  []float64 // of each circle; 0 unless touched
	touched []uint32
}

func (t *table) reset() {
	for _, c := range t.touched {
		t.weight[c] = 0
	}
	t.touched = t.touched[:0]
}

// parallel calls do for parts 0 to parts−1, each once, on some goroutines; who
// does which part is left to chance, so a part must not depend on it.
func parallel(workers, parts int, do func(worker, part int)) {
	workers = min(workers, parts)
	if workers <= 1 {
		for part := range parts {
			do(0, part)
		}
		return
	}
	var next atomic.Int64
	take := func() int { return int(next.Add(1)) - 1 }
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			for part := take(); part < parts; part = take() {
				do(worker, part)
			}
		})
	}
	all.Wait()
}

// sorted puts nodes in the order of labels below count, by counting: order holds
// the nodes and starts where each label begins.
func (r *room) sorted(labels []uint32, count int) (order, starts []uint32) {
	order, starts = r.order[:len(labels)], r.starts[:count+1]
	clear(starts)
	for _, c := range labels {
		starts[c]++
	}
	sum := uint32(0)
	for c, n := range starts {
		sum += n
		starts[c] = sum
	}
	for node := len(labels) - 1; node >= 0; node-- {
		c := labels[node]
		starts[c]--
		order[starts[c]] = uint32(node)
	}
	return order, starts
}

// graph returns room for a graph of so many nodes and ends in one of two places,
// and what was there is gone.
func (r *room) graph(at, nodes int, ends func(first []uint32)) *Graph {
	g := &r.levels[at]
	g.first = resized(g.first, nodes+1)
	ends(g.first)
	n := int(g.first[nodes])
	if n >= sparing && n > cap(g.to) {
		// What the base was built from may still lie about, at 12 bytes an edge. There are
		// few and large pieces without pointers: to collect them takes a millisecond.
		g.to, g.weight = nil, nil
		runtime.GC()
	}
	g.to = resized(g.to, n)
	g.weight = resized(g.weight, n)
	return g
}

// resized returns a slice of a length that uses s if it is large enough.
func resized[E any](s []E, length int) []E {
	if cap(s) >= length {
		return s[:length]
	}
	return make([]E, length, length+length/64)
}

// bitset is a set of nodes.
type bitset []uint64

func newBitset(nodes int) bitset { return make(bitset, (nodes+63)/64) }

func (b bitset) has(node uint32) bool { return b[node>>6]&(1<<(node&63)) != 0 }
func (b bitset) add(node uint32)      { b[node>>6] |= 1 << (node & 63) }
func (b bitset) drop(node uint32)     { b[node>>6] &^= 1 << (node & 63) }
