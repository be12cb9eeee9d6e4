package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func (a *app) introductionsCommand() *cobra.Command {
	limit := 20
	c := &cobra.Command{
		Use: "introductions", Short: "Who should meet and why, and what came of introductions", Args: cobra.NoArgs,
		Long: `List pairs who never had to do with each other although the same people know both,
those who work on like things first; then who was introduced, and whether they had
to do with each other within 30 or 90 days. Nothing is sent to anybody.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.aroundPlanet(cmd, func(desk *view.Desk, p orrery.Planet) error {
				found, err := desk.Introductions(cmd.Context(), p.ID, limit, study.Forever)
				if err != nil {
					return err
				}
				return a.printIntroductions(p, &found)
			})
		},
	}
	c.Flags().IntVar(&limit, "limit", limit, "suggestions at most")
	c.AddCommand(a.introduceCommand(), a.decideIntroductionCommand("accept", flow.IntroductionAccepted, "Say that both accepted an introduction"),
		a.decideIntroductionCommand("decline", flow.IntroductionDeclined, "Say that one of the two declined an introduction"))
	return c
}

func (a *app) introduceCommand() *cobra.Command {
	var note string
	c := &cobra.Command{
		Use: "make PERSON PERSON", Short: "Note that you introduced two people", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				p, err := s.Planet(a.planet)
				if err != nil {
					return err
				}
				var ids [2]orrery.IdentityID
				for i, name := range args {
					if ids[i], err = find(cmd, s, name); err != nil {
						return err
					}
				}
				number, err := s.Introduce(cmd.Context(), p.ID, ids[0], ids[1], 0, note, flow.IntroductionMade)
				if err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{"type": "made", "introduction": number})
				}
				fmt.Fprintf(a.out, "Noted as introduction %d.\n", number)
				return nil
			})
		},
	}
	c.Flags().StringVar(&note, "note", "", "what to remember of it")
	return c
}

func (a *app) decideIntroductionCommand(use, state, short string) *cobra.Command {
	return &cobra.Command{
		Use: use + " NUMBER", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return orrery.Errorf(orrery.Invalid, "%q is no number of an introduction: `orrery introductions` lists them", args[0])
			}
			return a.aroundPlanet(cmd, func(desk *view.Desk, p orrery.Planet) error {
				if err := desk.DecideIntroduction(cmd.Context(), p.ID, number, state); err != nil || a.json {
					return err
				}
				fmt.Fprintln(a.out, "Noted.")
				return nil
			})
		},
	}
}

// meetLine is a suggestion in JSON.
type meetLine struct {
	Type    string     `json:"type"` // suggested
	Planet  string     `json:"planet"`
	AsOf    orrery.Day `json:"as_of"`
	A       whoLine    `json:"a"`
	B       whoLine    `json:"b"`
	Score   float64    `json:"score"`
	Alike   float64    `json:"alike"`
	Words   []string   `json:"words"`
	Common  []whoLine  `json:"common"`
	Circles []string   `json:"circles"`
}

// introducedLine is an introduction in JSON.
type introducedLine struct {
	Type   string     `json:"type"` // introduced
	Planet string     `json:"planet"`
	Number int64      `json:"introduction"`
	A      whoLine    `json:"a"`
	B      whoLine    `json:"b"`
	Day    orrery.Day `json:"day"`
	State  string     `json:"state"`
	Note   string     `json:"note,omitempty"`
	Within int        `json:"tied_within_days"` // 30 or 90; 0: not
	First  orrery.Day `json:"first,omitzero"`
	Acts   int        `json:"acts"`
	Met    int        `json:"met"`
}

func (a *app) printIntroductions(p orrery.Planet, found *view.Introductions) error {
	who := func(s view.Someone) whoLine { return whoLine{s.ID, s.Name} }
	meet := table{head: []string{"person", "and", "both know", "both work on", "circles"}}
	for i := range found.Suggested {
		s := &found.Suggested[i]
		line := meetLine{Type: "suggested", Planet: p.Slug, AsOf: found.AsOf, A: who(s.A), B: who(s.B), Score: s.Score, Alike: s.Alike, Words: append([]string{}, s.Words...), Common: []whoLine{}, Circles: append([]string{}, s.Circles...)}
		var common []string
		for _, c := range s.Common {
			line.Common = append(line.Common, who(c))
			common = append(common, clean(c.Name, 20))
		}
		if a.json {
			if err := a.line(line); err != nil {
				return err
			}
			continue
		}
		meet.add(clean(s.A.Name, 28), clean(s.B.Name, 28), strings.Join(common[:min(3, len(common))], ", "), clean(strings.Join(s.Words, ", "), 36), clean(strings.Join(s.Circles, " · "), 40))
	}
	made := table{head: []string{"number", "person", "and", "day", "state", "what followed"}}
	for i := range found.Made {
		m := &found.Made[i]
		if a.json {
			line := introducedLine{"introduced", p.Slug, m.Number, who(m.A), who(m.B), orrery.DayOf(m.At), m.State, m.Note, m.Within, m.First, m.Acts, m.Met}
			if err := a.line(line); err != nil {
				return err
			}
			continue
		}
		followed := "nothing between them yet"
		if m.Within > 0 {
			followed = fmt.Sprintf("had to do with each other within %d days", m.Within)
		}
		made.add(count(m.Number), clean(m.A.Name, 28), clean(m.B.Name, 28), orrery.DayOf(m.At).String(), m.State, followed)
	}
	if a.json {
		return nil
	}
	if len(meet.rows) == 0 {
		fmt.Fprintln(a.out, "Nobody stands out who should meet.")
	} else {
		meet.print(a.out)
	}
	if len(made.rows) > 0 {
		fmt.Fprintln(a.out)
		made.print(a.out)
	}
	return nil
}
