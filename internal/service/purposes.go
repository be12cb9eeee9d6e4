package service

import (
	"context"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/intake"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// purposes carries out what people ask for about purposes; reading is the desk's.
type purposes struct {
	*view.Desk
	*Service
}

var _ web.Purposes = purposes{}

// SavePurpose keeps a new purpose or changes one, and returns its slug.
func (s purposes) SavePurpose(ctx context.Context, who view.Account, form view.PurposeForm) (string, error) {
	p := purpose.Purpose{}
	if form.Version != 0 {
		var err error
		if p, err = s.System.Purpose(ctx, form.Slug); err != nil {
			return "", err
		}
		p.Version = form.Version
	} else if p.Slug = form.Slug; p.Slug == "" {
		p.Slug = strings.Trim(intake.Slug(form.Title), "-")
	}
	from := orrery.DayOf(s.Clock())
	if !p.Opened.IsZero() {
		from = orrery.DayOf(p.Opened)
	}
	p.Title, p.Statement, p.Owner, p.Planets, p.Partners, p.Measures = form.Title, form.Statement, form.Owner, form.Planets, form.Partners, nil
	for _, text := range form.Measures {
		m, err := purpose.ParseMeasure(text, from)
		if err != nil {
			return "", err
		}
		p.Measures = append(p.Measures, m)
	}
	defer s.Repurpose()
	kept, err := s.System.SavePurpose(ctx, who.ID, p)
	return kept.Slug, err
}

// ChangePurpose changes single things of a purpose.
func (s purposes) ChangePurpose(ctx context.Context, who view.Account, slug string, c view.PurposeChange) error {
	p, err := s.System.Purpose(ctx, slug)
	if err != nil {
		return err
	}
	if c.Ask != nil {
		p.Ask = *c.Ask
	}
	if c.Public != nil {
		p.Public = *c.Public
	}
	if c.Closed != nil {
		p.Closed = time.Time{}
		if *c.Closed {
			p.Closed = s.Service.Clock().UTC()
		}
	}
	defer s.Repurpose()
	_, err = s.System.SavePurpose(ctx, who.ID, p)
	return err
}

// UpdatePurpose keeps a text about how a purpose goes.
func (s purposes) UpdatePurpose(ctx context.Context, who view.Account, slug, text string) error {
	p, err := s.System.Purpose(ctx, slug)
	if err != nil {
		return err
	}
	return s.System.UpdatePurpose(ctx, p.Number, by(who), text)
}

// DropPurposeUpdate takes such a text away.
func (s purposes) DropPurposeUpdate(ctx context.Context, slug string, update int64) error {
	p, err := s.System.Purpose(ctx, slug)
	if err != nil {
		return err
	}
	return s.System.DropPurposeUpdate(ctx, p.Number, update)
}
