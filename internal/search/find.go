package search

import (
	"iter"
	"math/bits"
	"strings"
)

// mostWords is how many words of a query are looked for.
const mostWords = 8

// A Query is what somebody looks for: all of its words, in any order.
type Query struct{ words []string }

// Ask reads a query.
func Ask(text string) Query {
	words := Words(text)
	for i, w := range words {
		words[i] = w[:min(len(w), longestWord)]
	}
	return Query{words[:min(len(words), mostWords)]}
}

// Empty says whether there is nothing to look for.
func (q Query) Empty() bool { return len(q.words) == 0 }

// Seats tells the place of each entry, and 1; 0, and what lies beyond, has none.
// Entries that share a place are one, so that their words add up.
type Seats []int32

// Found are the places that a query found.
type Found struct {
	whole, all []uint64
	count      int
}

// Find looks for a query in some indexes at once, among so many places. It goes on
// to look inside of words where fewer than enough places are found, and tolerates
// a slip of the pen where there are none.
func (q Query) Find(in []*Index, seats Seats, places, enough int) Found {
	if q.Empty() {
		return Found{}
	}
	m := marker{seats: seats, in: in, size: (places + 63) / 64}
	f := Found{whole: m.all(q.words, Whole), all: m.all(q.words, Start)}
	if f.count = count(f.all); f.count < enough {
		f.all = m.all(q.words, Inside)
		f.count = count(f.all)
	}
	if f.count == 0 {
		f.all = m.all(q.words, Almost)
		f.count = count(f.all)
	}
	return f
}

// Len is how many places there are.
func (f Found) Len() int { return f.count }

// Has says whether a place was found.
func (f Found) Has(place int) bool {
	return place/64 < len(f.all) && f.all[place/64]&(1<<(place%64)) != 0
}

// Places lists the places, those where all words stand as they are first, and
// each in rising order.
func (f Found) Places() iter.Seq2[int, Match] {
	return func(yield func(int, Match) bool) {
		for place := range places(f.whole, nil) {
			if !yield(place, Whole) {
				return
			}
		}
		for place := range places(f.all, f.whole) {
			if !yield(place, Start) {
				return
			}
		}
	}
}

func places(of, without []uint64) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range of {
			if without != nil {
				word &^= without[i]
			}
			for ; word != 0; word &= word - 1 {
				if !yield(64*i + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

func count(set []uint64) (n int) {
	for _, word := range set {
		n += bits.OnesCount64(word)
	}
	return n
}

type marker struct {
	seats Seats
	in    []*Index
	size  int
}

// all marks the places that have all words.
func (m *marker) all(words []string, as Match) []uint64 {
	var all []uint64
	for _, w := range words {
		set := m.one(w, as)
		if all == nil {
			all = set
			continue
		}
		for i := range all {
			all[i] &= set[i]
		}
	}
	return all
}

// one marks the places that have a word. What is looked for inside of words, or
// almost, is first looked for as it is.
func (m *marker) one(word string, as Match) []uint64 {
	set := make([]uint64, m.size)
	mark := func(entries []uint32) {
		for _, e := range entries {
			if int(e) < len(m.seats) && m.seats[e] > 0 {
				at := uint32(m.seats[e] - 1)
				set[at/64] |= 1 << (at % 64)
			}
		}
	}
	look := func(as Match) {
		for _, x := range m.in {
			x.each(word, as, mark)
		}
	}
	switch as {
	case Whole, Start:
		look(as)
	case Inside:
		look(Start)
		look(Inside)
	case Almost:
		look(Start)
		look(Inside)
		if count(set) == 0 {
			look(Almost)
		}
	}
	return set
}

// In tells how well a query fits one text, and whether it does.
func (q Query) In(text string) (Match, bool) {
	if q.Empty() {
		return 0, false
	}
	words, worst := Words(text), Whole
	for _, w := range q.words {
		m, ok := best(w, words)
		if !ok {
			return 0, false
		}
		worst = max(worst, m)
	}
	return worst, true
}

func best(word string, in []string) (Match, bool) {
	best, found := Almost, false
	for _, have := range in {
		m := Whole
		switch {
		case have == word:
		case strings.HasPrefix(have, word):
			m = Start
		case len(word) >= shortest[Inside] && strings.Contains(have, word):
			m = Inside
		case len(word) >= shortest[Almost] && have[0] == word[0] && slips(word, have):
			m = Almost
		default:
			continue
		}
		best, found = min(best, m), true
	}
	return best, found
}
