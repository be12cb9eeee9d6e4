package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

func (a *app) notesCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "notes", Short: "What was on which day, as marks on charts",
		Long: `A release, a change of price, a talk: a note on a day stands as a mark on the charts
of that time. It says when something was, and nothing of what it brought about.

  orrery notes add 2026-03-01 Release 2.0
  orrery notes list
  orrery notes remove 3`,
	}
	c.AddCommand(a.notesAddCommand(), a.notesListCommand(), a.notesRemoveCommand())
	return c
}

// datedLine is a note on a day, for programs.
type datedLine struct {
	Type   string     `json:"type"` // note
	Number int64      `json:"number"`
	Planet string     `json:"planet,omitempty"` // empty: all
	Day    orrery.Day `json:"day"`
	Text   string     `json:"text"`
}

func (a *app) notesAddCommand() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "add DAY TEXT...", Short: "Write a note on a day", Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := orrery.ParseDay(args[0])
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				n := orrery.DatedNote{Day: day, Text: strings.Join(args[1:], " ")}
				slug := ""
				if !all {
					p, err := s.Planet(a.planet)
					if err != nil {
						return err
					}
					n.Planet, slug = p.ID, p.Slug
				}
				if n, err = s.SaveDatedNote(cmd.Context(), n); err != nil {
					return err
				}
				if a.json {
					return a.line(datedLine{"note", n.Number, slug, n.Day, n.Text})
				}
				fmt.Fprintf(a.out, "Note %d on %v is kept.\n", n.Number, n.Day)
				return nil
			})
		},
	}
	c.Flags().BoolVar(&all, "all", false, "for all planets")
	return c
}

func (a *app) notesListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the notes, by day", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				var of orrery.PlanetID
				slugs := map[orrery.PlanetID]string{}
				for _, p := range s.Planets() {
					slugs[p.ID] = p.Slug
				}
				if a.planet != "" {
					p, err := s.Planet(a.planet)
					if err != nil {
						return err
					}
					of = p.ID
				}
				list, err := s.DatedNotes(cmd.Context(), of, 0, 0)
				if err != nil {
					return err
				}
				t := table{head: []string{"number", "day", "planet", "what"}}
				for _, n := range list {
					if a.json {
						if err := a.line(datedLine{"note", n.Number, slugs[n.Planet], n.Day, n.Text}); err != nil {
							return err
						}
						continue
					}
					slug := slugs[n.Planet]
					if n.Planet == 0 {
						slug = "all"
					}
					t.add(strconv.FormatInt(n.Number, 10), n.Day.String(), clean(slug, 30), clean(n.Text, 200))
				}
				switch {
				case a.json:
				case len(t.rows) == 0:
					fmt.Fprintln(a.out, "There are no notes. Write one: orrery notes add 2026-03-01 Release 2.0")
				default:
					t.print(a.out)
				}
				return nil
			})
		},
	}
}

func (a *app) notesRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "remove NUMBER", Short: "Remove a note", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return orrery.Errorf(orrery.Invalid, "%q is no number of a note: see `orrery notes list`", args[0])
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				if err := s.RemoveDatedNote(cmd.Context(), number); err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{"type": "removed", "number": number})
				}
				fmt.Fprintf(a.out, "Note %d is removed.\n", number)
				return nil
			})
		},
	}
}
