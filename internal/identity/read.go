package identity

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orrery.dev/orrery"
)

// Rules returns the rules that say who is a teammate.
func (g *Graph) Rules() []string { return slices.Clone(g.rules) }

// Of returns the identities of a member, by number.
func (g *Graph) Of(m orrery.MemberID) []Identity {
	var list []Identity
	for id, member := range g.Members() {
		if member == m && id > 0 && g.list[id-1].Key.Value != "" {
			list = append(list, g.list[id-1])
		}
	}
	return list
}

// OnlyTheirs returns the addresses that identify nobody but that only these
// identities ever stated, such as one of a laptop: they give the person away
// though they join nobody.
func (g *Graph) OnlyTheirs(list []Identity) []Identity {
	theirs := map[orrery.IdentityID]bool{}
	for _, i := range list {
		theirs[i.ID] = true
	}
	stated, others := map[orrery.IdentityID]bool{}, map[orrery.IdentityID]bool{}
	for e := range g.known {
		if e.kind != orrery.SameEmail {
			continue
		}
		address, other := g.addressOf(e)
		switch {
		case theirs[address] || !g.nobodys(address):
		case theirs[other]:
			stated[address] = true
		default:
			others[address] = true
		}
	}
	var only []Identity
	for id := range stated {
		if !others[id] {
			only = append(only, g.list[id-1])
		}
	}
	slices.SortFunc(only, func(a, b Identity) int { return cmp.Compare(a.ID, b.ID) })
	return only
}

// EvidenceOf returns the evidence that joins the identities of a member,
// strongest first.
func (g *Graph) EvidenceOf(m orrery.MemberID) []Evidence {
	members := g.Members()
	var list []Evidence
	for _, e := range g.evidence {
		if members[e.A] == m && members[e.B] == m {
			list = append(list, e)
		}
	}
	for p, d := range g.decided {
		if d.Same && members[p.a] == m && members[p.b] == m {
			list = append(list, Evidence{A: p.a, B: p.b, Kind: orrery.ManualMerge, AtMicros: d.AtMicros})
		}
	}
	slices.SortFunc(list, func(x, y Evidence) int {
		return cmp.Or(cmp.Compare(y.Kind.Confidence(), x.Kind.Confidence()), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return list
}

// Smallest returns the smallest identity key of each member: what names a
// member whatever the order of arrival. Indexed by MemberID.
func (g *Graph) Smallest() []orrery.Key {
	smallest := make([]orrery.Key, len(g.list)+1)
	for id, m := range g.Members() {
		if id == 0 {
			continue
		}
		key := g.list[id-1].Key
		if key.Value == "" {
			continue
		}
		if smallest[m].Value == "" || key.Compare(smallest[m]) < 0 {
			smallest[m] = key
		}
	}
	return smallest
}

// Name chooses how to call a person of whom these are the identities: the name
// that most identities carry, rather of two words than of one, then the longer.
// Without any name it is the shortest value.
func Name(identities []Identity) string {
	count := map[string]int{}
	for _, i := range identities {
		if i.Name != "" {
			count[i.Name]++
		}
	}
	best := ""
	for name, n := range count {
		if best == "" || cmp.Or(
			cmp.Compare(boolInt(strings.Contains(name, " ")), boolInt(strings.Contains(best, " "))),
			cmp.Compare(n, count[best]),
			cmp.Compare(len(name), len(best)),
			strings.Compare(best, name),
		) > 0 {
			best = name
		}
	}
	if best != "" {
		return best
	}
	for _, i := range identities {
		if best == "" || len(i.Key.Value) < len(best) {
			best = i.Key.Value
		}
	}
	return best
}

// OfSeveral returns the identities of some members, by number.
func (g *Graph) OfSeveral(of map[orrery.MemberID]bool) map[orrery.MemberID][]Identity {
	known := make(map[orrery.MemberID][]Identity, len(of))
	for id, m := range g.Members() {
		if id > 0 && of[m] && g.list[id-1].Key.Value != "" {
			known[m] = append(known[m], g.list[id-1])
		}
	}
	return known
}

// Names chooses how to call some members.
func (g *Graph) Names(of map[orrery.MemberID]bool) map[orrery.MemberID]string {
	known := g.OfSeveral(of)
	names := make(map[orrery.MemberID]string, len(of))
	for m := range of {
		names[m] = cmp.Or(Name(known[m]), fmt.Sprintf("person %d", m))
	}
	return names
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ByName finds the one person with a name, whole and in any case. Nobody is
// NotFound, several are a Conflict that lists some.
func (g *Graph) ByName(name string) (orrery.IdentityID, error) {
	members := g.Members()
	var found []Identity
	seen := map[orrery.MemberID]bool{}
	for _, i := range g.list {
		if (strings.EqualFold(i.Name, name) || i.Key.Value == name) && i.Key.Value != "" && !seen[members[i.ID]] {
			seen[members[i.ID]] = true
			found = append(found, i)
		}
	}
	switch len(found) {
	case 0:
		return 0, orrery.Errorf(orrery.NotFound, "nobody is called %q: use the number that `orrery members` or `orrery identities` shows", name)
	case 1:
		return found[0].ID, nil
	default:
		return 0, orrery.Errorf(orrery.Conflict, "%d people are called %q: use a number, such as %d or %d", len(found), name, found[0].ID, found[1].ID)
	}
}

// Actor returns an identity as a source would state it. The address that a
// source stated of it is its own identity, joined by evidence, and comes back with it
// ; the least where there are several.
func (g *Graph) Actor(id orrery.IdentityID) orrery.Actor {
	i, ok := g.Identity(id)
	if !ok {
		return orrery.Actor{}
	}
	a := orrery.Actor{Namespace: i.Key.Namespace, Type: i.Key.Type, Value: i.Key.Value, Name: i.Name}
	a.Email = g.addresses()[id]
	return a
}

// addresses maps identities to the address that a source stated of them.
func (g *Graph) addresses() map[orrery.IdentityID]string {
	if g.stated == nil {
		g.stated = map[orrery.IdentityID]string{}
	}
	from := g.statedOf
	g.statedOf = len(g.evidence)
	for _, e := range g.evidence[from:] {
		if e.Kind != orrery.SameEmail {
			continue
		}
		address, other := e.A, e.B
		if g.list[address-1].Key.Type != orrery.TypeEmail {
			address, other = other, address
		}
		if known, ok := g.stated[other]; !ok || g.list[address-1].Key.Value < known {
			g.stated[other] = g.list[address-1].Key.Value
		}
	}
	return g.stated
}

// Evidence returns all evidence that stands. The slice is the Graph's.
func (g *Graph) Evidence() []Evidence { return g.evidence }

// Shared returns the addresses and numbers that identify nobody: several people
// use them, or tools write them for everybody.
func (g *Graph) Shared() map[orrery.IdentityID]bool {
	shared := g.sharedAddresses()
	for i := range g.list {
		if id := g.list[i].ID; id != 0 && (g.nobodys(id) || g.limits.crowded[id] || blocked(&g.list[i].Key)) {
			shared[id] = true
		}
	}
	return shared
}

// Referenced sets used[ID] for each identity that evidence, a decision or an
// affiliation speaks of, or that is marked.
func (g *Graph) Referenced(used []bool) {
	for _, e := range g.evidence {
		used[e.A], used[e.B] = true, true
	}
	for p := range g.decided {
		used[p.a], used[p.b] = true, true
	}
	for id := range g.marks {
		used[id] = true
	}
	for i := range g.affiliations {
		used[g.affiliations[i].Identity] = true
	}
}
