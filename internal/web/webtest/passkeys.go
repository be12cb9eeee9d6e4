package webtest

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// holding implements web.Passkeys: there is one passkey, and no browser to make or
// use another.
type holding World

func (*holding) Where() (bool, string) { return true, "" }

func (h *holding) ListPasskeys(context.Context, view.Account) ([]view.Passkey, error) {
	return []view.Passkey{{Number: 1, Name: "Laptop", Made: h.now.AddDate(0, -2, 0), Used: h.now.Add(-26 * time.Hour)}}, nil
}

var errNoBrowser = orrery.Errorf(orrery.Denied, "this passkey does not fit here")

func (*holding) BeginPasskey(_ context.Context, _ view.Account, present string) ([]byte, error) {
	if present != "gravity" {
		return nil, orrery.Errorf(orrery.Denied, "this is not the password that you have now")
	}
	return []byte("{}"), nil
}

func (*holding) AddPasskey(context.Context, view.Account, string, []byte) (view.Session, error) {
	return view.Session{}, errNoBrowser
}

func (*holding) RenamePasskey(context.Context, view.Account, int64, string) error { return nil }

func (h *holding) RemovePasskey(_ context.Context, by view.Account, _ int64, _ string) (view.Session, error) {
	return (*World)(h).begin(by), nil
}

func (*holding) BeginPasskeyLogin(context.Context) ([]byte, error) { return []byte("{}"), nil }

func (*holding) PasskeyLogin(context.Context, []byte) (view.Session, error) {
	return view.Session{}, errNoBrowser
}
