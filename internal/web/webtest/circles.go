package webtest

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// Circles implements web.Reader: three circles of the first people.
func (w *World) Circles(_ context.Context, id orrery.PlanetID, _ orrery.Day, _ time.Duration) (view.Circles, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(id)
	if err != nil {
		return view.Circles{}, err
	}
	out := view.Circles{AsOf: p.AsOf, There: true, Clear: true, Confidence: .93, Modularity: .61, ByChance: .34, People: 40, Ties: 120, None: 4, Steps: []orrery.Day{p.AsOf - 90, p.AsOf}}
	for i, name := range []string{"telescopes, mirrors", "The <b>night</b> walkers", "around somebody"} {
		c := view.Circle{ID: i, Name: name, Named: i == 1, Since: p.AsOf - 400, Sizes: []int{10, 12}, People: 12, InOrbit: 11, Words: []string{"telescopes", "mirrors"}, Kinds: []string{"forum.reply"}, Closeness: 40, Trend: -2.5}
		for _, s := range w.people[3*i : 3*i+3] {
			c.Nearest = append(c.Nearest, s.row)
		}
		c.Next = []view.Joined{{Circle: (i + 1) % 3, Share: .2}}
		out.Circles = append(out.Circles, c)
	}
	out.Bridges = []view.Bridge{{Row: w.people[1].row, Into: []string{"telescopes, mirrors", "around somebody"}, Spread: .5}}
	return out, nil
}

// NameCircle implements web.Settings.
func (*steering) NameCircle(context.Context, view.Account, orrery.PlanetID, int, string) error {
	return nil
}
