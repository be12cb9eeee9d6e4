package service

import (
	"cmp"
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// conversations tells who waits for whom, and takes what people decide about it.
type conversations struct{ *Service }

var _ web.Conversations = conversations{}

// byLink is the owner who entered by the first-run link and has no account.
const byLink = -1

func ownerOf(account int64) int64 {
	if account == 0 {
		return byLink
	}
	return account
}

// Conversations tells one page of a planet's conversations.
func (s conversations) Conversations(ctx context.Context, q view.TalksQuery) (view.TalksPage, error) {
	q.Account = ownerOf(q.Account)
	page, err := s.Desk.Conversations(ctx, q)
	if err != nil {
		return page, err
	}
	return page, s.callOwners(ctx, page.List)
}

// ConversationsOf tells the conversations that somebody waits in.
func (s conversations) ConversationsOf(ctx context.Context, planet orrery.PlanetID, id orrery.MemberID, asOf orrery.Day, n int, patience time.Duration) ([]view.Talk, error) {
	list, err := s.Desk.ConversationsOf(ctx, planet, id, asOf, n, patience)
	if err != nil {
		return nil, err
	}
	return list, s.callOwners(ctx, list)
}

// Conversation tells one with the activities behind it.
func (s conversations) Conversation(ctx context.Context, who view.Account, planet orrery.PlanetID, id conversation.ThreadID, asOf orrery.Day) (view.TalkThread, error) {
	t, err := s.Desk.Conversation(ctx, planet, id, asOf)
	if err != nil {
		return t, err
	}
	one := []view.Talk{t.Talk}
	if err := s.callOwners(ctx, one); err != nil {
		return t, err
	}
	t.Talk = one[0]
	t.Mine = t.OwnerAccount() != 0 && t.OwnerAccount() == ownerOf(who.ID)
	accounts, err := s.Accounts.List(ctx)
	if err != nil {
		return t, err
	}
	for _, a := range accounts {
		if a.Access.Sees(planet) {
			t.Owners = append(t.Owners, view.TalkOwner{Account: a.ID, Name: cmp.Or(a.Name, a.Email)})
		}
	}
	return t, nil
}

// callOwners writes the addresses of the accounts that own conversations.
func (s conversations) callOwners(ctx context.Context, list []view.Talk) error {
	owned := false
	for i := range list {
		owned = owned || list[i].OwnerAccount() != 0
	}
	if !owned {
		return nil
	}
	accounts, err := s.Accounts.List(ctx)
	if err != nil {
		return err
	}
	names := map[int64]string{byLink: "who entered by the link"}
	for _, a := range accounts {
		names[a.ID] = cmp.Or(a.Name, a.Email)
	}
	for i := range list {
		if name, ok := names[list[i].OwnerAccount()]; ok {
			list[i].Owner = name
		}
	}
	return nil
}

// Decide keeps what somebody decided about a conversation.
func (s conversations) Decide(ctx context.Context, who view.Account, planet orrery.PlanetID, id conversation.ThreadID, c view.TalkDecision) error {
	if c.Owner != nil && c.Owner.Account > 0 {
		accounts, err := s.Accounts.List(ctx)
		if err != nil {
			return err
		}
		known := false
		for _, a := range accounts {
			known = known || a.ID == c.Owner.Account && a.Access.Sees(planet)
		}
		if !known {
			return orrery.Errorf(orrery.NotFound, "there is no such account any more: choose somebody else")
		}
	}
	return s.System.DecideTalk(ctx, planet, id, who.ID, func(d *conversation.Decision) error {
		if c.Say != nil {
			if d.Say, d.Until = *c.Say, 0; d.Say == conversation.Snoozed {
				if d.Until = c.Until; d.Until <= orrery.DayOf(s.Clock()) {
					return orrery.Errorf(orrery.Invalid, "choose a day after today to come back to it")
				}
			}
		}
		if c.Owner != nil {
			d.OwnerAccount, d.Owner = c.Owner.Account, c.Owner.Identity
		}
		if c.Mine {
			d.OwnerAccount, d.Owner = ownerOf(who.ID), 0
		}
		return nil
	})
}
