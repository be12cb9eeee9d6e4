package webtest

import (
	"cmp"
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/origin"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/view"
)

// Brought implements web.Reader: a small simulated world in which sources tell the
// origin of a third, reckoned.
func (w *World) Brought(ctx context.Context, id orrery.PlanetID, asOf orrery.Day, _ time.Duration) (view.Brought, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(id)
	if err != nil {
		return view.Brought{}, err
	}
	b := view.Brought{Days: view.SharesDays, There: true, Made: w.Now()}
	if len(w.around(id)) == 0 {
		b.Why = "0 activities are of unknown origin: an estimate needs 200"
		return b, nil
	}
	for _, world := range simulate.OriginWorlds(5, .1) {
		if world.Name != "marked" {
			continue
		}
		in := origin.Input{People: world.People, Campaigns: world.Campaigns, Groups: 3, Member: make([][]int32, world.People)}
		for who := range in.Member {
			in.Member[who] = []int32{int32(who % 3)}
		}
		for _, d := range world.Deeds {
			in.Events = append(in.Events, origin.Event{At: d.At, Who: d.Who, Strategy: d.Strategy, Origin: d.Origin, To: d.To})
		}
		for _, t := range world.Ties {
			in.Ties = append(in.Ties, origin.Tie(t))
		}
		for _, m := range world.Messages {
			in.Deliveries = append(in.Deliveries, origin.Delivery{At: m.At, To: m.To, Campaign: m.Campaign})
		}
		r, err := origin.Reckon(ctx, in, origin.Config{Placebos: 2})
		if err != nil {
			return view.Brought{}, err
		}
		b.Result, b.Follows = *r, origin.Follows{Posts: 640, Followed: 233}
		b.Until = cmp.Or(asOf, p.AsOf)
		b.Since = b.Until - view.SharesDays + 1
		for g, tag := range []string{"field crew", "workshop", "<script>alert(1)</script>"} {
			if !w.options.Hostile && g == 2 {
				tag = "board"
			}
			b.Tags = append(b.Tags, view.TagShares{Tag: tag, Shares: r.Groups[g]})
		}
	}
	return b, nil
}

// BroughtBehind implements web.Reader.
func (w *World) BroughtBehind(_ context.Context, id orrery.PlanetID, asOf orrery.Day, of orrery.Origin) (view.BroughtBehind, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(id)
	if err != nil {
		return view.BroughtBehind{}, err
	}
	b := view.BroughtBehind{Origin: of, Until: cmp.Or(asOf, p.AsOf)}
	b.Since = b.Until - view.SharesDays + 1
	for i, m := range w.around(id) {
		if i == 12 {
			break
		}
		b.People = append(b.People, view.BehindRow{ID: m.row.ID, Name: m.row.Name, N: 40 - 3*i})
	}
	return b, nil
}
