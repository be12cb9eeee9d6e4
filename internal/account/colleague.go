package account

import (
	"context"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
)

// InvitationLength is how long an invitation can be taken.
const InvitationLength = 7 * 24 * time.Hour

// Invitation lets somebody make an account, once.
type Invitation struct {
	Number        int64
	Email         string
	Access        orrery.Access // that it gives
	By            int64         // account; 0: the shell, or who came in by the first-run link
	Made, Expires time.Time
}

// InvitationRecord is an Invitation as it is stored.
type InvitationRecord struct {
	Invitation
	Hash [32]byte // SHA-256 of the token
}

// Colleagues is the storage of what accounts may, and of invitations.
type Colleagues interface {
	// SetAccess replaces what an account may by what change returns, who sees all
	// accounts as they are in that transaction. The account's sessions end, and
	// those of its keys that it could not make any more (MayMake); an account that
	// may nothing is removed.
	SetAccess(ctx context.Context, id int64, change func(one Record, all []Record) (orrery.Access, error)) error
	PutInvitation(ctx context.Context, i InvitationRecord) (number int64, err error)
	Invitations(ctx context.Context) ([]InvitationRecord, error)
	DropInvitation(ctx context.Context, number int64) error // NotFound where there is none
	// TakeInvitation removes an invitation that is not over and gives what it gives
	// to the account r.ID, or where that is 0 to a new one, and begins the session.
	// NotFound where there is none.
	TakeInvitation(ctx context.Context, hash [32]byte, now time.Time, r Record, s *SessionRecord) error
}

// MayGive says what keeps somebody from giving access: it takes who steers each of
// its planets, and nobody gives what they do not have.
func MayGive(by, access orrery.Access) error {
	for _, g := range access {
		own := by.On(g.Planet)
		switch {
		case g.Role < orrery.Reader || g.Role > orrery.Owner:
			return orrery.Errorf(orrery.Invalid, "choose a role")
		case g.Role == orrery.Owner && (g.Planet != 0 || !g.Addresses):
			return orrery.Errorf(orrery.Invalid, "an owner has all planets, and sees addresses")
		case own.Role < orrery.Admin || g.Role > own.Role:
			return orrery.Errorf(orrery.Denied, "you can give no more than you may yourself, and that on planets that you steer")
		case g.Addresses && !own.Addresses:
			return orrery.Errorf(orrery.Denied, "you do not see addresses yourself, so you cannot let others see them")
		}
	}
	return nil
}

// Steered returns the part of an access that is up to somebody to change: that on
// planets that they steer, unless it is more than they may themselves.
func Steered(by, access orrery.Access) (up, aside orrery.Access) {
	for _, g := range access {
		if own := by.On(g.Planet); own.Role >= orrery.Admin && g.Role <= own.Role {
			up = append(up, g)
		} else {
			aside = append(aside, g)
		}
	}
	return up, aside
}

// SetAccess replaces that part of what an account may that is up to who asks; with
// no access it takes it away. What the account may on other planets stays. NotFound
// where nothing of it is up to them; Conflict where nobody would be left to steer
// the installation.
func (d *Desk) SetAccess(ctx context.Context, by orrery.Access, id int64, access orrery.Access) error {
	if err := MayGive(by, access); err != nil {
		return err
	}
	defer d.keys.forget()
	err := d.storage.SetAccess(ctx, id, func(one Record, all []Record) (orrery.Access, error) {
		up, aside := Steered(by, one.Access)
		if len(up) == 0 {
			return nil, errNoColleague
		}
		for _, g := range access {
			if slices.ContainsFunc(aside, func(a orrery.Grant) bool { return a.Planet == g.Planet }) {
				return nil, orrery.Errorf(orrery.Denied, "they may more there than you: ask an owner")
			}
		}
		after := append(slices.Clone(aside), access...)
		if isOwner(one.Access) && !isOwner(after) && owners(all) < 2 {
			return nil, orrery.Errorf(orrery.Conflict, "this is the last owner: make somebody else an owner first")
		}
		return after, nil
	})
	if orrery.CodeOf(err) == orrery.NotFound {
		return errNoColleague
	}
	return err
}

var errNoColleague = orrery.Errorf(orrery.NotFound, "there is no such colleague: load the list again")

func isOwner(a orrery.Access) bool { return a.On(0).Role == orrery.Owner }

func owners(all []Record) (n int) {
	for i := range all {
		if isOwner(all[i].Access) {
			n++
		}
	}
	return n
}

// EndSessions ends everything that an account is logged in with.
func (d *Desk) EndSessions(ctx context.Context, by orrery.Access, id int64) error {
	return d.storage.SetAccess(ctx, id, func(one Record, _ []Record) (orrery.Access, error) {
		if up, _ := Steered(by, one.Access); len(up) == 0 {
			return nil, errNoColleague
		}
		return one.Access, nil
	})
}

