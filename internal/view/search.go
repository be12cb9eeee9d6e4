package view

import (
	"slices"
	"strings"
)

// texts are what is known of many people in one piece, in lower case, so that
// a search reads memory in a row.
type texts struct {
	all  string
	ends []int // of each person's part
}

// apart stands between the texts of a person, and of people.
const apart = "\x00"

// appendLower adds a text.
func appendLower(to []byte, text string) []byte {
	plain := true
	for i := range len(text) {
		if c := text[i]; c >= 0x80 || 'A' <= c && c <= 'Z' || c == apart[0] {
			plain = false
			break
		}
	}
	if !plain {
		text = strings.ReplaceAll(strings.ToLower(text), apart, " ")
	}
	to = append(to, text...)
	return append(to, apart...)
}

// search marks the places in whose texts what is looked for occurs.
func (t *texts) search(what string) []bool {
	what = strings.ReplaceAll(strings.ToLower(what), apart, " ")
	found := make([]bool, len(t.ends))
	for at, place := 0, 0; place < len(t.ends); place++ {
		next := strings.Index(t.all[at:], what)
		if next < 0 {
			break
		}
		at += next
		if t.ends[place] <= at {
			rest := t.ends[place:]
			next, _ := slices.BinarySearch(rest, at+1)
			place += next
		}
		found[place] = true
		at = t.ends[place]
	}
	return found
}
