// Package collect is the first stage: connectors turn what a platform or a file
// says into activities with identities. It knows nothing of storage, members or
// closeness. Package flow runs a connector and feeds what it emits to identity
// and journal.
//
// A connector is one folder below this one and one line in collect/all.
package collect

import (
	"context"

	"orrery.dev/orrery"
)

// Connector reads one source from a cursor on. It is used by one goroutine and
// for one Collect.
type Connector interface {
	// Source describes what will be read. It is called first and may open
	// files; an unusable path or setting is an orrery.Invalid error here, so
	// that nothing has been stored when a person reads it.
	Source(ctx context.Context) (Source, error)

	// Collect emits everything after the cursor and returns the cursor to go on
	// from next time. On an error or a cancelled context what was emitted so far
	// may be stored: emitting it again is harmless, because external ids are
	// stable. An error of the sink is returned unchanged. With an orrery.Exhausted
	// error of its own, and a cursor, the next Collect goes on from that cursor:
	// so a platform that answers a few questions an hour is read in the end.
	Collect(ctx context.Context, from Cursor, to Sink) (Cursor, error)
}

// Source is what a connector says about what it reads.
type Source struct {
	Kind   string // of connector: "git", "csv", "ndjson"
	Name   string // default name, unique in an installation: "git/linux", "csv/PLANET"
	Planet string // suggested planet: the file or folder name
	Origin string // what to show people: a path or an address
	Mirror bool   // Collect may call Sink.Complete
}

// Cursor is a connector's own note of how far it came, opaque to everybody
// else. Empty means from the start.
type Cursor []byte

// Sink takes what a connector reads, in any order. Its errors end the Collect.
// A sink copies what it keeps: a connector may reuse the activity.
type Sink interface {
	// Activity takes one activity. Source and Planet may be left empty: the sink
	// fills them in; an empty Namespace becomes the source's name.
	Activity(ctx context.Context, a *orrery.Activity) error

	// Link takes evidence that two actors are one person.
	Link(ctx context.Context, l orrery.Link) error

	// Affiliation takes a statement that somebody belongs to an organization.
	Affiliation(ctx context.Context, a orrery.Affiliation) error

	// Skip keeps a row that could not be used, with the reason.
	Skip(ctx context.Context, s Skipped) error

	// Progress says how far the reading is. Cheap: call it as often as wanted.
	Progress(p Progress)

	// Complete says that this Collect emits all that the source holds now, so
	// what earlier imports of the source held and this one does not emit is gone
	// from it and is to be retracted: a rewritten history. Called before Collect
	// returns; without it nothing is ever retracted.
	Complete()
}

// Skipped is a row that was not imported.
type Skipped struct {
	Row     int64  // line or record number, counted from 1
	Reason  string // what is wrong and what would be right, for a person
	Excerpt string // the beginning of the row as read, at most 200 bytes
}

// Progress is how much of a source has been read.
type Progress struct {
	Rows  int64 // rows, commits or records read
	Done  int64 // of Total, in the same unit as Total; bytes or rows
	Total int64 // 0 where it is not known
}
