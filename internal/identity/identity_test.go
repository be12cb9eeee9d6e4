package identity

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
)

func login(value string) orrery.Actor {
	return orrery.Actor{Namespace: "forum.example", Type: "login", Value: value}
}

func resolve(t testing.TB, g *Graph, a orrery.Actor) orrery.IdentityID {
	t.Helper()
	id, err := g.Resolve(a, "source", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func memberOf(t testing.TB, g *Graph, a orrery.Actor) orrery.MemberID {
	t.Helper()
	m, ok := g.MemberOf(resolve(t, g, a))
	if !ok {
		t.Fatalf("%v has no member", a)
	}
	return m
}

// partition names each member by the values of its identities.
func partition(g *Graph) string {
	of := map[orrery.MemberID][]string{}
	for id, m := range g.Members() {
		if id > 0 {
			of[m] = append(of[m], g.list[id-1].Key.Value)
		}
	}
	var parts []string
	for _, values := range of {
		slices.Sort(values)
		parts = append(parts, strings.Join(values, " "))
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

// saying is evidence or a decision about two of a few people.
type saying struct {
	a, b  string
	kind  orrery.EvidenceKind
	apart bool
	at    int64
}

// grown does by hand, and slowly, what Members promises: the strongest first,
// then by time, then by keys, passing over what would join two who must stay
// apart.
func grown(names []string, says []saying) string {
	part := map[string]int{}
	for i, n := range names {
		part[n] = i
	}
	sorted := slices.Clone(says)
	slices.SortFunc(sorted, func(x, y saying) int {
		key := func(s saying) string {
			at := s.at
			if s.kind != orrery.ManualMerge {
				at = 0
			}
			return fmt.Sprintf("%02d %03d %s %s", s.kind, at, min(s.a, s.b), max(s.a, s.b))
		}
		return strings.Compare(key(x), key(y))
	})
	for _, s := range sorted {
		if s.apart || part[s.a] == part[s.b] {
			continue
		}
		may := true
		for _, c := range says {
			if c.apart {
				x, y := part[c.a], part[c.b]
				may = may && (x != part[s.a] || y != part[s.b]) && (y != part[s.a] || x != part[s.b])
			}
		}
		if may {
			from, to := part[s.b], part[s.a]
			for n := range part {
				if part[n] == from {
					part[n] = to
				}
			}
		}
	}
	of := map[int][]string{}
	for n, p := range part {
		of[p] = append(of[p], n)
	}
	var parts []string
	for _, list := range of {
		slices.Sort(list)
		parts = append(parts, strings.Join(list, " "))
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

func TestMembersAreWhatIsSaidInWhateverOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		chance := rand.New(rand.NewPCG(seed, 8))
		names := make([]string, 4+chance.IntN(12))
		for i := range names {
			names[i] = fmt.Sprintf("u%02d", i)
		}
		// One thing is said of a pair: what is said last of it would hold else,
		// and the order plays a part by intent.
		var says []saying
		said := map[string]bool{}
		for n := range 2 * len(names) {
			a, b := names[chance.IntN(len(names))], names[chance.IntN(len(names))]
			if pair := min(a, b) + max(a, b); a == b || said[pair] {
				continue
			} else {
				said[pair] = true
			}
			s := saying{a: a, b: b, kind: []orrery.EvidenceKind{orrery.ManualMerge, orrery.SamePlatform, orrery.Mailmap}[chance.IntN(3)], at: int64(n % 4)}
			s.apart = chance.IntN(4) == 0
			says = append(says, s)
		}
		want := grown(names, says)
		for range 6 {
			chance.Shuffle(len(says), func(i, j int) { says[i], says[j] = says[j], says[i] })
			g, kept := NewGraph([16]byte{1}, Stored{}), &storage{}
			for _, i := range chance.Perm(len(names)) {
				resolve(t, g, login(names[i]))
			}
			for _, s := range says {
				a, b := resolve(t, g, login(s.a)), resolve(t, g, login(s.b))
				var err error
				switch {
				case s.apart:
					err = g.Unmerge(kept, a, b, s.at)
				case s.kind == orrery.ManualMerge:
					err = g.Merge(kept, a, b, s.at)
				default:
					g.Join(a, b, s.kind, 1, s.at)
				}
				if err != nil {
					t.Fatal(err)
				}
				if chance.IntN(3) == 0 {
					g.Members() // asking in between changes nothing
				}
			}
			if got := partition(g); got != want {
				t.Fatalf("seed %d: got\n%s\nwant\n%s", seed, got, want)
			}
			if err := g.Flush(kept); err != nil {
				t.Fatal(err)
			}
			if got := partition(NewGraph([16]byte{1}, kept.Stored)); got != want {
				t.Fatalf("seed %d, read again: got\n%s\nwant\n%s", seed, got, want)
			}
		}
	}
}

func TestTheLatestDecisionOfAPairHolds(t *testing.T) {
	t.Parallel()
	g, kept := NewGraph([16]byte{1}, Stored{}), &storage{}
	a, b := resolve(t, g, login("a")), resolve(t, g, login("b"))
	g.Join(a, b, orrery.SamePlatform, 1, 0)
	for i, same := range []bool{true, false, true, false, false, true} {
		decide := g.Unmerge
		if same {
			decide = g.Merge
		}
		if err := decide(kept, b, a, int64(i)); err != nil {
			t.Fatal(err)
		}
		if got := memberOf(t, g, login("a")) == memberOf(t, g, login("b")); got != same {
			t.Errorf("decision %d: one person is %v, want %v", i, got, same)
		}
	}
}

func TestWhoStatesAnAddress(t *testing.T) {
	t.Parallel()
	unrelated := strings.Fields("Anna Bert Carl Dora Egon Fred Gerd Hans Ines Jens Kurt Lena Maja")
	tests := []struct {
		name    string
		address string
		names   []string
		people  int // that the accounts are
	}{
		{"three ways of writing one name are one person", "jd@town.example", []string{"John Doe", "jdoe", "J. Doe"}, 1},
		{"an account without a name belongs to it", "jd@town.example", []string{"John Doe", "", ""}, 1},
		{"a new name after a wedding is one person", "jd@town.example", []string{"Jane Doe", "Jane Roe"}, 1},
		{"four that have nothing in common still are one", "jd@town.example", unrelated[:4], 1},
		{"five that have nothing in common are five", "office@town.example", unrelated[:5], 5},
		{"thirteen that have nothing in common are thirteen", "office@town.example", unrelated, 13},
		{"a family on one address is kept apart", "fox@town.example", []string{"Ann Fox", "Bo Fox", "Cy Fox", "Di Fox", "Ed Fox", "Flo Fox"}, 6},
		{"who writes one full name at a family's address is one of the family", "fox@town.example", []string{"Ann Fox", "Bo Fox", "FOX, Ann", "Bo Fox", "Ann Fox", "ann"}, 3},
		{"a full name at an address of many", "office@town.example", append([]string{"Ann Fox", "Ann Fox"}, unrelated[:5]...), 6},
		{"one word at an address of many is no full name", "office@town.example", append([]string{"Anna"}, unrelated[:5]...), 6},
		{"a full name at an address that nobody has", "noreply@town.example", []string{"Ann Fox", "Ann Fox"}, 2},
		{"an address in other letters is the same", "JD@Town.Example ", []string{"John Doe", "jdoe"}, 1},
		{"nobody answers", "noreply@town.example", []string{"John Doe", "jdoe"}, 2},
		{"no answer with a dash", "no-reply@town.example", []string{"John Doe", "jdoe"}, 2},
		{"a laptop", "john@localhost", []string{"John Doe", "jdoe"}, 2},
		{"a laptop on a network", "john@laptop.local", []string{"John Doe", "jdoe"}, 2},
		{"git knows no host", "john@laptop.(none)", []string{"John Doe", "jdoe"}, 2},
		{"no host", "john@", []string{"John Doe", "jdoe"}, 2},
		{"no address", "john", []string{"John Doe", "jdoe"}, 2},
		{"what a manual says", "you@example.com", []string{"John Doe", "jdoe"}, 2},
		{"somebody at example.com", "john@example.com", []string{"John Doe", "jdoe"}, 1},
		{"the platform's", "noreply@github.com", []string{"John Doe", "jdoe"}, 2},
		{"somebody's own no-reply address", "123+jdoe@users.noreply.github.com", []string{"John Doe", "jdoe"}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(5) { // in whatever order
				g := NewGraph([16]byte{1}, Stored{})
				people := map[orrery.MemberID]bool{}
				order := rand.New(rand.NewPCG(seed, 1)).Perm(len(test.names))
				for _, i := range order {
					a := login(fmt.Sprint("account", i))
					a.Name, a.Email = test.names[i], test.address
					resolve(t, g, a)
					if seed%2 == 1 {
						g.Members()
					}
				}
				for i := range test.names {
					people[memberOf(t, g, login(fmt.Sprint("account", i)))] = true
				}
				if len(people) != test.people {
					t.Errorf("got %d people, want %d", len(people), test.people)
				}
			}
		})
	}
}

func TestAnAddressIsSharedOnceItsUsersHaveNames(t *testing.T) {
	t.Parallel()
	g := NewGraph([16]byte{1}, Stored{})
	for i := range 6 {
		a := login(fmt.Sprint("u", i))
		a.Email = "office@town.example"
		resolve(t, g, a)
	}
	if memberOf(t, g, login("u0")) != memberOf(t, g, login("u5")) {
		t.Error("without names, one address is one person")
	}
	for i, name := range strings.Fields("Anna Bert Carl Dora Egon Fred") {
		a := login(fmt.Sprint("u", i))
		a.Name = name
		resolve(t, g, a)
	}
	if memberOf(t, g, login("u0")) == memberOf(t, g, login("u5")) {
		t.Error("six names that have nothing in common are one person")
	}
}

func TestWhoIsNoPerson(t *testing.T) {
	t.Parallel()
	tests := []struct {
		actor orrery.Actor
		kind  orrery.MemberKind
	}{
		{login("dependabot[bot]"), orrery.Bot},
		{login("renovate"), orrery.Bot},
		{login("my-bot"), orrery.Bot},
		{login("bot-of-ann"), orrery.Bot},
		{login("abbot"), orrery.Person},
		{login("bottger"), orrery.Person},
		{login("talbot"), orrery.Person},
		{login("stalebread"), orrery.Person},
		{orrery.Actor{Namespace: "g", Type: "alias", Value: "x <x@y.example>", Name: "GitHub Actions"}, orrery.Bot},
		{orrery.Actor{Namespace: "g", Type: "alias", Value: "y <x@z.example>", Name: "Roboto Bottom"}, orrery.Person},
		{orrery.Actor{Type: "email", Value: "49699333+dependabot[bot]@users.noreply.github.com"}, orrery.Bot},
		{orrery.Actor{Type: "email", Value: "ann@team.example"}, orrery.Teammate},
		{orrery.Actor{Type: "email", Value: "ann@mail.team.example"}, orrery.Teammate},
		{orrery.Actor{Type: "email", Value: "ann@notteam.example"}, orrery.Person},
		{orrery.Actor{Type: "email", Value: "Jane@Other.Example"}, orrery.Teammate},
		{orrery.Actor{Type: "email", Value: "jim@other.example"}, orrery.Person},
		{orrery.Actor{Type: "email", Value: "deploy-bot@team.example"}, orrery.Teammate}, // ours counts more
	}
	g := NewGraph([16]byte{1}, Stored{Teammates: []string{"@team.example", "jane@other.example"}})
	for _, test := range tests {
		resolve(t, g, test.actor)
	}
	others := g.Others()
	for _, test := range tests {
		if got := others[memberOf(t, g, test.actor)]; got != test.kind {
			t.Errorf("%s %q: got %s, want %s", test.actor.Value, test.actor.Name, got, test.kind)
		}
	}
}

func TestAMarkCountsMost(t *testing.T) {
	t.Parallel()
	stored := Stored{
		LastID: 3, Teammates: []string{"@team.example"},
		Identities: []Identity{
			{ID: 1, Key: orrery.Key{Namespace: "f", Type: "login", Value: "robot-bot"}},
			{ID: 2, Key: EmailKey("ann@team.example")},
			{ID: 3, Key: orrery.Key{Namespace: "f", Type: "login", Value: "ann"}},
		},
		Marks: []Mark{{1, orrery.Person}, {2, orrery.Bot}, {3, orrery.Teammate}},
	}
	want := map[orrery.MemberID]orrery.MemberKind{2: orrery.Bot, 3: orrery.Teammate}
	if got := NewGraph([16]byte{}, stored).Others(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}

	// Of one person two things were said: it is the same one each time.
	stored.Evidence = []Evidence{{A: 1, B: 2, Kind: orrery.SamePlatform}, {A: 2, B: 3, Kind: orrery.SamePlatform}}
	first := fmt.Sprint(NewGraph([16]byte{}, stored).Others())
	for range 30 {
		if got := fmt.Sprint(NewGraph([16]byte{}, stored).Others()); got != first {
			t.Fatalf("got %s, and before %s", got, first)
		}
	}
}

func TestWordsThatSpeakOfAProgram(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a    orrery.Actor
		want string
	}{
		{login("data-sync"), "sync"},
		{login("DataSync"), ""}, // logins are kept in small letters
		{orrery.Actor{Type: "alias", Value: "x", Name: "DataSync"}, "sync"},
		{orrery.Actor{Type: "alias", Value: "x", Name: "k8s CI Robot"}, "ci"},
		{login("releasebot"), "releasebot"},
		{login("talbot"), ""},
		{login("abbot"), ""},
		{orrery.Actor{Type: "alias", Value: "x", Name: "Jane Talbot"}, ""},
		{orrery.Actor{Type: "alias", Value: "Helper <noreply@maker.example>", Name: "Helper"}, "noreply"},
		{orrery.Actor{Type: "alias", Value: "Ann <1+ann@users.noreply.github.com>", Name: "Ann"}, ""},
		{orrery.Actor{Type: "email", Value: "deploy@town.example"}, "deploy"},
		{login("ann"), ""},
	} {
		got, found := ProgramWord(Identity{ID: 1, Key: KeyOf(test.a, "s"), Name: test.a.Name})
		if got != test.want || found != (test.want != "") {
			t.Errorf("%s %s: got %q, want %q", test.a.Value, test.a.Name, got, test.want)
		}
	}
}

// What isBotName passes over must not be a bot by the expression.
func TestTheQuickLookForBotsMissesNone(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(2, 2))
	parts := []string{
		"bot", "Bot", "[bot]", "-bot", "bot-", "dependabot", "renovate", "Renovate Bot", "greenkeeper", "github-actions", "GitHub Action", "travis ci",
		"Travis-CI", "ansibot", "codecov", "weblate", "transifex", "pre-commit-ci", "imgbot", "allcontributors", "semantic-release-bot", "mergify",
		"snyk", "deepsource-autofix", "stale", "copybara", "jenkins", "buildbot", "lgtm-com", "codeclimate", "pyup", "scala-steward", "Scala Steward",
		"ann", " ", "-", "x", "Σ", "s", ".",
	}
	for range 20_000 {
		name := ""
		for range 1 + chance.IntN(3) {
			name += parts[chance.IntN(len(parts))]
		}
		if got, want := isBotName(name), botName.MatchString(name); got != want {
			t.Fatalf("%q: got %v, want %v", name, got, want)
		}
	}
}

func TestKeysOfActors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		a    orrery.Actor
		want orrery.Key
	}{
		{"an address means the same everywhere", orrery.Actor{Namespace: "shop", Type: "email", Value: " Ann@Town.Example"}, orrery.Key{Namespace: "global", Type: "email", Value: "ann@town.example"}},
		{"a login is written in any case", orrery.Actor{Namespace: "forum.example", Type: "login", Value: "Ann"}, orrery.Key{Namespace: "forum.example", Type: "login", Value: "ann"}},
		{"an id is taken as it is", orrery.Actor{Namespace: "forum.example", Type: "user_id", Value: "aB"}, orrery.Key{Namespace: "forum.example", Type: "user_id", Value: "aB"}},
		{"without a namespace it is the source's", orrery.Actor{Type: "who", Value: "7"}, orrery.Key{Namespace: "csv/shop", Type: "who", Value: "7"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := KeyOf(test.a, "csv/shop"); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	g := NewGraph([16]byte{}, Stored{})
	for _, a := range []orrery.Actor{{}, {Type: "login"}, {Value: "ann"}, {Type: "login", Value: "  "}, {Type: "email", Value: " "}} {
		if _, err := g.Resolve(a, "s", 1, 0); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%+v: got %v, want it Invalid", a, err)
		}
	}
	if g.Len() != 0 {
		t.Errorf("nobody made %d identities", g.Len())
	}
}

func TestWhoWasErasedStaysAway(t *testing.T) {
	t.Parallel()
	secret := [16]byte{7}
	hash := NewGraph(secret, Stored{})
	stored := Stored{LastID: 4}
	for _, a := range []orrery.Actor{login("ann"), {Type: "email", Value: "ann@town.example"}} {
		stored.Erased = append(stored.Erased, hash.Hash(KeyOf(a, "")))
	}
	g := NewGraph(secret, stored)
	back := login("other")
	back.Email = "Ann@Town.example"
	for _, a := range []orrery.Actor{login("Ann"), {Type: "email", Value: "ANN@town.example"}, back} {
		if _, err := g.Resolve(a, "s", 1, 0); !errors.Is(err, ErrErased) {
			t.Errorf("%+v: got %v, want ErrErased", a, err)
		}
		if err := g.Link(orrery.Link{A: login("bo"), B: a}, "s", 1); !errors.Is(err, ErrErased) {
			t.Errorf("a link to %+v: got %v, want ErrErased", a, err)
		}
	}
	if id := resolve(t, g, login("bo")); id != 5 {
		t.Errorf("a new identity has the number %d, want 5: numbers are not used again", id)
	}
	for text, want := range map[string]bool{
		"3;ann@town.example;soon": true, `{"value":"Ann"}`: true, "Ann Other": true, "": false, "ANN@TOWN.EXAMPLE": true, "joann@town.example": false,
	} {
		if got := g.TellsOfErased(text, "csv/shop"); got != want {
			t.Errorf("%q tells of somebody erased: got %v, want %v", text, got, want)
		}
	}
}

func TestNamesAreFoundInWhateverOrderTheyCome(t *testing.T) {
	t.Parallel()
	names := []string{"Ann", "ann", "Ann Fox", "A. Fox", "Ann Fax", ""}
	chance := rand.New(rand.NewPCG(3, 3))
	for range 30 {
		chance.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		g := NewGraph([16]byte{}, Stored{})
		for _, n := range names {
			a := login("ann")
			a.Name = n
			resolve(t, g, a)
		}
		if got := g.list[0].Name; got != "Ann Fax" {
			t.Fatalf("in the order %q the name is %q", names, got)
		}
	}
	identities := []Identity{{Name: "annfox"}, {Name: "Ann Fox"}, {Name: "Ann Fox"}, {Name: "A. F. Fox the Longest"}}
	if got := Name(identities); got != "Ann Fox" {
		t.Errorf("got %q, want the name that most carry", got)
	}
	if got := Name([]Identity{{Key: orrery.Key{Value: "longer"}}, {Key: orrery.Key{Value: "short"}}}); got != "short" {
		t.Errorf("without names got %q, want the shortest value", got)
	}
}

func TestByName(t *testing.T) {
	t.Parallel()
	g := NewGraph([16]byte{}, Stored{})
	for i, name := range []string{"Ann Fox", "Bo Gray", "Bo Gray"} {
		a := login(fmt.Sprint("u", i))
		a.Name = name
		resolve(t, g, a)
	}
	if id, err := g.ByName("ann fox"); err != nil || id != 1 {
		t.Errorf("got %d, %v", id, err)
	}
	if _, err := g.ByName("Bo Gray"); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("two of a name: got %v, want a Conflict", err)
	}
	if _, err := g.ByName("Cy"); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("nobody of a name: got %v, want NotFound", err)
	}
}

func TestRulesForTeammates(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		"@Team.Example": "@team.example", " jane@team.example ": "jane@team.example",
		"team.example": "", "@": "", "@team": "", "jane": "", "a b@team.example": "", "a@b@c.example": "", "a@c.example,b@c.example": "",
	} {
		got, err := ParseTeammates(rule)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: got %q, %v; want %q", rule, got, err, want)
		}
	}
}
