package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// samplePurposes are what the people of the sample do together.
func samplePurposes(world *simulate.World) (list []flow.SamplePurpose) {
	for _, p := range world.Purposes {
		one := flow.SamplePurpose{
			Purpose:  purpose.Purpose{Slug: p.Slug, Title: p.Name, Statement: p.Statement, Ask: p.Ask, Public: true},
			Measures: p.Measures, Updates: p.Updates,
		}
		for _, i := range p.Planets {
			one.Planets = append(one.Planets, world.Planets[i].Slug)
		}
		for _, i := range p.Partners {
			one.Partners = append(one.Partners, world.Partners[i].Slug)
		}
		list = append(list, one)
	}
	return list
}

func (a *app) purposesCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "purposes", Short: "What people do together, why, and how far it is", Args: cobra.NoArgs,
		Long: `A purpose is a why that people and brands share. Its measures count what
activities bring; each is written on a line:

  count over marked target 1000 by 2027-06-30
  sum hours over kind=hours.volunteered target 500 by 2027-06-30
  people over way=contribution and tag="field day" or space=recording target 200 by 2027-01-01

Conditions are marked (by the source, with this purpose), kind=, way=, tag=,
space=TYPE/PREFIX and planet=; "and" joins them, "or" sets alternatives, commas
separate values of which one is enough. Money is in its major unit: sum EUR.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := a.day()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), true, func(_ *flow.System, desk *view.Desk) error {
				list, err := desk.Purposes(cmd.Context(), day, study.Forever)
				if err != nil {
					return err
				}
				return a.printPurposes(list)
			})
		},
	}
	c.AddCommand(a.purposesShowCommand(), a.purposesAddCommand(), a.purposesEditCommand(), a.purposesCloseCommand())
	c.AddCommand(a.purposesPublishCommands()...)
	return c
}

// purposeJSON is the shape of a purpose in JSON.
type purposeJSON struct {
	Slug      string        `json:"slug"`
	Title     string        `json:"title"`
	Statement string        `json:"statement"`
	Owner     string        `json:"owner,omitempty"`
	Ask       string        `json:"asked_now,omitempty"`
	Planets   []string      `json:"planets"`
	Partners  []string      `json:"partners"`
	Public    bool          `json:"public"`
	Closed    *time.Time    `json:"closed,omitempty"`
	Version   int64         `json:"version"`
	AsOf      orrery.Day    `json:"as_of"`
	People    int           `json:"people"`
	Measures  []measureJSON `json:"measures"`
	Givers    []giverJSON   `json:"givers,omitempty"` // of `show` alone
}

type measureJSON struct {
	Measure    string          `json:"measure"`
	Unit       string          `json:"unit"`
	Value      float64         `json:"value"`
	Target     float64         `json:"target"`
	Expected   float64         `json:"expected"`
	Gap        float64         `json:"gap"`
	Slack      float64         `json:"slack"`
	Line       string          `json:"line"`
	Verdict    purpose.Verdict `json:"verdict"`
	ReachedOn  *orrery.Day     `json:"reached_on,omitempty"`
	Pace       *paceJSON       `json:"pace,omitempty"`
	Activities int             `json:"activities"`
	People     int             `json:"people"`
}

// paceJSON is when the target would be reached; none where that is never.
type paceJSON struct {
	Weeks   int         `json:"weeks"`
	PerWeek float64     `json:"per_week"`
	On      *orrery.Day `json:"on"`
	Soonest *orrery.Day `json:"soonest"`
	Latest  *orrery.Day `json:"latest"`
}

type giverJSON struct {
	ID         orrery.MemberID `json:"id"`
	Name       string          `json:"name"`
	Amounts    []float64       `json:"amounts"`
	Activities int             `json:"activities"`
	First      orrery.Day      `json:"first"`
	Last       orrery.Day      `json:"last"`
}

func orNone(d orrery.Day) *orrery.Day {
	if d == 0 {
		return nil
	}
	return &d
}

func newPurposeJSON(p *view.Purpose) purposeJSON {
	line := purposeJSON{
		Slug: p.Slug, Title: p.Name(), Statement: p.Statement, Owner: p.Owner, Ask: p.Ask, Planets: []string{}, Partners: append([]string{}, p.Partners...),
		Public: p.Public, Version: p.Version, AsOf: p.AsOf, People: p.People, Measures: []measureJSON{},
	}
	if !p.Closed.IsZero() {
		line.Closed = &p.Closed
	}
	for _, b := range p.Brands {
		line.Planets = append(line.Planets, b.Name)
	}
	for i := range p.Progress {
		one := &p.Progress[i]
		m := one.Measure
		j := measureJSON{
			Measure: m.String(), Unit: m.Noun(), Value: m.Value(one.Value), Target: m.Value(m.Target), Expected: m.Value(one.Expected), Gap: m.Value(one.Gap),
			Slack: m.Value(one.Slack), Line: "straight", Verdict: one.Verdict, Activities: one.Activities, People: one.People,
		}
		if one.Line.Seasonal {
			j.Line = "seasonal"
		}
		if one.Verdict == purpose.Reached {
			j.ReachedOn = orNone(one.ReachedOn)
		} else if one.Pace.Weeks > 0 {
			j.Pace = &paceJSON{one.Pace.Weeks, m.Value(purpose.Amount(one.Pace.PerWeek)), orNone(one.Pace.On), orNone(one.Pace.Soon), orNone(one.Pace.Late)}
		}
		line.Measures = append(line.Measures, j)
	}
	return line
}

func (a *app) printPurposes(list []view.Purpose) error {
	if a.json {
		for i := range list {
			if err := a.line(newPurposeJSON(&list[i])); err != nil {
				return err
			}
		}
		return nil
	}
	if len(list) == 0 {
		fmt.Fprintf(a.out, "No purposes yet. Name one:\n  orrery purposes add SLUG --statement '…' --measure '%s'\n", purpose.Example)
		return nil
	}
	t := table{head: []string{"purpose", "figure", "target", "how it stands", "people"}}
	for i := range list {
		p := &list[i]
		for n := range p.Progress {
			one := &p.Progress[n]
			name, people := "", ""
			if n == 0 {
				name, people = p.Slug, count(int64(p.People))
				if !p.Closed.IsZero() {
					name += " (closed)"
				}
			}
			t.add(name, one.Measure.Number(one.Value), clean(one.Measure.Title(), 60), clean(one.VerdictWords(), 80), people)
		}
	}
	t.print(a.out)
	return nil
}

func (a *app) purposesShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show SLUG", Short: "How far a purpose is, and who gave what", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := a.day()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), true, func(_ *flow.System, desk *view.Desk) error {
				most := 20
				if a.json {
					most = 0
				}
				p, err := desk.PurposeGivers(cmd.Context(), args[0], day, "", most, study.Forever)
				if err != nil {
					return err
				}
				return a.printPurpose(&p)
			})
		},
	}
}

func (a *app) printPurpose(p *view.PurposeGivers) error {
	if a.json {
		line := newPurposeJSON(&p.Purpose)
		for _, g := range p.Givers {
			one := giverJSON{ID: g.ID, Name: g.Name, Activities: g.Activities, First: g.First, Last: g.Last, Amounts: []float64{}}
			for i, amount := range g.Amounts {
				one.Amounts = append(one.Amounts, p.Measures[i].Value(amount))
			}
			line.Givers = append(line.Givers, one)
		}
		return a.line(line)
	}
	wide := min(88, terminalWidth(a.out))
	fmt.Fprintf(a.out, "%s\n%s\n", harmless(p.Name()), harmless(wrapped(p.Statement, wide)))
	if p.Ask != "" {
		fmt.Fprintf(a.out, "Asked now: %s\n", harmless(p.Ask))
	}
	for i := range p.Progress {
		one := &p.Progress[i]
		text := strings.TrimSpace(one.Says() + " " + one.PaceWords())
		fmt.Fprintf(a.out, "\n%s\n%s\n", harmless(wrapped(text, wide)), harmless(wrapped("Counts "+one.Measure.Over.String()+", expected "+one.Line.Why+".", wide)))
	}
	if len(p.Givers) == 0 {
		fmt.Fprintln(a.out, "\nNobody has given yet.")
		return nil
	}
	fmt.Fprintln(a.out)
	t := table{head: []string{"id", "who gave"}}
	for i := range p.Measures {
		t.head = append(t.head, clean(p.Measures[i].Noun(), 20))
	}
	t.head = append(t.head, "last")
	for _, g := range p.Givers {
		row := []string{fmt.Sprint(g.ID), clean(g.Name, 40)}
		for i, amount := range g.Amounts {
			row = append(row, p.Measures[i].Number(amount))
		}
		t.add(append(row, g.Last.String())...)
	}
	t.print(a.out)
	if p.Next != "" {
		fmt.Fprintf(a.out, "The %d who gave most of %s; --json prints all.\n", len(p.Givers), things(int64(p.People), "person", "people"))
	}
	return nil
}

// changePurpose changes a purpose that is there.
func (a *app) changePurpose(ctx context.Context, slug string, change func(*flow.System, *purpose.Purpose) error) error {
	return a.with(ctx, true, func(s *flow.System, desk *view.Desk) error {
		p, err := s.Purpose(ctx, slug)
		if err != nil {
			return err
		}
		if err := change(s, &p); err != nil {
			return err
		}
		defer desk.Repurpose()
		if p, err = s.SavePurpose(ctx, 0, p); err != nil {
			return err
		}
		return a.keptPurpose(&p)
	})
}

func (a *app) keptPurpose(p *purpose.Purpose) error {
	if a.json {
		return a.line(struct {
			Slug    string `json:"slug"`
			Version int64  `json:"version"`
			Public  bool   `json:"public"`
			Closed  bool   `json:"closed"`
		}{p.Slug, p.Version, p.Public, !p.Closed.IsZero()})
	}
	fmt.Fprintf(a.out, "Kept %s, version %d.\n", p.Slug, p.Version)
	return nil
}
