// Package view holds the read models: what screens, the API and the command
// line show, as plain values that are ready to print. The model_*.go files are
// shapes without logic. Queries elsewhere in the package fill them from field,
// journal and identity; package web, package api and the command line read
// them. A value handed out is never changed afterwards.
package view

import (
	"time"

	"orrery.dev/orrery"
)

// Installation is what every screen needs to know first.
type Installation struct {
	Ready   bool     // the field is loaded; until then screens say so and nothing else is asked
	Planets []Planet // by id; none before the first run
	Hidden  []Planet // archived ones, by name alone
	Running int      // imports that are running or waiting

	Recounting bool // weights were changed and the past is being counted by them: figures are of the old ones until then
}

// Planet is a brand, product or project as a screen names it.
type Planet struct {
	ID         orrery.PlanetID
	Name       string     // as in --planet: unique
	Title      string     // as people call it; empty: show Name
	People     int        // in orbit
	AsOf       orrery.Day // the day that screens answer for
	Stale      bool       // its newest activity is over 60 days old, so AsOf is that day
	Sample     bool       // it came with the sample and goes with it
	RhythmDays int        // 30, 90 or 365: the horizon of closeness
	First      orrery.Day // of its first activity; 0 where there is none

	Group string // the constellation that it belongs to, or empty
}

// Account is somebody who is logged in.
type Account struct {
	ID     int64
	Email  string // empty for who entered by the first-run link
	Name   string // as colleagues call them; may be empty
	Access orrery.Access
}

// Session is a login that has begun.
type Session struct {
	Token   string // opaque; the cookie's value
	Expires time.Time
}
