package webtest

import (
	"cmp"
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/repulsion"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/view"
)

// Repulsion implements web.Reader: a made-up world with a burst.
func (w *World) Repulsion(_ context.Context, id orrery.PlanetID, _ orrery.Day, _ time.Duration) (view.Repulsion, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(id)
	if err != nil {
		return view.Repulsion{}, err
	}
	around := w.around(id)
	out := view.Repulsion{AsOf: p.AsOf, There: true, Made: w.Now()}
	if len(around) == 0 {
		return out, nil
	}
	world := simulate.NewRepulsionWorld(2, true)
	past := repulsion.NewPast(p.AsOf, 1, func(m orrery.MemberID) []int { return []int{0}[:int(m)%2] })
	for _, d := range world.Deeds {
		past.Add(repulsion.Act{
			Day: p.AsOf + orrery.Day(d.Day-world.Days+1), Who: around[d.Who%len(around)].row.ID, Kind: "shop.complaint",
			On: uint64(d.On) << 8, Repels: d.Repels, Own: !d.Repels,
		})
	}
	r := past.Report()
	out.Since, out.Everybody, out.Kinds, out.Tested = r.Since, r.Everybody, r.Kinds, r.Tested
	out.Groups = []view.RepelledGroup{{Kind: "circle", ID: 1, Name: "The <b>night</b> walkers", Group: r.Groups[0]}, {Kind: "partner", Slug: "alder", Name: "Alder Bikes", Group: r.Groups[0]}}
	for i, b := range r.Bursts {
		out.Bursts = append(out.Bursts, view.RepulsionBurst{Burst: b, Number: i, Title: "The <b>blue</b> lantern", Type: "product"})
	}
	out.PeopleN, out.RecentN, out.StayingN = len(r.People), 20, 12
	of := map[orrery.MemberID]*soul{}
	for _, s := range around {
		of[s.row.ID] = s
	}
	for i, line := range r.People[:min(12, len(r.People))] {
		s := of[line.Who]
		person := view.RepelledPerson{Person: line, Name: s.row.Name, Level: s.row.Level}
		out.People = append(out.People, person)
		if i < 5 {
			out.Staying = append(out.Staying, person)
		}
	}
	out.Balance = view.Balance{Against: 7, Triangles: 120, Frustrated: 11}
	return out, nil
}

// RepulsionNow implements web.Reader.
func (w *World) RepulsionNow(ctx context.Context, id orrery.PlanetID) (repulsion.Group, error) {
	r, err := w.Repulsion(ctx, id, 0, 0)
	if err == nil && r.Everybody.All.Acts > 0 {
		r.Everybody.Growth = repulsion.Growth{Ratio: 1.8, Low: 1.2, High: 2.6, Verdict: repulsion.Grew}
	}
	return r.Everybody, err
}

// Repelled implements web.Reader.
func (w *World) Repelled(_ context.Context, q view.RepelledQuery) (view.Repelled, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(q.Planet)
	if err != nil {
		return view.Repelled{}, err
	}
	if q.Burst == "99" {
		return view.Repelled{}, orrery.Errorf(orrery.NotFound, "there is no such list any more: see what pushes away")
	}
	out := view.Repelled{AsOf: p.AsOf, Of: "in the last 90 days", N: 60, Offset: q.Offset, There: true}
	if q.Offset == 0 {
		out.Next = 50
	}
	for i, s := range w.around(q.Planet) {
		if q.Who != 0 && s.row.ID == q.Who {
			out.Whose, out.N, out.Next = s.row.Name, 1, 0
		}
		if i < 5 {
			out.List = append(out.List, view.RepelledAct{
				Happening: view.Happening{At: w.Now().AddDate(0, 0, -i), Title: "Complaint: The <b>blue</b> lantern", Kind: "shop.complaint", Source: "shop", Count: 1},
				ID:        s.row.ID, Name: s.row.Name,
			})
		}
	}
	return out, nil
}

// SolarSystem implements web.Reader.
func (w *World) SolarSystem(_ context.Context, asOf orrery.Day, _ time.Duration) (view.System, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := view.System{There: true, Made: w.Now()}
	out.Day = cmp.Or(asOf, orrery.DayOf(w.Now()))
	out.Then = out.Day - view.SkyDays
	c := view.Constellation{Name: "Northern", Least: 40, Most: 44, Sum: 50, Was: 80, Gone: 9}
	for _, p := range w.planets {
		b := view.SystemPlanet{Planet: p, People: 60, Constellation: c.Name}
		b.SkyPlanet = view.SkyPlanet{ID: p.ID, Levels: [orrery.Core + 1]int{0, 30, 15, 10, 5}, Gravity: 21}
		out.Brands, out.Sky.Planets = append(out.Brands, b), append(out.Sky.Planets, b.SkyPlanet)
		c.Planets, c.People = append(c.Planets, p.ID), c.People+50
		c.Leaks = append(c.Leaks, view.Leak{Planet: p.ID, Was: 60, Stayed: 50, NearN: 4, GoneN: 6})
	}
	out.Constellations, out.People = []view.Constellation{c}, c.People
	if n := len(w.planets); n > 1 {
		a, b := w.planets[0].ID, w.planets[1].ID
		out.Shared = []view.Shared{{A: a, B: b, People: 12}}
		out.Paths = []view.Path{{
			From: a, To: b, Quarter: view.Came{Of: 100, N: 9, Low: .05, High: .16}, Year: view.Came{Of: 80, N: 12, Low: .09, High: .24},
			Arrived: view.Came{Of: 15, N: 10, Low: .42, High: .85}, Others: view.Came{Of: 40, N: 20, Low: .35, High: .65},
		}}
	}
	for hour := range out.Hours.UTC {
		out.Hours.UTC[hour], out.Hours.Local[hour] = uint32(hour%24), uint32((hour+6)%24)
	}
	if len(w.people) > 0 {
		out.Zones = view.Zones{People: 30, Ties: 60, Far: 12}
		out.Bridges = []view.ZonedPerson{{Zoned: view.Zoned{Who: w.people[0].row.ID, Minutes: 60, Ties: 5, With: []int{-300, 570}}, Name: w.people[0].row.Name}}
	}
	return out, nil
}

// SystemPeople implements web.Reader.
func (w *World) SystemPeople(_ context.Context, q view.SystemQuery) (view.SystemPeople, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := view.SystemPeople{SystemQuery: q, Day: cmp.Or(q.AsOf, orrery.DayOf(w.Now())), N: 12}
	out.Then = out.Day - view.SkyDays
	for _, p := range w.planets {
		if p.ID == q.A {
			out.From = p
		}
		if p.ID == q.B {
			out.To = p
		}
	}
	if out.From.ID == 0 || q.List == "" {
		return out, orrery.Errorf(orrery.NotFound, "there is no such list: see the system")
	}
	for _, s := range w.people[:min(5, len(w.people))] {
		out.List = append(out.List, view.SystemPerson{ID: s.row.ID, Name: s.row.Name, Orbits: []view.Orbit{{Planet: out.From, Level: s.row.Level, Closeness: s.row.Closeness}}})
	}
	return out, nil
}
