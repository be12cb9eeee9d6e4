// Package identity says who is who. Evidence comes in, members come out: each
// identity is one way in which somebody is known, each piece of evidence joins
// two identities, and a member is what hangs together. The partition is a
// function of the stored rows and of nothing else, so that a merge can be
// undone without loss.
//
// It is fed by package flow with actors and evidence from connectors and with
// what people decide (merge, unmerge). It knows nothing of activities.
package identity

import (
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/keyset"
)

// Identity is one way in which somebody is known.
type Identity struct {
	ID     orrery.IdentityID
	Key    orrery.Key
	Name   string          // for people to read, or empty
	Import orrery.ImportID // that brought it first
}

// Evidence is an edge between two identities.
type Evidence struct {
	A, B     orrery.IdentityID // A < B
	Kind     orrery.EvidenceKind
	Import   orrery.ImportID // that stated it: it stands while one such import stands
	AtMicros int64           // of the activity that first stated it here; for people to read
}

// Decision is what a person said about two identities. The latest one about a
// pair holds.
type Decision struct {
	A, B     orrery.IdentityID // A < B
	Same     bool              // merge, or else: never the same person
	AtMicros int64
}

// Mark is what a person or a rule said about one identity.
type Mark struct {
	Identity orrery.IdentityID
	Kind     orrery.MemberKind
}

// Writer is the storage that changes to identities need, inside a transaction.
type Writer interface {
	PutIdentity(i Identity) error
	PutEvidence(e Evidence) error
	PutDecision(d Decision) error
	PutAffiliation(a Affiliation) error
}

// Graph holds all identities and what joins them. Not safe for concurrent use.
type Graph struct {
	hasher   keyset.Hasher
	index    keyset.Set               // identity key → IdentityID
	list     []Identity               // by ID−1; erased ones have an empty key
	evidence []Evidence               // one of each edge
	known    map[edge]orrery.ImportID // all evidence that stands → the import that stated it last
	decided  map[pair]Decision
	marks    map[orrery.IdentityID]orrery.MemberKind
	rules    []string // teammates: "@domain" or an address
	erased   map[keyset.Key]bool

	members []orrery.MemberID // by IdentityID; index 0 unused
	lent    int               // how many of members were handed out: those are not changed in place
	settled bool

	stating map[orrery.IdentityID]staters // by address: who states it, up to a crowd
	crowd   map[orrery.IdentityID]bool    // identities that state an address which many state
	limits  limits                        // what identities are joined to
	shared  map[orrery.IdentityID]bool    // addresses that joined nobody when members were settled last

	stated   map[orrery.IdentityID]string // addresses by whom they were stated of, while
	statedOf int                          // the evidence is as long as this

	scoped   []orrery.Key // namespaces and types in use, while
	scopedOf int          // there are as many identities

	recent recently

	affiliations []Affiliation        // one of each statement
	affiliated   map[Affiliation]bool // the same, once one was stated

	newIdentities   []Identity // not stored yet
	newEvidence     []Evidence
	newAffiliations []Affiliation
}

type pair struct{ a, b orrery.IdentityID }

type edge struct {
	pair
	kind orrery.EvidenceKind
}

func pairOf(a, b orrery.IdentityID) pair {
	if a > b {
		a, b = b, a
	}
	return pair{a, b}
}

// Stored is everything that a Graph is made of.
type Stored struct {
	Identities []Identity // in order of ID, possibly with gaps
	LastID     orrery.IdentityID
	Evidence   []Evidence // of imports that stand; an edge is there once for each that states it
	Decisions  []Decision // oldest first
	Marks      []Mark

	Affiliations []Affiliation // of imports that stand
	Teammates    []string      // rules
	Erased       []keyset.Key  // keyed hashes of identities that must not come back
}

// NewGraph makes a Graph of what is stored.
func NewGraph(secret [16]byte, s Stored) *Graph {
	g := &Graph{
		hasher:   keyset.NewHasher(secret),
		list:     make([]Identity, s.LastID),
		evidence: make([]Evidence, 0, len(s.Evidence)),
		known:    make(map[edge]orrery.ImportID, len(s.Evidence)),
		decided:  map[pair]Decision{},
		marks:    map[orrery.IdentityID]orrery.MemberKind{},
		rules:    s.Teammates,
		erased:   make(map[keyset.Key]bool, len(s.Erased)),
		stating:  map[orrery.IdentityID]staters{},
		crowd:    map[orrery.IdentityID]bool{},

		affiliations: s.Affiliations,
	}
	for _, i := range s.Identities {
		g.list[i.ID-1] = i
		g.index.Put(g.hash(i.Key), uint32(i.ID))
	}
	for _, e := range s.Evidence {
		k := edge{pairOf(e.A, e.B), e.Kind}
		if _, ok := g.known[k]; !ok {
			g.evidence = append(g.evidence, e)
			g.countStating(k)
			g.countNeighbours(k)
		}
		g.known[k] = e.Import
	}
	g.gatherCrowds()
	for _, d := range s.Decisions {
		g.decided[pairOf(d.A, d.B)] = d
	}
	for _, m := range s.Marks {
		g.marks[m.Identity] = m.Kind
	}
	for _, k := range s.Erased {
		g.erased[k] = true
	}
	return g
}

func (g *Graph) hash(k orrery.Key) keyset.Key { return g.hasher.Key(k.Namespace, k.Type, k.Value) }

// Hash returns the keyed hash under which an identity is remembered after it
// was erased.
func (g *Graph) Hash(k orrery.Key) keyset.Key { return g.hash(k) }

// Len returns the highest IdentityID in use.
func (g *Graph) Len() int { return len(g.list) }

// Find returns the identity with a key.
func (g *Graph) Find(k orrery.Key) (orrery.IdentityID, bool) {
	id, ok := g.index.Get(g.hash(k))
	return orrery.IdentityID(id), ok
}

// Identity returns an identity by its number.
func (g *Graph) Identity(id orrery.IdentityID) (Identity, bool) {
	if id == 0 || int(id) > len(g.list) || g.list[id-1].Key == (orrery.Key{}) {
		return Identity{}, false
	}
	return g.list[id-1], true
}

// KeyOf returns the key of the identity that an actor, as a connector states
// it, stands for. Addresses are global and folded to lower case.
func KeyOf(a orrery.Actor, source string) orrery.Key {
	if a.Type == orrery.TypeEmail {
		return EmailKey(a.Value)
	}
	k := orrery.Key{Namespace: a.Namespace, Type: a.Type, Value: strings.TrimSpace(a.Value)}
	if k.Namespace == "" {
		k.Namespace = source
	}
	if k.Type == "login" {
		k.Value = strings.ToLower(k.Value)
	}
	return k
}

// EmailKey returns the key of an e-mail address.
func EmailKey(address string) orrery.Key {
	return orrery.Key{
		Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail,
		Value: strings.ToLower(strings.TrimSpace(address)),
	}
}
