package webtest

import (
	"context"
	"fmt"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// talking is World as web.Conversations: one conversation in each state, of its
// first people.
type talking World

var _ web.Conversations = (*talking)(nil)

// Thread is a conversation that the world has.
const Thread conversation.ThreadID = 0xa1

func (t *talking) all(planet orrery.PlanetID) (list []view.Talk, now time.Time) {
	w := (*World)(t)
	w.mu.Lock()
	defer w.mu.Unlock()
	now = w.Now()
	people := w.around(planet)
	if len(people) < 8 {
		return nil, now
	}
	titles := []string{"How do I true a wheel?", "Which oil for the chain", "The light went out", "A bell for my bike", "Mudguards", "My first ride"}
	states := []conversation.State{conversation.Open, conversation.Open, conversation.WaitingOnUs, conversation.WaitingOnThem, conversation.Resting, conversation.Answered}
	for i, title := range titles {
		who := people[i%len(people)].row
		if w.options.Hostile {
			title = "<script>alert(1)</script>" + title
		}
		one := view.Talk{
			Thread: Thread + conversation.ThreadID(i), Title: title, URL: "https://forum.example.org/t/" + fmt.Sprint(i), State: states[i], Place: "forum.topic.created",
			Opener: view.Who{ID: who.ID, Name: who.Name}, Opened: now.AddDate(0, 0, -i-2), Last: now.AddDate(0, 0, -i-1), Acts: i + 1, People: min(2, i+1),
			Newcomer: i == 0, Why: language.T("%[1]s asked %[2]s; nobody of us has answered.", who.Name, language.N(i+2, "1 day ago", "%d days ago")), Since: now.AddDate(0, 0, -i-2),
		}
		switch states[i] {
		case conversation.Open, conversation.WaitingOnUs:
			one.Turn, one.Waited = conversation.Us, now.Sub(one.Since)
		case conversation.WaitingOnThem:
			one.Turn, one.Waited = conversation.Them, now.Sub(one.Since)
		}
		if i > 1 {
			peer := people[7].row
			one.Answer = &view.TalkAnswer{Who: view.Who{ID: peer.ID, Name: peer.Name}, Team: i == 2, After: 5 * time.Hour}
		}
		one.Decided = w.decided[one.Thread]
		list = append(list, one)
	}
	return list, now
}

// Conversations implements web.Conversations.
func (t *talking) Conversations(_ context.Context, q view.TalksQuery) (view.TalksPage, error) {
	list, now := t.all(q.Planet)
	page := view.TalksPage{AsOf: orrery.DayOf(now), Now: now, Rest: 21 * 24 * time.Hour, Threads: len(list), There: true, Made: now, Of: len(list)}
	page.Answers.HorizonDays = 30
	if len(list) == 0 {
		return page, nil
	}
	page.Answered.Team, page.Answered.Peer, page.Answered.Nobody = 1, 3, 2
	page.Counts = view.TalkCounts{Newcomers: 1, Us: 3, Them: 1, Peer: 3, Resting: 1}
	for i := range conversation.Waits {
		page.Answers.All[i] = conversation.Came{People: 40 - 5*i, Back: 20 - 4*i}
		if i != conversation.Never {
			page.Answers.Peer[i] = conversation.Came{People: 30 - 5*i, Back: 15 - 3*i}
			page.Answers.Team[i] = conversation.Came{People: 10, Back: 5 - i}
		}
	}
	for _, one := range list {
		waits := one.Turn != conversation.Nobody && one.Decided == conversation.Unsaid
		switch q.Filter {
		case view.TalksUs:
			waits = waits && one.Turn == conversation.Us
		case view.TalksThem:
			waits = waits && one.Turn == conversation.Them
		case view.TalksDecided:
			waits = one.Decided != conversation.Unsaid
		case view.TalksResting:
			waits = one.State == conversation.Resting
		case view.TalksPeer:
			waits = one.Answer != nil && !one.Answer.Team
		case view.TalksMine:
			waits = false
		}
		if waits {
			page.List = append(page.List, one)
		}
	}
	return page, nil
}

// ConversationsOf implements web.Conversations.
func (t *talking) ConversationsOf(_ context.Context, planet orrery.PlanetID, id orrery.MemberID, _ orrery.Day, _ int, _ time.Duration) (list []view.Talk, err error) {
	every, _ := t.all(planet)
	for _, one := range every {
		if one.Opener.ID == id && one.Turn != conversation.Nobody {
			list = append(list, one)
		}
	}
	return list, nil
}

// Conversation implements web.Conversations.
func (t *talking) Conversation(_ context.Context, _ view.Account, planet orrery.PlanetID, id conversation.ThreadID, _ orrery.Day) (view.TalkThread, error) {
	every, now := t.all(planet)
	for _, one := range every {
		if one.Thread == id {
			out := view.TalkThread{Talk: one, Now: now, AsOf: orrery.DayOf(now), Owners: []view.TalkOwner{{Account: 1, Name: "steward@example.org"}}}
			out.Timeline = append(out.Timeline, view.TalkAct{Who: one.Opener, At: one.Opened, Kind: one.Place, Gist: orrery.Asks, URL: one.URL})
			if one.Answer != nil {
				out.Timeline = append(out.Timeline, view.TalkAct{Who: one.Answer.Who, At: one.Opened.Add(one.Answer.After), Kind: "forum.reply", Team: one.Answer.Team, To: []view.Who{one.Opener}})
			}
			return out, nil
		}
	}
	return view.TalkThread{}, orrery.Errorf(orrery.NotFound, "there is no conversation %s", id)
}

// Decide implements web.Conversations.
func (t *talking) Decide(_ context.Context, _ view.Account, _ orrery.PlanetID, id conversation.ThreadID, d view.TalkDecision) error {
	w := (*World)(t)
	w.mu.Lock()
	defer w.mu.Unlock()
	if d.Say != nil {
		if w.decided == nil {
			w.decided = map[conversation.ThreadID]conversation.Say{}
		}
		w.decided[id] = *d.Say
	}
	return nil
}
