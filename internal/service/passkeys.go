package service

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

var _ web.Passkeys = passkeys{}

type passkeys struct{ *Service }

func (s passkeys) known() (*account.Passkeys, error) {
	if s.Config.Passkeys == nil {
		return nil, orrery.Errorf(orrery.Conflict, "passkeys need https, or localhost: ask who runs this installation")
	}
	return s.Config.Passkeys, nil
}

// Where tells whether there can be passkeys, and where.
func (s passkeys) Where() (works bool, at string) {
	if s.Config.Passkeys == nil {
		return false, ""
	}
	return s.Config.Passkeys.Where()
}

// ListPasskeys lists those of an account.
func (s passkeys) ListPasskeys(ctx context.Context, by view.Account) ([]view.Passkey, error) {
	if s.Config.Passkeys == nil {
		return nil, nil
	}
	known, err := s.Config.Passkeys.List(ctx, by.ID)
	list := make([]view.Passkey, len(known))
	for i, p := range known {
		list[i] = view.Passkey{Number: p.Number, Name: p.Name, Made: p.Made, Used: p.Used}
	}
	return list, err
}

// BeginPasskey answers what a browser makes a passkey from.
func (s passkeys) BeginPasskey(ctx context.Context, by view.Account, present string) ([]byte, error) {
	p, err := s.known()
	if err != nil {
		return nil, err
	}
	return p.BeginAdding(ctx, by.ID, present)
}

// AddPasskey keeps what a browser made.
func (s passkeys) AddPasskey(ctx context.Context, by view.Account, name string, answer []byte) (view.Session, error) {
	p, err := s.known()
	if err != nil {
		return view.Session{}, err
	}
	v, err := p.Add(ctx, by.ID, name, answer)
	return view.Session{Token: v.Token, Expires: v.Expires}, err
}

// RenamePasskey gives one of the account's another name.
func (s passkeys) RenamePasskey(ctx context.Context, by view.Account, number int64, name string) error {
	p, err := s.known()
	if err != nil {
		return err
	}
	return p.Rename(ctx, by.ID, number, name)
}

// RemovePasskey takes one of the account's away.
func (s passkeys) RemovePasskey(ctx context.Context, by view.Account, number int64, present string) (view.Session, error) {
	p, err := s.known()
	if err != nil {
		return view.Session{}, err
	}
	v, err := p.Remove(ctx, by.ID, number, present)
	return view.Session{Token: v.Token, Expires: v.Expires}, err
}

// BeginPasskeyLogin answers what a browser logs in with.
func (s passkeys) BeginPasskeyLogin(ctx context.Context) ([]byte, error) {
	p, err := s.known()
	if err != nil {
		return nil, err
	}
	return p.BeginLogIn(ctx)
}

// PasskeyLogin begins a session of whose passkey it is.
func (s passkeys) PasskeyLogin(ctx context.Context, answer []byte) (view.Session, error) {
	p, err := s.known()
	if err != nil {
		return view.Session{}, err
	}
	v, err := p.LogIn(ctx, answer)
	return view.Session{Token: v.Token, Expires: v.Expires}, err
}
