package identity

import (
	"cmp"
	"slices"
	"strings"
)

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
