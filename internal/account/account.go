// Package account knows who may come in: people who log in with an address and
// a password, the one-time link of the first run, their sessions, and the keys
// that programs carry. Secrets are stored hashed and never told again.
//
// It is not about members: nobody in orbit is in here. Doors (web, api) ask it;
// package store keeps what it is handed.
package account

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
)

// Account is somebody who can log in.
type Account struct {
	ID     int64
	Email  string // lower case; empty for who entered by the first-run link
	Name   string // as colleagues call them; may be empty
	Access orrery.Access
}

// Record is an account as it is stored.
type Record struct {
	Account
	Password string // as hash in the PHC string format
	Created  time.Time
}

// SessionRecord is a session as it is stored.
type SessionRecord struct {
	Hash    [32]byte // SHA-256 of the token
	Account int64    // 0: entered by the first-run link
	Expires time.Time

	Number int64     // of its own, never given twice; what people name it by
	Begun  time.Time // to the hour, like Seen
	Seen   time.Time
	Device Device
}

// Accounts is the storage of accounts. Addresses are unique.
type Accounts interface {
	Accounts(ctx context.Context) ([]Record, error)
	AccountByID(ctx context.Context, id int64) (Record, error)
	AccountByEmail(ctx context.Context, email string) (Record, error) // NotFound where there is none
	// AddAccount stores a new account, ends all sessions of the first-run link and
	// begins the session, unless that is nil. Conflict where the address is taken.
	AddAccount(ctx context.Context, r Record, s *SessionRecord) (int64, error)
	// ChangePassword replaces the hash, ends the account's sessions and keys and
	// begins the session, unless that is nil.
	ChangePassword(ctx context.Context, id int64, password string, s *SessionRecord) error
}

// Sessions is the storage of sessions and one-time links.
type Sessions interface {
	PutSession(ctx context.Context, s SessionRecord) error
	SessionByHash(ctx context.Context, hash [32]byte) (SessionRecord, error) // NotFound where there is none
	DeleteSession(ctx context.Context, hash [32]byte) error
	PutLink(ctx context.Context, hash [32]byte, expires time.Time) error
	// TakeLink removes a link that has not expired and stores the session, in
	// one step, so that a link opens once. NotFound where there is none.
	TakeLink(ctx context.Context, hash [32]byte, now time.Time, s SessionRecord) error
}

// Session is a login that has begun.
type Session struct {
	Token   string // opaque, 256 bits; only its hash is kept
	Expires time.Time
}

// How long things last.
const (
	SessionLength = 30 * 24 * time.Hour
	LinkLength    = 24 * time.Hour
)

// Storage is all that a Desk needs to keep.
type Storage interface {
	Accounts
	Colleagues
	Sessions
	OwnSessions
}

// Desk checks who somebody is. It is safe for concurrent use.
type Desk struct {
	storage  Storage
	keys     *Keys
	clock    func() time.Time
	hashing  *hashing
	byEmail  *limiter
	byRemote *limiter
	nobody   string // a hash that no password has, to take as long for an unknown address
}

// NewDesk returns a Desk over its storage. The keys are those that end together
// with accounts.
func NewDesk(storage Storage, keys *Keys, clock func() time.Time) *Desk {
	return &Desk{
		storage: storage, keys: keys, clock: clock, hashing: newHashing(),
		byEmail: newLimiter(10, 30*time.Second), byRemote: newLimiter(30, 4*time.Second), nobody: unusedHash(),
	}
}

// Any says whether there is an account.
func (d *Desk) Any(ctx context.Context) (bool, error) {
	list, err := d.storage.Accounts(ctx)
	return len(list) > 0, err
}

// List returns all accounts, by number.
func (d *Desk) List(ctx context.Context) ([]Account, error) {
	records, err := d.storage.Accounts(ctx)
	list := make([]Account, len(records))
	for i := range records {
		list[i] = records[i].Account
	}
	return list, err
}

// AddOwner makes an account that may do everything. Invalid where the address
// or the password will not do, Conflict where the address has an account.
func (d *Desk) AddOwner(ctx context.Context, email, password string) error {
	_, err := d.add(ctx, "", email, password, nil)
	return err
}

// Settle makes the owner's account of who came in by the first-run link, whose
// sessions all end, and begins a session of it.
func (d *Desk) Settle(ctx context.Context, name, email, password string) (Session, error) {
	if any, err := d.Any(ctx); err != nil {
		return Session{}, err
	} else if any {
		return Session{}, orrery.Errorf(orrery.Denied, "there is an account already: log in with it")
	}
	session, stored := newSession(ctx, 0, d.clock())
	_, err := d.add(ctx, name, email, password, &stored)
	return session, err
}

func (d *Desk) add(ctx context.Context, name, email, password string, s *SessionRecord) (int64, error) {
	email, err := foldEmail(email)
	if err != nil {
		return 0, err
	}
	if name, err = foldName(name); err != nil {
		return 0, err
	}
	hash, err := d.newPassword(ctx, email, password)
	if err != nil {
		return 0, err
	}
	return d.storage.AddAccount(ctx, Record{
		Account: Account{Email: email, Name: name, Access: orrery.Unlimited()}, Password: hash, Created: d.clock(),
	}, s)
}

func foldName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if utf8.RuneCountInString(name) > 80 || strings.ContainsFunc(name, unicode.IsControl) {
		return "", orrery.Errorf(orrery.Invalid, "a name has at most 80 letters")
	}
	return name, nil
}

