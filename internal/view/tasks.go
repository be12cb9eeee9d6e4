package view

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/task"
)

// ParseTaskFilter reads a filter's name.
func ParseTaskFilter(text string) (TaskFilter, error) {
	switch f := TaskFilter(text); f {
	case TasksMine, TasksAll, TasksSnoozed, TasksDone, TasksEvery:
		return f, nil
	case "mine":
		return TasksMine, nil
	}
	return "", orrery.Errorf(orrery.Invalid, "%q is no choice of tasks: there are mine, all, snoozed, done and every", text)
}

// Tasks tells one page of a planet's tasks. Owners are told by number: doors know the
// names of accounts.
func (d *Desk) Tasks(ctx context.Context, q TasksQuery) (TasksPage, error) {
	p, err := d.planetByID(q.Planet)
	if err != nil {
		return TasksPage{}, err
	}
	stored, err := d.system.Tasks(ctx, p.ID)
	if err != nil {
		return TasksPage{}, err
	}
	page := TasksPage{Today: d.system.Now()}
	if q.Person != 0 {
		if page.Person, err = d.someone(ctx, p, q.Person); err != nil {
			return TasksPage{}, err
		}
	}
	fits := stored[:0:0]
	for i := range stored {
		t := &stored[i]
		if q.Person != 0 && t.Member != page.Person.ID && t.Other != page.Person.ID {
			continue
		}
		page.Counts.add(t, q.Account, page.Today)
		if q.fits(t, page.Today) {
			fits = append(fits, *t)
		}
	}
	slices.SortStableFunc(fits, func(a, b flow.Task) int { return taskOrder(&a, &b) })
	start := 0
	if q.Cursor != "" {
		if start, err = strconv.Atoi(q.Cursor); err != nil || start < 0 {
			return page, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	page.Of = len(fits)
	start = min(start, len(fits))
	end := len(fits)
	if q.Limit > 0 {
		end = min(end, start+q.Limit)
	}
	if end < len(fits) {
		page.Next = strconv.Itoa(end)
	}
	if page.List, err = d.tellTasks(ctx, p, fits[start:end], q.Account); err != nil {
		return page, err
	}
	if q.Show == TasksDone {
		page.Since.add(page.List, orrery.Day(p.RhythmDays), page.Today)
	}
	return page, nil
}

func (c *TaskCounts) add(t *flow.Task, account int64, today orrery.Day) {
	mine := account != 0 && t.Owner == account
	switch t.State(today) {
	case task.Done:
		c.Done++
	case task.Snoozed:
		c.Snoozed++
	default:
		c.All++
		if t.Overdue(today) {
			c.Overdue++
		}
		if mine {
			c.Mine++
			if t.Due <= today {
				c.MineNow++
			}
			if t.Overdue(today) {
				c.MineOverdue++
			}
		}
	}
}

func (q *TasksQuery) fits(t *flow.Task, today orrery.Day) bool {
	switch state := t.State(today); q.Show {
	case TasksAll:
		return state == task.Open
	case TasksSnoozed:
		return state == task.Snoozed
	case TasksDone:
		return state == task.Done
	case TasksEvery:
		return true
	default:
		return state == task.Open && q.Account != 0 && t.Owner == q.Account
	}
}

// taskOrder puts what is due first before the rest, and what is done after it, the
// newest first.
func taskOrder(a, b *flow.Task) int {
	switch {
	case a.Done != b.Done && a.Done:
		return 1
	case a.Done != b.Done:
		return -1
	case a.Done:
		return cmp.Or(b.Ended.Compare(a.Ended), cmp.Compare(b.Number, a.Number))
	}
	return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Number, b.Number))
}

// add counts what became of the people of tasks that have been done for a rhythm.
func (s *TasksSince) add(list []Task, rhythm, today orrery.Day) {
	for i := range list {
		t := &list[i]
		over := orrery.DayOf(t.Ended) + rhythm
		if t.Who.ID == 0 || over > today {
			continue
		}
		s.Done++
		if t.Came.First != 0 && t.Came.First <= over {
			s.Came++
			if t.Came.Alone > 0 {
				s.Alone++
			}
		}
		switch task.Turned(t.Closed, t.Now) {
		case task.Closer:
			s.Closer++
		case task.Farther:
			s.Farther++
		}
	}
}

