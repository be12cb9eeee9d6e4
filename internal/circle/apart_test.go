package circle

import (
	"math"
	"testing"
)

func TestWhatSetsACircleApart(t *testing.T) {
	t.Parallel()
	p := Partition{0, 0, 0, 1, 1, 1, 2}
	got := Apart(p, []map[string]float64{
		{"owls": 20, "the": 100, "rain": 9},
		{"owls": 12, "the": 90},
		{"owls": 15, "the": 110, "my own": 500},
		{"boats": 30, "the": 100, "rain": 8},
		{"boats": 22, "the": 95, "once": 1},
		{"the": 105, "once": 1},
		nil,
	}, 3)
	if len(got) != 3 || len(got[2]) != 0 {
		t.Fatalf("got %v", got)
	}
	for circle, want := range []string{"owls", "boats"} {
		if len(got[circle]) == 0 || got[circle][0].Feature != want {
			t.Errorf("circle %d is told by %v, want %s first", circle, got[circle], want)
		}
		for _, trait := range got[circle] {
			if trait.Feature == "my own" || trait.Feature == "rain" || trait.Feature == "once" {
				t.Errorf("circle %d is told by %v, which one person has, or everybody, or nearly nobody", circle, trait)
			}
		}
	}
	if owls := got[0][0]; owls.Count != 47 || owls.Members != 3 {
		t.Errorf("got %+v, want 47 of 3 members", owls)
	}
}

func TestLogOddsByHand(t *testing.T) {
	t.Parallel()
	got := Apart(Partition{0, 0, 1, 1}, []map[int]float64{{1: 30, 2: 10}, {1: 30, 2: 10}, {1: 10, 2: 30}, {1: 10, 2: 30}}, 9)
	// 80 features a circle: the prior weighs 8, half for each. Feature 1 has 60 + 4 here
	// and 20 + 4 there, of 88: ln(64/24) − ln(24/64), by √(1/64 + 1/24).
	want := 2 * math.Log(64./24) / math.Sqrt(1./64+1./24)
	if len(got[0]) != 1 || got[0][0].Feature != 1 || math.Abs(got[0][0].Z-want) > 1e-12 {
		t.Errorf("got %v, want feature 1 at %v", got[0], want)
	}
}

func TestNothingSetsTheOnlyCircleApart(t *testing.T) {
	t.Parallel()
	for _, features := range [][]map[string]float64{{{"a": 5}, {"a": 5}}, {{"a": 5, "b": 1}, {"a": 5}}, {nil, nil}} {
		if got := Apart(Partition{0, 0}, features, 5); len(got) != 1 || len(got[0]) != 0 {
			t.Errorf("got %v", got)
		}
	}
}
