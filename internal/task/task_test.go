package task_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/task"
)

var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC) // a Wednesday

func made(kind task.Kind) task.Task {
	t := task.Task{Planet: 1, Kind: kind, Who: 7, Made: noon, Owner: 3, Due: orrery.DayOf(noon) + 2}
	if kind == task.Introduce {
		t.With = 8
	}
	if kind == task.Other {
		t.Text = "Send them the book"
	}
	return t
}

// in brings a task into a state.
func in(t *testing.T, s task.State) task.Task {
	t.Helper()
	one := made(task.Hello)
	switch s {
	case task.Snoozed:
		must(t, one.Apply(task.Change{Move: task.Snooze, Until: orrery.DayOf(noon) + 5}, noon, 3))
	case task.Done:
		must(t, one.Apply(task.Change{Move: task.Finish, Outcome: task.Met}, noon, 3))
	}
	return one
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func change(m task.Move) task.Change {
	today := orrery.DayOf(noon)
	return task.Change{Move: m, Owner: 4, Due: today + 3, Until: today + 8, Outcome: task.Answered, Note: " a word "}
}

func TestEachMoveLeadsWhereTheTableSays(t *testing.T) {
	t.Parallel()
	want := map[task.Move]string{ // from open, snoozed, done; – is refused
		task.Assign: "open snoozed –", task.Date: "open open –", task.Snooze: "snoozed snoozed –", task.Wake: "– open –",
		task.Finish: "done done –", task.Tell: "– – done", task.Reopen: "– – open",
	}
	for _, move := range task.Moves() {
		got := ""
		for _, from := range []task.State{task.Open, task.Snoozed, task.Done} {
			one := in(t, from)
			before := one
			err := one.Apply(change(move), noon, 3)
			told, ok := task.Leads(from, move)
			state := "–"
			if err == nil {
				state = string(one.State(orrery.DayOf(noon)))
			} else if one != before {
				t.Errorf("%s from %s is refused and changes the task all the same", move, from)
			}
			if ok != (err == nil) || ok && string(told) != state {
				t.Errorf("%s from %s: the table says %s, %t; it led to %s (%v)", move, from, told, ok, state, err)
			}
			got += " " + state
		}
		if got[1:] != want[move] {
			t.Errorf("%s leads to %q, want %q", move, got[1:], want[move])
		}
	}
	one := made(task.Hello)
	if err := one.Apply(task.Change{Move: "shout"}, noon, 3); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("a move that is none gives %v", err)
	}
}

func TestATaskThatWasPutOffComesBackByItself(t *testing.T) {
	t.Parallel()
	one := in(t, task.Snoozed)
	back := orrery.DayOf(noon) + 5
	for day, want := range map[orrery.Day]task.State{back - 1: task.Snoozed, back: task.Open, back + 30: task.Open} {
		if got := one.State(day); got != want {
			t.Errorf("on %s it is %s, want %s", day, got, want)
		}
	}
	if one.Due != back {
		t.Errorf("it is due on %s, want the day that it comes back, %s", one.Due, back)
	}
	if one.Overdue(back) || !one.Overdue(back+1) || one.Overdue(back-1) {
		t.Error("it is overdue from the day after on, and not while it is put off")
	}
	for _, wrong := range []task.Change{{Move: task.Snooze, Until: orrery.DayOf(noon)}, {Move: task.Date, Due: orrery.DayOf(noon) - 1}} {
		if err := one.Apply(wrong, noon, 3); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%+v gives %v, want it refused", wrong, err)
		}
	}
}

func TestWhatIsDoneKeepsWhereThePersonStood(t *testing.T) {
	t.Parallel()
	one := made(task.Thank)
	now := task.Orbit{Day: orrery.DayOf(noon), Closeness: 41, Level: orrery.Inner}
	must(t, one.Apply(task.Change{Move: task.Finish, Outcome: task.Thanked, Note: " by letter ", Now: now}, noon, 9))
	if one.Closed != now || one.EndedBy != 9 || !one.Ended.Equal(noon) || one.Note != "by letter" {
		t.Errorf("got %+v", one)
	}
	must(t, one.Apply(task.Change{Move: task.Tell, Outcome: task.Met}, noon.AddDate(0, 0, 3), 4))
	if one.Outcome != task.Met || one.EndedBy != 9 || one.Closed != now {
		t.Errorf("what is told afterwards changes more than the outcome: %+v", one)
	}
	must(t, one.Apply(task.Change{Move: task.Reopen}, noon.AddDate(0, 0, 40), 4))
	if one.Done || one.Outcome != task.Unsaid || one.Closed != (task.Orbit{}) || one.Overdue(orrery.DayOf(noon)+40) {
		t.Errorf("opened again it is %+v", one)
	}
}

func TestATaskSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, wrong := range []func(*task.Task){
		func(t *task.Task) { t.Kind = "shout" }, func(t *task.Task) { t.Who = 0 }, func(t *task.Task) { t.Due = 0 },
		func(t *task.Task) { t.Kind = task.Introduce }, func(t *task.Task) { t.Kind, t.With = task.Introduce, t.Who },
		func(t *task.Task) { t.Kind = task.Other }, func(t *task.Task) { t.Text = string(make([]byte, task.MostText+1)) },
	} {
		one := made(task.Hello)
		wrong(&one)
		if err := one.Check(); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%+v is taken: %v", one, err)
		}
	}
	for _, kind := range task.Kinds() {
		one := made(kind)
		if err := one.Check(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if k, err := task.ParseKind(string(kind)); err != nil || k != kind {
			t.Errorf("%s is read as %s, %v", kind, k, err)
		}
	}
	for _, o := range append(task.Outcomes(), task.Unsaid) {
		if got, err := task.ParseOutcome(string(o)); err != nil || got != o {
			t.Errorf("%q is read as %q, %v", o, got, err)
		}
	}
}

// A model that knows nothing of the table: a task is done, or put off until a day.
func TestRandomWalksAgreeWithAPlainModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 11))
		one := made(task.Hello)
		at, done, until := noon, false, orrery.Day(0)
		for step := range 40 {
			at = at.Add(time.Duration(r.IntN(60)) * time.Hour)
			today := orrery.DayOf(at)
			c := change(task.Moves()[r.IntN(len(task.Moves()))])
			c.Until, c.Due = today+orrery.Day(r.IntN(6)), today+orrery.Day(r.IntN(6)-1)
			asleep := !done && until > today
			allowed := !done
			switch c.Move {
			case task.Date:
				allowed = !done && c.Due >= today
			case task.Snooze:
				allowed = !done && c.Until > today
			case task.Wake:
				allowed = asleep
			case task.Tell, task.Reopen:
				allowed = done
			}
			err := one.Apply(c, at, 1)
			if (err == nil) != allowed {
				t.Fatalf("seed %d, step %d: %s gives %v, want allowed %t", seed, step, c.Move, err, allowed)
			}
			if allowed {
				switch c.Move {
				case task.Finish:
					done, until = true, 0
				case task.Reopen:
					done = false
				case task.Snooze:
					until = c.Until
				case task.Wake, task.Date:
					until = 0
				}
			}
			want := task.Open
			if done {
				want = task.Done
			} else if until > today {
				want = task.Snoozed
			}
			if got := one.State(today); got != want {
				t.Fatalf("seed %d, step %d: after %s it is %s, want %s", seed, step, c.Move, got, want)
			}
			if got := one.Done == !one.Ended.IsZero(); !got {
				t.Fatalf("seed %d, step %d: done is %t, ended %s", seed, step, one.Done, one.Ended)
			}
		}
	}
}

func TestThisWeekEndsOnASundayThatIsNotTooNear(t *testing.T) {
	t.Parallel()
	for today := orrery.DayOf(noon); today < orrery.DayOf(noon)+400; today++ {
		due, monday := task.ThisWeek(today), task.NextWeek(today)
		if due.Time().Weekday() != time.Sunday || due-today < 3 || due-today > 9 {
			t.Errorf("on %s the week ends on %s", today, due)
		}
		if monday.Time().Weekday() != time.Monday || monday <= today || monday-today > 7 {
			t.Errorf("on %s next week begins on %s", today, monday)
		}
	}
}

func TestDaysOnWhichTheyCameCountOnceByTheBestThatIsKnown(t *testing.T) {
	t.Parallel()
	visits := []task.Visit{
		{10, orrery.Prompted},
		{10, orrery.Unprompted},
		{11, orrery.Peer},
		{11, orrery.OriginUnknown},
		{12, orrery.Prompted},
		{13, orrery.OriginUnknown},
		{20, orrery.Unprompted},
		{9, orrery.Unprompted},
	}
	want := task.Came{Days: 4, Alone: 1, Drawn: 1, Prompted: 1, Unknown: 1, First: 10, Last: 13}
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		r.Shuffle(len(visits), func(i, j int) { visits[i], visits[j] = visits[j], visits[i] })
		if got := task.Since(visits, 10, 13); got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	}
	if got := task.Since(nil, 0, 100); got != (task.Came{}) {
		t.Errorf("of nobody's visits come %+v", got)
	}
}

func ExampleTurned() {
	then := task.Orbit{Closeness: 40}
	for _, now := range []float64{52, 41, 30} {
		fmt.Print(task.Turned(then, task.Orbit{Closeness: now}), " ")
	}
	// Output: 1 0 -1
}

func TestMovesAreAllInTheTable(t *testing.T) {
	t.Parallel()
	for _, m := range task.Moves() {
		if !slices.ContainsFunc([]task.State{task.Open, task.Snoozed, task.Done}, func(s task.State) bool { _, ok := task.Leads(s, m); return ok }) {
			t.Errorf("%s leads nowhere", m)
		}
	}
}
