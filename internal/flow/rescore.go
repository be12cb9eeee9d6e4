package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/store/sqlite"
)

// SetCatalogue changes what kinds of activity are worth, as a new version of
// the catalogue, and counts the past anew. Reads answer as before meanwhile, and
// activities are taken in.
func (s *System) SetCatalogue(ctx context.Context, overrides ...catalogue.Override) error {
	if err := s.PutCatalogue(ctx, overrides...); err != nil {
		return err
	}
	return s.Rescore(ctx)
}

// PutCatalogue stores a new version of the catalogue. The field counts by it once
// Rescore is through, or after the next start.
func (s *System) PutCatalogue(ctx context.Context, overrides ...catalogue.Override) error {
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
	return s.changeLocked(ctx, func(tx *sqlite.Tx) error { return tx.PutCatalogue(data, s.clock()) }, func() error {
		s.catalogue = next
		return nil
	})
}

// Rescored says whether the field counts by the catalogue in force.
func (s *System) Rescored() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state == nil || s.state.catalogue == s.catalogue
}

// asideAtMost is how often the field is built aside before it is built while
// changes wait: whoever undoes imports all the time would keep it from ending.
const asideAtMost = 3

// Rescore builds the field by the catalogue in force where it counts by an older
// one. It is built aside: reads and changes go on, and what came in meanwhile is
// followed at the end.
func (s *System) Rescore(ctx context.Context) error {
	s.rescoring.Lock()
	defer s.rescoring.Unlock()
	for range asideAtMost {
		b, built, err := s.outdated(ctx)
		if err != nil || b == nil {
			return err
		}
		if _, err := b.build(ctx, math.MaxInt32); err != nil {
			return err
		}
		if done, err := s.exchange(ctx, b, built); done || err != nil {
			if err != nil {
				return err
			}
			return s.refitAside(ctx, true)
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.rebuild(ctx)
}

// outdated gathers what a new state is built of, and nil where there is no state
// or it counts by the catalogue in force: whoever reads next builds it.
func (s *System) outdated(ctx context.Context) (b *builder, built int, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.state == nil || s.state.catalogue == s.catalogue {
		return nil, 0, nil
	}
	b, err = s.builder(ctx, 0)
	return b, s.builds, err
}

// exchange puts a state that was built aside in the place of the current one and
// follows what happened since. It returns false where too much did.
func (s *System) exchange(ctx context.Context, b *builder, built int) (bool, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.state == nil || s.builds != built || s.catalogue != b.state.catalogue {
		return false, nil
	}
	g, err := s.identities(ctx)
	if err != nil {
		return false, err
	}
	var since []orrery.BlockSeq
	for seq := b.journal.Until() + 1; seq <= s.journal.Seq(); seq++ {
		since = append(since, seq)
		b.state.owing[seq] = true
	}
	s.mu.Lock()
	b.state.Others = g.Others()
	s.state, s.unsaved, s.late = b.state, true, orbits{}
	s.builds++
	s.mu.Unlock()
	if err := s.catchUp(ctx, since); err != nil {
		s.dropState()
		return true, err
	}
	return true, nil
}

// upToDate makes sure that there is a state and that it counts by the catalogue
// in force. The caller holds s.writing.
func (s *System) upToDate(ctx context.Context) error {
	if err := s.ensureState(ctx); err != nil {
		return err
	}
	if s.state.catalogue != s.catalogue {
		return s.rebuild(ctx)
	}
	return nil
}

// Preview hands fn the state as it is and as it would be by a catalogue with
// these overrides, fits learned anew. Nothing is stored, and nothing waits for it.
// fn must keep neither.
func (s *System) Preview(ctx context.Context, overrides []catalogue.Override, fn func(now, then *State) error) error {
	next, err := s.Catalogue().With(overrides...)
	if err != nil {
		return err
	}
	b, err := s.past(ctx, 0)
	if err != nil {
		return err
	}
	b.state.catalogue, b.state.fits = next, nil
	if _, err := b.build(ctx, math.MaxInt32); err != nil {
		return err
	}
	if l := b.state.lesson(s.Planets(), s.Now(), true); l != nil {
		l.journal = b.journal
		if b.state.fits, err = l.learn(ctx); err != nil {
			return err
		}
	}
	return s.Read(ctx, func(now *State) error { return fn(now, b.state) })
}
