package identity

import (
	"slices"
	"strings"
	"unicode"
)

// household says whether names that one address carries are those of several
// people of one family: two whole names that share the last word and differ in
// the others, as Anna Müller and Bernd Müller do. Anne and Anna, A. and Anna, Mike
// and Michael, or Anna and Anna Maria are one person's spellings, and Jane Doe and Jane Roe one
// person before and after a wedding. Names that share no word are counted
// elsewhere: they may be one person's in two scripts.
func household(names []string) bool {
	var whole [][]string
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			continue
		}
		seen[name] = true
		if parts := partsOf(name); len(parts) > 1 {
			whole = append(whole, parts)
		}
	}
	for i := range whole {
		for j := range i {
			if relatives(whole[i], whole[j]) {
				return true
			}
		}
	}
	return false
}

// full says whether a name has a first and a last part.
func full(name string) bool { return len(partsOf(name)) > 1 }

// partsOf returns the words of a name without case, accents and signs.
func partsOf(name string) []string {
	if !strings.ContainsRune(strings.TrimSpace(name), ' ') {
		return nil
	}
	if family, given, ok := strings.Cut(name, ","); ok {
		name = given + " " + family
	}
	words := strings.Fields(fold(name))
	return slices.DeleteFunc(words, func(w string) bool { return !strings.ContainsFunc(w, unicode.IsLetter) })
}

func relatives(a, b []string) bool {
	onlyA, onlyB := without(a, b), without(b, a)
	if len(onlyA) == len(a) || len(onlyA) == 0 || len(onlyB) == 0 {
		return false // nothing in common, or one name is within the other
	}
	if slices.Contains(onlyA, a[len(a)-1]) && slices.Contains(onlyB, b[len(b)-1]) {
		return false // not the family's name
	}
	for _, x := range onlyA {
		for _, y := range onlyB {
			if strings.HasPrefix(x, y) || strings.HasPrefix(y, x) || shortOf(x, y) || (x[0] == y[0] && nearly([]rune(x), []rune(y))) {
				return false
			}
		}
	}
	return true
}

func without(words, taken []string) []string {
	var left []string
	for _, w := range words {
		if !slices.Contains(taken, w) {
			left = append(left, w)
		}
	}
	return left
}

// nearly says whether one edit makes a word the other.
func nearly(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i == len(a) || slices.Equal(a[i+1:], b[i+1:])
	}
	return slices.Equal(a[i:], b[i+1:])
}
