package task

import (
	"strings"
	"time"

	"orrery.dev/orrery"
)

// State is how a task stands on a day.
type State string

// The states.
const (
	Open    State = "open"
	Snoozed State = "snoozed" // until a day, on which it is open again by itself
	Done    State = "done"
)

// State tells how the task stands on a day.
func (t *Task) State(today orrery.Day) State {
	switch {
	case t.Done:
		return Done
	case t.Until > today:
		return Snoozed
	}
	return Open
}

// Move is what somebody does with a task.
type Move string

// The moves.
const (
	Assign Move = "assign" // to another owner
	Date   Move = "due"    // to another day
	Snooze Move = "snooze" // put off until a day
	Wake   Move = "wake"   // take up now what was put off
	Finish Move = "done"
	Tell   Move = "tell"   // what came of it, afterwards
	Reopen Move = "reopen" // it was not done after all
)

// Moves lists all moves.
func Moves() []Move { return []Move{Assign, Date, Snooze, Wake, Finish, Tell, Reopen} }

// table says where each move leads from each state; what is not in it is refused.
var table = map[Move]map[State]State{
	Assign: {Open: Open, Snoozed: Snoozed},
	Date:   {Open: Open, Snoozed: Open},
	Snooze: {Open: Snoozed, Snoozed: Snoozed},
	Wake:   {Snoozed: Open},
	Finish: {Open: Done, Snoozed: Done},
	Tell:   {Done: Done},
	Reopen: {Done: Open},
}

// Leads says where a move leads from a state; false: it is refused.
func Leads(from State, by Move) (State, bool) {
	to, ok := table[by][from]
	return to, ok
}

// Change is one move with what it needs.
type Change struct {
	Move    Move
	Owner   int64      // of Assign; 0: nobody
	Due     orrery.Day // of Date
	Until   orrery.Day // of Snooze
	Outcome Outcome    // of Finish and Tell
	Note    string     // of Finish and Tell
	Now     Orbit      // of Finish: where the person stands
}

// Apply carries a change out, at a time and by an account. On an error the task stays
// as it was. A task that is put off beyond its day is due on the day that it comes
// back.
func (t *Task) Apply(c Change, at time.Time, by int64) error {
	today := orrery.DayOf(at)
	from := t.State(today)
	if _, ok := Leads(from, c.Move); !ok {
		return refused(from, c.Move)
	}
	next := *t
	switch c.Move {
	case Assign:
		next.Owner = c.Owner
	case Date:
		if c.Due < today {
			return orrery.Errorf(orrery.Invalid, "that day has passed: choose today or a later one")
		}
		next.Due, next.Until = c.Due, 0
	case Snooze:
		if c.Until <= today {
			return orrery.Errorf(orrery.Invalid, "choose a day after today to come back to it")
		}
		next.Until, next.Due = c.Until, max(t.Due, c.Until)
	case Wake:
		next.Until = 0
	case Finish:
		next.Done, next.Until, next.Ended, next.EndedBy, next.Closed = true, 0, at, by, c.Now
		next.Outcome, next.Note = c.Outcome, strings.TrimSpace(c.Note)
	case Tell:
		next.Outcome, next.Note = c.Outcome, strings.TrimSpace(c.Note)
	case Reopen:
		next.Done, next.Ended, next.EndedBy, next.Closed, next.Outcome = false, time.Time{}, 0, Orbit{}, Unsaid
		next.Due = max(t.Due, today)
	}
	if err := next.Check(); err != nil {
		return err
	}
	*t = next
	return nil
}

// refused says why a move is none from a state.
func refused(from State, by Move) error {
	switch {
	case table[by] == nil:
		return orrery.Errorf(orrery.Invalid, "%q is nothing that can be done with a task", string(by))
	case from == Done:
		return orrery.Errorf(orrery.Conflict, "the task is done already: open it again first")
	case by == Wake:
		return orrery.Errorf(orrery.Conflict, "the task was not put off")
	}
	return orrery.Errorf(orrery.Conflict, "the task is not done yet")
}

// ThisWeek is the day by which a task of today is due unless another is named: the
// coming Sunday, from Friday on the one after it.
func ThisWeek(today orrery.Day) orrery.Day {
	sunday := today - weekday(today) + 6
	if sunday-today < 3 {
		sunday += 7
	}
	return sunday
}

// NextWeek is the Monday after a day.
func NextWeek(today orrery.Day) orrery.Day { return today - weekday(today) + 7 }

// weekday counts from Monday, 0.
func weekday(d orrery.Day) orrery.Day { return (d%7 + 10) % 7 } // 1970-01-01 was a Thursday
