package partner

import (
	"cmp"
	"slices"

	"orrery.dev/orrery"
)

// Past is what partners had to do with the people around a planet, as of a
// day.
type Past struct {
	AsOf      orrery.Day `json:"as_of"`
	Newcomers int        `json:"newcomers"` // people first seen by then
	Year      int        `json:"year"`      // of them, in the last year
	Quarter   int        `json:"quarter"`   // in the last 90 days
	Partners  []Seen     `json:"partners"`  // in the order in which they were asked for
	Crowded   bool       `json:"crowded"`   // so many were there that credit is told of some alone
}

// Seen is what one partner had to do with them. What is counted here was
// seen, and says nothing of what would have been; Trials and Switches alone do.
type Seen struct {
	Slug     string        `json:"slug"`
	Brought  []Arrival     `json:"brought"` // first seen through it, newest first
	Marked   int           `json:"marked"`  // activities that are its own
	People   int           `json:"people"`  // who did any, or were brought
	Now      Later         `json:"now"`     // where the brought stand
	Later    []Later       `json:"later"`   // 30, 90 and 365 days after each came
	Credit   *Credit       `json:"credit,omitempty"`
	Around   *Around       `json:"around,omitempty"`
	Together Together      `json:"together"`
	Joined   []Joined      `json:"joined"`    // circles that the brought are in, most first
	NoCircle int           `json:"no_circle"` // of the brought
	Trials   []TrialFound  `json:"trials"`
	Switches []SwitchFound `json:"switches"`
	Behind   Behind        `json:"behind"`
}

// MostKept is how many activities are kept of each that a figure is of, the newest, and
// how many people of those who were not brought, the earliest known.
const MostKept = 5000

// Behind is who and what stands behind a partner's figures.
type Behind struct {
	People  []orrery.MemberID `json:"people"`  // who did any of its activities, or were brought
	Others  []orrery.MemberID `json:"others"`  // who did something together with them
	Marked  []Deed            `json:"marked"`  // its activities
	Objects []Deed            `json:"objects"` // the newest that others did with each thing that both acted on
	Threads []Deed            `json:"threads"` // and said in each conversation in which both spoke
}

// Deed is where an activity stands in the journal.
type Deed struct {
	AtMicros int64           `json:"at"`
	Block    orrery.BlockSeq `json:"block"`
	Row      uint32          `json:"row"`
	How      How             `json:"how,omitempty"` // by what it is the partner's
}

// NewestDeeds sorts deeds, the newest first, and keeps at most MostKept.
func NewestDeeds(list []Deed) []Deed {
	slices.SortFunc(list, func(a, b Deed) int {
		return cmp.Or(cmp.Compare(b.AtMicros, a.AtMicros), cmp.Compare(a.Block, b.Block), cmp.Compare(a.Row, b.Row))
	})
	return slices.Clip(list[:min(MostKept, len(list))])
}

// Together is what a partner's people and others do together.
type Together struct {
	Objects int `json:"objects"` // that people of both acted on
	Threads int `json:"threads"` // in which people of both spoke
	Others  int `json:"others"`  // people who are not the partner's, in any of them
}

// Joined is a circle and how many of the brought are in it.
type Joined struct {
	Circle int `json:"circle"` // its number
	People int `json:"people"`
}

// TrialFound is what a trial found so far.
type TrialFound struct {
	Name string `json:"name"`
	Over bool   `json:"over"` // its last day is behind us
	All  Lift   `json:"all"`
	New  Lift   `json:"new"` // of people who had not come for a year and were in no circle
}

// SwitchFound is what switching a code on and off found so far.
type SwitchFound struct {
	Code string `json:"code"`
	Switchback
}
