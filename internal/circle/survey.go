package circle

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
// chance decides is no circle. The first search begins from c.Start, if given,
// and is kept unless another is better by .002 of all weight: circles should not
// move because of chance.
func Look(g *Graph, c Config, searches int) (Survey, error) {
	if searches < 2 {
		searches = 4
	}
	all := make([]Partition, searches)
	best, most := 0, 0.
	for i := range all {
		each := c
		each.Seed += uint64(i)
		if i > 0 {
			each.Start = nil
		}
		var err error
		if all[i], err = Find(g, each); err != nil {
			return Survey{}, err
		}
		quality := Quality(g, all[i], c.Objective, c.Resolution)
		if i == 0 && c.Start != nil {
			quality += holdFor * c.whole(g)
		}
		if i == 0 || quality > most {
			best, most = i, quality
		}
	}
	return Survey{
		Circles: all[best], Quality: Quality(g, all[best], c.Objective, c.Resolution),
		Confidence: agreement(g, all),
	}, nil
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
