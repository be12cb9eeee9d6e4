package view

import (
	"context"
	"sync"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

// pastCircles keeps the circles of a day in the past that were asked for last:
// whoever reads them looks at one after the other.
type pastCircles struct {
	mu         sync.Mutex
	planet     orrery.PlanetID
	day        orrery.Day
	generation int64
	found      flow.Circles
}

func (p *pastCircles) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.planet, p.found = 0, flow.Circles{}
}

// pastCircles finds a planet's circles as of a day, one day at a time.
func (d *Desk) pastCircles(ctx context.Context, p orrery.Planet, day orrery.Day) (flow.Circles, error) {
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return flow.Circles{}, err
	}
	k := &d.circlesOnce
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.planet == p.ID && k.day == day && k.generation == generation {
		return k.found, nil
	}
	found, err := d.system.Circles(ctx, p.ID, day)
	if err != nil {
		return flow.Circles{}, err
	}
	k.planet, k.day, k.generation, k.found = p.ID, day, generation, found
	return found, nil
}
