package web

import "orrery.dev/orrery"

// A permission says who may use a route: the least role, and around which planets
// it is needed.
type permission struct {
	role  orrery.Role // NoRole: who is not logged in, too
	reach reach
	quiet bool // no change that the audit tells of
}

// The permissions of routes about the planet that is looked at.
var (
	anybody = permission{}
	see     = permission{role: orrery.Reader}
	take    = permission{role: orrery.Analyst} // lists away; the audit tells of it
	change  = permission{role: orrery.Steward}
	steer   = permission{role: orrery.Admin}
	own     = permission{role: orrery.Owner}
)

// A reach says which planets a route concerns: the role is needed around all of
// them. What concerns a planet that somebody does not see is not there for them.
type reach uint8

const (
	onPlanet       reach = iota // the planet that is looked at
	onNone                      // nobody's data
	onSelf                      // what is of whoever asks alone, their address too
	onInstallation              // all planets, those that come later too
	onPerson                    // the planet that is looked at; who is named orbits it
	onWholePerson               // the same, and all planets that they orbit besides
	onImport                    // the planet of the import {id}
	onSource                    // the planet of the source {name}
	onPurpose                   // the planets that the purpose {slug} serves
	onNamed                     // the planets that the form names
)

// of returns the permission with another reach.
func (p permission) of(r reach) permission {
	p.reach = r
	return p
}

// silent returns the permission of what changes nothing that the audit tells of.
func (p permission) silent() permission {
	p.quiet = true
	return p
}

// Permission is a row of the table of routes as others read it.
type Permission struct {
	Pattern string
	Role    orrery.Role // the least; NoRole: who is not logged in, too
	Reach   string      // planet, none, self, installation, person, whole person, import, source, purpose, named
	Action  string      // as the audit tells of it; empty: it does not
}

var reachNames = [...]string{"planet", "none", "self", "installation", "person", "whole person", "import", "source", "purpose", "named"}

// Permissions is the table of routes: every address of the screens and who may use
// it.
func Permissions() []Permission {
	var list []Permission
	for _, rt := range new(server).routes() {
		list = append(list, Permission{rt.pattern, rt.permission.role, reachNames[rt.permission.reach], rt.audited()})
	}
	return list
}
