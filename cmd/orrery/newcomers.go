package main

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/newcomer"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func (a *app) newcomersCommand() *cobra.Command {
	q := view.NewcomersQuery{Patience: study.Forever}
	var asCSV, waiting bool
	c := &cobra.Command{
		Use: "newcomers", Short: "First activity, first answer, second day, return: by cohort", Args: cobra.NoArgs,
		Long: `Follow those who came for the first time: was what they said answered, and how soon;
did they act on a second day within 30; did they return after that by themselves. A
step is told only of those whose time for it is over, with the interval that holds
the share in 90 of 100 cases, and of ten people or more. With --json each cohort is
a line, then all together, then first answers beside acting again: an association,
no cause.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.around(cmd, func(p orrery.Planet, day orrery.Day, desk *view.Desk) error {
				q.Planet, q.AsOf = p.ID, day
				if waiting {
					list, err := desk.NewcomersList(cmd.Context(), view.NewcomersListQuery{NewcomersQuery: q, Step: view.StepWaiting})
					if err != nil {
						return err
					}
					return a.printUnanswered(p, &list)
				}
				n, err := desk.Newcomers(cmd.Context(), q)
				if err != nil {
					return err
				}
				switch {
				case asCSV:
					out := csv.NewWriter(a.out)
					if err := out.Write(view.NewcomersHead); err != nil {
						return err
					}
					return out.WriteAll(n.Table())
				case a.json:
					return a.lineNewcomers(p, &n)
				}
				a.printNewcomers(p, &n)
				return nil
			})
		},
	}
	c.Flags().StringVar(&q.By, "by", "", "tell them by "+strings.Join(view.NewcomersBy, "|")+"; else by week, or by month where few come")
	c.Flags().IntVar(&q.Weeks, "weeks", view.NewcomersWeeks, "who came first in the last so many `weeks`")
	c.Flags().BoolVar(&asCSV, "csv", false, "print a table for spreadsheets")
	c.Flags().BoolVar(&waiting, "unanswered", false, "list who waits for a first answer")
	return c
}

// stepLine is a step of a cohort, for programs. Bounds are left out where fewer than
// ten people stand behind the share.
type stepLine struct {
	Known int      `json:"known"`
	Done  int      `json:"done"`
	Young int      `json:"not_over_yet"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
}

// cohortLine is a cohort of newcomers, for programs.
type cohortLine struct {
	Type     string     `json:"type"` // cohort or all
	Planet   string     `json:"planet"`
	By       string     `json:"by,omitempty"`
	Cohort   string     `json:"cohort,omitempty"`
	Name     string     `json:"name,omitempty"`
	From     orrery.Day `json:"from,omitzero"`
	Until    orrery.Day `json:"until,omitzero"`
	Came     int        `json:"came"`
	Asked    stepLine   `json:"asked"`
	Answered stepLine   `json:"answered"`
	Second   stepLine   `json:"second_day"`
	Returned stepLine   `json:"returned"`
	Half     *float64   `json:"half_answered_within_seconds,omitempty"`
	Most     *float64   `json:"nine_in_ten_answered_within_seconds,omitempty"`
}

func cohortLineOf(kind, planet string, t *newcomer.Tally) cohortLine {
	step := func(s newcomer.Step) stepLine {
		c := t.Of(s)
		l := stepLine{Known: c.Known, Done: c.Done, Young: c.Young}
		if c.Tells() {
			low, high := c.Between()
			l.Low, l.High = &low, &high
		}
		return l
	}
	l := cohortLine{
		Type: kind, Planet: planet, Came: t.Came,
		Asked: step(newcomer.Asked), Answered: step(newcomer.Answered), Second: step(newcomer.Second), Returned: step(newcomer.Returned),
	}
	if t.Times() {
		half, most := t.Half.Seconds(), t.Most.Seconds()
		l.Half, l.Most = &half, &most
	}
	return l
}

// answeredLine sets a first answer beside acting again, for programs.
type answeredLine struct {
	Type        string            `json:"type"` // first_answer
	Planet      string            `json:"planet"`
	FirstAnswer string            `json:"first_answer"`
	All         conversation.Came `json:"all"`
	Low         float64           `json:"low"`
	High        float64           `json:"high"`
}

