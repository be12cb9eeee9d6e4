package flow

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
)

// History hands every activity of a planet's people that counts to fn, in order
// of arrival; bots and teammates are left out. Changes go on beside it.
func (s *System) History(ctx context.Context, planet orrery.PlanetID, fn func(m orrery.MemberID, r *journal.Replayed, row int)) error {
	b, err := s.past(ctx, 0)
	if err != nil {
		return err
	}
	return b.journal.Replay(ctx, func(r *journal.Replayed) error {
		for row := range r.N {
			if r.Planet[row] != planet || !r.Counts(row) {
				continue
			}
			if m := b.state.member(r.Identity[row]); m != 0 && b.state.IsPerson(m) {
				fn(m, r, row)
			}
		}
		return nil
	})
}
