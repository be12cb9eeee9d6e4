package view

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
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
	made       time.Time
	took       time.Duration

	people []person // in orbit, nearest first
	others []person // out of orbit, bots and teammates
	index  map[orrery.MemberID]*person
	names  map[orrery.MemberID]string
	found  map[orrery.MemberID]string // what a search looks in, in lower case
	tags   map[orrery.MemberID][]string
	known  []string // tags that exist
	bands  []Band
	weeks  []WeekMoves
	now    Gravity

	mapOnce sync.Once
	chart   *Map
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
func (r *roster) freshFor() time.Duration { return max(time.Second, 20*r.took) }

// rosters keeps the newest roster of each planet.
type rosters struct {
	mu     sync.Mutex
	byID   map[orrery.PlanetID]*roster
	making map[orrery.PlanetID]chan struct{}
}

// roster returns a planet's roster, making it where there is none or the data
// has moved on for long enough.
func (d *Desk) roster(ctx context.Context, id orrery.PlanetID) (*roster, error) {
	p, err := d.planetByID(id)
	if err != nil {
		return nil, err
	}
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	for {
		d.rosters.mu.Lock()
		kept := d.rosters.byID[id]
		if kept != nil && kept.planet.AsOf >= d.answersFor(kept) && (kept.generation == generation || time.Since(kept.made) < kept.freshFor()) {
			d.rosters.mu.Unlock()
			return kept, nil
		}
		if making := d.rosters.making[id]; making != nil {
			d.rosters.mu.Unlock()
			if kept != nil {
				return kept, nil // somebody else is making a newer one
			}
			select {
			case <-making:
				continue
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		done := make(chan struct{})
		d.rosters.making[id] = done
		d.rosters.mu.Unlock()

		made, err := d.makeRoster(ctx, p, generation)
		d.rosters.mu.Lock()
		delete(d.rosters.making, id)
		if err == nil {
			d.rosters.byID[id] = made
		}
		d.rosters.mu.Unlock()
		close(done)
		return made, err
	}
}

// answersFor returns the day that a roster must be of: today, unless it is of
// an older day because nothing newer happened.
func (d *Desk) answersFor(r *roster) orrery.Day {
	if r.planet.Stale {
		return r.planet.AsOf
	}
	return d.system.Now()
}

func (d *Desk) makeRoster(ctx context.Context, p orrery.Planet, generation int64) (*roster, error) {
	began := time.Now()
	r := &roster{generation: generation, index: map[orrery.MemberID]*person{}}
	err := d.system.Read(ctx, func(st *flow.State) error {
		r.planet = d.planet(st, p, 0)
		survey := st.Engine.Survey(p.ID, st.Forecast(p).Closeness, r.planet.AsOf, -1, nil)
		for _, s := range survey.Closest {
			line, ok := rosterLine(st, p, s, r.planet.AsOf)
			switch {
			case !ok:
			case line.Kind == orrery.Person && line.Level != orrery.OutOfOrbit:
				r.people = append(r.people, line)
			default:
				r.others = append(r.others, line)
			}
		}
		g := st.Engine.Survey(p.ID, st.Forecast(p).Closeness, r.planet.AsOf, 0, st.IsPerson).Gravity
		r.now = Gravity{Now: g.Expected, Low: g.Low, High: g.High, RhythmDays: p.RhythmDays}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, list := range [][]person{r.people, r.others} {
		for i := range list {
			r.index[list[i].ID] = &list[i]
		}
	}
	if err := d.addPast(ctx, p, r); err != nil {
		return nil, err
	}
	if err := d.addNames(ctx, r); err != nil {
		return nil, err
	}
	r.made, r.took = time.Now(), time.Since(began)
	return r, nil
}

func rosterLine(st *flow.State, p orrery.Planet, s field.Standing, day orrery.Day) (person, bool) {
	reading, ok := st.Engine.Read(field.Orbit{Member: s.Member, Planet: p.ID}, st.Forecast(p), day)
	if !ok || !reading.HasCome {
		return person{}, false
	}
	line := person{
		Member: Member{
			ID: s.Member, Kind: st.Kind(s.Member), Planet: p.Slug, Level: reading.Level, Closeness: reading.Closeness,
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
	levels := map[orrery.MemberID]orrery.Level{}
	for _, b := range []orrery.Level{orrery.Core, orrery.Inner, orrery.Outer, orrery.Edge} {
		r.bands = append(r.bands, Band{Level: b})
	}
	err = d.system.Walk(ctx, days, func(day orrery.Day, st *flow.State) error {
		var week WeekMoves
		for s := range st.Engine.Standings(p.ID, f, day, st.IsPerson) {
			if day == start {
				if line := r.index[s.Member]; line != nil {
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
	for i := range r.people {
		line := &r.people[i]
		now := &r.bands[orrery.Core-line.Level]
		now.People++
		if line.Level > line.wasLevel {
			now.In++
		} else if line.Level < line.wasLevel {
			r.bands[orrery.Core-line.wasLevel].Out++
		}
	}
	for i := range r.others {
		if line := &r.others[i]; line.Kind == orrery.Person && line.wasLevel != orrery.OutOfOrbit {
			r.bands[orrery.Core-line.wasLevel].Out++
		}
	}
	return nil
}

func (d *Desk) addNames(ctx context.Context, r *roster) error {
	tagged, err := d.system.Tags(ctx)
	if err != nil {
		return err
	}
	r.names = make(map[orrery.MemberID]string, len(r.index))
	r.found = make(map[orrery.MemberID]string, len(r.index))
	r.tags = map[orrery.MemberID][]string{}
	return d.system.Graph(ctx, func(g *identity.Graph) error {
		of := make(map[orrery.MemberID][]identity.Identity, len(r.index))
		members := g.Members()
		for id := 1; id < len(members); id++ {
			if r.index[members[id]] == nil {
				continue
			}
			if i, ok := g.Identity(orrery.IdentityID(id)); ok {
				of[members[id]] = append(of[members[id]], i)
				for _, tag := range tagged[i.ID] {
					if !slices.Contains(r.tags[members[id]], tag) {
						r.tags[members[id]] = append(r.tags[members[id]], tag)
					}
					if !slices.Contains(r.known, tag) {
						r.known = append(r.known, tag)
					}
				}
			}
		}
		slices.Sort(r.known)
		for m, list := range of {
			name := cmp.Or(identity.Name(list), fmt.Sprintf("person %d", m))
			r.names[m] = name
			r.index[m].Name = name
			var text strings.Builder
			for _, i := range list {
				text.WriteString(strings.ToLower(i.Name))
				text.WriteByte('\n')
				text.WriteString(strings.ToLower(i.Key.Value))
				text.WriteByte('\n')
			}
			r.found[m] = text.String()
		}
		return nil
	})
}

// row makes a list's line of a person.
func (r *roster) row(p *person) Row {
	return Row{Member: p.Member, Was: p.was, WasLevel: p.wasLevel, Way: p.way, FirstActive: p.first, Tags: r.tags[p.ID]}
}
