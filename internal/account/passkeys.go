package account

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
)

// Passkey is what people see of a passkey: a key pair on a device or in a keyring,
// of which only the public half is here.
type Passkey struct {
	Number     int64
	Account    int64
	Name       string
	Made, Used time.Time // Used: zero where it never was
}

// PasskeyRecord is a Passkey as it is stored.
type PasskeyRecord struct {
	Passkey
	ID     []byte // as the device names it
	Handle []byte // what the device calls the account: random, the same for all of its passkeys
	Record []byte // the public key, its counter and its kind, as JSON
}

// PasskeyStorage is the storage of passkeys as logging in needs it.
type PasskeyStorage interface {
	PasskeysOf(ctx context.Context, account int64) ([]PasskeyRecord, error) // by number
	PasskeyByID(ctx context.Context, id []byte) (PasskeyRecord, error)      // NotFound where there is none
	// UsePasskey replaces the record before by r.Record and begins the session.
	// Conflict where the record is another by now.
	UsePasskey(ctx context.Context, r PasskeyRecord, before []byte, s SessionRecord) error
}

// PasskeyChanges is the storage of what people change of their passkeys. What is not
// the account's is NotFound. Adding and removing ends all sessions of the account and
// begins one.
type PasskeyChanges interface {
	AddPasskey(ctx context.Context, r PasskeyRecord, s SessionRecord) error // Conflict where it is there
	RenamePasskey(ctx context.Context, account, number int64, name string) error
	RemovePasskey(ctx context.Context, account, number int64, s SessionRecord) error
}

const (
	challengeLength = 5 * time.Minute
	maxChallenges   = 4096
	maxPasskeys     = 20 // of an account
)

// Passkeys makes passkeys and logs people in with them. It is safe for concurrent use.
type Passkeys struct {
	desk    *Desk
	storage interface {
		PasskeyStorage
		PasskeyChanges
	}
	party *webauthn.WebAuthn // nil: browsers make none at this address
	at    string             // where they work instead, or empty

	mu         sync.Mutex
	challenges map[string]challenge
}

// A challenge waits for its one answer.
type challenge struct {
	webauthn.SessionData
	account int64 // that adds a passkey; 0: somebody logs in
	handle  []byte
	ends    time.Time
}

// NewPasskeys returns the Passkeys of the installation that people reach at an origin.
func NewPasskeys(desk *Desk, storage interface {
	PasskeyStorage
	PasskeyChanges
}, origin string,
) (*Passkeys, error) {
	p := &Passkeys{desk: desk, storage: storage, challenges: map[string]challenge{}}
	u, err := url.Parse(origin)
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "%q is no origin", origin)
	}
	host := u.Hostname()
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() { // a passkey belongs to a name, never to a number
		host, p.at = "localhost", "http://localhost:"+u.Port()
		origin = p.at
	} else if ip != nil || u.Scheme != "https" && host != "localhost" {
		return p, nil
	}
	p.party, err = webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Orrery", RPOrigins: []string{origin},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	return p, err
}

// Where tells whether browsers make passkeys here, and at which other address they do
// where this one is a number of this machine.
func (p *Passkeys) Where() (works bool, at string) { return p.party != nil, p.at }

var errNoPasskeys = orrery.Errorf(orrery.Conflict, "passkeys need https, or localhost: ask who runs this installation")

// of lists the passkeys of an account.
func (p *Passkeys) of(ctx context.Context, id int64) ([]PasskeyRecord, error) {
	return p.storage.PasskeysOf(ctx, id)
}

// List lists the passkeys of an account, by number.
func (p *Passkeys) List(ctx context.Context, id int64) ([]Passkey, error) {
	records, err := p.of(ctx, id)
	list := make([]Passkey, len(records))
	for i := range records {
		list[i] = records[i].Passkey
	}
	return list, err
}

