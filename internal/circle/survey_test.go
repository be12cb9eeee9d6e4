package circle

import (
	"fmt"
	"testing"

	"orrery.dev/orrery/internal/simulate"
)

const seeds = 10

func TestPublishedBenchmarkGraphsGiveTheirCirclesBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		g, truth := lfr(t, seed, simulate.LFR{Nodes: 1000, Degree: 20, MaxDegree: 50, MinSize: 20, MaxSize: 100, Mixing: .4})
		p, err := Find(g, Config{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		if got := NMI(p, truth); got < .9 {
			t.Errorf("seed %d: NMI %.3f with the truth, want .9", seed, got)
		}
	}
}

// separable is a world whose circles can be told apart.
var separable = simulate.Planted{People: 800, Circles: 8, Ties: 24, Mixing: .2, Bridges: .05}

func TestPlantedCirclesComeBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		w := separable.Make(seed)
		g := pairs(t, separable.People, w.Ties)
		s, err := Look(g, Config{Seed: seed}, 0)
		if err != nil {
			t.Fatal(err)
		}
		var found, truth Partition // of people who have ties and one circle
		for who, bridge := range w.Bridge {
			if !bridge && g.Strength(uint32(who)) > 0 {
				found, truth = append(found, s.Circles[who]), append(truth, w.Circle[who])
			}
		}
		if got := NMI(found, truth); got < .9 {
			t.Errorf("seed %d: NMI %.3f with the truth, want .9", seed, got)
		}
		if told, _ := s.Told(); !s.Clear() || len(told) < separable.Circles {
			t.Errorf("seed %d: confidence %.2f, %d circles told of %d", seed, s.Confidence, len(told), separable.Circles)
		}
	}
}

func TestAWorldWithoutCirclesSaysSo(t *testing.T) {
	t.Parallel()
	for _, ties := range []float64{6, 12, 24} {
		for seed := range uint64(seeds) {
			t.Run(fmt.Sprintf("%v ties each, world %d", ties, seed), func(t *testing.T) {
				t.Parallel()
				world := separable
				world.Ties = ties
				w := world.Make(seed)
				g := pairs(t, world.People, simulate.Rewired(w.Ties, seed))
				s, err := Look(g, Config{Seed: seed}, 0)
				if err != nil {
					t.Fatal(err)
				}
				told, none := s.Told()
				if s.Clear() || len(told) > 0 || len(none) != g.Nodes() {
					t.Errorf("confidence %.2f: %d circles were told where there are none", s.Confidence, len(told))
				}
			})
		}
	}
}

func TestPeopleWhoBelongToTwoCirclesBridgeThem(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		w := separable.Make(seed)
		g := pairs(t, separable.People, w.Ties)
		share := Participation(g, w.Circle)
		var sum, n [2]float64
		for who, bridge := range w.Bridge {
			kind := 0
			if bridge {
				kind = 1
			}
			sum[kind] += share[who]
			n[kind]++
		}
		if one, two := sum[0]/n[0], sum[1]/n[1]; two < one+.1 {
			t.Errorf("seed %d: participation %.2f of bridge people, %.2f of others", seed, two, one)
		}
	}
}

func TestTooFewAreNoCircle(t *testing.T) {
	t.Parallel()
	g := graphOf(t, 9, tie{0, 1, 1}, tie{1, 2, 1}, tie{2, 0, 1}, tie{3, 4, 1}, tie{4, 5, 1}, tie{5, 3, 1}, tie{6, 7, 1})
	s, err := Look(g, Config{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	told, none := s.Told()
	if len(told) != 2 || fmt.Sprint(none) != "[6 7 8]" {
		t.Errorf("got circles %v and %v without one", told, none)
	}
}
