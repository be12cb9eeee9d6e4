package service

import (
	"cmp"
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// colleagues is who may come in, for those who steer.
type colleagues struct{ *Service }

var _ web.Colleagues = colleagues{}

// Colleagues lists who has something on planets that somebody steers, and the
// invitations that are up to them.
func (c colleagues) Colleagues(ctx context.Context, by view.Account) (view.Colleagues, error) {
	var out view.Colleagues
	list, err := c.Accounts.List(ctx)
	if err != nil {
		return out, err
	}
	titles := c.titles()
	for _, a := range list {
		var shown orrery.Access
		for _, g := range a.Access {
			if g.Planet == 0 || by.Access.On(g.Planet).Role >= orrery.Admin {
				shown = append(shown, g)
			}
		}
		if len(shown) == 0 {
			continue
		}
		up, _ := account.Steered(by.Access, a.Access)
		out.People = append(out.People, view.Colleague{
			ID: a.ID, Name: cmp.Or(a.Name, a.Email), Email: a.Email, Self: a.ID == by.ID, Access: called(shown, titles), Mine: len(up) > 0,
		})
	}
	waiting, err := c.Accounts.Invitations(ctx, by.Access)
	for _, i := range waiting {
		out.Invitations = append(out.Invitations, view.Invitation{Number: i.Number, Email: i.Email, Access: called(i.Access, titles), Expires: i.Expires})
	}
	return out, err
}

func (c colleagues) titles() map[orrery.PlanetID]string {
	titles := map[orrery.PlanetID]string{}
	for _, p := range c.System.Planets() {
		titles[p.ID] = cmp.Or(p.Title, p.Slug)
	}
	return titles
}

func called(access orrery.Access, titles map[orrery.PlanetID]string) (list []view.NamedGrant) {
	for _, g := range access {
		if g.Planet == 0 || titles[g.Planet] != "" {
			list = append(list, view.NamedGrant{Grant: g, Title: titles[g.Planet]})
		}
	}
	return list
}

// Invite makes an invitation and returns its token.
func (c colleagues) Invite(ctx context.Context, by view.Account, email string, access orrery.Access) (string, error) {
	return c.Accounts.Invite(ctx, account.Account{ID: by.ID, Access: by.Access}, email, access)
}

// TakeBack ends an invitation.
func (c colleagues) TakeBack(ctx context.Context, by view.Account, number int64) error {
	return c.Accounts.TakeBack(ctx, by.Access, number)
}

// SetAccess replaces what a colleague may where somebody steers.
func (c colleagues) SetAccess(ctx context.Context, by view.Account, id int64, access orrery.Access) error {
	return c.Accounts.SetAccess(ctx, by.Access, id, access)
}

// EndSessions logs a colleague out everywhere.
func (c colleagues) EndSessions(ctx context.Context, by view.Account, id int64) error {
	return c.Accounts.EndSessions(ctx, by.Access, id)
}

// Invited returns the invitation of a token.
func (c colleagues) Invited(ctx context.Context, token string) (view.Invitation, error) {
	i, err := c.Accounts.Invited(ctx, token)
	return view.Invitation{Number: i.Number, Email: i.Email, Access: called(i.Access, c.titles()), Expires: i.Expires}, err
}

// Join takes an invitation.
func (c colleagues) Join(ctx context.Context, token, name, password string) (view.Session, error) {
	v, err := c.Accounts.Join(ctx, token, name, password)
	return view.Session{Token: v.Token, Expires: v.Expires}, err
}

// Settle makes the owner's account of who came in by the first-run link.
func (c colleagues) Settle(ctx context.Context, name, email, password string) (view.Session, error) {
	v, err := c.Accounts.Settle(ctx, name, email, password)
	return view.Session{Token: v.Token, Expires: v.Expires}, err
}
