package circle

import (
	"math/rand/v2"
	"testing"
)

func TestChanceMakesNoBetterCirclesThanItHas(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		chance := rand.New(rand.NewPCG(seed, 4))
		var crowd, groups Edges
		for range 300 {
			_ = crowd.Add(uint32(chance.IntN(100)), uint32(chance.IntN(100)), 1)
			g := uint32(chance.IntN(5)) * 20
			_ = groups.Add(g+uint32(chance.IntN(20)), g+uint32(chance.IntN(20)), 1)
		}
		for name, e := range map[string]*Edges{"crowd": &crowd, "groups": &groups} {
			g := e.Graph(100)
			c := Config{Seed: seed}
			p, err := Find(g, c)
			if err != nil {
				t.Fatal(err)
			}
			mean, deviation, err := Chance(g, c, 12)
			if err != nil {
				t.Fatal(err)
			}
			z := (Quality(g, p, Modularity, 0) - mean) / deviation
			if name == "crowd" && z > 3 || name == "groups" && z < 6 {
				t.Errorf("seed %d: the %s’s circles are %.1f deviations better than chance (%.3f)", seed, name, z, mean)
			}
		}
	}
}
