package view

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
)

// Partners are a planet's partners, who brought most people in the last year first.
type Partners struct {
	AsOf      orrery.Day
	Newcomers int // people first seen by then
	Year      int // of them, in the last year
	Quarter   int // in the last 90 days
	Crowded   bool
	Partners  []PartnerRow

	There  bool // figures are known
	Making bool // they are being reckoned
	Made   time.Time
}

// PartnerRow is a partner in a list. What is counted was seen: it says nothing of
// what would have been.
type PartnerRow struct {
	partner.Partner
	Known   bool // figures are known
	Quarter int  // people brought in the last 90 days
	Year    int  // in the last year
	Ever    int
	InOrbit int // of them now
	Past    partner.Seen
}

// Near counts the brought who are in the core or the inner orbit now.
func (r *PartnerRow) Near() int {
	return r.Past.Now.Levels[orrery.Core.String()] + r.Past.Now.Levels[orrery.Inner.String()]
}

// PartnerStory tells all of one partner around one planet.
type PartnerStory struct {
	PartnerRow
	AsOf      orrery.Day
	Newcomers int
	Crowded   bool
	Circles   []PartnerCircle // that the brought are in, most first
	Purposes  []SharedPurpose
	Rooms     []partner.Room // open ones, newest first
	Updates   []partner.Update

	There  bool
	Making bool
}

// PartnerCircle is a circle and how many of the brought are in it.
type PartnerCircle struct {
	ID     int
	Name   string
	People int
}

// SharedPurpose is a purpose that names a partner.
type SharedPurpose struct {
	Slug, Name string
}

// BroughtList is the people behind a figure of a partner, newest first.
type BroughtList struct {
	Slug, Name string
	Of         string // which of those whom it brought, in words; empty: all
	N          int    // in all; the figure's people
	Offset     int    // so many are left out before
	Next       int    // offset of the next page; 0: there is none
	People     []BroughtPerson
	There      bool
}

// BroughtPerson is one of them.
type BroughtPerson struct {
	Row
	Day orrery.Day // on which they were first seen; 0 where that was not through the partner
	How partner.How
}

// RoomPage is what a partner reads in its room. No person is in it, and no number
// of people under partner.LeastCell.
type RoomPage struct {
	Partner string
	Brand   string
	About   string // what we do together
	Purpose *PublicPurpose
	Brought []RoomFigure
	Updates []partner.Update
	AsOf    orrery.Day
	Expires time.Time
	There   bool // figures are known
}

// RoomFigure is a number of people, in words.
type RoomFigure struct {
	Says, People string
}

// PartnerForm is what people fill in about a partner. Codes stand a line each, as
// partner.ParseCode reads them.
type PartnerForm struct {
	Slug      string // of the one that is changed; else made from the title where empty
	New       bool
	Title     string
	Statement string
	Codes     []string
	Domains   []string
	Channels  []string
}

// NewTrial is what people fill in to begin a trial.
type NewTrial struct {
	Name      string
	HeldMilli int
	From      orrery.Day
	Days      int
}

// TrialSide says on which side of a trial somebody is.
type TrialSide struct {
	ID   orrery.MemberID
	Name string
	Held bool // out of the campaign
}
