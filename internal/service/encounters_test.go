package service_test

import (
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// Whom the team met stands nearer at once, and where they stood once it is taken back.
func TestAnEncounterMovesThePersonAndIsTakenBack(t *testing.T) {
	t.Parallel()
	b, planet, _ := team(t)
	today := orrery.DayOf(benchNow)
	meet := func(e view.Encounter) string {
		t.Helper()
		id, err := b.Encounters.Met(t.Context(), view.Account{}, planet, e)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	person := func(who orrery.MemberID) view.Person {
		t.Helper()
		p, err := b.Reader.PersonAsOf(t.Context(), planet, who, 0, "")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	// Somebody who is not here yet becomes known by an address.
	meet(view.Encounter{Email: "Iris@Example.org ", Day: today - 20, Where: "The market", About: "beans", Once: "a"})
	found, err := b.Reader.People(t.Context(), view.PeopleQuery{Planet: planet, Preset: view.Everyone, Way: orrery.Strategies})
	if err != nil || len(found.Rows) != 1 {
		t.Fatalf("got %+v, %v", found.Rows, err)
	}
	iris := found.Rows[0].ID
	before := person(iris)
	if before.LastActive != today-20 || len(before.Timeline) != 1 || before.Timeline[0].Title != "Met in person: The market: beans" || before.Timeline[0].Source != "team/stadtgarten" {
		t.Fatalf("she stands at %s with %+v", before.LastActive, before.Timeline)
	}

	id := meet(view.Encounter{Who: iris, Origin: orrery.Unprompted, Once: "b"})
	if again := meet(view.Encounter{Who: iris, Origin: orrery.Unprompted, Once: "b"}); again != id {
		t.Errorf("the same form again has the name %q, want %q", again, id)
	}
	after := person(iris)
	if after.LastActive != today || after.Closeness <= before.Closeness || len(after.Timeline) != 2 {
		t.Errorf("after they met she stands at %s, closeness %.1f, before %.1f, with %d activities", after.LastActive, after.Closeness, before.Closeness, len(after.Timeline))
	}
	if err := b.Encounters.MetBack(t.Context(), view.Account{}, planet, id); err != nil {
		t.Fatal(err)
	}
	if back := person(iris); back.LastActive != today-20 || back.Closeness != before.Closeness || len(back.Timeline) != 1 {
		t.Errorf("taken back she stands at %s, closeness %.2f, want %s and %.2f", back.LastActive, back.Closeness, today-20, before.Closeness)
	}
	meet(view.Encounter{Who: iris, Once: "c"}) // and once more, the same day
	if back := person(iris); back.LastActive != today {
		t.Errorf("met again after it was taken back, she stands at %s", back.LastActive)
	}

	for _, wrong := range []view.Encounter{
		{Who: 4000, Once: "d"},
		{Once: "d"},
		{Email: "nobody", Once: "d"},
		{Who: iris, Day: orrery.DayOf(benchNow.Add(72 * time.Hour)), Once: "d"},
		{Who: iris, Where: string(make([]rune, 201)), Once: "d"},
	} {
		if _, err := b.Encounters.Met(t.Context(), view.Account{}, planet, wrong); orrery.CodeOf(err) != orrery.Invalid && orrery.CodeOf(err) != orrery.NotFound {
			t.Errorf("%+v gives %v, want it refused", wrong, err)
		}
	}
	for _, wrong := range []string{"", "met/x/y", "met/4000/y", "order/1/2"} {
		if err := b.Encounters.MetBack(t.Context(), view.Account{}, planet, wrong); orrery.CodeOf(err) != orrery.Invalid && orrery.CodeOf(err) != orrery.NotFound {
			t.Errorf("%q is taken back: %v", wrong, err)
		}
	}
}
