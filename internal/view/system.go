package view

import (
	"cmp"
	"context"
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
		return d.system.Sky(ctx)
	}}
}

// SolarSystem tells all planets together: what was reckoned last, after so much
// patience at most.
func (d *Desk) SolarSystem(ctx context.Context, patience time.Duration) (System, error) {
	r, err := study.Get[flow.Sky](ctx, d.shelf, "system", everyPlanet, patience)
	out := System{Sky: r.Value, There: r.There, Making: r.Making, Made: r.Made}
	if err != nil || !r.There {
		return out, err
	}
	records := d.system.Planets()
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
	system, err := d.SolarSystem(ctx, shortPatience)
	if err != nil {
		return out, err
	}
	out.From, out.To, out.Day, out.Then = system.Brand(q.A).Planet, system.Brand(q.B).Planet, system.Day, system.Then
	people, n, ok := system.behind(q)
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
	err = d.system.Read(ctx, func(st *flow.State) error {
		for _, m := range people {
			name, ok := names[m]
			if !ok {
				continue
			}
			line := SystemPerson{ID: m, Name: name}
			for _, b := range system.Brands {
				record := orrery.Planet{ID: b.Planet.ID, RhythmDays: b.RhythmDays}
				if at, ok := st.Engine.Read(orbitOf(m, record.ID), st.Forecast(record), system.Day); ok && at.Level != orrery.OutOfOrbit {
					line.Orbits = append(line.Orbits, Orbit{Planet: b.Planet, Level: at.Level, Closeness: at.Closeness})
				}
			}
			slices.SortStableFunc(line.Orbits, func(a, b Orbit) int { return cmp.Compare(b.Closeness, a.Closeness) })
			out.List = append(out.List, line)
		}
		return nil
	})
	return out, err
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
