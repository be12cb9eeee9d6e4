package account

import (
	"context"
	"time"

	"orrery.dev/orrery"
)

// OwnSessions is the storage of what people see and end of their own logins.
type OwnSessions interface {
	SessionsOf(ctx context.Context, id int64) ([]SessionRecord, error) // seen last first
	TouchSession(ctx context.Context, number int64, seen time.Time) error
	EndSession(ctx context.Context, id, number int64) (found bool, err error)
	EndOtherSessions(ctx context.Context, id int64, keep [32]byte) (ended int, err error)
}

// Login is a session as the one whose it is sees it.
type Login struct {
	Number      int64
	Begun, Seen time.Time // to the hour
	Device      Device
	Here        bool // it is the one that asks
}

// Logins lists what an account is logged in with, seen last first; token is of the
// session that asks.
func (d *Desk) Logins(ctx context.Context, id int64, token string) ([]Login, error) {
	records, err := d.storage.SessionsOf(ctx, id)
	var list []Login
	here := hashSecret(token)
	for i := range records {
		if r := &records[i]; d.clock().Before(r.Expires) {
			list = append(list, Login{r.Number, r.Begun, r.Seen, r.Device, r.Hash == here})
		}
	}
	return list, err
}

// EndLogin ends one session of an account. NotFound where it is none of its.
func (d *Desk) EndLogin(ctx context.Context, id, number int64) error {
	found, err := d.storage.EndSession(ctx, id, number)
	if err == nil && !found {
		err = orrery.Errorf(orrery.NotFound, "this login has ended already: load the list again")
	}
	return err
}

// EndOtherLogins ends all sessions of an account but the one that asks, and tells
// how many.
func (d *Desk) EndOtherLogins(ctx context.Context, id int64, token string) (int, error) {
	return d.storage.EndOtherSessions(ctx, id, hashSecret(token))
}

// ChangePassword replaces the password of an account whose present one is given. In
// the same step its sessions and the keys that it made end, and a new session
// begins. Denied where the present password is wrong.
func (d *Desk) ChangePassword(ctx context.Context, id int64, present, password string) (Session, error) {
	record, err := d.again(ctx, id, present)
	if err != nil {
		return Session{}, err
	}
	if present == password {
		return Session{}, orrery.Errorf(orrery.Invalid, "the new password is the one that you have: choose another")
	}
	hash, err := d.newPassword(ctx, record.Email, password)
	if err != nil {
		return Session{}, err
	}
	session, stored := newSession(ctx, id, d.clock())
	defer d.keys.forget()
	return session, d.storage.ChangePassword(ctx, id, hash, &stored)
}

// again finds the account of somebody who is logged in and gives their password once
// more. Tries count like those of logging in.
func (d *Desk) again(ctx context.Context, id int64, password string) (Record, error) {
	record, err := d.storage.AccountByID(ctx, id)
	if orrery.CodeOf(err) == orrery.NotFound {
		return Record{}, orrery.Errorf(orrery.Conflict, "you came in by a link and have no account yet: make one first")
	} else if err != nil {
		return Record{}, err
	}
	if password == "" {
		return Record{}, orrery.Errorf(orrery.Invalid, "give the password that you have now, too")
	}
	now := d.clock()
	if err := d.byEmail.take(record.Email, now); err != nil {
		return Record{}, err
	}
	release, err := d.hashing.enter(ctx)
	if err != nil {
		return Record{}, err
	}
	right := verifyPassword(record.Password, password)
	release()
	if !right {
		return Record{}, orrery.Errorf(orrery.Denied, "this is not the password that you have now")
	}
	d.byEmail.giveBack(record.Email, now)
	return record, nil
}