// someone finds a person by any identity of theirs.
func (d *Desk) someone(ctx context.Context, p orrery.Planet, id orrery.MemberID) (Someone, error) {
	var m orrery.MemberID
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		var ok bool
		if m, ok = g.MemberOf(orrery.IdentityID(id)); !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
		}
		return nil
	})
	if err != nil {
		return Someone{}, err
	}
	known, err := d.known(ctx, p, d.system.Now(), []orrery.MemberID{m})
	return known[m], err
}

// tellTasks tells tasks with who their people are, where they stand now, and how they
// came since.
func (d *Desk) tellTasks(ctx context.Context, p orrery.Planet, stored []flow.Task, account int64) ([]Task, error) {
	if len(stored) == 0 {
		return nil, nil
	}
	today := d.system.Now()
	var members []orrery.MemberID
	for i := range stored {
		members = append(members, stored[i].Member, stored[i].Other)
	}
	now, err := d.orbitsOf(ctx, p, members)
	if err != nil {
		return nil, err
	}
	known, err := d.known(ctx, p, today, members)
	if err != nil {
		return nil, err
	}
	visits, err := d.visits(ctx, p, stored, today)
	if err != nil {
		return nil, err
	}
	list := make([]Task, len(stored))
	for i := range stored {
		t := &stored[i]
		one := Task{
			Number: t.Number, Kind: t.Kind, State: t.State(today), Who: known[t.Member], With: known[t.Other], Thread: conversation.ThreadID(t.Thread),
			Text: t.Text, Because: t.Because, Made: t.Made, By: TaskOwner{Account: t.By}, Owner: TaskOwner{Account: t.Owner},
			Mine: account != 0 && t.Owner == account, Due: t.Due, Until: t.Until, Overdue: t.Overdue(today),
			Outcome: t.Outcome, Note: t.Note, Ended: t.Ended, EndedBy: TaskOwner{Account: t.EndedBy}, Began: t.Began, Closed: t.Closed, Now: now[t.Member],
		}
		one.Came = task.Since(visits[t.Number], orrery.DayOf(turnOf(t)), today)
		list[i] = one
	}
	return list, nil
}

// turnOf is when a task was done, or while it is not, when it was made.
func turnOf(t *flow.Task) time.Time {
	if t.Done {
		return t.Ended
	}
	return t.Made
}

// visits reads how the people of tasks came after that, by the task's number.
func (d *Desk) visits(ctx context.Context, p orrery.Planet, stored []flow.Task, today orrery.Day) (map[int64][]task.Visit, error) {
	from := today
	of := map[orrery.IdentityID]orrery.MemberID{}
	var ids []orrery.IdentityID
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		for i := range stored {
			from = min(from, orrery.DayOf(turnOf(&stored[i])))
			if stored[i].Member == 0 {
				continue
			}
			for _, one := range g.Of(stored[i].Member) {
				if _, ok := of[one.ID]; !ok {
					ids = append(ids, one.ID)
				}
				of[one.ID] = stored[i].Member
			}
		}
		return nil
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	slices.Sort(ids)
	seen, err := d.system.Glances(ctx, ids, p.ID, from, today)
	if err != nil {
		return nil, err
	}
	own := map[orrery.MemberID][]*flow.Glance{}
	for i := range seen {
		if _, ok := visitOf(&seen[i]); ok {
			m := of[seen[i].Identity]
			own[m] = append(own[m], &seen[i])
		}
	}
	out := map[int64][]task.Visit{}
	for i := range stored {
		t := &stored[i]
		for _, g := range own[t.Member] {
			if v, _ := visitOf(g); g.AtMicros > turnOf(t).UnixMicro() {
				out[t.Number] = append(out[t.Number], v)
			}
		}
	}
	return out, nil
}

// visitOf tells what somebody did as a visit; false: somebody else did it, or it says
// nothing of their presence.
func visitOf(g *flow.Glance) (task.Visit, bool) {
	_, ok := field.VisitOf(&g.Rule, &field.Row{Day: g.Day, Origin: g.Origin, Valence: g.Valence, Receives: g.Received})
	return task.Visit{Day: g.Day, Origin: g.Origin}, ok
}

