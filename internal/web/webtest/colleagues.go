package webtest

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// teaming implements web.Colleagues with a team of three.
type teaming struct{}

func (*teaming) Colleagues(context.Context, view.Account) (view.Colleagues, error) {
	all := func(role orrery.Role, addresses bool) []view.NamedGrant {
		return []view.NamedGrant{{Grant: orrery.Grant{Role: role, Addresses: addresses}}}
	}
	return view.Colleagues{
		People: []view.Colleague{
			{ID: 1, Name: "Ines Okafor", Email: "ines@example.org", Self: true, Access: all(orrery.Owner, true), Mine: true},
			{ID: 2, Name: "Tomasz Lind", Email: "tomasz@example.org", Access: all(orrery.Steward, true), Mine: true},
			{ID: 3, Name: "Ana Ruiz", Email: "ana@example.org", Access: []view.NamedGrant{{Grant: orrery.Grant{Planet: 1, Role: orrery.Analyst}, Title: "Alder Bikes"}}, Mine: true},
		},
		Invitations: []view.Invitation{{Number: 4, Email: "mika@example.org", Access: all(orrery.Reader, false), Expires: time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)}},
	}, nil
}

func (*teaming) Invite(context.Context, view.Account, string, orrery.Access) (string, error) {
	return "token", nil
}
func (*teaming) TakeBack(context.Context, view.Account, int64) error                 { return nil }
func (*teaming) SetAccess(context.Context, view.Account, int64, orrery.Access) error { return nil }
func (*teaming) EndSessions(context.Context, view.Account, int64) error              { return nil }

func (*teaming) Invited(_ context.Context, token string) (view.Invitation, error) {
	if token != "token" {
		return view.Invitation{}, orrery.Errorf(orrery.Denied, "this invitation was taken already, was taken back or is too old: ask who sent it for a new one")
	}
	return view.Invitation{Email: "mika@example.org", Access: []view.NamedGrant{{Grant: orrery.Grant{Role: orrery.Reader}}}}, nil
}

func (*teaming) Join(context.Context, string, string, string) (view.Session, error) {
	return view.Session{}, orrery.Errorf(orrery.Invalid, "the password needs at least 12 characters: a few words do well")
}

func (*teaming) Settle(context.Context, string, string, string) (view.Session, error) {
	return view.Session{}, orrery.Errorf(orrery.Invalid, "the password needs at least 12 characters: a few words do well")
}
