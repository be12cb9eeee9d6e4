package identity

import (
	"orrery.dev/orrery"
)

// Scored says how well members are found, against a truth.
type Scored struct {
	Aliases   int // identities that the truth speaks of
	People    int // that they are in truth
	TruePairs int // pairs of aliases that are one person in truth

	Automatic Pairs // what evidence and decisions join
	Accepted  Pairs // and the suggestions from the threshold on
	Threshold float64
}

// Pairs counts pairs of aliases that are held for one person.
type Pairs struct {
	Joined    int
	Right     int     // of them, one person in truth
	Precision float64 // right of joined, 0–1; 1 where nothing is joined
	Recall    float64 // right of the true pairs, 0–1; 1 where there are none
}

// Score compares members with a truth, pair by pair: as they are, and as they
// would be if the suggestions from the threshold on were accepted.
func (g *Graph) Score(t *Truth, suggestions []Suggestion, threshold float64) Scored {
	members := g.Members()
	forest := newForest(len(g.list))
	for _, s := range suggestions {
		if s.Score < threshold {
			continue
		}
		forest.join(orrery.IdentityID(s.A), orrery.IdentityID(s.B), nil)
	}
	type cell struct{ member, person int }
	out := Scored{Threshold: threshold}
	numbers := map[string]int{}
	var automatic, accepted []cell
	for i := range g.list {
		id := &g.list[i]
		p, ok := t.person(id)
		if id.Key.Value == "" || !ok {
			continue
		}
		if numbers[p] == 0 {
			numbers[p] = len(numbers) + 1
		}
		m := members[id.ID]
		automatic = append(automatic, cell{int(m), numbers[p]})
		accepted = append(accepted, cell{int(forest.root(orrery.IdentityID(m))), numbers[p]})
	}
	out.Aliases, out.People = len(automatic), len(numbers)
	pairs := func(list []cell, key func(cell) cell) (n int) {
		counts := map[cell]int{}
		for _, c := range list {
			counts[key(c)]++
		}
		for _, k := range counts {
			n += k * (k - 1) / 2
		}
		return n
	}
	out.TruePairs = pairs(automatic, func(c cell) cell { return cell{0, c.person} })
	for _, part := range []struct {
		list []cell
		to   *Pairs
	}{{automatic, &out.Automatic}, {accepted, &out.Accepted}} {
		part.to.Joined = pairs(part.list, func(c cell) cell { return cell{c.member, 0} })
		part.to.Right = pairs(part.list, func(c cell) cell { return c })
		part.to.Precision, part.to.Recall = share(part.to.Right, part.to.Joined), share(part.to.Right, out.TruePairs)
	}
	return out
}

func share(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}
