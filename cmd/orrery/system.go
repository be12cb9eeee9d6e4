package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func (a *app) systemCommand() *cobra.Command {
	return &cobra.Command{
		Use: "system", Short: "All planets together: shared people, paths, where people leave", Args: cobra.NoArgs,
		Long: `All planets together: who orbits several, how people came from one to another,
where they leave the orbit of a planet and of its whole constellation, gravity with
everybody counted once, and who joins far time zones. Paths are associations: who
walks them may differ in many ways.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := a.day()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), true, func(_ *flow.System, desk *view.Desk) error {
				s, err := desk.SolarSystem(cmd.Context(), day, study.Forever)
				if err != nil {
					return err
				}
				return a.printSystem(&s)
			})
		},
	}
}

type systemPlanetLine struct {
	Type          string     `json:"type"` // planet
	Planet        string     `json:"planet"`
	Constellation string     `json:"constellation,omitempty"`
	AsOf          orrery.Day `json:"as_of"`
	People        int        `json:"people"`
	Gravity       float64    `json:"gravity"`
	RhythmDays    int        `json:"rhythm_days"`
	Activities    int        `json:"activities"`
	Was           int        `json:"in_orbit_90_days_ago"`
	Stayed        int        `json:"stayed"`
	Near          int        `json:"left_near"`      // around another of the constellation
	Elsewhere     int        `json:"left_elsewhere"` // around one of another constellation
	Gone          int        `json:"left_all"`
}

type constellationLine struct {
	Type          string   `json:"type"` // constellation
	Constellation string   `json:"constellation"`
	Planets       []string `json:"planets"`
	People        int      `json:"people"` // each once
	GravityLow    float64  `json:"gravity_low"`
	GravityHigh   float64  `json:"gravity_high"`
	GravitySum    float64  `json:"gravity_sum"` // people counted as often as they orbit
	Was           int      `json:"in_orbit_90_days_ago"`
	Gone          int      `json:"left_all"`
}

type sharedLine struct {
	Type   string `json:"type"` // shared
	A      string `json:"a"`
	B      string `json:"b"`
	People int    `json:"people"`
}

type pathLine struct {
	Type      string    `json:"type"` // path
	From      string    `json:"from"`
	To        string    `json:"to"`
	Quarter   flow.Came `json:"days_90"`
	Year      flow.Came `json:"days_365"`
	Otherwise flow.Came `json:"first_seen_elsewhere_days_365"`
	Arrived   flow.Came `json:"in_orbit_now"`
	Others    flow.Came `json:"in_orbit_now_who_came_otherwise"`
}

type zonesLine struct {
	Type     string `json:"type"` // zones
	People   int    `json:"people"`
	Ties     int    `json:"ties"`
	Far      int    `json:"far_ties"`
	Language string `json:"languages"` // unknown: no source tells
	flow.Hours
}

func (a *app) printSystem(s *view.System) error {
	slug := func(id orrery.PlanetID) string { return s.Brand(id).Planet.Name }
	leaks := map[orrery.PlanetID]flow.Leak{}
	for i := range s.Constellations {
		for _, l := range s.Constellations[i].Leaks {
			leaks[l.Planet] = l
		}
	}
	if !a.json {
		a.tellSystem(s, leaks)
		return nil
	}
	for _, b := range s.Brands {
		l := leaks[b.Planet.ID]
		err := a.line(systemPlanetLine{
			"planet", b.Name, b.Constellation, s.Day, b.People, b.Gravity, b.RhythmDays, b.Activities,
			l.Was, l.Stayed, l.NearN, l.ElseN, l.GoneN,
		})
		if err != nil {
			return err
		}
	}
	for i := range s.Constellations {
		c := &s.Constellations[i]
		line := constellationLine{"constellation", c.Name, nil, c.People, c.Least, c.Most, c.Sum, c.Was, c.Gone}
		for _, id := range c.Planets {
			line.Planets = append(line.Planets, slug(id))
		}
		if err := a.line(line); err != nil {
			return err
		}
	}
	for _, at := range s.Shared {
		if err := a.line(sharedLine{"shared", slug(at.A), slug(at.B), at.People}); err != nil {
			return err
		}
	}
	for i := range s.Paths {
		at := &s.Paths[i]
		if err := a.line(pathLine{"path", slug(at.From), slug(at.To), at.Quarter, at.Year, at.Otherwise, at.Arrived, at.Others}); err != nil {
			return err
		}
	}
	return a.line(zonesLine{"zones", s.Zones.People, s.Zones.Ties, s.Zones.Far, "unknown", s.Hours})
}

func (a *app) tellSystem(s *view.System, leaks map[orrery.PlanetID]flow.Leak) {
	fmt.Fprintf(a.out, "%s around %s as of %v, each counted once.\n\n", things(int64(s.People), "person", "people"), things(int64(len(s.Brands)), "planet", "planets"), s.Day)
	t := table{head: []string{"planet", "constellation", "people", "gravity", "were in orbit", "stayed", "left, near by", "left, elsewhere", "left all"}}
	for _, b := range s.Brands {
		l := leaks[b.Planet.ID]
		t.add(clean(b.Name, 30), clean(b.Constellation, 30), count(int64(b.People)), fmt.Sprintf("%.1f", b.Gravity),
			count(int64(l.Was)), count(int64(l.Stayed)), count(int64(l.NearN)), count(int64(l.ElseN)), count(int64(l.GoneN)))
	}
	t.print(a.out)
	for i := range s.Constellations {
		if c := &s.Constellations[i]; c.Name != "" && len(c.Planets) > 1 {
			fmt.Fprintf(a.out, "\n%s: %s, gravity %.1f to %.1f with everybody counted once; %d of %d who were in orbit %v have left all of it.",
				clean(c.Name, 30), things(int64(c.People), "person", "people"), c.Least, c.Most, c.Gone, c.Was, s.Then)
		}
	}
	fmt.Fprint(a.out, "\n\n")
	p := table{head: []string{"first seen on", "came to", "in 90 days", "in a year", "first seen elsewhere"}}
	for i := range s.Paths {
		if at := &s.Paths[i]; at.Arrived.Of > 0 {
			p.add(s.Brand(at.From).Planet.Name, s.Brand(at.To).Planet.Name, cameWords(at.Quarter), cameWords(at.Year), cameWords(at.Otherwise))
		}
	}
	p.print(a.out)
	fmt.Fprintln(a.out, "\nAn association: who walks such a path may differ in many ways. Languages: no source here tells them.")
}

func cameWords(c flow.Came) string {
	if c.Of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %% [%.1f–%.1f] of %d", 100*c.Share(), 100*c.Low, 100*c.High, c.Of)
}
