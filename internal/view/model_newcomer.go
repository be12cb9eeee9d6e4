package view

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/newcomer"
)

// NewcomersQuery asks what became of a planet's newcomers.
type NewcomersQuery struct {
	Planet   orrery.PlanetID
	AsOf     orrery.Day // 0: as the other screens answer
	By       string     // week, month, way, source, partner or circle; empty: by week or month, as there are people
	Weeks    int        // who came first in the last so many; 0: NewcomersWeeks
	Patience time.Duration
}

// NewcomersWeeks is how many weeks of newcomers are told of unless more are asked for,
// MostNewcomersWeeks how many at most.
const (
	NewcomersWeeks     = 26
	MostNewcomersWeeks = 104
)

// NewcomersBy lists by what newcomers can be told apart.
var NewcomersBy = []string{"week", "month", "way", "source", "partner", "circle"}

// Newcomers is what became of a planet's newcomers, in all and by cohort.
type Newcomers struct {
	AsOf    orrery.Day
	From    orrery.Day // who came first from this day on
	By      string
	Weeks   int
	Later   int // days after the first 30 in which a return counts
	All     newcomer.Tally
	Before  newcomer.Tally   // of those who came in as many weeks before; nobody where they are not known
	Cohorts []NewcomerCohort // by week and month the oldest first, else those of most people

	// Answers sets how soon somebody first answered beside whether they acted again.
	Answers conversation.Answers

	Unanswered  []NewcomerRow // who asked last first, some of them
	UnansweredN int

	Partners bool // there are partners to tell by
	Circles  bool // there are circles

	There  bool
	Making bool
	Made   time.Time
}

// NewcomerCohort is some newcomers.
type NewcomerCohort struct {
	Key         string // of an address: a Monday, 2026-10, a way, a source, a partner's slug, a circle's number, or none
	Name        string
	From, Until orrery.Day // of a week or month
	newcomer.Tally
}

// NewcomerRow is one newcomer.
type NewcomerRow struct {
	newcomer.Person
	Name     string
	Source   string
	Partner  string // its name; empty: none
	Title    string // of what they asked, as its source calls it; or empty
	Answerer string
	Conv     conversation.ThreadID // 0: in no conversation
	Waited   time.Duration         // from what they asked to the answer, or to the end
	Stands   [newcomer.Steps]string
}

// NewcomersListQuery asks for the newcomers behind a figure.
type NewcomersListQuery struct {
	NewcomersQuery
	Of     string // a cohort's key; empty: all
	Step   string // a newcomer.Step; empty: all who came; waiting: who waits for a first answer now
	Is     string // done, not or young; empty: whoever the step is asked of
	Offset int
	Limit  int // 0: all
}

// NewcomersList are the newcomers behind a figure, the newest first.
type NewcomersList struct {
	NewcomersListQuery
	AsOf   orrery.Day
	Cohort string // its name; empty: all
	From   orrery.Day
	N      int // in all
	Next   int // offset of the next page; 0: there is none
	People []NewcomerRow
	There  bool
}
