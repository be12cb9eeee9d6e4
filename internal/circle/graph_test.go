package circle

import (
	"math"
	"testing"
)

// tie is an edge for tests.
type tie struct {
	a, b   uint32
	weight float64
}

func graphOf(t testing.TB, nodes int, ties ...tie) *Graph {
	t.Helper()
	e := &Edges{}
	for _, tie := range ties {
		if err := e.Add(tie.a, tie.b, tie.weight); err != nil {
			t.Fatal(err)
		}
	}
	return e.Graph(nodes)
}

func pairs(t testing.TB, nodes int, ends [][2]uint32) *Graph {
	t.Helper()
	e := &Edges{}
	for _, p := range ends {
		if err := e.Add(p[0], p[1], 1); err != nil {
			t.Fatal(err)
		}
	}
	return e.Graph(nodes)
}

// between returns the weight of the edge between two nodes as each end has it.
func between(g *Graph, a, b uint32) (float64, float64) {
	at := func(a, b uint32) float64 {
		to, weights := g.Neighbours(a)
		sum := 0.
		for i, v := range to {
			if v == b && weights == nil {
				sum++
			} else if v == b {
				sum += float64(weights[i])
			}
		}
		return sum
	}
	return at(a, b), at(b, a)
}

func TestWeightsOfEqualPairsAddUp(t *testing.T) {
	t.Parallel()
	g := graphOf(t, 0, tie{0, 1, 2}, tie{1, 0, .5}, tie{1, 2, 1}, tie{0, 1, 1}, tie{2, 2, 3}, tie{3, 4, 0})
	if g.Nodes() != 5 || g.Edges() != 2 {
		t.Fatalf("got %d nodes and %d edges, want 5 and 2", g.Nodes(), g.Edges())
	}
	if there, back := between(g, 0, 1); there != 3.5 || back != 3.5 {
		t.Errorf("0–1 weighs %v and %v, want 3.5", there, back)
	}
	// 3.5 + 1 + the loop of 3.
	if g.Weight() != 7.5 {
		t.Errorf("all weigh %v, want 7.5", g.Weight())
	}
	// A loop has two ends: 1 + 2·3.
	if g.Strength(2) != 7 {
		t.Errorf("the strength at 2 is %v, want 7", g.Strength(2))
	}
}

func TestEqualPairsOfWeightOneBecomeWeights(t *testing.T) {
	t.Parallel()
	g := graphOf(t, 4, tie{0, 1, 1}, tie{1, 2, 1}, tie{1, 0, 1})
	if there, back := between(g, 0, 1); there != 2 || back != 2 || g.Edges() != 2 || g.Nodes() != 4 {
		t.Errorf("got %v, %v, %d edges, %d nodes; want 2, 2, 2, 4", there, back, g.Edges(), g.Nodes())
	}
}

func TestGraphsOfManyPieces(t *testing.T) {
	t.Parallel()
	const edges = 2*chunkEdges + 17
	e, want := &Edges{}, map[[2]uint32]float64{}
	d := dice(5)
	for i := range edges {
		a, b, weight := d.below(300), d.below(300), 1.
		if i > chunkEdges+3 { // weights begin inside a piece
			weight = float64(d.below(5))
		}
		if err := e.Add(a, b, weight); err != nil {
			t.Fatal(err)
		}
		want[[2]uint32{min(a, b), max(a, b)}] += weight
	}
	g := e.Graph(0)
	sum := 0.
	for pair, weight := range want {
		sum += weight
		if pair[0] == pair[1] {
			continue
		}
		if there, back := between(g, pair[0], pair[1]); there != weight || back != weight {
			t.Fatalf("%v weighs %v and %v, want %v", pair, there, back, weight)
		}
	}
	if g.Weight() != sum {
		t.Errorf("all weigh %v, want %v", g.Weight(), sum)
	}
	if e.Len() != 0 {
		t.Errorf("%d edges were kept after building", e.Len())
	}
}

func TestWeightsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for _, weight := range []float64{-1, math.NaN(), math.Inf(1), 1e300} {
		if err := (&Edges{}).Add(0, 1, weight); err == nil {
			t.Errorf("the weight %v was taken", weight)
		}
	}
}
