package main

import (
	"github.com/spf13/cobra"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/simulate"
)

func (a *app) partnersCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "partners", Short: "Who brings people: what partners were there for, and what would not have happened without them", Args: cobra.NoArgs,
	}
	c.AddCommand(a.simulatePartnersCommand())
	return c
}

func samplePartners(world *simulate.World) (list []partner.Partner) {
	for _, p := range world.Partners {
		list = append(list, partner.Partner{
			Slug: p.Slug, Title: p.Name, Statement: p.Statement, Codes: []partner.Code{{Code: p.Code, Address: "https://example.org/" + p.Slug}},
		})
	}
	return list
}
