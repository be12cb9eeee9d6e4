package view

import (
	"time"

	"orrery.dev/orrery"
)

// Person is everything that is known of one person around one planet.
type Person struct {
	Row
	Years      float64 // since the first activity
	AsOf       orrery.Day
	RhythmDays int
	Line       []LinePoint // of the last twelve months, oldest first, a week apart or less
	Life       []LinePoint // since the first activity, oldest first, at the ends of Sundays; out of orbit counts as 0
	Marks      []Mark      // activities to show on the line, oldest first, a dozen at most
	Timeline   []Happening // newest first
	Older      string      // cursor for the happenings before; empty: there are none
	Gave       [orrery.Strategies]float64
	Got        [orrery.Strategies]float64 // received, by way to belong
	Origins    Origins
	Around     []Neighbour // strongest tie first
	Identities []Identity
	Notes      []Note // newest first
	Elsewhere  []Orbit
	Moved      []Reason  // what moved the closeness in the last 30 days, most first; they sum to the move but for what is less than .05
	MonthAgo   float64   // closeness 30 days before, where Moved is known
	Belongs    []Belongs // organizations, the latest first
	MayBeBot   []string  // why they may be a program; none where nothing says so, or somebody decided
	Doubts     []Doubt   // what else is asked about whether what they do is real
	Ruled      []Doubt   // and what was decided about it
	Pushed     Pushed    // what they did that repels: an axis of its own
}

// LinePoint is where somebody stood at the end of one day.
type LinePoint struct {
	Day       orrery.Day
	Closeness float64
	Level     orrery.Level
}

// Mark is an activity on the closeness line.
type Mark struct {
	Day    orrery.Day
	Way    orrery.Strategy
	Origin orrery.Origin
	Title  string
	Weight float64 // 0–10, the catalogue's
	Label  bool    // write the title beside it: two or three of them
}

// Happening is one activity in a timeline, or several alike of one day.
type Happening struct {
	At     time.Time
	Way    orrery.Strategy
	Origin orrery.Origin
	Title  string // told in words: "Opened a fix for the torque chart"
	Kind   string // as the source says it
	Source string // where its id means something: a platform, or the source's name
	URL    string // of the object at its source, http or https; or empty
	Count  int    // how many alike; 1 usually
}

// Origins counts a person's activities of the last 365 days by what brought
// them about.
type Origins struct {
	Unprompted, Peer, Prompted, Unknown int
}

// Neighbour is somebody around a person.
type Neighbour struct {
	ID    orrery.MemberID
	Name  string
	Level orrery.Level
	Tie   float64 // strength, more than 0
	Why   string  // "answered each other 14 times"; or empty
}

// Identity is one way in which a person is known somewhere.
type Identity struct {
	ID         orrery.IdentityID
	Namespace  string // the platform's host or the source; "global" for e-mail
	Type       string
	Value      string
	Name       string
	Activities int
	Last       orrery.Day
	Evidence   []Evidence // why it belongs to this person; none for a person's only identity
}

// Evidence is one reason to hold two identities for one person.
type Evidence struct {
	Kind orrery.EvidenceKind
	With string // the other identity, written for people
	From string // the source, or the account who said so
	At   time.Time
}

// Note is what a teammate wrote about a person.
type Note struct {
	At   time.Time
	By   string
	Text string
}

// Orbit is a person's place around one planet.
type Orbit struct {
	Planet    Planet
	Level     orrery.Level
	Closeness float64
}