// BeginAdding takes the account's password and returns what a browser makes a passkey
// from, as JSON.
func (p *Passkeys) BeginAdding(ctx context.Context, id int64, password string) ([]byte, error) {
	if p.party == nil {
		return nil, errNoPasskeys
	}
	record, err := p.desk.again(ctx, id, password)
	if err != nil {
		return nil, err
	}
	known, err := p.of(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(known) >= maxPasskeys {
		return nil, orrery.Errorf(orrery.Conflict, "an account has at most %d passkeys: remove one first", maxPasskeys)
	}
	who := holder{name: record.Email, display: record.Name, handle: []byte(newSecret())}
	if len(known) > 0 {
		who.handle = known[0].Handle
	}
	if who.credentials, err = credentials(known); err != nil {
		return nil, err
	}
	options, session, err := p.party.BeginRegistration(&who, webauthn.WithExclusions(webauthn.Credentials(who.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, err
	}
	if err := p.await(challenge{SessionData: *session, account: id, handle: who.handle}); err != nil {
		return nil, err
	}
	return json.Marshal(options.Response)
}

// Add keeps a passkey that a browser made. In the same step all sessions of the
// account end and one begins.
func (p *Passkeys) Add(ctx context.Context, id int64, name string, answer []byte) (Session, error) {
	name, err := foldPasskeyName(name)
	if err != nil {
		return Session{}, err
	}
	if p.party == nil {
		return Session{}, errNoPasskeys
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Session{}, errPasskey(orrery.Invalid)
	}
	asked, ok := p.take(parsed.Response.CollectedClientData.Challenge, id)
	if !ok {
		return Session{}, errLate
	}
	credential, err := p.party.CreateCredential(&holder{handle: asked.handle}, asked.SessionData, parsed)
	if err != nil {
		return Session{}, errPasskey(orrery.Invalid)
	}
	record, err := json.Marshal(credential)
	if err != nil {
		return Session{}, err
	}
	session, stored := newSession(ctx, id, p.desk.clock())
	return session, p.storage.AddPasskey(ctx, PasskeyRecord{
		Passkey: Passkey{Account: id, Name: name, Made: p.desk.clock()}, ID: credential.ID, Handle: asked.handle, Record: record,
	}, stored)
}

// Rename gives a passkey of an account another name.
func (p *Passkeys) Rename(ctx context.Context, id, number int64, name string) error {
	name, err := foldPasskeyName(name)
	if err != nil {
		return err
	}
	return p.storage.RenamePasskey(ctx, id, number, name)
}

// Remove takes the account's password and a passkey away. In the same step all
// sessions of the account end and one begins.
func (p *Passkeys) Remove(ctx context.Context, id, number int64, password string) (Session, error) {
	if _, err := p.desk.again(ctx, id, password); err != nil {
		return Session{}, err
	}
	session, stored := newSession(ctx, id, p.desk.clock())
	return session, p.storage.RemovePasskey(ctx, id, number, stored)
}

// BeginLogIn returns what a browser answers with any passkey of this installation, as
// JSON. Exhausted after too many tries from one place.
func (p *Passkeys) BeginLogIn(ctx context.Context) ([]byte, error) {
	if p.party == nil {
		return nil, errNoPasskeys
	}
	if err := p.desk.byRemote.take(remoteOf(ctx), p.desk.clock()); err != nil {
		return nil, err
	}
	options, session, err := p.party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, err
	}
	if err := p.await(challenge{SessionData: *session}); err != nil {
		return nil, err
	}
	return json.Marshal(options.Response)
}

// LogIn begins a session of whose passkey it is. Denied where the answer is of none.
func (p *Passkeys) LogIn(ctx context.Context, answer []byte) (Session, error) {
	if p.party == nil {
		return Session{}, errNoPasskeys
	}
	now := p.desk.clock()
	if err := p.desk.byRemote.take(remoteOf(ctx), now); err != nil {
		return Session{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Session{}, errPasskey(orrery.Denied)
	}
	asked, ok := p.take(parsed.Response.CollectedClientData.Challenge, 0)
	if !ok {
		return Session{}, errLate
	}
	record, err := p.storage.PasskeyByID(ctx, parsed.RawID)
	if orrery.CodeOf(err) == orrery.NotFound {
		return Session{}, errPasskey(orrery.Denied)
	} else if err != nil {
		return Session{}, err
	}
	who := holder{handle: record.Handle}
	if who.credentials, err = credentials([]PasskeyRecord{record}); err != nil {
		return Session{}, err
	}
	_, credential, err := p.party.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if !bytes.Equal(handle, record.Handle) {
			return nil, errPasskey(orrery.Denied)
		}
		return &who, nil
	}, asked.SessionData, parsed)
	if err != nil {
		return Session{}, errPasskey(orrery.Denied)
	}
	if credential.Authenticator.CloneWarning {
		return Session{}, orrery.Errorf(orrery.Denied, "this passkey counted back, as a copy of one does: log in with your password, remove it and make another")
	}
	before := record.Record
	if record.Record, err = json.Marshal(credential); err != nil {
		return Session{}, err
	}
	record.Used = now.Truncate(time.Hour)
	session, stored := newSession(ctx, record.Account, now)
	audit.By(ctx, audit.Account(record.Account))
	if err := p.storage.UsePasskey(ctx, record, before, stored); err != nil {
		return Session{}, err
	}
	p.desk.byRemote.giveBack(remoteOf(ctx), now)
	return session, nil
}

var errLate = orrery.Errorf(orrery.Denied, "that took longer than five minutes, or was answered already: try again")

func errPasskey(code orrery.Code) error {
	return orrery.Errorf(code, "this passkey does not fit here: it may have been removed, or be of another site")
}

// await keeps a challenge until it is answered or over.
func (p *Passkeys) await(c challenge) error {
	now := p.desk.clock()
	c.ends = now.Add(challengeLength)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.challenges) >= maxChallenges {
		for key, old := range p.challenges {
			if !now.Before(old.ends) {
				delete(p.challenges, key)
			}
		}
	}
	if len(p.challenges) >= maxChallenges {
		return orrery.Errorf(orrery.Exhausted, "too many people log in at once: try again in a moment")
	}
	p.challenges[c.Challenge] = c
	return nil
}

// take removes the challenge that an answer is to, whether it is accepted or not.
func (p *Passkeys) take(key string, account int64) (challenge, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.challenges[key]
	delete(p.challenges, key)
	return c, ok && c.account == account && p.desk.clock().Before(c.ends)
}

// holder is an account as the library asks for it.
type holder struct {
	handle        []byte
	name, display string
	credentials   []webauthn.Credential
}

func (h *holder) WebAuthnID() []byte                         { return h.handle }
func (h *holder) WebAuthnName() string                       { return h.name }
func (h *holder) WebAuthnDisplayName() string                { return h.display }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func credentials(records []PasskeyRecord) ([]webauthn.Credential, error) {
	list := make([]webauthn.Credential, len(records))
	for i := range records {
		if err := json.Unmarshal(records[i].Record, &list[i]); err != nil {
			return nil, orrery.Errorf(orrery.Internal, "passkey %s cannot be read: %w", strconv.FormatInt(records[i].Number, 10), err)
		}
	}
	return list, nil
}

func foldPasskeyName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || utf8.RuneCountInString(name) > 40 || strings.ContainsFunc(name, unicode.IsControl) {
		return "", orrery.Errorf(orrery.Invalid, "a passkey has a name of 1 to 40 letters, such as the device that it is on")
	}
	return name, nil
}
