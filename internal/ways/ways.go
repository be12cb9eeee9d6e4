// Package ways tells which ways to belong hold whom: for each group of people
// and each of the six ways, how many tried it, and whether those who did so in
// their first weeks came back by themselves more often than people like them who
// did not.
//
// It is not a cause finder. Nobody was sent down a way by lot, so what it finds
// is an association, and each group gets a trial that could disprove it. It is
// pure: no clock, no chance, no files. Package flow hands it a planet's past and
// who belongs to which group; package view and the command line read its Report.
package ways

import (
	"orrery.dev/orrery"
)

// FirstDays is how long somebody's first weeks last: what they did from the day
// of their first activity on is what a way is tried by.
const FirstDays = 28

// Confidence is how sure all intervals of a family are at once: those of all
// groups together, and those of everybody.
const Confidence = .9

// A way is compared where so many people tried it and so many did not.
const fewest = 20

// Report is what a planet's past tells of its ways to belong.
type Report struct {
	AsOf        orrery.Day `json:"as_of"`
	HorizonDays int        `json:"horizon_days"` // within which coming back counts, after the first weeks
	FirstDays   int        `json:"first_days"`
	Everybody   Group      `json:"everybody"`
	Groups      []Group    `json:"groups"` // by the numbers that Past was given
}

// Group is what is known of one group of people, or of everybody.
type Group struct {
	People          int     `json:"people"`           // who ever did something
	Activities      int     `json:"activities"`       // of theirs, ever
	OutsidePurchase float64 `json:"outside_purchase"` // share of them by other ways than commerce, 0–1
	Watched         int     `json:"watched"`          // people whose first weeks and the horizon after them are over
	Returned        int     `json:"returned"`         // of those, who came back by themselves with something meaningful

	Cells [orrery.Strategies]Cell `json:"cells"` // by way

	// Holds lists the ways whose people came back more than negligibly beyond what
	// comparable people did and what chance explains, the one that holds most first. Where it is
	// empty there is no difference to be told.
	Holds []orrery.Strategy `json:"holds"`

	Trial Trial `json:"trial"` // what to try next
}

// Advised returns the way that holds most; ok is false where none does.
func (g *Group) Advised() (way orrery.Strategy, ok bool) {
	if len(g.Holds) == 0 {
		return 0, false
	}
	return g.Holds[0], true
}

// Cell is one way in one group.
type Cell struct {
	People     int                      `json:"people"`     // who ever tried it
	Activities int                      `json:"activities"` // ever
	Origins    [orrery.Prompted + 1]int `json:"origins"`    // of the activities, by origin

	Tried    int `json:"tried"`    // watched people who tried it in their first weeks
	Came     int `json:"came"`     // of those, who came back
	Compared int `json:"compared"` // of Tried, who find people without the way who did as much

	Verdict Verdict `json:"verdict"`

	// Yield is how many more of a hundred people came back with the way than
	// comparable people without it, drawn to what other groups show. Low and High
	// hold the true figure, for all cells of the family at once, in 90 of 100
	// cases. All zero where nothing is compared.
	Yield float64 `json:"yield"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`

	effect float64 // log odds; what cells of a group are ordered by
}

// Verdict is what can be said of a cell.
type Verdict uint8

// The verdicts.
const (
	Untested     Verdict = iota // too few people tried it
	NoComparison                // too few people like those who tried it did not
	NoDifference                // those who tried it came back neither more nor less often
	More                        // they came back more often than comparable people
	Fewer                       // they came back less often
)

var verdictNames = [...]string{"untested", "no comparison", "no difference", "more", "fewer"}

// String returns the verdict in lower case.
func (v Verdict) String() string {
	if int(v) < len(verdictNames) {
		return verdictNames[v]
	}
	return "unknown"
}

// Compared says whether the cell has a yield.
func (v Verdict) Compared() bool { return v >= NoDifference }

// Report compares what was gathered. Cells of groups are one family for their
// intervals and draw on each other; everybody is another.
func (p *Past) Report() Report {
	r := Report{AsOf: p.asOf, HorizonDays: p.horizon, FirstDays: FirstDays}
	lives := p.watched()
	everybody := []Group{p.counted(0)}
	compare(everybody, -1, rowsOf(lives, func(*life) []int { return nil }))
	r.Everybody = everybody[0]
	for g := range p.groups {
		r.Groups = append(r.Groups, p.counted(1+g))
	}
	compare(r.Groups, 0, rowsOf(lives, func(l *life) []int { return l.groups }))
	r.Everybody.Trial = nextTrial(&r.Everybody, &r.Everybody, p.arrivals(0), r.HorizonDays)
	for g := range r.Groups {
		r.Groups[g].Trial = nextTrial(&r.Groups[g], &r.Everybody, p.arrivals(1+g), r.HorizonDays)
	}
	return r
}
