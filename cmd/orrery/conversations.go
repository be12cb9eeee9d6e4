package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// talksDone ends the lines: how many there are, and first answers beside coming back.
type talksDone struct {
	Type          string     `json:"type"`
	Planet        string     `json:"planet"`
	Conversations int        `json:"conversations"`
	Us            int        `json:"waiting_on_us"`
	Them          int        `json:"waiting_on_them"`
	Newcomers     int        `json:"newcomers_unanswered"`
	Resting       int        `json:"resting"`
	Peer          int        `json:"first_answered_by_a_peer"`
	Team          int        `json:"first_answered_by_the_team"`
	Nobody        int        `json:"never_answered"`
	RestSeconds   int64      `json:"rest_seconds"`
	HorizonDays   int        `json:"horizon_days"`
	Association   []waitLine `json:"first_answer_and_coming_back"`
	AsOf          orrery.Day `json:"as_of"`
}

type waitLine struct {
	FirstAnswer string            `json:"first_answer"`
	All         conversation.Came `json:"all"`
	Peer        conversation.Came `json:"by_a_peer"`
	Team        conversation.Came `json:"by_the_team"`
	Low         float64           `json:"low"`
	High        float64           `json:"high"`
}

var waitKeys = [conversation.Waits]string{"within_an_hour", "within_a_day", "within_three_days", "within_a_week", "not_within_a_week"}

func (a *app) conversationsCommand() *cobra.Command {
	var waiting string
	limit := 50
	c := &cobra.Command{
		Use: "conversations", Short: "Who waits for whom?", Args: cobra.NoArgs,
		Long: `List the conversations in which somebody waits: newcomers without an answer first,
then who has waited longest for us, then who has us waiting. Each says why. With
--json a last line of type "done" counts all, and sets how soon newcomers were
answered beside how many came back: an association, no cause.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if waiting != "" && waiting != "us" && waiting != "them" {
				return orrery.Errorf(orrery.Invalid, "--waiting is us or them, not %q", waiting)
			}
			return a.around(cmd, func(p orrery.Planet, day orrery.Day, d *view.Desk) error {
				q := view.TalksQuery{Planet: p.ID, AsOf: day, Filter: view.TalkFilter(waiting), Limit: limit, Patience: study.Forever}
				if limit == 0 {
					q.Limit = math.MaxInt32
				}
				page, err := d.Conversations(cmd.Context(), q)
				if err != nil {
					return err
				}
				return a.printTalks(p, &page)
			})
		},
	}
	c.Flags().StringVar(&waiting, "waiting", "", "only those that wait on `us|them`")
	c.Flags().IntVar(&limit, "limit", limit, "conversations at most; 0: all")
	return c
}

func (a *app) printTalks(p orrery.Planet, page *view.TalksPage) error {
	if a.json {
		return a.lineTalks(p, page)
	}
	c := &page.Counts
	fmt.Fprintf(a.out, "%d conversations: %d wait on us (%d of newcomers without an answer), %d on them, %d rest.\n", page.Threads, c.Us, c.Newcomers, c.Them, c.Resting)
	t := table{head: []string{"waiting", "on", "conversation", "why"}}
	for i := range page.List {
		one := &page.List[i]
		title := one.Title
		if title == "" {
			title = "opened " + one.Opened.Format(time.DateOnly)
		}
		t.add(strconv.Itoa(int(one.Waited.Hours()/24))+" d", one.Turn.String(), clean(title, 44), clean(one.Why.String(), 90))
	}
	t.print(a.out)
	return nil
}

func (a *app) lineTalks(p orrery.Planet, page *view.TalksPage) error {
	for _, line := range page.Lines(p.Slug) {
		if err := a.line(line); err != nil {
			return err
		}
	}
	c := &page.Counts
	end := talksDone{
		Type: "done", Planet: p.Slug, Conversations: page.Threads, Us: c.Us, Them: c.Them, Newcomers: c.Newcomers, Resting: c.Resting,
		Peer: page.Answered.Peer, Team: page.Answered.Team, Nobody: page.Answered.Nobody, RestSeconds: int64(page.Rest.Seconds()),
		HorizonDays: page.Answers.HorizonDays, AsOf: page.AsOf,
	}
	for i, key := range waitKeys {
		all := page.Answers.All[i]
		low, high := all.Between()
		end.Association = append(end.Association, waitLine{key, all, page.Answers.Peer[i], page.Answers.Team[i], low, high})
	}
	return a.line(end)
}
