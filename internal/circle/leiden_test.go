package circle

import (
	"math"
	"slices"
	"testing"

	"orrery.dev/orrery/internal/simulate"
)

// twoTriangles are joined by one edge.
var twoTriangles = [][2]uint32{{0, 1}, {1, 2}, {2, 0}, {3, 4}, {4, 5}, {5, 3}, {2, 3}}

// karate is Zachary's karate club (1977), from 0.
var karate = [][2]uint32{
	{0, 1},
	{0, 2},
	{0, 3},
	{0, 4},
	{0, 5},
	{0, 6},
	{0, 7},
	{0, 8},
	{0, 10},
	{0, 11},
	{0, 12},
	{0, 13},
	{0, 17},
	{0, 19},
	{0, 21},
	{0, 31},
	{1, 2},
	{1, 3},
	{1, 7},
	{1, 13},
	{1, 17},
	{1, 19},
	{1, 21},
	{1, 30},
	{2, 3},
	{2, 7},
	{2, 8},
	{2, 9},
	{2, 13},
	{2, 27},
	{2, 28},
	{2, 32},
	{3, 7},
	{3, 12},
	{3, 13},
	{4, 6},
	{4, 10},
	{5, 6},
	{5, 10},
	{5, 16},
	{6, 16},
	{8, 30},
	{8, 32},
	{8, 33},
	{9, 33},
	{13, 33},
	{14, 32},
	{14, 33},
	{15, 32},
	{15, 33},
	{18, 32},
	{18, 33},
	{19, 33},
	{20, 32},
	{20, 33},
	{22, 32},
	{22, 33},
	{23, 25},
	{23, 27},
	{23, 29},
	{23, 32},
	{23, 33},
	{24, 25},
	{24, 27},
	{24, 31},
	{25, 31},
	{26, 29},
	{26, 33},
	{27, 33},
	{28, 31},
	{28, 33},
	{29, 32},
	{29, 33},
	{30, 32},
	{30, 33},
	{31, 32},
	{31, 33},
	{32, 33},
}

func TestKnownGraphs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		graph  *Graph
		config Config
		want   Partition // nil: not told
		best   float64
	}{
		// Inside 6 of 7; strengths 7 and 7 of 14: 6/7 − ¼ − ¼.
		{"two triangles are two circles", pairs(t, 0, twoTriangles), Config{}, Partition{0, 0, 0, 1, 1, 1}, 6./7 - .5},
		// 3 + 3 − .5·(3 + 3 pairs).
		{"two triangles are dense enough for CPM", pairs(t, 0, twoTriangles), Config{Objective: CPM, Resolution: .5}, Partition{0, 0, 0, 1, 1, 1}, 3},
		{"at a resolution above every density everybody is alone", pairs(t, 0, twoTriangles), Config{Objective: CPM, Resolution: 1.5}, Partition{0, 1, 2, 3, 4, 5}, 0},
		// 7 − .01·15 pairs.
		{"at a low resolution all are together", pairs(t, 0, twoTriangles), Config{Objective: CPM, Resolution: .01}, Partition{0, 0, 0, 0, 0, 0}, 6.85},
		{"the karate club has four circles, at the highest modularity there is", pairs(t, 0, karate), Config{}, nil, .41978961},
		{"without ties everybody is alone", graphOf(t, 3), Config{}, Partition{0, 1, 2}, 0},
		{"nobody has no circle", graphOf(t, 0), Config{}, Partition{}, 0},
		{"loops join nobody", graphOf(t, 0, tie{0, 0, 5}, tie{1, 1, 5}), Config{}, Partition{0, 1}, .5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, best := Partition(nil), math.Inf(-1)
			for seed := range uint64(5) {
				test.config.Seed = seed
				p, err := Find(test.graph, test.config)
				if err != nil {
					t.Fatal(err)
				}
				if q := Quality(test.graph, p, test.config.Objective, test.config.Resolution); q > best {
					got, best = p, q
				}
			}
			if test.want != nil && !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if math.Abs(best-test.best) > 1e-8 {
				t.Errorf("got quality %.8f, want %.8f", best, test.best)
			}
		})
	}
}

func TestSettingsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	g := pairs(t, 0, twoTriangles)
	for name, c := range map[string]Config{
		"a resolution below 0":                 {Resolution: -1},
		"a resolution that is no number":       {Resolution: math.NaN()},
		"a randomness below 0":                 {Randomness: -1},
		"an objective that there is not":       {Objective: 7},
		"a start of other nodes":               {Start: Partition{0}},
		"a start whose numbers are too high":   {Start: Partition{0, 0, 0, 6, 0, 0}},
		"a resolution that is more than there": {Resolution: math.Inf(1)},
	} {
		if _, err := Find(g, c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// thin makes a graph of few ties, in which circles fall apart easily.
func thin(t *testing.T, nodes int, degree float64, seed uint64) *Graph {
	t.Helper()
	e, d := &Edges{}, dice(seed)
	for range int(float64(nodes) * degree / 2) {
		if err := e.Add(d.below(uint32(nodes)), d.below(uint32(nodes)), 1+float64(d.below(3))); err != nil {
			t.Fatal(err)
		}
	}
	return e.Graph(nodes)
}

func TestNoCircleFallsApart(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		g := thin(t, 300, 1.2+float64(seed%8)/2, seed)
		start := make(Partition, g.Nodes()) // circles at random, most of which fall apart
		d := dice(seed + 1000)
		for i := range start {
			start[i] = d.below(12)
		}
		if Disconnected(g, start) == 0 {
			t.Fatalf("seed %d: circles at random all hang together", seed)
		}
		for _, c := range []Config{
			{Seed: seed},
			{Seed: seed, Start: start},
			{Seed: seed, Start: start, Iterations: 1, Resolution: .3},
			{Seed: seed, Start: start, Objective: CPM, Resolution: .001},
			{Seed: seed, Objective: CPM, Resolution: .2, Randomness: 10},
		} {
			p, err := Find(g, c)
			if err != nil {
				t.Fatal(err)
			}
			if n := Disconnected(g, p); n > 0 {
				t.Errorf("seed %d, %+v: %d circles fall apart", seed, c, n)
			}
		}
	}
}

func TestDisconnectedCountsCirclesThatFallApart(t *testing.T) {
	t.Parallel()
	g := pairs(t, 8, twoTriangles)
	tests := []struct {
		name string
		p    Partition
		want int
	}{
		{"each triangle hangs together", Partition{0, 0, 0, 1, 1, 1, 2, 3}, 0},
		{"two nodes without ties do not", Partition{0, 0, 0, 1, 1, 1, 2, 2}, 1},
		{"two circles with corners swapped", Partition{1, 0, 0, 1, 1, 0, 2, 3}, 2},
		{"all of one circle but the loose ones", Partition{0, 0, 0, 0, 0, 0, 1, 2}, 0},
	}
	for _, test := range tests {
		if got := Disconnected(g, test.p); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
	p := Partition{0, 0, 0, 1, 1, 1, 2, 2}
	split(g, p)
	if Disconnected(g, p) != 0 || p.Circles() <= 3 {
		t.Errorf("split left %v", p)
	}
}

func lfr(t testing.TB, seed uint64, l simulate.LFR) (*Graph, Partition) {
	t.Helper()
	n, err := l.Make(seed)
	if err != nil {
		t.Fatal(err)
	}
	return pairs(t, l.Nodes, n.Edges), n.Circle
}

// batched is large enough for nodes to be judged in batches.
var batched = simulate.LFR{Nodes: 20_000, Degree: 10, MaxDegree: 60, MinSize: 20, MaxSize: 200, Mixing: .3}

func TestHowManyWorkDoesNotShow(t *testing.T) {
	t.Parallel()
	g, _ := lfr(t, 1, batched)
	var first Partition
	for _, workers := range []int{1, 2, 3} {
		p, err := Find(g, Config{Seed: 9, Workers: workers, Iterations: 2})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = p
		} else if !slices.Equal(p, first) {
			t.Errorf("%d workers found other circles than one", workers)
		}
	}
	other, err := Find(g, Config{Seed: 10, Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(other, first) {
		t.Error("another seed found the very same circles: it does not reach the search")
	}
}

func TestSparingMemoryFindsTheSameGraphAbove(t *testing.T) {
	t.Parallel()
	g, _ := lfr(t, 4, simulate.LFR{Nodes: 3000, Degree: 10, MaxDegree: 50, MinSize: 10, MaxSize: 100, Mixing: .7})
	config := Config{Seed: 1}
	if err := config.complete(g); err != nil {
		t.Fatal(err)
	}
	var qualities [2]float64
	for i, from := range []int{0, math.MaxInt} {
		s := newSearch(g, config)
		s.sparing = from
		p := s.begin()
		parts := make([]uint32, g.Nodes())
		count := s.refine(g, s.mass, Partition(make([]uint32, g.Nodes())), parts, 5)
		first := s.next(g, [][]uint32{parts}, count)
		if len(first.to) <= len(g.to)/4 {
			t.Fatalf("the graph above is too small to be spared: %d of %d", len(first.to), len(g.to))
		}
		halves := make([]uint32, count)
		for node := range halves {
			halves[node] = uint32(node / 2)
		}
		second := s.next(first, [][]uint32{parts, halves}, (count+1)/2)
		want := map[[2]uint32]float64{}
		for a := range uint32(g.Nodes()) {
			to, _ := g.Neighbours(a)
			for _, b := range to {
				if x, y := halves[parts[a]], halves[parts[b]]; x != y {
					want[[2]uint32{x, y}]++
				}
			}
		}
		if len(second.to) != len(want) {
			t.Errorf("sparing from %d: %d ends, want %d", from, len(second.to), len(want))
		}
		for pair, weight := range want {
			if got, _ := between(second, pair[0], pair[1]); got != weight {
				t.Fatalf("sparing from %d: %v weighs %v, want %v", from, pair, got, weight)
			}
		}
		s.iterate(p, 0)
		qualities[i] = s.quality(p) / g.total
	}
	if math.Abs(qualities[0]-qualities[1]) > .005 {
		t.Errorf("modularity is %.4f with memory spared, %.4f without", qualities[0], qualities[1])
	}
}

func TestIterationsNeverMakeItWorse(t *testing.T) {
	t.Parallel()
	g, _ := lfr(t, 2, simulate.LFR{Nodes: 2000, Degree: 10, MaxDegree: 50, MinSize: 10, MaxSize: 100, Mixing: .6})
	for seed := range uint64(3) {
		before := -1.
		for n := range 6 {
			p, err := Find(g, Config{Seed: seed, Iterations: n + 1})
			if err != nil {
				t.Fatal(err)
			}
			now := Quality(g, p, Modularity, 1)
			if now < before-1e-12 {
				t.Errorf("seed %d: %.6f after %d iterations, %.6f before", seed, now, n+1, before)
			}
			before = now
		}
	}
}

func TestSearchingOnFromWhatWasFoundLosesNothing(t *testing.T) {
	t.Parallel()
	g, _ := lfr(t, 3, simulate.LFR{Nodes: 2000, Degree: 10, MaxDegree: 50, MinSize: 10, MaxSize: 100, Mixing: .5})
	p, err := Find(g, Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Find(g, Config{Seed: 2, Start: p})
	if err != nil {
		t.Fatal(err)
	}
	if was, now := Quality(g, p, Modularity, 1), Quality(g, again, Modularity, 1); now < was-1e-12 {
		t.Errorf("%.6f became %.6f", was, now)
	}
	if same := NMI(p, again); same < .9 {
		t.Errorf("circles moved: NMI %.3f", same)
	}
}

func TestCirclesAreNumberedBySize(t *testing.T) {
	t.Parallel()
	p := Partition{7, 7, 2, 2, 2, 0, 5, 5}
	p.numbered()
	if want := (Partition{1, 1, 0, 0, 0, 3, 2, 2}); !slices.Equal(p, want) {
		t.Errorf("got %v, want %v", p, want)
	}
	if got := p.Members(); len(got) != 4 || !slices.Equal(got[0], []uint32{2, 3, 4}) || !slices.Equal(got[3], []uint32{5}) {
		t.Errorf("members are %v", got)
	}
}
