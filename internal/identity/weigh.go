package identity

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// Weights follow Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969):
// what two members agree in weighs log2(m/u), where m is how often two accounts
// of one person agree in it and u how often two people do by chance. u is taken
// from the installation's own frequencies, so that an agreement in a rare name
// weighs more than in a common one (their section 3.3.1; Winkler, Frequency-Based
// Matching in the Fellegi–Sunter Model, 2000). The sum, with the odds that any
// two members are one person, is a chance.
const (
	duplicates = .3 // how many further members a member is expected to be

	// How often two accounts of one person agree, by what in.
	mSameName    = .5
	mWithin      = .15 // one name is the other with more words
	mInitials    = .1
	mNickname    = .05
	mAlike       = .08 // Jaro–Winkler
	mGivenAlone  = .05
	mHandle      = .3
	mHandleName  = .2 // a handle is made of the name
	mSpan        = .85
	mDomain      = .3
	mSource      = .6
	jaroWinkler  = .92
	namesGoAlong = 5 // given names and family names go together more often than by chance

	// What speaks against, in bits.
	otherName   = -6 // two whole names that have nothing in common
	otherGiven  = -9 // one family's name, and other given names
	twoAccounts = -4 // two accounts of one platform, by their numbers

	// pretended members smooth the frequencies of small installations.
	pretended = 500

	// near is how far apart two spans of activity may be, in days, to count as
	// one time.
	near = 365
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

func bits(m, u float64) float64 { return math.Log2(m / u) }

// chance turns a sum of weights into a probability.
func chance(weight float64) float64 { return 1 / (1 + math.Exp2(-weight)) }

// Clue is one thing that speaks for or against two members being one person.
type Clue struct {
	Kind   ClueKind
	A, B   string            // as each of the two has it
	Weight float64           // in bits: each doubles the odds
	AID    orrery.IdentityID // that carry it, or 0
	BID    orrery.IdentityID
}

// ClueKind says what a clue is about.
type ClueKind string

// The kinds of clue.
const (
	ClueName        ClueKind = "same name"
	ClueNameWithin  ClueKind = "one name within the other"
	ClueInitials    ClueKind = "initials"
	ClueNickname    ClueKind = "short form of the name"
	ClueAlike       ClueKind = "names alike"
	ClueGivenName   ClueKind = "given name"
	ClueHandle      ClueKind = "same handle"
	ClueHandleName  ClueKind = "handle made of the name"
	ClueTime        ClueKind = "active at the same time"
	ClueOtherTime   ClueKind = "active at other times"
	ClueDomain      ClueKind = "same organization"
	ClueSource      ClueKind = "same source"
	ClueOtherName   ClueKind = "other names"
	ClueRelatives   ClueKind = "names of one family"
	ClueTwoAccounts ClueKind = "two accounts of one platform"
)

// weigh compares two members. ok is false where nothing but a name alone, or
// nothing at all, speaks for them, or where they are kept apart.
func (f *frequencies) weigh(a, b *profile) (s Suggestion, ok bool) {
	if oneHousehold(a, b) {
		return s, false
	}
	name, named := f.names(a, b)
	hand, handled := f.handled(a, b)
	made, isMade := f.handleOfName(a, b)
	if isMade && (!handled || made.Weight > hand.Weight) {
		hand, handled = made, true
	}
	switch {
	case !named && !handled:
		return s, false
	case named && name.Weight > 0 && handled && hand.Kind == ClueHandle && !madeOf(hand.A, name.A) && !madeOf(hand.B, name.B):
		s.Clues = append(s.Clues, name, hand) // two things that have nothing to do with each other
	case named && handled && hand.Weight > name.Weight:
		s.Clues = append(s.Clues, hand)
		if name.Weight > 0 {
			name.Weight = 1
		}
		s.Clues = append(s.Clues, name)
	case named && handled:
		s.Clues = append(s.Clues, name)
		hand.Weight = 1
		s.Clues = append(s.Clues, hand)
	case named:
		s.Clues = append(s.Clues, name)
	default:
		s.Clues = append(s.Clues, hand)
	}
	spoken := 0.
	for _, c := range s.Clues {
		spoken += c.Weight
	}
	if spoken <= 0 {
		return s, false // what stands around two people says nothing by itself
	}
	around, corroborated := f.around(a, b)
	s.Clues = append(s.Clues, around...)
	if !handled && !corroborated {
		return s, false
	}
	weight := math.Log2(duplicates / max(1, f.n))
	for _, c := range s.Clues {
		weight += c.Weight
	}
	s.A, s.B, s.Score = a.member, b.member, chance(weight)
	return s, true
}

// oneHousehold says whether two state one address that several use, under names of
// one family: Anna and Bernd Müller are never asked about.
func oneHousehold(a, b *profile) bool {
	for _, x := range a.crowds {
		if _, found := slices.BinarySearch(b.crowds, x); !found {
			continue
		}
		for i := range a.names {
			for j := range b.names {
				if relatives(a.names[i].words, b.names[j].words) {
					return true
				}
			}
		}
	}
	return false
}

// names compares the names of two, and takes what weighs most. Whole names that
// contradict each other weigh against, unless others agree.
func (f *frequencies) names(a, b *profile) (best Clue, ok bool) {
	for i := range a.names {
		for j := range b.names {
			if c, found := f.compare(&a.names[i], &b.names[j]); found && (!ok || c.Weight > best.Weight) {
				best, ok = c, true
			}
		}
	}
	if ok && best.Weight > 0 {
		return best, true
	}
	for _, side := range [2]struct {
		one, whole *profile
		turned     bool
	}{{a, b, false}, {b, a, true}} {
		for i := range side.one.given {
			g := &side.one.given[i]
			for j := range side.whole.names {
				w := &side.whole.names[j]
				if !slices.Contains(w.words, g.words[0]) || ok && best.Weight < 0 && len(side.one.names) > 0 {
					continue
				}
				c := clueOf(ClueGivenName, g, w, bits(mGivenAlone, f.word(g.words[0])))
				if side.turned {
					c = clueOf(ClueGivenName, w, g, c.Weight)
				}
				if !ok || c.Weight > best.Weight {
					best, ok = c, true
				}
			}
			if side.turned {
				continue
			}
			for j := range b.given {
				if b.given[j].words[0] == g.words[0] {
					c := clueOf(ClueGivenName, g, &b.given[j], bits(mGivenAlone, f.word(g.words[0])))
					if !ok || c.Weight > best.Weight {
						best, ok = c, true
					}
				}
			}
		}
	}
	return best, ok
}

func clueOf(kind ClueKind, a, b *spelled, weight float64) Clue {
	return Clue{Kind: kind, A: a.text, B: b.text, Weight: weight, AID: a.of, BID: b.of}
}

// compare compares two names of two words or more.
func (f *frequencies) compare(a, b *spelled) (Clue, bool) {
	x, y := a.words, b.words
	if len(x) > len(y) || len(x) == len(y) && slices.Compare(x, y) > 0 {
		x, y = y, x
	}
	var same, left []string
	rest := slices.Clone(y)
	for _, w := range x {
		if i := slices.Index(rest, w); i >= 0 {
			same, rest = append(same, w), slices.Delete(rest, i, i+1)
		} else {
			left = append(left, w)
		}
	}
	whole := 0 // words in common that are no initials
	for _, w := range same {
		if !isInitial(w) {
			whole++
		}
	}
	switch {
	case len(left) == 0 && len(rest) == 0 && whole > 0:
		return clueOf(ClueName, a, b, bits(mSameName, f.together(same))), true
	case len(left) == 0 && whole > 1:
		return clueOf(ClueNameWithin, a, b, bits(mWithin, f.together(same))), true
	case whole == 0:
		if alike(x, y) {
			return clueOf(ClueAlike, a, b, bits(mAlike, 3*f.together(x))), true
		}
		return clueOf(ClueOtherName, a, b, otherName), true
	}
	kind, m, u := ClueInitials, mInitials, f.together(same)
	for _, w := range left {
		i := slices.IndexFunc(rest, func(r string) bool { return (isInitial(r) || isInitial(w)) && initialOf(r) == initialOf(w) })
		j := slices.IndexFunc(rest, func(r string) bool { return shortOf(r, w) })
		k := slices.IndexFunc(rest, func(r string) bool {
			return JaroWinkler(r, w) >= jaroWinkler || len(w) > 2 && strings.HasPrefix(r, w) || len(r) > 2 && strings.HasPrefix(w, r)
		})
		switch {
		case i >= 0:
			u *= f.initial(w)
		case j >= 0:
			kind, m, i = ClueNickname, mNickname, j
			u *= f.word(w) + f.word(rest[j])
		case k >= 0:
			kind, m, i = ClueAlike, mAlike, k
			u *= 3 * max(f.word(w), f.word(rest[k]))
		case len(same)+1 < len(x) && isInitial(w):
			continue // a middle initial that the other leaves out
		default:
			if relatives(a.words, b.words) {
				return clueOf(ClueRelatives, a, b, otherGiven), true
			}
			return clueOf(ClueOtherName, a, b, otherName), true
		}
		rest = slices.Delete(rest, i, i+1)
	}
	if len(same) == 1 {
		u *= namesGoAlong
	}
	return clueOf(kind, a, b, bits(m, u)), true
}

// alike says whether two names of as many words are alike word by word.
func alike(x, y []string) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if JaroWinkler(x[i], y[i]) < jaroWinkler {
			return false
		}
	}
	return true
}

