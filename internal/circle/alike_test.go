package circle

import (
	"fmt"
	"math"
	"testing"
)

func TestACoreIsWhoHasTiesToSeveralOfIt(t *testing.T) {
	t.Parallel()
	// A triangle, a chain hanging on it, and two people apart; one edge stands twice.
	g := graphOf(t, 9, tie{0, 1, 1}, tie{1, 2, 1}, tie{2, 0, 1}, tie{2, 3, 1}, tie{3, 4, 1}, tie{3, 4, 1}, tie{5, 6, 1}, tie{7, 7, 1})
	if got := fmt.Sprint(Core(g, 2)); got != "[0 1 2]" {
		t.Errorf("got %s", got)
	}
	if got := Core(g, 0); len(got) != 9 {
		t.Errorf("of ties to nobody: got %v", got)
	}
	inner := Within(g, Core(g, 2))
	if inner.Nodes() != 3 || inner.Edges() != 3 || inner.Weight() != 3 {
		t.Errorf("got %d nodes, %d edges", inner.Nodes(), inner.Edges())
	}
}

func TestATieToWhoKnowsEverybodySaysLittle(t *testing.T) {
	t.Parallel()
	g := graphOf(t, 5, tie{0, 1, 4}, tie{0, 2, 4}, tie{0, 3, 4}, tie{0, 4, 4}, tie{1, 2, 4})
	alike, damped := Alike(g), Damped(g)
	between := func(g *Graph, a, b uint32) float64 {
		to, weights := g.Neighbours(a)
		for i, v := range to {
			if v == b {
				return float64(weights[i])
			}
		}
		return 0
	}
	// 4 of 16 and 8; 4 of 8 and 8.
	if got, want := between(alike, 0, 1), 4/math.Sqrt(16*8); math.Abs(got-want) > 1e-6 {
		t.Errorf("with who knows everybody: got %v, want %v", got, want)
	}
	if got := between(alike, 1, 2); math.Abs(got-.5) > 1e-6 {
		t.Errorf("with each other: got %v, want .5", got)
	}
	if got := between(damped, 1, 2); math.Abs(got-math.Log(5)) > 1e-6 {
		t.Errorf("damped: got %v, want %v", got, math.Log(5))
	}
}

func TestMoreTriesAreNoWorse(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		w := separable.Make(seed)
		g := pairs(t, separable.People, w.Ties)
		before := math.Inf(-1)
		for _, tries := range []int{0, 2, 5} {
			p, err := Find(g, Config{Seed: seed, Tries: tries})
			if err != nil {
				t.Fatal(err)
			}
			q := Quality(g, p, Modularity, 1)
			if q < before-1e-12 {
				t.Errorf("seed %d: %d tries give %.5f, fewer gave %.5f", seed, tries, q, before)
			}
			before = q
		}
	}
}
