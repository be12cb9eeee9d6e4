package flow

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"maps"
	"math"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
)

// Fitted is what was learned of a planet's past over one horizon: how its
// people's days tell who comes again.
type Fitted struct {
	Forecast field.Forecast `json:"forecast"`
	Day      orrery.Day     `json:"day"`     // as of which it was learned
	Entries  int64          `json:"entries"` // activities that there were
}

// Fits are a planet's, by horizon. Those over its rhythm are learned with every
// import, the others nightly.
type Fits map[field.Horizon]Fitted

var horizons = []field.Horizon{field.Monthly, field.Quarterly, field.Yearly}

// A fit is learned anew when the planet grew by one activity in so many, and
// when a day has passed.
const growthShare = 20

// Forecast returns the fits by which a planet is read: learned from its own past
// where there is enough of it, else the cold start. Answers as of an earlier
// day are given under today's fit.
func (st *State) Forecast(p orrery.Planet) field.Forecast {
	return st.ForecastOver(p.ID, field.Horizon(p.RhythmDays))
}

// ForecastOver returns a planet's fits over a horizon that need not be its rhythm.
func (st *State) ForecastOver(planet orrery.PlanetID, h field.Horizon) field.Forecast {
	if f, ok := st.fits[planet][h]; ok {
		return f.Forecast
	}
	return field.ColdForecast(h)
}

// Refit learns the fits again, over every horizon, that are missing, whose day has
// passed or that the planet has outgrown. Servers call it nightly and after
// imports. Reads and changes go on beside it.
func (s *System) Refit(ctx context.Context) error { return s.refitAside(ctx, false) }