// SetPassword replaces a password and ends the account's sessions and the keys
// that it made. It is for
// whoever holds the machine: it tells whether the address is known.
func (d *Desk) SetPassword(ctx context.Context, email, password string) error {
	email, err := foldEmail(email)
	if err != nil {
		return err
	}
	record, err := d.storage.AccountByEmail(ctx, email)
	if orrery.CodeOf(err) == orrery.NotFound {
		return orrery.Errorf(orrery.NotFound, "there is no account %s: add it with `orrery accounts add`", email)
	} else if err != nil {
		return err
	}
	hash, err := d.newPassword(ctx, email, password)
	if err != nil {
		return err
	}
	defer d.keys.forget()
	return d.storage.ChangePassword(ctx, record.ID, hash, nil)
}

func (d *Desk) newPassword(ctx context.Context, email, password string) (string, error) {
	if err := checkPassword(email, password); err != nil {
		return "", err
	}
	release, err := d.hashing.enter(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return hashPassword(password)
}

func foldEmail(email string) (string, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > 254 {
		return "", orrery.Errorf(orrery.Invalid, "%.80q is not an e-mail address", email)
	}
	return email, nil
}

// NewLink returns a token that lets whoever holds it in once, within
// LinkLength, as somebody who may do everything.
func (d *Desk) NewLink(ctx context.Context) (string, error) {
	token := newSecret()
	return token, d.storage.PutLink(ctx, hashSecret(token), d.clock().Add(LinkLength))
}

// Enter takes the token of a one-time link. Denied where it is unknown, used or
// too old.
func (d *Desk) Enter(ctx context.Context, token string) (Session, error) {
	now := d.clock()
	if err := d.byRemote.take(remoteOf(ctx), now); err != nil {
		return Session{}, err
	}
	session, record := newSession(ctx, 0, now)
	audit.By(ctx, audit.Link)
	err := d.storage.TakeLink(ctx, hashSecret(token), now, record)
	if orrery.CodeOf(err) == orrery.NotFound {
		return Session{}, orrery.Errorf(orrery.Denied, "this link was used already or is too old: start Orrery again for a new one")
	}
	if err != nil {
		return Session{}, err
	}
	d.byRemote.giveBack(remoteOf(ctx), now)
	return session, nil
}

var errWrong = orrery.Errorf(orrery.Denied, "the address or the password is not right")

// LogIn begins a session. Denied where the address or the password is wrong,
// without telling which; Exhausted after too many tries for one address or from
// one place (see WithRemote).
func (d *Desk) LogIn(ctx context.Context, email, password string) (Session, error) {
	now := d.clock()
	email = strings.ToLower(strings.TrimSpace(email))
	remote := remoteOf(ctx)
	if err := d.byRemote.take(remote, now); err != nil {
		return Session{}, err
	}
	if err := d.byEmail.take(email, now); err != nil {
		return Session{}, err
	}
	record, err := d.storage.AccountByEmail(ctx, email)
	known := err == nil
	if !known && orrery.CodeOf(err) != orrery.NotFound {
		return Session{}, fmt.Errorf("find the account: %w", err)
	}
	hash := d.nobody
	if known {
		hash = record.Password
	}
	release, err := d.hashing.enter(ctx)
	if err != nil {
		return Session{}, err
	}
	right := verifyPassword(hash, password)
	release()
	if !known || !right {
		return Session{}, errWrong
	}
	session, stored := newSession(ctx, record.ID, now)
	audit.By(ctx, audit.Account(record.ID))
	if err := d.storage.PutSession(ctx, stored); err != nil {
		return Session{}, err
	}
	d.byRemote.giveBack(remote, now)
	d.byEmail.giveBack(email, now)
	return session, nil
}

func newSession(ctx context.Context, account int64, now time.Time) (Session, SessionRecord) {
	token := newSecret()
	expires := now.Add(SessionLength)
	hour := now.Truncate(time.Hour)
	return Session{token, expires}, SessionRecord{
		Hash: hashSecret(token), Account: account, Expires: expires, Begun: hour, Seen: hour, Device: deviceFrom(ctx),
	}
}

var errEnded = orrery.Errorf(orrery.Denied, "this session has ended: log in again")

// Account returns who a session belongs to. Denied where it ended.
func (d *Desk) Account(ctx context.Context, token string) (Account, error) {
	session, err := d.storage.SessionByHash(ctx, hashSecret(token))
	switch {
	case orrery.CodeOf(err) == orrery.NotFound || err == nil && !d.clock().Before(session.Expires):
		return Account{}, errEnded
	case err != nil:
		return Account{}, fmt.Errorf("find the session: %w", err)
	}
	if hour := d.clock().Truncate(time.Hour); hour.After(session.Seen) {
		// For people to read: that it could not be written keeps nobody out.
		_ = d.storage.TouchSession(ctx, session.Number, hour)
	}
	switch {
	case session.Account == 0:
		return Account{Access: orrery.Unlimited()}, nil
	}
	record, err := d.storage.AccountByID(ctx, session.Account)
	if orrery.CodeOf(err) == orrery.NotFound {
		return Account{}, errEnded
	}
	return record.Account, err
}

// LogOut ends a session. One that ended before is no error.
func (d *Desk) LogOut(ctx context.Context, token string) error {
	return d.storage.DeleteSession(ctx, hashSecret(token))
}
