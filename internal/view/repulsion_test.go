package view_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// complaining is a made-up world of repulsion as a source.
type complaining struct{ *simulate.RepulsionWorld }

func (complaining) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "bulk", Name: "complaints", Planet: "lamps", Origin: "made up"}, nil
}

func (w complaining) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	first := orrery.DayOf(now) - orrery.Day(w.Days) + 1
	for i, d := range w.Deeds {
		a := orrery.Activity{
			ExternalID: fmt.Sprint(i), Namespace: "shop", Kind: "shop.reply", At: (first + orrery.Day(d.Day)).Time().Add(time.Hour),
			Actor:  orrery.Actor{Namespace: "shop", Type: "login", Value: fmt.Sprint("u", d.Who)},
			Object: orrery.Object{ID: fmt.Sprint("lamp", d.On), Type: "product", Title: fmt.Sprint("Lamp ", d.On)},
		}
		if d.Repels {
			a.Kind = "shop.complaint"
		}
		if err := to.Activity(ctx, &a); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func TestFiguresOfWhatPushesAwayOpenAsManyActivities(t *testing.T) {
	t.Parallel()
	s, err := flow.Open(t.Context(), flow.Config{Dir: t.TempDir(), Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	world := simulate.NewRepulsionWorld(5, true)
	if _, err := s.Import(t.Context(), complaining{world}, flow.ImportPlan{}); err != nil {
		t.Fatal(err)
	}
	d := view.NewDesk(s)
	t.Cleanup(d.Stop)
	planet := s.Planets()[0].ID
	r, err := d.Repulsion(t.Context(), planet, 0, study.Forever)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprint("Lamp ", world.Burst.On); len(r.Bursts) == 0 || r.Bursts[0].Title != want {
		t.Fatalf("it rose around %+v, want %s", r.Bursts, want)
	}
	week := r.Everybody.Weeks[len(r.Everybody.Weeks)-3]
	for _, c := range []struct {
		name string
		q    view.RepelledQuery
		want int
	}{
		{"the last 90 days", view.RepelledQuery{Days: 90}, r.Everybody.Now.Acts},
		{"the 90 before", view.RepelledQuery{Days: 180}, r.Everybody.Before.Acts},
		{"a week", view.RepelledQuery{Week: week.Monday}, week.Acts},
		{"a kind", view.RepelledQuery{Kind: "shop.complaint"}, r.Kinds[0].All},
		{"a burst", view.RepelledQuery{Burst: "0"}, len(r.Bursts[0].Deeds)},
		{"a person", view.RepelledQuery{Who: r.People[0].Who}, r.People[0].Acts},
	} {
		c.q.Planet = planet
		list, err := d.Repelled(t.Context(), c.q)
		if err != nil || list.N != c.want || len(list.List) != min(50, c.want) {
			t.Errorf("%s: %d of %d activities opened, %v; want %d", c.name, len(list.List), list.N, err, c.want)
		}
	}
	p, err := d.Person(t.Context(), planet, r.People[0].Who, "")
	if err != nil || p.Pushed.Times != r.People[0].Acts || p.Pushed.Last != r.People[0].Last {
		t.Errorf("the person's line says %+v, %v; want %+v", p.Pushed, err, r.People[0])
	}
	before, err := d.Repulsion(t.Context(), planet, r.AsOf-30, 0)
	if err != nil || before.AsOf != r.AsOf-30 {
		t.Errorf("30 days before: %+v, %v", before.Everybody.All, err)
	}
	if _, err := d.Repelled(t.Context(), view.RepelledQuery{Planet: planet, Burst: "77"}); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("a burst that is not there: %v", err)
	}
}
