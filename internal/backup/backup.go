// Package backup keeps copies of the data: when one is due, where they lie, which
// are kept, whether each was verified. What a copy is made with and looked at by
// is handed in; the plan lies in a file beside the data and in no copy, so that
// restoring an old one does not bring back an old plan.
//
// It restores nothing: whoever stops everything else does. Screens and commands
// steer it; the server runs it.
package backup

import (
	"cmp"
	"slices"
	"time"

	"orrery.dev/orrery"
)

// Every says how often a copy is made.
type Every string

// The rhythms of copies.
const (
	Never  Every = ""
	Daily  Every = "daily"
	Weekly Every = "weekly"
)

// Plan says when copies are made and which are kept.
type Plan struct {
	Folder  string       `json:"folder"` // absolute
	Every   Every        `json:"every"`
	Hour    int          `json:"hour"` // 0 to 23, by the machine's clock
	Weekday time.Weekday `json:"weekday"`

	// How many of the copies made by plan are kept: the newest of each of the last
	// so many days, weeks and months that have one.
	Days   int `json:"keep_daily"`
	Weeks  int `json:"keep_weekly"`
	Months int `json:"keep_monthly"`
}

// Check says what is wrong with a plan.
func (p Plan) Check() error {
	switch {
	case p.Every != Never && p.Every != Daily && p.Every != Weekly:
		return orrery.Errorf(orrery.Invalid, "a backup is made daily, weekly or never by itself, not %q", p.Every)
	case p.Hour < 0 || p.Hour > 23:
		return orrery.Errorf(orrery.Invalid, "the hour is from 0 to 23")
	case p.Weekday < time.Sunday || p.Weekday > time.Saturday:
		return orrery.Errorf(orrery.Invalid, "choose a day of the week")
	case p.Days < 0 || p.Weeks < 0 || p.Months < 0 || p.Days > 366 || p.Weeks > 520 || p.Months > 240:
		return orrery.Errorf(orrery.Invalid, "how many are kept is from 0 to 366 daily, 520 weekly and 240 monthly ones")
	case p.Every != Never && p.Days+p.Weeks+p.Months == 0:
		return orrery.Errorf(orrery.Invalid, "keep at least one backup")
	}
	return nil
}

// Next returns when the first copy after a moment is due, in the moment's zone;
// zero: never.
func (p Plan) Next(after time.Time) time.Time {
	if p.Every == Never {
		return time.Time{}
	}
	year, month, day := after.Date()
	for i := range 9 { // where a clock is put on, an hour may be missing: then the next that is
		at := time.Date(year, month, day+i, p.Hour, 0, 0, 0, after.Location())
		if at.After(after) && (p.Every == Daily || at.Weekday() == p.Weekday) {
			return at
		}
	}
	return time.Time{}
}

// Kind says why a copy was made.
type Kind string

// The kinds of copies.
const (
	Planned Kind = "planned"
	ByHand  Kind = "by hand"
	// Aside is the data that a restore put aside.
	Aside Kind = "before a restore"
)

// Sizes are how much is stored.
type Sizes struct {
	Generation int64     `json:"generation"` // grows with every change
	Activities int64     `json:"activities"` // takings back among them
	Identities int64     `json:"identities"`
	Newest     time.Time `json:"newest,omitzero"` // of the latest activity
	Erased     int64     `json:"erased"`          // keys of who was erased
}

// Contents is what is in a copy.
type Contents struct {
	Sizes
	People   int      `json:"people,omitempty"` // known after a whole check
	Hash     string   `json:"hash,omitempty"`   // of the field, as above
	Accounts []string `json:"-"`                // addresses of who may log in
}

// Copy is one backup.
type Copy struct {
	Name     string // of its file
	Kind     Kind
	Made     time.Time
	Bytes    int64
	Verified time.Time // when its file was last found whole; zero: never
	Whole    bool      // and the field rebuilt from it
	Wrong    string    // what was wrong when it was looked at last
	Contents Contents
}

// Surplus returns the copies that a plan keeps no more: of those made by plan
// that are whole, the newest of each of the last days, weeks and months stay, and
// the newest of all. Those that were not verified count for nothing and go after
// a day.
func (p Plan) Surplus(copies []Copy, now time.Time) []Copy {
	own := slices.DeleteFunc(slices.Clone(copies), func(c Copy) bool { return c.Kind != Planned })
	slices.SortFunc(own, func(a, b Copy) int { return cmp.Or(b.Made.Compare(a.Made), cmp.Compare(b.Name, a.Name)) })
	keep := map[string]bool{}
	take := func(n int, period func(time.Time) [3]int) {
		seen := map[[3]int]bool{}
		for _, c := range own {
			if at := period(c.Made.In(now.Location())); c.good() && !seen[at] && len(seen) < n {
				seen[at] = true
				keep[c.Name] = true
			}
		}
	}
	take(1, func(time.Time) [3]int { return [3]int{} })
	take(p.Days, func(t time.Time) [3]int { return [3]int{t.Year(), int(t.Month()), t.Day()} })
	take(p.Weeks, func(t time.Time) [3]int {
		year, week := t.ISOWeek()
		return [3]int{year, week, -1}
	})
	take(p.Months, func(t time.Time) [3]int { return [3]int{t.Year(), int(t.Month()), -2} })
	return slices.DeleteFunc(own, func(c Copy) bool { return keep[c.Name] || !c.good() && now.Sub(c.Made) < 24*time.Hour })
}

func (c *Copy) good() bool { return !c.Verified.IsZero() && c.Wrong == "" }

// Depth says how closely a copy is looked at.
type Depth uint8

// The depths.
const (
	Glance  Depth = iota // what is counted quickly
	Pages                // and every page of the file verified
	Rebuild              // and every block and key read, and the field rebuilt
)

// Restored says what became of a restore that was asked for on a screen.
type Restored struct {
	Token      string // that whoever asked holds
	Pending    bool   // it is about to begin
	Name       string // of the copy
	Error      string // why nothing was changed; empty: it was restored
	Activities int64
	Erased     int    // people of the copy who had been erased since, and were again
	Kept       string // name of what the data was put aside as
	Link       string // that lets in once, where the copy knows no account
}
