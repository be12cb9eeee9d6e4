package flow_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
)

var site = orrery.IngestSource{Name: "segment/site", Kind: "segment", Planet: "origin"}

// push hands something in as it arrives on a running system.
func push(t testing.TB, s *flow.System, source orrery.IngestSource, told orrery.Told) orrery.Receipt {
	t.Helper()
	live := s.StartLive(flow.LiveLimits{})
	defer live.Stop()
	r, err := live.Ingest(t.Context(), source, told)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func addOrigin(t testing.TB, s *flow.System) orrery.Planet {
	t.Helper()
	p, err := s.AddPlanet(t.Context(), orrery.Planet{Slug: "origin", Title: "Origin"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func visitor(n int) orrery.Actor {
	return orrery.Actor{Namespace: "segment/site", Type: orrery.TypeAnonymous, Value: fmt.Sprintf("browser-%d", n)}
}

func viewed(id int, who orrery.Actor, daysAgo int) orrery.Activity {
	return orrery.Activity{
		ExternalID: fmt.Sprint("view", id), Planet: "origin", Kind: "page.viewed", Actor: who,
		At: now.AddDate(0, 0, -daysAgo).Add(time.Duration(id%3600) * time.Second), Object: orrery.Object{ID: "home", Type: "page"},
	}
}

// people and visitors around a planet.
func around(t testing.TB, s *flow.System, p orrery.Planet) (people, visitors int) {
	t.Helper()
	err := s.Read(t.Context(), func(st *flow.State) error {
		visitors = st.Visitors(p.ID)
		for o := range st.Engine.Orbits(p.ID) {
			if st.IsPerson(o.Member) {
				people++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return people, visitors
}

func TestVisitorsAreCountedAndTheirHistoryJoinsThemOnceTheySayWhoTheyAre(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	p := addOrigin(t, s)
	var views []orrery.Activity
	for i := range 40 {
		views = append(views, viewed(i, visitor(i%8), 30-i%9))
	}
	push(t, s, site, orrery.Told{Activities: views})
	if people, visitors := around(t, s, p); people != 0 || visitors != 8 {
		t.Errorf("got %d people and %d visitors, want 0 and 8", people, visitors)
	}
	ann := orrery.Actor{Namespace: "segment/site", Type: "user_id", Value: "ann", Name: "Ann Fox", Email: "ann@town.example"}
	push(t, s, site, orrery.Told{
		Activities: []orrery.Activity{viewed(100, ann, 2)},
		Links:      []orrery.Link{{A: visitor(3), B: ann, Kind: orrery.SamePlatform, At: now}},
	})
	if people, visitors := around(t, s, p); people != 1 || visitors != 7 {
		t.Errorf("one said who she is: got %d people and %d visitors, want 1 and 7", people, visitors)
	}
	m, err := s.FindIdentity(t.Context(), "ann@town.example")
	if err != nil {
		t.Fatal(err)
	}
	var ids []orrery.IdentityID
	if err := s.Graph(t.Context(), func(g *identity.Graph) error {
		of, _ := g.MemberOf(m)
		for _, i := range g.Of(of) {
			ids = append(ids, i.ID)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	done, err := s.Timeline(t.Context(), ids, p.ID, time.Time{}, 50)
	if err != nil || len(done) != 6 { // five views as a visitor, and one
		t.Errorf("her timeline has %d activities, %v; want 6", len(done), err)
	}
	healthy(t, s)
	leave(t, s)

	s = open(t, dir)
	defer leave(t, s)
	if people, visitors := around(t, s, p); people != 1 || visitors != 7 {
		t.Errorf("opened again: got %d people and %d visitors, want 1 and 7", people, visitors)
	}
	if members, _, err := s.Counts(t.Context()); err != nil || members != 1 {
		t.Errorf("counts say %d members, %v; want 1", members, err)
	}
}

// Visits, sign-ins and links in any order, live or at once, lead to the same
// field, the same people and as many visitors.
func TestWhenVisitorsSayWhoTheyAreDoesNotShow(t *testing.T) {
	t.Parallel()
	var list []told
	for i := range 120 {
		list = append(list, told{activity: viewed(i, visitor(i%15), i%40)})
	}
	for i := range 6 {
		account := orrery.Actor{Namespace: "segment/site", Type: "user_id", Value: fmt.Sprint("u", i)}
		list = append(list, told{activity: viewed(1000+i, account, i)})
		list = append(list, told{link: &orrery.Link{A: visitor(i), B: account, Kind: orrery.SamePlatform, At: now}})
		list = append(list, told{link: &orrery.Link{A: visitor(14), B: account, Kind: orrery.SamePlatform, At: now}}) // a library's computer
	}
	var want string
	for seed := range uint64(5) {
		chance := rand.New(rand.NewPCG(seed, 6))
		s := open(t, t.TempDir())
		p := addOrigin(t, s)
		for i, piece := range slicesOf(chance, shuffled(chance, list), 5) {
			if i%2 == 0 {
				var handed orrery.Told
				for _, x := range piece {
					if x.link != nil {
						handed.Links = append(handed.Links, *x.link)
					} else {
						handed.Activities = append(handed.Activities, x.activity)
					}
				}
				push(t, s, site, handed)
			} else {
				mustImport(t, s, &script{name: site.Name + fmt.Sprint(i), path: fmt.Sprint(i), tells: piece}, flow.ImportPlan{Planet: "origin", Source: fmt.Sprint("script", i)})
			}
		}
		hash := healthy(t, s)
		people, visitors := around(t, s, p)
		got := fmt.Sprintf("%x, %d people, %d visitors", hash, people, visitors)
		if want == "" {
			want = got
		}
		if got != want || people != 6 || visitors != 9 {
			t.Errorf("seed %d: got %s, want %s with 6 people and 9 visitors", seed, got, want)
		}
		leave(t, s)
	}
}

func TestASuggestionIsDecidedOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	addOrigin(t, s)
	var acts []orrery.Activity
	for i, who := range []orrery.Actor{
		{Namespace: "git/town", Type: "alias", Value: "Barnaby Quigley <bq@a.example>", Name: "Barnaby Quigley", Email: "bq@a.example"},
		{Namespace: "git/town", Type: "alias", Value: "Barnaby Quigley <other@b.example>", Name: "Barnaby Quigley", Email: "other@b.example"},
		{Namespace: "git/town", Type: "alias", Value: "maelstrom7 <x1@a.example>", Name: "maelstrom7", Email: "x1@a.example"},
		{Namespace: "git/town", Type: "alias", Value: "Rosamund Peake <maelstrom7@b.example>", Name: "Rosamund Peake", Email: "maelstrom7@b.example"},
	} {
		acts = append(acts, viewed(i, who, 3))
	}
	push(t, s, orrery.IngestSource{Name: "git/town", Kind: "git", Planet: "origin"}, orrery.Told{Activities: acts})
	pairs := func() []flow.Suggested {
		t.Helper()
		list, err := s.Suggestions(t.Context(), identity.LeastSuggested)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	list := pairs()
	if len(list) != 2 || list[0].NameA == "" || list[0].NameB == "" {
		t.Fatalf("got %+v, want two pairs with names", list)
	}
	a, b := orrery.IdentityID(list[0].A), orrery.IdentityID(list[0].B)
	if _, err := s.Accept(t.Context(), a, b); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept(t.Context(), a, b); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("accepted twice: got %v, want a Conflict", err)
	}
	if _, err := s.Reject(t.Context(), a, b); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("rejected after it was accepted: got %v, want a Conflict", err)
	}
	if left, err := s.Undecided(t.Context(), list); err != nil || len(left) != 1 {
		t.Errorf("of those suggested before %d are left, %v; want 1", len(left), err)
	}
	if _, err := s.Reject(t.Context(), orrery.IdentityID(list[1].A), orrery.IdentityID(list[1].B)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Unmerge(t.Context(), a, b); err != nil {
		t.Fatal(err)
	}
	if memberOf(t, s, a) == memberOf(t, s, b) {
		t.Error("accepted and then parted, they are still one")
	}
	healthy(t, s)
	leave(t, s)
	s = open(t, dir)
	defer leave(t, s)
	if list := pairs(); len(list) != 0 {
		t.Errorf("after all was decided, %+v is suggested", list)
	}
	if _, err := s.Accept(t.Context(), a, 999); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("somebody who is not there: got %v, want NotFound", err)
	}
}

func TestOrganizationsGoWithWhatStatedThem(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	p := addOrigin(t, s)
	ann := orrery.Actor{Namespace: "segment/site", Type: "user_id", Value: "ann", Name: "Ann Fox", Email: "ann@gmail.com"}
	bo := orrery.Actor{Namespace: "segment/site", Type: "user_id", Value: "bo", Name: "Bo Gray", Email: "bo@acme.example"}
	acme := orrery.Organization{ID: "7", Name: "Acme Works", Domain: "acme.example"}
	r := push(t, s, site, orrery.Told{
		Activities:   []orrery.Activity{viewed(1, ann, 3), viewed(2, bo, 2)},
		Affiliations: []orrery.Affiliation{{Actor: ann, Organization: acme, At: now.AddDate(0, -2, 0)}, {Actor: bo, Organization: acme, At: now.AddDate(0, -1, 0)}},
	})
	acmeWith := func(people int) {
		t.Helper()
		list, err := s.Organizations(t.Context(), p)
		switch {
		case err != nil:
			t.Fatal(err)
		case people == 0 && len(list) == 0:
		case len(list) != 1 || list[0].Name != "Acme Works" || list[0].Current != people || list[0].ID != "acme.example":
			t.Errorf("got %+v, want Acme Works with %d people", list, people)
		}
	}
	acmeWith(2)
	id, err := s.FindIdentity(t.Context(), "bo@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	own, err := s.OrganizationsOf(t.Context(), memberOf(t, s, id), glancesOf(t, s, memberOf(t, s, id)))
	if err != nil || len(own) != 1 || own[0].People[0].Since != orrery.DayOf(now.AddDate(0, -1, 0)) || !own[0].People[0].Stated {
		t.Errorf("of one person: got %+v, %v", own, err)
	}

	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	acmeWith(1)
	leave(t, s)
	for _, name := range []string{"orrery.db", "field.snapshot"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "bo@acme") || strings.Contains(string(raw), "Bo Gray") {
			t.Errorf("%s still holds who was erased", name)
		}
	}
	if _, err := flow.Restore(t.Context(), dir, backup, func() time.Time { return now }, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	defer leave(t, s)
	acmeWith(1) // who was erased since does not come back with the backup
	if _, err := s.Undo(t.Context(), r.Imports[0]); err != nil {
		t.Fatal(err)
	}
	acmeWith(0)
	healthy(t, s)
}

func TestWhoActsLikeAProgramIsAskedAboutAndNothingMore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	p := addOrigin(t, s)
	login := func(name string) orrery.Actor {
		return orrery.Actor{Namespace: "forum.example", Type: "login", Value: name}
	}
	chance := rand.New(rand.NewPCG(1, 1))
	start := now.AddDate(0, 0, -120)
	var acts []orrery.Activity
	act := func(who string, at time.Time) {
		acts = append(acts, orrery.Activity{ExternalID: fmt.Sprint("x", len(acts)), Kind: "forum.reply", Actor: login(who), At: at})
	}
	for day := range 120 {
		midnight := orrery.DayOf(start.AddDate(0, 0, day)).Time()
		for hour := range 24 { // at every hour of every day, at minute 7
			act("clockwork", midnight.Add(time.Duration(hour)*time.Hour+7*time.Minute))
		}
		if day%7 < 5 { // on working days, at working hours
			for range 3 {
				act("ann", midnight.Add(8*time.Hour+time.Duration(chance.IntN(9*3600))*time.Second))
			}
		}
	}
	act("data-sync", start) // little, but called so
	act("bo", start)
	push(t, s, orrery.IngestSource{Name: "forum", Kind: "forum", Planet: "origin"}, orrery.Told{Activities: acts})

	flags := func() string {
		t.Helper()
		list, err := s.BotFlags(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range list {
			names = append(names, fmt.Sprintf("%s for %d", f.Name, f.Signs))
			own, err := s.BotReasons(t.Context(), f.Member, glancesOf(t, s, f.Member))
			if err != nil || strings.Join(own, ";") != strings.Join(f.Reasons, ";") {
				t.Errorf("%s: alone %q, %v; among all %q", f.Name, own, err, f.Reasons)
			}
		}
		return strings.Join(names, ", ")
	}
	// Every day, every hour, one minute: three signs. A name: one.
	if got, want := flags(), "clockwork for 3, data-sync for 1"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	if people, _ := around(t, s, p); people != 4 {
		t.Errorf("got %d people before anybody decided, want 4", people)
	}
	for name, kind := range map[string]orrery.MemberKind{"clockwork": orrery.Bot, "data-sync": orrery.Person} {
		if err := s.Mark(t.Context(), find(t, s, orrery.Key{Namespace: "forum.example", Type: "login", Value: name}), kind); err != nil {
			t.Fatal(err)
		}
	}
	if got := flags(); got != "" {
		t.Errorf("after somebody decided, %s is asked about", got)
	}
	if people, _ := around(t, s, p); people != 3 {
		t.Errorf("got %d people after one was marked a program, want 3", people)
	}
	leave(t, s)
}

// glancesOf is all that a member did.
func glancesOf(t *testing.T, s *flow.System, m orrery.MemberID) []flow.Glance {
	t.Helper()
	var ids []orrery.IdentityID
	err := s.Graph(t.Context(), func(g *identity.Graph) error {
		for _, i := range g.Of(m) {
			ids = append(ids, i.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	seen, err := s.Glances(t.Context(), ids, 0, 0, s.Now()+2)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}
