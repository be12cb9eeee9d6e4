package webtest

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// Hellos implements web.Reader: every fifth person who stands farther than they
// stood is worth one.
func (w *World) Hellos(_ context.Context, id orrery.PlanetID, _ orrery.Day, n int) (view.Hellos, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(id)
	if err != nil {
		return view.Hellos{}, err
	}
	out := view.Hellos{AsOf: p.AsOf, Precision: view.Precision{Known: true, Flagged: 412, Right: .71, Low: .64, High: .77, Base: .38}}
	for i, s := range w.people {
		if i%5 != 0 || s.row.Closeness >= s.row.Was {
			continue
		}
		h := view.Hello{Row: s.row, Cause: view.CauseDrift, Why: language.T("came on %s of the last 30, on %d of the 30 before", language.N(2, "1 day", "%d days"), 11), If: s.row.Closeness + 9, Worth: 6.5}
		if i%3 == 0 {
			h.Greeted = p.AsOf - 4
		}
		out.List = append(out.List, h)
	}
	out.Of = len(out.List)
	out.List = out.List[:min(n, len(out.List))]
	return out, nil
}
