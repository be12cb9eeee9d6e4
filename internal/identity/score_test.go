package identity

import (
	"math"
	"strings"
	"testing"

	"orrery.dev/orrery"
)

const town = `# who is who
Ann Fox <ann@a.example>
Ann Fox <ann@a.example> <ann@old.example>   # her old one
Ann Fox <ann@a.example> annfox <fox@b.example>
<bo@a.example> <bo@old.example>
`

func TestWhoATruthSaysSomebodyIs(t *testing.T) {
	t.Parallel()
	mailmap := town + "this line is no line of a .mailmap\nnor this <\n"
	table := "alias,person\n\"Ann Fox <ann@a.example>\",ann\nfox@b.example,ann\n\"Bo, the elder <bo@a.example>\",bo\n"
	tests := []struct {
		name, truth string
		key         orrery.Key
		want        string
	}{
		{"the proper one", mailmap, orrery.Key{Type: "alias", Value: "Ann Fox <ann@a.example>"}, "ann fox <ann@a.example>"},
		{"by address, whatever the name", mailmap, orrery.Key{Type: "alias", Value: "A <ANN@old.example>"}, "ann fox <ann@a.example>"},
		{"by name and address", mailmap, orrery.Key{Type: "alias", Value: "AnnFox <fox@b.example>"}, "ann fox <ann@a.example>"},
		{"another name on that address", mailmap, orrery.Key{Type: "alias", Value: "Mia <fox@b.example>"}, ""},
		{"without a proper name the own one stays", mailmap, orrery.Key{Type: "alias", Value: "Bo <bo@old.example>"}, "bo <bo@a.example>"},
		{"nobody that it speaks of", mailmap, orrery.Key{Type: "alias", Value: "Cy <cy@a.example>"}, ""},
		{"no alias", mailmap, orrery.Key{Type: "email", Value: "ann@a.example"}, ""},
		{"a table", table, orrery.Key{Type: "alias", Value: "Ann Fox <ann@a.example>"}, "ann"},
		{"a table with an address", table, orrery.Key{Type: "email", Value: "fox@b.example"}, "ann"},
		{"a table with a comma in a name", table, orrery.Key{Type: "alias", Value: "Bo, the elder <bo@a.example>"}, "bo"},
		{"nobody of the table", table, orrery.Key{Type: "login", Value: "ann"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			truth, err := ReadTruth(strings.NewReader(test.truth))
			if err != nil {
				t.Fatal(err)
			}
			got, ok := truth.person(&Identity{ID: 1, Key: test.key})
			if !ok {
				got = ""
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWhatIsNoTruth(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing": "", "comments": "# a\n\n", "three columns": "a,b,c\n", "one column": "a\nb\n", "an empty alias": "alias,person\n,ann\n",
		"an empty person": "ann,\n", "only a heading": "alias,person\n", "bytes": "\xff\xfe,a\n", "a picture": "\x89PNG\r\n\x1a\n,\x00",
	} {
		if _, err := ReadTruth(strings.NewReader(text)); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%s: got %v, want it Invalid", name, err)
		}
	}
}

func TestScoreCountsPairs(t *testing.T) {
	t.Parallel()
	g := NewGraph([16]byte{1}, Stored{})
	ids := map[string]orrery.IdentityID{}
	for _, name := range strings.Fields("a1 a2 a3 b1 b2 c1 other") {
		ids[name] = resolve(t, g, login(name))
	}
	g.Join(ids["a1"], ids["a2"], orrery.SamePlatform, 1, 0) // right
	g.Join(ids["b1"], ids["c1"], orrery.SamePlatform, 1, 0) // wrong
	truth, err := ReadTruth(strings.NewReader("a1,a\na2,a\na3,a\nb1,b\nb2,b\nc1,c\n"))
	if err != nil {
		t.Fatal(err)
	}
	suggestions := []Suggestion{{A: 1, B: orrery.MemberID(ids["a3"]), Score: .9}, {A: orrery.MemberID(ids["b1"]), B: orrery.MemberID(ids["b2"]), Score: .5}}
	got := g.Score(truth, suggestions, .8)
	// In truth a1a2, a1a3, a2a3 and b1b2. Automatic: a1a2 and b1c1, so 1 of 2 right
	// and 1 of 4 found; with a3 accepted a1a2, a1a3, a2a3 and b1c1: 3 of 4, 3 of 4.
	want := Scored{
		Aliases: 6, People: 3, TruePairs: 4, Threshold: .8,
		Automatic: Pairs{2, 1, .5, .25}, Accepted: Pairs{4, 3, .75, .75},
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	empty, err := ReadTruth(strings.NewReader("nobody,nobody\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := g.Score(empty, nil, .8); got.Automatic.Precision != 1 || got.Automatic.Recall != 1 || math.IsNaN(got.Accepted.Precision) {
		t.Errorf("of nobody: got %+v", got)
	}
}

func FuzzReadTruth(f *testing.F) {
	for _, text := range []string{town, "alias,person\na,b\n", "\"a\n\",b", "<<>>", "a <b> c <d>, e", "#\n<>", "\"", "a,b\r\nc,d"} {
		f.Add(text, "Ann Fox <ann@a.example>")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		truth, err := ReadTruth(strings.NewReader(text))
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want it Invalid", err)
			}
			return
		}
		if p, ok := truth.person(&Identity{ID: 1, Key: orrery.Key{Type: "alias", Value: value}}); ok && p == "" {
			t.Errorf("%q is somebody without a name", value)
		}
	})
}
