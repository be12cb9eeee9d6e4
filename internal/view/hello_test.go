package view_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

// club is a connector over a few people whose days are known.
type club map[string][]int // name → how many days ago they wrote

func (club) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "club", Name: "club", Planet: "club", Origin: "made up"}, nil
}

func (c club) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	n := 0
	tell := func(who string, ago int, at ...orrery.Actor) error {
		n++
		return to.Activity(ctx, &orrery.Activity{
			ExternalID: fmt.Sprint(n), Namespace: "club", Kind: "forum.topic.created", At: now.AddDate(0, 0, -ago), To: at,
			Actor: orrery.Actor{Namespace: "club", Type: "login", Value: who, Name: who}, Object: orrery.Object{ID: fmt.Sprint(n), Type: "topic"},
		})
	}
	for who, ago := range c {
		for _, days := range ago {
			if err := tell(who, days); err != nil {
				return nil, err
			}
		}
	}
	us := orrery.Actor{Namespace: "club", Type: "login", Value: "greeted", Name: "greeted"}
	return nil, tell("host", 3, us)
}

func everyDay(from, until, step int) (list []int) {
	for d := from; d >= until; d -= step {
		list = append(list, d)
	}
	return list
}

func TestAHelloIsForWhomItMayChangeSomething(t *testing.T) {
	t.Parallel()
	s, err := flow.Open(t.Context(), flow.Config{Dir: t.TempDir(), Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	world := club{
		"steady":   everyDay(200, 0, 2),
		"drifting": append(everyDay(200, 32, 2), 20),
		"greeted":  append(everyDay(200, 32, 2), 20),
		"silent":   everyDay(200, 33, 3),
		"once":     {9},
		"today":    {0},
		"long ago": {700},
		"host":     everyDay(100, 4, 5),
	}
	if _, err := s.Import(t.Context(), world, flow.ImportPlan{}); err != nil {
		t.Fatal(err)
	}
	host, err := s.FindIdentity(t.Context(), "host")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Mark(t.Context(), host, orrery.Teammate); err != nil {
		t.Fatal(err)
	}
	d := view.NewDesk(s)
	t.Cleanup(d.Stop)
	out, err := d.Hellos(t.Context(), s.Planets()[0].ID, 0, 50)
	for err == view.ErrMaking {
		out, err = d.Hellos(t.Context(), s.Planets()[0].ID, 0, 50)
	}
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]view.Hello{}
	var names []string
	for _, h := range out.List {
		got[h.Name] = h
		names = append(names, h.Name)
		if h.Worth <= 0 || h.If <= h.Closeness || math.Abs(h.Worth-(h.If-h.Closeness)*(1-h.Closeness/100)) > 1e-9 {
			t.Errorf("%s stands at %v, would at %v: worth %v", h.Name, h.Closeness, h.If, h.Worth)
		}
		if h.Why == nil {
			t.Errorf("nothing is said of why %s", h.Name)
		}
	}
	for name, cause := range map[string]view.Cause{"drifting": view.CauseDrift, "silent": view.CauseQuiet, "once": view.CauseNewcomer} {
		if got[name].Cause != cause {
			t.Errorf("%s is %q, want %q", name, got[name].Cause, cause)
		}
	}
	for _, name := range []string{"steady", "today", "long ago", "host"} {
		if _, ok := got[name]; ok {
			t.Errorf("%s is on the list: %s", name, got[name].Why)
		}
	}
	if last := names[len(names)-1]; last != "greeted" || got["greeted"].Greeted != orrery.DayOf(now)-3 {
		t.Errorf("whom we spoke to stands elsewhere than last: %v", names)
	}
	if why := got["drifting"].Why.String(); !strings.Contains(why, "1 day of the last 30") || !strings.Contains(why, "15 of the 30 before") && !strings.Contains(why, "14 of the 30 before") {
		t.Errorf("of the drifting is said %q", why)
	}
	if why := got["once"].Why.String(); why != "new: came once, 9 days ago" {
		t.Errorf("of the newcomer is said %q", why)
	}
}

func TestWhatMovedAPersonSumsToTheMove(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 400)
	told := 0
	for _, row := range everyone(t, d, all(planet)).Rows[:100] {
		p, err := d.Person(t.Context(), planet, row.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Moved) == 0 {
			continue
		}
		told++
		sum := 0.0
		for _, r := range p.Moved {
			sum += r.Points
		}
		if want := p.Closeness - p.MonthAgo; math.Abs(sum-want) > .3 {
			t.Errorf("%s moved by %v, the reasons tell of %v", p.Name, want, sum)
		}
	}
	if told < 50 {
		t.Errorf("of %d people is said what moved them", told)
	}
}
