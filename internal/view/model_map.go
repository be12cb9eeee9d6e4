package view

import "orrery.dev/orrery"

// Map is the picture of everybody in orbit around one planet, made by LayOut.
// It is kept and shared: treat it as read-only.
type Map struct {
	Planet  Planet
	Version string      // changes whenever anything below does
	People  []MapPerson // nearest first; the index is how the picture names a person
	Sectors []Sector    // clockwise from a quarter turn before three o'clock
	Bands   []Band      // Core, Inner, Outer, Edge
	Moves   MapMoves
	Data    []byte // the wire format, see LayOut

	Partners []MapPartner // outside the rim, who brought most first
}

// MapPerson is what the map needs to know of one person in orbit.
type MapPerson struct {
	ID        orrery.MemberID
	Name      string
	Closeness float64      // 0–100 now
	Level     orrery.Level // Edge or nearer: others are left out
	Was       float64      // closeness 90 days before
	WasLevel  orrery.Level // OutOfOrbit for who is new
	Reach     float64      // 0 or more
	Way       orrery.Strategy
	Sector    uint8  // index into the sectors
	Alike     uint64 // people of a sector with the same number stand together: a main object, thread or folder; 0: nowhere in particular
	Newcomer  bool   // first seen within the 90 days
}

// Sector is a slice of the map: a circle of like minds, or a way to belong
// while there are no circles.
type Sector struct {
	Circle   string          // a circle's name; empty: the sector is the Way
	CircleID int             // its number; −1 for who is in no circle that has room of its own
	Way      orrery.Strategy // main way to belong of its people
	From, To float64         // angles in radians, clockwise from three o'clock; To > From
	People   int
	In, Out  int     // people who moved visibly closer, farther
	Trend    float64 // mean change of closeness in 90 days
}

// MapMoves counts everybody on the map by how they moved in 90 days.
type MapMoves struct {
	Closer, Still, Farther int // by visible movement, as coloured
	In, Out                int // to a nearer level, to a farther one
}
