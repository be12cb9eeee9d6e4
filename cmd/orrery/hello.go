package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

type helloLine struct {
	ID        orrery.MemberID `json:"id"`
	Name      string          `json:"name"`
	Planet    string          `json:"planet"`
	Cause     view.Cause      `json:"cause"`
	Why       string          `json:"why"`
	Level     orrery.Level    `json:"level"`
	Closeness float64         `json:"closeness"`
	If        float64         `json:"closeness_after_a_visit"`
	Worth     float64         `json:"may_change"`
	Greeted   orrery.Day      `json:"greeted,omitzero"`
	AsOf      orrery.Day      `json:"as_of"`
}

func (a *app) helloCommand() *cobra.Command {
	limit := 20
	c := &cobra.Command{
		Use: "hello", Short: "List to whom a personal word may change something", Args: cobra.NoArgs,
		Long: `List to whom a personal word may change something, most first: who drifts, who
fell silent, newcomers who have not come back. "May change" is by how much one
visit would bring them closer, times the chance that they would not come by
themselves. Whom a teammate spoke to in the last fortnight stands last.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.around(cmd, func(p orrery.Planet, day orrery.Day, d *view.Desk) error {
				out, err := d.Hellos(cmd.Context(), p.ID, day, limit)
				for errors.Is(err, view.ErrMaking) { // it has waited a while by then
					out, err = d.Hellos(cmd.Context(), p.ID, day, limit)
				}
				if err != nil {
					return err
				}
				return a.printHellos(p, &out)
			})
		},
	}
	c.Flags().IntVar(&limit, "limit", limit, "people at most")
	return c
}

func (a *app) printHellos(p orrery.Planet, out *view.Hellos) error {
	t := table{head: []string{"person", "why", "closeness", "after a visit", "may change"}}
	for _, h := range out.List {
		if a.json {
			if err := a.line(helloLine{h.ID, h.Name, p.Slug, h.Cause, h.Why.String(), h.Level, h.Closeness, h.If, h.Worth, h.Greeted, out.AsOf}); err != nil {
				return err
			}
			continue
		}
		t.add(clean(h.Name, 32), h.Why.String(), fmt.Sprintf("%.0f", h.Closeness), fmt.Sprintf("%.0f", h.If), fmt.Sprintf("%.1f", h.Worth))
	}
	if a.json {
		return nil
	}
	if len(t.rows) == 0 {
		fmt.Fprintln(a.out, "Nobody needs a hello just now.")
		return nil
	}
	t.print(a.out)
	return nil
}
