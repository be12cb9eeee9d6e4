package flow_test

import (
	"fmt"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/origin"
)

// month is what forty people did in 60 days around a planet: a post a day and
// person, in conversations of five; each tenth after a campaign's token, each
// seventh of known origin; and two messages of ours.
func month() []told {
	begin := now.Add(-60 * 24 * time.Hour)
	actor := func(who int) orrery.Actor { return orrery.Actor{Type: "login", Value: fmt.Sprint("p", who)} }
	var list []told
	for day := range 60 {
		for who := range 40 {
			a := orrery.Activity{
				ExternalID: fmt.Sprintf("post-%d-%d", day, who), Kind: "forum.post", Actor: actor(who), Thread: fmt.Sprintf("t%d-%d", day/3, who/5),
				At: begin.Add(time.Duration(day)*24*time.Hour + time.Duration(17*who%23)*time.Hour + time.Duration(who)*time.Minute),
			}
			if n := day + who; n%10 == 0 {
				a.PromptedBy = "spring"
			} else if n%7 == 0 {
				a.Origin = orrery.Unprompted
			}
			list = append(list, told{activity: a})
		}
	}
	for n, day := range []int{20, 40} {
		for who := range 20 {
			list = append(list, told{activity: orrery.Activity{
				ExternalID: fmt.Sprintf("sent-%d-%d", n, who), Kind: "newsletter.email.sent", Actor: orrery.Actor{Type: "login", Value: "desk"},
				To: []orrery.Actor{actor(who)}, At: begin.Add(time.Duration(day) * 24 * time.Hour),
			}})
		}
	}
	return list
}

func TestWhatBroughtPeopleIsReadFromTheJournal(t *testing.T) {
	t.Parallel()
	s := openWith(t, t.TempDir(), "origin")
	if _, err := s.Import(t.Context(), &script{name: "forum", tells: month()}, flow.ImportPlan{}); err != nil {
		t.Fatal(err)
	}
	planet, err := s.Planet("origin")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(q flow.SharesQuery) *flow.Brought {
		t.Helper()
		q.Planet, q.Config = planet, origin.Config{Placebos: 2}
		b, err := s.Brought(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}

	b := ask(flow.SharesQuery{Groups: 2, GroupsOf: func(m orrery.MemberID) []int { return []int{int(m % 2)} }})
	const posts, tokens = 60 * 40, 60 * 40 / 10
	if b.All.Activities != posts || b.All.People != 40 || !b.Recorded || !b.Estimated {
		t.Errorf("got %d activities of %d people (recorded %v, estimated %v: %s), want %d of 40, both", b.All.Activities, b.All.People, b.Recorded, b.Estimated, b.Why, posts)
	}
	if got, want := b.All.Prompted.Observed, float64(tokens)/posts; got != want {
		t.Errorf("sources told of %.4f that it was prompted, want %.4f: a campaign's token says so", got, want)
	}
	if len(b.Sent) != 2 || b.Sent[0].Deliveries != 20 {
		t.Errorf("got the sendings %+v, want two to 20 people", b.Sent)
	}
	if b.Groups[0].Activities+b.Groups[1].Activities != posts {
		t.Errorf("groups of %d and %d activities, want %d in all", b.Groups[0].Activities, b.Groups[1].Activities, posts)
	}
	if b.Follows.Posts != posts || b.Follows.Followed == 0 || b.Follows.Followed == posts {
		t.Errorf("got %+v, want all posts in a conversation and some of them following", b.Follows)
	}
	if n := len(b.Behind[orrery.Prompted]); n != 40 {
		t.Errorf("%d people stand behind what was prompted, want 40", n)
	}

	if week := ask(flow.SharesQuery{Days: 7}); week.All.Activities >= posts/7 || week.All.Activities == 0 || week.Until-week.Since != 6 {
		t.Errorf("a week holds %d activities from %v to %v", week.All.Activities, week.Since, week.Until)
	}
	if early := ask(flow.SharesQuery{AsOf: b.Since + 20}); early.Until != b.Since+20 || early.Estimated || early.Why == "" {
		t.Errorf("as of three weeks in: until %v, estimated %v", early.Until, early.Estimated)
	}
	if nothing := ask(flow.SharesQuery{AsOf: b.Since - 9}); nothing.All.Activities != 0 {
		t.Errorf("before anything happened there are %d activities", nothing.All.Activities)
	}
}
