package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/view"
)

// Conversations knows who waits for whom, and takes what people decide about it. An
// unknown conversation is NotFound.
type Conversations interface {
	// Conversations tells one page. There is false where they are being read.
	Conversations(ctx context.Context, q view.TalksQuery) (view.TalksPage, error)

	// ConversationsOf tells those that somebody opened and in which somebody waits.
	ConversationsOf(ctx context.Context, planet orrery.PlanetID, id orrery.MemberID, asOf orrery.Day, n int, patience time.Duration) ([]view.Talk, error)

	// Conversation tells one with the activities behind it, whatever became of it.
	Conversation(ctx context.Context, who view.Account, planet orrery.PlanetID, id conversation.ThreadID, asOf orrery.Day) (view.TalkThread, error)

	// Decide keeps a decision, which holds until the next act.
	Decide(ctx context.Context, who view.Account, planet orrery.PlanetID, id conversation.ThreadID, d view.TalkDecision) error
}

const (
	talksPatience = 300 * time.Millisecond
	talksOnPerson = 10
	snoozeDays    = 7
)

type talksPage struct {
	view.TalksPage
	Filter   view.TalkFilter
	Cursor   string
	Filters  []talkFilter
	Headline string
	Waits    []waitRow
}

// talkFilter is one choice of the list.
type talkFilter struct {
	Key  view.TalkFilter
	Name string
	N    int
}

// waitRow is one line of first answers against coming back.
type waitRow struct {
	Name      string
	Came      conversation.Came
	Peer      conversation.Came
	Team      conversation.Came
	Low, High float64
}

var waitNames = [conversation.Waits]string{"within an hour", "within a day", "within three days", "within a week", "not within a week"}

func (s *server) conversations(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	filter, err := view.ParseTalkFilter(v.URL.Query().Get("show"))
	if err != nil {
		return err
	}
	q := view.TalksQuery{Planet: v.planet.ID, AsOf: v.asOf, Filter: filter, Account: v.account.ID, Cursor: v.URL.Query().Get("cursor"), Patience: talksPatience}
	found, err := s.Backend.Conversations.Conversations(v.Context(), q)
	if err != nil {
		return err
	}
	p := talksPage{TalksPage: found, Filter: filter, Cursor: q.Cursor, Headline: talksHeadline(&found.Counts)}
	c := &found.Counts
	p.Filters = []talkFilter{
		{view.TalksWaiting, "Somebody waits", c.Us + c.Them},
		{view.TalksUs, "Waiting on us", c.Us},
		{view.TalksNew, "Newcomers", c.Newcomers},
		{view.TalksThem, "Waiting on them", c.Them},
		{view.TalksPeer, "Answered by a peer", c.Peer},
		{view.TalksMine, "Mine", c.Mine},
		{view.TalksDecided, "Set aside", c.Decided},
		{view.TalksResting, "Resting", c.Resting},
	}
	p.Waits = waitRows(&found.Answers)
	return s.render(w, v, http.StatusOK, "conversations", "Conversations", p)
}

// waitRows are the lines of first answers.
func waitRows(a *conversation.Answers) (list []waitRow) {
	for i, name := range waitNames {
		row := waitRow{Name: name, Came: a.All[i], Peer: a.Peer[i], Team: a.Team[i]}
		row.Low, row.High = row.Came.Between()
		list = append(list, row)
	}
	return list
}

// Compared tells whether any newcomer's first answer can be set against what came.
func (p talksPage) Compared() bool {
	for i := range p.Waits {
		if p.Waits[i].Came.People > 0 {
			return true
		}
	}
	return false
}

// talksHeadline says in words who waits.
func talksHeadline(c *view.TalkCounts) string {
	switch {
	case c.Newcomers > 0:
		return several(c.Newcomers, "newcomer") + wait(c.Newcomers) + " for a first answer"
	case c.Us > 0:
		return several(c.Us, "conversation") + wait(c.Us) + " for us"
	case c.Them > 0:
		return "Nobody waits for us"
	}
	return "Conversations"
}

func wait(n int) string {
	if n == 1 {
		return " waits"
	}
	return " wait"
}

func (s *server) conversation(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	id, err := conversation.ParseThread(v.PathValue("id"))
	if err != nil {
		return err
	}
	t, err := s.Backend.Conversations.Conversation(v.Context(), v.account, v.planet.ID, id, v.asOf)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "talk", talkTitle(t.Talk), t)
}

