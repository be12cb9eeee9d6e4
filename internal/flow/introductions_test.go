package flow_test

import (
	"fmt"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

func TestIntroductionsFollowTheirPeople(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	who := func(name string) orrery.Actor {
		return orrery.Actor{Namespace: "forum.example", Type: "login", Value: name, Name: name}
	}
	n := 0
	say := func(days int, from, thread string, to ...string) told {
		n++
		a := orrery.Activity{
			ExternalID: fmt.Sprint(n), Namespace: "forum.example", Kind: "forum.reply", Actor: who(from), At: now.AddDate(0, 0, -days),
			Thread: thread, Planet: "origin", Object: orrery.Object{ID: thread, Type: "topic", Title: "On " + thread},
		}
		for _, name := range to {
			a.To = append(a.To, who(name))
		}
		return told{activity: a}
	}
	// Ann and Bo each know Cy and Di, and never had to do with each other.
	tell(t, s, "forum", []told{
		say(20, "ann", "mirrors", "cy"), say(19, "bo", "lenses", "cy"), say(18, "ann", "mirrors", "di"), say(17, "di", "lenses", "bo"), say(16, "cy", "tea", "di"),
	})
	planet := s.Planets()[0].ID
	past, err := s.Ties(t.Context(), planet, 0)
	if err != nil {
		t.Fatal(err)
	}
	id := func(name string) orrery.IdentityID {
		i, err := s.FindIdentity(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	member := func(name string) orrery.MemberID { return past.Members[id(name)] }
	everybody := func(orrery.MemberID) bool { return true }
	nobody := func(x, y orrery.MemberID) bool { return false }
	found, err := s.WhoShouldMeet(t.Context(), planet, &past, past.Book(orrery.DayOf(now)), nil, everybody, nobody)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].A != member("ann") || found[0].B != member("bo") || len(found[0].Common) != 2 {
		t.Fatalf("got %+v, want ann and bo, whom cy and di know", found)
	}

	number, err := s.Introduce(t.Context(), planet, id("ann"), id("bo"), 0, "both grind glass, ask Cy", flow.IntroductionMade)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DecideIntroduction(t.Context(), planet, number, flow.IntroductionAccepted); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []error{
		s.DecideIntroduction(t.Context(), planet, number, "married"), s.DecideIntroduction(t.Context(), planet, number+1, flow.IntroductionDeclined),
		failed(s.Introduce(t.Context(), planet, id("ann"), id("ann"), 0, "", flow.IntroductionMade)),
	} {
		if code := orrery.CodeOf(wrong); code != orrery.Invalid && code != orrery.NotFound {
			t.Errorf("got %v, want it refused", wrong)
		}
	}
	tell(t, s, "forum later", []told{say(0, "bo", "mirrors", "ann")})
	between, err := s.Between(t.Context(), planet, []orrery.IdentityID{id("ann")}, []orrery.IdentityID{id("bo")}, 0, orrery.DayOf(now))
	if err != nil {
		t.Fatal(err)
	}
	if len(between.Direct) != 1 || len(between.Met) != 1 {
		t.Errorf("between ann and bo are %d words and %d meetings, want one of each", len(between.Direct), len(between.Met))
	}
	made, err := s.Introductions(t.Context(), planet)
	if err != nil || len(made) != 1 || made[0].State != flow.IntroductionAccepted || made[0].Members != [2]orrery.MemberID{member("ann"), member("bo")} {
		t.Fatalf("got %+v, %v", made, err)
	}

	// Whom a note names is taken out of it; with one of the two the row goes.
	other, err := s.Introduce(t.Context(), planet, id("bo"), id("di"), 0, "ann@here asked for it: @ann", flow.IntroductionMade)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), id("ann")); err != nil {
		t.Fatal(err)
	}
	made, err = s.Introductions(t.Context(), planet)
	if err != nil || len(made) != 1 || made[0].Number != other {
		t.Fatalf("after ann is erased there are %+v, %v", made, err)
	}
	if note := made[0].Note; note != "[erased]@here asked for it: [erased]" && note != "ann@here asked for it: [erased]" {
		t.Errorf("the note on others reads %q", note)
	}
}

func failed[T any](_ T, err error) error { return err }
