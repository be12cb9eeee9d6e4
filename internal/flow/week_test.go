package flow_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
)

// board makes up what people say, each under an id of its own.
type board struct{ list []told }

func (f *board) who(name string) orrery.Actor {
	a := orrery.Actor{Namespace: "forum.example", Type: "login", Value: name, Name: name}
	if name == "team" {
		a.Email = "team@us.example"
	}
	return a
}

func (f *board) say(days int, kind, from, thread string, gist orrery.Gist, to ...string) {
	a := orrery.Activity{
		ExternalID: fmt.Sprint(len(f.list)), Namespace: "forum.example", Kind: kind, Actor: f.who(from), At: now.AddDate(0, 0, -days).Add(-1),
		Thread: thread, Planet: "origin", Gist: gist,
	}
	for _, name := range to {
		a.To = append(a.To, f.who(name))
	}
	f.list = append(f.list, told{activity: a})
}

func TestThanksAreDueToWhoGaveMuchAndHeardNoWord(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	if err := s.AddTeammates(t.Context(), "@us.example"); err != nil {
		t.Fatal(err)
	}
	f := &board{}
	for _, name := range []string{"ann", "bo", "cy", "di", "ed", "flo"} {
		for i := range 4 { // each answers four questions of four people
			asker, thread := fmt.Sprint("asker", i), fmt.Sprint(name, " ", i)
			f.say(50-i, "forum.topic.created", asker, thread, orrery.Asks)
			f.say(49-i, "forum.reply", name, thread, 0, asker)
		}
	}
	f.say(20, "forum.reply", "team", "bo 1", 0)               // one of us spoke after bo, lately
	f.say(12, "forum.reply", "asker2", "cy 2", orrery.Thanks) // cy was thanked where they answered
	f.say(41, "forum.reply", "team", "di 3", 0)               // a word, but long ago
	f.say(5, "forum.complaint", "ed", "", 0)                  // ed complains
	f.say(10, "forum.reply", "flo", "flo's own", 0)           // own threads are no gift
	f.say(3, "like", "team", "", 0, "flo")                    // a like of ours for flo
	for i := range 9 {
		f.say(30-i, "forum.topic.created", "gus", fmt.Sprint("gus ", i), orrery.Asks) // who only asks gave nobody anything
	}
	tell(t, s, "forum", f.list)
	week, err := s.LastWeek(t.Context(), s.Planets()[0], orrery.DayOf(now), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, one := range week.Thanks {
		for _, name := range []string{"ann", "bo", "cy", "di", "ed", "flo", "gus"} {
			id, err := s.FindIdentity(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			if orrery.MemberID(id) == one.Member {
				got[name] = one.Answered
			}
		}
	}
	if len(got) != 2 || got["ann"] != 4 || got["di"] != 4 || week.ThanksN != 2 {
		t.Errorf("thanks are due to %v of %d, want ann and di for four answers each", got, week.ThanksN)
	}
}

func TestAWeekThatMovesUnlikeOthersIsToldWithItsKinds(t *testing.T) {
	t.Parallel()
	for _, stirred := range []bool{false, true} {
		s := open(t, t.TempDir())
		r := rand.New(rand.NewPCG(5, 5))
		f := &board{}
		for p := range 60 {
			name := fmt.Sprint("person", p)
			for days := 260; days >= 0; days-- {
				if r.IntN(60) == 0 || days == 260-p%20 {
					f.say(days, "forum.reply", name, "", 0)
				}
			}
			if stirred && p%2 == 0 {
				for days := range 6 {
					f.say(days, "event.attended", name, "", 0)
				}
			}
		}
		tell(t, s, "forum", f.list)
		week, err := s.LastWeek(t.Context(), s.Planets()[0], orrery.DayOf(now), nil)
		if err != nil {
			t.Fatal(err)
		}
		if week.Weeks < 20 || stirred != (len(week.Stir) > 0) {
			t.Fatalf("stirred %t: over %d weeks it tells %+v", stirred, week.Weeks, week.Stir)
		}
		if stirred {
			first := week.Stir[0]
			if !first.Closer() || len(first.Kinds) == 0 || first.Kinds[0].Name != "event.attended" || first.Kinds[0].Usual != 0 || first.Moved <= first.Usual {
				t.Errorf("it tells %+v", first)
			}
		}
		leave(t, s)
	}
}
