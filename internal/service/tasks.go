package service

import (
	"cmp"
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/task"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// tasks is what people of the team mean to do, with the names of their accounts.
type tasks struct{ *Service }

var _ web.Tasks = tasks{}

// Tasks tells one page of a planet's tasks.
func (s tasks) Tasks(ctx context.Context, q view.TasksQuery) (view.TasksPage, error) {
	q.Account = ownerOf(q.Account)
	page, err := s.Desk.Tasks(ctx, q)
	if err != nil {
		return page, err
	}
	names, err := s.accountNames(ctx)
	if err != nil {
		return page, err
	}
	for i := range page.List {
		call(&page.List[i], names)
	}
	return page, nil
}

// Task tells one with what became of the person's orbit.
func (s tasks) Task(ctx context.Context, who view.Account, planet orrery.PlanetID, number int64) (view.TaskStory, error) {
	story, err := s.Desk.Task(ctx, planet, number, ownerOf(who.ID))
	if err != nil {
		return story, err
	}
	names, err := s.accountNames(ctx)
	if err != nil {
		return story, err
	}
	call(&story.Task, names)
	story.Owners, err = s.TaskOwners(ctx, who)
	return story, err
}

// OpenTasks tells which lines have a task already.
func (s tasks) OpenTasks(ctx context.Context, who view.Account, planet orrery.PlanetID) (map[string]view.Task, error) {
	open, err := s.Desk.OpenTasks(ctx, planet)
	for key, t := range open {
		t.Mine = t.Owner.Account == ownerOf(who.ID)
		open[key] = t
	}
	return open, err
}

// TaskOwners lists who may see to a task, whoever asks first.
func (s tasks) TaskOwners(ctx context.Context, who view.Account) ([]view.TaskOwner, error) {
	list := []view.TaskOwner{{Account: ownerOf(who.ID), Name: by(who)}}
	accounts, err := s.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		if a.ID != who.ID && meet(who.Access, a.Access) {
			list = append(list, view.TaskOwner{Account: a.ID, Name: cmp.Or(a.Name, a.Email)})
		}
	}
	return list, nil
}

// accountNames are the addresses of all accounts, for those who see to tasks.
func (s tasks) accountNames(ctx context.Context) (map[int64]string, error) {
	accounts, err := s.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	names := map[int64]string{byLink: "whoever entered by the link", 0: "a command"}
	for _, a := range accounts {
		names[a.ID] = cmp.Or(a.Name, a.Email)
	}
	return names, nil
}

func call(t *view.Task, names map[int64]string) {
	for _, o := range []*view.TaskOwner{&t.By, &t.Owner, &t.EndedBy} {
		if o.Name = names[o.Account]; o.Name == "" {
			o.Name = "an account that is gone"
		}
	}
	if t.Owner.Account == 0 {
		t.Owner.Name = ""
	}
}

// AddTask keeps a task; without an owner it is that of whoever asks.
func (s tasks) AddTask(ctx context.Context, who view.Account, planet orrery.PlanetID, n view.NewTask) (int64, bool, error) {
	var err error
	if n.Owner, err = s.owner(ctx, who, n.Owner); err != nil {
		return 0, false, err
	}
	return s.Desk.AddTask(ctx, planet, n, ownerOf(who.ID))
}

// ChangeTask carries out one change; a new owner of 0 is whoever asks.
func (s tasks) ChangeTask(ctx context.Context, who view.Account, planet orrery.PlanetID, number int64, c task.Change) error {
	if c.Move == task.Assign {
		var err error
		if c.Owner, err = s.owner(ctx, who, c.Owner); err != nil {
			return err
		}
	}
	return s.Desk.ChangeTask(ctx, planet, number, c, ownerOf(who.ID))
}

// DropTask forgets a task.
func (s tasks) DropTask(ctx context.Context, _ view.Account, planet orrery.PlanetID, number int64) error {
	return s.Desk.DropTask(ctx, planet, number)
}

func (s tasks) owner(ctx context.Context, who view.Account, account int64) (int64, error) {
	if account == 0 || account == ownerOf(who.ID) {
		return ownerOf(who.ID), nil
	}
	names, err := s.accountNames(ctx)
	if err != nil {
		return 0, err
	}
	if names[account] == "" {
		return 0, orrery.Errorf(orrery.NotFound, "there is no such account any more: choose somebody else")
	}
	return account, nil
}