func (a *app) lineNewcomers(p orrery.Planet, n *view.Newcomers) error {
	for i := range n.Cohorts {
		c := &n.Cohorts[i]
		l := cohortLineOf("cohort", p.Slug, &c.Tally)
		l.By, l.Cohort, l.Name, l.From, l.Until = n.By, c.Key, c.Name, c.From, c.Until
		if err := a.line(l); err != nil {
			return err
		}
	}
	l := cohortLineOf("all", p.Slug, &n.All)
	l.From, l.Until = n.From, n.AsOf
	if err := a.line(l); err != nil {
		return err
	}
	for i, key := range waitKeys {
		low, high := n.Answers.All[i].Between()
		if err := a.line(answeredLine{"first_answer", p.Slug, key, n.Answers.All[i], low, high}); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printNewcomers(p orrery.Planet, n *view.Newcomers) {
	fmt.Fprintf(a.out, "%s as of %v: %s came for the first time since %v.\n\n", p.Slug, n.AsOf, things(int64(n.All.Came), "person", "people"), n.From)
	t := table{head: []string{n.By, "came", "answered", "half within", "nine in ten", "second day", "returned"}}
	add := func(name string, of *newcomer.Tally) {
		half, most := "–", "–"
		if of.Times() {
			half, most = shortSpan(of.Half), shortSpan(of.Most)
		}
		t.add(clean(name, 30), count(int64(of.Came)), stepWords(of.Of(newcomer.Answered)), half, most, stepWords(of.Of(newcomer.Second)), stepWords(of.Of(newcomer.Returned)))
	}
	for i := range n.Cohorts {
		c := &n.Cohorts[i]
		name := c.Name
		if n.By == "week" {
			name = c.Key
		}
		add(name, &c.Tally)
	}
	add("all", &n.All)
	t.print(a.out)
	fmt.Fprintf(a.out, "\nEach share of those whose time for the step is over, with its interval; no share of fewer than %d.\nAnswered: of those who said something that can be answered. Returned: in the %d days after the first 30.\n", newcomer.LeastCell, n.Later)
	if n.UnansweredN > 0 {
		fmt.Fprintf(a.out, "%s for a first answer: orrery newcomers --unanswered\n", things(int64(n.UnansweredN), "newcomer waits", "newcomers wait"))
	}
}

// stepWords writes a share with its interval, or why there is none.
func stepWords(c newcomer.Cell) string {
	switch {
	case c.TooYoung():
		return "not over yet"
	case c.Known == 0:
		return "–"
	case !c.Tells():
		return fmt.Sprintf("%d of %d", c.Done, c.Known)
	}
	low, high := c.Between()
	return fmt.Sprintf("%.0f%% [%.0f–%.0f] of %d", 100*c.Share(), 100*low, 100*high, c.Known)
}

// shortSpan writes a time in its largest unit: 5 h.
func shortSpan(d time.Duration) string {
	switch {
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + " d"
}

// unansweredLine is somebody without a first answer, for programs.
type unansweredLine struct {
	Type         string          `json:"type"` // unanswered
	Planet       string          `json:"planet"`
	ID           orrery.MemberID `json:"id"`
	Name         string          `json:"name"`
	Asked        time.Time       `json:"asked"`
	Waited       int64           `json:"waited_seconds"`
	Conversation string          `json:"conversation,omitempty"`
	Title        string          `json:"title,omitempty"`
}

func (a *app) printUnanswered(p orrery.Planet, list *view.NewcomersList) error {
	t := table{head: []string{"id", "name", "waited", "what"}}
	for i := range list.People {
		r := &list.People[i]
		if a.json {
			l := unansweredLine{Type: "unanswered", Planet: p.Slug, ID: r.Member, Name: r.Name, Asked: time.Unix(r.Asked, 0).UTC(), Waited: int64(r.Waited.Seconds()), Title: r.Title}
			if r.Conv != 0 {
				l.Conversation = r.Conv.String()
			}
			if err := a.line(l); err != nil {
				return err
			}
			continue
		}
		t.add(strconv.Itoa(int(r.Member)), clean(r.Name, 30), shortSpan(r.Waited), clean(r.Title, 60))
	}
	switch {
	case a.json:
	case len(t.rows) == 0:
		fmt.Fprintln(a.out, "No newcomer waits for a first answer.")
	default:
		t.print(a.out)
	}
	return nil
}
