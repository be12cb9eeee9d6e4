package flow_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/circle"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/tie"
)

var worlds = flag.Int("worlds", 1, "of each kind in which circles are looked for")

// gathering tells of people of very different activity who meet over things and
// address each other, with groups or without.
type gathering struct {
	things  int     // over which two to fifteen meet
	mention float64 // chance that somebody addresses another there
	pairs   int     // who address one another without meeting
	groups  int     // within which four fifths happen; 0: none
	friends int     // of each, by chance, whom they meet and address mostly
	keeper  bool    // somebody takes part in everything, as who takes in all patches
}

const (
	gathered    = 400
	gatheredDay = orrery.Day(10_000)
)

func (g gathering) make(seed uint64) (past *tie.Past, group []uint32) {
	chance := rand.New(rand.NewPCG(seed, 99))
	rates := make([]float64, gathered)
	group = make([]uint32, gathered)
	everybody, members := make([]int, gathered), make([][]int, max(1, g.groups))
	for i := range rates {
		everybody[i] = i
		rates[i] = min(60, math.Pow(1-chance.Float64(), -1/1.5)) // Pareto
		if g.groups > 0 {
			group[i] = uint32(chance.IntN(g.groups))
		}
		members[group[i]] = append(members[group[i]], i)
	}
	draw := func(from []int) int {
		sum := 0.
		for _, i := range from {
			sum += rates[i]
		}
		for left := chance.Float64() * sum; ; from = from[1:] {
			if left -= rates[from[0]]; left < 0 || len(from) == 1 {
				return from[0]
			}
		}
	}
	friends := make([][]int, gathered)
	for i := range friends {
		for range g.friends / 2 {
			j := draw(everybody)
			friends[i], friends[j] = append(friends[i], j), append(friends[j], i)
		}
	}
	another := func(of int) int {
		switch {
		case len(friends[of]) > 0 && chance.Float64() < .8:
			return friends[of][chance.IntN(len(friends[of]))]
		case g.groups > 0 && chance.Float64() < .8:
			return draw(members[group[of]])
		}
		return draw(everybody)
	}
	past = &tie.Past{}
	act := func(day orrery.Day, from, to int, over uint64, weight float32) {
		past.Add(tie.Act{Day: day, From: orrery.MemberID(from + 1), To: orrery.MemberID(to + 1), Met: over, Weight: weight})
	}
	for thing := range uint64(g.things) {
		day := gatheredDay - orrery.Day(chance.IntN(360))
		first := draw(everybody)
		in, there := map[int]bool{first: true}, []int{first}
		for tries, size := 0, min(2+int(3*chance.ExpFloat64()), 15); len(there) < size && tries < 100; tries++ {
			if m := another(first); !in[m] {
				in[m], there = true, append(there, m)
			}
		}
		if g.keeper && !in[0] {
			there = append(there, 0)
		}
		for _, m := range there {
			past.Add(tie.Act{Day: day, From: orrery.MemberID(m + 1), Met: thing + 1, Weight: 5, Together: true})
			if chance.Float64() < g.mention {
				act(day, m, there[chance.IntN(len(there))], thing+1, 5)
			}
		}
		if g.keeper {
			act(day, 0, first, thing+1, 2)
		}
	}
	for range g.pairs {
		a := draw(everybody)
		b := another(a)
		for range 1 + int(2*chance.ExpFloat64()) {
			act(gatheredDay-orrery.Day(chance.IntN(360)), a, b, 0, 5)
		}
	}
	return past, group
}

// Busy people, things that many meet over, and few ties make good circles by chance:
// none of it is one.
func TestWhereChanceDecidesWhoMeetsWhomThereAreNoCircles(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]gathering{
		"many things":             {things: 1000, mention: .5},
		"few things":              {things: 150, mention: .5},
		"things, nobody speaks":   {things: 400},
		"few, nobody speaks":      {things: 150},
		"many address each other": {pairs: 3000},
		"few address each other":  {pairs: 500},
		"one takes part in all":   {things: 600, mention: .5, keeper: true},
		"pairs of friends":        {pairs: 1500, friends: 6},
	} {
		for seed := range uint64(*worlds) {
			t.Run(fmt.Sprintf("%s, world %d", name, seed), func(t *testing.T) {
				t.Parallel()
				past, _ := g.make(seed)
				c, err := flow.CirclesOf(t.Context(), past, gatheredDay)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("of %d people with %d ties: sure by %.2f, modularity %.3f, by chance %.3f", c.People, c.Ties, c.Confidence, c.Modularity, c.ByChance)
				if c.Clear || len(c.Circles) > 0 {
					t.Errorf("%d circles are told", len(c.Circles))
				}
			})
		}
	}
}

func TestGroupsAreFoundBehindWhoTakesPartInEverything(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		gathering
		alike float64 // NMI with the truth, of who is in a circle
	}{
		"many things":             {gathering{things: 3000, mention: .5, groups: 6}, .9},
		"many address each other": {gathering{pairs: 6000, groups: 6}, .9},
		"one takes part in all":   {gathering{things: 3000, mention: .5, groups: 6, keeper: true}, .9},
		"few things":              {gathering{things: 300, mention: .5, groups: 6}, .4},
	} {
		for seed := range uint64(*worlds) {
			t.Run(fmt.Sprintf("%s, world %d", name, seed), func(t *testing.T) {
				t.Parallel()
				past, group := test.make(seed)
				c, err := flow.CirclesOf(t.Context(), past, gatheredDay)
				if err != nil {
					t.Fatal(err)
				}
				var found, truth circle.Partition
				for i := range c.Circles {
					for _, m := range c.Circles[i].Members {
						found, truth = append(found, uint32(i)), append(truth, group[m-1])
					}
				}
				alike := circle.NMI(found, truth)
				t.Logf("%d circles of %d people: sure by %.2f, modularity %.3f, by chance %.3f, NMI %.3f", len(c.Circles), len(found), c.Confidence, c.Modularity, c.ByChance, alike)
				if !c.Clear || alike < test.alike {
					t.Errorf("clear: %v; NMI with the truth %.3f, want %.2f", c.Clear, alike, test.alike)
				}
			})
		}
	}
}
