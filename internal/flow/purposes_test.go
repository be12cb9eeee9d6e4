package flow_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/purpose"
)

// purposeful is a world in which activities have marks, tags, spaces and quantities.
func purposeful(seed uint64, people, activities int) []told {
	list := world(seed, people, activities)
	for i := range list {
		a := &list[i].activity
		if list[i].link != nil {
			continue
		}
		switch i % 4 {
		case 0:
			a.Purposes = []string{"dawn", "else"}
		case 1:
			a.Tags = []string{"field day"}
		case 2:
			a.Quantity, a.Unit = float64(i%7)/2, "hours"
		}
	}
	return list
}

var purposeMeasures = []string{
	"count over marked target 100 from 2020-01-01 by 2030-01-01",
	"sum hours over planet=night-radio,zine target 100 from 2026-05-01 by 2030-01-01",
	`people over tag="field day" or space=topic/t1 and way=conversation target 100 from 2020-01-01 by 2030-01-01`,
	"count over kind=reply target 100 from 2026-06-01 by 2030-01-01",
}

// dawn names a purpose around all planets of a world.
func dawn(t testing.TB, s *flow.System) purpose.Purpose {
	t.Helper()
	p := purpose.Purpose{Slug: "dawn", Statement: "So that somebody listens"}
	for _, slug := range planets {
		planet, err := s.Planet(slug)
		if err != nil {
			t.Fatal(err)
		}
		p.Planets = append(p.Planets, planet.ID)
	}
	for _, text := range purposeMeasures {
		m, err := purpose.ParseMeasure(text, 0)
		if err != nil {
			t.Fatal(err)
		}
		p.Measures = append(p.Measures, m)
	}
	p, err := s.SavePurpose(t.Context(), 7, p)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// tallied joins what a purpose counts around all its planets.
func tallied(t testing.TB, s *flow.System, p purpose.Purpose) []purpose.Tally {
	t.Helper()
	parts := make([][]purpose.Tally, len(p.Measures))
	for _, planet := range s.Planets() {
		tallies, err := s.TallyPurposes(t.Context(), planet, []purpose.Purpose{p}, orrery.DayOf(now))
		if err != nil {
			t.Fatal(err)
		}
		for m, tally := range tallies[p.Number] {
			parts[m] = append(parts[m], tally)
		}
	}
	var out []purpose.Tally
	for _, part := range parts {
		out = append(out, purpose.Join(part...))
	}
	return out
}

// nameless leaves out who gave, for numbers depend on the order of arrival.
func nameless(list []purpose.Tally) []purpose.Tally {
	for _, t := range list {
		for i := range t.Givers {
			t.Givers[i].Member = 0
		}
		slices.SortFunc(t.Givers, func(a, b purpose.Giver) int {
			return cmp.Or(cmp.Compare(a.Amount, b.Amount), cmp.Compare(a.Activities, b.Activities), cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last), cmp.Compare(a.Lately, b.Lately))
		})
	}
	return list
}

func TestFiguresOfPurposesFollowFromWhatIsToldInAnyOrderTwiceAndUndone(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 1))
			list := purposeful(seed, 30, 400)
			plain := open(t, t.TempDir())
			defer leave(t, plain)
			tell(t, plain, "all", list)
			want := nameless(tallied(t, plain, dawn(t, plain)))
			for m, tally := range want {
				if len(tally.Days) == 0 {
					t.Fatalf("%s counts nothing of this world", purposeMeasures[m])
				}
			}

			s := open(t, t.TempDir())
			defer leave(t, s)
			first := tell(t, s, "other", apart(purposeful(seed+100, 20, 200)))
			parts := slicesOf(chance, shuffled(chance, list), 4)
			parts = append(parts, shuffled(chance, list))
			for i, part := range parts {
				tell(t, s, fmt.Sprint("feed", i), part)
			}
			undo(t, s, first.ID)
			p := dawn(t, s)
			if got := nameless(tallied(t, s, p)); !reflect.DeepEqual(got, want) {
				t.Error("told in slices, in another order and twice, the figures differ")
			}

			// What one import held and is undone is as if it was never told.
			held := tell(t, s, "late", apart(purposeful(seed+200, 20, 200)))
			undo(t, s, held.ID)
			if got := nameless(tallied(t, s, p)); !reflect.DeepEqual(got, want) {
				t.Error("an import that was undone left its part")
			}
		})
	}
}

