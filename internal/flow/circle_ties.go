package flow

import (
	"iter"
	"math"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/circle"
	"orrery.dev/orrery/internal/tie"
)

// leastTies is how many ties somebody needs to be in a circle, to people who have as
// many.
const leastTies = 2

// woven are ties as circles are looked for in them.
type woven struct {
	who    []orrery.MemberID // of each node: those with ties enough
	ties   *circle.Graph     // with the strength of ties
	alike  *circle.Graph     // with how much of two people's ties is to each other
	people int               // with any ties
	bonds  int
}

// quality is how much more of all ties, each as the logarithm of its strength, is
// inside circles than by the number of everybody's ties alone: modularity. Circles
// are looked for by likeness, and would be good by likeness wherever few people keep
// to themselves; by their ties they are judged.
func (w *woven) quality(p circle.Partition) float64 {
	return circle.Quality(circle.Damped(w.ties), p, circle.Modularity, 1)
}

// weave makes graphs of the bonds between people.
func weave(bonds iter.Seq[tie.Bond], isPerson func(orrery.MemberID) bool) (woven, error) {
	var all []orrery.MemberID
	number := map[orrery.MemberID]uint32{}
	node := func(m orrery.MemberID) uint32 {
		n, ok := number[m]
		if !ok {
			n = uint32(len(all))
			number[m] = n
			all = append(all, m)
		}
		return n
	}
	var edges circle.Edges
	for b := range bonds {
		if isPerson(b.A) && isPerson(b.B) {
			if err := edges.Add(node(b.A), node(b.B), b.Strength); err != nil {
				return woven{}, err
			}
		}
	}
	w := woven{people: len(all), bonds: edges.Len()}
	g := edges.Graph(len(all))
	core := circle.Core(g, leastTies)
	for _, n := range core {
		w.who = append(w.who, all[n])
	}
	w.ties = circle.Within(g, core)
	w.alike = circle.Alike(w.ties)
	return w, nil
}

// middle returns who of a circle's nodes has most ties to the others, by weight.
func (w *woven) middle(nodes []uint32) orrery.MemberID {
	inside := circle.Within(w.ties, nodes)
	at := 0
	for i := range nodes {
		if inside.Strength(uint32(i)) > inside.Strength(uint32(at)) {
			at = i
		}
	}
	return w.who[nodes[at]]
}

// triesOf is how often a search is begun anew for its best to count. How alike
// searches are says how sure circles are only where each has looked well: of single
// ones on a chat of 3,000 people 76 % agreed, of the best of four 83 %.
func triesOf(g *circle.Graph) int {
	if g.Edges() > 300_000 {
		return 1
	}
	return 4
}

// dealtCircles tells how good circles are where chance decided who is where: the
// mean quality and its standard deviation over some such worlds.
func dealtCircles(past *tie.Past, day orrery.Day, isPerson func(orrery.MemberID) bool) (mean, deviation float64, err error) {
	var sum, squares float64
	for seed := range uint64(byChance) {
		var w woven
		err := past.Dealt(day, seed, isPerson).Strengths([]orrery.Day{day}, func(_ orrery.Day, bonds iter.Seq[tie.Bond]) error {
			var err error
			w, err = weave(bonds, isPerson)
			return err
		})
		if err != nil {
			return 0, 0, err
		}
		q := 0.
		if len(w.who) > 0 {
			p, err := circle.Find(w.alike, circle.Config{Seed: circleSeed + seed, Tries: triesOf(w.alike)})
			if err != nil {
				return 0, 0, err
			}
			q = w.quality(p)
		}
		sum, squares = sum+q, squares+q*q
	}
	const n = float64(byChance)
	mean = sum / n
	return mean, math.Sqrt(max(0, squares/n-mean*mean) * n / (n - 1)), nil
}
