package view

import "orrery.dev/orrery"

// Today is what changed around a planet and what deserves a look.
type Today struct {
	AsOf       orrery.Day
	Gravity    Gravity
	Pull       PullShare
	Weeks      []WeekMoves // oldest first, usually 13
	Bands      []Band      // Core, Inner, Outer, Edge
	Sectors    []Sector    // as on the map
	Rising     []Row       // a few, most first
	Drifting   []Row
	Newcomers  []Row // newest first
	RisingN    int   // how many there are in all
	DriftingN  int
	NewcomersN int
}

// Gravity is how many people can be expected to come by themselves with
// something meaningful within the planet's rhythm.
type Gravity struct {
	Now, Low, High float64 // the sum and its interval
	Before         float64 // the sum 90 days earlier
	RhythmDays     int
}

// PullShare tells what brought the last 90 days' activities about: shares of
// those whose origin is known, 0–1, summing to 1 unless Known is 0.
type PullShare struct {
	Unprompted, Peer, Prompted float64
	Known                      int // activities with a known origin
	All                        int
}

// WeekMoves counts the people who changed level in the week that begins on
// Monday, a UTC day.
type WeekMoves struct {
	Monday  orrery.Day
	In, Out int // to a nearer level, to a farther one
}

// Band is one level, its people and their moves in the last 90 days.
type Band struct {
	Level   orrery.Level
	People  int
	In, Out int // came into it from farther, left it for farther
}
