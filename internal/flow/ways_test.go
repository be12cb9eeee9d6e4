package flow_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/ways"
)

// waysKinds are a kind of each way that is meaningful, and one that is not.
var waysKinds = [orrery.Strategies][2]string{
	orrery.Content:       {"page.viewed", "download"},
	orrery.Conversation:  {"comment", "comment"},
	orrery.Collaboration: {"labeled", "commit"},
	orrery.Contribution:  {"answer", "answer"},
	orrery.Commerce:      {"cart", "order"},
	orrery.Curation:      {"like", "pin"},
}

// What is told of a journal is what is told of the deeds that went into it.
// Deeds that repel, that are a program's or say nothing of anybody change nothing.
func TestWaysOfAJournal(t *testing.T) {
	t.Parallel()
	today := orrery.DayOf(now)
	w := simulate.WaysApart(5, 60, today)
	s := open(t, t.TempDir())
	t.Cleanup(func() { _ = s.Close(t.Context()) })
	connector := &script{name: "ways"}
	tell := func(who int, day orrery.Day, kind string, origin orrery.Origin) {
		connector.tells = append(connector.tells, told{activity: orrery.Activity{
			ExternalID: fmt.Sprint(len(connector.tells)), Kind: kind, At: day.Time().Add(9 * time.Hour), Origin: origin,
			Actor: orrery.Actor{Type: "login", Value: fmt.Sprint("u", who)},
		}})
	}
	none := func(orrery.MemberID) []int { return nil }
	early := today - 200
	want, wantEarly := ways.NewPast(30, today, 0, none), ways.NewPast(30, early, 0, none)
	for i, p := range w.People {
		for _, d := range p.Deeds {
			kind := waysKinds[d.Way][0]
			meaningful := kind == waysKinds[d.Way][1]
			if d.Meaningful {
				kind, meaningful = waysKinds[d.Way][1], true
			}
			tell(i, d.Day, kind, d.Origin)
			deed := ways.Deed{Member: orrery.MemberID(i + 1), Day: d.Day, Way: d.Way, Origin: d.Origin, Qualifies: meaningful && d.Origin != orrery.Prompted}
			want.Add(deed)
			wantEarly.Add(deed)
		}
		tell(i, p.Deeds[0].Day-40, "complaint", orrery.Unprompted)
		tell(i, p.Deeds[0].Day-30, "email.sent", orrery.OriginUnknown)
	}
	if _, err := s.Import(t.Context(), connector, flow.ImportPlan{Planet: "origin"}); err != nil {
		t.Fatal(err)
	}
	p, err := s.Planet("")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		day  orrery.Day
		past *ways.Past
	}{{today, want}, {early, wantEarly}} {
		got, err := s.Ways(t.Context(), p, one.day, 0, none)
		if err != nil {
			t.Fatal(err)
		}
		if want := one.past.Report(); !reflect.DeepEqual(got, want) {
			t.Errorf("as of %v: got %+v, want %+v", one.day, got, want)
		}
	}
}
