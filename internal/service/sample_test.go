package service_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/simulate"
)

// TestSampleShowsWhatIsTrueOfIt asks the running field about people of whom the
// simulation knows the truth: whoever only likes, or only comes when sent for,
// is never close; whoever comes back every year is not at the edge of a planet
// that goes by years.
func TestSampleShowsWhatIsTrueOfIt(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the whole sample takes seconds; it runs without -short")
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s, err := flow.Open(t.Context(), flow.Config{Dir: t.TempDir(), Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	world := simulate.Sample(7, orrery.DayOf(now)-1)
	sample := flow.Sample{Teammates: "@" + world.TeamDomain, Activities: world.Activities()}
	for _, p := range world.Planets {
		sample.Planets = append(sample.Planets, orrery.Planet{Slug: p.Slug, Title: p.Name, Constellation: p.Constellation, RhythmDays: p.RhythmDays})
	}
	if _, err := s.InstallSample(t.Context(), sample, flow.ImportPlan{}); err != nil {
		t.Fatal(err)
	}

	members := map[int]map[orrery.MemberID]bool{} // of each person of the world
	err = s.Graph(t.Context(), func(g *identity.Graph) error {
		of := g.Members()
		for key, person := range world.Truth.Actors {
			id, ok := g.Find(key)
			if !ok {
				continue
			}
			if members[person] == nil {
				members[person] = map[orrery.MemberID]bool{}
			}
			members[person][of[id]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	type tally struct{ people, core, edge int }
	counts := map[simulate.Role]*tally{}
	day := orrery.DayOf(now)
	err = s.Read(t.Context(), func(st *flow.State) error {
		for person, ids := range members {
			role := world.People[person].Role
			c := counts[role]
			if c == nil {
				c = &tally{}
				counts[role] = c
			}
			best, bestYearly, yearlyYears := orrery.OutOfOrbit, orrery.OutOfOrbit, 0
			for m := range ids {
				for _, p := range s.Planets() {
					r, ok := st.Engine.Read(field.Orbit{Member: m, Planet: p.ID}, st.Forecast(p), day)
					if !ok {
						continue
					}
					best = max(best, r.Level)
					if p.RhythmDays == 365 {
						bestYearly = max(bestYearly, r.Level)
						yearlyYears = max(yearlyYears, r.Endurance.Came+1)
					}
				}
			}
			c.people++
			if best == orrery.Core {
				c.core++
			}
			if role == simulate.Yearly && yearlyYears >= 5 && bestYearly <= orrery.Edge {
				c.edge++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for role, c := range counts {
		t.Logf("role %d: %d people, %d core, %d yearly at the edge", role, c.people, c.core, c.edge)
	}
	if c := counts[simulate.DailyLiker]; c == nil || c.people < 20 || c.core > 0 {
		t.Errorf("daily likers: %+v, want nobody in the core", c)
	}
	if c := counts[simulate.OnlyPrompted]; c == nil || c.people < 100 || c.core*50 > c.people {
		t.Errorf("people who come only after our messages: %+v, want 2 %% in the core at most", c)
	}
	if c := counts[simulate.Yearly]; c == nil || c.people < 100 || c.edge > 0 {
		t.Errorf("yearly returners of five years: %+v, want nobody at the edge of a yearly planet", c)
	}

	if err := s.RemoveSample(t.Context(), sample.Teammates); err != nil {
		t.Fatal(err)
	}
	if planets := s.Planets(); len(planets) > 0 {
		t.Errorf("%d planets are left of the sample", len(planets))
	}
	err = s.Graph(t.Context(), func(g *identity.Graph) error {
		for id := 1; id <= g.Len(); id++ {
			if i, ok := g.Identity(orrery.IdentityID(id)); ok {
				t.Errorf("identity %v is left of the sample", i.Key)
				break
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
