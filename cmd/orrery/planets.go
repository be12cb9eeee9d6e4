package main

import (
	"fmt"
	"sort"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

// planetLine is one planet for programs.
type planetLine struct {
	Name          string         `json:"name"`
	Title         string         `json:"title,omitempty"`
	Constellation string         `json:"constellation,omitempty"`
	RhythmDays    int            `json:"rhythm_days"`
	Archived      bool           `json:"archived,omitempty"`
	Activities    int64          `json:"activities"`
	People        int            `json:"people"` // in orbit
	Visitors      int            `json:"visitors,omitempty"`
	Levels        map[string]int `json:"levels"`
	Gravity       float64        `json:"gravity"`
	Low           float64        `json:"low"`
	High          float64        `json:"high"`
	First         *orrery.Day    `json:"first,omitempty"`
	Last          *orrery.Day    `json:"last,omitempty"`
	AsOf          orrery.Day     `json:"as_of"`
}

func lineOf(p view.PlanetSummary) planetLine {
	l := planetLine{
		Name: p.Name, Title: p.Title, Constellation: p.Constellation, RhythmDays: p.RhythmDays, Archived: p.Archived,
		Activities: p.Activities, People: p.People, Visitors: p.Visitors, Levels: map[string]int{},
		Gravity: p.Gravity.Now, Low: p.Gravity.Low, High: p.Gravity.High, AsOf: p.AsOf,
	}
	for _, b := range p.Bands {
		l.Levels[b.Level.String()] = b.People
	}
	if p.Last != 0 {
		l.First, l.Last = &p.First, &p.Last
	}
	return l
}

func (a *app) planetsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "planets", Short: "List the planets: brands, products, projects", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.summaries(cmd, func(list []view.PlanetSummary) error {
				t := table{head: []string{"planet", "constellation", "activities", "in orbit", "core", "inner", "outer", "edge", "rhythm", "as of"}}
				for _, p := range list {
					levels := make([]string, 0, len(p.Bands))
					for _, b := range p.Bands {
						levels = append(levels, count(int64(b.People)))
					}
					name := clean(p.Name, 40)
					if p.Archived {
						name += " (archived)"
					}
					t.add(append(append([]string{
						name, clean(p.Constellation, 30), count(p.Activities), count(int64(p.People)),
					}, levels...), fmt.Sprintf("%d days", p.RhythmDays), p.AsOf.String())...)
				}
				if len(list) == 0 {
					fmt.Fprintln(a.out, "No planet yet. Import something: orrery import git .")
					return nil
				}
				t.print(a.out)
				return nil
			})
		},
	}
	var constellation, title string
	var rhythm int
	set := &cobra.Command{
		Use: "set PLANET", Short: "Change a planet's title, constellation or rhythm", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				p, err := s.Planet(args[0])
				if err != nil {
					return err
				}
				if cmd.Flags().Changed("title") {
					p.Title = title
				}
				if cmd.Flags().Changed("constellation") {
					p.Constellation = constellation
				}
				if cmd.Flags().Changed("rhythm") {
					p.RhythmDays = rhythm
				}
				return s.SavePlanet(cmd.Context(), p)
			})
		},
	}
	set.Flags().StringVar(&title, "title", "", "what people call it")
	set.Flags().StringVar(&constellation, "constellation", "", "the group of planets it belongs to")
	set.Flags().IntVar(&rhythm, "rhythm", 0, "days within which people are expected to come: 30, 90 or 365")
	c.AddCommand(set, a.rhythmCommand(), a.archiveCommand("archive", "Hide a planet from the screens; its data stays and goes on arriving", true),
		a.archiveCommand("bring-back", "Show an archived planet again", false))
	return c
}

func (a *app) archiveCommand(name, short string, archived bool) *cobra.Command {
	return &cobra.Command{
		Use: name + " PLANET", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				p, err := s.Planet(args[0])
				if err != nil {
					return err
				}
				return s.ArchivePlanet(cmd.Context(), p.ID, archived)
			})
		},
	}
}

// summaries reads all planets and prints them as lines or as told.
func (a *app) summaries(cmd *cobra.Command, show func([]view.PlanetSummary) error) error {
	day, err := a.day()
	if err != nil {
		return err
	}
	return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
		list, err := desk.Planets(cmd.Context(), day)
		if err != nil {
			return err
		}
		if a.planet != "" {
			p, err := s.Planet(a.planet)
			if err != nil {
				return err
			}
			only := list[:0]
			for _, v := range list {
				if v.ID == p.ID {
					only = append(only, v)
				}
			}
			list = only
		}
		if a.json {
			for _, p := range list {
				if err := a.line(lineOf(p)); err != nil {
					return err
				}
			}
			return nil
		}
		return show(list)
	})
}

func (a *app) constellationsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "constellations", Short: "List the constellations and their planets", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				planets := map[string][]string{}
				for _, p := range s.Planets() {
					planets[p.Constellation] = append(planets[p.Constellation], p.Slug)
				}
				var names []string
				for name := range planets {
					if name != "" {
						names = append(names, name)
					}
				}
				sort.Strings(names)
				for _, name := range names {
					if a.json {
						if err := a.line(map[string]any{"name": name, "planets": planets[name]}); err != nil {
							return err
						}
						continue
					}
					fmt.Fprintln(a.out, clean(name, 60))
					for _, p := range planets[name] {
						fmt.Fprintln(a.out, "  "+p)
					}
				}
				if len(names) == 0 && !a.json {
					fmt.Fprintln(a.out, "No constellation yet. Put a planet into one: orrery planets set PLANET --constellation NAME")
				}
				return nil
			})
		},
	}
}

func (a *app) gravityCommand() *cobra.Command {
	weekly := false
	c := &cobra.Command{
		Use: "gravity", Short: "How many people each planet can expect to come by themselves", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if weekly {
				return a.gravityByWeek(cmd)
			}
			return a.summaries(cmd, func(list []view.PlanetSummary) error {
				t := table{head: []string{"planet", "gravity", "likely", "within", "of in orbit", "as of"}}
				for _, p := range list {
					t.add(clean(p.Name, 40), fmt.Sprintf("%.1f", p.Gravity.Now), fmt.Sprintf("%.0f–%.0f", p.Gravity.Low, p.Gravity.High),
						fmt.Sprintf("%d days", p.RhythmDays), count(int64(p.People)), p.AsOf.String())
				}
				t.print(a.out)
				fmt.Fprintln(a.out, "\nGravity is the sum of everybody's closeness: how many of those in orbit can be expected to\ncome by themselves with something meaningful. Bots and teammates are left out.")
				return nil
			})
		},
	}
	c.Flags().BoolVar(&weekly, "weekly", false, "a line for each week since the first activity, beside how many really came")
	return c
}
