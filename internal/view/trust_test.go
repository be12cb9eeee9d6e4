package view_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// trustIn tells how far the forecast is to be trusted in a world of people.
func trustIn(t *testing.T, world club) view.Trust {
	t.Helper()
	s, err := flow.Open(t.Context(), flow.Config{Dir: t.TempDir(), Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	if _, err := s.Import(t.Context(), world, flow.ImportPlan{}); err != nil {
		t.Fatal(err)
	}
	desk := view.NewDesk(s)
	t.Cleanup(desk.Stop)
	got, err := desk.Trust(t.Context(), s.Planets()[0].ID, study.Forever)
	if err != nil {
		t.Fatal(err)
	}
	if !got.There || got.Made.IsZero() {
		t.Fatalf("got %+v, want a result", got)
	}
	return got
}

func TestTheForecastIsTriedOnAPlanetsOwnPast(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 3))
	world := club{}
	for who := range 80 {
		share := rng.Float64() * rng.Float64() / 3
		until := rng.IntN(300)
		for ago := 600; ago >= until; ago-- {
			if rng.Float64() < share {
				world[fmt.Sprint("p", who)] = append(world[fmt.Sprint("p", who)], ago)
			}
		}
	}
	got := trustIn(t, world)
	if got.Short != "" || got.OneIn != 1 || got.HorizonDays == 0 || got.Fit == "" {
		t.Errorf("got %+v, want a whole past", got)
	}
	if len(got.Methods) != 7 || got.Methods[0].Method != "fitted" || got.Methods[0].AUC < .7 {
		t.Errorf("got methods %+v, want seven, the fit first", got.Methods)
	}
	if len(got.Windows) != got.Methods[0].Cuts || got.Gravity.Windows != len(got.Windows) {
		t.Errorf("got %d windows, want one for each of %d moments", len(got.Windows), got.Methods[0].Cuts)
	}
	if got.Drift.Flagged == 0 || len(got.Curve.Bands) == 0 || len(got.Curve.Lift) != 10 {
		t.Errorf("got drift %+v, curve %+v", got.Drift, got.Curve)
	}
}

func TestAShortPastIsToldAsOne(t *testing.T) {
	t.Parallel()
	got := trustIn(t, club{"a": everyDay(40, 0, 2), "b": everyDay(30, 0, 5)})
	if !strings.Contains(got.Short, "too short") || len(got.Methods) != 0 {
		t.Errorf("got %+v, want words why there is nothing to tell", got)
	}
}
