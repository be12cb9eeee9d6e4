package tie

import (
	"cmp"
	"math"
	"slices"

	"orrery.dev/orrery"
)

// HalfLife is after how many days a tie that nothing renews is worth half.
const HalfLife = 180

// Crowd is how many people an object may bring together: what more than so many
// act on says nothing of any two of them.
const Crowd = 50

// DailyMost is how much weight one person can give another in a day.
const DailyMost = 10

// Faint is the weight under which a tie is left out.
const Faint = .05

// Act is one activity as ties see it: somebody did something, to somebody, or to
// something that others act on too.
type Act struct {
	Day      orrery.Day
	From     orrery.MemberID
	To       orrery.MemberID // 0: nobody in particular
	Met      uint64          // the conversation or object; 0: none
	Weight   float32         // the catalogue's, 0–10
	Repels   bool            // it pushes away: never netted with what attracts
	Together bool            // it counts as acting on Met
}

// Tie is what two people have in common, as of the Book's day.
type Tie struct {
	A, B orrery.MemberID // A < B

	Gave     [2]float32 // decayed weight of what attracts: from A to B, from B to A
	Repelled [2]float32 // of what repels, likewise
	Over     float32    // decayed weight of what they met over: Σ 1/(people − 1) over objects (Newman 2001)
	Acts     uint32     // how often one addressed the other, ever
	Met      uint32     // how many objects brought them together, ever
	Since    orrery.Day // when they first had to do with each other
	Last     orrery.Day // when something last renewed it
}

// Strength is the weight of what joins them, whoever gave it: what attracts and
// what they met over.
func (t *Tie) Strength() float64 { return float64(t.Gave[0]) + float64(t.Gave[1]) + float64(t.Over) }

// Given returns what a member gave the other, and received.
func (t *Tie) Given(from orrery.MemberID) (gave, got float64) {
	if from == t.A {
		return float64(t.Gave[0]), float64(t.Gave[1])
	}
	return float64(t.Gave[1]), float64(t.Gave[0])
}

// Pushed returns by how much a member repelled the other, and was repelled.
func (t *Tie) Pushed(from orrery.MemberID) (did, got float64) {
	if from == t.A {
		return float64(t.Repelled[0]), float64(t.Repelled[1])
	}
	return float64(t.Repelled[1]), float64(t.Repelled[0])
}

// Other returns the one of the two that a member is not.
func (t *Tie) Other(m orrery.MemberID) orrery.MemberID {
	if m == t.A {
		return t.B
	}
	return t.A
}

// Book is all ties around a planet as of one day, by A and B: who had to do with
// whom, signed, directed and decayed. It never changes and is safe for concurrent
// use.
type Book struct {
	Day  orrery.Day
	Ties []Tie

	of    []uint32 // places in Ties, by member
	start []uint32 // where a member's places begin in of; one more than there are members
}

// Of yields the ties of a member by falling strength.
func (b *Book) Of(m orrery.MemberID) []*Tie {
	if int(m)+1 >= len(b.start) {
		return nil
	}
	places := b.of[b.start[m]:b.start[m+1]]
	list := make([]*Tie, len(places))
	for i, at := range places {
		list[i] = &b.Ties[at]
	}
	slices.SortFunc(list, func(x, y *Tie) int {
		return cmp.Or(cmp.Compare(y.Strength(), x.Strength()), cmp.Compare(x.Other(m), y.Other(m)))
	})
	return list
}

// Between returns the tie of two members, or nil.
func (b *Book) Between(x, y orrery.MemberID) *Tie {
	at, ok := slices.BinarySearchFunc(b.Ties, pairOf(x, y), func(t Tie, p pair) int { return cmp.Compare(pairOf(t.A, t.B), p) })
	if !ok {
		return nil
	}
	return &b.Ties[at]
}

// Degree returns how many ties a member has.
func (b *Book) Degree(m orrery.MemberID) int {
	if int(m)+1 >= len(b.start) {
		return 0
	}
	return int(b.start[m+1] - b.start[m])
}

// index sorts out whose ties are whose.
func (b *Book) index() {
	most := orrery.MemberID(0)
	for i := range b.Ties {
		most = max(most, b.Ties[i].B)
	}
	b.start = make([]uint32, most+2)
	for i := range b.Ties {
		b.start[b.Ties[i].A+1]++
		b.start[b.Ties[i].B+1]++
	}
	for m := 1; m < len(b.start); m++ {
		b.start[m] += b.start[m-1]
	}
	b.of = make([]uint32, 2*len(b.Ties))
	next := slices.Clone(b.start)
	for i := range b.Ties {
		for _, m := range [2]orrery.MemberID{b.Ties[i].A, b.Ties[i].B} {
			b.of[next[m]] = uint32(i)
			next[m]++
		}
	}
}

// pair is two members, the lower one first.
type pair uint64

func pairOf(x, y orrery.MemberID) pair {
	if x > y {
		x, y = y, x
	}
	return pair(x)<<32 | pair(y)
}

func (p pair) a() orrery.MemberID { return orrery.MemberID(p >> 32) }
func (p pair) b() orrery.MemberID { return orrery.MemberID(uint32(p)) }

// fade is what a weight is worth after so many days.
func fade(days int32) float64 { return math.Exp2(-float64(days) / HalfLife) }
