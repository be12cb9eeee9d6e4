package authentic

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"orrery.dev/orrery"
)

// A ring is a group whose praise goes mostly among themselves, both ways, far
// more often than chance would have it (the configuration model: everybody gives
// and gets as much praise as they do, of anybody) and than what else they have
// to do with each other would bring.
const (
	ringClosed   = .7 // of each one's praise, given inside a ring of three and more
	pairClosed   = .9 // the same of two: friends thank others too
	ringPraises  = 30 // praises inside a ring of three and more
	pairPraises  = 60 // and of two
	strongFrom   = 5  // praises from one to another that are a strong tie
	strongBeyond = 2  // times what chance would bring
	chanceMost   = .5 // of the praise of a ring that chance would leave inside: it is no ring where it is nearly everybody
	oddsBeyond   = 20 // times the odds of chance that praise stays inside
	beyondTalk   = 3  // times what their other dealings would bring

	// Where anybody is praised once, a ring is a group that all praise each other
	// and hardly anybody else praises.
	cliqueFrom    = 4  // members
	cliqueMost    = 20 // praise partners of one member, from which on it is no group that is closed off
	cliquePraises = 10
	cliqueEach    = .6 // of each one's praise, given inside
	cliqueClosed  = .8 // of all that they give, and of all that they get
	cliqueMutual  = .7 // of the pairs, praise each other
	starPraises   = 15 // or they all go through one of them
	starClosed    = .9
)

// Praises counts who praised whom around one planet. The zero value is not
// usable; it is not safe for concurrent use.
type Praises struct {
	given   map[tie]int32
	out, in map[orrery.MemberID]int
	total   int

	tos map[orrery.MemberID][]orrery.MemberID // whom each praised, while
	of  int                                   // there are as many ties
}

type tie struct{ from, to orrery.MemberID }

// NewPraises returns an empty count.
func NewPraises() *Praises {
	return &Praises{given: map[tie]int32{}, out: map[orrery.MemberID]int{}, in: map[orrery.MemberID]int{}}
}

// Add counts a praise. Praise of oneself is none.
func (p *Praises) Add(from, to orrery.MemberID) {
	if from == to {
		return
	}
	p.given[tie{from, to}]++
	p.out[from]++
	p.in[to]++
	p.total++
}

// Total returns how many praises were counted.
func (p *Praises) Total() int { return p.total }

// whom returns whom each praised.
func (p *Praises) whom() map[orrery.MemberID][]orrery.MemberID {
	if p.tos == nil || p.of != len(p.given) {
		p.tos, p.of = map[orrery.MemberID][]orrery.MemberID{}, len(p.given)
		for t := range p.given {
			p.tos[t.from] = append(p.tos[t.from], t.to)
		}
	}
	return p.tos
}

// Givers returns who praised somebody at all, rising.
func (p *Praises) Givers() []orrery.MemberID { return slices.Sorted(maps.Keys(p.out)) }

// Dealings is what people do with each other besides praise: activities of other
// kinds by which one addressed another.
type Dealings struct {
	Among int // members of the group
	Total int // around the planet
}

// group is a set of members with what they praise.
type group struct {
	members          []orrery.MemberID
	inside, out, in  int // praises among them, by them, for them
	pairs, mutual    int // unordered pairs, and those that praise each other
	chance           float64
	lowestGivenShare float64
}

func (p *Praises) measure(members []orrery.MemberID) group {
	g := group{members: members, pairs: len(members) * (len(members) - 1) / 2, lowestGivenShare: 1}
	in, ins := setOf(members), 0
	for _, m := range members {
		ins += p.in[m]
	}
	for _, a := range members {
		mine := 0
		for _, b := range p.whom()[a] {
			if !in[b] {
				continue
			}
			mine += int(p.given[tie{a, b}])
			if a < b && p.given[tie{b, a}] > 0 {
				g.mutual++
			}
		}
		g.inside += mine
		g.out += p.out[a]
		g.chance += float64(p.out[a]) * float64(ins-p.in[a]) / float64(max(p.total, 1))
		g.lowestGivenShare = min(g.lowestGivenShare, float64(mine)/float64(max(p.out[a], 1)))
	}
	g.in = ins
	return g
}

// beyondChance says whether far more praise stays inside than chance would leave
// there. It compares odds: where a ring does much of all the praise there is, the
// share by chance is high and cannot be surpassed many times.
func (g *group) beyondChance() bool {
	out := float64(g.out) + .5
	inside, chance := float64(g.inside), min(g.chance, float64(g.out))
	return chance <= chanceMost*out && inside*(out-chance) >= oddsBeyond*chance*(out-inside)
}

func setOf(members []orrery.MemberID) map[orrery.MemberID]bool {
	in := make(map[orrery.MemberID]bool, len(members))
	for _, m := range members {
		in[m] = true
	}
	return in
}

// strong says whether one praised another often and far beyond chance.
func (p *Praises) strong(t tie, n int32) bool {
	chance := float64(p.out[t.from]) * float64(p.in[t.to]) / float64(p.total)
	return n >= strongFrom && float64(n) >= strongBeyond*chance
}

