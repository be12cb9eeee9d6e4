package view

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
)

// A roster is everybody around one planet on one day, nearest first, with where
// they stood 90 days before. Lists, Today and the map are cut out of it. It is
// made at once and never changed; many readers share it.
type roster struct {
	planet     Planet
	generation int64
	changes    int // of the rosters, before it was made
	made       time.Time
	took       time.Duration

	all      []person // in orbit, nearest first; then who is out of orbit, bots and teammates
	visitors int      // who are in none of the lists
	orbits   int      // how many of all are in orbit
	place    []int32  // by MemberID: a place in all, and 1; 0 for nobody
	texts    texts    // what a search looks in
	lists    map[Preset][]int32
	bands    []Band
	weeks    []WeekMoves
	now      Gravity
	pull     PullShare
	chart    *Map
}

// person is one line of a roster.
type person struct {
	Member
	was      float64
	wasLevel orrery.Level
	way      orrery.Strategy
	first    orrery.Day
	gap      float64 // usual days between their days, 0: not known
}

const (
	lookBack   = 90 // days that screens compare with
	weeksShown = 13
)

// freshFor is how long a roster may be served although the data has moved on: a
// second, or twenty times what it took to make.
func (r *roster) freshFor() time.Duration { return freshFor(r.took) }

func freshFor(took time.Duration) time.Duration { return max(time.Second, 20*took) }

