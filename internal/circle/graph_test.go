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

func TestEqualPairsOfWeightOneAddUpHoweverManyThereAre(t *testing.T) {
	t.Parallel()
	for _, times := range []int{2, 3, 9} { // few stay apart, many become weights
		ties := []tie{{1, 2, 1}}
		for i := range times {
			ties = append(ties, tie{uint32(i % 2), uint32(1 - i%2), 1})
		}
		g := graphOf(t, 4, ties...)
		if there, back := between(g, 0, 1); there != float64(times) || back != there || g.Edges() != 2 || g.Nodes() != 4 || g.Strength(1) != there+1 {
			t.Errorf("%d times: got %v, %v, %d edges, %d nodes, strength %v", times, there, back, g.Edges(), g.Nodes(), g.Strength(1))
		}
	}
}

func TestTwoTiesOfOneAreOneOfTwo(t *testing.T) {
	t.Parallel()
	d := dice(8)
	var ones, twos []tie
	for range 3000 {
		a, b := d.below(400), d.below(400)
		if a == b {
			continue
		}
		ones, twos = append(ones, tie{a, b, 1}), append(twos, tie{a, b, 1})
		if d.below(5) == 0 {
			ones, twos[len(twos)-1].weight = append(ones, tie{b, a, 1}), 2
		}
	}
	apart, summed := graphOf(t, 400, ones...), graphOf(t, 400, twos...)
	if apart.weight != nil || summed.weight == nil || apart.Edges() != summed.Edges() {
		t.Fatalf("got %d and %d edges, weights %v and %v", apart.Edges(), summed.Edges(), apart.weight != nil, summed.weight != nil)
	}
	p, err := Find(apart, Config{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := Quality(apart, p, Modularity, 1), Quality(summed, p, Modularity, 1); math.Abs(a-b) > 1e-12 {
		t.Errorf("modularity is %v and %v", a, b)
	}
	if n := Disconnected(apart, p); n > 0 {
		t.Errorf("%d circles fall apart", n)
	}
	ofSummed := Participation(summed, p)
	for node, share := range Participation(apart, p) {
		if other := ofSummed[node]; math.Abs(share-other) > 1e-12 {
			t.Fatalf("participation of %d is %v and %v", node, share, other)
		}
	}
	through := Betweenness(summed, 0, 0, 1)
	for node, share := range Betweenness(apart, 0, 0, 1) {
		if math.Abs(share-through[node]) > 1e-12 {
			t.Fatalf("betweenness of %d is %v and %v", node, share, through[node])
		}
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
