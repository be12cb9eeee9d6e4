package webtest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/task"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// meaning is World as web.Tasks: tasks are kept in memory.
type meaning World

var _ web.Tasks = (*meaning)(nil)

func (m *meaning) today() orrery.Day { return orrery.DayOf(m.now) }

func (m *meaning) who(id orrery.IdentityID) view.Someone {
	if s := m.byID[orrery.MemberID(id)]; s != nil {
		return view.Someone{ID: s.row.ID, Name: s.row.Name, Level: s.row.Level, Closeness: s.row.Closeness}
	}
	return view.Someone{}
}

func (m *meaning) orbit(id orrery.IdentityID) task.Orbit {
	who := m.who(id)
	return task.Orbit{Day: m.today(), Closeness: who.Closeness, Level: who.Level, Last: m.today() - 3}
}

func (m *meaning) tell(t *task.Task, account int64) view.Task {
	today := m.today()
	owner := func(n int64) view.TaskOwner { return view.TaskOwner{Account: n, Name: "steward@example.org"} }
	return view.Task{
		Number: t.Number, Kind: t.Kind, State: t.State(today), Who: m.who(t.Who), With: m.who(t.With), Thread: conversation.ThreadID(t.Thread), Text: t.Text, Because: t.Because,
		Made: t.Made, By: owner(t.By), Owner: owner(t.Owner), Mine: t.Owner == account, Due: t.Due, Until: t.Until, Overdue: t.Overdue(today), Outcome: t.Outcome, Note: t.Note,
		Ended: t.Ended, EndedBy: owner(t.EndedBy), Began: t.Began, Closed: t.Closed, Now: m.orbit(t.Who),
	}
}

// Tasks implements web.Tasks.
func (m *meaning) Tasks(_ context.Context, q view.TasksQuery) (view.TasksPage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	page := view.TasksPage{Today: m.today()}
	if q.Person != 0 {
		if page.Person = m.who(orrery.IdentityID(q.Person)); page.Person.ID == 0 {
			return page, orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", q.Person)
		}
	}
	for i := range m.tasks {
		t := &m.tasks[i]
		state := t.State(page.Today)
		if q.Person != 0 && t.Who != orrery.IdentityID(q.Person) {
			continue
		}
		var fits bool
		switch state {
		case task.Done:
			page.Counts.Done++
			fits = q.Show == view.TasksDone
		case task.Snoozed:
			page.Counts.Snoozed++
			fits = q.Show == view.TasksSnoozed
		default:
			page.Counts.All++
			if t.Owner == q.Account {
				page.Counts.Mine++
			}
			fits = q.Show == view.TasksAll || q.Show == view.TasksMine && t.Owner == q.Account
		}
		if fits || q.Show == view.TasksEvery {
			page.List = append(page.List, m.tell(t, q.Account))
		}
	}
	page.Of = len(page.List)
	return page, nil
}

// Task implements web.Tasks.
func (m *meaning) Task(_ context.Context, who view.Account, _ orrery.PlanetID, number int64) (view.TaskStory, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, err := m.at(number)
	if err != nil {
		return view.TaskStory{}, err
	}
	s := view.TaskStory{Task: m.tell(&m.tasks[at], who.ID), Today: m.today(), Owners: []view.TaskOwner{{Account: who.ID, Name: "steward@example.org"}}}
	for w := range 14 {
		s.Line = append(s.Line, view.LinePoint{Day: s.Today - orrery.Day(7*(13-w)), Closeness: s.Now.Closeness, Level: s.Now.Level})
	}
	return s, nil
}

func (m *meaning) at(number int64) (int, error) {
	at := slices.IndexFunc(m.tasks, func(t task.Task) bool { return t.Number == number })
	if at < 0 {
		return 0, orrery.Errorf(orrery.NotFound, "there is no task %d", number)
	}
	return at, nil
}

// OpenTasks implements web.Tasks.
func (m *meaning) OpenTasks(_ context.Context, who view.Account, _ orrery.PlanetID) (map[string]view.Task, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]view.Task{}
	for i := range m.tasks {
		if t := &m.tasks[i]; !t.Done {
			out[view.TaskKey(t.Kind, orrery.MemberID(t.Who), orrery.MemberID(t.With), conversation.ThreadID(t.Thread))] = m.tell(t, who.ID)
		}
	}
	return out, nil
}

