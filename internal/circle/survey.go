package circle

import "slices"

// ClearFrom is the confidence from which circles are told; under it the answer is
// "no clear circles".
const ClearFrom = .8

// Least is how many members a circle that is told has at least; the others are
// people without a circle.
const Least = 3

// holdFor is how much modularity may be lost by staying near the earlier circles.
const holdFor = .002

// Survey is what was found in a graph, with how far it can be trusted.
type Survey struct {
	Circles    Partition
	Quality    float64 // as of Quality
	Confidence float64 // mean NMI between searches by different seeds, over nodes that have ties; 0 to 1
}

// Look searches a graph several times (fewer than 2: 4), by the seed and those
// after it, and returns the best partition with how alike all of them are: what
// chance decides is no circle.
//
// With c.Start it searches as often again from there, and returns, of all that are
// at most .002 of all weight worse than the best, the one most like the start:
// circles should not move because of chance.
func Look(g *Graph, c Config, searches int) (Survey, error) {
	if searches < 2 {
		searches = 4
	}
	start := c.Start
	c.Start = nil
	all, err := several(g, c, searches)
	if err != nil {
		return Survey{}, err
	}
	s := Survey{Confidence: agreement(g, all)}
	if start != nil {
		c.Start = start
		warm, err := several(g, c, searches)
		if err != nil {
			return Survey{}, err
		}
		all = append(all, warm...)
	}
	qualities := make([]float64, len(all))
	for i, p := range all {
		qualities[i] = Quality(g, p, c.Objective, c.Resolution)
	}
	best := slices.Max(qualities)
	chosen := slices.Index(qualities, best)
	if start != nil {
		most := -1.
		for i, p := range all {
			if qualities[i] < best-holdFor*c.whole(g) {
				continue
			}
			if alike := NMI(p, start); alike > most {
				chosen, most = i, alike
			}
		}
	}
	s.Circles, s.Quality = all[chosen], qualities[chosen]
	return s, nil
}

// several searches by the seed and those after it.
func several(g *Graph, c Config, searches int) ([]Partition, error) {
	all := make([]Partition, searches)
	for i := range all {
		var err error
		if all[i], err = Find(g, c); err != nil {
			return nil, err
		}
		c.Seed++
	}
	return all, nil
}

// whole is the quality that all weight would make.
func (c *Config) whole(g *Graph) float64 {
	if c.Objective == CPM {
		return g.total
	}
	return 1
}

// agreement returns the mean NMI of all pairs, over nodes that have ties: the
// others are alone in every partition and would agree for nothing.
func agreement(g *Graph, all []Partition) float64 {
	tied := make([]Partition, len(all))
	for i, p := range all {
		for node, c := range p {
			if g.first[node+1] > g.first[node] {
				tied[i] = append(tied[i], c)
			}
		}
	}
	sum, pairs := 0., 0
	for i := range tied {
		for j := range i {
			sum += NMI(tied[i], tied[j])
			pairs++
		}
	}
	return sum / float64(pairs)
}

// Clear reports whether there are circles worth telling: different searches find
// the same, and at least two have enough members.
func (s *Survey) Clear() bool {
	sizes := s.Circles.Sizes()
	return s.Confidence >= ClearFrom && len(sizes) > 1 && sizes[1] >= Least
}

// Told returns the members of the circles that have enough of them, the largest
// first, and the nodes without a circle; if nothing is clear, no circles.
func (s *Survey) Told() (circles [][]uint32, none []uint32) {
	clear := s.Clear()
	for _, members := range s.Circles.Members() {
		if clear && len(members) >= Least {
			circles = append(circles, members)
		} else {
			none = append(none, members...)
		}
	}
	return circles, none
}