// decideTalk takes one decision about a conversation.
func (s *server) decideTalk(w http.ResponseWriter, v *visit) error {
	id, err := conversation.ParseThread(v.PathValue("id"))
	if err != nil {
		return err
	}
	back := local(v.PostForm.Get("back"), v.to("/conversations/"+id.String()))
	var d view.TalkDecision
	said := ""
	say := func(what conversation.Say, words string) { d.Say, said = &what, words }
	switch v.PostForm.Get("do") {
	case "mine":
		d.Mine, said = true, "It is yours."
	case "nobody":
		d.Owner, said = &view.TalkOwner{}, "Nobody sees to it for now."
	case "assign":
		if d.Owner, err = talkOwner(v.PostForm.Get("owner")); err != nil {
			return err
		}
		said = "Passed on."
	case "done":
		say(conversation.Done, "Done. It comes back when somebody writes again.")
	case "not_ours":
		say(conversation.NotOurs, "Set aside: not ours to answer. It comes back when somebody writes again.")
	case "snooze":
		say(conversation.Snoozed, "")
		if d.Until, err = snoozedUntil(v.PostForm.Get("until"), s.Clock()); err != nil {
			return err
		}
		said = "Set aside until " + dayWords(d.Until) + ", or until somebody writes again."
	case "open":
		say(conversation.Unsaid, "It is open again.")
	default:
		return orrery.Errorf(orrery.Invalid, "say what is to be done: go back and choose")
	}
	if err := s.Backend.Conversations.Decide(v.Context(), v.account, v.planet.ID, id, d); err != nil {
		return err
	}
	return s.done(w, v, back, "%s", said)
}

func snoozedUntil(text string, now time.Time) (orrery.Day, error) {
	if text == "" {
		return orrery.DayOf(now) + snoozeDays, nil
	}
	day, err := orrery.ParseDay(text)
	if err != nil {
		return 0, orrery.Errorf(orrery.Invalid, "%q is no day: write it like 2026-11-30", text)
	}
	return day, nil
}

// talkOwner reads who is to see to a conversation: "account:3" or "person:17".
func talkOwner(text string) (*view.TalkOwner, error) {
	kind, number, _ := strings.Cut(text, ":")
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n <= 0 || kind != "account" && kind != "person" {
		return nil, orrery.Errorf(orrery.Invalid, "choose who sees to it")
	}
	if kind == "account" {
		return &view.TalkOwner{Account: n}, nil
	}
	return &view.TalkOwner{Identity: orrery.IdentityID(n)}, nil
}

// talkTitle is what a conversation is called.
func talkTitle(t view.Talk) string {
	if t.Title != "" {
		return t.Title
	}
	return "Opened " + t.Opened.Format("2 January 2006")
}

// talkState says how a conversation stands.
func talkState(t view.Talk) string {
	switch t.Decided {
	case conversation.Done:
		return "done"
	case conversation.NotOurs:
		return "not ours to answer"
	case conversation.Snoozed:
		return "set aside until " + dayWords(t.Until)
	}
	switch t.State {
	case conversation.Open, conversation.WaitingOnUs:
		return "waiting on us"
	case conversation.WaitingOnThem:
		return "waiting on them"
	case conversation.Answered:
		return "settled"
	case conversation.Resting:
		return "resting"
	}
	return "closed"
}

// span writes how long something lasted, in the largest unit that fits.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "under a minute"
	case d < time.Hour:
		return several(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return several(int(d/time.Hour), "hour")
	case d < 120*24*time.Hour:
		return several(int(d/(24*time.Hour)), "day")
	case d < 2*365*24*time.Hour:
		return several(int(d/(30*24*time.Hour)), "month")
	}
	return several(int(d/(365*24*time.Hour)), "year")
}

// actVerb says what somebody did in a conversation.
func actVerb(a view.TalkAct, first bool) string {
	switch move := conversation.MoveOf(a.Kind); {
	case move == conversation.Closes:
		return "closed it"
	case move == conversation.Reopens:
		return "opened it again"
	case move == conversation.Reacts:
		return "liked it"
	case move == conversation.Reviews:
		return "reviewed"
	case first:
		return "came with it"
	}
	return "wrote"
}

// actWords says what an act of a conversation did, as far as its marks tell.
func actWords(a view.TalkAct) string {
	var words []string
	for _, m := range []struct {
		mark orrery.Gist
		word string
	}{{orrery.Asks, "asks"}, {orrery.Thanks, "thanks"}, {orrery.Settles, "says it is done"}, {orrery.Agrees, "agrees"}, {orrery.Promises, "promises"}} {
		if a.Gist.Has(m.mark) {
			words = append(words, m.word)
		}
	}
	return strings.Join(words, ", ")
}
