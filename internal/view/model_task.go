package view

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/task"
)

// TaskFilter says which tasks are asked for.
type TaskFilter string

// The filters.
const (
	TasksMine    TaskFilter = ""        // of whoever asks, neither done nor put off
	TasksAll     TaskFilter = "all"     // neither done nor put off
	TasksSnoozed TaskFilter = "snoozed" // put off
	TasksDone    TaskFilter = "done"
	TasksEvery   TaskFilter = "every" // whatever became of them
)

// TasksQuery asks for tasks of a planet.
type TasksQuery struct {
	Planet  orrery.PlanetID
	Show    TaskFilter
	Account int64           // whose own TasksMine are
	Person  orrery.MemberID // only those for this person; 0: for anybody
	Cursor  string
	Limit   int // at most; 0: all
}

// TasksPage is one page of a planet's tasks: what is due first, and of those that are
// done the newest first.
type TasksPage struct {
	Today  orrery.Day
	Counts TaskCounts
	List   []Task
	Of     int        // that fit the query
	Next   string     // cursor of the next page, or empty
	Person Someone    // of a query for one person
	Since  TasksSince // of those that are done
}

// TaskCounts are how many tasks there are of each kind.
type TaskCounts struct {
	Mine, All, Snoozed, Done int
	Overdue                  int // of All
	MineOverdue              int
	MineNow                  int // of Mine: due today, or overdue
}

// TasksSince is what became of the people of tasks that are done.
type TasksSince struct {
	Done    int // tasks whose rhythm is over since
	Came    int // of those: the person came since, within it
	Alone   int // and by themselves
	Closer  int // than when the task was done
	Farther int
}

// Task is a task as it stands.
type Task struct {
	Number  int64
	Kind    task.Kind
	State   task.State
	Who     Someone // with where they stand now; ID 0: not known any more
	With    Someone
	Thread  conversation.ThreadID // the conversation to answer; 0: none
	Text    string
	Because string
	Made    time.Time
	By      TaskOwner
	Owner   TaskOwner
	Mine    bool
	Due     orrery.Day
	Until   orrery.Day // of one that is put off
	Overdue bool
	Outcome task.Outcome
	Note    string
	Ended   time.Time
	EndedBy TaskOwner
	Began   task.Orbit
	Closed  task.Orbit // of one that is done
	Now     task.Orbit
	Came    task.Came // since it was done, or while it is not, since it was made
}

// TaskOwner is an account that sees to tasks; 0: nobody.
type TaskOwner struct {
	Account int64
	Name    string
}

// TaskStory is a task with what became of the person's orbit.
type TaskStory struct {
	Task
	Today  orrery.Day
	Line   []LinePoint // from some weeks before it was made until today
	Since  []Happening // what the person did since it was made, newest first, a few
	More   int         // and so many before those
	Owners []TaskOwner // who may see to it
}

// NewTask is a task that somebody asks for. Due 0 is this week.
type NewTask struct {
	Kind      task.Kind
	Who, With orrery.MemberID
	Thread    conversation.ThreadID
	Text      string
	Because   string
	Owner     int64
	Due       orrery.Day
}

// Encounter is that somebody of the team met a person.
type Encounter struct {
	Who    orrery.MemberID // 0: whom Email names
	Email  string
	Day    orrery.Day // 0: today
	Where  string
	About  string
	Origin orrery.Origin // whose idea it was; unknown where nobody says
	Once   string        // the same of two that were handed in twice
}
