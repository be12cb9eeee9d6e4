package flow

import (
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
)

// traces are the words that give people away in texts of others: addresses,
// names of several words, aliases, logins. They are found as whole words in
// any case, whatever stands between the words. What is a word of its own is
// found by itself only where it is a login that is no ordinary word; otherwise
// it is found as a mention, behind an @, or where it is all the text: else
// everybody's "mark as read" would be blanked when Mark leaves.
type traces struct {
	byFirst map[string][]trace
}

type trace struct {
	words   []string
	mention bool // only behind an @, or as the whole text
}

// shortTrace is how many letters a login needs to be looked for on its own.
const shortTrace = 4

// nobodysWords are logins that say nothing of who has them.
var nobodysWords = map[string]bool{
	"admin": true, "anonymous": true, "guest": true, "hello": true, "info": true, "mail": true, "none": true,
	"nobody": true, "root": true, "support": true, "team": true, "test": true, "unknown": true, "user": true,
}

// tracesOf lists what gives the people away who have these identities. Ordinary
// are texts whose words are everybody's: names of planets and sources.
func tracesOf(list []identity.Identity, ordinary []string) traces {
	common := map[string]bool{}
	for _, text := range ordinary {
		for _, w := range wordsOf(text) {
			common[w.text] = true
		}
	}
	t := traces{byFirst: map[string][]trace{}}
	add := func(text string, isName bool) {
		var words []string
		for _, w := range wordsOf(text) {
			words = append(words, w.text)
		}
		if len(words) == 0 || len(text) < 2 {
			return
		}
		if _, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
			return // a bare number is no trace
		}
		tr := trace{words: words}
		if w := words[0]; len(words) == 1 {
			tr.mention = isName || len([]rune(w)) < shortTrace || nobodysWords[w] || common[w]
		}
		known := t.byFirst[words[0]]
		if !slices.ContainsFunc(known, func(k trace) bool { return k.mention == tr.mention && slices.Equal(k.words, words) }) {
			t.byFirst[words[0]] = append(known, tr)
		}
	}
	for _, i := range list {
		add(i.Key.Value, false)
		add(i.Name, true)
		if name, address, ok := strings.Cut(i.Key.Value, " <"); ok {
			add(name, true)
			add(strings.TrimSuffix(address, ">"), false)
		}
	}
	return t
}

// word is a run of letters and digits, in lower case, and where it stands.
type word struct {
	text       string
	start, end int
}

func wordsOf(text string) []word {
	var words []word
	start := -1
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			if start < 0 {
				start = i
			}
		} else if start >= 0 {
			words = append(words, word{strings.ToLower(text[start:i]), start, i})
			start = -1
		}
	}
	if start >= 0 {
		words = append(words, word{strings.ToLower(text[start:]), start, len(text)})
	}
	return words
}

// found is a part of a text that gives somebody away.
type found struct{ start, end int }

// in finds the traces in a text. Of a text that was cut short, a trace that
// the end may cut counts too.
func (t traces) in(text string, cut bool) []found {
	if text == "" || !cut && !t.mayBeIn(text) {
		return nil
	}
	var all []found
	words := wordsOf(text)
	for i := 0; i < len(words); i++ {
		end := 0
		for _, tr := range t.candidates(words[i].text, cut && i == len(words)-1) {
			if n := tr.matches(words[i:], cut); n > 0 && (!tr.mention || mentions(text, words, i)) {
				end = max(end, words[i+n-1].end)
			}
		}
		if end > 0 {
			all = append(all, found{words[i].start, end})
		}
	}
	return all
}

// fewTraces is up to how many are looked for one by one before a text is taken
// apart: nearly all texts tell of nobody.
const fewTraces = 16

func (t traces) mayBeIn(text string) bool {
	if len(t.byFirst) > fewTraces {
		return true
	}
	lower := strings.ToLower(text)
	for first := range t.byFirst {
		if strings.Contains(lower, first) {
			return true
		}
	}
	return false
}

func (t traces) candidates(first string, cut bool) []trace {
	list := t.byFirst[first]
	if !cut || len([]rune(first)) < shortTrace {
		return list
	}
	list = slices.Clip(list)
	for w, more := range t.byFirst {
		if len(w) > len(first) && strings.HasPrefix(w, first) {
			list = append(list, more...)
		}
	}
	return list
}

// matches returns how many of the words are the trace, 0 for none.
func (tr trace) matches(words []word, cut bool) int {
	for i, want := range tr.words {
		switch {
		case i == len(words): // the text ends within the trace
			if cut {
				return i
			}
			return 0
		case words[i].text == want:
		case cut && i == len(words)-1 && strings.HasPrefix(want, words[i].text):
			return i + 1
		default:
			return 0
		}
	}
	return len(tr.words)
}

func mentions(text string, words []word, i int) bool {
	return len(words) == 1 || words[i].start > 0 && text[words[i].start-1] == '@'
}

// has says whether a text gives somebody away.
func (t traces) has(text string) bool { return len(t.in(text, false)) > 0 }

// escape is a letter as JSON may write it.
var escape = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)

// hasRaw says whether a row as it was read, which may be cut short, gives
// somebody away.
func (t traces) hasRaw(row string) bool {
	if len(t.in(row, true)) > 0 {
		return true
	}
	plain := escape.ReplaceAllStringFunc(row, func(e string) string {
		n, err := strconv.ParseUint(e[2:], 16, 16)
		if err != nil {
			return e
		}
		return string(rune(n))
	})
	return plain != row && len(t.in(plain, true)) > 0
}

// erasedText stands where somebody was taken out of a text.
const erasedText = "[erased]"

// erasedPrefix begins ids that gave somebody away.
const erasedPrefix = "erased-"

// blot replaces the traces in a text.
func (t traces) blot(text string) (string, bool) {
	all := t.in(text, false)
	if len(all) == 0 {
		return text, false
	}
	var b strings.Builder
	at := 0
	for _, f := range all {
		if f.start < at {
			at = max(at, f.end)
			continue
		}
		b.WriteString(strings.TrimSuffix(text[at:f.start], "@"))
		b.WriteString(erasedText)
		at = f.end
	}
	b.WriteString(text[at:])
	return b.String(), true
}

// takeOut removes people from somebody else's activity. Ids that join
// activities keep joining them, under a value that tells nothing.
func (t traces) takeOut(e *journal.Entry, hasher *keyset.Hasher) (edited bool) {
	for _, field := range []*string{&e.ObjectTitle, &e.Name, &e.PromptedBy, &e.Partner} {
		if text, found := t.blot(*field); found {
			*field, edited = text, true
		}
	}
	if t.has(e.ObjectURL) {
		e.ObjectURL, edited = "", true
	}
	for _, field := range []*string{&e.ExternalID, &e.Thread, &e.Parent, &e.Retracts, &e.ObjectID} {
		if t.has(*field) {
			key := hasher.Key("erased", "", *field)
			*field, edited = erasedPrefix+hex.EncodeToString(key[:8]), true
		}
	}
	for _, list := range []*[]string{&e.Purposes, &e.Tags} {
		before := len(*list)
		*list = slices.DeleteFunc(*list, t.has)
		edited = edited || len(*list) < before
	}
	return edited
}
