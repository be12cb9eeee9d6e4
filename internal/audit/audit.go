// Package audit is the book of who did what: rows that hold numbers alone, never
// texts, names or addresses, each sealed by a hash over itself and the row before
// it. A row that was changed, left out, put in or swapped breaks the chain.
//
// It holds no rows: package store keeps them. Doors note in a request's context
// what is being done, and the store writes it in the transaction in which it
// happens; screens and the command line read them.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"sync"
	"time"

	"orrery.dev/orrery"
)

// Who acted, where it was no account and no key.
const (
	Nobody  = "nobody"  // who is not logged in
	Link    = "link"    // who came in by the first-run link
	Shell   = "shell"   // who holds the machine
	Partner = "partner" // who holds the link of a room
)

// Account names an account as an actor.
func Account(id int64) string {
	if id == 0 {
		return Link
	}
	return "account:" + strconv.FormatInt(id, 10)
}

// Key names a key as an actor.
func Key(id string) string { return "key:" + id }

// Entry is one thing that was done.
type Entry struct {
	At     time.Time
	By     string          // see Account, Key and the constants
	Action string          // such as people.erase
	Planet orrery.PlanetID // looked at meanwhile; 0: none
	About  []Subject
}

// Subject is what an action concerned.
type Subject struct {
	Kind string // person, planet, import, account …
	ID   string // a number; or what Named says
	// Named: the ID is a name that people gave. Only a keyed hash of it is kept,
	// by which the thing is found as long as it exists.
	Named bool
}

// Row is an Entry as it is kept.
type Row struct {
	Seq    int64 // 1 and on, without gaps
	At     time.Time
	By     string
	Action string
	Planet orrery.PlanetID
	About  string // "person:11 planet:1 purpose:~5f3a…", with a space between
	Hash   [32]byte
}

// Seal returns the hash of the row behind a row with the hash before: SHA-256 over
// that hash and every column, each with its length, so that nothing can be moved
// from one column into the next.
func (r *Row) Seal(before [32]byte) [32]byte {
	h := sha256.New()
	h.Write(before[:])
	var number [8]byte
	put := func(n int64) {
		binary.BigEndian.PutUint64(number[:], uint64(n))
		h.Write(number[:])
	}
	put(r.Seq)
	put(r.At.UnixMicro())
	put(int64(r.Planet))
	for _, text := range []string{r.By, r.Action, r.About} {
		put(int64(len(text)))
		h.Write([]byte(text))
	}
	return [32]byte(h.Sum(nil))
}

// Chain checks rows in order. The zero Chain stands before the first row.
type Chain struct {
	Seq  int64
	Head [32]byte
}

// Next takes the next row. An error names the first row that does not fit.
func (c *Chain) Next(r *Row) error {
	if r.Seq != c.Seq+1 {
		return orrery.Errorf(orrery.Invalid, "the audit has no row %d: one or more were removed before row %d", c.Seq+1, r.Seq)
	}
	if r.Seal(c.Head) != r.Hash {
		return orrery.Errorf(orrery.Invalid, "row %d of the audit, of %s, is not what was written then: it or its neighbour was changed", r.Seq, r.At.UTC().Format(time.RFC3339))
	}
	c.Seq, c.Head = r.Seq, r.Hash
	return nil
}

// End checks the last row against what the store holds to be the last.
func (c *Chain) End(seq int64, head [32]byte) error {
	if c.Seq != seq || c.Head != head {
		return orrery.Errorf(orrery.Invalid, "the audit ends with row %d, and should end with row %d: rows were removed or put in at its end", c.Seq, seq)
	}
	return nil
}

// Pending is an Entry that waits for the transaction in which it happens. It is
// safe for concurrent use.
type Pending struct {
	mu      sync.Mutex
	entry   Entry
	written bool
}

type pendingKey struct{}

// With notes in a context what is being done with it. Whoever notes it writes it
// afterwards where no transaction took it along: see Pending.Left.
func With(ctx context.Context, e Entry) (context.Context, *Pending) {
	p := &Pending{entry: e}
	return context.WithValue(ctx, pendingKey{}, p), p
}

// Of returns what is noted, or nil.
func Of(ctx context.Context) *Pending {
	p, _ := ctx.Value(pendingKey{}).(*Pending)
	return p
}

// By corrects who acts, where that turns out on the way.
func By(ctx context.Context, by string) {
	if p := Of(ctx); p != nil {
		p.mu.Lock()
		p.entry.By = by
		p.mu.Unlock()
	}
}

// As corrects what is done, where one address does several things.
func As(ctx context.Context, action string) {
	if p := Of(ctx); p != nil {
		p.mu.Lock()
		p.entry.Action = action
		p.mu.Unlock()
	}
}

// Without returns a context in which nothing is noted: what is stored with it
// belongs to nobody's action.
func Without(ctx context.Context) context.Context {
	return context.WithValue(ctx, pendingKey{}, (*Pending)(nil))
}

// About adds what an action concerns, where that turns out on the way.
func About(ctx context.Context, s ...Subject) {
	if p := Of(ctx); p != nil {
		p.mu.Lock()
		p.entry.About = append(p.entry.About, s...)
		p.mu.Unlock()
	}
}

// Number is a Subject with a number.
func Number[T ~int64 | ~uint64 | ~uint32 | ~uint16 | ~int](kind string, id T) Subject {
	return Subject{Kind: kind, ID: strconv.FormatUint(uint64(id), 10)}
}

// Left returns what has not been written yet.
func (p *Pending) Left() (Entry, bool) {
	if p == nil {
		return Entry{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.entry, !p.written
}

// Written notes that a transaction with it is durable.
func (p *Pending) Written() {
	p.mu.Lock()
	p.written = true
	p.mu.Unlock()
}

// Query asks for rows.
type Query struct {
	Before int64  // rows older than this one; 0: the newest
	By     string // empty: anybody
	Action string // itself, or with a dot behind all that begins so; empty: any
	About  string // one subject as it is kept; empty: any
	Planet orrery.PlanetID
	Day    orrery.Day // in UTC; 0: any
	Limit  int        // 0: all
}

// ParseHash reads a hash of a row as people note it, in hexadecimal; an empty text
// is the zero hash.
func ParseHash(text string) (hash [32]byte, err error) {
	text = strings.Join(strings.Fields(text), "")
	if n, err := hex.Decode(hash[:], []byte(text[:min(len(text), 64)])); text != "" && (err != nil || n != 32 || len(text) != 64) {
		return [32]byte{}, orrery.Errorf(orrery.Invalid, "%.80q is no hash of a row: it has 64 digits, 0 to 9 and a to f", text)
	}
	return hash, nil
}
