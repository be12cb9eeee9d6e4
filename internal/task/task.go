// Package task is what somebody of a team means to do for a person: a hello, an
// answer, a thank-you, an introduction. It knows what kinds there are, by which moves
// a task goes from one state to another, when it is due, when one that was put off
// comes back by itself, and how to tell afterwards what became of the person's orbit.
// It is pure: it keeps nothing, sends nothing, takes no clock, and never says that a
// task made anything happen. Flow stores tasks and finds their people; view tells
// them.
package task

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// Kind is what is meant to be done.
type Kind string

// The kinds.
const (
	Hello     Kind = "hello"     // a personal word to somebody who drifts or fell silent
	Welcome   Kind = "welcome"   // a word to somebody new
	Answer    Kind = "answer"    // in a conversation that waits on us
	Thank     Kind = "thank"     // for what somebody gave
	Celebrate Kind = "celebrate" // a year, or several, since they first came
	Introduce Kind = "introduce" // two people to each other
	Invite    Kind = "invite"    // somebody who comes closer
	Other     Kind = "other"     // what its text says
)

// Kinds lists them in the order in which they are offered.
func Kinds() []Kind {
	return []Kind{Hello, Welcome, Answer, Thank, Celebrate, Introduce, Invite, Other}
}

// ParseKind reads a kind.
func ParseKind(text string) (Kind, error) {
	if k := Kind(text); slices.Contains(Kinds(), k) {
		return k, nil
	}
	return "", orrery.Errorf(orrery.Invalid, "%q is no kind of task: there are hello, welcome, answer, thank, celebrate, introduce, invite and other", text)
}

// Outcome is what came of a task.
type Outcome string

// The outcomes.
const (
	Unsaid     Outcome = "" // not told yet
	Answered   Outcome = "answered"
	Thanked    Outcome = "thanked"
	Met        Outcome = "met"
	Introduced Outcome = "introduced"
	NoAnswer   Outcome = "no_answer"
	NotNeeded  Outcome = "not_needed"
)

// Outcomes lists what can be told.
func Outcomes() []Outcome {
	return []Outcome{Answered, Thanked, Met, Introduced, NoAnswer, NotNeeded}
}

// ParseOutcome reads an outcome; nothing is Unsaid.
func ParseOutcome(text string) (Outcome, error) {
	if o := Outcome(text); o == Unsaid || slices.Contains(Outcomes(), o) {
		return o, nil
	}
	return Unsaid, orrery.Errorf(orrery.Invalid, "%q is nothing that can come of a task: there are answered, thanked, met, introduced, no_answer and not_needed", text)
}

// Orbit is where a person stood on a day.
type Orbit struct {
	Day       orrery.Day   `json:"day"`
	Closeness float64      `json:"closeness"` // 0–100
	Level     orrery.Level `json:"level"`
	Drift     float64      `json:"drift"`            // log odds of the return against a month before
	Circle    string       `json:"circle,omitempty"` // its name then; empty: none
	Last      orrery.Day   `json:"last,omitempty"`   // their last activity then; 0: none
}

// Task is one thing that somebody means to do. People stand by an identity of theirs,
// so that a task follows a merge and an unmerge.
type Task struct {
	Number  int64 // given when it is kept
	Planet  orrery.PlanetID
	Kind    Kind
	Who     orrery.IdentityID // for whom
	With    orrery.IdentityID // to whom they are introduced; 0: nobody
	Thread  uint64            // the conversation to answer, as the journal marks it; 0: none
	Text    string            // what is to be done, in somebody's words; or empty
	Because string            // what was seen when it was made: the line of Today that it comes from

	Made  time.Time
	By    int64      // the account that made it; 0: the shell
	Owner int64      // the account that sees to it; 0: nobody
	Due   orrery.Day // by the end of this day
	Until orrery.Day // put off until this day; 0: it is not

	Done    bool
	Outcome Outcome
	Note    string
	Ended   time.Time // when it was done; zero: it is not
	EndedBy int64

	Began  Orbit // where the person stood when it was made
	Closed Orbit // when it was done
}

// Bounds of what is written about a task, in letters.
const (
	MostText = 300
	MostNote = 1000
)

// Check says what is wrong with a task that is to be kept.
func (t *Task) Check() error {
	if _, err := ParseKind(string(t.Kind)); err != nil {
		return err
	}
	switch {
	case t.Who == 0:
		return orrery.Errorf(orrery.Invalid, "a task is for somebody: say for whom")
	case t.Kind == Introduce && t.With == 0:
		return orrery.Errorf(orrery.Invalid, "an introduction is of two people: say to whom")
	case t.Kind == Introduce && t.With == t.Who:
		return orrery.Errorf(orrery.Invalid, "both are the same person: nobody needs an introduction to themselves")
	case t.Kind == Other && strings.TrimSpace(t.Text) == "":
		return orrery.Errorf(orrery.Invalid, "say in a few words what is to be done")
	case t.Due == 0:
		return orrery.Errorf(orrery.Invalid, "say by when: a task has a day")
	case utf8.RuneCountInString(t.Text) > MostText, utf8.RuneCountInString(t.Because) > MostNote:
		return orrery.Errorf(orrery.Invalid, "what is to be done has at most %d letters", MostText)
	case utf8.RuneCountInString(t.Note) > MostNote:
		return orrery.Errorf(orrery.Invalid, "a note on what came of it has at most %d letters", MostNote)
	}
	return nil
}

// Same says whether two tasks mean the same: then one of them is enough.
func (t *Task) Same(o *Task) bool {
	return t.Planet == o.Planet && t.Kind == o.Kind && t.Who == o.Who && t.With == o.With && t.Thread == o.Thread && (t.Kind != Other || t.Text == o.Text)
}

// Overdue says whether its day has passed and it is neither done nor put off.
func (t *Task) Overdue(today orrery.Day) bool { return t.State(today) == Open && t.Due < today }
