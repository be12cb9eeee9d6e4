package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func (a *app) tiesCommand() *cobra.Command {
	var of string
	var uneven bool
	limit := 20
	c := &cobra.Command{
		Use: "ties", Short: "Who gave whom what: a person's ties, or who gave much and received little", Args: cobra.NoArgs,
		Long: `With --of, list a person's ties, the strongest first: what they gave and received
(weight, half of it fades in 180 days), since when, and what pushes away, which is
never netted. Otherwise list who gave people much more than they received: those to
thank or to answer first.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := a.day()
			if err != nil {
				return err
			}
			if uneven && of != "" {
				return orrery.Errorf(orrery.Invalid, "--imbalance tells of everybody: leave --of out")
			}
			if of == "" && day != 0 {
				return orrery.Errorf(orrery.Invalid, "who gave and received unevenly is told as of today only: leave --as-of out, or ask --of one person")
			}
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				p, err := s.Planet(a.planet)
				if err != nil {
					return err
				}
				if of != "" {
					return a.tiesOf(cmd.Context(), s, desk, p, of, day)
				}
				found, err := desk.Imbalance(cmd.Context(), p.ID, false, limit, study.Forever)
				if err != nil {
					return err
				}
				return a.printImbalance(p, &found)
			})
		},
	}
	c.Flags().StringVar(&of, "of", "", "number, login or address of a `person`")
	c.Flags().BoolVar(&uneven, "imbalance", false, "who gave much and received little (also without any flag)")
	c.Flags().IntVar(&limit, "limit", limit, "people at most")
	return c
}

// tieLine is the shape of a tie in JSON, as one of the two sees it.
type tieLine struct {
	Planet   string          `json:"planet"`
	AsOf     orrery.Day      `json:"as_of"`
	ID       orrery.MemberID `json:"id"`
	With     whoLine         `json:"with"`
	Gave     float64         `json:"gave"`
	Received float64         `json:"received"`
	MetOver  float64         `json:"met_over"`
	Pushed   float64         `json:"pushed_away"`
	PushedBy float64         `json:"was_pushed_away"`
	Acts     int             `json:"acts"`
	Met      int             `json:"met"`
	Since    orrery.Day      `json:"since"`
	Last     orrery.Day      `json:"last"`
}

func (a *app) tiesOf(ctx context.Context, s *flow.System, desk *view.Desk, p orrery.Planet, of string, day orrery.Day) error {
	id, err := s.FindIdentity(ctx, of)
	if err != nil {
		return err
	}
	if day == 0 { // so that what they met over is known
		if _, err := desk.Imbalance(ctx, p.ID, false, 0, study.Forever); err != nil {
			return err
		}
	}
	person, err := desk.PersonAsOf(ctx, p.ID, orrery.MemberID(id), day, "")
	if err != nil {
		return err
	}
	t := table{head: []string{"person", "gave", "received", "met over", "pushed away", "was pushed", "between them", "since", "last"}}
	for _, n := range person.Around {
		if a.json {
			line := tieLine{p.Slug, person.AsOf, person.ID, whoLine{n.ID, n.Name}, n.Gave, n.Got, n.Over, n.Pushed, n.PushedBy, n.Acts, n.Met, n.Since, n.Last}
			if err := a.line(line); err != nil {
				return err
			}
			continue
		}
		figure := func(v float64) string { return fmt.Sprintf("%.1f", v) }
		t.add(clean(n.Name, 32), figure(n.Gave), figure(n.Got), figure(n.Over), figure(n.Pushed), figure(n.PushedBy), n.Why.String(), n.Since.String(), n.Last.String())
	}
	if a.json {
		return nil
	}
	if len(t.rows) == 0 {
		fmt.Fprintf(a.out, "%s has no live ties around %s.\n", clean(person.Name, 60), p.Slug)
		return nil
	}
	t.print(a.out)
	if near := person.Near; near != nil {
		fmt.Fprintf(a.out, "\nOne step away: %s, and %s only named. Two steps: %s, and %s only named.\n", things(int64(near.First), "person", "people"),
			count(int64(near.FirstNamed)), things(int64(near.Second), "person", "people"), count(int64(near.SecondNamed)))
	}
	return nil
}

// leaningLine is somebody who gave much more than they received, in JSON.
type leaningLine struct {
	Planet    string          `json:"planet"`
	AsOf      orrery.Day      `json:"as_of"`
	ID        orrery.MemberID `json:"id"`
	Name      string          `json:"name"`
	Level     orrery.Level    `json:"level"`
	Closeness float64         `json:"closeness"`
	Gave      float64         `json:"gave"`
	Received  float64         `json:"received"`
	People    int             `json:"people"`
	MostlyTo  []whoLine       `json:"mostly_to"`
}

func (a *app) printImbalance(p orrery.Planet, found *view.Imbalance) error {
	t := table{head: []string{"person", "gave", "received", "people", "mostly to"}}
	for _, l := range found.List {
		line := leaningLine{p.Slug, found.AsOf, l.ID, l.Name, l.Level, l.Closeness, l.Gave, l.Got, l.To, []whoLine{}}
		names := ""
		for i, m := range l.Most {
			line.MostlyTo = append(line.MostlyTo, whoLine{m.ID, m.Name})
			if i > 0 {
				names += ", "
			}
			names += clean(m.Name, 24)
		}
		if a.json {
			if err := a.line(line); err != nil {
				return err
			}
			continue
		}
		t.add(clean(l.Name, 32), fmt.Sprintf("%.1f", l.Gave), fmt.Sprintf("%.1f", l.Got), count(int64(l.To)), names)
	}
	if a.json {
		return nil
	}
	if len(t.rows) == 0 {
		fmt.Fprintln(a.out, "Nobody gave much more than they received.")
		return nil
	}
	t.print(a.out)
	return nil
}
