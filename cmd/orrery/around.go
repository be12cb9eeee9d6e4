package main

import (
	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// around runs what a command tells of the planet that it names, as of the day that
// it names (0: as screens answer).
func (a *app) around(cmd *cobra.Command, tell func(p orrery.Planet, day orrery.Day, desk *view.Desk) error) error {
	day, err := a.day()
	if err != nil {
		return err
	}
	return a.aroundPlanet(cmd, func(desk *view.Desk, p orrery.Planet) error { return tell(p, day, desk) })
}
