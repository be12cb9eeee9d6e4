package view

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/flow"
)

// Authentic is what is asked, and what was decided, about whether what is done
// around a planet is real.
type Authentic struct {
	AsOf    orrery.Day
	Gravity float64 // as it is now
	People  int     // who did anything
	Praises int     // by which one addressed another
	Open    []Doubt // by kind; of a kind the strongest first
	More    int     // beyond those, which are the strongest
	Decided []Doubt // the latest first
	There   bool    // there is a result at all
	Making  bool    // one is being made
	Made    time.Time
}

// Doubt is a question whether what somebody does is real, with what it is worth.
type Doubt struct {
	authentic.Flag
	Who      []DoubtedPerson // of Flag.Members, in their order
	Verdict  int64           // what it was decided as; 0: open
	Marked   bool            // they were said to be a program by hand
	Counts   bool            // as it is now
	Acts     int             // flagged activities
	Weighed  bool            // what follows is known
	Gravity  float64         // of the planet with them
	Without  float64         // and without them
	Examples []DoubtedAct    // newest first, a few
}

// DoubtedPerson is one of those who are asked about.
type DoubtedPerson struct {
	ID            orrery.MemberID
	Name          string
	With, Without Stands // with and without the flagged activities
}

// Stands is how somebody stands around a planet, shortened.
type Stands = flow.Stands

// DoubtedAct is one of the flagged activities.
type DoubtedAct struct {
	Who    orrery.MemberID
	Name   string
	ToName string // whom it praises, or empty
	To     orrery.MemberID
	Kind   string
	At     time.Time
	Before string // cursor of the person's timeline that begins with it
}
