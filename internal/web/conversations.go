package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/language"
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
	talksOnPerson = 10
	snoozeDays    = 7
)

type talksPage struct {
	view.TalksPage
	Filter   view.TalkFilter
	Cursor   string
	Filters  []talkFilter
	Headline language.Text
	Waits    []waitRow
}

// talkFilter is one choice of the list.
type talkFilter struct {
	Key  view.TalkFilter
	Name language.Text
	N    int
}

// waitRow is one line of first answers against coming back.
type waitRow struct {
	Name      language.Text
	Came      conversation.Came
	Peer      conversation.Came
	Team      conversation.Came
	Low, High float64
}

func (s *server) conversations(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	filter, err := view.ParseTalkFilter(v.URL.Query().Get("show"))
	if err != nil {
		return err
	}
	q := view.TalksQuery{Planet: v.planet.ID, AsOf: v.asOf, Filter: filter, Account: v.account.ID, Cursor: v.URL.Query().Get("cursor"), Patience: patience}
	found, err := s.Backend.Conversations.Conversations(v.Context(), q)
	if err != nil {
		return err
	}
	p := talksPage{TalksPage: found, Filter: filter, Cursor: q.Cursor, Headline: talksHeadline(&found.Counts)}
	c := &found.Counts
	p.Filters = []talkFilter{
		{view.TalksWaiting, language.T("Somebody waits"), c.Us + c.Them},
		{view.TalksUs, language.T("Waiting on us"), c.Us},
		{view.TalksNew, language.T("Newcomers"), c.Newcomers},
		{view.TalksThem, language.T("Waiting on them"), c.Them},
		{view.TalksPeer, language.T("Answered by a peer"), c.Peer},
		{view.TalksMine, language.T("Mine"), c.Mine},
		{view.TalksDecided, language.T("Set aside"), c.Decided},
		{view.TalksResting, language.T("Resting"), c.Resting},
	}
	p.Waits = waitRows(&found.Answers)
	return s.render(w, v, http.StatusOK, "conversations", language.T("Conversations"), p)
}

// waitRows are the lines of first answers.
func waitRows(a *conversation.Answers) (list []waitRow) {
	for i := range conversation.Waits {
		row := waitRow{Name: language.OneOf(i, "within an hour", "within a day", "within three days", "within a week", "not within a week"), Came: a.All[i], Peer: a.Peer[i], Team: a.Team[i]}
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
func talksHeadline(c *view.TalkCounts) language.Text {
	switch {
	case c.Newcomers > 0:
		return language.N(c.Newcomers, "1 newcomer waits for a first answer", "%d newcomers wait for a first answer")
	case c.Us > 0:
		return language.N(c.Us, "1 conversation waits for us", "%d conversations wait for us")
	case c.Them > 0:
		return language.T("Nobody waits for us")
	}
	return language.T("Conversations")
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
	var said language.Text
	say := func(what conversation.Say, words language.Text) { d.Say, said = &what, words }
	switch v.PostForm.Get("do") {
	case "mine":
		d.Mine, said = true, language.T("It is yours.")
	case "nobody":
		d.Owner, said = &view.TalkOwner{}, language.T("Nobody sees to it for now.")
	case "assign":
		if d.Owner, err = talkOwner(v.PostForm.Get("owner")); err != nil {
			return err
		}
		said = language.T("Passed on.")
	case "done":
		say(conversation.Done, language.T("Done. It comes back when somebody writes again."))
	case "not_ours":
		say(conversation.NotOurs, language.T("Set aside: not ours to answer. It comes back when somebody writes again."))
	case "snooze":
		say(conversation.Snoozed, nil)
		if d.Until, err = snoozedUntil(v.PostForm.Get("until"), s.Clock()); err != nil {
			return err
		}
		said = language.T("Set aside until %s, or until somebody writes again.", dayWords(d.Until))
	case "open":
		say(conversation.Unsaid, language.T("It is open again."))
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
func talkTitle(t view.Talk) language.Text {
	if t.Title != "" {
		return language.Name(t.Title)
	}
	return language.T("Opened %s", language.Date(t.Opened, "2 January 2006"))
}

// talkState says how a conversation stands.
func talkState(t view.Talk) language.Text {
	switch t.Decided {
	case conversation.Done:
		return language.T("done")
	case conversation.NotOurs:
		return language.T("not ours to answer")
	case conversation.Snoozed:
		return language.T("set aside until %s", dayWords(t.Until))
	}
	switch t.State {
	case conversation.Open, conversation.WaitingOnUs:
		return language.T("waiting on us")
	case conversation.WaitingOnThem:
		return language.T("waiting on them")
	case conversation.Answered:
		return language.T("settled")
	case conversation.Resting:
		return language.T("resting")
	}
	return language.T("closed")
}

// span writes how long something lasted, in the largest unit that fits.
func span(d time.Duration) language.Text {
	switch {
	case d < time.Minute:
		return language.T("under a minute")
	case d < time.Hour:
		return language.N(int(d/time.Minute), "1 minute", "%d minutes")
	case d < 48*time.Hour:
		return language.N(int(d/time.Hour), "1 hour", "%d hours")
	case d < 120*24*time.Hour:
		return language.N(int(d/(24*time.Hour)), "1 day", "%d days")
	case d < 2*365*24*time.Hour:
		return language.N(int(d/(30*24*time.Hour)), "1 month", "%d months")
	}
	return language.N(int(d/(365*24*time.Hour)), "1 year", "%d years")
}

// actVerb says what somebody did in a conversation.
func actVerb(a view.TalkAct, first bool) language.Text {
	switch move := conversation.MoveOf(a.Kind); {
	case move == conversation.Closes:
		return language.T("closed it")
	case move == conversation.Reopens:
		return language.T("opened it again")
	case move == conversation.Reacts:
		return language.T("liked it")
	case move == conversation.Reviews:
		return language.T("reviewed")
	case first:
		return language.T("came with it")
	}
	return language.T("wrote")
}

// actWords says what an act of a conversation did, as far as its marks tell.
func actWords(a view.TalkAct) language.Text {
	var words []language.Text
	for _, m := range []struct {
		mark orrery.Gist
		word language.Text
	}{{orrery.Asks, language.T("asks")}, {orrery.Thanks, language.T("thanks")}, {orrery.Settles, language.T("says it is done")}, {orrery.Agrees, language.T("agrees")}, {orrery.Promises, language.T("promises")}} {
		if a.Gist.Has(m.mark) {
			words = append(words, m.word)
		}
	}
	return language.Join(", ", words...)
}
