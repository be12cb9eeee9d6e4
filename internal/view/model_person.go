package view

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
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
	Around     []Neighbour // strongest tie first; at the end who pushes them away
	Near       *Near       // nil: not known yet, or not as of this day
	Meet       []Suggested // whom they should meet
	Introduced []Introduced
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
	Tie   float64       // strength: what each gave and what they met over, decayed
	Why   language.Text // "addressed each other 14 times, met over 3 things"

	Gave, Got        float64 // decayed weight of what the person gave and received
	Over             float64 // of what they met over
	Pushed, PushedBy float64 // by how much the person repelled them, and was repelled: never netted
	Lean             int     // 1: the person gave much more than they received; −1: the other way
	Acts, Met        int     // how often one addressed the other, and over how many things they met, ever
	Since, Last      orrery.Day
}

// Near counts who is around a person: one step and two steps away, those who came
// themselves and those who were only named.
type Near struct {
	First, FirstNamed, Second, SecondNamed int
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
