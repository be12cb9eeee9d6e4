// Package conversation says of a thread whose turn it is: who waits for whom, since
// when and why. It folds the acts of a thread, in the order of their times, by a
// table of rules that reads like one.
//
// It knows no text. What it goes by is what Orrery keeps: who acted and on which
// side, the kind, the time, whom it addressed, and the marks that package
// collect/gist read off the words when they were collected. It reads no store and no
// clock: package flow feeds it, and pages and commands read what it says.
package conversation

import (
	"time"

	"orrery.dev/orrery"
)

// Side is where somebody stands in a conversation.
type Side uint8

// The sides.
const (
	Outside Side = iota // a person who came: customer, member, contributor
	Team                // one of us
	Machine             // a bot; its words change nothing
)

// Act is one thing that was done in a thread.
type Act struct {
	At   int64 // seconds since 1970, UTC
	Who  orrery.MemberID
	Side Side
	Move Move
	Gist orrery.Gist
	// ToTeam and ToOutside say on which sides those stand whom it addresses, the
	// one who acts left out.
	ToTeam, ToOutside bool
}

// Turn says whose turn it is.
type Turn uint8

// The turns.
const (
	Nobody Turn = iota
	Us
	Them
)

var turnNames = [...]string{"none", "us", "them"}

// String writes none, us or them.
func (t Turn) String() string { return turnNames[t] }

// State is how a conversation stands.
type State uint8

// The states. A conversation rests once nobody wrote for longer than is usual where
// it takes place; whose turn it was stays known.
const (
	Open          State = iota // somebody came with it, and nobody has answered
	WaitingOnUs                // there was an answer, and they came back
	WaitingOnThem              // an answer, a question or a promise is with them
	Answered                   // settled, though nobody closed it; or nobody waits
	Resting                    // quiet for long
	Closed                     // closed, merged, solved
)

var stateNames = [...]string{"open", "waiting_on_us", "waiting_on_them", "answered", "resting", "closed"}

// String writes the state as commands do: waiting_on_us.
func (s State) String() string { return stateNames[s] }

// Reading is what a conversation comes to.
type Reading struct {
	State  State
	Turn   Turn
	Rule   Rule            // the rule that decided
	By     orrery.MemberID // whose act decided, 0 for nobody's
	Since  time.Time       // since when it is their turn; where it is nobody's, when that came about
	Opened time.Time
	Opener orrery.MemberID
	Side   Side      // the opener's
	Last   time.Time // the last word of a person; a like is none
	Acts   int       // of people
	People int       // who took part, the team included: 100 at most

	Answer Answer
}

// Answer is the first word of somebody else than who opened.
type Answer struct {
	By    orrery.MemberID // 0: nobody answered
	Team  bool            // by the team, else by a peer
	After time.Duration   // since the opening
}

// Waited returns how long the side whose turn it is has been waited for, as of a
// moment; zero where it is nobody's turn.
func (r *Reading) Waited(now time.Time) time.Duration {
	if r.Turn == Nobody || now.Before(r.Since) {
		return 0
	}
	return now.Sub(r.Since)
}

// Read reads a thread as it stands at a moment. Acts are in the order of their
// times; later ones than now are passed over. ok is false where no person spoke.
func Read(acts []Act, now time.Time, rest time.Duration) (r Reading, ok bool) {
	t := thread{}
	for i := range acts {
		if acts[i].At > now.Unix() {
			break
		}
		t.add(&acts[i])
	}
	if t.acts == 0 {
		return Reading{}, false
	}
	r = Reading{
		Turn: t.turn, Rule: t.rule, By: t.by, Since: moment(t.since), Opened: moment(t.opened), Opener: t.opener,
		Side: t.openerSide, Last: moment(t.last), Acts: t.acts, People: len(t.took), Answer: t.answer,
	}
	switch {
	case t.closed:
		r.State = Closed
	case now.Sub(r.Last) > rest:
		r.State = Resting
	case t.turn == Us && t.answer.By == 0:
		r.State = Open
	case t.turn == Us:
		r.State = WaitingOnUs
	case t.turn == Them:
		r.State = WaitingOnThem
	default:
		r.State = Answered
	}
	return r, true
}

func moment(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
