package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/tie"
)

// Timeline is Recent by reading everything: it returns the newest activities of some identities around one planet
// (0: all), those that addressed them included, newest first, at most limit
// before a time (zero: now on).
func (s *System) Timeline(ctx context.Context, identities []orrery.IdentityID, planet orrery.PlanetID, before time.Time, limit int) ([]Done, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return nil, err
	}
	wanted := map[orrery.IdentityID]bool{}
	for _, id := range identities {
		wanted[id] = true
	}
	type found struct {
		at       int64
		position journal.Position
		received bool
	}
	var all []found
	err = s.journal.Replay(ctx, 0, func(r *journal.Replayed) error {
		addressed := r.Addresses()
		for row := range r.N {
			mine := wanted[r.Identity[row]]
			received := !mine && addressed && slices.ContainsFunc(r.To(row), func(id orrery.IdentityID) bool { return wanted[id] })
			if (!mine && !received) || (planet != 0 && r.Planet[row] != planet) || !r.Counts(row) {
				continue
			}
			if !before.IsZero() && r.AtMicros[row] >= before.UnixMicro() {
				continue
			}
			all = append(all, found{r.AtMicros[row], journal.Position{Block: r.Seq, Row: uint32(row)}, received})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find a timeline: %w", err)
	}
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(a.position.Block, b.position.Block), cmp.Compare(a.position.Row, b.position.Row))
	})
	all = all[:min(limit, len(all))]
	list := make([]Done, 0, len(all))
	for _, f := range all {
		e, err := s.journal.Entry(ctx, f.position)
		if err != nil {
			return nil, err
		}
		list = append(list, Done{
			Activity: s.activity(e, g.Actor), Identity: e.Identity, Received: f.received, Rule: s.catalogue.Lookup(e.Kind),
		})
	}
	return list, nil
}

// CirclesOf finds the circles in a past of people alone, as of one day.
func CirclesOf(ctx context.Context, past *tie.Past, day orrery.Day) (Circles, error) {
	c := Circles{Day: day, Steps: []orrery.Day{day}}
	err := c.follow(ctx, past, func(orrery.MemberID) bool { return true })
	return c, err
}
