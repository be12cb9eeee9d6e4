package view

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/task"
)

// TaskLine is the shape of a task in JSON, for programs.
type TaskLine struct {
	Number  int64                 `json:"task"`
	Planet  string                `json:"planet"`
	Kind    task.Kind             `json:"kind"`
	State   task.State            `json:"state"`
	Who     orrery.MemberID       `json:"person,omitempty"`
	Name    string                `json:"name,omitempty"`
	With    orrery.MemberID       `json:"with,omitempty"`
	Thread  conversation.ThreadID `json:"conversation,omitempty"`
	Text    string                `json:"text,omitempty"`
	Because string                `json:"because,omitempty"`
	Made    time.Time             `json:"made"`
	Owner   int64                 `json:"owner,omitempty"` // an account
	Due     orrery.Day            `json:"due"`
	Until   orrery.Day            `json:"until,omitzero"`
	Overdue bool                  `json:"overdue"`
	Outcome task.Outcome          `json:"outcome,omitempty"`
	Note    string                `json:"note,omitempty"`
	Done    time.Time             `json:"done,omitzero"`
	Began   OrbitLine             `json:"when_made"`
	Closed  *OrbitLine            `json:"when_done,omitempty"`
	Now     OrbitLine             `json:"now"`
	Since   CameLine              `json:"since"` // it was done, or made
}

// OrbitLine is where somebody stood, in JSON.
type OrbitLine struct {
	Day       orrery.Day   `json:"day,omitzero"`
	Closeness float64      `json:"closeness"`
	Level     orrery.Level `json:"level"`
	Drift     float64      `json:"drift"`
	Circle    string       `json:"circle,omitempty"`
	Last      orrery.Day   `json:"last_active,omitzero"`
}

// CameLine is on how many days somebody came, in JSON.
type CameLine struct {
	Days     int        `json:"days"`
	Alone    int        `json:"by_themselves"`
	Drawn    int        `json:"drawn_by_people"`
	Prompted int        `json:"prompted_by_us"`
	Unknown  int        `json:"not_known"`
	First    orrery.Day `json:"first,omitzero"`
	Last     orrery.Day `json:"last,omitzero"`
}

// Lines returns the page's tasks as programs read them.
func (p *TasksPage) Lines(planet string) []TaskLine {
	lines := make([]TaskLine, 0, len(p.List))
	for i := range p.List {
		t := &p.List[i]
		line := TaskLine{
			Number: t.Number, Planet: planet, Kind: t.Kind, State: t.State, Who: t.Who.ID, Name: t.Who.Name, With: t.With.ID, Thread: t.Thread, Text: t.Text, Because: t.Because,
			Made: t.Made, Owner: t.Owner.Account, Due: t.Due, Until: t.Until, Overdue: t.Overdue, Outcome: t.Outcome, Note: t.Note, Done: t.Ended,
			Began: OrbitLine(t.Began), Now: OrbitLine(t.Now), Since: CameLine(t.Came),
		}
		if t.State == task.Done {
			closed := OrbitLine(t.Closed)
			line.Closed = &closed
		}
		lines = append(lines, line)
	}
	return lines
}