// handled finds the rarest handle that two have in common.
func (f *frequencies) handled(a, b *profile) (best Clue, ok bool) {
	for i, j := 0, 0; i < len(a.handles) && j < len(b.handles); {
		x, y := &a.handles[i], &b.handles[j]
		switch c := cmp.Compare(x.value, y.value); {
		case c < 0:
			i++
			continue
		case c > 0:
			j++
			continue
		}
		if f.handles[x.value] <= maxHandleMembers {
			if w := bits(mHandle, f.handle(x)); !ok || w > best.Weight {
				best, ok = Clue{Kind: ClueHandle, A: x.text, B: y.text, Weight: w, AID: x.of, BID: y.of}, true
			}
		}
		i, j = i+1, j+1
	}
	return best, ok
}

// handleOfName finds a handle of one that is made of a name of the other.
func (f *frequencies) handleOfName(a, b *profile) (best Clue, ok bool) {
	for _, side := range [2]struct {
		h, n   *profile
		turned bool
	}{{a, b, false}, {b, a, true}} {
		for i := range side.h.handles {
			h := &side.h.handles[i]
			for j := range side.n.names {
				n := &side.n.names[j]
				for _, form := range n.forms {
					if form.text != h.letters {
						continue
					}
					w := bits(mHandleName, f.together(form.of))
					if ok && w <= best.Weight {
						continue
					}
					best, ok = Clue{Kind: ClueHandleName, A: h.text, B: n.text, Weight: w, AID: h.of, BID: n.of}, true
					if side.turned {
						best.A, best.B, best.AID, best.BID = best.B, best.A, best.BID, best.AID
					}
				}
			}
		}
	}
	return best, ok
}

