package circle

import (
	"cmp"
	"math"
	"slices"
	"testing"
)

func TestParticipation(t *testing.T) {
	t.Parallel()
	g := graphOf(t, 5, tie{0, 1, 3}, tie{0, 2, 1}, tie{0, 0, 9}, tie{1, 2, 1})
	got := Participation(g, Partition{0, 0, 1, 1, 2})
	// 0: 3 of 4 in one circle, 1 of 4 in another: 1 − 9/16 − 1/16. 2: half and half,
	// though 1 is of its own weight.
	want := []float64{6. / 16, 1 - 9./16 - 1./16, 0, 0, 0}
	for node := range want {
		if math.Abs(got[node]-want[node]) > 1e-12 {
			t.Errorf("node %d: got %v, want %v", node, got[node], want[node])
		}
	}
}

func TestBetweenness(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		graph *Graph
		want  []float64
	}{
		// Of the three pairs of others, all go through the middle.
		{"the middle of a star", pairs(t, 4, [][2]uint32{{0, 1}, {0, 2}, {0, 3}}), []float64{1, 0, 0, 0}},
		// Of a path of four: the inner ones are on 2 of 3 pairs of others.
		{"a path", pairs(t, 4, [][2]uint32{{0, 1}, {1, 2}, {2, 3}}), []float64{0, 2. / 3, 2. / 3, 0}},
		// Each node is on one of two shortest paths between its neighbours: half of 1 of 3 pairs.
		{"a ring", pairs(t, 4, [][2]uint32{{0, 1}, {1, 2}, {2, 3}, {3, 0}}), []float64{1. / 6, 1. / 6, 1. / 6, 1. / 6}},
		{"two have nobody between them", pairs(t, 2, [][2]uint32{{0, 1}}), []float64{0, 0}},
	}
	for _, test := range tests {
		got := Betweenness(test.graph, 0, 0, 1)
		for node := range test.want {
			if math.Abs(got[node]-test.want[node]) > 1e-12 {
				t.Errorf("%s, node %d: got %v, want %v", test.name, node, got[node], test.want[node])
			}
		}
	}
}

func TestSampledBetweennessFindsTheSamePeople(t *testing.T) {
	t.Parallel()
	w := separable.Make(4)
	g := pairs(t, separable.People, w.Ties)
	exact, sampled := Betweenness(g, 0, 1, 2), Betweenness(g, 200, 1, 2)
	if again := Betweenness(g, 200, 1, 1); !slices.Equal(again, sampled) {
		t.Error("how many work shows in the figures")
	}
	top := func(of []float64) []int {
		order := make([]int, len(of))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(of[b], of[a]) })
		order = order[:20]
		slices.Sort(order)
		return order
	}
	if alike := Jaccard(top(exact), top(sampled)); alike < .6 {
		t.Errorf("of the twenty first, the samples share %.2f with all", alike)
	}
}
