package flow

import (
	"slices"

	"orrery.dev/orrery/internal/origin"
)

// tieBook gathers who may reach whom: who addressed whom, who spoke in the same
// conversation, who worked on the same thing.
type tieBook struct {
	weight map[[2]int32]float64
	met    map[uint64]*meeting
}

// meeting is a conversation or a thing and who was there.
type meeting struct {
	people []int32 // in the order in which they first came
	last   []int32 // whom newcomers meet: the latest few
	many   bool    // everybody's: it ties nobody
}

const (
	metBefore  = 8   // with how many of those before somebody is tied
	mostAtOnce = 200 // a thing that more people touched says nothing of who knows whom
)

func newTieBook() tieBook {
	return tieBook{weight: map[[2]int32]float64{}, met: map[uint64]*meeting{}}
}

func (b *tieBook) add(from, to int32, weight float64) {
	if from != to {
		b.weight[[2]int32{from, to}] += weight
	}
}

// meet says that somebody was at a conversation or a thing. What many people
// share ties each of them less.
func (b *tieBook) meet(where uint64, who int32) {
	m := b.met[where]
	if m == nil {
		m = &meeting{}
		b.met[where] = m
	}
	if m.many {
		return
	}
	if n := len(m.last); n > 0 && m.last[n-1] == who {
		return
	}
	if !slices.Contains(m.people, who) {
		m.people = append(m.people, who)
	}
	if len(m.people) > mostAtOnce {
		m.many, m.people, m.last = true, nil, nil
		return
	}
	weight := 1 / float64(len(m.people))
	for _, other := range m.last {
		b.add(who, other, weight)
		b.add(other, who, weight)
	}
	m.last = append(slices.DeleteFunc(m.last, func(x int32) bool { return x == who }), who)
	if len(m.last) > metBefore {
		m.last = m.last[1:]
	}
}

func (b *tieBook) list() []origin.Tie {
	list := make([]origin.Tie, 0, len(b.weight))
	for pair, weight := range b.weight {
		list = append(list, origin.Tie{From: pair[0], To: pair[1], Weight: weight})
	}
	return list
}