// form is a way to make a handle of a name.
type form struct {
	text string
	of   []string // the words and initials that are in it
}

// formsOf lists how people make handles of their names: johndoe, doejohn, jdoe,
// doej, johnd, and initials from three on.
func formsOf(words []string) []form {
	first, last := words[0], words[len(words)-1]
	forms := []form{
		{first + last, []string{first, last}},
		{last + first, []string{first, last}},
	}
	if len(words) > 2 {
		forms = append(forms, form{strings.Join(words, ""), words}, form{first + words[1], words[:2]})
	}
	for _, f := range []form{
		{initialOf(first) + last, []string{initialOf(first), last}},
		{last + initialOf(first), []string{initialOf(first), last}},
		{first + initialOf(last), []string{first, initialOf(last)}},
	} {
		if len(f.text) >= shortestHandle {
			forms = append(forms, f)
		}
	}
	if len(words) >= 4 {
		var initials []string
		for _, w := range words {
			initials = append(initials, initialOf(w))
		}
		forms = append(forms, form{strings.Join(initials, ""), initials})
	}
	return forms
}

// madeOf says whether a handle is made of the words of a name.
func madeOf(h, name string) bool {
	letters, _ := lettersOf(fold(h))
	words := namesIn(name)
	if len(words) == 0 {
		return false
	}
	for _, w := range words {
		if len(w) > 2 && strings.Contains(letters, w) {
			return true
		}
	}
	for _, f := range formsOf(words) {
		if f.text == letters {
			return true
		}
	}
	return false
}

// around weighs what stands around two members: where, when and with whom they
// are.
func (f *frequencies) around(a, b *profile) (list []Clue, corroborated bool) {
	if rarest, ok := common(a.domains, b.domains, f.domains); ok {
		list = append(list, Clue{Kind: ClueDomain, A: rarest, B: rarest, Weight: max(0, bits(mDomain, (float64(f.domains[rarest])+1)/(f.n+1)))})
		corroborated = true
	}
	source, together := common(a.sources, b.sources, f.sources)
	if together {
		list = append(list, Clue{Kind: ClueSource, A: source, B: source, Weight: max(0, bits(mSource, float64(f.sources[source])/f.n))})
	}
	u := min(.99, max(f.near(a.span), f.near(b.span)))
	if apart(a.span, b.span) <= near {
		list = append(list, Clue{Kind: ClueTime, Weight: max(0, bits(mSpan, u))})
		corroborated = corroborated || together
	} else {
		list = append(list, Clue{Kind: ClueOtherTime, Weight: max(-3, min(0, bits(1-mSpan, 1-u)))})
	}
	for namespace, number := range a.numbers {
		if other, ok := b.numbers[namespace]; ok && number != other {
			list = append(list, Clue{Kind: ClueTwoAccounts, A: number, B: other, Weight: twoAccounts})
			break
		}
	}
	return list, corroborated
}

func (s Span) words() string { return s.First.String() + " to " + s.Last.String() }

// common returns the rarest value in both of two sorted lists.
func common(a, b []string, counts map[string]int) (rarest string, ok bool) {
	for _, v := range a {
		if _, found := slices.BinarySearch(b, v); found && (!ok || counts[v] < counts[rarest]) {
			rarest, ok = v, true
		}
	}
	return rarest, ok
}
