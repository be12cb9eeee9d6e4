package webtest

import (
	"context"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// owning implements web.Own: the password is "gravity", and somebody is logged in
// with two browsers.
type owning struct {
	*World
	mu   sync.Mutex
	list []view.Login
}

func newOwning(w *World) *owning {
	return &owning{World: w, list: []view.Login{
		{Number: 2, Begun: w.now.Add(-3 * time.Hour), Seen: w.now, Browser: "Firefox", System: "Linux", Here: true},
		{Number: 1, Begun: w.now.AddDate(0, 0, -9), Seen: w.now.AddDate(0, 0, -2), Browser: "Safari", System: "iPhone"},
	}}
}

func (o *owning) OwnAccount(context.Context, view.Account, string) (view.OwnAccount, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return view.OwnAccount{Logins: slices.Clone(o.list)}, nil
}

func (o *owning) ChangePassword(_ context.Context, by view.Account, present, _ string) (view.Session, error) {
	if present != "gravity" {
		return view.Session{}, orrery.Errorf(orrery.Denied, "this is not the password that you have now")
	}
	return o.begin(by), nil
}

func (o *owning) EndLogin(_ context.Context, _ view.Account, number int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := len(o.list)
	o.list = slices.DeleteFunc(o.list, func(l view.Login) bool { return l.Number == number })
	if len(o.list) == before {
		return orrery.Errorf(orrery.NotFound, "this login has ended already: load the list again")
	}
	return nil
}

func (o *owning) EndOtherLogins(context.Context, view.Account, string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = slices.DeleteFunc(o.list, func(l view.Login) bool { return !l.Here })
	return nil
}
