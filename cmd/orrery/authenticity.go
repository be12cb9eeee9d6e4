package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func (a *app) authenticityCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "authenticity", Short: "Is it real? Programs, rings that praise each other, and activity made to be counted", Args: cobra.NoArgs,
		Long: `List people of whom it may be asked whether what they do is real, with what speaks
for it and what it changes: programs under ordinary names, rings whose praise goes
round among themselves, and activity that is made to be counted. Nothing follows
from a flag until somebody decides, and nothing is ever deleted:

  orrery authenticity accept WHO   a program is left out; praise of a ring, or a
                                   kind of activity, does not count
  orrery authenticity reject WHO   leave it as it is, and do not ask again
  orrery authenticity undo NUMBER  take a decision back`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.aroundPlanet(cmd, func(desk *view.Desk, p orrery.Planet) error {
				found, err := desk.Authenticity(cmd.Context(), p.ID, study.Forever)
				if err != nil {
					return err
				}
				return a.printAuthenticity(p, &found)
			})
		},
	}
	c.AddCommand(a.ruleCommand("accept", "Say that what is asked about somebody is so", false), a.ruleCommand("reject", "Leave what is asked about somebody as it is", true), a.overruleCommand())
	return c
}

// doubtLine is a flag, or a decision, as --json shows it.
type doubtLine struct {
	Planet         string         `json:"planet"`
	Kind           authentic.Kind `json:"kind"`
	Open           bool           `json:"open"`
	Decision       int64          `json:"decision,omitempty"` // its number
	Counts         bool           `json:"counts"`
	Members        []doubtedLine  `json:"members"`
	Toward         int64          `json:"toward,omitempty"`
	Activity       string         `json:"activity,omitempty"`
	Reasons        []string       `json:"reasons"`
	Strength       float64        `json:"strength"`
	Activities     int            `json:"activities"`
	Gravity        float64        `json:"gravity"`
	GravityWithout float64        `json:"gravity_without"`
}

type doubtedLine struct {
	ID      orrery.MemberID `json:"id"`
	Name    string          `json:"name"`
	With    standsLine      `json:"with"`
	Without standsLine      `json:"without"`
}

type standsLine struct {
	Closeness float64 `json:"closeness"`
	Level     string  `json:"level"`
	Given     float64 `json:"given"`
	Received  float64 `json:"received"`
}

func standsOf(s flow.Stands) standsLine {
	return standsLine{s.Closeness, s.Level.String(), s.Given, s.Received}
}

func (a *app) printAuthenticity(p orrery.Planet, found *view.Authentic) error {
	if a.json {
		for _, d := range slices.Concat(found.Open, found.Decided) {
			line := doubtLine{
				Planet: p.Slug, Kind: d.Kind, Open: d.Verdict == 0 && !d.Marked, Decision: d.Verdict, Counts: d.Counts, Members: []doubtedLine{},
				Toward: int64(d.Toward), Activity: d.Activity, Reasons: append([]string{}, d.Reasons...), Strength: d.Strength,
				Activities: d.Acts, Gravity: d.Gravity, GravityWithout: d.Without,
			}
			for _, w := range d.Who {
				line.Members = append(line.Members, doubtedLine{w.ID, w.Name, standsOf(w.With), standsOf(w.Without)})
			}
			if err := a.line(line); err != nil {
				return err
			}
		}
		return nil
	}
	if len(found.Open) == 0 {
		fmt.Fprintf(a.out, "Nothing around %s looks made up: %s who did anything, %s looked at.\n",
			p.Slug, things(int64(found.People), "person", "people"), things(int64(found.Praises), "praise", "praises"))
	} else {
		t := table{head: []string{"", "who", "activities", "without it", "because"}}
		for _, d := range found.Open {
			t.add(doubtWord(&d), clean(doubtedNames(&d), 44), count(int64(d.Acts)), clean(changeWords(&d), 90), clean(strings.Join(d.Reasons, "; "), 140))
		}
		t.print(a.out)
		who := found.Open[0].Members[0]
		fmt.Fprintf(a.out, "Decide: orrery authenticity accept %d, or reject %d.\n", who, who)
	}
	if found.More > 0 {
		fmt.Fprintf(a.out, "%s more that speak less clearly are not listed.\n", count(int64(found.More)))
	}
	if len(found.Decided) > 0 {
		fmt.Fprintln(a.out, "\nDecided:")
		t := table{head: []string{"", "", "who", "", "what it changes"}}
		for _, d := range found.Decided {
			number := ""
			if d.Verdict > 0 {
				number = fmt.Sprint(d.Verdict)
			}
			t.add(number, doubtWord(&d), clean(doubtedNames(&d), 44), decidedWord(&d), clean(changeWords(&d), 90))
		}
		t.print(a.out)
	}
	return nil
}

func doubtWord(d *view.Doubt) string {
	switch {
	case d.Kind == authentic.Gaming && d.Activity != "":
		return "gaming " + d.Activity
	case d.Kind == authentic.Gaming:
		return "gaming praise"
	}
	return d.Kind.String()
}

