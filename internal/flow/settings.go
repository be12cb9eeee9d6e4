package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/store/sqlite"
)

// SetCatalogue changes what kinds of activity are worth, as a new version of
// the catalogue. The field is replayed: the change reaches the past.
func (s *System) SetCatalogue(ctx context.Context, overrides ...catalogue.Override) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	next, err := s.catalogue.With(overrides...)
	if err != nil {
		return err
	}
	data, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("store the catalogue: %w", err)
	}
	if err := s.changeLocked(ctx, func(tx *sqlite.Tx) error { return tx.PutCatalogue(data, s.clock()) }, func() error {
		s.catalogue = next
		return nil
	}); err != nil {
		return err
	}
	return s.rebuild(ctx)
}

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
