package flow

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/store/sqlite"
)

// AddPlanet makes a planet. Without a rhythm it gets the default. Conflict where
// the slug is taken.
func (s *System) AddPlanet(ctx context.Context, p orrery.Planet) (orrery.Planet, error) {
	if err := CheckSlug(p.Slug); err != nil {
		return p, err
	}
	if p.RhythmDays == 0 {
		p.RhythmDays = orrery.DefaultRhythmDays
	}
	if _, err := field.ParseHorizon(p.RhythmDays); err != nil {
		return p, err
	}
	p.ID = 0
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.planetID(p.Slug); err == nil {
		return p, orrery.Errorf(orrery.Conflict, "there is a planet %q already: choose another name", p.Slug)
	}
	err := s.changeLocked(ctx, func(tx *sqlite.Tx) (err error) {
		p.ID, err = tx.PutPlanet(p)
		return err
	}, func() (err error) {
		s.planets, err = s.store.Planets(context.WithoutCancel(ctx)) // what is stored must be known
		return err
	})
	return p, err
}
