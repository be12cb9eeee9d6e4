package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/search"
)

func find(t *testing.T, text string, names ...string) []string {
	t.Helper()
	var b search.Builder
	seats := make(search.Seats, len(names))
	for i, name := range names {
		b.Add(uint32(i), name)
		seats[i] = int32(i) + 1
	}
	var out []string
	for place := range search.Ask(text).Find([]*search.Index{b.Index()}, seats, len(names), 5).Places() {
		out = append(out, names[place])
	}
	return out
}

func TestWhatIsFound(t *testing.T) {
	t.Parallel()
	names := []string{"Anna Weber", "Jonas Weber", "Åsa Lindqvist", "Łukasz Żółw", "Straße Müller", "李小龙", "kim-lee@acme.example", "★★"}
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"by how a word begins", "web", []string{"Anna Weber", "Jonas Weber"}},
		{"in any order of words", "weber anna", []string{"Anna Weber"}},
		{"whatever the case", "ANNA", []string{"Anna Weber"}},
		{"without accents", "asa", []string{"Åsa Lindqvist"}},
		{"with accents that are not there", "ánna", []string{"Anna Weber"}},
		{"letters with strokes as people type them", "lukasz zolw", []string{"Łukasz Żółw"}},
		{"a sharp s as two", "strasse", []string{"Straße Müller"}},
		{"what stands inside a word", "ebe", []string{"Anna Weber", "Jonas Weber"}},
		{"a letter that is missing", "lindqist", []string{"Åsa Lindqvist"}},
		{"a letter too many", "lindqqvist", []string{"Åsa Lindqvist"}},
		{"a wrong letter", "lindkvist", []string{"Åsa Lindqvist"}},
		{"two letters swapped", "lidnqvist", []string{"Åsa Lindqvist"}},
		{"a slip in a name that is not typed to its end", "lidnqv", []string{"Åsa Lindqvist"}},
		{"an umlaut written out", "mueller", []string{"Straße Müller"}},
		{"two slips are too many", "lidnqvits", nil},
		{"other scripts", "李", []string{"李小龙"}},
		{"addresses by their parts", "kim acme", []string{"kim-lee@acme.example"}},
		{"a whole address", "kim-lee@acme.example", []string{"kim-lee@acme.example"}},
		{"signs that are no letters", "★★", []string{"★★"}},
		{"not all of the words", "anna lindqvist", nil},
		{"nothing", "", nil},
		{"blanks", " \n\x00", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := find(t, test.text, names...); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWholeWordsComeFirst(t *testing.T) {
	t.Parallel()
	if got, want := find(t, "ann", "Anna", "Ann", "Joann", "Ann Lee"), []string{"Ann", "Ann Lee", "Anna", "Joann"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWordsOfEntriesThatShareAPlaceAddUp(t *testing.T) {
	t.Parallel()
	var names, addresses search.Builder
	names.Add(1, "Anna Weber")
	addresses.Add(2, "aw@acme.example")
	addresses.Add(3, "aw@other.example") // nobody's
	in := []*search.Index{names.Index(), addresses.Index()}
	seats := search.Seats{0, 5, 5}
	if f := search.Ask("anna acme").Find(in, seats, 9, 1); f.Len() != 1 || !f.Has(4) || f.Has(3) {
		t.Errorf("got %d places, want the fifth alone", f.Len())
	}
	if f := search.Ask("anna acme").Find(in[:1], seats, 9, 1); f.Len() != 0 {
		t.Error("an address was found where addresses are not looked for")
	}
	if f := search.Ask("other").Find(in, seats, 9, 1); f.Len() != 0 {
		t.Error("what has no place was found")
	}
}

// A text that an index finds fits by itself, too, and the other way.
func FuzzAnIndexAgreesWithOneText(f *testing.F) {
	for _, seed := range []string{"Anna Weber|web", "Åsa|asa", "★|★", "a\x00b|b", "ﬁne|fin", "\xff|\xff", "İstanbul|istan"} {
		text, query, _ := strings.Cut(seed, "|")
		f.Add(text, query)
	}
	f.Fuzz(func(t *testing.T, text, query string) {
		var b search.Builder
		b.Add(0, text)
		found := search.Ask(query).Find([]*search.Index{b.Index()}, search.Seats{1}, 1, 9)
		_, fits := search.Ask(query).In(text)
		if len(search.Words(text)) < 20 && len(text) < 60 && (found.Len() == 1) != fits {
			t.Errorf("%q in %q: the index says %d, the text %v", query, text, found.Len(), fits)
		}
	})
}

func ExampleQuery_In() {
	match, ok := search.Ask("lindkvist").In("Åsa Lindqvist")
	fmt.Println(match == search.Almost, ok)
	// Output: true true
}
