package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// samplePartners are who brings people in the sample.
func samplePartners(world *simulate.World) (list []partner.Partner) {
	for _, p := range world.Partners {
		list = append(list, partner.Partner{
			Slug: p.Slug, Title: p.Name, Statement: p.Statement, Codes: []partner.Code{{Code: p.Code, Address: "https://example.org/" + p.Slug}},
		})
	}
	return list
}

func (a *app) partnersCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "partners", Short: "Who brings people: credit for being there, and increment where a trial tells it", Args: cobra.NoArgs,
		Long: `Partners bring people: somebody whose first day around a planet carries a partner's
mark, one of its codes, or came through one of its channels or domains. That says
who was there (credit). What would not have happened otherwise (increment) is told
from trials alone, in which some people were held out of a campaign by lot, and
from codes that were switched on and off by lot.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.around(cmd, func(p orrery.Planet, day orrery.Day, desk *view.Desk) error {
				known, err := desk.Partners(cmd.Context(), p.ID, day, study.Forever)
				if err != nil {
					return err
				}
				return a.printPartners(p, &known)
			})
		},
	}
	c.AddCommand(
		a.addPartnerCommand(), a.showPartnerCommand(), a.removePartnerCommand(), a.partnerTrialCommand(), a.partnerRoomCommand(), a.simulatePartnersCommand(),
	)
	return c
}

func (a *app) showPartnerCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show SLUG", Short: "Tell all of one partner", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.around(cmd, func(p orrery.Planet, day orrery.Day, desk *view.Desk) error {
				known, err := desk.Partner(cmd.Context(), p.ID, args[0], day, study.Forever)
				if err != nil {
					return err
				}
				if a.json {
					return a.line(partnerLineOf(p, known.AsOf, &known.PartnerRow))
				}
				a.tellPartner(p, &known)
				return nil
			})
		},
	}
}

// partnerLine is the shape of a partner in JSON.
type partnerLine struct {
	Planet    string            `json:"planet"`
	Partner   string            `json:"partner"`
	Title     string            `json:"title"`
	AsOf      orrery.Day        `json:"as_of"`
	Codes     []string          `json:"codes"`
	Domains   []string          `json:"domains"`
	Channels  []string          `json:"channels"`
	Brought   partnerBrought    `json:"brought"`
	InOrbit   int               `json:"in_orbit"`
	Now       partner.Later     `json:"now"`
	Later     []partner.Later   `json:"later"`
	Together  partner.Together  `json:"together"`
	Joined    []partner.Joined  `json:"circles"`
	Credit    *partner.Credit   `json:"credit"`    // who was there; null: nobody yet
	Increment []incrementLine   `json:"increment"` // what would not have happened, from trials alone; empty: not known
	Around    *partner.Around   `json:"around,omitempty"`
	People    []partner.Arrival `json:"people"`
}

type partnerBrought struct {
	Days90 int `json:"days_90"`
	Year   int `json:"year"`
	Ever   int `json:"ever"`
}

type incrementLine struct {
	Method string           `json:"method"` // holdout or switchback
	Name   string           `json:"name"`
	Enough bool             `json:"enough"` // otherwise too few to tell
	More   partner.Interval `json:"more"`
}

func partnerLineOf(p orrery.Planet, asOf orrery.Day, row *view.PartnerRow) partnerLine {
	l := partnerLine{
		Planet: p.Slug, Partner: row.Slug, Title: row.Name(), AsOf: asOf, Codes: []string{}, Domains: append([]string{}, row.Domains...),
		Channels: append([]string{}, row.Channels...), Brought: partnerBrought{row.Quarter, row.Year, row.Ever}, InOrbit: row.InOrbit,
		Now: row.Past.Now, Later: row.Past.Later, Together: row.Past.Together, Joined: row.Past.Joined, Credit: row.Past.Credit,
		Increment: []incrementLine{}, Around: row.Past.Around, People: row.Past.Brought,
	}
	for _, c := range row.Codes {
		l.Codes = append(l.Codes, c.Code)
	}
	for _, t := range row.Past.Trials {
		l.Increment = append(l.Increment, incrementLine{"holdout", t.Name, t.All.Enough, t.All.More})
	}
	for _, s := range row.Past.Switches {
		l.Increment = append(l.Increment, incrementLine{"switchback", s.Code, s.Enough, s.More})
	}
	return l
}

func (a *app) printPartners(p orrery.Planet, known *view.Partners) error {
	if a.json {
		for i := range known.Partners {
			if err := a.line(partnerLineOf(p, known.AsOf, &known.Partners[i])); err != nil {
				return err
			}
		}
		return nil
	}
	if len(known.Partners) == 0 {
		fmt.Fprintln(a.out, "There are no partners yet: `orrery partners add SLUG --code CODE` makes one.")
		return nil
	}
	t := table{head: []string{"partner", "90 days", "year", "ever", "in orbit", "closeness", "credit (Shapley)", "increment"}}
	for i := range known.Partners {
		row := &known.Partners[i]
		credit, increment := "-", "not known"
		if c := row.Past.Credit; c != nil {
			credit = fmt.Sprintf("%.1f", c.Shapley)
		}
		if told := incrementWords(&row.Past); len(told) > 0 {
			increment = strings.Join(told, "; ")
		}
		t.add(row.Slug, fmt.Sprint(row.Quarter), fmt.Sprint(row.Year), fmt.Sprint(row.Ever), fmt.Sprint(row.InOrbit), fmt.Sprintf("%.0f", row.Past.Now.Closeness.Estimate), credit, increment)
	}
	t.print(a.out)
	fmt.Fprintf(a.out, "\n%s came to %s for the first time in the year up to %v. Credit says who was there; increment, what would not have happened, is known from trials alone.\n",
		things(int64(known.Year), "person", "people"), p.Slug, known.AsOf)
	return nil
}

// incrementWords tells what trials and switched codes found.
func incrementWords(past *partner.Seen) (told []string) {
	words := func(name string, enough bool, more partner.Interval) string {
		if !enough {
			return name + ": too few to tell"
		}
		return fmt.Sprintf("%s: %.0f more people (%.0f to %.0f)", name, more.Estimate, more.Low, more.High)
	}
	for _, t := range past.Trials {
		told = append(told, words(t.Name, t.All.Enough, t.All.More))
	}
	for _, s := range past.Switches {
		told = append(told, words(s.Code, s.Enough, s.More))
	}
	return told
}

func (a *app) tellPartner(p orrery.Planet, s *view.PartnerStory) {
	fmt.Fprintf(a.out, "%s, around %s as of %v\n", s.Name(), p.Slug, s.AsOf)
	fmt.Fprintf(a.out, "Brought: %d in 90 days, %d in a year, %d ever of %d people; %d in orbit now, %d near.\n", s.Quarter, s.Year, s.Ever, s.Newcomers, s.InOrbit, s.Near())
	fmt.Fprintf(a.out, "Together: on %d of the same things and in %d of the same conversations as %s who are not its own.\n\n",
		s.Past.Together.Objects, s.Past.Together.Threads, things(int64(s.Past.Together.Others), "person", "people"))
	t := table{head: []string{"days later", "people", "closeness", "others", "theirs", "difference", "interval"}}
	for _, l := range s.Past.Later {
		row := []string{fmt.Sprint(l.Days), fmt.Sprint(l.People), fmt.Sprintf("%.1f", l.Closeness.Estimate), fmt.Sprint(l.Others), "", "", "too few to compare"}
		if l.Compared {
			row[4], row[5] = fmt.Sprintf("%.1f", l.Theirs.Estimate), fmt.Sprintf("%+.1f", l.Difference.Estimate)
			row[6] = fmt.Sprintf("%+.1f to %+.1f", l.Difference.Low, l.Difference.High)
		}
		t.add(row...)
	}
	t.print(a.out)
	fmt.Fprintln(a.out, "An association, beside people who came otherwise in the same quarters of years.")
	fmt.Fprintln(a.out)
	if c := s.Past.Credit; c != nil {
		fmt.Fprintf(a.out, "Credit (who was there): last touch %.1f, Shapley %.1f, Markov removal %.1f.\n", c.LastTouch, c.Shapley, c.Markov)
	} else {
		fmt.Fprintln(a.out, "Credit (who was there): none yet.")
	}
	told := incrementWords(&s.Past)
	if len(told) == 0 {
		told = []string{"not known: no trial held anybody out"}
	}
	fmt.Fprintf(a.out, "Increment (what would not have happened, by trials): %s.\n", strings.Join(told, "; "))
	if around := s.Past.Around; around != nil {
		fmt.Fprintf(a.out, "Before and after %v (seen with): %+.1f newcomers a week; %d of %d other dates show as much.\n", around.Date, around.Change, around.AsLarge, len(around.Placebos))
	}
}

func (a *app) removePartnerCommand() *cobra.Command {
	return &cobra.Command{
		Use: "remove SLUG", Short: "Remove a partner, its links and its rooms; activities keep their marks", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				if err := s.RemovePartner(cmd.Context(), args[0]); err != nil {
					return err
				}
				fmt.Fprintf(a.out, "%s is removed.\n", args[0])
				return nil
			})
		},
	}
}

func (a *app) partnerRoomCommand() *cobra.Command {
	var (
		purpose, url string
		days         int
		revoke       int64
		list         bool
	)
	c := &cobra.Command{
		Use: "room SLUG", Short: "Make a link to a partner's room, or take one back", Args: cobra.ExactArgs(1),
		Long: `A room is a page that a partner opens by a link, without an account: the joint
