package identity

import (
	"errors"
	"fmt"
	"hash/maphash"
	"strings"

	"orrery.dev/orrery"
)

// ErrErased says that somebody was erased and their activities are not kept.
var ErrErased = errors.New("this person was erased and is not brought back")

// Resolve returns the identity that an actor stands for, making it and its
// evidence where they are new. What is new is stored by Flush. imp is the import
// that states it, atMicros the time of the activity.
func (g *Graph) Resolve(a orrery.Actor, source string, imp orrery.ImportID, atMicros int64) (orrery.IdentityID, error) {
	recent := g.recent.of(&a)
	if recent.id != 0 && recent.actor == a && recent.source == source && recent.imp == imp {
		return recent.id, nil
	}
	id, err := g.resolve(a, source, imp, atMicros)
	if err == nil {
		*recent = resolved{a, source, imp, id}
	}
	return id, err
}

func (g *Graph) resolve(a orrery.Actor, source string, imp orrery.ImportID, atMicros int64) (orrery.IdentityID, error) {
	key := KeyOf(a, source)
	if key.Value == "" || key.Type == "" {
		return 0, orrery.Errorf(orrery.Invalid, "the actor has no %s: every activity needs somebody who acted", missing(key))
	}
	if g.Erased(key) {
		return 0, ErrErased
	}
	address := strings.TrimSpace(a.Email)
	var email orrery.Key
	if address != "" && a.Type != orrery.TypeEmail {
		email = EmailKey(address)
		if g.Erased(email) {
			return 0, ErrErased
		}
	}
	id := g.identity(key, a.Name, imp)
	if email.Value != "" {
		g.Join(id, g.identity(email, "", imp), orrery.SameEmail, imp, atMicros)
	}
	return id, nil
}

// recently remembers who was resolved last, each at the one place that their
// value hashes to: few people do most of what is done, and stating the same of
// them again within an import changes nothing.
type recently struct {
	seed   maphash.Seed
	places []resolved
}

type resolved struct {
	actor  orrery.Actor
	source string
	imp    orrery.ImportID
	id     orrery.IdentityID // 0: nobody yet
}

// remembered is how many places there are, a power of two.
const remembered = 4096

func (r *recently) of(a *orrery.Actor) *resolved {
	if r.places == nil {
		r.seed, r.places = maphash.MakeSeed(), make([]resolved, remembered)
	}
	return &r.places[maphash.String(r.seed, a.Value)&(remembered-1)]
}

func missing(k orrery.Key) string {
	if k.Type == "" {
		return "type"
	}
	return "value"
}

// Link stores evidence that a source states about two actors.
func (g *Graph) Link(l orrery.Link, source string, imp orrery.ImportID) error {
	at := l.At.UnixMicro()
	a, err := g.Resolve(l.A, source, imp, at)
	if err != nil {
		return fmt.Errorf("link %s: %w", l.Kind, err)
	}
	b, err := g.Resolve(l.B, source, imp, at)
	if err != nil {
		return fmt.Errorf("link %s: %w", l.Kind, err)
	}
	g.Join(a, b, l.Kind, imp, at)
	return nil
}

// Join adds evidence between two identities. What is known already is noted for
// its import too, so that undoing another one leaves it standing.
func (g *Graph) Join(a, b orrery.IdentityID, kind orrery.EvidenceKind, imp orrery.ImportID, atMicros int64) {
	if a == b {
		return
	}
	p := pairOf(a, b)
	k := edge{p, kind}
	last, known := g.known[k]
	if known && last == imp {
		return
	}
	e := Evidence{A: p.a, B: p.b, Kind: kind, Import: imp, AtMicros: atMicros}
	crowded := !known && g.countNeighbours(k)
	g.known[k] = imp
	g.newEvidence = append(g.newEvidence, e)
	if known {
		return
	}
	g.evidence = append(g.evidence, e)
	if g.countStating(k) {
		g.gatherCrowds()
	}
	g.settled = g.settled && !crowded && g.grow(k)
}

func (g *Graph) identity(key orrery.Key, name string, imp orrery.ImportID) orrery.IdentityID {
	h := g.hash(key)
	name = strings.TrimSpace(name)
	if id, ok := g.index.Get(h); ok {
		if known := &g.list[id-1]; betterName(name, known.Name) {
			if g.crowd[known.ID] || full(name) || full(known.Name) {
				g.settled = false // names decide whether an address is shared
			}
			known.Name = name
			g.newIdentities = append(g.newIdentities, *known)
		}
		return orrery.IdentityID(id)
	}
	i := Identity{ID: orrery.IdentityID(len(g.list) + 1), Key: key, Name: name, Import: imp}
	g.list = append(g.list, i)
	g.index.Put(h, uint32(i.ID))
	g.newIdentities = append(g.newIdentities, i)
	if len(g.members) > 0 {
		g.members = append(g.members, orrery.MemberID(i.ID))
	}
	return i.ID
}

// betterName prefers the longer name and then the lesser, so that the order in
// which names arrive does not show.
func betterName(name, than string) bool {
	return len(name) > len(than) || len(name) == len(than) && name < than
}

// Flush stores what is new since the last Flush. If the transaction fails the
// Graph is ahead of its storage and must be thrown away.
func (g *Graph) Flush(tx Writer) error {
	for _, i := range g.newIdentities {
		if err := tx.PutIdentity(i); err != nil {
			return fmt.Errorf("store identity %d: %w", i.ID, err)
		}
	}
	for _, e := range g.newEvidence {
		if err := tx.PutEvidence(e); err != nil {
			return fmt.Errorf("store evidence %d–%d: %w", e.A, e.B, err)
		}
	}
	for _, a := range g.newAffiliations {
		if err := tx.PutAffiliation(a); err != nil {
			return fmt.Errorf("store affiliation of %d: %w", a.Identity, err)
		}
	}
	g.newIdentities, g.newEvidence, g.newAffiliations = g.newIdentities[:0], g.newEvidence[:0], g.newAffiliations[:0]
	return nil
}

// Pending says whether there is anything to Flush.
func (g *Graph) Pending() bool {
	return len(g.newIdentities)+len(g.newEvidence)+len(g.newAffiliations) > 0
}

// Merge records that two identities are one person.
func (g *Graph) Merge(tx Writer, a, b orrery.IdentityID, atMicros int64) error {
	return g.decide(tx, a, b, true, atMicros)
}

// Unmerge records that two identities are never one person. It replaces an
// earlier Merge of the pair.
func (g *Graph) Unmerge(tx Writer, a, b orrery.IdentityID, atMicros int64) error {
	return g.decide(tx, a, b, false, atMicros)
}

func (g *Graph) decide(tx Writer, a, b orrery.IdentityID, same bool, atMicros int64) error {
	for _, id := range []orrery.IdentityID{a, b} {
		if _, ok := g.Identity(id); !ok {
			return orrery.Errorf(orrery.NotFound, "there is no identity %d", id)
		}
	}
	if a == b {
		return orrery.Errorf(orrery.Invalid, "%d and %d are the same identity: name two", a, b)
	}
	p := pairOf(a, b)
	d := Decision{A: p.a, B: p.b, Same: same, AtMicros: atMicros}
	if err := tx.PutDecision(d); err != nil {
		return fmt.Errorf("store decision: %w", err)
	}
	g.decided[p] = d
	g.settled = false
	return nil
}
