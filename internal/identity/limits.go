package identity

import (
	_ "embed"
	"strings"

	"orrery.dev/orrery"
)

// Limits on evidence: an identifier that many share identifies nobody. What goes
// beyond a limit joins nobody at all, rather than the first few, so that the
// order of arrival plays no part. A .mailmap and a person's decision are bound
// by none of them.
const (
	// maxDeviceAccounts is how many accounts of one platform a browser's or a
	// device's number may be joined with: a computer of a family, a shop or a
	// library has more, and would make one person of all who sat at it.
	maxDeviceAccounts = 1

	// maxAccountAddresses is how many addresses an account may state: what
	// states more is a form that many fill in, or an account for tests.
	maxAccountAddresses = 5

	// maxAddressAccounts is how many accounts of one platform may state an
	// address. Names without a word in common end it sooner: see
	// maxUnrelatedNames.
	maxAddressAccounts = 10

	// maxHandleMembers is how many members may carry a handle for it to say
	// anything of them.
	maxHandleMembers = 6
)

//go:embed data/blocked.txt
var blockedText string

// blockedValues are written for nobody, in lower case.
var blockedValues = setOf(blockedText)

// blocked says whether an account's or a device's number is what programs write
// for none.
func blocked(k *orrery.Key) bool {
	switch k.Type {
	case "user_id", "login", "who", orrery.TypeAnonymous:
		return len(k.Value) <= len("00000000-0000-0000-0000-000000000000") && blockedValues[strings.ToLower(k.Value)]
	default:
		return false
	}
}

// isAccount says whether a key is of an account, of which a person has one on a
// platform, or a few.
func isAccount(k *orrery.Key) bool {
	return k.Type == "user_id" || k.Type == "login" || k.Type == "who"
}

// neighbourhood is an identity with one kind of what it is joined to.
type neighbourhood struct {
	of   orrery.IdentityID
	kind uint16 // number of (namespace, type) in limits.kinds
}

// limits counts what identities are joined to, where that is limited.
type limits struct {
	kinds   map[orrery.Key]uint16 // (namespace, type) without a value
	counts  map[neighbourhood]uint8
	crowded map[orrery.IdentityID]bool // joined to more than they may
}

// limitOf returns how many of b's kind a may be joined to; 0 is no limit.
func limitOf(a, b *orrery.Key, kind orrery.EvidenceKind) uint8 {
	switch {
	case kind != orrery.SameEmail && kind != orrery.SamePlatform:
		return 0
	case a.Type == orrery.TypeAnonymous && b.Type != orrery.TypeAnonymous:
		return maxDeviceAccounts
	case isAccount(a) && b.Type == orrery.TypeEmail:
		return maxAccountAddresses
	case a.Type == orrery.TypeEmail && isAccount(b):
		return maxAddressAccounts
	default:
		return 0
	}
}

// countNeighbours takes in one edge before it is known, and returns whether an
// identity became one that is joined to too many: then what it joined before is
// to be parted.
func (g *Graph) countNeighbours(e edge) (became bool) {
	for _, other := range [...]orrery.EvidenceKind{orrery.SameEmail, orrery.SamePlatform} {
		if _, known := g.known[edge{e.pair, other}]; known {
			return false // the pair is counted
		}
	}
	l := &g.limits
	if l.counts == nil {
		l.kinds, l.counts, l.crowded = map[orrery.Key]uint16{}, map[neighbourhood]uint8{}, map[orrery.IdentityID]bool{}
	}
	a, b := &g.list[e.a-1].Key, &g.list[e.b-1].Key
	one := l.count(e.a, limitOf(a, b, e.kind), b)
	two := l.count(e.b, limitOf(b, a, e.kind), a)
	return one || two
}

func (l *limits) count(of orrery.IdentityID, limit uint8, to *orrery.Key) (became bool) {
	if limit == 0 || l.crowded[of] {
		return false
	}
	scope := orrery.Key{Namespace: to.Namespace, Type: to.Type}
	kind, ok := l.kinds[scope]
	if !ok {
		kind = uint16(len(l.kinds))
		l.kinds[scope] = kind
	}
	at := neighbourhood{of, kind}
	l.counts[at]++
	if l.counts[at] <= limit {
		return false
	}
	l.crowded[of] = true
	return true
}

// void says whether evidence joins nobody because one of the two is joined to
// too many, or is what programs write for nobody.
func (g *Graph) void(e edge) bool {
	if e.kind != orrery.SameEmail && e.kind != orrery.SamePlatform {
		return false
	}
	return g.limits.crowded[e.a] || g.limits.crowded[e.b] || blocked(&g.list[e.a-1].Key) || blocked(&g.list[e.b-1].Key)
}
