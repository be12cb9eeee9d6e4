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
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/study"
)

// talksVersion is raised whenever flow.Talks changes its shape or meaning, or the
// rules do.
const talksVersion = 1

func (d *Desk) talksStudy() study.Study {
	return study.Study{Name: "conversations", Version: talksVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		day, err := d.talkDay(ctx, p.ID, 0)
		if err != nil {
			return nil, err
		}
		return d.system.Talks(ctx, p, day)
	}}
}

func (d *Desk) talkDay(ctx context.Context, p orrery.PlanetID, wanted orrery.Day) (day orrery.Day, err error) {
	err = d.system.Read(ctx, func(st *flow.State) error {
		day, _ = d.day(st, p, wanted)
		return nil
	})
	return day, err
}

// talks returns a planet's conversations: what was read last, at once or after so
// much patience at most. As of a day in the past they are read at once.
func (d *Desk) talks(ctx context.Context, p orrery.Planet, asOf orrery.Day, patience time.Duration) (study.Result[flow.Talks], error) {
	if asOf == 0 {
		return study.Get[flow.Talks](ctx, d.shelf, "conversations", p, patience)
	}
	r, err := d.pastTalks.get(ctx, d, dayMark{p, asOf}, study.Forever, func(ctx context.Context) (*flow.Talks, error) { return d.system.Talks(ctx, p, asOf) })
	if err != nil {
		return study.Result[flow.Talks]{}, err
	}
	return study.Result[flow.Talks]{Value: *r.Value, There: true, Current: true}, nil
}

