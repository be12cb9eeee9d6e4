package view

import (
	"context"

	"orrery.dev/orrery"
)

// NotCounted is what Arrivals returns while it is not known how many there are.
const NotCounted = -1

// Arrivals returns how many activities of a planet count. It waits for nothing and is
// meant to be asked again and again while somebody watches. Where it is another number
// than before, lists are made anew meanwhile, so that whoever then looks finds what
// came in them. It fails once the Desk is stopped.
func (d *Desk) Arrivals(ctx context.Context, planet orrery.PlanetID, before int64) (int64, error) {
	if err := d.ctx.Err(); err != nil {
		return NotCounted, err
	}
	n, ok := d.system.Arrived(planet)
	if !ok {
		return NotCounted, nil
	}
	if before != NotCounted && n != before {
		_, _ = d.rosterAsOf(ctx, planet, 0) // whoever looks is told what is wrong
	}
	return n, nil
}
