package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

func (a *app) exportCommand() *cobra.Command {
	format := "ndjson"
	c := &cobra.Command{
		Use: "export activities|members|organizations", Short: "Write everything out, as NDJSON or CSV", Args: cobra.ExactArgs(1),
		ValidArgs: []string{"activities", "members", "organizations"},
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "ndjson" && format != "csv" {
				return orrery.Errorf(orrery.Invalid, "--format %q: choose ndjson or csv", format)
			}
			switch args[0] {
			case "activities":
				return a.exportActivities(cmd, format)
			case "members":
				return a.exportMembers(cmd, format)
			case "organizations":
				return a.exportOrganizations(cmd, format)
			default:
				return orrery.Errorf(orrery.Invalid, "%q cannot be exported: choose activities, members or organizations", args[0])
			}
		},
	}
	c.Flags().StringVar(&format, "format", format, "ndjson or csv")
	return c
}

func (a *app) exportActivities(cmd *cobra.Command, format string) error {
	day, err := a.day()
	if err != nil {
		return err
	}
	return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
		var only orrery.PlanetID
		if a.planet != "" {
			p, err := s.Planet(a.planet)
			if err != nil {
				return err
			}
			only = p.ID
		}
		w := bufio.NewWriterSize(a.out, 1<<18)
		if format == "csv" {
			rows := csv.NewWriter(w)
			if err := rows.Write([]string{"id", "planet", "source", "who", "name", "email", "when", "kind", "object", "title", "url", "thread", "parent", "origin", "quantity", "unit", "partner"}); err != nil {
				return fmt.Errorf("export: %w", err)
			}
			err := s.Export(cmd.Context(), only, func(v *orrery.Activity) error {
				if day != 0 && orrery.DayOf(v.At) > day {
					return nil
				}
				quantity := ""
				if v.Unit != "" || v.Quantity != 0 {
					quantity = fmt.Sprint(v.Quantity)
				}
				return rows.Write(guarded(v.ExternalID, v.Planet, v.Source, v.Actor.Value, v.Actor.Name, v.Actor.Email,
					v.At.Format("2006-01-02T15:04:05.999999Z07:00"), v.Kind, v.Object.ID, v.Object.Title, v.Object.URL, v.Thread, v.Parent,
					v.Origin.String(), quantity, v.Unit, v.Partner))
			})
			if err != nil {
				return err
			}
			rows.Flush()
			if err := rows.Error(); err != nil {
				return fmt.Errorf("export: %w", err)
			}
			return w.Flush()
		}
		var buf []byte
		err := s.Export(cmd.Context(), only, func(v *orrery.Activity) error {
			if day != 0 && orrery.DayOf(v.At) > day {
				return nil
			}
			buf = ndjson.Append(buf[:0], v)
			_, err := w.Write(buf)
			return err
		})
		if err != nil {
			return err
		}
		return w.Flush()
	})
}

// guarded keeps a spreadsheet from taking text of strangers for a formula.
func guarded(cells ...string) []string {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			cells[i] = "'" + c
		}
	}
	return cells
}

func (a *app) exportMembers(cmd *cobra.Command, format string) error {
	day, err := a.day()
	if err != nil {
		return err
	}
	return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
		rows := csv.NewWriter(a.out)
		if format == "csv" {
			if err := rows.Write([]string{"id", "name", "kind", "planet", "level", "closeness", "return", "given", "received", "reach", "drift", "endurance", "last_active"}); err != nil {
				return fmt.Errorf("export: %w", err)
			}
		}
		for _, p := range s.Planets() {
			if a.planet != "" && a.planet != p.Slug {
				continue
			}
			list, asOf, err := desk.Members(cmd.Context(), view.MembersQuery{Planet: p.ID, AsOf: day})
			if err != nil {
				return err
			}
			for _, m := range list {
				if format == "csv" {
					figure := func(v float64) string { return fmt.Sprintf("%.4g", v) }
					err = rows.Write(append(guarded(fmt.Sprint(m.ID), m.Name, m.Kind.String(), m.Planet, m.Level.String()),
						figure(m.Closeness), figure(m.Return), figure(m.Given), figure(m.Received), figure(m.Reach),
						figure(m.Drift), figure(m.Endurance), m.LastActive.String()))
				} else {
					err = a.memberLine(m, asOf, s.Now())
				}
				if err != nil {
					return err
				}
			}
		}
		rows.Flush()
		return rows.Error()
	})
}