func (s *System) refitAside(ctx context.Context, rhythmOnly bool) error {
	l, built, err := s.outgrown(ctx, rhythmOnly)
	if err != nil || l == nil {
		return err
	}
	fits, err := l.learn(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != nil && s.builds == built {
		s.keepFits(fits)
	}
	return nil
}

// outgrown gathers what is to be learned from; nil where all fits will do.
func (s *System) outgrown(ctx context.Context, rhythmOnly bool) (l *lesson, built int, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ensureState(ctx); err != nil {
		return nil, 0, err
	}
	l, err = s.lesson(ctx, s.state, rhythmOnly)
	return l, s.builds, err
}

// refit learns the fits of a state that is newly built, over each planet's rhythm.
// The caller holds s.writing.
func (s *System) refit(ctx context.Context) error {
	l, err := s.lesson(ctx, s.state, true)
	if err != nil || l == nil {
		return err
	}
	fits, err := l.learn(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keepFits(fits)
	return nil
}

// keepFits puts fits beside those that stay. The caller holds s.mu.
func (s *System) keepFits(fits map[orrery.PlanetID]Fits) {
	kept := maps.Clone(s.state.fits)
	if kept == nil {
		kept = map[orrery.PlanetID]Fits{}
	}
	for id, of := range fits {
		all := maps.Clone(kept[id])
		if all == nil {
			all = Fits{}
		}
		maps.Copy(all, of)
		kept[id] = all
	}
	s.state.fits, s.unsaved = kept, true
}

// lesson is what fits are learned from, so that learning needs no lock.
type lesson struct {
	state   State // members, kinds and others; its engine is not used
	journal journal.Still
	rules   []orrery.Rule
	over    map[orrery.PlanetID][]field.Horizon
	asOf    map[orrery.PlanetID]orrery.Day
	shares  map[orrery.PlanetID]uint32 // one person in so many is learned from
}

// lesson gathers the planets of a state whose fits are missing or too old; nil
// where there are none. The caller holds s.writing.
func (s *System) lesson(ctx context.Context, st *State, rhythmOnly bool) (*lesson, error) {
	l := st.lesson(s.planets, s.Now(), rhythmOnly)
	if l == nil {
		return nil, nil
	}
	var err error
	l.journal, err = s.journal.Still(ctx)
	return l, err
}

func (st *State) lesson(planets []orrery.Planet, today orrery.Day, rhythmOnly bool) *lesson {
	l := &lesson{over: map[orrery.PlanetID][]field.Horizon{}, asOf: map[orrery.PlanetID]orrery.Day{}, shares: map[orrery.PlanetID]uint32{}}
	for _, p := range planets {
		day := st.learningDay(p.ID, today)
		for _, h := range horizons {
			wanted := !rhythmOnly || h == field.Horizon(p.RhythmDays)
			if wanted && st.Entries[p.ID] > 0 && st.hasOutgrown(p.ID, h, day) {
				l.over[p.ID] = append(l.over[p.ID], h)
				l.asOf[p.ID] = day
			}
		}
		if l.over[p.ID] != nil {
			l.shares[p.ID] = st.learningShare(p.ID)
		}
	}
	if len(l.over) == 0 {
		return nil
	}
	l.take(st)
	return l
}

// take keeps of a state what reading the past needs.
func (l *lesson) take(st *State) {
	l.state = State{
		Members: st.Members[:len(st.Members):len(st.Members)], Others: maps.Clone(st.Others),
		Entries: maps.Clone(st.Entries), kinds: maps.Clone(st.kinds),
	}
	l.rules = make([]orrery.Rule, st.Engine.Rules())
	for kind, i := range st.kinds {
		l.rules[i] = st.catalogue.Lookup(kind)
	}
}

// Gaps reads how many days lie between the returns of a planet's people, out of one
// person in so many: those that its fits are learned from. It reads the whole past,
// beside changes.
func (s *System) Gaps(ctx context.Context, planet orrery.PlanetID) (gaps field.Gaps, oneIn int, err error) {
	l, share, err := s.lessonOf(ctx, planet)
	if err != nil {
		return gaps, 0, err
	}
	past := field.NewPast(l.rules)
	var rows, taken []field.Row
	err = l.journal.Replay(ctx, func(r *journal.Replayed) error {
		rows, taken = l.state.rowsOf(rows[:0], r), taken[:0]
		for _, row := range rows {
			if row.Planet == planet && drawn(row.Member)%share == 0 {
				taken = append(taken, row)
			}
		}
		past.Add(taken)
		return nil
	})
	if err != nil {
		return gaps, 0, fmt.Errorf("read the gaps between returns: %w", err)
	}
	return past.Gaps(l.state.IsPerson), int(share), nil
}

func (s *System) lessonOf(ctx context.Context, planet orrery.PlanetID) (l *lesson, share uint32, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ensureState(ctx); err != nil {
		return nil, 0, err
	}
	l = &lesson{}
	l.take(s.state)
	l.journal, err = s.journal.Still(ctx)
	return l, s.state.learningShare(planet), err
}

// learn reads the past once and learns the fits that are wanted.
func (l *lesson) learn(ctx context.Context) (map[orrery.PlanetID]Fits, error) {
	pasts := map[orrery.PlanetID]*field.Past{}
	byPlanet := map[orrery.PlanetID][]field.Row{}
	for id := range l.over {
		pasts[id] = field.NewPast(l.rules)
	}
	var rows []field.Row
	err := l.journal.Replay(ctx, func(r *journal.Replayed) error {
		rows = l.state.rowsOf(rows[:0], r)
		for id := range byPlanet {
			byPlanet[id] = byPlanet[id][:0]
		}
		for _, row := range rows {
			if share := l.shares[row.Planet]; share > 0 && drawn(row.Member)%share == 0 {
				byPlanet[row.Planet] = append(byPlanet[row.Planet], row)
			}
		}
		for id, rows := range byPlanet {
			pasts[id].Add(rows)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the past to learn from: %w", err)
	}
	fits := make(map[orrery.PlanetID]Fits, len(pasts))
	for id, past := range pasts {
		fits[id] = Fits{}
		for _, h := range l.over[id] {
			f := Fitted{past.Learn(h, l.asOf[id], l.state.IsPerson), l.asOf[id], l.state.Entries[id]}
			for _, fit := range []*field.Fit{&f.Forecast.Closeness, &f.Forecast.Return} {
				fit.Name = version(fit, f.Day)
			}
			fits[id][h] = f
		}
	}
	return fits, nil
}

// version names a fit so that two that score differently have different names:
// how it was made, of which day, and a sum over its numbers.
func version(f *field.Fit, day orrery.Day) string {
	sum := fnv.New32a()
	var b [8]byte
	for _, w := range append([]float64{f.A}, f.Weights[:]...) {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(w))
		sum.Write(b[:])
	}
	return fmt.Sprintf("%s/%s/%06x", f.Name, day, sum.Sum32()&0xffffff)
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
func (st *State) learningDay(id orrery.PlanetID, today orrery.Day) orrery.Day {
	return min(today, st.Newest[id])
}

func (st *State) hasOutgrown(id orrery.PlanetID, h field.Horizon, day orrery.Day) bool {
	f, ok := st.fits[id][h]
	return !ok || f.Day < day || max(f.Entries-st.Entries[id], st.Entries[id]-f.Entries) > f.Entries/growthShare
}

// Forecast returns the fits by which a planet is read now.
func (s *System) Forecast(ctx context.Context, p orrery.Planet) (f field.Forecast, err error) {
	err = s.Read(ctx, func(st *State) error {
		f = st.Forecast(p)
		return nil
	})
	return f, err
}