// TaskOwners implements web.Tasks.
func (m *meaning) TaskOwners(_ context.Context, who view.Account) ([]view.TaskOwner, error) {
	return []view.TaskOwner{{Account: who.ID, Name: cmp.Or(who.Email, "steward@example.org")}, {Account: 99, Name: "colleague@example.org"}}, nil
}

// AddTask implements web.Tasks.
func (m *meaning) AddTask(_ context.Context, who view.Account, planet orrery.PlanetID, n view.NewTask) (int64, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := task.Task{
		Number: int64(len(m.tasks) + 1), Planet: planet, Kind: n.Kind, Who: orrery.IdentityID(n.Who), With: orrery.IdentityID(n.With), Thread: uint64(n.Thread), Text: n.Text, Because: n.Because,
		Made: m.now, By: who.ID, Owner: cmp.Or(n.Owner, who.ID), Due: cmp.Or(n.Due, task.ThisWeek(m.today())), Began: m.orbit(orrery.IdentityID(n.Who)),
	}
	if m.who(t.Who).ID == 0 {
		return 0, false, orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", n.Who)
	}
	if err := t.Check(); err != nil {
		return 0, false, err
	}
	for i := range m.tasks {
		if !m.tasks[i].Done && t.Same(&m.tasks[i]) {
			return m.tasks[i].Number, false, nil
		}
	}
	m.tasks = append(m.tasks, t)
	return t.Number, true, nil
}

// ChangeTask implements web.Tasks.
func (m *meaning) ChangeTask(_ context.Context, who view.Account, _ orrery.PlanetID, number int64, c task.Change) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, err := m.at(number)
	if err != nil {
		return err
	}
	c.Now = m.orbit(m.tasks[at].Who)
	return m.tasks[at].Apply(c, m.now, who.ID)
}

// DropTask implements web.Tasks.
func (m *meaning) DropTask(_ context.Context, _ view.Account, _ orrery.PlanetID, number int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, err := m.at(number)
	if err == nil {
		m.tasks = slices.Delete(m.tasks, at, at+1)
	}
	return err
}

// Met implements web.Encounters.
func (m *meaning) Met(_ context.Context, _ view.Account, _ orrery.PlanetID, e view.Encounter) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.byID[e.Who]
	if s == nil && e.Email == "" {
		return "", orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", e.Who)
	}
	if s != nil {
		s.row.LastActive = max(s.row.LastActive, cmp.Or(e.Day, m.today()))
	}
	if m.met == nil {
		m.met = map[string]view.Encounter{}
	}
	m.met["met/"+e.Once] = e
	return "met/" + e.Once, nil
}

// MetBack implements web.Encounters.
func (m *meaning) MetBack(_ context.Context, _ view.Account, _ orrery.PlanetID, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.met[id]; !ok {
		return orrery.Errorf(orrery.Invalid, "there is no such note of the team")
	}
	delete(m.met, id)
	return nil
}

// Week implements web.Weekly: one band moved, and somebody is to be thanked.
func (m *meaning) Week(_ context.Context, planet orrery.PlanetID, _ int, _ time.Duration) (view.Week, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := view.Week{AsOf: m.today(), Weeks: 26, There: true}
	if len(m.people) < 8 || planet != 1 {
		return out, nil
	}
	out.Stirred = []view.Stirred{{Level: orrery.Inner, CircleID: -1, People: 12, Moved: 3.1, Usual: .2, Closer: true, Kinds: []view.StirredKind{{Words: "Reply", Kind: "forum.reply", Now: 41, Usual: 15}}}}
	who := m.who(orrery.IdentityID(m.people[5].row.ID))
	out.Thanks = []view.Thanked{{Someone: who, Answered: 6, Contributed: 4, Last: m.today() - 2, Why: language.T("%s in %d days", language.Join(", ", language.N(6, "spoke up for others 1 time", "spoke up for others %d times"), language.N(4, "contributed 1 time", "contributed %d times")), 60)}}
	out.ThanksOf = 1
	return out, nil
}

// Anniversaries implements web.Weekly.
func (m *meaning) Anniversaries(_ context.Context, planet orrery.PlanetID, _ orrery.Day, n int) (view.Anniversaries, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := view.Anniversaries{AsOf: m.today()}
	if len(m.people) > 8 && planet == 1 && n > 0 {
		out.List = []view.Anniversary{{Row: m.people[3].row, Years: 2, Day: m.today() + 1}}
		out.Of = 1
	}
	return out, nil
}
