package api

import (
	"context"

	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/view"
)

// Sessions lets the team's screens ask package account, in the screens' own
// words.
type Sessions struct{ *account.Desk }

// Enter takes the token of a one-time link.
func (s Sessions) Enter(ctx context.Context, token string) (view.Session, error) {
	session, err := s.Desk.Enter(ctx, token)
	return view.Session(session), err
}

// LogIn begins a session.
func (s Sessions) LogIn(ctx context.Context, email, password string) (view.Session, error) {
	session, err := s.Desk.LogIn(ctx, email, password)
	return view.Session(session), err
}

// Account finds who a session belongs to.
func (s Sessions) Account(ctx context.Context, token string) (view.Account, error) {
	a, err := s.Desk.Account(ctx, token)
	return view.Account{ID: a.ID, Email: a.Email, Rank: view.Rank(a.Rank)}, err
}
