package view

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

// PlanetsKept lists all planets that the viewer sees in their order, archived ones
// too. Sources are filled in by whoever knows them.
func (d *Desk) PlanetsKept(ctx context.Context) (list []PlanetKept, err error) {
	viewer := orrery.ViewerOf(ctx)
	err = d.system.Read(ctx, func(st *flow.State) error {
		for _, p := range flow.InOrder(d.system.Planets()) {
			if viewer.Sees(p.ID) {
				list = append(list, PlanetKept{Planet: d.planet(st, p, 0), Archived: p.Archived, Activities: st.Entries[p.ID]})
			}
		}
		return nil
	})
	return list, err
}

// Rearranged makes anew what tells of planets together, after one was hidden,
// brought back, renamed or put elsewhere.
func (d *Desk) Rearranged() {
	d.shelf.Forget("system", everyPlanet.ID)
	d.cards.forget()
	d.Renew()
}
