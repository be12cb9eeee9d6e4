package identity

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
)

// oneDay says of everybody that they acted on one day.
func oneDay(orrery.IdentityID) (Span, bool) { return Span{20_000, 20_000}, true }

func alias(source, name, address string) orrery.Actor {
	return orrery.Actor{Namespace: source, Type: "alias", Value: name + " <" + address + ">", Name: name, Email: address}
}

// crowd are people with names of every frequency, so that frequencies mean
// something.
func crowd(n int) []orrery.Actor {
	given := strings.Fields("Anna Bert Carl Dora Egon Fred Gerd Hans Ines Jens Kurt Lena Maja Nils Olga Paul Rosa Sven Tina Uwe")
	family := strings.Fields("Fox Gray Hill Iver Jung Kern Lund Moor Nash Oak Park Quist Rand Sand Toft Ulm Voss Wolf Yarn Zorn")
	list := make([]orrery.Actor, n)
	for i := range list {
		name := given[i%len(given)] + " " + family[(i/len(given)+i)%len(family)]
		list[i] = alias("git/town", name, fmt.Sprintf("crowd%d@crowd%d.example", i, i))
	}
	for i := range 40 {
		list = append(list, alias("git/town", "Wei "+family[i%len(family)], fmt.Sprintf("w%dx@wei%d.example", i, i)))
		list = append(list, alias("git/town", given[i%len(given)]+" Zhang", fmt.Sprintf("z%dx@zhang%d.example", i, i)))
	}
	return list
}

