package identity

import (
	"slices"

	"orrery.dev/orrery"
)

// grow takes one new piece of evidence into the settled members, and returns
// false where only settling everything anew can tell what follows from it. It
// is what makes living activities cheap: settling costs as much as there are
// identities.
func (g *Graph) grow(e edge) bool {
	if len(g.members) != len(g.list)+1 {
		return false
	}
	if g.void(e) {
		return true // it joins nobody
	}
	if e.kind == orrery.SameEmail {
		if g.nobodys(e.a) || g.nobodys(e.b) {
			return true // it joins nobody
		}
		address, other := g.addressOf(e)
		by := g.stating[address]
		if by.n > maxUnrelatedNames {
			return false
		}
		if by.n > 1 && household(g.namesOf(by.first[:by.n])) {
			// It joins nobody, or does not any more, unless somebody there has the name.
			return g.shared[address] && g.fullName(other) == ""
		}
	}
	a, b := g.members[e.a], g.members[e.b]
	if a == b {
		return true
	}
	for p, d := range g.decided { // evidence may have been passed over for these
		if d.Same {
			continue
		}
		if m, n := g.members[p.a], g.members[p.b]; m == a || m == b || n == a || n == b {
			return false
		}
	}
	g.rename(max(a, b), min(a, b))
	return true
}

// rename makes the identities of one member another's. None of them is below
// the member's number.
func (g *Graph) rename(from, to orrery.MemberID) {
	if int(from) < g.lent {
		g.members, g.lent = slices.Clone(g.members), 0
	}
	for id := int(from); id < len(g.members); id++ {
		if g.members[id] == from {
			g.members[id] = to
		}
	}
}

// countStating counts who states an address, so that nobody has to look at all
// evidence to see whether an address may be shared. It returns true when an
// address becomes one that many state.
func (g *Graph) countStating(e edge) bool {
	if e.kind != orrery.SameEmail {
		return false
	}
	address, other := g.addressOf(e)
	by := g.stating[address]
	if by.n > maxUnrelatedNames {
		g.crowd[other] = true
		return false
	}
	if by.n < maxUnrelatedNames {
		by.first[by.n] = other
	}
	by.n++
	g.stating[address] = by
	return by.n > maxUnrelatedNames
}

// staters are the identities that state an address: how many, up to a crowd, and
// the first of them.
type staters struct {
	n     uint8
	first [maxUnrelatedNames]orrery.IdentityID
}

func (g *Graph) namesOf(ids []orrery.IdentityID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = g.list[id-1].Name
	}
	return names
}

// gatherCrowds lists who states an address that many state: their names decide
// whether it is shared.
func (g *Graph) gatherCrowds() {
	for e := range g.known {
		if e.kind != orrery.SameEmail {
			continue
		}
		if address, other := g.addressOf(e); g.stating[address].n > maxUnrelatedNames {
			g.crowd[other] = true
		}
	}
}

// addressOf tells the address from the identity that it was stated of.
func (g *Graph) addressOf(e edge) (address, other orrery.IdentityID) {
	if g.list[e.a-1].Key.Type != orrery.TypeEmail {
		return e.b, e.a
	}
	return e.a, e.b
}
