package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/task"
	"orrery.dev/orrery/internal/view"
)

// Tasks knows what people of the team mean to do for others. An unknown number is
// NotFound.
type Tasks interface {
	// Tasks tells one page; Task one with what became of the person's orbit.
	Tasks(ctx context.Context, q view.TasksQuery) (view.TasksPage, error)
	Task(ctx context.Context, who view.Account, planet orrery.PlanetID, number int64) (view.TaskStory, error)

	// OpenTasks tells by view.TaskKey which lines have a task that is not done.
	OpenTasks(ctx context.Context, who view.Account, planet orrery.PlanetID) (map[string]view.Task, error)

	// TaskOwners lists who may see to a task, whoever asks first.
	TaskOwners(ctx context.Context, who view.Account) ([]view.TaskOwner, error)

	// AddTask keeps a task; without an owner it is that of whoever asks. Where one that
	// means the same is not done, made is false and that one's number comes back.
	AddTask(ctx context.Context, who view.Account, planet orrery.PlanetID, n view.NewTask) (number int64, made bool, err error)
	ChangeTask(ctx context.Context, who view.Account, planet orrery.PlanetID, number int64, c task.Change) error
	DropTask(ctx context.Context, who view.Account, planet orrery.PlanetID, number int64) error
}

const tasksShown = 30

type tasksPage struct {
	view.TasksPage
	Query   view.TasksQuery
	Filters []taskFilter
}

// taskFilter is one choice of the list.
type taskFilter struct {
	Key  view.TaskFilter
	Name string
	N    int
}

// Who is the person whom the list is about, as an address says it.
func (p tasksPage) Who() string {
	if p.Query.Person == 0 {
		return ""
	}
	return strconv.Itoa(int(p.Query.Person))
}

func tasksQuery(v *visit) (view.TasksQuery, error) {
	q := view.TasksQuery{Planet: v.planet.ID, Account: v.account.ID, Cursor: v.URL.Query().Get("cursor"), Limit: tasksShown}
	var err error
	if q.Show, err = view.ParseTaskFilter(v.URL.Query().Get("show")); err != nil {
		return q, err
	}
	if who := v.URL.Query().Get("who"); who != "" {
		q.Person, err = memberID(who)
	}
	return q, err
}

func (s *server) tasks(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	q, err := tasksQuery(v)
	if err != nil {
		return err
	}
	found, err := s.Backend.Tasks.Tasks(v.Context(), q)
	if err != nil {
		return err
	}
	c := &found.Counts
	return s.render(w, v, http.StatusOK, "tasks", language.T("Tasks"), tasksPage{found, q, []taskFilter{
		{view.TasksMine, "Mine", c.Mine}, {view.TasksAll, "All", c.All}, {view.TasksSnoozed, "Put off", c.Snoozed}, {view.TasksDone, "Done", c.Done},
	}})
}

// tasksCSV writes the whole list that a query finds.
func (s *server) tasksCSV(w http.ResponseWriter, v *visit) error {
	q, err := tasksQuery(v)
	if err != nil {
		return err
	}
	q.Limit, q.Cursor = 0, ""
	found, err := s.Backend.Tasks.Tasks(v.Context(), q)
	if err != nil {
		return err
	}
	out := newSheet(w, "tasks", "number", "kind", "state", "task", "person_id", "person", "because", "made", "owner", "due", "until", "outcome", "note", "done", "closeness_when_made", "closeness_when_done", "closeness_now", "level_when_made", "level_now", "came_days_since", "by_themselves", "first_came_since")
	day := func(d orrery.Day) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	for i := range found.List {
		t := &found.List[i]
		ended, closed := "", ""
		if t.State == task.Done {
			ended, closed = t.Ended.Format(time.DateOnly), number(t.Closed.Closeness)
		}
		out.row(
			strconv.FormatInt(t.Number, 10), string(t.Kind), string(t.State), taskTitle(*t).String(), strconv.Itoa(int(t.Who.ID)), t.Who.Name,
			t.Because, t.Made.Format(time.DateOnly), t.Owner.Name, day(t.Due), day(t.Until), string(t.Outcome), t.Note, ended,
			number(t.Began.Closeness), closed, number(t.Now.Closeness), t.Began.Level.String(), t.Now.Level.String(), strconv.Itoa(t.Came.Days), strconv.Itoa(t.Came.Alone), day(t.Came.First),
		)
	}
	out.Flush()
	return nil // who left half-way does not read the rest
}

