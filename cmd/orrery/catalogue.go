package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

func (a *app) catalogueCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "catalogue", Short: "List what each kind of activity is worth", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				t := table{head: []string{"kind", "way to belong", "weight", "meaningful", "valence", "a day at most"}}
				for _, e := range s.Catalogue().All() {
					if a.json {
						if err := a.line(ruleLine{e.Kind, e.Rule.Strategy, float64(e.Rule.WeightMilli) / 1000, e.Rule.Meaningful, e.Rule.Valence, e.Rule.DailyCap}); err != nil {
							return err
						}
						continue
					}
					limit := ""
					if e.Rule.DailyCap > 0 {
						limit = fmt.Sprint(e.Rule.DailyCap)
					}
					t.add(e.Kind, e.Rule.Strategy.String(), fmt.Sprintf("%g", float64(e.Rule.WeightMilli)/1000),
						map[bool]string{true: "yes", false: "no"}[e.Rule.Meaningful], fmt.Sprintf("%+d", e.Rule.Valence), limit)
				}
				if !a.json {
					t.print(a.out)
				}
				return nil
			})
		},
	}
	var strategy string
	var weight float64
	var meaningful bool
	var valence int8
	var limit uint8
	var try bool
	set := &cobra.Command{
		Use: "set KIND", Short: "Change what a kind is worth; the past is counted anew", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), false, func(s *flow.System, d *view.Desk) error {
				o := catalogue.Override{Kind: args[0]}
				changed := cmd.Flags().Changed
				if changed("strategy") {
					way, err := orrery.ParseStrategy(strategy)
					if err != nil {
						return err
					}
					o.Strategy = &way
				}
				if changed("weight") {
					o.Weight = &weight
				}
				if changed("meaningful") {
					o.Meaningful = &meaningful
				}
				if changed("valence") {
					o.Valence = &valence
				}
				if changed("daily-cap") {
					o.DailyCap = &limit
				}
				if try {
					list, err := d.TryAll(cmd.Context(), o)
					if err != nil {
						return err
					}
					return a.printTrials(list)
				}
				return s.SetCatalogue(cmd.Context(), o)
			})
		},
	}
	set.Flags().BoolVar(&try, "try", false, "show what it would do, and change nothing")
	set.Flags().StringVar(&strategy, "strategy", "", "way to belong: content, conversation, collaboration, contribution, commerce or curation")
	set.Flags().Float64Var(&weight, "weight", 0, "0 to 10; from 2 on it is meaningful, unless --meaningful says otherwise")
	set.Flags().BoolVar(&meaningful, "meaningful", false, "whether it can bring somebody closer")
	set.Flags().Int8Var(&valence, "valence", 0, "1 attraction, 0 neutral, -1 repulsion")
	set.Flags().Uint8Var(&limit, "daily-cap", 0, "how many a person and day count; 0: all")
	c.AddCommand(set)
	return c
}

type ruleLine struct {
	Kind       string          `json:"kind"`
	Strategy   orrery.Strategy `json:"strategy"`
	Weight     float64         `json:"weight"`
	Meaningful bool            `json:"meaningful"`
	Valence    int8            `json:"valence"`
	DailyCap   uint8           `json:"daily_cap"`
}

type weightTrialLine struct {
	Type          string             `json:"type"`
	Planet        string             `json:"planet"`
	GravityBefore float64            `json:"gravity_before"`
	GravityAfter  float64            `json:"gravity_after"`
	Nearer        int                `json:"nearer"`
	Farther       int                `json:"farther"`
	Levels        []weightTrialLevel `json:"levels"`
	Moves         []weightTrialMove  `json:"moves"`
}

type weightTrialLevel struct {
	Level  orrery.Level `json:"level"`
	Before int          `json:"before"`
	After  int          `json:"after"`
}

type weightTrialMove struct {
	ID     orrery.MemberID `json:"id"`
	Name   string          `json:"name"`
	Before float64         `json:"closeness_before"`
	After  float64         `json:"closeness_after"`
}

// printTrials shows what a change would do to each planet.
func (a *app) printTrials(list []view.WeightTrial) error {
	for _, t := range list {
		if a.json {
			l := weightTrialLine{
				Type: "trial", Planet: t.Planet.Name, GravityBefore: t.Before.Now, GravityAfter: t.After.Now,
				Nearer: t.Nearer, Farther: t.Farther, Levels: []weightTrialLevel{}, Moves: []weightTrialMove{},
			}
			for _, level := range t.Levels {
				l.Levels = append(l.Levels, weightTrialLevel(level))
			}
			for _, m := range t.Moves {
				l.Moves = append(l.Moves, weightTrialMove{m.ID, m.Name, m.Before, m.After})
			}
			if err := a.line(l); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(a.out, "%s: gravity %.0f → %.0f; %d would stand nearer, %d farther\n", t.Planet.Name, t.Before.Now, t.After.Now, t.Nearer, t.Farther)
		levels := table{head: []string{"level", "now", "would be"}}
		for _, level := range t.Levels {
			levels.add(level.Level.String(), fmt.Sprint(level.Before), fmt.Sprint(level.After))
		}
		levels.print(a.out)
		moves := table{head: []string{"who would move most", "now", "would be"}}
		for _, m := range t.Moves {
			moves.add(clean(m.Name, 40), fmt.Sprintf("%.0f", m.Before), fmt.Sprintf("%.0f", m.After))
		}
		if len(moves.rows) > 0 {
			moves.print(a.out)
		}
	}
	return nil
}
