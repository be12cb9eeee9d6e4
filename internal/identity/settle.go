package identity

import (
	"cmp"
	"slices"

	"orrery.dev/orrery"
)

// Members returns the member of each identity, by IdentityID (index 0 is
// unused). The slice is the Graph's: read it, and take it again after any
// change.
//
// Components grow along evidence in the order (confidence descending, for
// decisions their time, pair of identity keys); an edge that would join two
// identities which a person said are different is skipped. Addresses that several
// unrelated names share, or a household, join nobody but those who carry the same
// full name there, and neither does what goes beyond a limit (see the limits on
// evidence). The order of arrival plays no part.
func (g *Graph) Members() []orrery.MemberID {
	if g.settled && len(g.members) == len(g.list)+1 {
		g.lent = len(g.members)
		return g.members
	}
	forest := newForest(len(g.list))
	edges, apart := g.edges()
	if len(apart) > 0 {
		g.sortEdges(edges)
	}
	for _, e := range edges {
		forest.join(e.a, e.b, apart)
	}
	g.members = forest.lowest()
	g.lent = len(g.members)
	g.settled = true
	return g.members
}

// MemberOf returns the member of an identity.
func (g *Graph) MemberOf(id orrery.IdentityID) (orrery.MemberID, bool) {
	if _, ok := g.Identity(id); !ok {
		return 0, false
	}
	return g.Members()[id], true
}

// edges returns the evidence that counts, and for each identity those it must
// stay apart from.
func (g *Graph) edges() ([]edge, map[orrery.IdentityID][]orrery.IdentityID) {
	shared := g.sharedAddresses()
	g.shared = shared
	edges := make([]edge, 0, len(g.known)+len(g.decided))
	for e := range g.known {
		if g.void(e) {
			continue
		}
		if e.kind == orrery.SameEmail && (shared[e.a] || shared[e.b] || g.nobodys(e.a) || g.nobodys(e.b)) {
			continue
		}
		edges = append(edges, e)
	}
	edges = append(edges, g.namesakes()...)
	apart := map[orrery.IdentityID][]orrery.IdentityID{}
	for p, d := range g.decided {
		if d.Same {
			edges = append(edges, edge{p, orrery.ManualMerge})
		} else {
			apart[p.a] = append(apart[p.a], p.b)
			apart[p.b] = append(apart[p.b], p.a)
		}
	}
	return edges, apart
}

// nobodys says whether an identity is an address that identifies nobody.
func (g *Graph) nobodys(id orrery.IdentityID) bool {
	key := &g.list[id-1].Key
	return key.Type == orrery.TypeEmail && nobodys(key.Value)
}

func (g *Graph) sortEdges(edges []edge) {
	at := func(e edge) int64 {
		if e.kind == orrery.ManualMerge {
			return g.decided[e.pair].AtMicros
		}
		return 0 // a source's times shift with what was imported first
	}
	key := func(id orrery.IdentityID) orrery.Key { return g.list[id-1].Key }
	slices.SortFunc(edges, func(x, y edge) int {
		if c := cmp.Compare(y.kind.Confidence(), x.kind.Confidence()); c != 0 {
			return c
		}
		if c := cmp.Compare(at(x), at(y)); c != 0 {
			return c
		}
		xa, xb := ordered(key(x.a), key(x.b))
		ya, yb := ordered(key(y.a), key(y.b))
		if c := xa.Compare(ya); c != 0 {
			return c
		}
		return xb.Compare(yb)
	})
}

func ordered(a, b orrery.Key) (orrery.Key, orrery.Key) {
	if b.Compare(a) < 0 {
		return b, a
	}
	return a, b
}

// forest is a union-find over identities that keeps what each tree must stay
// apart from.
type forest struct {
	parent []orrery.IdentityID
	tree   map[orrery.IdentityID][]orrery.IdentityID // members of trees that touch a cannot-link
}

func newForest(n int) *forest {
	f := &forest{parent: make([]orrery.IdentityID, n+1), tree: map[orrery.IdentityID][]orrery.IdentityID{}}
	for i := range f.parent {
		f.parent[i] = orrery.IdentityID(i)
	}
	return f
}

func (f *forest) root(id orrery.IdentityID) orrery.IdentityID {
	for f.parent[id] != id {
		f.parent[id] = f.parent[f.parent[id]]
		id = f.parent[id]
	}
	return id
}

// join makes one tree of two, unless somebody in one must stay apart from
// somebody in the other. The lowest identity is the root.
func (f *forest) join(a, b orrery.IdentityID, apart map[orrery.IdentityID][]orrery.IdentityID) {
	a, b = f.root(a), f.root(b)
	if a == b {
		return
	}
	if len(apart) > 0 {
		inA, inB := f.restricted(a, apart), f.restricted(b, apart)
		for _, id := range inA {
			for _, other := range apart[id] {
				if f.root(other) == b {
					return
				}
			}
		}
		if len(inA)+len(inB) > 0 {
			f.tree[min(a, b)] = append(slices.Clone(inA), inB...)
			delete(f.tree, max(a, b))
		}
	}
	if a > b {
		a, b = b, a
	}
	f.parent[b] = a
}

// restricted lists the identities of a tree that must stay apart from some.
func (f *forest) restricted(root orrery.IdentityID, apart map[orrery.IdentityID][]orrery.IdentityID) []orrery.IdentityID {
	if list, ok := f.tree[root]; ok {
		return list
	}
	if len(apart[root]) > 0 {
		return []orrery.IdentityID{root}
	}
	return nil
}

func (f *forest) lowest() []orrery.MemberID {
	members := make([]orrery.MemberID, len(f.parent))
	for id := 1; id < len(f.parent); id++ {
		members[id] = orrery.MemberID(f.root(orrery.IdentityID(id)))
	}
	return members
}
