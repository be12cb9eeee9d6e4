package view

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/purpose"
)

// Purpose is a purpose with its figures.
type Purpose struct {
	purpose.Purpose
	Brands   []Planet           // that serve it
	Progress []purpose.Progress // a measure each
	People   int                // who did anything that counts for any measure
	AsOf     orrery.Day
	Updates  []purpose.Update // newest first; of a single purpose alone

	There  bool // the figures are there
	Making bool // and are being counted anew
	Made   time.Time
}

// PurposeGiver is somebody who gave to a purpose.
type PurposeGiver struct {
	ID          orrery.MemberID
	Name        string
	Amounts     []purpose.Amount // a measure each
	Lately      []purpose.Amount // of it in the last 90 days
	Activities  int              // that count for any measure; those that count for several, several times
	First, Last orrery.Day
}

// PurposeGivers is one page of who gave to a purpose, who gave most to its first
// measure first.
type PurposeGivers struct {
	Purpose
	Givers []PurposeGiver
	Next   string // cursor of the next page; empty on the last
}

// PurposeActs is one page of the activities behind a figure, newest first.
type PurposeActs struct {
	Purpose
	Measure     *purpose.Measure
	Index       int // of the measure
	Member      orrery.MemberID
	Name        string     // of the member
	From, Until orrery.Day // 0: no bound
	Acts        []PurposeAct
	Next        string // cursor of the next page; empty on the last
}

// PurposeAct is an activity that counts, and why.
type PurposeAct struct {
	Happening
	Who    orrery.MemberID
	Name   string
	Planet Planet
	Amount purpose.Amount
	Why    string
}

// PurposeActsQuery asks for the activities behind a figure.
type PurposeActsQuery struct {
	Slug        string
	Measure     int             // index
	Member      orrery.MemberID // 0: anybody
	From, Until orrery.Day      // 0: no bound
	Before      string          // PurposeActs.Next of the page before
	Limit       int
}

// PublicPurpose is what everybody may read of a purpose: nothing in it says who did
// anything.
type PublicPurpose struct {
	Slug, Name, Statement, Ask string
	Brands                     []string // titles
	Progress                   []purpose.Progress
	People                     int // 0 while they are fewer than FewPeople
	AsOf                       orrery.Day
	Updates                    []purpose.Update // By is empty
	Changed                    time.Time        // of the newest update, or when it was opened
	Closed                     bool
	There                      bool // the figures are there
}

// FewPeople is from how many people on a public page says how many took part.
const FewPeople = 5

// PurposeForm is what a team fills in. Slug names a purpose; it stays as it is.
type PurposeForm struct {
	Slug, Title, Statement, Owner string
	Planets                       []orrery.PlanetID
	Partners                      []string
	Measures                      []string // as they are written; empty: what sources mark counts
	Version                       int64    // of the purpose that was shown; 0 for a new one
}

// PurposeChange changes single things of a purpose; nil leaves them as they are.
type PurposeChange struct {
	Ask    *string
	Public *bool
	Closed *bool
}
