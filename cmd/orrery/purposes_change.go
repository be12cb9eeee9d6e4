package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/view"
)

// purposeFlags are what can be said of a purpose.
type purposeFlags struct {
	title, statement, owner, ask, update string
	partners, serving, measures          []string
}

func (f *purposeFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.title, "title", "", "the purpose in a few `words`")
	flags.StringVar(&f.statement, "statement", "", "the `why`, in a sentence")
	flags.StringVar(&f.owner, "owner", "", "`who` looks after it")
	flags.StringVar(&f.ask, "ask", "", "`what` is asked now")
	flags.StringSliceVar(&f.partners, "partner", nil, "short `name` of a partner; again for more")
	flags.StringSliceVar(&f.serving, "serves", nil, "`planet` that serves it; again for more")
	flags.StringArrayVar(&f.measures, "measure", nil, "a `measure`; again for more")
}

// fill puts what was given into a purpose.
func (f *purposeFlags) fill(c *cobra.Command, s *flow.System, p *purpose.Purpose, from orrery.Day) error {
	for _, text := range []struct {
		flag, value string
		to          *string
	}{{"title", f.title, &p.Title}, {"statement", f.statement, &p.Statement}, {"owner", f.owner, &p.Owner}, {"ask", f.ask, &p.Ask}} {
		if c.Flags().Changed(text.flag) {
			*text.to = strings.TrimSpace(text.value)
		}
	}
	if c.Flags().Changed("partner") {
		p.Partners = f.partners
	}
	if c.Flags().Changed("serves") {
		p.Planets = nil
		for _, slug := range f.serving {
			planet, err := s.Planet(slug)
			if err != nil {
				return err
			}
			p.Planets = append(p.Planets, planet.ID)
		}
	}
	if c.Flags().Changed("measure") {
		p.Measures = nil
		for _, text := range f.measures {
			m, err := purpose.ParseMeasure(text, from)
			if err != nil {
				return err
			}
			p.Measures = append(p.Measures, m)
		}
	}
	return nil
}

func (a *app) purposesAddCommand() *cobra.Command {
	var f purposeFlags
	c := &cobra.Command{
		Use: "add SLUG", Short: "Name a purpose", Args: cobra.ExactArgs(1),
		Example: `  orrery purposes add a-thousand-dawns --statement 'So that no song is lost' \
    --measure 'count over marked target 1000 by 2027-06-30'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				p := purpose.Purpose{Slug: args[0]}
				if err := f.fill(cmd, s, &p, orrery.DayOf(a.clock())); err != nil {
					return err
				}
				if len(p.Planets) == 0 {
					planet, err := s.Planet(a.planet)
					if err != nil {
						return err
					}
					p.Planets = []orrery.PlanetID{planet.ID}
				}
				defer desk.Repurpose()
				p, err := s.SavePurpose(cmd.Context(), 0, p)
				if err != nil {
					return err
				}
				return a.keptPurpose(&p)
			})
		},
	}
	f.add(c)
	return c
}

func (a *app) purposesEditCommand() *cobra.Command {
	var f purposeFlags
	c := &cobra.Command{
		Use: "edit SLUG", Short: "Change a purpose; what is not named stays", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changePurpose(cmd.Context(), args[0], func(s *flow.System, p *purpose.Purpose) error {
				if err := f.fill(cmd, s, p, orrery.DayOf(p.Opened)); err != nil {
					return err
				}
				if f.update == "" {
					return nil
				}
				return s.UpdatePurpose(cmd.Context(), p.Number, "", f.update)
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&f.update, "update", "", "add a `text` about how it goes")
	return c
}

func (a *app) purposesCloseCommand() *cobra.Command {
	again := false
	c := &cobra.Command{
		Use: "close SLUG", Short: "Close a purpose; its figures stay", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changePurpose(cmd.Context(), args[0], func(_ *flow.System, p *purpose.Purpose) error {
				if p.Closed = a.clock().UTC(); again {
					p.Closed = time.Time{}
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&again, "again", false, "open it again instead")
	return c
}

func (a *app) purposesPublishCommands() []*cobra.Command {
	publish := func(use, short string, public bool) *cobra.Command {
		return &cobra.Command{
			Use: use + " SLUG", Short: short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.changePurpose(cmd.Context(), args[0], func(_ *flow.System, p *purpose.Purpose) error {
					p.Public = public
					return nil
				})
			},
		}
	}
	return []*cobra.Command{
		publish("publish", "Let everybody read a purpose’s page, badge and feed under /p/SLUG", true),
		publish("hide", "Take a purpose’s public page away", false),
	}
}
