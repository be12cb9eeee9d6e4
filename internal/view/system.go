package view

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
)

// System is all planets together.
type System struct {
	flow.Sky
	Brands  []SystemPlanet // in the order of Sky.Planets
	Bridges []ZonedPerson  // who joins far time zones, most first

	There  bool // there is a result at all
	Making bool // one is being made
	Made   time.Time
}

// What a System is told with, as flow reckons it.
type (
	SkyPlanet     = flow.SkyPlanet
	Constellation = flow.Constellation
	Leak          = flow.Leak
	Shared        = flow.Shared
	Path          = flow.Path
	Came          = flow.Came
	Zones         = flow.Zones
	Zoned         = flow.Zoned
)

// SkyDays is since how long a System tells who left.
const SkyDays = flow.SkyDays

// SystemPlanet is a planet of a System.
type SystemPlanet struct {
	flow.SkyPlanet
	Planet
	Constellation string
	People        int // in orbit
}

// ZonedPerson is somebody with ties to people whose clock is far from theirs.
type ZonedPerson struct {
	flow.Zoned
	Name string
}

// Brand returns one of the planets; a nameless one where it is gone.
func (s *System) Brand(id orrery.PlanetID) SystemPlanet {
	for _, b := range s.Brands {
		if b.Planet.ID == id {
			return b
		}
	}
	return SystemPlanet{}
}

// SharedBy returns how many orbit both of two planets.
func (s *System) SharedBy(a, b orrery.PlanetID) int {
	for i := range s.Shared {
		if at := &s.Shared[i]; at.A == a && at.B == b || at.A == b && at.B == a {
			return at.People
		}
	}
	return 0
}

const (
	skyVersion   = 1
	bridgesNamed = 12
)

// everyPlanet stands for all of them on the shelf of studies.
var everyPlanet orrery.Planet

func (d *Desk) skyStudy() study.Study {
	return study.Study{Name: "system", Version: skyVersion, Run: func(ctx context.Context, _ orrery.Planet) (any, error) {
		return d.system.Sky(ctx, 0)
	}}
}

// sky returns all planets together as of a day.
func (d *Desk) sky(ctx context.Context, asOf orrery.Day, patience time.Duration) (r study.Result[flow.Sky], err error) {
	if asOf == 0 {
		return study.Get[flow.Sky](ctx, d.shelf, "system", everyPlanet, patience)
	}
	for _, p := range d.system.Shown() {
		if err = d.mayAsk(ctx, p, asOf); err == nil {
			break // one that was there is enough
		}
	}
	if err != nil {
		return r, err
	}
	return d.pastSky.get(ctx, d, dayMark{everyPlanet, asOf}, patience, func(ctx context.Context) (flow.Sky, error) { return d.system.Sky(ctx, asOf) })
}

// SolarSystem tells all planets together as of a day (0: as screens answer): what was
// reckoned last, after so much patience at most.
func (d *Desk) SolarSystem(ctx context.Context, asOf orrery.Day, patience time.Duration) (System, error) {
	r, err := d.sky(ctx, asOf, patience)
	out := System{Sky: r.Value, There: r.There, Making: r.Making, Made: r.Made}
	if err != nil || !r.There {
		return out, err
	}
	records := d.system.Shown()
	for _, at := range out.Sky.Planets {
		here := slices.IndexFunc(records, func(p orrery.Planet) bool { return p.ID == at.ID })
		if here < 0 {
			continue // removed since
		}
		p := records[here]
		b := SystemPlanet{SkyPlanet: at, Constellation: p.Constellation, Planet: Planet{
			ID: p.ID, Name: p.Slug, Title: p.Title, Sample: p.Sample, RhythmDays: p.RhythmDays, AsOf: out.Day,
		}}
		for level, n := range at.Levels {
			if orrery.Level(level) != orrery.OutOfOrbit {
				b.People += n
			}
		}
		out.Brands = append(out.Brands, b)
	}
	wanted := map[orrery.MemberID]bool{}
	for _, b := range out.Zones.Bridges[:min(bridgesNamed, len(out.Zones.Bridges))] {
		wanted[b.Who] = true
	}
	names, err := d.called(ctx, wanted)
	if err != nil {
		return out, err
	}
	for _, b := range out.Zones.Bridges {
		if name, ok := names[b.Who]; ok {
			out.Bridges = append(out.Bridges, ZonedPerson{b, name})
		}
	}
	return out, nil
}