purpose, updates by both, and figures of ten people or more. Nobody is named there.
The link can be read once, now; whoever has it can read and write there until it
ends or is taken back.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, slug := cmd.Context(), args[0]
			return a.with(ctx, true, func(s *flow.System, _ *view.Desk) error {
				if _, err := s.Partner(ctx, slug); err != nil {
					return err
				}
				switch {
				case list:
					return a.listRooms(cmd, s, slug)
				case revoke > 0:
					if err := s.CloseRoom(ctx, slug, revoke); err != nil {
						return err
					}
					return a.say(roomLine{Partner: slug, Number: revoke, Closed: true}, "Room %d of %s opens no more.\n", revoke, slug)
				}
				p, err := s.Planet(a.planet)
				if err != nil {
					return err
				}
				token, room, err := s.OpenRoom(ctx, partner.Room{Partner: slug, Purpose: purpose, Planet: p.ID, Expires: a.clock().AddDate(0, 0, days)})
				if err != nil {
					return err
				}
				link := strings.TrimSuffix(url, "/") + "/room/" + token
				return a.say(roomLine{slug, room.Number, link, room.Expires, false}, "Room %d of %s, until %s:\n\n  %s\n", room.Number, slug, room.Expires.Format("2 January 2006"), link)
			})
		},
	}
	c.Flags().StringVar(&purpose, "purpose", "", "joint purpose (`slug`) that the room shows")
	c.Flags().StringVar(&url, "public-url", "http://127.0.0.1:8080", "`address` under which the partner reaches this installation")
	c.Flags().IntVar(&days, "days", 90, "how long the link opens the room")
	c.Flags().Int64Var(&revoke, "revoke", 0, "take back the link of the room with this `number`")
	c.Flags().BoolVar(&list, "list", false, "list the rooms")
	return c
}

// roomLine is the shape of a room in JSON. Its link is told when it is made alone.
type roomLine struct {
	Partner string    `json:"partner"`
	Number  int64     `json:"room"`
	Link    string    `json:"link,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
	Closed  bool      `json:"closed,omitempty"`
}

func (a *app) listRooms(cmd *cobra.Command, s *flow.System, slug string) error {
	rooms, err := s.Rooms(cmd.Context(), slug)
	if err != nil {
		return err
	}
	for _, r := range rooms {
		if err := a.say(roomLine{Partner: slug, Number: r.Number, Expires: r.Expires}, "Room %d, until %s\n", r.Number, r.Expires.Format("2 January 2006")); err != nil {
			return err
		}
	}
	return nil
}

// say prints a value for programs, or a text for people.
func (a *app) say(line any, format string, args ...any) error {
	if a.json {
		return a.line(line)
	}
	_, err := fmt.Fprintf(a.out, format, args...)
	return err
}
