package search

import (
	"slices"
	"sort"
	"strings"
)

// A Builder gathers texts. The zero value is ready; it is not safe for concurrent
// use.
type Builder struct {
	ids    map[string]uint32
	words  []string
	pairs  []pair
	folded []byte
}

type pair struct{ word, entry uint32 }

// Add adds a text of an entry. An entry may have many.
func (b *Builder) Add(entry uint32, text string) {
	if b.ids == nil {
		b.ids = map[string]uint32{}
	}
	b.folded = appendFold(b.folded[:0], text)
	eachWord(b.folded, func(word []byte) {
		if len(word) > longestWord {
			word = word[:longestWord]
		}
		id, ok := b.ids[string(word)]
		if !ok {
			id = uint32(len(b.words))
			kept := string(word)
			b.ids[kept] = id
			b.words = append(b.words, kept)
		}
		b.pairs = append(b.pairs, pair{id, entry})
	})
}

// longestWord is how many bytes of a word are kept: nobody types more.
const longestWord = 64

// Index makes the index. The Builder is of no use afterwards.
func (b *Builder) Index() *Index {
	order := make([]uint32, len(b.words))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.words[x], b.words[y]) })
	b.ids = nil
	bytes := 0
	for _, w := range b.words {
		bytes += len(w) + 1
	}
	x := &Index{starts: make([]uint32, 0, len(order)+1), first: make([]uint32, len(order)+1), entries: make([]uint32, len(b.pairs))}
	var text strings.Builder
	text.Grow(bytes)
	place := make([]uint32, len(order)) // of each word in the order
	for at, id := range order {
		place[id] = uint32(at)
		x.starts = append(x.starts, uint32(text.Len()))
		text.WriteString(b.words[id])
		text.WriteByte(apart)
	}
	x.text = text.String()
	x.starts = append(x.starts, uint32(len(x.text)))
	for _, p := range b.pairs {
		x.first[place[p.word]+1]++
	}
	for i := 1; i < len(x.first); i++ {
		x.first[i] += x.first[i-1]
	}
	next := slices.Clone(x.first)
	for _, p := range b.pairs {
		at := &next[place[p.word]]
		x.entries[*at] = p.entry
		*at++
	}
	b.words, b.pairs = nil, nil
	return x
}

// apart stands behind each word.
const apart = 0

// An Index knows the words of many entries. It is never changed; many may read it.
type Index struct {
	text    string   // all words in order, each followed by apart
	starts  []uint32 // of each word in text, and the end
	first   []uint32 // of each word in entries, and the end
	entries []uint32 // by word
}

// Bytes is about how much memory the index takes.
func (x *Index) Bytes() int {
	return len(x.text) + 4*(len(x.starts)+len(x.first)+len(x.entries))
}

// Len is how many different words it knows.
func (x *Index) Len() int { return max(0, len(x.starts)-1) }

func (x *Index) word(i int) string { return x.text[x.starts[i] : x.starts[i+1]-1] }

// beginning returns the words that begin with something: from lo up to hi.
func (x *Index) beginning(with string) (lo, hi int) {
	n := x.Len()
	lo = sort.Search(n, func(i int) bool { return x.word(i) >= with })
	hi = lo + sort.Search(n-lo, func(i int) bool { w := x.word(lo + i); return len(w) < len(with) || w[:len(with)] > with })
	return lo, hi
}

// A Match is how a word of a query is found; later ones are worse.
type Match uint8

// The ways in which a word is found.
const (
	Whole  Match = iota // it is a word
	Start               // a word begins with it
	Inside              // it stands inside a word
	Almost              // a word begins almost like it: one letter is wrong, missing, too many or swapped
)

// shortest is how many bytes a word needs to be looked for in such a way: shorter
// ones would be found everywhere.
var shortest = [...]int{Whole: 1, Start: 1, Inside: 3, Almost: 4}

// each hands over the entries that have a folded word, in lists, some more than
// once. A way to match includes the better ones, but Almost does not include Inside.
func (x *Index) each(word string, as Match, fn func(entries []uint32)) {
	if len(word) < shortest[as] || x.Len() == 0 {
		return
	}
	switch as {
	case Whole:
		if lo, hi := x.beginning(word); lo < hi && x.word(lo) == word {
			fn(x.entries[x.first[lo]:x.first[lo+1]])
		}
	case Start:
		lo, hi := x.beginning(word)
		fn(x.entries[x.first[lo]:x.first[hi]])
	case Inside:
		for at := 0; ; {
			found := strings.Index(x.text[at:], word)
			if found < 0 {
				return
			}
			i := sort.Search(x.Len(), func(i int) bool { return x.starts[i+1] > uint32(at+found) })
			fn(x.entries[x.first[i]:x.first[i+1]])
			at = int(x.starts[i+1])
		}
	case Almost:
		lo, hi := x.beginning(word[:1])
		for i := lo; i < hi; i++ {
			if slips(word, x.word(i)) {
				fn(x.entries[x.first[i]:x.first[i+1]])
			}
		}
	}
}

// slips says whether a word begins with what was typed but for one letter.
func slips(typed, word string) bool {
	i := 0
	for i < len(typed) && i < len(word) && typed[i] == word[i] {
		i++
	}
	if i == len(typed) {
		return true
	}
	t, w := typed[i:], word[i:]
	if strings.HasPrefix(w, t[1:]) { // one too many
		return true
	}
	if w == "" {
		return false
	}
	if strings.HasPrefix(w[1:], t) || strings.HasPrefix(w[1:], t[1:]) { // one missing, one wrong
		return true
	}
	return len(t) > 1 && len(w) > 1 && t[0] == w[1] && t[1] == w[0] && strings.HasPrefix(w[2:], t[2:])
}
