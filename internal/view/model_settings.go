package view

import (
	"time"

	"orrery.dev/orrery"
)

// Settings is what a steward may change.
type Settings struct {
	Planets   []Planet
	Teammates []string // e-mail domains of teammates: "northlight.example"
	Keys      []Key
	Sources   []string // names, to choose from for a key
}

// PlanetSettings is what can be changed of a planet.
type PlanetSettings struct {
	Planet orrery.PlanetID
	Title  string

	Constellation string // the group of planets that it belongs to, or empty
}

// PlanetKept is a planet with what a steward decides about it.
type PlanetKept struct {
	Planet
	Archived   bool
	Activities int64
	Sources    int // that were set up once and are not paused
}

// PlanetMove puts a planet one place up or down, its whole constellation if so asked.
type PlanetMove struct {
	Planet    orrery.PlanetID
	Up, Whole bool
}

// Key is an API key, without its secret.
type Key struct {
	ID     string
	Planet string
	Source string
	Scope  string // "ingest", "read"

	Addresses bool // its answers hold e-mail addresses and the like

	Created time.Time
	Used    time.Time // zero: never
}

// NewKey asks for a key.
type NewKey struct {
	Planet orrery.PlanetID
	Source string
	Scope  string

	Addresses bool
}