// apart gives what is told ids of its own.
func apart(list []told) []told {
	for i := range list {
		a := &list[i].activity
		a.ExternalID = "apart-" + a.ExternalID
		if a.Retracts != "" {
			a.Retracts = "apart-" + a.Retracts
		}
	}
	return list
}

func undo(t testing.TB, s *flow.System, id orrery.ImportID) {
	t.Helper()
	if _, err := s.Undo(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

func TestTheActivitiesBehindAFigureAddUpToIt(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	tell(t, s, "all", purposeful(3, 25, 500))
	p := dawn(t, s)
	for m, tally := range tallied(t, s, p) {
		byMember := map[orrery.MemberID]purpose.Amount{}
		q := flow.AlignedQuery{Purpose: p, Measure: m, Until: orrery.DayOf(now), Limit: 7}
		seen := map[string]bool{}
		for last := int64(1 << 62); ; {
			list, next, err := s.Aligned(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range list {
				if at := a.At.UnixMicro(); at > last {
					t.Fatalf("%s comes after one that is older", a.ExternalID)
				} else {
					last = at
				}
				if seen[a.ExternalID+a.Activity.Planet] || a.Why == "" {
					t.Fatalf("%s is told twice, or without a why: %q", a.ExternalID, a.Why)
				}
				seen[a.ExternalID+a.Activity.Planet] = true
				byMember[a.Member] += a.Amount
			}
			if q.Before = next; next == "" {
				break
			}
		}
		for _, g := range tally.Givers {
			if byMember[g.Member] != g.Amount {
				t.Errorf("%s: %d of member %d in the list, %d in the figure", purposeMeasures[m], byMember[g.Member], g.Member, g.Amount)
			}
			one := q
			one.Member, one.Limit = g.Member, 1000
			list, _, err := s.Aligned(t.Context(), one)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) != g.Activities {
				t.Errorf("%s: %d activities of member %d are listed, %d are counted", purposeMeasures[m], len(list), g.Member, g.Activities)
			}
		}
		if len(byMember) != len(tally.Givers) {
			t.Errorf("%s: %d people in the list, %d in the figure", purposeMeasures[m], len(byMember), len(tally.Givers))
		}
	}
	if _, _, err := s.Aligned(t.Context(), flow.AlignedQuery{Purpose: p, Before: "1.2", Limit: 1}); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("a cursor that is none: %v", err)
	}
}

func TestPurposesAreKeptInVersionsAndNobodyOverwritesAnother(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	tell(t, s, "all", purposeful(4, 10, 60))
	p := dawn(t, s)
	if p.Number != 1 || p.Version != 1 {
		t.Errorf("the first purpose is %d, version %d", p.Number, p.Version)
	}
	old := p
	p.Ask, p.Public = "Two hours", true
	p, err := s.SavePurpose(t.Context(), 7, p)
	if err != nil || p.Version != 2 {
		t.Fatalf("version %d: %v", p.Version, err)
	}
	if _, err := s.SavePurpose(t.Context(), 8, old); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("who read version 1 changed version 2: %v", err)
	}
	other := p
	other.Number, other.Version = 0, 0
	if _, err := s.SavePurpose(t.Context(), 8, other); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("two purposes have one name: %v", err)
	}
	other.Slug = "dusk"
	other.Measures = slices.Clone(p.Measures)
	other.Measures[1].Over[0].Planets = []string{"nowhere"}
	if _, err := s.SavePurpose(t.Context(), 8, other); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("a measure counts a planet that does not serve: %v", err)
	}
	if err := s.UpdatePurpose(t.Context(), p.Number, "wren", "It goes well"); err != nil {
		t.Fatal(err)
	}
	leave(t, s)
	s = open(t, dir)
	defer leave(t, s)
	again, err := s.Purpose(t.Context(), "dawn")
	if err != nil || !reflect.DeepEqual(again.Measures, dawnMeasures(t)) || again.Ask != "Two hours" || !again.Public || len(again.Planets) != 3 {
		t.Errorf("it is read as %+v: %v", again, err)
	}
	updates, err := s.PurposeUpdates(t.Context(), p.Number)
	if err != nil || len(updates) != 1 || updates[0].Text != "It goes well" || updates[0].By != "wren" {
		t.Errorf("its updates are %+v: %v", updates, err)
	}
}

