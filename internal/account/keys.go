package account

import (
	"cmp"
	"context"
	"crypto/subtle"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
)

// Scope is what a key is for.
type Scope string

// The scopes. Admin may do what the others may.
const (
	Ingest Scope = "ingest"
	Read   Scope = "read"
	Admin  Scope = "admin"
)

// Key is an API key without its secret.
type Key struct {
	ID     string
	Scope  Scope
	Planet orrery.PlanetID // whose data it may touch; 0: any
	Source string          // that its activities belong to; empty: what the door says

	Addresses bool  // its answers hold e-mail addresses and the like
	Account   int64 // who made it; 0: the shell, or who came in by the first-run link

	Created time.Time
	Expires time.Time // zero: never
	Used    time.Time // last, to within a few minutes; zero: never
}

// ParseScope reads a scope.
func ParseScope(text string) (Scope, error) {
	switch scope := Scope(text); scope {
	case Ingest, Read, Admin:
		return scope, nil
	default:
		return "", orrery.Errorf(orrery.Invalid, "%q is not a scope: choose ingest, read or admin", text)
	}
}

// Access is what the key may see and do, as if it were a colleague.
func (k *Key) Access() orrery.Access {
	role := orrery.NoRole
	switch k.Scope {
	case Read:
		role = orrery.Analyst
	case Admin:
		role = orrery.Admin
	}
	return orrery.Access{{Planet: k.Planet, Role: role, Addresses: k.Addresses}}
}

// MayMake says whether somebody with an access may make such a key: who steers
// its planet, and sees addresses where the key does. Keys of the scope admin over
// all planets are for owners.
func MayMake(a orrery.Access, k *Key) bool {
	needed := orrery.Admin
	if k.Scope == Admin && k.Planet == 0 {
		needed = orrery.Owner
	}
	g := a.On(k.Planet)
	return g.Role >= needed && (g.Addresses || !k.Addresses)
}

// Allows says whether the key may do what needs a scope.
func (k *Key) Allows(needed Scope) bool { return k.Scope == needed || k.Scope == Admin }

// KeyRecord is a key as it is stored.
type KeyRecord struct {
	Key
	Hash [32]byte // SHA-256 of the secret
}

// KeyStorage is the storage of keys.
type KeyStorage interface {
	PutKey(ctx context.Context, k KeyRecord) error
	KeyByID(ctx context.Context, id string) (KeyRecord, error) // NotFound where there is none
	ListKeys(ctx context.Context) ([]KeyRecord, error)
	DeleteKey(ctx context.Context, id string) (found bool, err error)
	TouchKey(ctx context.Context, id string, used time.Time) error
}

// Keys makes and checks API keys. It is safe for concurrent use and holds the
// only copy of what it remembers: all changes go through one Keys.
type Keys struct {
	storage KeyStorage
	clock   func() time.Time

	mu      sync.Mutex
	known   map[string]*knownKey // by ID
	revoked int                  // how many were
}

type knownKey struct {
	KeyRecord
	used    atomic.Int64 // Unix seconds
	touched atomic.Int64 // what is stored of it
}

const (
	keyPrefix  = "orr"
	maxKnown   = 4096
	touchEvery = 5 * 60 // seconds
)

// NewKeys returns Keys over their storage.
func NewKeys(storage KeyStorage, clock func() time.Time) *Keys {
	return &Keys{storage: storage, clock: clock, known: map[string]*knownKey{}}
}

// Create makes a key: ID, times and use of k are set. The whole key is returned
// this once: orr_<scope>_<id>_<secret>_<crc32 of all before, in hexadecimal>, so
// that scanners of leaked secrets and people who mistype find out without
// asking anybody.
func (s *Keys) Create(ctx context.Context, k Key) (whole string, made Key, err error) {
	switch k.Scope {
	case Ingest, Read, Admin:
	default:
		return "", k, orrery.Errorf(orrery.Invalid, "%q is not a scope: choose ingest, read or admin", k.Scope)
	}
	if k.Scope == Ingest && k.Planet == 0 {
		return "", k, orrery.Errorf(orrery.Invalid, "a key for ingest needs a planet")
	}
	if !k.Expires.IsZero() && !k.Expires.After(s.clock()) {
		return "", k, orrery.Errorf(orrery.Invalid, "the key would have expired already")
	}
	k.ID, k.Created, k.Used = newToken(8), s.clock(), time.Time{}
	audit.About(ctx, audit.Subject{Kind: "key", ID: k.ID})
	secret := newSecret()
	if err := s.storage.PutKey(ctx, KeyRecord{Key: k, Hash: hashSecret(secret)}); err != nil {
		return "", k, err
	}
	body := strings.Join([]string{keyPrefix, string(k.Scope), k.ID, secret}, "_")
	return body + "_" + checksum(body), k, nil
}

