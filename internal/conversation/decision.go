package conversation

import (
	"time"

	"orrery.dev/orrery"
)

// Decision is what people decided about a conversation. It holds until the next act
// in it: whoever writes again opens it again; only the owner stays.
type Decision struct {
	Planet orrery.PlanetID
	Thread uint64 // as journal.Hot.InThread names it
	At     time.Time
	By     int64 // the account that decided, 0: the shell
	Say    Say
	Until  orrery.Day // of Snoozed: it is back on this day

	OwnerAccount int64             // who sees to it: an account, or
	Owner        orrery.IdentityID // a teammate; both 0: nobody
}

// Say is what is said of a conversation.
type Say uint8

// What can be said.
const (
	Unsaid  Say = iota // nothing, or it was taken back
	Done               // nobody waits any more
	NotOurs            // it is not ours to answer
	Snoozed            // come back to it later
)

var sayNames = [...]string{"", "done", "not_ours", "snoozed"}

// String writes done, not_ours, snoozed or nothing.
func (s Say) String() string { return sayNames[s] }

// Holds says what still holds of a conversation whose last act was at a time, on a
// day.
func (d *Decision) Holds(last time.Time, today orrery.Day) Say {
	if d == nil || last.After(d.At) || d.Say == Snoozed && today >= d.Until {
		return Unsaid
	}
	return d.Say
}
