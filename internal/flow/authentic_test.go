package flow_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/simulate"
)

// doubtful imports a world of honest people and others, and says who is who.
func doubtful(t testing.TB, s *flow.System, w *simulate.Doubtful) (orrery.Planet, map[orrery.MemberID]string) {
	t.Helper()
	list := make([]told, len(w.Activities))
	for i := range w.Activities {
		list[i] = told{activity: w.Activities[i]}
	}
	tell(t, s, fmt.Sprint("forum", list[0].activity.ExternalID), list)
	p, err := s.Planet(w.Planet)
	if err != nil {
		t.Fatal(err)
	}
	who := map[orrery.MemberID]string{}
	err = s.Graph(t.Context(), func(g *identity.Graph) error {
		for login := range w.Parts {
			if id, ok := g.Find(orrery.Key{Namespace: "forum.example", Type: "login", Value: login}); ok {
				m, _ := g.MemberOf(id)
				who[m] = login
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, who
}

func asked(t testing.TB, s *flow.System, p orrery.Planet) flow.Authenticity {
	t.Helper()
	a, err := s.Authenticity(t.Context(), p, orrery.DayOf(now))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestHonestPeopleAreNotAskedAboutAndOthersAre counts over many worlds who is
// flagged, as what, and who is not.
func TestHonestPeopleAreNotAskedAboutAndOthersAre(t *testing.T) {
	t.Parallel()
	seeds := uint64(20)
	if testing.Short() {
		seeds = 2
	}
	var people, right [simulate.Parts]int
	wrong := 0
	rings, ringsFound, crowds, crowdsFound := 0, 0, 0, 0
	for seed := range seeds {
		s := open(t, t.TempDir())
		w := simulate.HonestAndOthers(seed, orrery.DayOf(now)-1)
		p, who := doubtful(t, s, w)
		as := map[string]authentic.Kind{}
		flagged := map[string]bool{}
		sizes, found := map[int]int{}, map[int]int{}
		for _, group := range w.Together {
			sizes[group]++
		}
		for _, f := range asked(t, s, p).Open {
			together := map[int]int{}
			for _, m := range f.Members {
				login := who[m]
				as[login], flagged[login] = f.Kind, true
				together[w.Together[login]]++
				if w.Parts[login].Honest() {
					t.Logf("seed %d: %s, %s, is asked about: %s %v %q", seed, login, w.Parts[login], f.Kind, f.Members, f.Reasons)
				}
			}
			if f.Praise() {
				for group, n := range together {
					found[group] = max(found[group], n)
				}
			}
		}
		for group, size := range sizes {
			hit := 0
			if 5*found[group] >= 4*size { // four in five of its members, in one flag
				hit = 1
			}
			if group < 9 {
				rings, ringsFound = rings+1, ringsFound+hit
			} else {
				crowds, crowdsFound = crowds+1, crowdsFound+hit
			}
		}
		for login, part := range w.Parts {
			people[part]++
			switch {
			case part.Honest() && flagged[login]:
				wrong++
			case part == simulate.Program && flagged[login] && as[login] == authentic.Program,
				part == simulate.Ringed && flagged[login] && as[login] == authentic.Ring,
				part > simulate.Ringed && flagged[login] && as[login] == authentic.Gaming:
				right[part]++
			}
		}
		leave(t, s)
	}
	honest, others, found := 0, 0, 0
	for part := range simulate.Parts {
		if part.Honest() {
			honest += people[part]
			continue
		}
		others, found = others+people[part], found+right[part]
		t.Logf("%-10s %d of %d found", part, right[part], people[part])
	}
	t.Logf("honest people asked about: %d of %d; precision %.3f, recall %.3f; rings %d of %d, crowds %d of %d",
		wrong, honest, float64(found)/float64(found+wrong), float64(found)/float64(others), ringsFound, rings, crowdsFound, crowds)
	if wrong*100 > honest {
		t.Errorf("%d of %d honest people are asked about, want 1 %% at most", wrong, honest)
	}
	for part, least := range map[simulate.Part]int{
		simulate.Program: 90, simulate.Ringed: 80, simulate.Counting: 80, simulate.Regretting: 80, simulate.Toggling: 80, simulate.Crowd: 80,
	} {
		if 100*right[part] < least*people[part] {
			t.Errorf("%s: %d of %d found, want %d %% at least", part, right[part], people[part], least)
		}
	}
	if 5*ringsFound < 4*rings {
		t.Errorf("%d of %d rings are found whole, want 80 %% at least", ringsFound, rings)
	}
}

// TestADecisionChangesWhatItSaidItWould decides about every flag, and compares
// what the field says with what was foretold; then takes all back.
func TestADecisionChangesWhatItSaidItWould(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a world of thousands, one after the other: without -short")
	}
	dir := t.TempDir()
	s := open(t, dir)
	w := simulate.HonestAndOthers(3, orrery.DayOf(now)-1)
	p, _ := doubtful(t, s, w)
	before := healthy(t, s)
	first := asked(t, s, p)
	stands := func(m orrery.MemberID) (st flow.Stands) {
		t.Helper()
		err := s.Read(t.Context(), func(state *flow.State) error {
			r, _ := state.Engine.Read(field.Orbit{Member: m, Planet: p.ID}, state.Forecast(p), orrery.DayOf(now))
			st = flow.Stands{Closeness: r.Closeness, Given: field.Sum(r.Given), Received: field.Sum(r.Received)}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	near := func(a, b flow.Stands) bool {
		return math.Abs(a.Closeness-b.Closeness) < 1e-9 && math.Abs(a.Given-b.Given) < 1e-3*(1+a.Given) && math.Abs(a.Received-b.Received) < 1e-3*(1+a.Received)
	}
	tried, decided, moved := 0, 0, 0
	for _, f := range first.Open {
		for _, worth := range f.Worth {
			if got := stands(worth.Member); !near(got, worth.With) {
				t.Errorf("%s of %d: stands at %+v, told %+v", f.Kind, worth.Member, got, worth.With)
			}
		}
		if f.Kind == authentic.Program {
			if _, err := s.Rule(t.Context(), p.ID, f.Flag, false); orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("a program that does not count: got %v, want Invalid", err)
			}
			continue
		}
		if tried++; tried > 8 {
			continue
		}
		number, err := s.Rule(t.Context(), p.ID, f.Flag, false)
		if err != nil {
			t.Fatal(err)
		}
		if healthy(t, s) == before {
			t.Errorf("%s %v: nothing moved", f.Kind, f.Reasons)
		}
		for _, worth := range f.Worth {
			got := stands(worth.Member)
			if !near(got, worth.Without) {
				t.Errorf("%s of %d: stands at %+v, foretold %+v", f.Kind, worth.Member, got, worth.Without)
			}
			if !near(got, worth.With) {
				moved++
			}
		}
		if err := s.Overrule(t.Context(), number); err != nil {
			t.Fatal(err)
		}
		if healthy(t, s) != before {
			t.Fatalf("%s %v: taken back, it is not as it was", f.Kind, f.Reasons)
		}
	}
	for _, f := range first.Open {
		if f.Kind == authentic.Program {
			continue
		}
		if _, err := s.Rule(t.Context(), p.ID, f.Flag, false); err != nil {
			t.Fatal(err)
		}
		decided++
	}
	if decided < 5 || moved < 10 {
		t.Fatalf("%d decisions moved %d people: too few to tell anything", decided, moved)
	}
	after := healthy(t, s)
	then := asked(t, s, p)
	for _, f := range then.Open {
		if f.Kind != authentic.Program {
			t.Errorf("%s %v was decided and is asked again", f.Kind, f.Reasons)
		}
	}
	if len(then.Decided) != decided {
		t.Errorf("%d decisions are told, want %d", len(then.Decided), decided)
	}
	leave(t, s)
	s = open(t, dir)
	if healthy(t, s) != after {
		t.Error("opened again it is another state")
	}
	verdicts, err := s.Verdicts(t.Context())
	if err != nil || len(verdicts) != decided {
		t.Fatalf("%d decisions are kept (%v), want %d", len(verdicts), err, decided)
	}
	for _, v := range verdicts {
		if err := s.Overrule(t.Context(), v.Number); err != nil {
			t.Fatal(err)
		}
	}
	if healthy(t, s) != before {
		t.Error("all taken back, it is not as it was")
	}
	if err := s.Overrule(t.Context(), verdicts[0].Number); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("taken back twice: got %v, want NotFound", err)
	}
	leave(t, s)
}

// TestWhatIsDecidedHoldsForWhatComesLive tells half of a world, decides about its
// rings, tells the rest, and compares with telling all and deciding then.
func TestWhatIsDecidedHoldsForWhatComesLive(t *testing.T) {
	t.Parallel()
	w := simulate.HonestAndOthers(4, orrery.DayOf(now)-1)
	rule := func(s *flow.System, p orrery.Planet, who map[orrery.MemberID]string) {
		var ring authentic.Flag
		for m, login := range who {
			if w.Together[login] == 2 {
				ring.Members = append(ring.Members, m)
			}
		}
		slices.Sort(ring.Members)
		ring.Kind = authentic.Ring
		if _, err := s.Rule(t.Context(), p.ID, ring, false); err != nil {
			t.Fatal(err)
		}
	}
	whole := open(t, t.TempDir())
	p, who := doubtful(t, whole, w)
	rule(whole, p, who)
	want := healthy(t, whole)
	leave(t, whole)

	s := open(t, t.TempDir())
	early, late := *w, *w
	early.Activities, late.Activities = w.Activities[:len(w.Activities)/2], w.Activities[len(w.Activities)/2:]
	p, who = doubtful(t, s, &early)
	rule(s, p, who)
	doubtful(t, s, &late)
	if healthy(t, s) != want {
		t.Error("decided before the rest came, it is not as decided after")
	}
	leave(t, s)
}

// TestRaisingAWeightAcrossTheThresholdMovesOrbits: whoever only likes is far away
// while a like asks nothing of anybody, comes near once it is held to be
// meaningful, and is far away again when that is taken back.
func TestRaisingAWeightAcrossTheThresholdMovesOrbits(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	w := simulate.HonestAndOthers(5, orrery.DayOf(now)-1)
	p, who := doubtful(t, s, w)
	before := healthy(t, s)
	levels := func() (near, core int) {
		t.Helper()
		err := s.Read(t.Context(), func(st *flow.State) error {
			for m, login := range who {
				if w.Parts[login] != simulate.Liker {
					continue
				}
				if r, ok := st.Engine.Read(field.Orbit{Member: m, Planet: p.ID}, field.ColdForecast(30), orrery.DayOf(now)); ok && r.Level >= orrery.Inner {
					near++
					if r.Level == orrery.Core {
						core++
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return near, core
	}
	set := func(weight float64) {
		t.Helper()
		if err := s.SetCatalogue(t.Context(), catalogue.Override{Kind: "like", Weight: &weight}); err != nil {
			t.Fatal(err)
		}
	}
	if near, _ := levels(); near != 0 {
		t.Errorf("%d who only like are near while a like is worth 1", near)
	}
	set(catalogue.MeaningfulFrom/1000 - .001)
	if near, _ := levels(); near != 0 {
		t.Errorf("%d who only like are near just below the threshold", near)
	}
	set(catalogue.MeaningfulFrom / 1000)
	if near, core := levels(); near != 6 || core == 0 {
		t.Errorf("of 6 who like every day %d are near, %d in the core, once a like is meaningful", near, core)
	}
	if healthy(t, s) == before {
		t.Error("the field did not move")
	}
	set(1)
	if near, _ := levels(); near != 0 {
		t.Errorf("%d who only like are near after it was taken back", near)
	}
	if healthy(t, s) != before {
		t.Error("taken back, the field is not as it was")
	}
	leave(t, s)
}

// TestWhoIsErasedLeavesNoDecision erases a member of a ring that does not count.
func TestWhoIsErasedLeavesNoDecision(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	var list []told
	for i := range 60 {
		for _, pair := range [][2]string{{"una", "vic"}, {"vic", "una"}, {"una", "wes"}, {"wes", "una"}} {
			a := orrery.Activity{
				ExternalID: fmt.Sprint(pair, i), Namespace: "forum.example", Planet: "zine", Kind: "answer.accepted",
				Actor: orrery.Actor{Namespace: "forum.example", Type: "login", Value: pair[0]},
				To:    []orrery.Actor{{Namespace: "forum.example", Type: "login", Value: pair[1]}},
				At:    now.AddDate(0, 0, -i),
			}
			list = append(list, told{activity: a})
		}
	}
	tell(t, s, "forum", list)
	p, err := s.Planet("zine")
	if err != nil {
		t.Fatal(err)
	}
	id := func(who string) orrery.IdentityID {
		return find(t, s, orrery.Key{Namespace: "forum.example", Type: "login", Value: who})
	}
	una, vic, wes := id("una"), id("vic"), id("wes")
	ring := authentic.Flag{Kind: authentic.Ring, Members: []orrery.MemberID{memberOf(t, s, una), memberOf(t, s, vic), memberOf(t, s, wes)}}
	if _, err := s.Rule(t.Context(), p.ID, ring, false); err != nil {
		t.Fatal(err)
	}
	orbits := func() (n int) {
		t.Helper()
		if err := s.Read(t.Context(), func(st *flow.State) error {
			for range st.Engine.Orbits(p.ID) {
				n++
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := orbits(); n != 0 {
		t.Errorf("%d orbits stand on praise that does not count", n)
	}
	if _, err := s.Erase(t.Context(), vic); err != nil {
		t.Fatal(err)
	}
	verdicts, err := s.Verdicts(t.Context())
	if err != nil || len(verdicts) != 1 || !slices.Equal(verdicts[0].Identities, []orrery.IdentityID{una, wes}) {
		t.Errorf("after erasing one of three the decision is %+v (%v)", verdicts, err)
	}
	healthy(t, s)
	if n := orbits(); n != 1 { // una accepted answers of somebody who is gone: that names nobody any more
		t.Errorf("%d orbits, want una's", n)
	}
	leave(t, s)
}
