package orrery

import (
	"cmp"
	"strings"
	"time"
)

// Activity is one thing that one actor did around one planet, as a source told
// it. The dedupe key (planet, namespace, external id) makes it unique for ever.
type Activity struct {
	ExternalID string // of the object and the verb, never of a delivery
	Namespace  string // the platform for ids that are global there, else the source's name
	Source     string
	Planet     string
	Kind       string // as the source says it: "github.pull_request.opened"
	Name       string // an event name that the kind was mapped from, or empty

	Actor  Actor
	To     []Actor // whom it addresses: they receive what the actor gives
	Object Object
	Thread string // the conversation it belongs to, or empty
	Gist   Gist   // what its words did; the words themselves are not kept
	Parent string // the external id that it answers, or empty

	At         time.Time // kept to the microsecond, with its UTC offset in minutes
	Origin     Origin
	PromptedBy string // the message or campaign that prompted it, or empty

	Quantity float64 // hours, or money in minor units; 0 with an empty Unit is none
	Unit     string
	Valence  *int8 // overrides the catalogue's: −1, 0 or +1

	Partner  string
	Purposes []string
	Tags     []string

	// Retracts names the external id, in the same planet and namespace, of an
	// activity that is taken back: a deleted comment, a cancelled order, a
	// rewritten commit. The retraction itself moves nothing; retracting a
	// retraction brings the first activity back.
	Retracts string

	// TimeClamped is set where the source's time could not be true and was
	// moved into range.
	TimeClamped bool
}

// Actor is somebody as a source names them. (Namespace, Type, Value) is the key
// of an identity.
type Actor struct {
	Namespace string // the platform's host or the source; GlobalNamespace for e-mail
	Type      string // "email", "login", "user_id", "alias", "who"
	Value     string
	Name      string // for people to read, or empty
	Email     string // stated by the source, or empty: evidence for the global e-mail identity
}

// GlobalNamespace is the namespace of identities that mean the same everywhere:
// e-mail addresses.
const GlobalNamespace = "global"

// TypeEmail is the identity type of e-mail addresses.
const TypeEmail = "email"

// TypeAnonymous is the identity type of visitors who have not said who they are:
// a browser's or a device's number. They are counted and no members until
// evidence joins them to an identity of another type.
const TypeAnonymous = "anonymous_id"

// Key identifies an identity, for ever and everywhere.
type Key struct {
	Namespace, Type, Value string
}

// Compare orders keys by namespace, type and value: −1, 0 or +1.
func (k Key) Compare(other Key) int {
	return cmp.Or(
		strings.Compare(k.Namespace, other.Namespace),
		strings.Compare(k.Type, other.Type),
		strings.Compare(k.Value, other.Value),
	)
}

// Object is what an activity was done to.
type Object struct {
	ID    string
	Type  string
	Title string
	URL   string
}

// EvidenceKind says why two identities are held to be one person.
type EvidenceKind uint8

// The kinds of evidence that merge by themselves, strongest first, and the
// manual one, which is stronger than all.
const (
	ManualMerge  EvidenceKind = iota // a person said so
	SamePlatform                     // the same account by the platform's own word
	Mailmap                          // a project's .mailmap says so
	SameEmail                        // the source states the address of the account
)

var evidenceNames = [...]string{"manual", "platform", "mailmap", "email"}

// String returns the kind's name in lower case.
func (k EvidenceKind) String() string { return nameOf(evidenceNames[:], uint8(k)) }

// Confidence is in 0–1; members grow by the strongest evidence first.
func (k EvidenceKind) Confidence() float64 {
	switch k {
	case ManualMerge:
		return 1
	case SamePlatform:
		return .99
	case Mailmap:
		return .98
	case SameEmail:
		return .95
	default:
		return 0
	}
}

// Link is evidence, as a source states it, that two actors are one person.
type Link struct {
	A, B Actor
	Kind EvidenceKind
	At   time.Time // when the source first could have known
}

// Affiliation says that somebody belongs to an organization, as a source states
// it: an employer, a customer's account, a club.
type Affiliation struct {
	Actor        Actor
	Organization Organization
	At           time.Time // since when at least
	Ended        bool      // at At they no longer did
}

// Organization is a group of people as a source names it. (Namespace, ID) tells
// it from others.
type Organization struct {
	Namespace string // the platform's host or the source; empty becomes the source's name
	ID        string
	Name      string // for people to read, or empty
	Domain    string // of its addresses and site, or empty
}

// Told is what a source says at once. What is in it becomes durable together.
type Told struct {
	Activities   []Activity
	Links        []Link
	Affiliations []Affiliation
}