func suggestionsOf(t testing.TB, g *Graph, seen func(orrery.IdentityID) (Span, bool)) []Suggestion {
	t.Helper()
	list, err := g.Compare(seen).Suggestions(t.Context(), LeastSuggested)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// pairOfActors finds the suggestion of two people.
func suggestionOf(t testing.TB, g *Graph, a, b orrery.Actor) (Suggestion, bool) {
	t.Helper()
	m, n := memberOf(t, g, a), memberOf(t, g, b)
	for _, s := range suggestionsOf(t, g, oneDay) {
		if s.A == min(m, n) && s.B == max(m, n) {
			return s, true
		}
	}
	return Suggestion{}, false
}

func TestWhoMayBeOnePerson(t *testing.T) {
	t.Parallel()
	const here = "git/town"
	tests := []struct {
		name string
		a, b orrery.Actor
		want bool
		clue ClueKind
	}{
		{"one rare name in one repository", alias(here, "Ondřej Čertík", "o1@a.example"), alias(here, "Ondrej Certik", "ondra@b.example"), true, ClueName},
		{"letters that no accent explains", alias(here, "Øyvind Jørstad", "x1@a.example"), alias(here, "Oyvind Jorstad", "x2@b.example"), true, ClueName},
		{"the family first", alias(here, "Quigley, Barnaby", "q1@a.example"), alias(here, "Barnaby Quigley", "q2@b.example"), true, ClueName},
		{"turned round", alias(here, "Ramana Venkatesh", "q1@a.example"), alias(here, "Venkatesh Ramana", "q2@b.example"), true, ClueName},
		{"capitals", alias(here, "ABHINAV CILLANKI", "q1@a.example"), alias(here, "Abhinav Cillanki", "q2@b.example"), true, ClueName},
		{"a middle name", alias(here, "Barnaby James Quigley", "q1@a.example"), alias(here, "Barnaby Quigley", "q2@b.example"), true, ClueNameWithin},
		{"a middle initial", alias(here, "Barnaby J. Quigley", "q1@a.example"), alias(here, "Barnaby Quigley", "q2@b.example"), true, ClueNameWithin},
		{"a misspelling", alias(here, "Vinzent Quigleberg", "q1@a.example"), alias(here, "Vinzent Quigelberg", "q2@b.example"), true, ClueAlike},
		{"run together", alias(here, "BarnabyQuigley", "q1@a.example"), alias(here, "Barnaby Quigley", "q2@b.example"), true, ClueName},
		{"a handle on two hosts", alias(here, "maelstrom6", "q1@a.example"), alias(here, "Barnaby Quigley", "maelstrom6@b.example"), true, ClueHandle},
		{"a platform's address that carries a handle", alias(here, "xyz", "zarstensen77@a.example"), alias(here, "Barnaby Quigley", "61250140+zarstensen77@users.noreply.github.com"), true, ClueHandle},
		{"a handle made of the name", alias(here, "quigleybarnaby", "q1@a.example"), alias(here, "Barnaby Quigley", "q2@b.example"), true, ClueHandleName},
		{"a name with dots in an address", alias(here, "bq", "barnaby.quigley@a.example"), alias(here, "Barnaby Quigley", "q2@b.example"), true, ClueHandleName},

		{"a common name", alias(here, "Wei Zhang", "q1@a.example"), alias(here, "Wei Zhang", "q2@b.example"), false, ""},
		{"a common given name", alias(here, "Anna", "q1@a.example"), alias(here, "Anna Quigley", "q2@b.example"), false, ""},
		{"a rare name elsewhere, and nothing more", alias(here, "Barnaby Quigley", "q1@a.example"), alias("git/elsewhere", "Barnaby Quigley", "q2@b.example"), false, ""},
		{"a family", alias(here, "Barnaby Quigley", "q1@a.example"), alias(here, "Ottilie Quigley", "q2@b.example"), false, ""},
		{"a family on one address", alias(here, "Barnaby Quigley", "quigley@home.example"), alias(here, "Ottilie Quigley", "quigley@home.example"), false, ""},
		{"one handle and quite other names", alias(here, "Anna Fox", "annafox@a.example"), alias(here, "Bert Gray", "annafox@b.example"), false, ""},
		{"a task's address", alias(here, "Barnaby Quigley", "info@a.example"), alias(here, "Rosamund Peake", "info@b.example"), false, ""},
		{"a placeholder", alias(here, "unknown", "root@a.(none)"), alias(here, "unknown", "root@b.(none)"), false, ""},
		{"a bot and a person", alias(here, "quigley[bot]", "quigley7@a.example"), alias(here, "quigley7", "q2@b.example"), false, ""},
		{"two who share an initial", alias(here, "B. Q.", "q1@a.example"), alias(here, "Barnaby Quigley", "q2@b.example"), false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := NewGraph([16]byte{1}, Stored{})
			for _, a := range append(crowd(400), test.a, test.b) {
				resolve(t, g, a)
			}
			s, got := suggestionOf(t, g, test.a, test.b)
			if got != test.want {
				t.Fatalf("suggested: got %v, want %v; %+v", got, test.want, s)
			}
			if got && !slices.ContainsFunc(s.Clues, func(c Clue) bool { return c.Kind == test.clue }) {
				t.Errorf("no clue is %q: %+v", test.clue, s.Clues)
			}
		})
	}
}

func TestAnOrganizationCorroboratesANameElsewhere(t *testing.T) {
	t.Parallel()
	g := NewGraph([16]byte{1}, Stored{})
	a, b := alias("git/town", "Barnaby Quigley", "bq@quill.example"), alias("forum.example", "Barnaby Quigley", "barney@mail.quill.example")
	for _, actor := range append(crowd(400), a, b) {
		resolve(t, g, actor)
	}
	s, ok := suggestionOf(t, g, a, b)
	if !ok || !slices.ContainsFunc(s.Clues, func(c Clue) bool { return c.Kind == ClueDomain && c.A == "quill.example" }) {
		t.Errorf("got %+v", s)
	}
}