// Conversations tells one page of a planet's conversations: who waits, newcomers
// without an answer before all.
func (d *Desk) Conversations(ctx context.Context, q TalksQuery) (TalksPage, error) {
	p, err := d.planetByID(q.Planet)
	if err != nil {
		return TalksPage{}, err
	}
	r, err := d.talks(ctx, p, q.AsOf, q.Patience)
	if err != nil || !r.There {
		return TalksPage{Making: r.Making}, err
	}
	t := &r.Value
	page := TalksPage{
		AsOf: orrery.DayOf(t.AsOf), Now: t.AsOf, Rest: t.Rest, Threads: t.Threads, Answers: t.Answers, There: true, Making: r.Making, Made: r.Made,
	}
	page.Answered.Peer, page.Answered.Team, page.Answered.Nobody = t.Peer, t.Team, t.Nobody
	decided, err := d.system.TalkDecisions(ctx, p.ID)
	if err != nil {
		return page, err
	}
	page.Counts.Resting = t.States[conversation.Resting]
	var fits []Talk
	for i := range t.List {
		one := d.talk(&t.List[i], decided[t.List[i].Thread], &page, q.Account)
		page.Counts.add(&one)
		if one.fits(&q) {
			fits = append(fits, one)
		}
	}
	start := 0
	if q.Cursor != "" {
		if start, err = strconv.Atoi(q.Cursor); err != nil || start < 0 {
			return page, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	limit := cmp.Or(q.Limit, TalksShown)
	page.Of = len(fits)
	start = min(start, len(fits))
	page.List = fits[start:min(start+limit, len(fits))]
	if start+limit < len(fits) {
		page.Next = strconv.Itoa(start + limit)
	}
	return page, d.tellTalks(ctx, page.List, page.Now)
}

// ConversationsOf tells the conversations that somebody opened and in which somebody
// waits, and those that they wait in, at most so many.
func (d *Desk) ConversationsOf(ctx context.Context, planet orrery.PlanetID, id orrery.MemberID, asOf orrery.Day, n int, patience time.Duration) ([]Talk, error) {
	page, err := d.Conversations(ctx, TalksQuery{Planet: planet, AsOf: asOf, Filter: talksOfPerson, Limit: n, Patience: patience, opener: id})
	return page.List, err
}

func (d *Desk) talk(t *flow.Talk, decision *conversation.Decision, page *TalksPage, account int64) Talk {
	one := Talk{
		Thread: t.Thread, State: t.State, Turn: t.Turn, Since: t.Since, Opened: t.Opened, Last: t.Last, Acts: t.Acts, People: t.People,
		Newcomer: t.Newcomer, Opener: Who{ID: t.Opener}, Waited: t.Waited(page.Now), talk: t,
	}
	if t.Answer.By != 0 {
		one.Answer = &TalkAnswer{Who{ID: t.Answer.By}, t.Answer.Team, t.Answer.After}
	}
	one.decide(decision, page.AsOf, account)
	return one
}

func (t *Talk) decide(decision *conversation.Decision, today orrery.Day, account int64) {
	if decision == nil {
		return
	}
	t.Decided, t.Until = decision.Holds(t.Last, today), decision.Until
	t.Mine = account != 0 && decision.OwnerAccount == account
	t.owner = orrery.MemberID(decision.Owner)
	if decision.OwnerAccount != 0 {
		t.Owner = fmt.Sprintf("account %d", decision.OwnerAccount) // the door knows its address
	}
	t.ownerAccount = decision.OwnerAccount
}

// waits tells whether somebody waits, and nobody said that they need not.
func (t *Talk) waits() bool {
	return t.Decided == conversation.Unsaid && (t.State == conversation.Open || t.State == conversation.WaitingOnUs || t.State == conversation.WaitingOnThem)
}

func (c *TalkCounts) add(t *Talk) {
	switch {
	case t.Decided != conversation.Unsaid:
		c.Decided++
	case t.waits() && t.Turn == conversation.Us:
		c.Us++
		if t.Newcomer && t.Answer == nil {
			c.Newcomers++
		}
	case t.waits():
		c.Them++
	}
	if t.byPeer() && t.State != conversation.Resting {
		c.Peer++
	}
	if t.Mine && t.Decided == conversation.Unsaid && t.State != conversation.Resting {
		c.Mine++
	}
}

func (t *Talk) byPeer() bool { return t.Answer != nil && !t.Answer.Team }

func (t *Talk) fits(q *TalksQuery) bool {
	switch q.Filter {
	case TalksUs:
		return t.waits() && t.Turn == conversation.Us
	case TalksNew, TalksKnown:
		return t.waits() && t.Turn == conversation.Us && (t.Newcomer && t.Answer == nil) == (q.Filter == TalksNew)
	case TalksThem:
		return t.waits() && t.Turn == conversation.Them
	case TalksPeer:
		return t.byPeer() && t.State != conversation.Resting
	case TalksMine:
		return t.Mine && t.Decided == conversation.Unsaid && t.State != conversation.Resting
	case TalksResting:
		return t.State == conversation.Resting
	case TalksDecided:
		return t.Decided != conversation.Unsaid
	case talksOfPerson:
		return t.waits() && t.Opener.ID == q.opener
	}
	return t.waits()
}

// ParseTalkFilter reads a filter's name.
func ParseTalkFilter(text string) (TalkFilter, error) {
	switch f := TalkFilter(text); f {
	case TalksWaiting, TalksUs, TalksNew, TalksKnown, TalksThem, TalksPeer, TalksMine, TalksResting, TalksDecided:
		return f, nil
	}
	return "", orrery.Errorf(orrery.Invalid, "%q is no choice of conversations: there are us, newcomers, known, them, peer, mine, resting and decided", text)
}

// tellTalks adds names, titles and reasons in words.
func (d *Desk) tellTalks(ctx context.Context, list []Talk, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	wanted := map[orrery.MemberID]bool{}
	rows := make([]flow.TalkRow, 0, 2*len(list))
	for i := range list {
		t := &list[i]
		for _, m := range []orrery.MemberID{t.Opener.ID, t.talk.By, t.owner} {
			wanted[m] = m != 0
		}
		if t.Answer != nil {
			wanted[t.Answer.ID] = true
		}
		rows = append(rows, t.talk.Rows[0], t.talk.Rows[len(t.talk.Rows)-1])
	}
	delete(wanted, 0)
	var names map[orrery.MemberID]string
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		names = g.Names(wanted)
		return nil
	})
	if err != nil {
		return err
	}
	cold, err := d.system.Openings(ctx, rows)
	if err != nil {
		return err
	}
	for i := range list {
		t := &list[i]
		first, newest := &cold[2*i], &cold[2*i+1]
		t.Title, t.URL = cmp.Or(first.ObjectTitle, newest.ObjectTitle), webAddress(cmp.Or(first.ObjectURL, newest.ObjectURL))
		t.Opener.Name = names[t.Opener.ID]
		if t.Answer != nil {
			t.Answer.Name = names[t.Answer.ID]
		}
		if t.owner != 0 {
			t.Owner = names[t.owner]
		}
		t.Why = talkWhy(t.talk, names[t.talk.By], now)
	}
	return nil
}

// webAddress returns an address that may be linked to, or nothing.
func webAddress(address string) string {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		return address
	}
	return ""
}

// talkWhy says in words whose turn it is.
func talkWhy(t *flow.Talk, who string, now time.Time) language.Text {
	why := strings.NewReplacer("%", "%%", "{who}", "%[1]s", "{ago}", "%[2]s").Replace(t.Rule.Why())
	return language.T(why, who, agoWords(now.Sub(t.Since)))
}