func checksum(body string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body))) }

var errKey = orrery.Errorf(orrery.Denied, "the key is not valid: it may be mistyped, revoked or expired")

// Check returns the key that a whole key is of. Denied where it is none,
// without telling why.
func (s *Keys) Check(ctx context.Context, whole string) (Key, error) {
	at := strings.LastIndexByte(whole, '_')
	if at < 0 || len(whole) > 200 || whole[at+1:] != checksum(whole[:at]) {
		return Key{}, errKey
	}
	parts := strings.Split(whole[:at], "_")
	if len(parts) != 4 || parts[0] != keyPrefix {
		return Key{}, errKey
	}
	k, err := s.find(ctx, parts[2])
	if orrery.CodeOf(err) == orrery.NotFound {
		return Key{}, errKey
	} else if err != nil {
		return Key{}, fmt.Errorf("find the key: %w", err)
	}
	hash, now := hashSecret(parts[3]), s.clock()
	if subtle.ConstantTimeCompare(hash[:], k.Hash[:]) != 1 || parts[1] != string(k.Scope) ||
		!k.Expires.IsZero() && !now.Before(k.Expires) {
		return Key{}, errKey
	}
	k.used.Store(now.Unix())
	if stored := k.touched.Load(); now.Unix()-stored >= touchEvery && k.touched.CompareAndSwap(stored, now.Unix()) {
		// When it was used last is for people to read: that it could not be
		// written keeps nobody out.
		_ = s.storage.TouchKey(ctx, k.ID, now)
	}
	return k.Key, nil
}

func (s *Keys) find(ctx context.Context, id string) (*knownKey, error) {
	s.mu.Lock()
	k, revoked := s.known[id], s.revoked
	s.mu.Unlock()
	if k != nil {
		return k, nil
	}
	record, err := s.storage.KeyByID(ctx, id)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.known[id]; known != nil {
		return known, nil
	}
	k = &knownKey{KeyRecord: record}
	if !record.Used.IsZero() {
		k.used.Store(record.Used.Unix())
		k.touched.Store(record.Used.Unix())
	}
	if len(s.known) >= maxKnown {
		clear(s.known)
	}
	if revoked == s.revoked { // else it may be the one: let the next request look again
		s.known[id] = k
	}
	return k, nil
}

// List returns all keys, newest first.
func (s *Keys) List(ctx context.Context) ([]Key, error) {
	records, err := s.storage.ListKeys(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Key, len(records))
	for i := range records {
		list[i] = records[i].Key
		if k := s.known[list[i].ID]; k != nil && k.used.Load() > 0 {
			list[i].Used = time.Unix(k.used.Load(), 0).UTC()
		}
	}
	slices.SortStableFunc(list, func(a, b Key) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID)) })
	return list, nil
}

// Revoke ends a key at once. NotFound where there is none.
func (s *Keys) Revoke(ctx context.Context, id string) error {
	audit.About(ctx, audit.Subject{Kind: "key", ID: id})
	found, err := s.storage.DeleteKey(ctx, id)
	s.mu.Lock()
	delete(s.known, id)
	s.revoked++
	s.mu.Unlock()
	if err == nil && !found {
		return orrery.Errorf(orrery.NotFound, "there is no key %.40q", id)
	}
	return err
}

// forget makes the next check of each key look at what is stored.
func (s *Keys) forget() {
	s.mu.Lock()
	clear(s.known)
	s.revoked++
	s.mu.Unlock()
}
