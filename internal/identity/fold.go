package identity

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// unfolded are letters that no decomposition takes apart, with what they are
// written as without them.
var unfolded = strings.NewReplacer(
	"ø", "o", "ł", "l", "đ", "d", "ð", "d", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i", "þ", "th", "ħ", "h",
)

// fold writes text in lower case, without accents, and with blanks for whatever
// is no letter and no digit.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(unfolded.Replace(strings.ToLower(text))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '\'' || r == '’' || r == '`':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// lettersOf keeps the letters of folded text and counts its digits.
func lettersOf(folded string) (letters string, digits int) {
	var b strings.Builder
	for _, r := range folded {
		switch {
		case unicode.IsLetter(r):
			b.WriteRune(r)
		case unicode.IsDigit(r):
			digits++
		}
	}
	return b.String(), digits
}

// namesIn returns the words of a name. The family's name, where a comma puts it
// first, comes last; what stands in brackets is left out; words that are run
// together, as in NikhilDate or luz.paz, are taken apart.
func namesIn(name string) []string {
	if before, rest, ok := strings.Cut(name, "("); ok {
		_, after, _ := strings.Cut(rest, ")")
		name = before + " " + after
	}
	if i := strings.LastIndexByte(name, '\\'); i >= 0 { // a domain of Windows
		name = name[i+1:]
	}
	if family, given, ok := strings.Cut(name, ","); ok {
		name = given + " " + family
	}
	if !strings.ContainsRune(strings.TrimSpace(name), ' ') {
		name = humps(name)
	}
	words := strings.Fields(fold(name))
	kept := words[:0]
	for _, w := range words {
		if letters, digits := lettersOf(w); letters != "" && (digits == 0 || len(words) == 1) {
			kept = append(kept, letters)
		}
	}
	return kept
}

// humps puts blanks before capitals that follow small letters, and between a
// capital and the word after it.
func humps(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsUpper(runes[i-1]) && unicode.IsLower(runes[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// JaroWinkler is how alike two words are, 0–1: the share of letters in common
// within half the length, less transpositions, raised by a common beginning of
// up to four letters (Winkler, String Comparator Metrics and Enhanced Decision
// Rules in the Fellegi–Sunter Model of Record Linkage, 1990; p = .1).
func JaroWinkler(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	window := max(0, max(len(x), len(y))/2-1)
	inX, inY := make([]bool, len(x)), make([]bool, len(y))
	common := 0
	for i := range x {
		for j := max(0, i-window); j < min(len(y), i+window+1); j++ {
			if !inY[j] && x[i] == y[j] {
				inX[i], inY[j] = true, true
				common++
				break
			}
		}
	}
	if common == 0 {
		return 0
	}
	swapped, j := 0, 0
	for i := range x {
		if !inX[i] {
			continue
		}
		for !inY[j] {
			j++
		}
		if x[i] != y[j] {
			swapped++
		}
		j++
	}
	c := float64(common)
	jaro := (c/float64(len(x)) + c/float64(len(y)) + (c-float64(swapped)/2)/c) / 3
	prefix := 0
	for prefix < min(4, len(x), len(y)) && x[prefix] == y[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*.1*(1-jaro)
}
