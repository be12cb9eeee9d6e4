package service

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// same knows who may be one person.
type same struct{ *Service }

var _ web.Same = same{}

// Suggestions tells the pairs who may be one person.
func (s same) Suggestions(ctx context.Context, planet orrery.PlanetID, cursor string) (view.SuggestionPage, error) {
	return s.Desk.Suggestions(ctx, planet, cursor)
}

// Decide says that two are one person, or that they never are.
func (s same) Decide(ctx context.Context, _ view.Account, a, b orrery.MemberID, one bool) error {
	decide := s.System.Reject
	if one {
		defer s.Desk.Renew()
		decide = s.System.Accept
	}
	_, err := decide(ctx, orrery.IdentityID(a), orrery.IdentityID(b))
	return err
}

// Mark says what somebody is.
func (s same) Mark(ctx context.Context, _ view.Account, id orrery.MemberID, kind orrery.MemberKind) error {
	defer s.Desk.Renew()
	return s.System.Mark(ctx, orrery.IdentityID(id), kind)
}
