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
	if e.kind == orrery.SameEmail {
		if g.nobodys(e.a) || g.nobodys(e.b) {
			return true // it joins nobody
		}
		if g.stating[e.a] > maxUnrelatedNames || g.stating[e.b] > maxUnrelatedNames {
			return false
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
	if g.stating[address] <= maxUnrelatedNames {
		g.stating[address]++
		return g.stating[address] > maxUnrelatedNames
	}
	g.crowd[other] = true
	return false
}

// gatherCrowds lists who states an address that many state: their names decide
// whether it is shared.
func (g *Graph) gatherCrowds() {
	for e := range g.known {
		if e.kind != orrery.SameEmail {
			continue
		}
		if address, other := g.addressOf(e); g.stating[address] > maxUnrelatedNames {
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
