package service

import (
	"context"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// encounters takes in whom the team met in person.
type encounters struct{ *Service }

var _ web.Encounters = encounters{}

// Met keeps that somebody of the team met a person.
func (s encounters) Met(ctx context.Context, _ view.Account, planet orrery.PlanetID, e view.Encounter) (string, error) {
	p, err := s.planetOf(planet)
	if err != nil {
		return "", err
	}
	defer s.Desk.Renew()
	at := e.Day.Time().Add(12 * 60 * 60 * 1e9) // noon, where only the day is known
	if now := s.Clock(); e.Day == 0 || e.Day == orrery.DayOf(now) {
		at = now
	}
	return s.System.Met(context.WithoutCancel(ctx), s.Live, flow.Encounter{
		Planet: p, Who: orrery.IdentityID(e.Who), Email: strings.TrimSpace(e.Email), At: at, Where: e.Where, About: e.About, Origin: e.Origin, Once: e.Once,
	})
}

// MetBack takes one back.
func (s encounters) MetBack(ctx context.Context, _ view.Account, planet orrery.PlanetID, id string) error {
	p, err := s.planetOf(planet)
	if err != nil {
		return err
	}
	defer s.Desk.Renew()
	return s.System.MetBack(context.WithoutCancel(ctx), s.Live, p, id)
}

func (s encounters) planetOf(id orrery.PlanetID) (orrery.Planet, error) {
	for _, p := range s.System.Planets() {
		if p.ID == id {
			return p, nil
		}
	}
	return orrery.Planet{}, orrery.Errorf(orrery.NotFound, "there is no planet %d", id)
}
