package flow_test

import (
	"fmt"
	"testing"

	"orrery.dev/orrery"
)

func TestTiesAreOfPeopleWhoAddressedEachOtherOrMet(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	who := func(name string) orrery.Actor {
		return orrery.Actor{Namespace: "forum.example", Type: "login", Value: name, Name: name}
	}
	n := 0
	say := func(kind, from, thread string, to ...string) told {
		n++
		a := orrery.Activity{ExternalID: fmt.Sprint(n), Namespace: "forum.example", Kind: kind, Actor: who(from), At: now, Thread: thread, Planet: "origin"}
		for _, name := range to {
			a.To = append(a.To, who(name))
		}
		return told{activity: a}
	}
	tell(t, s, "forum", []told{
		say("forum.topic.created", "ann", "t1"),
		say("forum.reply", "bo", "t1", "ann"),
		say("forum.like", "cy", "t1", "ann"), // a tie, and no meeting
		say("complaint", "cy", "t2", "bo"),
		say("forum.reply", "robot[bot]", "t1", "ann"),
	})
	robot, err := s.FindIdentity(t.Context(), "robot[bot]")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Mark(t.Context(), robot, orrery.Bot); err != nil {
		t.Fatal(err)
	}
	past, err := s.Ties(t.Context(), s.Planets()[0].ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	book := past.Book(orrery.DayOf(now))
	id := func(name string) orrery.MemberID {
		i, err := s.FindIdentity(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return past.Members[i]
	}
	if len(book.Ties) != 3 {
		t.Errorf("got %d ties, want 3: %+v", len(book.Ties), book.Ties)
	}
	if tie := book.Between(id("ann"), id("bo")); tie == nil || tie.Met != 1 || tie.Over != 1 {
		t.Errorf("ann and bo have %+v", tie)
	} else if gave, got := tie.Given(id("bo")); gave <= 0 || got != 0 {
		t.Errorf("bo gave ann %v and got %v", gave, got)
	}
	if tie := book.Between(id("cy"), id("bo")); tie == nil || tie.Strength() != 0 {
		t.Errorf("cy and bo have %+v", tie)
	} else if did, _ := tie.Pushed(id("cy")); did <= 0 {
		t.Error("cy’s complaint repels nobody")
	}
	if tie := book.Between(id("cy"), id("ann")); tie == nil || tie.Met != 0 {
		t.Errorf("cy and ann have %+v", tie)
	}
}

func BenchmarkTies(b *testing.B) {
	s := benchWorld(b, b.TempDir(), 1_000_000)
	defer endBench(b, s)
	b.ResetTimer()
	for b.Loop() {
		past, err := s.Ties(b.Context(), s.Planets()[0].ID, 0)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(past.Book(orrery.DayOf(now)).Ties)), "ties")
	}
}
