package view

import (
	"maps"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
)

// Platform is a kind of source that a team can connect.
type Platform struct {
	Name    string // "github"
	Title   string // "GitHub"
	Short   string // what it brings, in one sentence
	Pushes  bool   // it can send by itself
	Every   time.Duration
	Fields  []Field
	Keeps   []string // what is kept of each activity, in words
	Suggest string   // a name for a source of it that is free
}

// Field is one thing that a team fills in.
type Field struct {
	Name, Label, Help, Example string
	Choices                    []string // empty: free text
	Value                      string   // as filled in, or the default; never of a secret
	Filled                     bool     // a secret is there
	Secret, Required, Lines    bool
	Problem                    string // what is wrong with it
}

// The names of fields that every connection has besides its platform's.
const (
	ConnectionName   = "source name"
	ConnectionPlanet = "planet"
)

// Problems are what is wrong with a form, in words, by a field's name; under the
// empty name what is wrong with it as a whole.
type Problems map[string]string

// Error joins them.
func (p Problems) Error() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(p)) {
		parts = append(parts, p[name])
	}
	return strings.Join(parts, "; ")
}

// ConnectionState says how a source is that was set up once.
type ConnectionState string

// The states of a connection.
const (
	ConnectionRunning   ConnectionState = "running"
	ConnectionWaiting   ConnectionState = "waiting"   // until Next
	ConnectionListening ConnectionState = "listening" // for what its platform sends
	ConnectionPaused    ConnectionState = "paused"
	ConnectionFailing   ConnectionState = "failing" // since Failing; tried again at Next
	ConnectionUnready   ConnectionState = "unready" // something has to be filled in
)

// Connection is a source that was set up once and keeps bringing activities.
type Connection struct {
	Name     string
	Platform Platform // with its Fields as filled in
	PlanetID orrery.PlanetID
	Planet   string // the planet's title

	State   ConnectionState
	Paused  bool
	Next    time.Time // when it is asked next; zero: it is not
	Failing time.Time // since when; zero: it is not
	Error   string    // in words; empty: none
	Success time.Time // when asking ended well last; zero: never
	Newest  time.Time // when its newest activity happened; zero: none
	From    time.Time // it reads again what happened from here on; zero: it does not
	Created time.Time

	Activities int64 // that are stored
	Skipped    int64
	Last       orrery.ImportID // 0: none yet
	Rows       int64           // read so far, while it is being read

	Asks    bool   // it is asked
	AskErr  string // why not, where its platform could be
	Takes   bool   // it takes what is sent
	TakeErr string // why not, where its platform could send
	Pushed  Deliveries
}

// Deliveries count what a platform sent.
type Deliveries struct {
	Received, Taken, Ignored, Refused, Denied int64
	Last                                      time.Time // that was not denied; zero: none
	Reasons                                   []SkippedReason
}

// ConnectionForm is what a person filled in.
type ConnectionForm struct {
	Platform string
	Name     string
	Planet   orrery.PlanetID
	Values   map[string]string // by a field's name
	Change   bool              // of the one of this name; a secret that is empty stays
}

// Order is something to do with a connection.
type Order struct {
	Do       string    // one of the orders
	From     time.Time // of a rewind; zero: from the start
	TakeBack bool      // of a delete: what it brought goes too
}

// The orders.
const (
	OrderPause  = "pause"
	OrderResume = "resume" // also: ask now
	OrderRewind = "rewind"
	OrderTest   = "test"
	OrderDelete = "delete"
)

// Previewed is what an example of a delivery would become.
type Previewed struct {
	Ignored    string // why nothing
	Activities []PreviewedActivity
	Links      int
}

// PreviewedActivity is one activity in short.
type PreviewedActivity struct {
	Who, Kind, Object string
	At                time.Time
}
