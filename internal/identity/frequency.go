package identity

import (
	"math"
	"slices"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// frequencies are how often what members carry occurs among them.
type frequencies struct {
	n        float64
	words    map[string]int // of names
	whole    map[string]int // of names of two words or more
	initials map[string]int // of given names
	handles  map[string]int
	domains  map[string]int
	sources  map[string]int
	firsts   []orrery.Day // days on which members began to act, sorted
	lasts    []orrery.Day // and on which they acted last
}

func frequenciesOf(list []profile) *frequencies {
	f := &frequencies{
		n: float64(len(list)), words: map[string]int{}, whole: map[string]int{}, initials: map[string]int{}, handles: map[string]int{},
		domains: map[string]int{}, sources: map[string]int{},
	}
	seen := map[string]bool{}
	for i := range list {
		p := &list[i]
		clear(seen)
		for _, name := range p.names {
			for _, w := range name.words {
				seen[w] = true
			}
		}
		for w := range seen {
			f.whole[w]++
		}
		for _, name := range p.given {
			seen[name.words[0]] = true
		}
		for w := range seen {
			f.words[w]++
			f.initials[initialOf(w)]++
		}
		for _, h := range p.handles {
			f.handles[h.value]++
		}
		for _, d := range p.domains {
			f.domains[d]++
		}
		for _, s := range p.sources {
			f.sources[s]++
		}
		f.firsts, f.lasts = append(f.firsts, p.span.First), append(f.lasts, p.span.Last)
	}
	slices.Sort(f.firsts)
	slices.Sort(f.lasts)
	return f
}

// word is how often a member carries a word in their name by chance.
func (f *frequencies) word(w string) float64 { return float64(max(1, f.words[w])) / (f.n + pretended) }

func (f *frequencies) initial(w string) float64 {
	return (float64(f.initials[initialOf(w)]) + pretended*.05) / (f.n*2 + pretended)
}

// initialOf returns the first letter of a word.
func initialOf(w string) string {
	_, size := utf8.DecodeRuneInString(w)
	return w[:size]
}

func isInitial(w string) bool { return len(w) == len(initialOf(w)) }

// together is how often several words occur in one name by chance.
func (f *frequencies) together(words []string) float64 {
	u := 1.
	for _, w := range words {
		if isInitial(w) {
			u *= f.initial(w)
		} else {
			u *= f.word(w)
		}
	}
	if len(words) > 1 {
		u *= namesGoAlong
	}
	return u
}

// handle is how often a member carries a handle by chance. A handle that is a
// name is as frequent as the name; numbers make it rarer.
func (f *frequencies) handle(h *handle) float64 {
	rare := math.Pow(10, -float64(min(3, len(h.value)-len(h.letters))))
	if n := f.whole[h.letters]; n > 0 {
		return max(.1*rare, float64(max(1, f.handles[h.value]-1))/max(1, float64(n))) * f.word(h.letters)
	}
	u := float64(max(1, f.handles[h.value]-1)) / (f.n + pretended)
	switch n := len(h.value); {
	case n >= 6:
		return .05 * u
	case n >= 5:
		return .2 * u
	default:
		return u
	}
}

// near is how often a member acts near a span by chance: all but those who began
// long after it and those who ended long before.
func (f *frequencies) near(s Span) float64 {
	later, _ := slices.BinarySearch(f.firsts, s.Last+near+1)
	earlier, _ := slices.BinarySearch(f.lasts, s.First-near)
	return float64(later-earlier) / float64(max(1, len(f.firsts)))
}

// apart is how many days lie between two spans; 0 where they overlap.
func apart(a, b Span) int { return int(max(0, a.First-b.Last, b.First-a.Last)) }
