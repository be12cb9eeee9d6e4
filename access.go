package orrery

import (
	"context"
	"fmt"
	"slices"
)

// Role is how much a colleague may do. Roles compare with <: each may all that
// the ones before it may.
type Role uint8

// The roles, least first.
const (
	NoRole  Role = iota // may not even look
	Reader              // looks
	Analyst             // also takes lists away
	Steward             // also tends people: notes, tags, merges, conversations, imports
	Admin               // also steers a planet: sources, weights, purposes, partners, keys, who may come in
	Owner               // also steers the installation
)

var roleNames = [...]string{NoRole: "none", Reader: "reader", Analyst: "analyst", Steward: "steward", Admin: "admin", Owner: "owner"}

// String returns the role's name as commands, forms and the API spell it.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return fmt.Sprintf("role %d", uint8(r))
}

// ParseRole reads the name of a role that can be given.
func ParseRole(name string) (Role, error) {
	if at := slices.Index(roleNames[:], name); at > 0 {
		return Role(at), nil
	}
	return NoRole, Errorf(Invalid, "%.40q is not a role: choose reader, analyst, steward, admin or owner", name)
}

// Grant is what a colleague may do around one planet.
type Grant struct {
	Planet    PlanetID // 0: around every planet, those that come later too
	Role      Role
	Addresses bool // sees e-mail addresses, phone numbers and the like
}

// Access is all that a colleague or a key may. Grants only add to each other.
type Access []Grant

// Unlimited is the access of whoever holds the machine.
func Unlimited() Access { return Access{{Role: Owner, Addresses: true}} }

// On returns what the access comes to around a planet; for planet 0, around all of
// them.
func (a Access) On(planet PlanetID) Grant {
	sum := Grant{Planet: planet}
	for _, g := range a {
		if g.Planet == 0 || g.Planet == planet {
			sum.Role = max(sum.Role, g.Role)
			sum.Addresses = sum.Addresses || g.Addresses
		}
	}
	return sum
}

// OnEach returns what the access comes to around all of some planets; with none
// named, around all there are.
func (a Access) OnEach(planets ...PlanetID) Grant {
	if len(planets) == 0 {
		return a.On(0)
	}
	least := Grant{Role: Owner, Addresses: true}
	for _, p := range planets {
		g := a.On(p)
		least.Role, least.Addresses = min(least.Role, g.Role), least.Addresses && g.Addresses
	}
	return least
}

// With returns what two accesses come to together.
func (a Access) With(more Access) Access {
	sum := slices.Clone(a)
	for _, g := range more {
		at := slices.IndexFunc(sum, func(s Grant) bool { return s.Planet == g.Planet })
		if at < 0 {
			sum = append(sum, g)
			continue
		}
		sum[at].Role, sum[at].Addresses = max(sum[at].Role, g.Role), sum[at].Addresses || g.Addresses
	}
	return sum
}

// Sees says whether the planet is there for whoever has the access.
func (a Access) Sees(planet PlanetID) bool { return a.On(planet).Role > NoRole }

// Limited says whether some planets may be hidden: present ones or those to come.
func (a Access) Limited() bool { return a.On(0).Role == NoRole }

// Viewer is who an answer is made for.
type Viewer struct {
	Access
	Addresses bool // the answer may hold e-mail addresses and the like
}

type viewerKey struct{}

// WithViewer notes for whom what is asked with the context is asked.
func WithViewer(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// ViewerOf returns for whom something is asked: without a note, for Orrery itself
// or whoever holds the machine, who may see everything. Doors note it before they
// let anybody through.
func ViewerOf(ctx context.Context) Viewer {
	if v, ok := ctx.Value(viewerKey{}).(Viewer); ok {
		return v
	}
	return Viewer{Access: Unlimited(), Addresses: true}
}
