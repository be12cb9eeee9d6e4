package service

import (
	"context"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/intake"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// partners carries out what people ask for about partners; reading is the desk's.
type partners struct {
	*view.Desk
	*Service
}

var _ web.Partners = partners{}

// SavePartner keeps a new partner or changes one, and returns its slug.
func (s partners) SavePartner(ctx context.Context, _ view.Account, form view.PartnerForm) (string, error) {
	p := partner.Partner{Slug: form.Slug}
	if form.New {
		if p.Slug == "" {
			p.Slug = strings.Trim(intake.Slug(form.Title), "-")
		}
		switch _, err := s.System.Partner(ctx, p.Slug); {
		case err == nil:
			return "", orrery.Errorf(orrery.Conflict, "there is a partner %q already: choose another name", p.Slug)
		case orrery.CodeOf(err) != orrery.NotFound:
			return "", err
		}
	} else {
		var err error
		if p, err = s.System.Partner(ctx, form.Slug); err != nil {
			return "", err
		}
	}
	was := map[string]partner.Code{}
	for _, c := range p.Codes {
		was[strings.ToLower(c.Code)] = c
	}
	p.Title, p.Statement, p.Domains, p.Channels, p.Codes = form.Title, form.Statement, form.Domains, form.Channels, nil
	for _, text := range form.Codes {
		c, err := partner.ParseCode(text, orrery.DayOf(s.Clock()))
		if err != nil {
			return "", err
		}
		c.Keep(was[strings.ToLower(c.Code)])
		p.Codes = append(p.Codes, c)
	}
	kept, err := s.System.SavePartner(ctx, p)
	return kept.Slug, err
}

func (s partners) RemovePartner(ctx context.Context, _ view.Account, slug string) error {
	return s.System.RemovePartner(ctx, slug)
}

// BeginTrial keeps a trial: who is held out follows from the salt that it gets.
func (s partners) BeginTrial(ctx context.Context, _ view.Account, planet orrery.PlanetID, slug string, t view.NewTrial) error {
	p, err := s.System.Partner(ctx, slug)
	if err != nil {
		return err
	}
	if t.From <= orrery.DayOf(s.Clock()) {
		return orrery.Errorf(orrery.Invalid, "a trial begins tomorrow or later: who was reached already cannot be held out")
	}
	if t.Days < 1 || t.Days > 730 {
		return orrery.Errorf(orrery.Invalid, "a trial lasts from a day to two years, not %d days", t.Days)
	}
	p.Trials = append(p.Trials, partner.Trial{Name: t.Name, Planet: planet, HeldMilli: t.HeldMilli, From: t.From, Until: t.From + orrery.Day(t.Days) - 1})
	_, err = s.System.SavePartner(ctx, p)
	return err
}

// DropTrial removes a trial and how its lots fell.
func (s partners) DropTrial(ctx context.Context, _ view.Account, slug, name string) error {
	p, err := s.System.Partner(ctx, slug)
	if err != nil {
		return err
	}
	for i := range p.Trials {
		if p.Trials[i].Name == name {
			p.Trials = append(p.Trials[:i:i], p.Trials[i+1:]...)
			_, err := s.System.SavePartner(ctx, p)
			return err
		}
	}
	return orrery.Errorf(orrery.NotFound, "%s has no trial %q", p.Name(), name)
}

func (s partners) OpenRoom(ctx context.Context, _ view.Account, planet orrery.PlanetID, slug, purpose string, days int) (string, error) {
	token, _, err := s.System.OpenRoom(ctx, partner.Room{
		Partner: slug, Purpose: purpose, Planet: planet, Expires: s.Clock().Add(time.Duration(days) * 24 * time.Hour),
	})
	return token, err
}

func (s partners) CloseRoom(ctx context.Context, _ view.Account, slug string, number int64) error {
	return s.System.CloseRoom(ctx, slug, number)
}

func (s partners) WriteRoom(ctx context.Context, _ view.Account, slug, text string) error {
	if _, err := s.System.Partner(ctx, slug); err != nil {
		return err
	}
	return s.System.WriteRoom(ctx, slug, false, text)
}

func (s partners) DropRoomUpdate(ctx context.Context, _ view.Account, slug string, number int64) error {
	return s.System.DropRoomUpdate(ctx, slug, number)
}

// WriteInRoom keeps what the partner writes whose room a token opens.
func (s partners) WriteInRoom(ctx context.Context, token, text string) error {
	room, _, err := s.System.Room(ctx, token)
	if err != nil {
		return err
	}
	return s.System.WriteRoom(ctx, room.Partner, true, text)
}

func (s partners) Follow(ctx context.Context, code string) (string, error) {
	return s.System.Follow(ctx, code)
}
