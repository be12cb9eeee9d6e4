package identity

import (
	"cmp"
	"context"
	"slices"

	"orrery.dev/orrery"
)

// Suggestion is a pair of members who may be one person.
type Suggestion struct {
	A, B  orrery.MemberID // A < B
	Score float64         // the chance that they are one person, 0–1
	Clues []Clue          // strongest first
}

// turn puts the two the other way round.
func (s *Suggestion) turn() {
	s.A, s.B = s.B, s.A
	for i := range s.Clues {
		c := &s.Clues[i]
		c.A, c.B, c.AID, c.BID = c.B, c.A, c.BID, c.AID
	}
}

// LeastSuggested is the chance from which on a pair is suggested to a person.
const LeastSuggested = .5

// RuleAccepted is the chance from which on `identities score` counts a pair as
// accepted by rule. Nothing is merged by it.
const RuleAccepted = .8

// Comparison is what is known of people for comparing them with each other, as
// it was when it was made: unlike the Graph it may be used beside changes.
type Comparison struct {
	list    []profile
	refused map[memberPair]bool
}

// Compare gathers what is known of everybody. seen tells when an identity acted.
func (g *Graph) Compare(seen func(orrery.IdentityID) (Span, bool)) *Comparison {
	return &Comparison{g.profiles(seen), g.refused()}
}

// Suggestions lists the pairs of members who may be one person with a chance of
// at least so much, most likely first. It looks at pairs that share something
// rare, never at all of them. Pairs that a person decided about are left out,
// and so are families on one address, bots, teammates and visitors. Nothing is
// stored.
func (c *Comparison) Suggestions(ctx context.Context, least float64) ([]Suggestion, error) {
	f := frequenciesOf(c.list)
	var out []Suggestion
	for i, p := range candidates(c.list) {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		a, b := &c.list[p[0]], &c.list[p[1]]
		if c.refused[memberPair{min(a.member, b.member), max(a.member, b.member)}] {
			continue
		}
		if b.key.Compare(a.key) < 0 { // which of two clues as good is told must not change
			a, b = b, a
		}
		if s, ok := f.weigh(a, b); ok && s.Score >= least {
			for i := range s.Clues {
				if c := &s.Clues[i]; c.Kind == ClueTime || c.Kind == ClueOtherTime {
					c.A, c.B = a.span.words(), b.span.words()
				}
			}
			if s.A > s.B {
				s.turn()
			}
			slices.SortStableFunc(s.Clues, func(x, y Clue) int { return cmp.Compare(y.Weight, x.Weight) })
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(x, y Suggestion) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return out, nil
}

// Undecided says whether two members of a suggestion are still two, and nobody
// said that they stay so. It is a function of the members of now.
func (g *Graph) Undecided() func(s Suggestion) bool {
	members, refused := g.Members(), g.refused()
	return func(s Suggestion) bool {
		if int(max(s.A, s.B)) >= len(members) || members[s.A] != s.A || members[s.B] != s.B {
			return false
		}
		return !refused[memberPair{s.A, s.B}]
	}
}

type memberPair struct{ a, b orrery.MemberID }

// refused are the pairs of members of whom a person said that they are two.
func (g *Graph) refused() map[memberPair]bool {
	members := g.Members()
	refused := map[memberPair]bool{}
	for p, d := range g.decided {
		if !d.Same {
			a, b := members[p.a], members[p.b]
			refused[memberPair{min(a, b), max(a, b)}] = true
		}
	}
	return refused
}

// maxBlock is how many members may share a key for being compared with each
// other: what more share is no clue.
const maxBlock = 40

// candidates lists the pairs, as places in the list, that share a blocking key:
// a whole name, the family's name with an initial, a handle, or a handle that
// could be made of a name.
func candidates(list []profile) [][2]int32 {
	blocks := map[string][]int32{}
	for i := range list {
		seen := map[string]bool{}
		put := func(key string) {
			if !seen[key] {
				seen[key] = true
				blocks[key] = append(blocks[key], int32(i))
			}
		}
		p := &list[i]
		for _, n := range p.names {
			first, last := n.words[0], n.words[len(n.words)-1]
			for _, f := range n.forms {
				put(f.text)
			}
			put(last + " " + initialOf(first))
			put(first + " " + initialOf(last))
			for _, w := range n.words {
				if len(w) > 2 {
					put(w + " ")
				}
			}
		}
		for _, n := range p.given {
			put(n.words[0] + " ")
		}
		for _, h := range p.handles {
			put(h.value)
			put(h.letters)
		}
	}
	var packed []uint64
	for _, block := range blocks {
		if len(block) > maxBlock {
			continue
		}
		for j := range block {
			for i := range j {
				packed = append(packed, uint64(block[i])<<32|uint64(block[j]))
			}
		}
	}
	slices.Sort(packed)
	packed = slices.Compact(packed)
	pairs := make([][2]int32, len(packed))
	for i, p := range packed {
		pairs[i] = [2]int32{int32(p >> 32), int32(p & 0xffffffff)}
	}
	return pairs
}