// agoWords writes how long ago something was: "just now", "3 hours ago", "5 days
// ago", "4 months ago".
func agoWords(d time.Duration) language.Text {
	n := int(d / (24 * time.Hour))
	switch {
	case d < time.Minute:
		return language.T("just now")
	case d < time.Hour:
		return language.N(int(d/time.Minute), "1 minute ago", "%d minutes ago")
	case d < 48*time.Hour:
		return language.N(int(d/time.Hour), "1 hour ago", "%d hours ago")
	case n >= 730:
		return language.N(n/365, "1 year ago", "%d years ago")
	case n >= 90:
		return language.N(n/30, "1 month ago", "%d months ago")
	}
	return language.N(n, "1 day ago", "%d days ago")
}

// Conversation tells one conversation with the activities behind it, whatever became
// of it.
func (d *Desk) Conversation(ctx context.Context, planet orrery.PlanetID, id conversation.ThreadID, asOf orrery.Day) (TalkThread, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return TalkThread{}, err
	}
	r, err := d.talks(ctx, p, asOf, 0)
	if err != nil {
		return TalkThread{}, err
	}
	var t *flow.Talk
	if at := slices.IndexFunc(r.Value.List, func(t flow.Talk) bool { return t.Thread == id }); at >= 0 && r.Current {
		t = &r.Value.List[at]
	} else {
		day, err := d.talkDay(ctx, p.ID, asOf)
		if err != nil {
			return TalkThread{}, err
		}
		rest := cmp.Or(r.Value.Rest, conversation.RestLeast)
		if t, err = d.system.Talk(ctx, p, id, day, rest); err != nil {
			return TalkThread{}, err
		}
	}
	return d.talkThread(ctx, p, t, asOf)
}

func (d *Desk) talkThread(ctx context.Context, p orrery.Planet, t *flow.Talk, asOf orrery.Day) (TalkThread, error) {
	out := TalkThread{Left: max(0, t.Acts-len(t.Rows))}
	day, err := d.talkDay(ctx, p.ID, asOf)
	if err != nil {
		return out, err
	}
	out.AsOf = day
	if out.Now = (day + 1).Time(); out.Now.After(d.system.Clock()) {
		out.Now = d.system.Clock()
	}
	decided, err := d.system.TalkDecisions(ctx, p.ID)
	if err != nil {
		return out, err
	}
	out.Talk = d.talk(t, decided[t.Thread], &TalksPage{Now: out.Now, AsOf: day}, 0)
	one := []Talk{out.Talk}
	if err := d.tellTalks(ctx, one, out.Now); err != nil {
		return out, err
	}
	out.Talk = one[0]
	done, err := d.system.TellRows(ctx, t.Thread, t.Rows)
	if err != nil {
		return out, err
	}
	return out, d.talkTimeline(ctx, done, &out)
}

func (d *Desk) talkTimeline(ctx context.Context, done []flow.Done, out *TalkThread) error {
	return d.system.Graph(ctx, func(g *identity.Graph) error {
		wanted := map[orrery.MemberID]bool{}
		others := g.Others()
		who := func(a orrery.Actor) orrery.MemberID {
			id, _ := g.Find(orrery.Key{Namespace: a.Namespace, Type: a.Type, Value: a.Value})
			m, _ := g.MemberOf(id)
			return m
		}
		for i := range done {
			a := &done[i]
			m, _ := g.MemberOf(a.Identity)
			act := TalkAct{Who: Who{ID: m}, At: a.At, Kind: a.Kind, Team: others[m] == orrery.Teammate, Gist: a.Gist, URL: webAddress(a.Object.URL), Way: a.Rule.Strategy}
			for _, to := range a.To {
				if m := who(to); m != 0 {
					act.To = append(act.To, Who{ID: m})
					wanted[m] = true
				}
			}
			wanted[m] = true
			out.Timeline = append(out.Timeline, act)
			if act.Team && !slices.ContainsFunc(out.Owners, func(o TalkOwner) bool { return orrery.MemberID(o.Identity) == m }) {
				out.Owners = append(out.Owners, TalkOwner{Identity: orrery.IdentityID(m)})
			}
		}
		names := g.Names(wanted)
		for i := range out.Timeline {
			act := &out.Timeline[i]
			act.Name = names[act.ID]
			for j := range act.To {
				act.To[j].Name = names[act.To[j].ID]
			}
		}
		for i := range out.Owners {
			out.Owners[i].Name = names[orrery.MemberID(out.Owners[i].Identity)]
		}
		return nil
	})
}