// orbitsOf tells where some people stand now.
func (d *Desk) orbitsOf(ctx context.Context, p orrery.Planet, members []orrery.MemberID) (map[orrery.MemberID]task.Orbit, error) {
	circles, err := d.circles(ctx, p)
	if err != nil {
		return nil, err
	}
	out := make(map[orrery.MemberID]task.Orbit, len(members))
	err = d.system.Read(ctx, func(st *flow.State) error {
		day, _ := d.day(st, p.ID, 0)
		f := st.Forecast(p)
		for _, m := range members {
			reading, ok := st.Engine.Read(field.Orbit{Member: m, Planet: p.ID}, f, day)
			if m == 0 || !ok || !reading.HasCome {
				continue
			}
			o := task.Orbit{Day: day, Closeness: reading.Closeness, Level: reading.Level, Drift: reading.Drift, Last: reading.Last}
			if at := circles.place(m); at > 0 {
				o.Circle = circles.names[at-1]
			}
			out[m] = o
		}
		return nil
	})
	return out, err
}

// AddTask keeps a task for somebody with where they stand now, by an account, 0 the
// shell. Where one that means the same is not done yet, made is false and that one's
// number comes back.
func (d *Desk) AddTask(ctx context.Context, planet orrery.PlanetID, n NewTask, by int64) (number int64, made bool, err error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return 0, false, err
	}
	who, err := d.someone(ctx, p, n.Who)
	if err != nil {
		return 0, false, err
	}
	now, err := d.orbitsOf(ctx, p, []orrery.MemberID{who.ID})
	if err != nil {
		return 0, false, err
	}
	today := d.system.Now()
	if n.Due != 0 && n.Due < today {
		return 0, false, orrery.Errorf(orrery.Invalid, "that day has passed: choose today or a later one")
	}
	began := now[who.ID]
	began.Day = cmp.Or(began.Day, today)
	return d.system.AddTask(ctx, task.Task{
		Planet: p.ID, Kind: n.Kind, Who: orrery.IdentityID(n.Who), With: orrery.IdentityID(n.With), Thread: uint64(n.Thread),
		Text: strings.Join(strings.Fields(n.Text), " "), Because: strings.Join(strings.Fields(n.Because), " "),
		By: by, Owner: n.Owner, Due: cmp.Or(n.Due, task.ThisWeek(today)), Began: began,
	})
}

// ChangeTask carries out one change of a task. Where it is done, it is noted where the
// person stands.
func (d *Desk) ChangeTask(ctx context.Context, planet orrery.PlanetID, number int64, c task.Change, by int64) error {
	p, err := d.planetByID(planet)
	if err != nil {
		return err
	}
	if c.Move == task.Finish {
		t, err := d.taskOf(ctx, p, number)
		if err != nil {
			return err
		}
		now, err := d.orbitsOf(ctx, p, []orrery.MemberID{t.Member})
		if err != nil {
			return err
		}
		c.Now = now[t.Member]
		c.Now.Day = cmp.Or(c.Now.Day, d.system.Now())
	}
	return d.system.ChangeTask(ctx, p.ID, number, by, c)
}

// DropTask forgets a task.
func (d *Desk) DropTask(ctx context.Context, planet orrery.PlanetID, number int64) error {
	return d.system.DropTask(ctx, planet, number)
}

func (d *Desk) taskOf(ctx context.Context, p orrery.Planet, number int64) (flow.Task, error) {
	stored, err := d.system.Tasks(ctx, p.ID)
	if err != nil {
		return flow.Task{}, err
	}
	at := slices.IndexFunc(stored, func(t flow.Task) bool { return t.Number == number })
	if at < 0 {
		return flow.Task{}, orrery.Errorf(orrery.NotFound, "there is no task %d around %s", number, cmp.Or(p.Title, p.Slug))
	}
	return stored[at], nil
}

const (
	weeksBefore = 12 // of the line before a task was made
	taskDeeds   = 12 // told of what the person did since
)

