package simulate

import "math/rand/v2"

// Planted tells a world of ties whose circles are known: people of very different
// activity, most of whose ties stay in their circle, some of whom belong to two.
type Planted struct {
	People  int
	Circles int     // of unequal size, the largest about four times the smallest
	Ties    float64 // of each person in the mean, repeated ones included
	Mixing  float64 // share of ties that go to anybody, 0 to 1
	Bridges float64 // share of people who have half their ties in a second circle
}

// PlantedTies are the ties of a planted world.
type PlantedTies struct {
	Ties   [][2]uint32 // in the order in which they came about; pairs may repeat
	Circle []uint32    // of each person: the first they belong to
	Bridge []bool      // of each person: they belong to two
}

// Make returns the ties of a world by seed; none with fewer than one circle or
// fewer than two people a circle.
func (p Planted) Make(seed uint64) *PlantedTies {
	if p.Circles < 1 || p.People < 2*p.Circles {
		return &PlantedTies{}
	}
	rng := rand.New(rand.NewPCG(seed, 12))
	w := &PlantedTies{Circle: make([]uint32, p.People), Bridge: make([]bool, p.People)}
	shares := make([]float64, p.Circles)
	for c := range shares {
		shares[c] = 1 + 3*float64(c)/float64(p.Circles)
	}
	sizes := newTable(shares)
	rates := make([]float64, p.People)
	second := make([]int, p.People)
	members := make([][]int, p.Circles)
	weights := make([][]float64, p.Circles)
	for who := range p.People {
		c := sizes.pick(rng)
		if who < 2*p.Circles {
			c = who / 2 // nobody's circle is empty
		}
		rates[who] = logNormal(rng, 0, .8)
		w.Circle[who], w.Bridge[who] = uint32(c), rng.Float64() < p.Bridges
		second[who] = sizes.pick(rng)
		members[c] = append(members[c], who)
		weights[c] = append(weights[c], rates[who])
	}
	tables := make([]table, p.Circles)
	for c := range tables {
		tables[c] = newTable(weights[c])
	}
	everybody := newTable(rates)
	for range int(p.Ties * float64(p.People) / 2) {
		who := everybody.pick(rng)
		c := int(w.Circle[who])
		if w.Bridge[who] && rng.IntN(2) == 0 {
			c = second[who]
		}
		other := members[c][tables[c].pick(rng)]
		if rng.Float64() < p.Mixing {
			other = everybody.pick(rng)
		}
		if other != who {
			w.Ties = append(w.Ties, [2]uint32{uint32(who), uint32(other)})
		}
	}
	return w
}

// Rewired returns ties that leave everybody as many as they had, and of circles
// nothing: all ends are dealt out anew (the configuration model). Ties to oneself
// are left out.
func Rewired(ties [][2]uint32, seed uint64) [][2]uint32 {
	rng := rand.New(rand.NewPCG(seed, 13))
	ends := make([]uint32, 0, 2*len(ties))
	for _, t := range ties {
		ends = append(ends, t[0], t[1])
	}
	rng.Shuffle(len(ends), func(i, j int) { ends[i], ends[j] = ends[j], ends[i] })
	dealt := make([][2]uint32, 0, len(ties))
	for i := 0; i < len(ends); i += 2 {
		if ends[i] != ends[i+1] {
			dealt = append(dealt, [2]uint32{ends[i], ends[i+1]})
		}
	}
	return dealt
}
