package simulate

import (
	"math"
	"slices"
	"testing"
)

func TestLFRGraphsFollowTheirLaws(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		l := LFR{Nodes: 5000, Degree: 20, MaxDegree: 100, MinSize: 20, MaxSize: 200, Mixing: .3}
		n, err := l.Make(seed)
		if err != nil {
			t.Fatal(err)
		}
		degree, size := make([]int, l.Nodes), map[uint32]int{}
		outside := 0
		for i, e := range n.Edges {
			if e[0] >= e[1] || i > 0 && slices.Compare(n.Edges[i-1][:], e[:]) >= 0 {
				t.Fatalf("edge %v after %v: a loop, a parallel or out of order", e, n.Edges[max(0, i-1)])
			}
			degree[e[0]]++
			degree[e[1]]++
			if n.Circle[e[0]] != n.Circle[e[1]] {
				outside++
			}
		}
		for _, c := range n.Circle {
			size[c]++
		}
		if mean := 2 * float64(len(n.Edges)) / float64(l.Nodes); math.Abs(mean-l.Degree) > .05*l.Degree {
			t.Errorf("seed %d: mean degree %.2f, want %v", seed, mean, l.Degree)
		}
		if most := slices.Max(degree); most > l.MaxDegree || most < l.MaxDegree*3/4 {
			t.Errorf("seed %d: the highest degree is %d, want about %d", seed, most, l.MaxDegree)
		}
		if mixing := float64(outside) / float64(len(n.Edges)); math.Abs(mixing-l.Mixing) > .02 {
			t.Errorf("seed %d: mixing %.3f, want %v", seed, mixing, l.Mixing)
		}
		for c, n := range size {
			if n < l.MinSize || n > l.MaxSize+l.MinSize {
				t.Errorf("seed %d: circle %d has %d members", seed, c, n)
			}
		}
		if got := exponent(degree, 15); math.Abs(got-2.5) > .3 {
			t.Errorf("seed %d: degrees fall with the exponent %.2f, want 2.5", seed, got)
		}
	}
}

// exponent tells a power law's by how many more lie from low to twice low than
// from there to four times low: 2^(exponent−1).
func exponent(degrees []int, low int) float64 {
	near, far := 0., 0.
	for _, d := range degrees {
		switch {
		case d >= low && d < 2*low:
			near++
		case d >= 2*low && d < 4*low:
			far++
		}
	}
	return 1 + math.Log2(near/far)
}

func TestNetworksDependOnTheirSeedAlone(t *testing.T) {
	t.Parallel()
	l := LFR{Nodes: 500, Degree: 10, MaxDegree: 40, MinSize: 10, MaxSize: 50, Mixing: .4}
	make := func(seed uint64) *Network {
		n, err := l.Make(seed)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if a, b := make(1), make(1); !slices.Equal(a.Edges, b.Edges) || !slices.Equal(a.Circle, b.Circle) {
		t.Error("one seed made two graphs")
	}
	if a, b := make(1), make(2); slices.Equal(a.Edges, b.Edges) {
		t.Error("two seeds made one graph")
	}
}

func TestLFRGraphsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]LFR{
		"no nodes":                           {},
		"circles larger than everybody":      {Nodes: 100, Degree: 5, MaxDegree: 10, MinSize: 10, MaxSize: 200},
		"a mean degree above the highest":    {Nodes: 100, Degree: 20, MaxDegree: 10, MinSize: 10, MaxSize: 20},
		"a mixing above 1":                   {Nodes: 100, Degree: 5, MaxDegree: 10, MinSize: 10, MaxSize: 20, Mixing: 1.5},
		"an exponent at which no law exists": {Nodes: 100, Degree: 5, MaxDegree: 10, MinSize: 10, MaxSize: 20, DegreeExponent: .5},
	} {
		if _, err := l.Make(1); err == nil {
			t.Errorf("%s: was made", name)
		}
	}
}

func TestPlantedTiesStayInTheirCircle(t *testing.T) {
	t.Parallel()
	p := Planted{People: 2000, Circles: 10, Ties: 20, Mixing: .25, Bridges: .1}
	w := p.Make(7)
	inside, of := 0, 0
	for _, tie := range w.Ties {
		if w.Bridge[tie[0]] {
			continue
		}
		of++
		if w.Circle[tie[0]] == w.Circle[tie[1]] {
			inside++
		}
	}
	// Three quarters, and a tenth or so of the ties that go to anybody.
	if share := float64(inside) / float64(of); share < .75 || share > .8 {
		t.Errorf("%.3f of ties stay inside, want .75 to .8", share)
	}
	bridges := 0
	for _, b := range w.Bridge {
		if b {
			bridges++
		}
	}
	if bridges < 150 || bridges > 250 {
		t.Errorf("%d of 2,000 are bridges, want about 200", bridges)
	}
	if got := len((Planted{People: 3, Circles: 2, Ties: 5}).Make(1).Ties); got != 0 {
		t.Errorf("a world too small for its circles has %d ties", got)
	}
}

func TestRewiredTiesKeepHowManyEverybodyHas(t *testing.T) {
	t.Parallel()
	w := Planted{People: 600, Circles: 6, Ties: 20, Mixing: .1}.Make(3)
	dealt := Rewired(w.Ties, 3)
	count := func(ties [][2]uint32) []int {
		n := make([]int, 600)
		for _, tie := range ties {
			n[tie[0]]++
			n[tie[1]]++
		}
		return n
	}
	before, after := count(w.Ties), count(dealt)
	gone, inside := 0, 0
	for i := range before {
		if after[i] > before[i] {
			t.Errorf("%d has %d ties, had %d", i, after[i], before[i])
		}
		gone += before[i] - after[i]
	}
	for _, tie := range dealt {
		if w.Circle[tie[0]] == w.Circle[tie[1]] {
			inside++
		}
	}
	if gone > len(w.Ties)/20 {
		t.Errorf("%d of %d ends were left out", gone, 2*len(w.Ties))
	}
	if share := float64(inside) / float64(len(dealt)); share > .25 {
		t.Errorf("%.2f of ties stay in their old circle: they were not dealt out anew", share)
	}
}
