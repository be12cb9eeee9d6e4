// Package journal makes activities durable and unique, for ever, and replays
// them. An activity becomes an Entry once package identity has said who acted;
// entries are kept in blocks, one per commit and import, that package store
// keeps. The field is a function of what this package replays.
//
// It is not where people are told apart (identity) or counted (field), and it
// never decides what an activity is worth (catalogue).
package journal

import (
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/keyset"
)

// NoValence marks an entry whose valence is the catalogue's.
const NoValence int8 = -128

// Hot is the part of an entry that replay reads: fixed width, never compressed.
type Hot struct {
	Identity  orrery.IdentityID
	Planet    orrery.PlanetID
	AtMicros  int64 // microseconds since 1970, UTC
	Offset    int16 // minutes east of UTC, where the actor was
	Origin    orrery.Origin
	Valence   int8 // −1, 0, +1 or NoValence
	Flags     Flags
	Kind      string
	To        []orrery.IdentityID // whom it addresses
	KindIndex uint16              // of Kind in the block's dictionary; set by decoding

	// InThread and OnObject name the conversation and what was acted on: keyed hashes
	// of the words in Cold, alike where planet, namespace and word are; 0 is none.
	// Encoding sets them.
	InThread, OnObject uint64
}

// Flags are marks on an entry.
type Flags uint8

// The flags.
const (
	FlagTimeClamped Flags = 1 << iota // the source's time could not be true
	FlagRetraction                    // takes back the entry that Retracts names
)

// gistFrom is the first of the five bits that hold an activity's gist.
const gistFrom = 2

// FlagsOf returns the flags that keep a gist.
func FlagsOf(g orrery.Gist) Flags { return Flags(g&orrery.AllGists) << gistFrom }

// Gist returns what the words of the activity did, as far as that is known.
func (f Flags) Gist() orrery.Gist { return orrery.Gist(f>>gistFrom) & orrery.AllGists }

// Cold is the part of an entry that only a timeline or an export reads.
type Cold struct {
	ExternalID, Namespace     string
	Name                      string
	ObjectID, ObjectType      string
	ObjectTitle, ObjectURL    string
	Thread, Parent            string
	PromptedBy, Unit, Partner string
	Retracts                  string
	Quantity                  float64
	Purposes, Tags            []string
}

// Entry is one activity in the journal.
type Entry struct {
	Hot
	Cold
	Key         keyset.Key // of (planet, namespace, external id): unique for ever
	RetractsKey keyset.Key // of what it takes back, when FlagRetraction is set
	ParentKey   keyset.Key // of what it answers, while nobody said what brought it about; not stored
}

// Position is where an entry lives. Order of positions is order of arrival.
type Position struct {
	Block orrery.BlockSeq
	Row   uint32
}
