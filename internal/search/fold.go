package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// strokes are letters that Unicode does not take apart, as people type them.
var strokes = map[rune]string{
	'ß': "ss", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ı': "i", 'ħ': "h", 'ŧ': "t", 'ŋ': "n",
}

// Fold returns a text as it is compared: in lower case, without accents, each
// sign in its plainest form.
func Fold(text string) string { return string(appendFold(nil, text)) }

func appendFold(to []byte, text string) []byte {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return appendFoldWide(to, text)
		}
	}
	for i := range len(text) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		to = append(to, c)
	}
	return to
}

func appendFoldWide(to []byte, text string) []byte {
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(text, " ")) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if plain, ok := strokes[r]; ok {
			to = append(to, plain...)
			continue
		}
		to = utf8.AppendRune(to, r)
	}
	return to
}

// Words takes a text apart into folded words of letters and digits. A text that
// has none, such as "★", is one word as a whole; an empty one has none.
func Words(text string) []string {
	var words []string
	eachWord(appendFold(nil, text), func(word []byte) { words = append(words, string(word)) })
	return words
}

// eachWord hands over the words of a folded text. fn must not keep them.
func eachWord(folded []byte, fn func([]byte)) {
	began, any := -1, false
	for i := 0; i < len(folded); {
		r, size := rune(folded[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(folded[i:])
		}
		if isOfWord(r) {
			if began < 0 {
				began = i
			}
		} else if began >= 0 {
			fn(folded[began:i])
			began, any = -1, true
		}
		i += size
	}
	if began >= 0 {
		fn(folded[began:])
		return
	}
	if whole := strings.Join(strings.FieldsFunc(string(folded), isBlank), " "); !any && whole != "" {
		fn([]byte(whole))
	}
}

func isOfWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mc, r)
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
