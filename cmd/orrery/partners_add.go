package main

import (
	"strings"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/view"
)

func (a *app) addPartnerCommand() *cobra.Command {
	var title, statement string
	var texts, domains, channels []string
	c := &cobra.Command{
		Use: "add SLUG --code CODE --domain DOMAIN", Short: "Add a partner, or change one", Args: cobra.ExactArgs(1),
		Long: `SLUG is what sources mark activities with. A code is a coupon, a referral code or a
campaign token; with an address, /go/CODE leads there and counts that somebody
followed it, and nothing else. To switch a link on and off by lot, give also where
it leads meanwhile and for how many days:

  orrery partners add radio --code "DAWN https://example.org/dawn https://example.org/ 7"

Of a partner that is there already, what is given here replaces what was.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				p, err := s.Partner(cmd.Context(), args[0])
				if orrery.CodeOf(err) == orrery.NotFound {
					p, err = partner.Partner{Slug: args[0]}, nil
				}
				if err != nil {
					return err
				}
				given := cmd.Flags().Changed
				if given("title") {
					p.Title = title
				}
				if given("statement") {
					p.Statement = statement
				}
				if given("domain") {
					p.Domains = domains
				}
				if given("channel") {
					p.Channels = channels
				}
				if given("code") {
					if p.Codes, err = codesOf(texts, p.Codes, orrery.DayOf(a.clock())); err != nil {
						return err
					}
				}
				if p, err = s.SavePartner(cmd.Context(), p); err != nil {
					return err
				}
				line := partnerLineOf(orrery.Planet{}, 0, &view.PartnerRow{Partner: p})
				return a.say(keptPartner{p.Slug, p.Name(), line.Codes, line.Domains, line.Channels}, "%s is kept.\n", p.Name())
			})
		},
	}
	c.Flags().StringVar(&title, "title", "", "`name` for people")
	c.Flags().StringVar(&statement, "statement", "", "what we do together, in a sentence")
	c.Flags().StringArrayVar(&texts, "code", nil, "`code`, and where its link leads; may be given again")
	c.Flags().StringArrayVar(&domains, "domain", nil, "`domain` of its people; may be given again")
	c.Flags().StringArrayVar(&channels, "channel", nil, "name of a `source` that is the partner's, or object:PREFIX; may be given again")
	return c
}

type keptPartner struct {
	Partner  string   `json:"partner"`
	Title    string   `json:"title"`
	Codes    []string `json:"codes"`
	Domains  []string `json:"domains"`
	Channels []string `json:"channels"`
}

// codesOf reads codes, and takes over what is the same of those before.
func codesOf(texts []string, before []partner.Code, today orrery.Day) (list []partner.Code, err error) {
	for _, text := range texts {
		c, err := partner.ParseCode(text, today)
		if err != nil {
			return nil, err
		}
		for _, was := range before {
			if strings.EqualFold(was.Code, c.Code) {
				c.Keep(was)
			}
		}
		list = append(list, c)
	}
	return list, nil
}

func (a *app) partnerTrialCommand() *cobra.Command {
	var from string
	var days int
	var held float64
	var remove bool
	c := &cobra.Command{
		Use: "trial SLUG NAME", Short: "Hold people out of a campaign by lot, and list who is", Args: cobra.ExactArgs(2),
		Long: `For a campaign that we send together with a partner. With --from a trial begins:
of the people known then, some are held out by lot. Without it, who is to be
reached and who is left out is listed. Once it runs, "orrery partners show SLUG"
tells how many more came than would have, with the interval.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.with(ctx, true, func(s *flow.System, desk *view.Desk) error {
				p, err := s.Partner(ctx, args[0])
				if err != nil {
					return err
				}
				switch {
				case remove:
					kept := p.Trials[:0:0]
					for _, t := range p.Trials {
						if t.Name != args[1] {
							kept = append(kept, t)
						}
					}
					if len(kept) == len(p.Trials) {
						return orrery.Errorf(orrery.NotFound, "%s has no trial %q", p.Slug, args[1])
					}
					p.Trials = kept
					_, err = s.SavePartner(ctx, p)
					return err
				case from != "":
					return a.beginTrial(cmd, s, p, partner.Trial{Name: args[1], HeldMilli: int(10*held + .5)}, from, days)
				}
				sides, err := desk.TrialSides(ctx, p.Slug, args[1])
				if err != nil {
					return err
				}
				for _, side := range sides {
					text := "reach"
					if side.Held {
						text = "leave out"
					}
					if err := a.say(sideLine{side.ID, side.Name, side.Held}, "%d\t%s\t%s\n", side.ID, text, harmless(side.Name)); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&from, "from", "", "begin a trial on a `date`, tomorrow at the earliest")
	c.Flags().IntVar(&days, "days", 30, "how long coming counts")
	c.Flags().Float64Var(&held, "held", 10, "how many `percent` of the people are held out")
	c.Flags().BoolVar(&remove, "remove", false, "remove the trial")
	return c
}

type sideLine struct {
	ID   orrery.MemberID `json:"id"`
	Name string          `json:"name"`
	Held bool            `json:"held_out"`
}

func (a *app) beginTrial(cmd *cobra.Command, s *flow.System, p partner.Partner, t partner.Trial, from string, days int) error {
	planet, err := s.Planet(a.planet)
	if err != nil {
		return err
	}
	if t.From, err = orrery.ParseDay(from); err != nil {
		return err
	}
	if t.From <= orrery.DayOf(a.clock()) {
		return orrery.Errorf(orrery.Invalid, "--from %s: a trial begins tomorrow or later, for who was reached already cannot be held out", from)
	}
	if days < 1 || days > 730 {
		return orrery.Errorf(orrery.Invalid, "--days %d: a trial lasts from a day to two years", days)
	}
	t.Planet, t.Until = planet.ID, t.From+orrery.Day(days)-1
	p.Trials = append(p.Trials, t)
	if _, err := s.SavePartner(cmd.Context(), p); err != nil {
		return err
	}
	return a.say(map[string]any{"partner": p.Slug, "trial": t.Name, "from": t.From, "until": t.Until, "held_percent": float64(t.HeldMilli) / 10},
		"The lots are drawn. `orrery partners trial %s %s` lists who is to be left out until %v.\n", p.Slug, t.Name, t.Until)
}