// SystemQuery asks for the people behind a figure of a System.
type SystemQuery struct {
	List string          // shared, came, near, elsewhere or gone
	A    orrery.PlanetID // shared: one; came: from where; else the planet that was left
	B    orrery.PlanetID // shared: the other; came: to where
	AsOf orrery.Day      // 0: as screens answer
}

// SystemPeople are they, the nearest first; of those who came, the last.
type SystemPeople struct {
	SystemQuery
	From, To Planet // of A and B
	Day      orrery.Day
	Then     orrery.Day
	N        int // in all
	List     []SystemPerson
}

// SystemPerson is one of them and where they are.
type SystemPerson struct {
	ID     orrery.MemberID
	Name   string
	Orbits []Orbit // nearest first
}

// SystemPeople names the people behind a figure.
func (d *Desk) SystemPeople(ctx context.Context, q SystemQuery) (SystemPeople, error) {
	out := SystemPeople{SystemQuery: q}
	system, err := d.SolarSystem(ctx, q.AsOf, shortPatience)
	if err != nil {
		return out, err
	}
	out.From, out.To, out.Day, out.Then = system.Brand(q.A).Planet, system.Brand(q.B).Planet, system.Day, system.Then
	people, n, ok := system.behind(q)
	if !system.There {
		return out, ErrMaking
	}
	if !ok {
		return out, orrery.Errorf(orrery.NotFound, "there is no such list: see the system")
	}
	out.N = n
	wanted := map[orrery.MemberID]bool{}
	for _, m := range people {
		wanted[m] = true
	}
	names, err := d.called(ctx, wanted)
	if err != nil {
		return out, err
	}
	stands, err := d.stands(ctx, &system, q.AsOf)
	if err != nil {
		return out, err
	}
	for _, m := range people {
		if name, ok := names[m]; ok {
			line := SystemPerson{ID: m, Name: name, Orbits: stands(m)}
			slices.SortStableFunc(line.Orbits, func(a, b Orbit) int { return cmp.Compare(b.Closeness, a.Closeness) })
			out.List = append(out.List, line)
		}
	}
	return out, nil
}

// stands returns what tells where somebody is in orbit on the day of a System.
func (d *Desk) stands(ctx context.Context, system *System, asOf orrery.Day) (func(orrery.MemberID) []Orbit, error) {
	orbits := map[orrery.MemberID][]Orbit{}
	for _, b := range system.Brands {
		r, err := d.rosterAsOf(ctx, b.Planet.ID, asOf)
		if asOf != 0 && errors.Is(err, ErrDay) {
			continue // it was not there yet
		}
		if err != nil {
			return nil, err
		}
		for i := range r.all[:r.orbits] {
			line := &r.all[i]
			orbits[line.ID] = append(orbits[line.ID], Orbit{Planet: b.Planet, Level: line.Level, Closeness: line.Closeness})
		}
	}
	return func(m orrery.MemberID) []Orbit { return orbits[m] }, nil
}

// behind finds the people of a list and how many there are in all.
func (s *System) behind(q SystemQuery) (people []orrery.MemberID, n int, ok bool) {
	switch q.List {
	case "shared":
		for i := range s.Shared {
			if at := &s.Shared[i]; at.A == q.A && at.B == q.B || at.A == q.B && at.B == q.A {
				return at.Nearest, at.People, true
			}
		}
	case "came":
		for i := range s.Paths {
			if at := &s.Paths[i]; at.From == q.A && at.To == q.B {
				return at.People, at.Arrived.Of, true
			}
		}
	case "near", "elsewhere", "gone":
		for i := range s.Constellations {
			for l := range s.Constellations[i].Leaks {
				at := &s.Constellations[i].Leaks[l]
				switch {
				case at.Planet != q.A:
				case q.List == "near":
					return at.Near, at.NearN, true
				case q.List == "elsewhere":
					return at.Elsewhere, at.ElseN, true
				default:
					return at.Gone, at.GoneN, true
				}
			}
		}
	}
	return nil, 0, false
}
