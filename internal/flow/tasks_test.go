package flow_test

import (
	"fmt"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/task"
)

func TestTasksFollowTheirPeople(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	defer func() { leave(t, s) }()
	who := func(name string) orrery.Actor {
		return orrery.Actor{Namespace: "forum.example", Type: "login", Value: name, Name: name}
	}
	var list []told
	for i, name := range []string{"ann", "bo", "cy", "di"} {
		list = append(list, told{activity: orrery.Activity{
			ExternalID: fmt.Sprint(i), Namespace: "forum.example", Kind: "forum.reply", Actor: who(name), At: now.AddDate(0, 0, -5), Planet: "origin",
		}})
	}
	imported := tell(t, s, "forum", list)
	planet := s.Planets()[0].ID
	id := func(name string) orrery.IdentityID {
		i, err := s.FindIdentity(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	today := orrery.DayOf(now)
	add := func(one task.Task) int64 {
		t.Helper()
		one.Planet, one.Due = planet, today+3
		n, _, err := s.AddTask(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	tasks := func() map[int64]flow.Task {
		t.Helper()
		list, err := s.Tasks(t.Context(), planet)
		if err != nil {
			t.Fatal(err)
		}
		out := map[int64]flow.Task{}
		for _, one := range list {
			out[one.Number] = one
		}
		return out
	}
	began := task.Orbit{Day: today, Closeness: 41.5, Level: orrery.Inner, Drift: -.7, Circle: "tea", Last: today - 5}
	hello := add(task.Task{Kind: task.Hello, Who: id("ann"), Because: "silent for 5 days", Owner: 3, By: 3, Began: began})
	meet := add(task.Task{Kind: task.Introduce, Who: id("bo"), With: id("cy"), Because: "both have to do with @ann"})
	book := add(task.Task{Kind: task.Other, Who: id("cy"), Text: "Send @ann's book"})
	if n := add(task.Task{Kind: task.Hello, Who: id("ann")}); n != hello {
		t.Errorf("the same task again has the number %d, want %d", n, hello)
	}
	if got := tasks()[hello]; got.Began != began || got.Because != "silent for 5 days" || got.Owner != 3 || !got.Made.Equal(now) {
		t.Errorf("kept is %+v", got)
	}
	for _, wrong := range []task.Task{
		{Kind: task.Hello, Who: 4000},
		{Kind: task.Introduce, Who: id("bo"), With: id("bo")},
	} {
		wrong.Planet, wrong.Due = planet, today
		if _, _, err := s.AddTask(t.Context(), wrong); orrery.CodeOf(err) != orrery.NotFound && orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%+v gives %v, want it refused", wrong, err)
		}
	}

	// Merging carries them over; a task of the other one is the same then.
	if _, err := s.Merge(t.Context(), id("ann"), id("di")); err != nil {
		t.Fatal(err)
	}
	if n := add(task.Task{Kind: task.Hello, Who: id("di")}); n != hello {
		t.Errorf("after a merge the same task is %d, want %d", n, hello)
	}
	if err := s.ChangeTask(t.Context(), planet, hello, 9, task.Change{Move: task.Finish, Outcome: task.Met, Note: "with @bo", Now: began}); err != nil {
		t.Fatal(err)
	}
	if n := add(task.Task{Kind: task.Hello, Who: id("di")}); n == hello {
		t.Error("what is done is in the way of a new task")
	}
	if err := s.ChangeTask(t.Context(), planet, hello, 9, task.Change{Move: task.Finish}); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("done twice gives %v, want a conflict", err)
	}
	if err := s.ChangeTask(t.Context(), planet, 999, 9, task.Change{Move: task.Finish}); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("a task that is not there gives %v", err)
	}

	// An erased person takes theirs along, and their name out of those of others.
	if _, err := s.Erase(t.Context(), id("bo")); err != nil {
		t.Fatal(err)
	}
	if _, ok := tasks()[meet]; ok {
		t.Error("the introduction of somebody who is erased is still there")
	}
	if got := tasks()[hello].Note; got == "with @bo" {
		t.Errorf("the note still reads %q", got)
	}
	if got := tasks()[book].Text; got != "Send @ann's book" {
		t.Errorf("a task that names nobody erased reads %q", got)
	}

	// Undoing the import leaves them, with nobody behind them, and they can be dropped.
	if _, err := s.Undo(t.Context(), imported.ID); err != nil {
		t.Fatal(err)
	}
	left := tasks()
	if len(left) != 3 {
		t.Fatalf("after the import is undone there are %d tasks, want three", len(left))
	}
	for n := range left {
		if err := s.DropTask(t.Context(), planet, n); err != nil {
			t.Error(err)
		}
	}
	if err := s.DropTask(t.Context(), planet, hello); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("dropped twice gives %v", err)
	}
}
