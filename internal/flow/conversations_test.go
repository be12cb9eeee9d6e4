package flow_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/flow"
)

// forum is a script of what people said.
type forum struct {
	n    int
	list []told
}

func (f *forum) say(before time.Duration, kind, from, thread string, gist orrery.Gist, to ...string) {
	f.n++
	who := func(name string) orrery.Actor {
		return orrery.Actor{Namespace: "forum.example", Type: "login", Value: name, Name: name}
	}
	a := orrery.Activity{
		ExternalID: fmt.Sprint(thread, "/", f.n), Namespace: "forum.example", Kind: kind, Actor: who(from), At: now.Add(-before), Thread: thread,
		Gist: gist, Planet: "origin", Object: orrery.Object{ID: thread, Type: "topic", Title: "About " + thread, URL: "https://forum.example/" + thread},
	}
	for _, name := range to {
		a.To = append(a.To, who(name))
	}
	f.list = append(f.list, told{activity: a})
}

const day = 24 * time.Hour

// talks imports a small forum: cora is of the team.
func talks(t testing.TB, s *flow.System) orrery.Planet {
	t.Helper()
	var f forum
	f.say(300*day, "forum.topic.created", "old", "greeting", 0)
	f.say(5*day, "forum.topic.created", "ann", "fresh", orrery.Asks)
	f.say(4*day, "forum.topic.created", "old", "known", orrery.Asks)
	f.say(6*day, "forum.topic.created", "bo", "helped", orrery.Asks)
	f.say(6*day-time.Hour, "forum.reply", "old", "helped", 0, "bo")
	f.say(7*day, "forum.topic.created", "cy", "thanked", orrery.Asks)
	f.say(7*day-2*time.Hour, "forum.reply", "cora", "thanked", 0, "cy")
	f.say(6*day, "forum.reply", "cy", "thanked", orrery.Thanks, "cora")
	f.say(200*day, "forum.topic.created", "di", "quiet", orrery.Asks)
	f.say(2*day, "forum.topic.created", "ed", "closed", orrery.Asks)
	f.say(day, "forum.topic.closed", "cora", "closed", 0)
	f.say(2*day, "forum.like", "ann", "", 0, "old")
	tell(t, s, "forum", f.list)
	cora, err := s.FindIdentity(t.Context(), "cora")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Mark(t.Context(), cora, orrery.Teammate); err != nil {
		t.Fatal(err)
	}
	return s.Planets()[0]
}

func titled(t testing.TB, s *flow.System, list []flow.Talk) map[string]*flow.Talk {
	t.Helper()
	rows := make([]flow.TalkRow, len(list))
	for i := range list {
		rows[i] = list[i].Rows[0]
	}
	cold, err := s.Openings(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*flow.Talk{}
	for i := range list {
		by[cold[i].Thread] = &list[i]
	}
	return by
}

func TestConversationsAreReadOutOfTheJournal(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	p := talks(t, s)
	got, err := s.Talks(t.Context(), p, orrery.DayOf(now))
	if err != nil {
		t.Fatal(err)
	}
	if got.Threads != 7 || got.States[conversation.Closed] != 1 || got.Peer != 1 || got.Team != 1 || got.Nobody != 5 {
		t.Errorf("got %+v", got)
	}
	by := titled(t, s, got.List)
	for thread, want := range map[string]conversation.State{
		"fresh": conversation.Open, "known": conversation.Open, "helped": conversation.WaitingOnThem, "thanked": conversation.Answered,
		"quiet": conversation.Resting, "greeting": conversation.Resting,
	} {
		if talk := by[thread]; talk == nil || talk.State != want {
			t.Errorf("%s: got %+v, want %s", thread, talk, want)
		}
	}
	if !by["fresh"].Newcomer || by["known"].Newcomer {
		t.Error("who came 300 days ago is no newcomer, who came with the question is")
	}
	if first := &got.List[0]; first.Thread != by["fresh"].Thread {
		t.Errorf("the unanswered newcomer stands first, got %+v", first)
	}
	if a := by["helped"].Answer; a.Team || a.After != time.Hour {
		t.Errorf("the first answer is a peer's, after an hour; got %+v", a)
	}
	done, err := s.TellRows(t.Context(), by["thanked"].Thread, by["thanked"].Rows)
	if err != nil {
		t.Fatal(err)
	}
	if len(done) != 3 || done[2].Actor.Value != "cy" || done[2].Gist != orrery.Thanks {
		t.Errorf("the activities behind it: got %+v", done)
	}
	alone, err := s.Talk(t.Context(), p, by["thanked"].Thread, orrery.DayOf(now), got.Rest)
	if err != nil || fmt.Sprint(alone.Reading) != fmt.Sprint(by["thanked"].Reading) {
		t.Errorf("read alone it is %+v (%v), among all %+v", alone, err, by["thanked"])
	}
	earlier, err := s.Talks(t.Context(), p, orrery.DayOf(now.Add(-7*day)))
	if err != nil {
		t.Fatal(err)
	}
	if talk := titled(t, s, earlier.List)["thanked"]; talk == nil || talk.State != conversation.WaitingOnThem {
		t.Errorf("before the thanks it waits for them, got %+v", talk)
	}
	if _, err := s.Talk(t.Context(), p, 12345, orrery.DayOf(now), got.Rest); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("a conversation that is not there: got %v", err)
	}
}

