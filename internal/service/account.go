package service

import (
	"context"

	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

var _ web.Own = own{}

// own is what somebody sees and changes of their own account.
type own struct{ *Service }

// OwnAccount tells what an account is logged in with.
func (s own) OwnAccount(ctx context.Context, by view.Account, session string) (view.OwnAccount, error) {
	logins, err := s.Accounts.Logins(ctx, by.ID, session)
	var out view.OwnAccount
	for _, l := range logins {
		if by.ID != 0 || l.Here { // those of the first-run link are nobody's in particular
			out.Logins = append(out.Logins, view.Login{
				Number: l.Number, Begun: l.Begun, Seen: l.Seen, Browser: l.Device.Browser, System: l.Device.System, Here: l.Here,
			})
		}
	}
	return out, err
}

// ChangePassword replaces the password and begins the only session there is then.
func (s own) ChangePassword(ctx context.Context, by view.Account, present, password string) (view.Session, error) {
	v, err := s.Accounts.ChangePassword(ctx, by.ID, present, password)
	return view.Session{Token: v.Token, Expires: v.Expires}, err
}

// EndLogin ends a session of the account.
func (s own) EndLogin(ctx context.Context, by view.Account, number int64) error {
	return s.Accounts.EndLogin(ctx, by.ID, number)
}

// EndOtherLogins ends all but the one that asks.
func (s own) EndOtherLogins(ctx context.Context, by view.Account, session string) error {
	_, err := s.Accounts.EndOtherLogins(ctx, by.ID, session)
	return err
}