// Candidates returns the groups whose praise is closed, each with its members
// rising. No member is in two. Judge decides about each, knowing what else they
// deal with each other.
func (p *Praises) Candidates() [][]orrery.MemberID {
	strong := map[orrery.MemberID][]orrery.MemberID{}
	mutual := map[orrery.MemberID][]orrery.MemberID{}
	for t, n := range p.given {
		if p.strong(t, n) {
			strong[t.from] = append(strong[t.from], t.to)
		}
		if p.given[tie{t.to, t.from}] > 0 {
			mutual[t.from] = append(mutual[t.from], t.to)
		}
	}
	var found [][]orrery.MemberID
	taken := map[orrery.MemberID]bool{}
	take := func(members []orrery.MemberID) {
		found = append(found, members)
		for _, m := range members {
			taken[m] = true
		}
	}
	for _, members := range p.peeled(strong) {
		take(members)
	}
	for _, seed := range slices.Sorted(maps.Keys(mutual)) {
		if taken[seed] || len(mutual[seed]) > cliqueMost {
			continue
		}
		members := append([]orrery.MemberID{seed}, mutual[seed]...)
		members = slices.DeleteFunc(members, func(m orrery.MemberID) bool { return taken[m] })
		slices.Sort(members)
		if members = p.closed(members, cliqueEach); slices.Contains(members, seed) && p.isClique(members) {
			take(members)
		}
	}
	return found
}

// peeled returns the groups that hang together by strong ties both ways, less
// those members whose praise goes elsewhere.
func (p *Praises) peeled(ties map[orrery.MemberID][]orrery.MemberID) [][]orrery.MemberID {
	var found [][]orrery.MemberID
	work := circular(ties)
	for len(work) > 0 {
		members := work[len(work)-1]
		work = work[:len(work)-1]
		kept := p.closed(members, ringClosed)
		if len(kept) < 2 {
			continue
		}
		if len(kept) == len(members) {
			found = append(found, members)
			continue
		}
		left, in := map[orrery.MemberID][]orrery.MemberID{}, setOf(kept)
		for _, m := range kept {
			for _, to := range ties[m] {
				if in[to] {
					left[m] = append(left[m], to)
				}
			}
		}
		work = append(work, circular(left)...)
	}
	slices.SortFunc(found, slices.Compare[[]orrery.MemberID])
	return found
}

// closed drops members whose praise goes elsewhere until nobody is left to drop.
func (p *Praises) closed(members []orrery.MemberID, share float64) []orrery.MemberID {
	for {
		in := setOf(members)
		kept := members[:0:0]
		for _, m := range members {
			inside := 0
			for _, to := range p.whom()[m] {
				if in[to] {
					inside += int(p.given[tie{m, to}])
				}
			}
			if p.out[m] > 0 && float64(inside) >= share*float64(p.out[m]) {
				kept = append(kept, m)
			}
		}
		if len(kept) == len(members) {
			return members
		}
		members = kept
	}
}

func (p *Praises) isClique(members []orrery.MemberID) bool {
	if len(members) < cliqueFrom {
		return false
	}
	g := p.measure(members)
	closed := float64(g.inside) / float64(max(g.out, g.in, 1))
	if g.inside >= starPraises && closed >= starClosed && g.mutual >= len(members)-1 {
		return true
	}
	return g.inside >= cliquePraises && closed >= cliqueClosed && float64(g.mutual) >= cliqueMutual*float64(g.pairs)
}

// Judge says whether a group is asked about, and why.
func (p *Praises) Judge(members []orrery.MemberID, other Dealings) (Flag, bool) {
	g := p.measure(members)
	least := ringPraises
	switch {
	case len(members) < 2:
		return Flag{}, false
	case len(members) == 2:
		if least = pairPraises; g.lowestGivenShare < pairClosed {
			return Flag{}, false
		}
	case p.isClique(members):
		least = cliquePraises
	}
	if g.inside < least || !g.beyondChance() {
		return Flag{}, false
	}
	byTalk := 0.
	if other.Total > 0 {
		byTalk = float64(other.Among) * float64(p.total) / float64(other.Total)
		if float64(g.inside) < beyondTalk*byTalk {
			return Flag{}, false
		}
	}
	f := Flag{Kind: Ring, Members: slices.Clone(members), Reasons: p.ringReasons(g, other)}
	f.Strength = strength(float64(g.inside), max(g.chance, byTalk, 1)) * float64(g.inside) / float64(max(g.out, 1))
	return f, true
}

func (p *Praises) ringReasons(g group, other Dealings) []string {
	elsewhere := 100 * float64(g.out-g.inside) / float64(max(g.out, 1))
	var first string
	if len(g.members) == 2 {
		a, b := g.members[0], g.members[1]
		first = fmt.Sprintf("one praised the other %s, who praised back %s", times(int(p.given[tie{a, b}])), times(int(p.given[tie{b, a}])))
	} else {
		most := slices.MaxFunc(g.members, func(a, b orrery.MemberID) int { return cmp.Compare(p.out[a], p.out[b]) })
		gave, got := 0, 0
		for _, m := range g.members {
			gave += int(p.given[tie{most, m}])
			got += int(p.given[tie{m, most}])
		}
		first = fmt.Sprintf("%d people praised each other %s; one of them praised the same %d people %s, who praised back %s",
			len(g.members), times(g.inside), len(g.members)-1, times(gave), times(got))
	}
	reasons := []string{
		first + fmt.Sprintf("; %.0f %% of their praise went to anybody else", elsewhere),
		fmt.Sprintf("by chance, each giving and getting as much as they do, it would be %s", aboutTimes(g.chance)),
		fmt.Sprintf("%.0f %% of the praise they got came from each other", 100*float64(g.inside)/float64(max(g.in, 1))),
	}
	switch {
	case other.Total == 0:
		reasons = append(reasons, "nothing else is known that anybody here does with another")
	case other.Among == 0:
		reasons = append(reasons, "nothing else that they did addressed each other")
	default:
		reasons = append(reasons, fmt.Sprintf("otherwise they addressed each other %s", times(other.Among)))
	}
	return reasons
}

// aboutTimes writes how often something is to be expected.
func aboutTimes(n float64) string {
	if n < 1 {
		return "less than once"
	}
	return "about " + times(int(n+.5))
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
