package view

import (
	"time"

	"orrery.dev/orrery"
)

// Sources is where the data comes from and how far its reading is.
type Sources struct {
	Connections []Connection // that were set up once
	Sources     []Source     // all others
	Imports     []Import     // newest first, a hundred at most
	People      int          // members over all planets
	Merged      int          // identities that turned out to be somebody already known
}

// Source is one origin of activities.
type Source struct {
	ID         orrery.SourceID
	Name       string // unique: "git/linux"
	Kind       string // of connector: "git", "csv"
	Planet     string // the planet's title
	Origin     string // a path or an address
	Activities int64
	Skipped    int64           // rows that could not be used, over its imports that still count
	Newest     time.Time       // of its activities; zero: none
	Last       orrery.ImportID // 0: none yet
}

// ImportState says where an import is.
type ImportState string

// The states of an import.
const (
	ImportWaiting ImportState = "waiting"
	ImportRunning ImportState = "running"
	ImportDone    ImportState = "done"
	ImportFailed  ImportState = "failed"
	ImportUndone  ImportState = "undone"
	ImportCutOff  ImportState = "cut off" // by a crash, or by a stop of Orrery: importing it again goes on
)

// Import is one run of a connector.
type Import struct {
	ID         orrery.ImportID
	Source     string
	Planet     string // the planet's title
	State      ImportState
	Started    time.Time
	Took       time.Duration // so far, while it runs
	Rows       int64         // read so far
	Done       int64         // of Total, in Total's unit
	Total      int64         // 0: not known
	Rate       float64       // rows a second; 0: not known yet
	Left       time.Duration // 0: not known
	Added      int64
	Duplicates int64
	Skipped    int64
	Members    int64 // that it touched
	Error      string
	CanUndo    bool
	Daily      bool // gathers what comes on its day: Took means nothing
}

// SkippedPage lists rows of one import that could not be used.
type SkippedPage struct {
	Import  Import
	Rows    []SkippedRow
	Next    string // cursor; empty on the last page
	Reasons []SkippedReason
}

// SkippedRow is a row that was not imported.
type SkippedRow struct {
	Row     int64 // line or record, counted from 1
	Reason  string
	Excerpt string
}

// SkippedReason counts the rows skipped for one reason.
type SkippedReason struct {
	Reason string
	Rows   int64
}

// Upload is a file that was handed over and not imported yet.
type Upload struct {
	Token   string // opaque, safe in a URL
	Name    string // as the person called it
	Bytes   int64
	Format  string     // "csv", or what needs no columns: "ndjson", "mbox", "ical", "slack", "stackexchange"
	Known   string     // what a CSV is, in words, where it is known: "orders as Shopify exports them"
	Columns []Column   // of a CSV
	Kind    string     // of rows that name none
	Rows    [][]string // the first five, as many cells as there are columns
}

// Column is a column of an upload and what it was taken for.
type Column struct {
	Name string // from the header
	Role string // one of the Roles; RoleNone when it is left out
}

// The roles a column can have.
const (
	RoleNone     = ""
	RoleWho      = "who"
	RoleName     = "name"
	RoleEmail    = "email"
	RoleWhen     = "when"
	RoleKind     = "kind"
	RoleObject   = "object"
	RoleQuantity = "quantity"
	RoleUnit     = "unit"
	RoleThread   = "thread"
	RoleTo       = "to"
	RoleOrigin   = "origin"
)

// Roles are those that people choose among.
var Roles = []string{RoleWho, RoleName, RoleEmail, RoleWhen, RoleKind, RoleObject, RoleQuantity, RoleUnit, RoleThread, RoleTo, RoleOrigin}

// ImportPlan is an import that a person asked for: of an upload, or of a
// repository on the machine that serves.
type ImportPlan struct {
	Planet     orrery.PlanetID
	Upload     string   // token of an Upload, or empty
	Columns    []string // the role of each column, in order; empty: as guessed
	Kind       string   // the kind of every row where no column has RoleKind
	Repository string   // a path, or empty
}

// Undone tells what an undo took back.
type Undone struct {
	Activities int64
	Members    int64
	Returned   int64  // rows of later imports that this one had held back as duplicates
	Paused     string // the connection that rests now, so that it does not bring it back; empty: none
}