// Task tells a task with what became of the person's orbit.
func (d *Desk) Task(ctx context.Context, planet orrery.PlanetID, number, account int64) (TaskStory, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return TaskStory{}, err
	}
	t, err := d.taskOf(ctx, p, number)
	if err != nil {
		return TaskStory{}, err
	}
	told, err := d.tellTasks(ctx, p, []flow.Task{t}, account)
	if err != nil {
		return TaskStory{}, err
	}
	s := TaskStory{Task: told[0], Today: d.system.Now()}
	if s.Who.ID == 0 {
		return s, nil
	}
	return s, d.addSince(ctx, p, &t, &s)
}

// addSince tells the line of the person's closeness around a task, and what they did
// since it was made.
func (d *Desk) addSince(ctx context.Context, p orrery.Planet, t *flow.Task, s *TaskStory) error {
	var ids []orrery.IdentityID
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		for _, one := range g.Of(t.Member) {
			ids = append(ids, one.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	seen, err := d.system.Glances(ctx, ids, p.ID, 0, s.Today)
	if err != nil {
		return err
	}
	f, err := d.system.Forecast(ctx, p)
	if err != nil {
		return err
	}
	s.Line = trail(seen, &f.Closeness, orrery.DayOf(t.Made)-7*weeksBefore, s.Today)
	var own []flow.Glance
	for i := range seen {
		if _, ok := visitOf(&seen[i]); ok && seen[i].AtMicros > t.Made.UnixMicro() {
			own = append(own, seen[i])
		}
	}
	s.More = max(0, len(own)-taskDeeds)
	done, err := d.system.Tell(ctx, own[:min(taskDeeds, len(own))])
	if err != nil {
		return err
	}
	for i := range done {
		s.Since = append(s.Since, Happening{
			At: done[i].At, Way: done[i].Rule.Strategy, Origin: done[i].Origin, Title: title(&done[i]), Kind: done[i].Kind,
			Source: done[i].Namespace, URL: webAddress(done[i].Object.URL), Count: 1,
		})
	}
	return nil
}

// trail tells where somebody stood from one day to another: day by day, over more than
// half a year week by week, and on the last day.
func trail(seen []flow.Glance, f *field.Fit, from, until orrery.Day) []LinePoint {
	var visits []field.Visit
	for _, a := range slices.Backward(seen) {
		if v, ok := field.VisitOf(&a.Rule, &field.Row{Day: a.Day, Origin: a.Origin, Valence: a.Valence, Receives: a.Received}); ok && a.Day <= until {
			visits = append(visits, v)
		}
	}
	slices.Sort(visits)
	var days []orrery.Day
	step := orrery.Day(1)
	if until-from > 183 {
		step = 7
	}
	for day := until; day >= from; day -= step {
		days = append(days, day)
	}
	slices.Reverse(days)
	points := make([]LinePoint, len(days))
	for i := range days {
		points[i].Day = days[i]
	}
	f.Trail(visits, days, func(i int, s field.Standing) {
		points[i] = LinePoint{Day: days[i], Closeness: s.Closeness, Level: s.Level}
	})
	return points
}

// OpenTasks tells which lines have a task that is not done: by TaskKey.
func (d *Desk) OpenTasks(ctx context.Context, planet orrery.PlanetID) (map[string]Task, error) {
	stored, err := d.system.OpenTasks(ctx, planet)
	if err != nil {
		return nil, err
	}
	today := d.system.Now()
	out := map[string]Task{}
	for i := range stored {
		t := &stored[i]
		if t.Member == 0 {
			continue
		}
		one := Task{Number: t.Number, Kind: t.Kind, State: t.State(today), Owner: TaskOwner{Account: t.Owner}, Due: t.Due, Until: t.Until, Overdue: t.Overdue(today)}
		out[TaskKey(t.Kind, t.Member, t.Other, conversation.ThreadID(t.Thread))] = one
	}
	return out, nil
}

// TaskKey names what a task is about: the same for two tasks that mean the same.
func TaskKey(kind task.Kind, who, with orrery.MemberID, thread conversation.ThreadID) string {
	if thread != 0 {
		return fmt.Sprintf("%s %s", kind, thread)
	}
	return fmt.Sprintf("%s %d %d", kind, who, with)
}
