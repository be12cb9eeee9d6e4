package view

import (
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
)

// Member is somebody around one planet: one line of `members --planet`, of the
// API and of an export.
type Member struct {
	ID         orrery.MemberID   `json:"id"`
	Name       string            `json:"name"` // for people to read; never empty: an identity's value at worst
	Kind       orrery.MemberKind `json:"kind"`
	Planet     string            `json:"planet"`
	Level      orrery.Level      `json:"level"`
	Closeness  float64           `json:"closeness"` // 0–100
	Return     float64           `json:"return"`    // 0–1, the chance of any activity within the rhythm
	Given      float64           `json:"given"`     // decayed weight of what they gave
	Received   float64           `json:"received"`  // decayed weight of what they received
	Reach      float64           `json:"reach"`     // sum of the strengths of their ties
	Drift      float64           `json:"drift"`     // logit of closeness now less that of 30 days ago
	Endurance  float64           `json:"endurance"` // 0–1, share of past periods in which they came
	LastActive orrery.Day        `json:"last_active"`
	Reasons    []Reason          `json:"reasons"`
}

// Reason is one term of a closeness. The points of all terms sum to the
// closeness before rounding; they may be negative.
type Reason struct {
	Term   language.Text `json:"term"` // told in words: "reviews on 9 days in the last 30"; the constant one is "base"
	Points float64       `json:"points"`
}

// Row is a person in a list.
type Row struct {
	Member
	Was         float64      // closeness 90 days before AsOf
	WasLevel    orrery.Level // level then; OutOfOrbit for who is new
	Way         orrery.Strategy
	FirstActive orrery.Day
	Tags        []string
	Why         language.Text // what moved them most within 30 days; in the lists of who rises and drifts
}

// Preset names a list of people that has an order of its own.
type Preset string

// The presets.
const (
	Everyone Preset = "all"      // in orbit, nearest first
	Rising   Preset = "rising"   // came closer in the last 90 days, most first; who is new left out
	Drifting Preset = "drifting" // moved away in the last 90 days, most first
	New      Preset = "new"      // first seen in the last 30 days, newest first
	Quiet    Preset = "quiet"    // core or inner, and silent for longer than is usual for them
	Others   Preset = "others"   // out of orbit, bots and teammates
)

// PeopleQuery asks for people around one planet.
type PeopleQuery struct {
	Planet orrery.PlanetID
	AsOf   orrery.Day // 0: as screens answer
	Preset Preset
	Level  orrery.Level    // OutOfOrbit: any
	Way    orrery.Strategy // main way to belong; orrery.Strategies: any
	Tag    string          // empty: any
	Circle int             // number of a circle, and 1; 0: any
	Search string          // words of a name or of an identity, or how they begin; empty: any
	// NoAddresses: nobody is found by an address, for whoever asks may not see them.
	NoAddresses bool
	List        int64  // number of a fixed list; 0: any
	Cursor      string // PeoplePage.Next of the page before; empty: the first page
	Limit       int    // rows at most; 0: all
}

// PeoplePage is one page of an answer to a PeopleQuery.
type PeoplePage struct {
	Rows   []Row
	Total  int            // of the query, over all pages
	Next   string         // cursor of the next page; empty on the last
	Counts map[Preset]int // people of each preset around the planet, other filters left out
	Tags   []string       // that exist, in order

	Circles   []NamedCircle // largest first; none where there are no clear circles
	Precision Precision     // in the lists of who rises and drifts
	Visitors  int           // around the planet, who have not said who they are
}

// NamedCircle is a circle to choose people by.
type NamedCircle struct {
	ID   int
	Name string
}
