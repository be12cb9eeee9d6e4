package view

import (
	"time"

	"orrery.dev/orrery"
)

// Colleagues is who may come in, as far as somebody may know.
type Colleagues struct {
	People      []Colleague
	Invitations []Invitation // that wait, by number
}

// Colleague is an account as those who steer see it.
type Colleague struct {
	ID     int64
	Name   string
	Email  string
	Self   bool
	Access []NamedGrant // around planets that who asks steers
	Mine   bool         // some of it is up to who asks
}

// NamedGrant is a grant with its planet's title; empty: all planets.
type NamedGrant struct {
	orrery.Grant
	Title string
}

// Invitation lets somebody make an account, once.
type Invitation struct {
	Number  int64
	Email   string
	Access  []NamedGrant
	Expires time.Time
}
