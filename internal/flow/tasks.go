package flow

import (
	"context"
	"fmt"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/store/sqlite"
	"orrery.dev/orrery/internal/task"
)

// Task is a task with who its people are now; 0: they are not known any more.
type Task struct {
	task.Task
	Member, Other orrery.MemberID
}

// Tasks lists the tasks of a planet in the order in which they were made.
func (s *System) Tasks(ctx context.Context, planet orrery.PlanetID) ([]Task, error) {
	return s.tasks(ctx, planet, false)
}

// OpenTasks lists those that are not done.
func (s *System) OpenTasks(ctx context.Context, planet orrery.PlanetID) ([]Task, error) {
	return s.tasks(ctx, planet, true)
}

func (s *System) tasks(ctx context.Context, planet orrery.PlanetID, open bool) ([]Task, error) {
	stored, err := s.store.Tasks(ctx, planet, open)
	if err != nil || len(stored) == 0 {
		return nil, err
	}
	list := make([]Task, len(stored))
	err = s.Read(ctx, func(st *State) error {
		for i := range stored {
			list[i] = Task{stored[i], st.member(stored[i].Who), st.member(stored[i].With)}
		}
		return nil
	})
	return list, err
}

// AddTask keeps a new task and returns its number. Where one that means the same for
// the same people is not done yet, that one's number is returned, and made is false.
func (s *System) AddTask(ctx context.Context, t task.Task) (number int64, made bool, err error) {
	t.Text, t.Because = strings.TrimSpace(t.Text), strings.TrimSpace(t.Because)
	t.Number, t.Made, t.Done = 0, s.clock(), false
	if err := t.Check(); err != nil {
		return 0, false, err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return 0, false, err
	}
	who, known := g.MemberOf(t.Who)
	with, knownToo := g.MemberOf(t.With)
	switch {
	case !known || t.With != 0 && !knownToo:
		return 0, false, orrery.Errorf(orrery.NotFound, "whom the task is for is not there any more: look at the list again")
	case t.With != 0 && with == who:
		return 0, false, orrery.Errorf(orrery.Invalid, "both are the same person: nobody needs an introduction to themselves")
	}
	stored, err := s.store.Tasks(ctx, t.Planet, true)
	if err != nil {
		return 0, false, fmt.Errorf("read tasks: %w", err)
	}
	for i := range stored {
		old := &stored[i]
		same := t
		if m, ok := g.MemberOf(old.Who); ok && m == who {
			same.Who = old.Who
		}
		if m, ok := g.MemberOf(old.With); ok && m == with {
			same.With = old.With
		}
		if same.Same(old) {
			return old.Number, false, nil
		}
	}
	err = s.changeLocked(ctx, func(tx *sqlite.Tx) (err error) {
		number, err = tx.PutTask(&t)
		return err
	}, nil)
	return number, err == nil, err
}

// ChangeTask carries out one change of a task, by an account, 0 the shell.
func (s *System) ChangeTask(ctx context.Context, planet orrery.PlanetID, number, by int64, c task.Change) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	stored, err := s.store.Tasks(ctx, planet, false)
	if err != nil {
		return fmt.Errorf("read tasks: %w", err)
	}
	for i := range stored {
		t := &stored[i]
		if t.Number != number {
			continue
		}
		if err := t.Apply(c, s.clock(), by); err != nil {
			return err
		}
		return s.changeLocked(ctx, func(tx *sqlite.Tx) error {
			_, err := tx.PutTask(t)
			return err
		}, nil)
	}
	return noTask(number)
}

// DropTask forgets a task.
func (s *System) DropTask(ctx context.Context, planet orrery.PlanetID, number int64) error {
	return s.change(ctx, func(tx *sqlite.Tx) error {
		if found, err := tx.DeleteTask(planet, number); err != nil || found {
			return err
		}
		return noTask(number)
	}, nil)
}

func noTask(number int64) error {
	return orrery.Errorf(orrery.NotFound, "there is no task %d around this planet", number)
}