func (d *Desk) makeRoster(ctx context.Context, p orrery.Planet, generation int64) (*roster, error) {
	began := time.Now()
	r := &roster{generation: generation}
	err := d.system.Read(ctx, func(st *flow.State) error {
		r.planet = d.planet(st, p, 0)
		survey := st.Engine.Survey(p.ID, st.Forecast(p).Closeness, r.planet.AsOf, -1, nil)
		r.place = make([]int32, len(st.Members))
		r.all = make([]person, 0, len(survey.Closest))
		var others []person
		for _, s := range survey.Closest {
			line, ok := rosterLine(st, p, s.Member, r.planet.AsOf)
			switch {
			case !ok:
			case line.Kind == orrery.Visitor:
				r.visitors++
			case line.Kind == orrery.Person && line.Level != orrery.OutOfOrbit:
				r.all = append(r.all, line)
			default:
				others = append(others, line)
			}
		}
		r.orbits = len(r.all)
		r.all = append(r.all, others...)
		g := st.Engine.Survey(p.ID, st.Forecast(p).Closeness, r.planet.AsOf, 0, st.IsPerson).Gravity
		r.now = Gravity{Now: g.Expected, Low: g.Low, High: g.High, RhythmDays: p.RhythmDays}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range r.all {
		r.place[r.all[i].ID] = int32(i) + 1
	}
	if err := d.addPast(ctx, p, r); err != nil {
		return nil, err
	}
	if err := d.addNames(ctx, r); err != nil {
		return nil, err
	}
	if r.pull, err = d.pull(ctx, r); err != nil {
		return nil, err
	}
	r.addLists()
	r.chart = r.drawn()
	r.made, r.took = time.Now(), time.Since(began)
	return r, nil
}

// people are those in orbit, others the rest.
func (r *roster) people() []person { return r.all[:r.orbits] }
func (r *roster) others() []person { return r.all[r.orbits:] }

// of finds a member's line, or nil.
func (r *roster) of(m orrery.MemberID) *person {
	if int(m) >= len(r.place) || r.place[m] == 0 {
		return nil
	}
	return &r.all[r.place[m]-1]
}

func rosterLine(st *flow.State, p orrery.Planet, m orrery.MemberID, day orrery.Day) (person, bool) {
	reading, ok := st.Engine.Read(field.Orbit{Member: m, Planet: p.ID}, st.Forecast(p), day)
	if !ok || !reading.HasCome {
		return person{}, false
	}
	line := person{
		Member: Member{
			ID: m, Kind: st.Kind(m), Planet: p.Slug, Level: reading.Level, Closeness: reading.Closeness,
			Return: reading.Return, Given: field.Sum(reading.Given), Received: field.Sum(reading.Received),
			Reach: float64(reading.Reach), Drift: reading.Drift, Endurance: reading.Endurance.Share(), LastActive: reading.Last,
		},
		first: reading.First,
	}
	line.way = mainWay(reading.Given)
	if n := recent(&reading.Days, reading.Days.Last, 64); n > 1 {
		line.gap = 64 / float64(n)
	}
	return line, true
}

// mainWay returns the way to belong that somebody gave most by.
func mainWay(given [orrery.Strategies]float64) orrery.Strategy {
	var first orrery.Strategy
	for way := range orrery.Strategies {
		if given[way] > given[first] {
			first = way
		}
	}
	return first
}

// addPast fills in where everybody stood 90 days before and counts the moves
// between levels week by week.
func (d *Desk) addPast(ctx context.Context, p orrery.Planet, r *roster) error {
	start := r.planet.AsOf - lookBack
	monday := r.planet.AsOf - (r.planet.AsOf+3)%7 // 1970-01-01 was a Thursday
	days := []orrery.Day{start, r.planet.AsOf}
	for w := range weeksShown {
		if day := monday - 1 - orrery.Day(7*w); day > start {
			days = append(days, day)
		}
	}
	forecast, err := d.system.Forecast(ctx, p)
	if err != nil {
		return err
	}
	f := forecast.Closeness
	levels := make([]orrery.Level, len(r.place))
	for _, b := range []orrery.Level{orrery.Core, orrery.Inner, orrery.Outer, orrery.Edge} {
		r.bands = append(r.bands, Band{Level: b})
	}
	err = d.system.Walk(ctx, days, func(day orrery.Day, st *flow.State) error {
		var week WeekMoves
		for s := range st.Engine.Standings(p.ID, f, day, st.IsPerson) {
			if int(s.Member) >= len(levels) {
				continue // came while this was made
			}
			if day == start {
				if line := r.of(s.Member); line != nil {
					line.was, line.wasLevel = s.Closeness, s.Level
				}
			} else if was := levels[s.Member]; s.Level > was {
				week.In++
			} else if s.Level < was {
				week.Out++
			}
			levels[s.Member] = s.Level
		}
		if day == start {
			g := st.Engine.Survey(p.ID, f, day, 0, st.IsPerson).Gravity
			r.now.Before = g.Expected
			return nil
		}
		week.Monday = day - (day+3)%7
		r.weeks = append(r.weeks, week)
		return nil
	})
	if err != nil {
		return fmt.Errorf("look 90 days back: %w", err)
	}
	slices.SortFunc(r.weeks, func(a, b WeekMoves) int { return cmp.Compare(a.Monday, b.Monday) })
	r.weeks = slices.CompactFunc(r.weeks, func(a, b WeekMoves) bool { return a.Monday == b.Monday })
	for i := range r.people() {
		line := &r.all[i]
		now := &r.bands[orrery.Core-line.Level]
		now.People++
		if line.Level > line.wasLevel {
			now.In++
		} else if line.Level < line.wasLevel {
			r.bands[orrery.Core-line.wasLevel].Out++
		}
	}
	for i := range r.others() {
		if line := &r.others()[i]; line.Kind == orrery.Person && line.wasLevel != orrery.OutOfOrbit {
			r.bands[orrery.Core-line.wasLevel].Out++
		}
	}
	return nil
}

func (d *Desk) addNames(ctx context.Context, r *roster) error {
	known := make([][]identity.Identity, len(r.all))
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		members := g.Members()
		ones := make([]identity.Identity, 0, len(r.all)) // most are known in one way
		for id := 1; id < len(members); id++ {
			if r.of(members[id]) == nil {
				continue
			}
			i, ok := g.Identity(orrery.IdentityID(id))
			if !ok {
				continue
			}
			at := r.place[members[id]] - 1
			if known[at] == nil && len(ones) < cap(ones) {
				ones = append(ones, i)
				known[at] = ones[len(ones)-1 : len(ones) : len(ones)]
				continue
			}
			known[at] = append(known[at], i)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var text []byte
	r.texts.ends = make([]int, 0, len(r.all))
	for at, list := range known {
		line := &r.all[at]
		line.Name = cmp.Or(identity.Name(list), fmt.Sprintf("person %d", line.ID))
		for _, i := range list {
			text = appendLower(text, i.Name)
			text = appendLower(text, i.Key.Value)
		}
		r.texts.ends = append(r.texts.ends, len(text))
	}
	r.texts.all = string(text)
	return nil
}

// row makes a list's line of a person.
func (p *person) row(tags *tagBook) Row {
	return Row{Member: p.Member, Was: p.was, WasLevel: p.wasLevel, Way: p.way, FirstActive: p.first, Tags: tags.of[p.ID]}
}