func decidedWord(d *view.Doubt) string {
	switch {
	case d.Marked:
		return "a program"
	case d.Counts:
		return "left as it is"
	}
	return "does not count"
}

func doubtedNames(d *view.Doubt) string {
	var names []string
	for _, w := range d.Who {
		names = append(names, fmt.Sprintf("%s (%d)", w.Name, w.ID))
	}
	return strings.Join(names, ", ")
}

// changeWords tells what the flagged activities change.
func changeWords(d *view.Doubt) string {
	if !d.Weighed {
		return ""
	}
	var with, without [3]float64 // closeness, gave, received, of all in the middle
	for _, w := range d.Who {
		n := float64(len(d.Who))
		for i, pair := range [...][2]float64{
			{w.With.Closeness, w.Without.Closeness}, {w.With.Given, w.Without.Given}, {w.With.Received, w.Without.Received},
		} {
			with[i], without[i] = with[i]+pair[0]/n, without[i]+pair[1]/n
		}
	}
	return fmt.Sprintf("closeness %.0f → %.0f, gave %.0f → %.0f, received %.0f → %.0f; gravity %.1f → %.1f",
		with[0], without[0], with[1], without[1], with[2], without[2], d.Gravity, d.Without)
}

func (a *app) ruleCommand(use, short string, leave bool) *cobra.Command {
	var kind, activity string
	c := &cobra.Command{
		Use: use + " WHO", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				p, err := s.Planet(a.planet)
				if err != nil {
					return err
				}
				d, err := a.doubtAbout(cmd.Context(), s, desk, p, args[0], kind, activity)
				if err != nil {
					return err
				}
				number, err := ruleOn(cmd.Context(), s, p, &d, leave)
				if err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{"type": use, "kind": d.Kind, "members": d.Members, "decision": number})
				}
				switch {
				case number == 0 && leave:
					fmt.Fprintf(a.out, "%s: a person, not asked about again.\n", doubtedNames(&d))
				case number == 0:
					fmt.Fprintf(a.out, "%s: a program from now on, not counted.\n", doubtedNames(&d))
				case leave:
					fmt.Fprintf(a.out, "%s: left as it is. To take it back: orrery authenticity undo %d\n", doubtedNames(&d), number)
				default:
					fmt.Fprintf(a.out, "%s: does not count any more (%s). To take it back: orrery authenticity undo %d\n", doubtedNames(&d), changeWords(&d), number)
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&kind, "kind", "", "`kind` of flag, where there are several: program, ring or gaming")
	c.Flags().StringVar(&activity, "activity", "", "`kind` of activity, where gaming is asked about several")
	return c
}

// doubtAbout finds the one open flag that somebody is part of.
func (a *app) doubtAbout(ctx context.Context, s *flow.System, desk *view.Desk, p orrery.Planet, who, kind, activity string) (view.Doubt, error) {
	id, err := s.FindIdentity(ctx, who)
	if err != nil {
		return view.Doubt{}, err
	}
	found, err := desk.Authenticity(ctx, p.ID, study.Forever)
	if err != nil {
		return view.Doubt{}, err
	}
	audit.About(ctx, audit.Number("person", id))
	member := orrery.MemberID(id)
	if err := s.Read(ctx, func(st *flow.State) error {
		if int(id) < len(st.Members) {
			member = st.Members[id]
		}
		return nil
	}); err != nil {
		return view.Doubt{}, err
	}
	var mine []view.Doubt
	for _, d := range found.Open {
		if slices.Contains(d.Members, member) && (kind == "" || d.Kind.String() == kind) && (activity == "" || d.Activity == activity) {
			mine = append(mine, d)
		}
	}
	switch len(mine) {
	case 0:
		return view.Doubt{}, orrery.Errorf(orrery.NotFound, "nothing of that is asked about %s around %s: `orrery authenticity` lists what is", who, p.Slug)
	case 1:
		return mine[0], nil
	}
	var words []string
	for i := range mine {
		words = append(words, doubtWord(&mine[i]))
	}
	return view.Doubt{}, orrery.Errorf(orrery.Invalid, "several things are asked about %s (%s): say which with --kind and --activity", who, strings.Join(words, ", "))
}

// ruleOn decides about a flag; the number is 0 where somebody was marked.
func ruleOn(ctx context.Context, s *flow.System, p orrery.Planet, d *view.Doubt, leave bool) (int64, error) {
	if d.Kind != authentic.Program {
		return s.Rule(ctx, p.ID, d.Flag, leave)
	}
	kind := orrery.Bot
	if leave {
		kind = orrery.Person
	}
	return 0, s.Mark(ctx, orrery.IdentityID(d.Members[0]), kind)
}

func (a *app) overruleCommand() *cobra.Command {
	return &cobra.Command{
		Use: "undo NUMBER", Short: "Take a decision back", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return orrery.Errorf(orrery.Invalid, "%q is no number of a decision: `orrery authenticity` lists them", args[0])
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				if err := s.Overrule(cmd.Context(), number); err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{"type": "undone", "decision": number})
				}
				fmt.Fprintf(a.out, "Decision %d is taken back.\n", number)
				return nil
			})
		},
	}
}
