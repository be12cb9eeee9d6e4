package main

import "github.com/spf13/cobra"

func (a *app) partnersCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "partners", Short: "Who brings people: what partners were there for, and what would not have happened without them", Args: cobra.NoArgs,
	}
	c.AddCommand(a.simulatePartnersCommand())
	return c
}