func TestADecisionHoldsUntilTheNextActAndOutlivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	p := talks(t, s)
	got, err := s.Talks(t.Context(), p, orrery.DayOf(now))
	if err != nil {
		t.Fatal(err)
	}
	fresh := *titled(t, s, got.List)["fresh"]
	cora, err := s.FindIdentity(t.Context(), "cora")
	if err != nil {
		t.Fatal(err)
	}
	err = s.DecideTalk(t.Context(), p.ID, fresh.Thread, 7, func(d *conversation.Decision) error {
		d.Say, d.Owner = conversation.Done, cora
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	healthy(t, s)
	leave(t, s)
	s = open(t, dir)
	defer leave(t, s)
	decided, err := s.TalkDecisions(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	d := decided[fresh.Thread]
	if d == nil || d.By != 7 || d.Owner != cora || d.Holds(fresh.Last, orrery.DayOf(now)) != conversation.Done {
		t.Fatalf("got %+v, want done, cora's", d)
	}
	if d.Holds(now.Add(time.Hour), orrery.DayOf(now)) != conversation.Unsaid {
		t.Error("a later act opens it again")
	}
	if _, err := s.Erase(t.Context(), cora); err != nil {
		t.Fatal(err)
	}
	if decided, err = s.TalkDecisions(t.Context(), p.ID); err != nil || len(decided) != 0 {
		t.Errorf("the owner was erased: got %v (%v)", decided, err)
	}
	refused := errors.New("no")
	if err := s.DecideTalk(t.Context(), p.ID, 1, 0, func(*conversation.Decision) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
}

func TestFirstAnswersOfNewcomersAreSetAgainstComingBack(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	var f forum
	for i := range 30 { // half are answered within the day by a peer, and come back three weeks later
		name, thread := "n"+strconv.Itoa(i), "t"+strconv.Itoa(i)
		f.say(200*day, "forum.topic.created", name, thread, orrery.Asks)
		if i%2 == 0 {
			f.say(200*day-5*time.Hour, "forum.reply", "peer", thread, 0, name)
			f.say(180*day, "forum.reply", name, "other", 0)
		} else {
			f.say(198*day, "forum.reply", name, thread, 0) // within the first week: that is no coming back
		}
	}
	tell(t, s, "forum", f.list)
	got, err := s.Talks(t.Context(), s.Planets()[0], orrery.DayOf(now))
	if err != nil {
		t.Fatal(err)
	}
	a := got.Answers
	if want := (conversation.Came{People: 15, Back: 15}); a.All[conversation.WithinDay] != want || a.Peer[conversation.WithinDay] != want || a.Team[conversation.WithinDay].People != 0 {
		t.Errorf("answered within a day: got %+v", a)
	}
	if never := a.All[conversation.Never]; never.People < 15 || never.Back > never.People-15 {
		t.Errorf("never answered: got %+v", never)
	}
}

// In any order of arrival, and in any parts, the conversations are the same.
func TestConversationsDoNotDependOnTheOrderOfArrival(t *testing.T) {
	t.Parallel()
	var f forum
	chance := rand.New(rand.NewPCG(3, 3))
	kinds := []string{"forum.topic.created", "forum.reply", "forum.reply", "forum.like", "forum.topic.closed"}
	for range 400 {
		f.say(time.Duration(chance.IntN(60*24))*time.Hour, kinds[chance.IntN(len(kinds))], "p"+strconv.Itoa(chance.IntN(20)), "t"+strconv.Itoa(chance.IntN(30)), orrery.Gist(chance.IntN(8)))
	}
	read := func(parts ...[]told) string {
		s := open(t, t.TempDir())
		defer leave(t, s)
		for i, part := range parts {
			tell(t, s, fmt.Sprint("part", i), part)
		}
		got, err := s.Talks(t.Context(), s.Planets()[0], orrery.DayOf(now))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(got.Threads, got.States, got.Newcomer, got.Peer, got.Nobody, got.Answers)
	}
	// Acts of the same second are told in the order of arrival: leave them out.
	seen := map[string]bool{}
	list := slices.DeleteFunc(f.list, func(one told) bool {
		key := one.activity.Thread + one.activity.At.String()
		known := seen[key]
		seen[key] = true
		return known
	})
	want := read(list)
	mixed := slices.Clone(list)
	chance.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	if got := read(mixed[:100], mixed[100:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A million activities in two hundred thousand threads; ORRERY_LARGE asks for it.
func TestAMillionActivitiesAreReadInSeconds(t *testing.T) {
	if os.Getenv("ORRERY_LARGE") == "" {
		t.Skip("ORRERY_LARGE is not set")
	}
	s := open(t, t.TempDir())
	defer leave(t, s)
	var f forum
	chance := rand.New(rand.NewPCG(1, 1))
	for i := range 1_000_000 {
		thread := i / 5
		kind := "forum.reply"
		if i%5 == 0 {
			kind = "forum.topic.created"
		}
		f.say(time.Duration(2_000_000-i)*time.Minute, kind, "p"+strconv.Itoa(chance.IntN(100_000)), "t"+strconv.Itoa(thread), orrery.Gist(chance.IntN(4)))
	}
	tell(t, s, "forum", f.list)
	f.list = nil
	start := time.Now()
	got, err := s.Talks(t.Context(), s.Planets()[0], orrery.DayOf(now))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d conversations of a million activities in %v", got.Threads, time.Since(start).Round(time.Millisecond))
}