type taskPage struct {
	view.TaskStory
	Wide, Narrow *taskChart
	Outcomes     []task.Outcome
	Tomorrow     orrery.Day
	NextWeek     orrery.Day
}

func (s *server) task(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	number, err := taskNumber(v)
	if err != nil {
		return err
	}
	story, err := s.Backend.Tasks.Task(v.Context(), v.account, v.planet.ID, number)
	if err != nil {
		return err
	}
	p := taskPage{TaskStory: story, Wide: newTaskChart(&story, true), Narrow: newTaskChart(&story, false), Outcomes: task.Outcomes()}
	p.Tomorrow, p.NextWeek = story.Today+1, task.NextWeek(story.Today)
	return s.render(w, v, http.StatusOK, "task", taskTitle(story.Task), p)
}

func taskNumber(v *visit) (int64, error) {
	number, err := strconv.ParseInt(v.PathValue("number"), 10, 64)
	if err != nil {
		return 0, orrery.Errorf(orrery.NotFound, "there is no such task")
	}
	return number, nil
}

type newTaskPage struct {
	Person view.Person
	Owners []view.TaskOwner
	Kinds  []task.Kind
	Kind   task.Kind
	Due    orrery.Day
	Today  orrery.Day
	Back   string
}

// askTask is the form of a task for somebody, with an owner, a day and own words.
func (s *server) askTask(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	id, err := memberID(v.URL.Query().Get("who"))
	if err != nil {
		return err
	}
	p := newTaskPage{Kind: task.Other, Today: orrery.DayOf(s.Clock()), Back: v.URL.Query().Get("back")}
	p.Due = task.ThisWeek(p.Today)
	for _, k := range task.Kinds() {
		if k != task.Answer && k != task.Introduce { // those are made where the other half stands
			p.Kinds = append(p.Kinds, k)
		}
	}
	if p.Person, err = s.Backend.Reader.PersonAsOf(v.Context(), v.planet.ID, id, 0, ""); err != nil {
		return err
	}
	if p.Owners, err = s.Backend.Tasks.TaskOwners(v.Context(), v.account); err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "taskform", "A task for "+p.Person.Name, p)
}

// addTask makes a line a task: by default whoever asks sees to it this week.
func (s *server) addTask(w http.ResponseWriter, v *visit) error {
	n := view.NewTask{Text: v.PostForm.Get("text"), Because: v.PostForm.Get("because")}
	var err error
	if n.Kind, err = task.ParseKind(v.PostForm.Get("kind")); err != nil {
		return err
	}
	if n.Who, err = memberID(v.PostForm.Get("who")); err != nil {
		return err
	}
	if with := v.PostForm.Get("with"); with != "" {
		if n.With, err = memberID(with); err != nil {
			return err
		}
	}
	if thread := v.PostForm.Get("thread"); thread != "" {
		if n.Thread, err = conversation.ParseThread(thread); err != nil {
			return err
		}
	}
	if n.Owner, err = taskOwner(v); err != nil {
		return err
	}
	if n.Due, err = dayOr(v.PostForm.Get("due"), 0); err != nil {
		return err
	}
	number, made, err := s.Backend.Tasks.AddTask(v.Context(), v.account, v.planet.ID, n)
	if err != nil {
		return err
	}
	back := local(v.PostForm.Get("back"), v.to("/tasks/"+strconv.FormatInt(number, 10)))
	switch {
	case !made:
		return s.done(w, v, back, "There is such a task already.")
	case n.Owner != 0:
		return s.done(w, v, back, "It is a task now.")
	}
	return s.done(w, v, back, "It is a task of yours now, by %s.", dayWords(cmp.Or(n.Due, task.ThisWeek(orrery.DayOf(s.Clock())))))
}

func taskOwner(v *visit) (int64, error) {
	text := v.PostForm.Get("owner")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, orrery.Errorf(orrery.Invalid, "choose who sees to it")
	}
	return n, nil
}