func TestTheSameTimeSpeaksForANameAndOtherTimesAgainst(t *testing.T) {
	t.Parallel()
	score := func(days ...orrery.Day) float64 {
		g := NewGraph([16]byte{1}, Stored{})
		spans := map[orrery.IdentityID]Span{}
		for i, a := range crowd(400) {
			spans[resolve(t, g, a)] = Span{orrery.Day(20 * i), orrery.Day(20*i + 30)}
		}
		for i, day := range days {
			spans[resolve(t, g, alias("git/town", "Barnaby Quigley", fmt.Sprintf("q%dx@a.example", i)))] = Span{day, day + 9}
		}
		list := suggestionsOf(t, g, func(id orrery.IdentityID) (Span, bool) { s, ok := spans[id]; return s, ok })
		if len(list) == 0 {
			return 0
		}
		return list[0].Score
	}
	if near, far := score(4000, 4100), score(500, 7000); near <= far || near < .9 {
		t.Errorf("near in time %.3f, far %.3f", near, far)
	}
}

// told orders nothing: whatever comes first, the same pairs are suggested with
// the same chances and clues.
func TestTheOrderOfArrivalDoesNotShowInSuggestions(t *testing.T) {
	t.Parallel()
	actors := crowd(150)
	for i := range 30 {
		actors = append(actors,
			alias("git/town", fmt.Sprintf("Barnaby%c Quig%cley", 'a'+i, 'a'+i%7), fmt.Sprintf("bq%d@a%d.example", i, i)),
			alias("git/town", fmt.Sprintf("barnaby%c quig%cley", 'a'+i, 'a'+i%7), fmt.Sprintf("other%d@a%d.example", i, i%5)),
			orrery.Actor{Namespace: "forum.example", Type: "login", Value: fmt.Sprintf("bq%d", i), Name: "x"})
	}
	tell := func(g *Graph) string {
		names := g.Smallest()
		var lines []string
		for _, s := range suggestionsOf(t, g, oneDay) {
			a, b := names[s.A], names[s.B]
			clues := []string{}
			for _, c := range s.Clues {
				x, y := c.A, c.B
				if b.Compare(a) < 0 {
					x, y = y, x
				}
				clues = append(clues, fmt.Sprintf("%s %s %s %.6f", c.Kind, x, y, c.Weight))
			}
			slices.Sort(clues)
			a, b = ordered(a, b)
			lines = append(lines, fmt.Sprintf("%.9f %v %v %v", s.Score, a, b, clues))
		}
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	want := ""
	for seed := range uint64(12) {
		chance := rand.New(rand.NewPCG(seed, 3))
		chance.Shuffle(len(actors), func(i, j int) { actors[i], actors[j] = actors[j], actors[i] })
		g := NewGraph([16]byte{1}, Stored{})
		for _, a := range actors {
			resolve(t, g, a)
			if chance.IntN(50) == 0 {
				g.Members()
			}
		}
		got := tell(g)
		if want == "" {
			want = got
		}
		if got != want || len(got) < 1000 {
			t.Fatalf("seed %d: got\n%s\nwant\n%s", seed, got, want)
		}
	}
}

func TestADecisionIsAskedForOnce(t *testing.T) {
	t.Parallel()
	a, b := alias("git/town", "Barnaby Quigley", "q1@a.example"), alias("git/town", "Barnaby Quigley", "q2@b.example")
	for _, test := range []struct {
		name    string
		decide  func(g *Graph, s *storage, x, y orrery.IdentityID) error
		isOne   bool
		suggest bool
	}{
		{"nothing is decided", func(*Graph, *storage, orrery.IdentityID, orrery.IdentityID) error { return nil }, false, true},
		{"accepted", func(g *Graph, s *storage, x, y orrery.IdentityID) error { return g.Merge(s, x, y, 1) }, true, false},
		{"rejected", func(g *Graph, s *storage, x, y orrery.IdentityID) error { return g.Unmerge(s, x, y, 1) }, false, false},
		{"accepted, then parted", func(g *Graph, s *storage, x, y orrery.IdentityID) error {
			if err := g.Merge(s, x, y, 1); err != nil {
				return err
			}
			return g.Unmerge(s, x, y, 2)
		}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g, kept := NewGraph([16]byte{1}, Stored{}), &storage{}
			for _, actor := range append(crowd(400), a, b) {
				resolve(t, g, actor)
			}
			before := suggestionsOf(t, g, oneDay)
			if err := test.decide(g, kept, resolve(t, g, a), resolve(t, g, b)); err != nil {
				t.Fatal(err)
			}
			undecided := g.Undecided()
			if got := slices.ContainsFunc(before, undecided); got != test.suggest {
				t.Errorf("of what was suggested before, something is left: got %v, want %v", got, test.suggest)
			}
			if err := g.Flush(kept); err != nil {
				t.Fatal(err)
			}
			for _, g := range []*Graph{g, NewGraph([16]byte{1}, kept.Stored)} {
				if got := memberOf(t, g, a) == memberOf(t, g, b); got != test.isOne {
					t.Errorf("one person: got %v, want %v", got, test.isOne)
				}
				if _, got := suggestionOf(t, g, a, b); got != test.suggest {
					t.Errorf("suggested: got %v, want %v", got, test.suggest)
				}
			}
		})
	}
}

