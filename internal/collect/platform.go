package collect

import (
	"context"
	"net/http"
	"time"

	"orrery.dev/orrery"
)

// Platform is a kind of source that a team sets up once and that then keeps
// bringing activities: by pushing them (a webhook), by being asked now and then,
// or both. It is data and stateless constructors, so that lists and forms are
// made from it.
type Platform struct {
	Name   string   // as in /sources and `orrery sources add NAME`: "github"
	Title  string   // as people know it: "GitHub"
	Short  string   // what it brings, in one sentence
	Fields []Field  // what a team fills in, in order
	Keeps  []string // what is kept of each activity, in words: privacy is declared

	// Hook makes what takes the platform's deliveries, or is nil where it pushes
	// none. Settings that cannot work are orrery.Invalid.
	Hook func(Values) (Hook, error)

	// Pull makes a connector that asks the platform, or is nil where it cannot
	// be asked. The client carries its time limit and its redirect rules.
	Pull func(Values, *http.Client) (Connector, error)

	// Every is how long to wait between two times of asking.
	Every time.Duration
}

// Field is one thing that a team fills in.
type Field struct {
	Name     string // key in Values: "secret", "repository"
	Label    string
	Help     string   // where to find it, in one sentence
	Example  string   // shown in an empty field
	Choices  []string // what may be chosen; empty: free text
	Default  string
	Secret   bool // encrypted at rest and never shown again
	Required bool
	Lines    bool // several lines, such as a mapping
}

// Values are what a team filled in, by a field's name. Missing is empty.
type Values map[string]string

// Hook turns what a platform pushes into activities. It keeps nothing and is
// safe for concurrent use.
type Hook interface {
	// Verify says whether a delivery was made by whoever holds the secret:
	// orrery.Denied where it was not. It compares in constant time.
	Verify(d Delivery) error

	// Map turns a delivery into what it says. A delivery that can never be used
	// is orrery.Invalid; one that says nothing about people has Ignored set and
	// no error, so that the platform does not send it again.
	Map(ctx context.Context, d Delivery) (Mapped, error)
}

// Delivery is one request of a platform.
type Delivery struct {
	Header http.Header
	Query  map[string][]string
	Body   []byte
	At     time.Time // when it arrived
}

// Mapped is what a delivery says.
type Mapped struct {
	orrery.Told
	Ignored string // why there is nothing in it, for people: "a ping"; empty where there is something
	Reply   []byte // what the platform wants to read back, as Slack's challenge; nil: nothing
}
