package language

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"golang.org/x/text/language"
)

//go:embed catalogue/*.json
var catalogueFiles embed.FS

// A Language says texts. It is safe for concurrent use.
type Language struct {
	Tag  string // as in lang="de"
	Name string // in the language itself

	numbers  numbers
	months   [12]string
	short    [12]string // of months
	weekdays [7]string  // Sunday first
	plural   func(n float64) int
	forms    int // how many plural forms there are
	entries  map[string]pattern
	parsed   sync.Map // English texts that have no entry: string → pattern
}

// All returns the languages there are, English first. The slice is the caller's;
// the languages are shared.
func All() []*Language { return append([]*Language(nil), loaded()...) }

// English is the language of the source, of programs and of the command line.
func English() *Language { return loaded()[0] }

// Of returns the language of a tag, and whether there is one.
func Of(tag string) (*Language, bool) {
	for _, l := range loaded() {
		if l.Tag == tag {
			return l, true
		}
	}
	return nil, false
}

// Match returns the language for somebody who chose a tag (empty: none) and
// whose browser asks for languages by an Accept-Language header.
func Match(chosen, accepted string) *Language {
	if l, ok := Of(chosen); ok {
		return l
	}
	_, i := language.MatchStrings(matcher(), accepted)
	return loaded()[i]
}

var matcher = sync.OnceValue(func() language.Matcher {
	var tags []language.Tag
	for _, l := range loaded() {
		tags = append(tags, language.MustParse(l.Tag))
	}
	return language.NewMatcher(tags)
})

var loaded = sync.OnceValue(func() []*Language {
	all := languages()
	for _, l := range all[1:] {
		entries, err := l.catalogue()
		if err != nil {
			panic(fmt.Errorf("language: catalogue of %s: %w", l.Tag, err)) // it is part of the program, and tested
		}
		l.entries = make(map[string]pattern, len(entries))
		for key, text := range entries {
			if p, err := parse(text); err == nil && text != "" {
				l.entries[key] = p
			}
		}
	}
	return all
})

// catalogue reads the entries of a language: English to translation, which is
// empty where it is missing.
func (l *Language) catalogue() (entries map[string]string, err error) {
	content, err := catalogueFiles.ReadFile("catalogue/" + l.Tag + ".json")
	if err != nil {
		return nil, err
	}
	return entries, json.Unmarshal(content, &entries)
}

// entry returns the pattern that says an English key in l.
func (l *Language) entry(key string) pattern {
	if p, ok := l.entries[key]; ok {
		return p
	}
	if p, ok := l.parsed.Load(key); ok {
		return p.(pattern)
	}
	p, err := parse(key)
	if err != nil {
		p = pattern{{kind: literal, text: key}}
	}
	l.parsed.Store(key, p)
	return p
}