func TestWhoIsLeftOfAnUndoneImportIsNotSuggested(t *testing.T) {
	t.Parallel()
	g := NewGraph([16]byte{1}, Stored{})
	a, b := alias("git/town", "Barnaby Quigley", "q1@a.example"), alias("git/town", "Barnaby Quigley", "q2@b.example")
	for _, actor := range append(crowd(400), a, b) {
		resolve(t, g, actor)
	}
	gone := memberOf(t, g, b)
	list := suggestionsOf(t, g, func(id orrery.IdentityID) (Span, bool) {
		m, _ := g.MemberOf(id)
		return Span{20_000, 20_000}, m != gone
	})
	if len(list) != 0 {
		t.Errorf("got %+v", list)
	}
}

func TestHowAlikeTwoWordsAre(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want float64 // as in Winkler 1990 and its usual examples
	}{
		{"martha", "marhta", .961},
		{"dixon", "dicksonx", .813},
		{"dwayne", "duane", .840},
		{"jones", "johnson", .832},
		{"same", "same", 1},
		{"abc", "xyz", 0},
		{"", "x", 0},
		{"", "", 0},
	} {
		got, back := JaroWinkler(test.a, test.b), JaroWinkler(test.b, test.a)
		if got < test.want-.0005 || got > test.want+.0005 || got != back {
			t.Errorf("%s and %s: got %.4f and %.4f, want %.3f", test.a, test.b, got, back, test.want)
		}
	}
}

func TestWordsOfNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Øyvind Ærø": "oyvind aero", "O’Brien, Pat": "pat obrien", "NikhilSDate": "nikhil s date", "luz.paz": "luz paz",
		"Akash Nagaraj (akasnaga)": "akash nagaraj", `LAPTOP-4V\han`: "han", "MATHLover": "math lover", "czgdp1807": "czgdp",
		"": "", "  ": "", "李 小龍": "李 小龍", "J.R.R. Tolkien": "j r r tolkien", "(": "", "a,b,c": "b c a",
	} {
		if got := strings.Join(namesIn(name), " "); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestDomainsOfOrganizations(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"ann@mail.acme.example": "acme.example", "ann@acme.co.uk": "acme.co.uk", "ann@a.b.acme.co.uk": "acme.co.uk",
		"ann@gmail.com": "", "ann@mail.gmail.com": "", "1+ann@users.noreply.github.com": "", "ann@localhost": "", "ann@192.168.1.2": "",
		"ann@laptop.home": "", "ann": "", "@": "", "ann@co.uk": "", "noreply@acme.example": "",
	} {
		if got := OrganizationDomain(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}
