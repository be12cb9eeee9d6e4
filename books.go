package orrery

import "time"

// Planet is a brand, product or project that people orbit.
type Planet struct {
	ID            PlanetID
	Slug          string // unique; what --planet names
	Title         string // as people call it; empty: the slug
	Constellation string // group of planets, or empty
	RhythmDays    int    // 30, 90 or 365: the horizon of closeness
	Sample        bool   // came with the sample and goes with it
	Place         int    // where it stands among the others: rising from 1; 0, where nobody said: behind those, by ID
	Archived      bool   // people do not see it any more; its data stays and goes on arriving
}

// DefaultRhythmDays is the horizon of a planet that nobody set one for.
const DefaultRhythmDays = 30

// SourceRecord is a source as it is kept: where activities come from and how
// far its reading is.
type SourceRecord struct {
	ID     SourceID
	Name   string // unique: "git/linux"
	Kind   string // of connector
	Planet PlanetID
	Origin string // a path or an address, for people
	Cursor []byte // the connector's own
}

// ImportState says where an import is.
type ImportState string

// The states of an import. One that a crash left Running is taken up again by
// the next import of its source, under the same number.
const (
	ImportRunning ImportState = "running"
	ImportDone    ImportState = "done"
	ImportFailed  ImportState = "failed"
	ImportUndone  ImportState = "undone"
)

// ImportRecord is one run of a connector, the unit that can be undone.
type ImportRecord struct {
	ID         ImportID
	Source     SourceID
	Planet     PlanetID
	State      ImportState
	Started    time.Time
	Finished   time.Time // zero while it runs
	Read       int64     // rows read
	Added      int64     // activities that were new
	Duplicates int64     // activities that were already there
	Skipped    int64     // rows that could not be used
	Error      string
	Before     []byte // the source's cursor before, which undoing restores
	Live       bool   // gathers what arrives one by one on its day
}

// SourceSetup is a source as a team set it up once, so that it keeps bringing
// activities. What it brings is kept under the SourceRecord of the same name.
type SourceSetup struct {
	Name     string // unique
	Platform string // kind of source: "github"
	Planet   PlanetID
	Created  time.Time
	Paused   bool
	Settings []byte // what was filled in and is no secret
	Secrets  []byte // sealed under a key that is kept elsewhere; nil: none
	State    []byte // how its reading goes
}

// SkippedRow is a row of an import that could not be used.
type SkippedRow struct {
	Row     int64
	Reason  string
	Excerpt string
}

// DatedNote is what a team wrote on a day, as a mark on charts: a release, a change of
// price. It says nothing of what it brought about.
type DatedNote struct {
	Number int64
	Planet PlanetID // 0: all
	Day    Day
	Text   string
	At     time.Time // when it was written or last changed
	By     int64     // the account that wrote it; 0: the shell
}

// Note is what a teammate wrote about a person.
type Note struct {
	At   time.Time
	By   string
	Text string
}