func dayOr(text string, otherwise orrery.Day) (orrery.Day, error) {
	if text = strings.TrimSpace(text); text == "" {
		return otherwise, nil
	}
	day, err := orrery.ParseDay(text)
	if err != nil {
		return 0, orrery.Errorf(orrery.Invalid, "%q is no day: write it like 2026-11-30", text)
	}
	return day, nil
}

// changeTask carries out one move of a task.
func (s *server) changeTask(w http.ResponseWriter, v *visit) error {
	n, err := taskNumber(v)
	if err != nil {
		return err
	}
	back := local(v.PostForm.Get("back"), v.to("/tasks/"+strconv.FormatInt(n, 10)))
	move, until, isSnooze := v.PostForm.Get("do"), orrery.Day(0), false
	today := orrery.DayOf(s.Clock())
	switch move {
	case "forget":
		if err := s.Backend.Tasks.DropTask(v.Context(), v.account, v.planet.ID, n); err != nil {
			return err
		}
		if strings.HasPrefix(back, "/tasks/") {
			back = v.to("/tasks")
		}
		return s.done(w, v, back, "The task is forgotten.")
	case "tomorrow":
		until, isSnooze = today+1, true
	case "next_week":
		until, isSnooze = task.NextWeek(today), true
	case string(task.Snooze):
		if until, err = dayOr(v.PostForm.Get("until"), today+1); err != nil {
			return err
		}
		isSnooze = true
	}
	c := task.Change{Move: task.Move(move), Note: v.PostForm.Get("note")}
	if isSnooze {
		c.Move, c.Until = task.Snooze, until
	}
	if c.Owner, err = taskOwner(v); err != nil {
		return err
	}
	if c.Outcome, err = task.ParseOutcome(v.PostForm.Get("outcome")); err != nil {
		return err
	}
	if c.Due, err = dayOr(v.PostForm.Get("due"), 0); err != nil {
		return err
	}
	if err := s.Backend.Tasks.ChangeTask(v.Context(), v.account, v.planet.ID, n, c); err != nil {
		return err
	}
	said := map[task.Move]string{
		task.Assign: "Passed on.", task.Date: "The day is changed.", task.Wake: "It is open again.", task.Reopen: "It is open again.",
		task.Finish: "Done. What becomes of their orbit stands with the task.", task.Tell: "Noted.",
	}[c.Move]
	if isSnooze {
		return s.done(w, v, back, "Put off until %s. It comes back by itself.", dayWords(until))
	}
	return s.done(w, v, back, "%s", said)
}

// tasked are the pages whose lines can be made tasks.
var tasked = map[string]bool{"today": true, "hello": true, "thanks": true, "anniversaries": true, "conversations": true, "talk": true, "introductions": true, "person": true}

// A taskLine is the button that makes a line a task, or the task that it has.
type taskLine struct {
	Kind    task.Kind
	Who     orrery.MemberID
	With    orrery.MemberID
	Thread  conversation.ThreadID
	Because string
	Name    string // of the line, for who cannot see where the button stands
	Back    string
	To      string
	May     bool
	Has     bool
	Task    view.Task
	Today   orrery.Day
}

// TaskFor is the button of a line.
func (p *page) TaskFor(kind task.Kind, who, with orrery.MemberID, thread conversation.ThreadID, because, name any) taskLine {
	l := taskLine{Kind: kind, Who: who, With: with, Thread: thread, Because: fmt.Sprint(because), Name: fmt.Sprint(name), Back: p.Here, To: p.To("/tasks"), Today: p.Today()}
	if who == 0 || p.Past() {
		return l
	}
	l.Task, l.Has = p.open[view.TaskKey(kind, who, with, thread)]
	if !l.Has && with != 0 { // the same two, told the other way
		l.Task, l.Has = p.open[view.TaskKey(kind, with, who, thread)]
	}
	if l.Has {
		l.To = p.To("/tasks/" + strconv.FormatInt(l.Task.Number, 10))
	}
	l.May = p.MayChange()
	return l
}

