package webtest

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// Arrive lets activities come to a planet; fewer than none are taken back.
func (w *World) Arrive(planet orrery.PlanetID, n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.arrived == nil {
		w.arrived = map[orrery.PlanetID]int64{}
	}
	w.arrived[planet] += n
}

// Arrivals counts from a thousand on.
func (w *World) Arrivals(_ context.Context, planet orrery.PlanetID, _ int64) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return view.NotCounted, context.Canceled
	}
	return 1000 + w.arrived[planet], nil
}

// Stop ends what the World tells while somebody watches.
func (w *World) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
}