func dawnMeasures(t testing.TB) (list []purpose.Measure) {
	t.Helper()
	for _, text := range purposeMeasures {
		m, err := purpose.ParseMeasure(text, 0)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
	return list
}

func TestErasingSomebodyTakesThemOutOfPurposes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	a := orrery.Activity{
		ExternalID: "x1", Namespace: "forum.example", Planet: "night-radio", Kind: "forum.reply", At: now.AddDate(0, 0, -3), Purposes: []string{"dawn"},
		Actor: orrery.Actor{Namespace: "forum.example", Type: "login", Value: "zinnwaldite", Name: "Zinnia Quartzfield"},
	}
	tell(t, s, "all", append([]told{{activity: a}}, purposeful(5, 10, 80)...))
	p := dawn(t, s)
	p.Ask, p.Owner, p.Statement = "Ask Zinnia Quartzfield", "zinnwaldite", "For Zinnia Quartzfield and all"
	p, err := s.SavePurpose(t.Context(), 0, p)
	if err != nil {
		t.Fatal(err)
	}
	p.Ask = "Nothing"
	if p, err = s.SavePurpose(t.Context(), 0, p); err != nil {
		t.Fatal(err)
	}
	if err := s.UpdatePurpose(t.Context(), p.Number, "", "Zinnia Quartzfield came first"); err != nil {
		t.Fatal(err)
	}
	list, _, err := s.Aligned(t.Context(), flow.AlignedQuery{Purpose: p, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(a flow.Aligned) bool { return a.ExternalID == "x1" })
	if i < 0 {
		t.Fatal("the marked activity does not count")
	}
	before := tallied(t, s, p)[0].Activities()
	if _, err := s.Erase(context.WithoutCancel(t.Context()), list[i].Identity); err != nil {
		t.Fatal(err)
	}
	if after := tallied(t, s, p)[0].Activities(); after != before-1 {
		t.Errorf("%d activities count after the erasure, %d before", after, before)
	}
	leave(t, s)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue // a folder
		}
		for _, trace := range []string{"Zinnia", "zinnwaldite", "Quartzfield"} {
			if strings.Contains(string(raw), trace) {
				t.Errorf("%s still holds %s", filepath.Base(file), trace)
			}
		}
	}
}

func BenchmarkTallyPurposes(b *testing.B) {
	for name, text := range map[string]string{
		"marked": "count over marked target 100 from 2020-01-01 by 2030-01-01", // opens all texts
		"kind":   "sum hours over kind=reply target 100 from 2020-01-01 by 2030-01-01",
		"sure":   "count over way=contribution target 100 from 2020-01-01 by 2030-01-01", // opens none
	} {
		b.Run(name, func(b *testing.B) {
			s := benchWorld(b, b.TempDir(), 1_000_000)
			m, err := purpose.ParseMeasure(text, 0)
			if err != nil {
				b.Fatal(err)
			}
			planet := s.Planets()[0]
			p := purpose.Purpose{Number: 1, Slug: "dawn", Planets: []orrery.PlanetID{planet.ID}, Measures: []purpose.Measure{m}}
			for b.Loop() {
				if _, err := s.TallyPurposes(b.Context(), planet, []purpose.Purpose{p}, orrery.DayOf(now)); err != nil {
					b.Fatal(err)
				}
			}
			endBench(b, s)
		})
	}
}