// Words say how a line's task stands.
func (l taskLine) Words() language.Text {
	mine := l.Task.Mine
	switch {
	case l.Task.State == task.Snoozed:
		return language.T("put off until %s", shortDay(l.Task.Until, l.Today))
	case l.Task.Overdue && mine:
		return language.T("yours, overdue")
	case l.Task.Overdue:
		return language.T("taken, overdue")
	case mine:
		return language.T("yours, by %s", shortDay(l.Task.Due, l.Today))
	}
	return language.T("taken, by %s", shortDay(l.Task.Due, l.Today))
}

// taskTitle says what is to be done.
func taskTitle(t view.Task) language.Text {
	named := func(name string) language.Text {
		if name == "" {
			return language.T("somebody who is not here any more")
		}
		return language.Name(name)
	}
	who := named(t.Who.Name)
	switch t.Kind {
	case task.Welcome:
		return language.T("Welcome %s", who)
	case task.Answer:
		return language.T("Answer %s", who)
	case task.Thank:
		return language.T("Thank %s", who)
	case task.Celebrate:
		return language.T("Congratulate %s", who)
	case task.Introduce:
		return language.T("Introduce %s and %s", who, named(t.With.Name))
	case task.Invite:
		return language.T("Invite %s", who)
	case task.Other:
		return language.Name(t.Text)
	}
	return language.T("Say hello to %s", who)
}

// taskKindWords name a kind of task.
func taskKindWords(k task.Kind) language.Text {
	return map[task.Kind]language.Text{
		task.Hello: language.T("Say hello"), task.Welcome: language.T("Welcome"), task.Answer: language.T("Answer"), task.Thank: language.T("Thank"), task.Celebrate: language.T("Congratulate"),
		task.Introduce: language.T("Introduce"), task.Invite: language.T("Invite"), task.Other: language.T("Something else"),
	}[k]
}

// taskOutcomeWords tell what came of a task.
func taskOutcomeWords(o task.Outcome) language.Text {
	return map[task.Outcome]language.Text{
		task.Unsaid: language.T("not told yet"), task.Answered: language.T("answered"), task.Thanked: language.T("thanked"), task.Met: language.T("met"), task.Introduced: language.T("introduced"),
		task.NoAnswer: language.T("no answer"), task.NotNeeded: language.T("not needed"),
	}[o]
}

// driftWords tell which way somebody was moving.
func driftWords(drift float64) language.Text {
	switch {
	case drift >= .5:
		return language.T("coming closer")
	case drift <= -.5:
		return language.T("drifting")
	}
	return language.T("steady")
}

// cameWords tell how somebody came since a task was made or done, and claim nothing
// of why.
func cameWords(c task.Came, done bool) language.Text {
	switch {
	case c.Days == 0 && done:
		return language.T("They have not come since it was done.")
	case c.Days == 0:
		return language.T("They have not come since it was made.")
	}
	var parts []language.Text
	for _, p := range []struct {
		n    int
		what language.Text
	}{
		{c.Alone, language.T("by themselves")},
		{c.Drawn, language.T("drawn by people")},
		{c.Prompted, language.T("prompted by us")},
		{c.Unknown, language.T("it is not known how")},
	} {
		switch {
		case p.n == c.Days && p.n > 1:
			parts = append(parts, language.T("each time %s", p.what))
		case p.n == c.Days:
			parts = append(parts, p.what)
		case p.n > 0:
			parts = append(parts, language.T("%d %s", p.n, p.what))
		}
	}
	how := language.Join(", ", parts...)
	if done {
		return language.N(c.Days, "They came on 1 day since it was done, %[2]s: %[3]s.", "They came on %d days since it was done, the first on %s: %s.", dayWords(c.First), how)
	}
	return language.N(c.Days, "They came on 1 day since it was made, %[2]s: %[3]s.", "They came on %d days since it was made, the first on %s: %s.", dayWords(c.First), how)
}

func daysWords(n int) language.Text { return language.N(n, "1 day", "%d days") }

// turnedWords tell which way somebody went between two days.
func turnedWords(from, to task.Orbit) language.Text {
	by := round(to.Closeness) - round(from.Closeness)
	switch task.Turned(from, to) {
	case task.Closer, task.Farther:
		return movedWords(by)
	}
	return language.T("about where they were")
}
