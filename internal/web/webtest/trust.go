package webtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/view"
)

// Trust implements web.Reader: a real test of a past that is made up.
func (w *World) Trust(_ context.Context, id orrery.PlanetID, _ time.Duration) (view.Trust, error) {
	p, err := w.planet(id)
	if err != nil {
		return view.Trust{}, err
	}
	t := view.Trust{
		HorizonDays: 30, From: p.AsOf - 500, Until: p.AsOf, OneIn: 1, Fit: "fitted/4/30",
		There: true, Made: p.AsOf.Time(), People: 120,
	}
	if id != 1 {
		t.Fit, t.Short = "cold-start/1/30", "a history of 60 days by 12 people is too short to test"
		return t, nil
	}
	h := backtest.History{}
	rng := rand.New(rand.NewPCG(4, 2))
	for who := range t.People {
		chance := rng.Float64() * rng.Float64() / 4
		stays := 100 + rng.IntN(900)
		for day := range min(stays, 500) {
			if rng.Float64() < chance {
				h.Add(backtest.Row{Who: fmt.Sprint(who), When: int64(day) * 86_400, Kind: "comment"})
			}
		}
	}
	report, err := backtest.Examine(context.Background(), &h, backtest.Config{
		Targets: []backtest.Target{backtest.Closeness}, Horizons: []field.Horizon{field.Monthly},
	})
	if err != nil {
		return t, err
	}
	t.Tell(&report)
	return t, nil
}
