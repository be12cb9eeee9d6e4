package view

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/language"
)

// TalkLine is the shape of a conversation in JSON, for programs.
type TalkLine struct {
	ID       conversation.ThreadID `json:"id"`
	Planet   string                `json:"planet"`
	Title    string                `json:"title,omitempty"`
	URL      string                `json:"url,omitempty"`
	State    string                `json:"state"`
	Turn     string                `json:"turn"` // us, them, none
	Since    time.Time             `json:"since"`
	Waited   int64                 `json:"waited_seconds"`
	Why      language.Text         `json:"why"`
	Opener   orrery.MemberID       `json:"opener,omitempty"`
	Name     string                `json:"opener_name,omitempty"`
	Newcomer bool                  `json:"newcomer"`
	Opened   time.Time             `json:"opened"`
	Last     time.Time             `json:"last"`
	Acts     int                   `json:"acts"`
	People   int                   `json:"people"`
	Answer   *AnswerLine           `json:"first_answer,omitempty"`
	Decided  string                `json:"decided,omitempty"` // done, not_ours, snoozed
	AsOf     orrery.Day            `json:"as_of"`
}

// AnswerLine is a first answer in JSON.
type AnswerLine struct {
	By    orrery.MemberID `json:"by"`
	Team  bool            `json:"team"`
	After int64           `json:"after_seconds"`
}

// Lines returns the page's conversations as programs read them.
func (p *TalksPage) Lines(planet string) []TalkLine {
	lines := make([]TalkLine, 0, len(p.List))
	for i := range p.List {
		t := &p.List[i]
		line := TalkLine{
			ID: t.Thread, Planet: planet, Title: t.Title, URL: t.URL, State: t.State.String(), Turn: t.Turn.String(), Since: t.Since,
			Waited: int64(t.Waited.Seconds()), Why: t.Why, Opener: t.Opener.ID, Name: t.Opener.Name, Newcomer: t.Newcomer,
			Opened: t.Opened, Last: t.Last, Acts: t.Acts, People: t.People, Decided: t.Decided.String(), AsOf: p.AsOf,
		}
		if t.Answer != nil {
			line.Answer = &AnswerLine{t.Answer.ID, t.Answer.Team, int64(t.Answer.After.Seconds())}
		}
		lines = append(lines, line)
	}
	return lines
}
