package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// weekLine is a planet at the end of a week, for programs.
type weekLine struct {
	Planet     string         `json:"planet"`
	Week       orrery.Day     `json:"week"`  // the Monday
	AsOf       orrery.Day     `json:"as_of"` // the Sunday whose end it speaks of
	RhythmDays int            `json:"rhythm_days"`
	Gravity    float64        `json:"gravity"`
	Low        float64        `json:"low"`
	High       float64        `json:"high"`
	Actual     *int           `json:"actual,omitempty"` // of those in orbit, who came by themselves within the rhythm; once that is known
	People     int            `json:"people"`           // in orbit
	Levels     map[string]int `json:"levels"`
	In         int            `json:"in"`
	Out        int            `json:"out"`
	Activities int            `json:"activities"`
	Came       int            `json:"came"` // people who did anything that week
}

func weekLineOf(planet string, rhythm int, w *history.Week) weekLine {
	l := weekLine{
		Planet: planet, Week: w.Monday(), AsOf: w.Day, RhythmDays: rhythm, Gravity: w.Gravity, Low: w.Low, High: w.High,
		People: w.InOrbit(), Levels: map[string]int{}, In: w.In, Out: w.Out, Activities: w.Activities, Came: w.Came,
	}
	for level := orrery.Core; level > orrery.OutOfOrbit; level-- {
		l.Levels[level.String()] = w.Levels[level]
	}
	if w.Known {
		l.Actual = &w.Actual
	}
	return l
}

// gravityByWeek prints a line for each week since a planet's first activity.
func (a *app) gravityByWeek(cmd *cobra.Command) error {
	day, err := a.day()
	if err != nil {
		return err
	}
	return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
		planets := s.Planets()
		if a.planet != "" {
			p, err := s.Planet(a.planet)
			if err != nil {
				return err
			}
			planets = []orrery.Planet{p}
		}
		t := table{head: []string{"planet", "week", "gravity", "likely", "came", "in orbit", "core", "inner", "nearer", "farther", "activities"}}
		for _, p := range planets {
			all, err := desk.Weeks(cmd.Context(), p.ID, day, study.Forever)
			if err != nil {
				return err
			}
			for i := range all.Weeks {
				w := &all.Weeks[i]
				if a.json {
					if err := a.line(weekLineOf(p.Slug, all.RhythmDays, w)); err != nil {
						return err
					}
					continue
				}
				came := "–"
				if w.Known {
					came = count(int64(w.Actual))
				}
				t.add(clean(p.Slug, 30), w.Monday().String(), fmt.Sprintf("%.1f", w.Gravity), fmt.Sprintf("%.0f–%.0f", w.Low, w.High), came,
					count(int64(w.InOrbit())), count(int64(w.Levels[orrery.Core])), count(int64(w.Levels[orrery.Inner])),
					count(int64(w.In)), count(int64(w.Out)), count(int64(w.Activities)))
			}
		}
		switch {
		case a.json:
		case len(t.rows) == 0:
			fmt.Fprintln(a.out, "No week is over yet.")
		default:
			t.print(a.out)
			fmt.Fprintln(a.out, "\nEach week as of its Sunday, seen with today's people, weights and fit. Came: how many of those in\norbit then really came by themselves within the planet's rhythm; – while that is not known.")
		}
		return nil
	})
}

// memberWeekLine is somebody at the end of a week, for programs.
type memberWeekLine struct {
	ID        orrery.MemberID `json:"id"`
	Planet    string          `json:"planet"`
	Week      orrery.Day      `json:"week"`
	AsOf      orrery.Day      `json:"as_of"`
	Closeness float64         `json:"closeness"`
	Level     orrery.Level    `json:"level"`
}

// memberByWeek prints a line for each week since somebody's first activity.
func (a *app) memberByWeek(ctx context.Context, s *flow.System, desk *view.Desk, id orrery.IdentityID, day orrery.Day) error {
	if a.planet != "" {
		if _, err := s.Planet(a.planet); err != nil {
			return err
		}
	}
	m, list, err := desk.MemberWeeks(ctx, id, day)
	if err != nil {
		return err
	}
	t := table{head: []string{"planet", "week", "closeness", "level"}}
	for _, around := range list {
		if a.planet != "" && around.Planet != a.planet {
			continue
		}
		for _, p := range around.Points {
			if a.json {
				if err := a.line(memberWeekLine{m, around.Planet, p.Day - 6, p.Day, p.Closeness, p.Level}); err != nil {
					return err
				}
				continue
			}
			t.add(clean(around.Planet, 30), (p.Day - 6).String(), fmt.Sprintf("%.0f", p.Closeness), p.Level.String())
		}
	}
	switch {
	case a.json:
	case len(t.rows) == 0:
		fmt.Fprintln(a.out, "No week is over yet since they first came.")
	default:
		t.print(a.out)
		fmt.Fprintln(a.out, "\nEach week as of its Sunday, seen with today's weights and fit; out of orbit stands as 0.")
	}
	return nil
}