// Invite makes an invitation and returns its token, the only time that it can be
// read. Whether the address has an account makes no difference to the answer.
func (d *Desk) Invite(ctx context.Context, by Account, email string, access orrery.Access) (token string, err error) {
	if email, err = foldEmail(email); err != nil {
		return "", err
	}
	if len(access) == 0 {
		return "", orrery.Errorf(orrery.Invalid, "choose a role")
	}
	if err := MayGive(by.Access, access); err != nil {
		return "", err
	}
	token = newSecret()
	now := d.clock()
	_, err = d.storage.PutInvitation(ctx, InvitationRecord{
		Invitation{Email: email, Access: access, By: by.ID, Made: now, Expires: now.Add(InvitationLength)}, hashSecret(token),
	})
	return token, err
}

// Invitations lists those that wait and are up to somebody, by number.
func (d *Desk) Invitations(ctx context.Context, by orrery.Access) ([]Invitation, error) {
	records, err := d.storage.Invitations(ctx)
	var list []Invitation
	for i := range records {
		if _, aside := Steered(by, records[i].Access); len(aside) == 0 && d.clock().Before(records[i].Expires) {
			list = append(list, records[i].Invitation)
		}
	}
	return list, err
}

// TakeBack ends an invitation that is up to somebody.
func (d *Desk) TakeBack(ctx context.Context, by orrery.Access, number int64) error {
	list, err := d.Invitations(ctx, by)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(i Invitation) bool { return i.Number == number }) {
		return orrery.Errorf(orrery.NotFound, "there is no such invitation any more: load the list again")
	}
	return d.storage.DropInvitation(ctx, number)
}

var errInvitation = orrery.Errorf(orrery.Denied, "this invitation was taken already, was taken back or is too old: ask who sent it for a new one")

// Invited returns the invitation that a token is of. Denied where it is none any
// more.
func (d *Desk) Invited(ctx context.Context, token string) (Invitation, error) {
	if err := d.byRemote.take(remoteOf(ctx), d.clock()); err != nil {
		return Invitation{}, err
	}
	i, err := d.invited(ctx, token)
	if err == nil {
		d.byRemote.giveBack(remoteOf(ctx), d.clock())
	}
	return i, err
}

func (d *Desk) invited(ctx context.Context, token string) (Invitation, error) {
	list, err := d.storage.Invitations(ctx)
	if err != nil {
		return Invitation{}, err
	}
	hash := hashSecret(token)
	for i := range list {
		if list[i].Hash == hash && d.clock().Before(list[i].Expires) {
			return list[i].Invitation, nil
		}
	}
	return Invitation{}, errInvitation
}

// Join takes an invitation and begins a session. Who has no account yet gets one
// with this password; who has one gives the password that it has, and keeps the
// name.
func (d *Desk) Join(ctx context.Context, token, name, password string) (Session, error) {
	now := d.clock()
	if err := d.byRemote.take(remoteOf(ctx), now); err != nil {
		return Session{}, err
	}
	i, err := d.invited(ctx, token)
	if err != nil {
		return Session{}, err
	}
	if err := d.byEmail.take(i.Email, now); err != nil {
		return Session{}, err
	}
	if name, err = foldName(name); err != nil {
		return Session{}, err
	}
	if err := checkPassword(i.Email, password); err != nil {
		return Session{}, err
	}
	record, err := d.storage.AccountByEmail(ctx, i.Email)
	if err != nil && orrery.CodeOf(err) != orrery.NotFound {
		return Session{}, err
	}
	release, err := d.hashing.enter(ctx)
	if err != nil {
		return Session{}, err
	}
	defer release()
	if record.ID == 0 {
		hash, err := hashPassword(password)
		if err != nil {
			return Session{}, err
		}
		record = Record{Account: Account{Name: name}, Password: hash, Created: now}
	} else if !verifyPassword(record.Password, password) {
		return Session{}, orrery.Errorf(orrery.Denied, "this invitation cannot be taken with this password: if you have an account, give the password that it has")
	}
	session, stored := newSession(ctx, record.ID, now)
	audit.By(ctx, audit.Account(record.ID))
	err = d.storage.TakeInvitation(ctx, hashSecret(token), now, record, &stored)
	if orrery.CodeOf(err) == orrery.NotFound {
		return Session{}, errInvitation
	}
	if err != nil {
		return Session{}, err
	}
	d.byRemote.giveBack(remoteOf(ctx), now)
	d.byEmail.giveBack(i.Email, now)
	return session, nil
}
