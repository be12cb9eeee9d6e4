package service

import (
	"context"
	"errors"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/view"
)

// PlanetsKept lists all planets that the viewer sees, archived ones too.
func (s settings) PlanetsKept(ctx context.Context) ([]view.PlanetKept, error) {
	list, err := s.Desk.PlanetsKept(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range s.Sources.List() {
		for i := range list {
			if one.Planet == list[i].ID && !one.Paused {
				list[i].Sources++
			}
		}
	}
	return list, nil
}

// SavePlanet changes what a planet is called and what it belongs to.
func (s settings) SavePlanet(ctx context.Context, _ view.Account, in view.PlanetSettings) error {
	p, err := s.planet(in.Planet)
	if err != nil {
		return err
	}
	p.Title, p.Constellation = strings.TrimSpace(in.Title), in.Constellation
	defer s.Desk.Rearranged()
	return s.System.SavePlanet(ctx, p)
}

// MovePlanet puts a planet one place up or down.
func (s settings) MovePlanet(ctx context.Context, _ view.Account, m view.PlanetMove) error {
	defer s.Desk.Rearranged()
	return s.System.MovePlanet(ctx, m.Planet, m.Up, m.Whole)
}

// ArchivePlanet hides a planet or brings it back.
func (s settings) ArchivePlanet(ctx context.Context, _ view.Account, planet orrery.PlanetID, archived bool) error {
	defer s.Desk.Rearranged()
	return s.System.ArchivePlanet(ctx, planet, archived)
}

// Rhythm tells what there is to choose a planet's rhythm by.
func (s settings) Rhythm(ctx context.Context, planet orrery.PlanetID, patience time.Duration) (view.Rhythm, error) {
	return s.Desk.Rhythm(ctx, planet, patience)
}

// SaveRhythm has a planet read by another rhythm, at once where what it reads by was
// learned, otherwise once it is.
func (s settings) SaveRhythm(ctx context.Context, _ view.Account, planet orrery.PlanetID, days int) (bool, error) {
	p, err := s.planet(planet)
	if err != nil {
		return false, err
	}
	h, err := field.ParseHorizon(days)
	if err != nil {
		return false, err
	}
	p.RhythmDays = days
	fitted, err := s.System.Fitted(ctx, planet, h)
	if err != nil {
		return false, err
	}
	if fitted {
		defer s.Desk.Rearranged()
		return true, s.System.SavePlanet(ctx, p)
	}
	s.work.Go(func() {
		if err := s.System.SavePlanet(s.ctx, p); err != nil && !errors.Is(err, context.Canceled) {
			s.Log.Error("rhythm not changed", "error", err.Error())
		}
		s.Desk.Rearranged()
	})
	return false, nil
}

func (s *Service) planet(id orrery.PlanetID) (orrery.Planet, error) {
	for _, p := range s.System.Planets() {
		if p.ID == id {
			return p, nil
		}
	}
	return orrery.Planet{}, orrery.Errorf(orrery.NotFound, "there is no planet %d", id)
}
