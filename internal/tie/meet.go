package tie

import (
	"cmp"
	"math"
	"slices"

	"orrery.dev/orrery"
)

// Strangers are two people who never had to do with each other although others
// know both.
type Strangers struct {
	A, B   orrery.MemberID   // A < B
	Score  float64           // over who knows both: Σ √(ln(1+s)·ln(1+s′))/ln(ties), of their strengths s (after Adamic, Adar 2003)
	Common []orrery.MemberID // they, who have fewest ties first, a few
}

// Hub is from how many ties on somebody says nothing of any two who know them.
const Hub = 200

// commonTold is how many of those who know both are named.
const commonTold = 5

// Tied says whether two people had to do with each other up to a day, however long
// ago.
func (p *Past) Tied(x, y orrery.MemberID, until orrery.Day) bool {
	p.settle()
	at, ok := slices.BinarySearchFunc(p.days, pairOf(x, y), func(e event, want pair) int { return cmp.Compare(e.pair, want) })
	return ok && p.days[at].day <= until
}

// Crowds are the conversations and objects that brought more than Crowd people
// together, rising: they tie nobody.
func (p *Past) Crowds() []uint64 {
	p.settle()
	return p.crowds
}

// Strangers lists, of those whom keep lets pass, who of them others know both: for
// each the so many with the highest score, each pair once, the highest first. What
// repels joins nobody. Apart says of whom not to speak.
func (b *Book) Strangers(keep func(orrery.MemberID) bool, apart func(x, y orrery.MemberID) bool, each int) []Strangers {
	score := make([]float64, len(b.start))
	var touched []orrery.MemberID
	found := map[pair]float64{}
	type other struct {
		who   orrery.MemberID
		score float64
	}
	var best []other
	for m := range orrery.MemberID(len(b.start)) {
		if b.Degree(m) == 0 || !keep(m) {
			continue
		}
		for common, strength := range b.knows(m) {
			worth := strength / math.Log(float64(max(2, b.Degree(common))))
			for x, back := range b.knows(common) {
				if x != m && keep(x) {
					if score[x] == 0 {
						touched = append(touched, x)
					}
					score[x] += worth * back
				}
			}
		}
		best = best[:0]
		for _, x := range touched {
			best = append(best, other{x, score[x]})
			score[x] = 0
		}
		touched = touched[:0]
		slices.SortFunc(best, func(x, y other) int { return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.who, y.who)) })
		n := 0
		for _, o := range best {
			if n == each {
				break
			}
			if b.Between(m, o.who) == nil && !apart(m, o.who) {
				found[pairOf(m, o.who)] = o.score
				n++
			}
		}
	}
	list := make([]Strangers, 0, len(found))
	for p, s := range found {
		list = append(list, Strangers{A: p.a(), B: p.b(), Score: s})
	}
	slices.SortFunc(list, func(x, y Strangers) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return list
}

// Common lists who knows both of two people, those with fewest ties first.
func (b *Book) Common(x, y orrery.MemberID) (list []orrery.MemberID) {
	theirs := map[orrery.MemberID]bool{}
	for m := range b.knows(x) {
		theirs[m] = true
	}
	for m := range b.knows(y) {
		if theirs[m] {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(x, y orrery.MemberID) int {
		return cmp.Or(cmp.Compare(b.Degree(x), b.Degree(y)), cmp.Compare(x, y))
	})
	return list[:min(commonTold, len(list))]
}

// knows yields whom a member has to do with for good, and how much; hubs are left
// out.
func (b *Book) knows(m orrery.MemberID) func(func(orrery.MemberID, float64) bool) {
	return func(yield func(orrery.MemberID, float64) bool) {
		if int(m)+1 >= len(b.start) {
			return
		}
		for _, at := range b.of[b.start[m]:b.start[m+1]] {
			t := &b.Ties[at]
			if t.Strength() < Faint {
				continue
			}
			other := t.Other(m)
			if degree := b.Degree(other); degree < Hub && !yield(other, math.Sqrt(math.Log1p(t.Strength()))) {
				return
			}
		}
	}
}

// Reach counts whom a member has ties with, and who else those have ties with.
func (b *Book) Reach(m orrery.MemberID, count func(of orrery.MemberID, second bool)) {
	if b.Degree(m) == 0 {
		return
	}
	seen := make([]uint64, len(b.start)/64+1)
	mark := func(m orrery.MemberID) bool {
		was := seen[m/64]&(1<<(m%64)) != 0
		seen[m/64] |= 1 << (m % 64)
		return was
	}
	mark(m)
	first := b.of[b.start[m]:b.start[m+1]]
	for _, at := range first {
		other := b.Ties[at].Other(m)
		mark(other)
		count(other, false)
	}
	for _, at := range first {
		near := b.Ties[at].Other(m)
		for _, at := range b.of[b.start[near]:b.start[near+1]] {
			if far := b.Ties[at].Other(near); !mark(far) {
				count(far, true)
			}
		}
	}
}

// Leaning is what somebody gave all whom they have ties with, and got from them.
type Leaning struct {
	Who       orrery.MemberID
	Gave, Got float64 // decayed; what they met over is nobody's gift
	To        int     // with how many
}

// Leanings tells of everybody who addressed anybody or was addressed what they
// gave and got, by member.
func (b *Book) Leanings() []Leaning {
	var list []Leaning
	for m := range orrery.MemberID(max(0, len(b.start)-1)) {
		l := Leaning{Who: m}
		for _, at := range b.of[b.start[m]:b.start[m+1]] {
			gave, got := b.Ties[at].Given(m)
			l.Gave, l.Got = l.Gave+gave, l.Got+got
			if gave+got > 0 {
				l.To++
			}
		}
		if l.To > 0 {
			list = append(list, l)
		}
	}
	return list
}
