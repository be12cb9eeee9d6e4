package flow_test

import (
	"context"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

// inWords writes planets as name·constellation, archived ones in brackets.
func inWords(planets []orrery.Planet) string {
	var words []string
	for _, p := range planets {
		word := p.Slug + "·" + p.Constellation
		if p.Archived {
			word = "(" + word + ")"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestPlanetsStandInTheOrderThatPeopleGaveThem(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	ids := map[string]orrery.PlanetID{}
	for _, p := range []orrery.Planet{{Slug: "a"}, {Slug: "b", Constellation: "x"}, {Slug: "c"}, {Slug: "d", Constellation: "x"}, {Slug: "e", Constellation: "y"}} {
		made, err := s.AddPlanet(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		ids[p.Slug] = made.ID
	}
	move := func(slug string, up, whole bool) func() error {
		return func() error { return s.MovePlanet(t.Context(), ids[slug], up, whole) }
	}
	archive := func(slug string, archived bool) func() error {
		return func() error { return s.ArchivePlanet(t.Context(), ids[slug], archived) }
	}
	for _, step := range []struct {
		name string
		do   func() error
		want string
	}{
		{"constellations stand together where their first planet is", func() error { return nil }, "a· c· b·x d·x e·y"},
		{"a planet moves up within its constellation", move("d", true, false), "a· c· d·x b·x e·y"},
		{"one that is first stays", move("d", true, false), "a· c· d·x b·x e·y"},
		{"a constellation moves as a whole", move("b", true, true), "d·x b·x a· c· e·y"},
		{"the last one stays", move("e", false, true), "d·x b·x a· c· e·y"},
		{"a new planet comes last", func() error { _, err := s.AddPlanet(t.Context(), orrery.Planet{Slug: "f"}); return err }, "d·x b·x a· c· f· e·y"},
		{"an archived one is not shown", archive("a", true), "d·x b·x c· f· e·y"},
		{"moving passes over what is not shown", move("c", false, false), "d·x b·x f· c· e·y"},
		{"a constellation of archived planets alone is passed over", archive("e", true), "d·x b·x f· c·"},
		{"so nothing is below", move("c", false, true), "d·x b·x f· c·"},
		{"it comes back where it was", archive("e", false), "d·x b·x f· c· e·y"},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := inWords(s.Shown()); got != step.want {
			t.Fatalf("%s: got %q, want %q", step.name, got, step.want)
		}
	}
	before := inWords(s.Shown())
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	defer func() { _ = s.Close(context.Background()) }()
	if got := inWords(s.Shown()); got != before {
		t.Errorf("after a restart the order is %q, want %q", got, before)
	}
	if got, want := inWords(flow.InOrder(s.Planets())), "(a·)"; !strings.Contains(got, want) {
		t.Errorf("all planets are %q, want %q among them", got, want)
	}
}

func TestTheLastPlanetThatIsShownStays(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer func() { _ = s.Close(context.Background()) }()
	one, err := s.AddPlanet(t.Context(), orrery.Planet{Slug: "one"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ArchivePlanet(t.Context(), one.ID, true); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("archiving the only planet: got %v, want a conflict", err)
	}
	two, err := s.AddPlanet(t.Context(), orrery.Planet{Slug: "two"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ArchivePlanet(t.Context(), one.ID, true); err != nil {
		t.Fatal(err)
	}
	if p, err := s.Planet(""); err != nil || p.ID != two.ID {
		t.Errorf("the only planet that is shown is %q (%v), want two", p.Slug, err)
	}
	if p, err := s.Planet("one"); err != nil || !p.Archived {
		t.Errorf("by name the archived one is %+v (%v), want it there", p, err)
	}
	if err := s.ArchivePlanet(t.Context(), 99, true); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("archiving what is not there: got %v, want not found", err)
	}
}
