package flow

import (
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
)

// Fitted is what was learned of a planet's past: how its people's days tell who
// comes again.
type Fitted struct {
	Forecast field.Forecast `json:"forecast"`
	Day      orrery.Day     `json:"day"`     // as of which it was learned
	Entries  int64          `json:"entries"` // activities that there were
}

// A fit is learned anew when the planet grew by one activity in so many, and
// when a day has passed.
const growthShare = 20

// Forecast returns the fits by which a planet is read: learned from its own past
// where there is enough of it, else the cold start. Answers as of an earlier
// day are given under today's fit.
func (st *State) Forecast(p orrery.Planet) field.Forecast {
	if f, ok := st.fits[p.ID]; ok && f.Forecast.Closeness.Horizon == field.Horizon(p.RhythmDays) {
		return f.Forecast
	}
	return field.ColdForecast(field.Horizon(p.RhythmDays))
}

// Refit learns the fits again whose day has passed. Servers call it nightly.
func (s *System) Refit(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ensureState(ctx); err != nil {
		return err
	}
	return s.refit(ctx)
}

// refit learns the fits that are missing or too old. The caller holds s.writing.
func (s *System) refit(ctx context.Context) error {
	st := s.state
	wanted := map[orrery.PlanetID]*field.Past{}
	shares := map[orrery.PlanetID]uint32{}
	rules := make([]orrery.Rule, st.Engine.Rules())
	for kind, i := range st.kinds {
		rules[i] = s.catalogue.Lookup(kind)
	}
	for _, p := range s.planets {
		if day := s.learningDay(p.ID); st.Entries[p.ID] > 0 && st.outgrown(p, day) {
			wanted[p.ID] = field.NewPast(rules)
			shares[p.ID] = st.learningShare(p.ID)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	byPlanet := map[orrery.PlanetID][]field.Row{}
	var rows []field.Row
	err := s.journal.Replay(ctx, 0, func(r *journal.Replayed) error {
		rows = st.rowsOf(rows[:0], r)
		for id := range byPlanet {
			byPlanet[id] = byPlanet[id][:0]
		}
		for _, row := range rows {
			if share := shares[row.Planet]; share > 0 && drawn(row.Member)%share == 0 {
				byPlanet[row.Planet] = append(byPlanet[row.Planet], row)
			}
		}
		for id, rows := range byPlanet {
			if past := wanted[id]; past != nil {
				past.Add(rows)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the past to learn from: %w", err)
	}
	fits := make(map[orrery.PlanetID]Fitted, len(s.planets))
	for id, f := range st.fits {
		fits[id] = f
	}
	for _, p := range s.planets {
		if past := wanted[p.ID]; past != nil {
			day := s.learningDay(p.ID)
			fits[p.ID] = Fitted{past.Learn(field.Horizon(p.RhythmDays), day, st.IsPerson), day, st.Entries[p.ID]}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st.fits, s.unsaved = fits, true
	return nil
}

// learnedFrom is about how many people a fit of six numbers is learned from at
// most: more cost time and change the third digit.
const learnedFrom = 50_000

// learningShare is n where one person in n is learned from.
func (st *State) learningShare(id orrery.PlanetID) uint32 {
	orbits := uint32(0)
	for range st.Engine.Orbits(id) {
		orbits++
	}
	return 1 + orbits/learnedFrom
}

// drawn spreads member numbers, which come in the order of arrival.
func drawn(m orrery.MemberID) uint32 { return uint32(m) * 2654435769 >> 8 }

// learningDay is the last day that the past of a planet is known to: today, or
// the day of its newest activity.
func (s *System) learningDay(id orrery.PlanetID) orrery.Day {
	return min(s.Now(), s.state.Newest[id])
}

func (st *State) outgrown(p orrery.Planet, day orrery.Day) bool {
	f, ok := st.fits[p.ID]
	return !ok || f.Forecast.Closeness.Horizon != field.Horizon(p.RhythmDays) || f.Day < day ||
		max(f.Entries-st.Entries[p.ID], st.Entries[p.ID]-f.Entries) > f.Entries/growthShare
}

// Forecast returns the fits by which a planet is read now.
func (s *System) Forecast(ctx context.Context, p orrery.Planet) (f field.Forecast, err error) {
	err = s.Read(ctx, func(st *State) error {
		f = st.Forecast(p)
		return nil
	})
	return f, err
}
