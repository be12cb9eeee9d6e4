package webtest

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/view"
)

// may refuses days of which this world tells nothing. It knows one day only and
// tells it as any other.
func (w *World) may(planet orrery.PlanetID, asOf orrery.Day) error {
	p, err := w.planet(planet)
	if err == nil && asOf != 0 && (asOf > p.AsOf || asOf < p.First) {
		return view.RefuseDay("the days from %s to %s can be told", p.First, p.AsOf)
	}
	return err
}

// TodayAsOf implements web.Reader.
func (w *World) TodayAsOf(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day) (view.Today, error) {
	t, err := w.Today(ctx, planet)
	if asOf != 0 {
		t.AsOf = asOf
	}
	if err == nil {
		err = w.may(planet, asOf)
	}
	return t, err
}

// MapAsOf implements web.Reader.
func (w *World) MapAsOf(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day) (*view.Map, error) {
	if err := w.may(planet, asOf); err != nil {
		return nil, err
	}
	return w.Map(ctx, planet)
}

// PersonAsOf implements web.Reader.
func (w *World) PersonAsOf(ctx context.Context, planet orrery.PlanetID, id orrery.MemberID, asOf orrery.Day, before string) (view.Person, error) {
	if err := w.may(planet, asOf); err != nil {
		return view.Person{}, err
	}
	return w.Person(ctx, planet, id, before)
}

// Weeks implements web.Reader.
func (w *World) Weeks(_ context.Context, planet orrery.PlanetID, _ orrery.Day, _ time.Duration) (view.Weeks, error) {
	p, err := w.planet(planet)
	if err != nil {
		return view.Weeks{}, err
	}
	out := view.Weeks{AsOf: p.AsOf, RhythmDays: p.RhythmDays, There: true}
	for i := range weeks {
		week := history.Week{Day: p.AsOf - orrery.Day(7*(weeks-1-i)), Known: i < weeks-5}
		for _, s := range w.around(planet) {
			week.Gravity += float64(s.line[i]) / 100
		}
		week.Low, week.High, week.Actual = .85*week.Gravity, 1.16*week.Gravity, int(1.05*week.Gravity)
		out.Weeks = append(out.Weeks, week)
	}
	return out, nil
}
