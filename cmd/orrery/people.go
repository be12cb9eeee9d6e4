package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/sources"
	"orrery.dev/orrery/internal/view"
)

const shownMembers = 20

func (a *app) membersCommand() *cobra.Command {
	limit, organization := shownMembers, ""
	c := &cobra.Command{
		Use: "members", Short: "List who orbits a planet, nearest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 0 {
				return orrery.Errorf(orrery.Invalid, "--limit %d: 0 shows everybody, other numbers how many", limit)
			}
			day, err := a.day()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				if a.json && a.planet == "" && len(s.Planets()) != 1 && organization == "" {
					return a.everywhere(cmd.Context(), s, desk, day, limit)
				}
				p, err := s.Planet(a.planet)
				if err != nil {
					return err
				}
				query := view.MembersQuery{Planet: p.ID, AsOf: day, Limit: limit}
				if organization != "" {
					query.Limit = 0
				}
				list, asOf, err := desk.Members(cmd.Context(), query)
				if err != nil {
					return err
				}
				if organization != "" {
					if list, err = ofOrganization(cmd.Context(), s, list, organization, limit); err != nil {
						return err
					}
				}
				if a.json {
					for i := range list {
						var err error
						if a.planet != "" {
							err = a.memberLine(list[i], asOf, s.Now())
						} else {
							err = a.line(nested([]datedMember{dated(list[i], asOf, s.Now())}))
						}
						if err != nil {
							return err
						}
					}
					return nil
				}
				a.printMembers(p, list, asOf, day == 0 && asOf != s.Now())
				return nil
			})
		},
	}
	c.Flags().StringVar(&organization, "organization", "", "only people who belong to this organization now: a `name or domain`")
	c.Flags().IntVar(&limit, "limit", limit, "how many to show; 0: everybody but visitors, bots and out-of-orbit included")
	return c
}

// memberLine prints the flat shape, with as_of where that is not today.
func (a *app) memberLine(m view.Member, asOf, today orrery.Day) error {
	return a.line(dated(m, asOf, today))
}

// datedMember says as of which day it is told, where that is not today.
type datedMember struct {
	view.Member
	AsOf orrery.Day `json:"as_of,omitzero"`
}

func dated(m view.Member, asOf, today orrery.Day) datedMember {
	if asOf == today {
		asOf = 0
	}
	return datedMember{m, asOf}
}

// memberOrbits is the shape of a member over several planets.
type memberOrbits struct {
	ID     orrery.MemberID `json:"id"`
	Name   string          `json:"name"`
	Kind   string          `json:"kind"`
	Orbits []datedMember   `json:"orbits"`
}

func nested(orbits []datedMember) memberOrbits {
	m := orbits[0]
	return memberOrbits{ID: m.ID, Name: m.Name, Kind: m.Kind.String(), Orbits: orbits}
}

func (a *app) everywhere(ctx context.Context, s *flow.System, desk *view.Desk, day orrery.Day, limit int) error {
	byMember := map[orrery.MemberID][]datedMember{}
	var order []orrery.MemberID
	for _, p := range s.Planets() {
		list, asOf, err := desk.Members(ctx, view.MembersQuery{Planet: p.ID, AsOf: day, Limit: limit})
		if err != nil {
			return err
		}
		for _, m := range list {
			if byMember[m.ID] == nil {
				order = append(order, m.ID)
			}
			byMember[m.ID] = append(byMember[m.ID], dated(m, asOf, s.Now()))
		}
	}
	for _, id := range order {
		if err := a.line(nested(byMember[id])); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printMembers(p orrery.Planet, list []view.Member, asOf orrery.Day, stale bool) {
	if len(list) == 0 {
		fmt.Fprintf(a.out, "Nobody orbits %s as of %s.\n", p.Slug, asOf)
		return
	}
	if stale {
		fmt.Fprintf(a.out, "As of %s, the day of the newest activity.\n", asOf)
	}
	t := table{head: []string{"", "closeness", "level", "drift", "gave", "received", "last came", "person"}}
	for _, m := range list {
		who := clean(m.Name, max(20, terminalWidth(a.out)-66))
		if m.Kind != orrery.Person {
			who += " (" + m.Kind.String() + ")"
		}
		t.add(fmt.Sprint(m.ID), fmt.Sprintf("%.0f", m.Closeness), m.Level.String(), a.movement(m.Drift),
			fmt.Sprintf("%.1f", m.Given), fmt.Sprintf("%.1f", m.Received), m.LastActive.String(), who)
	}
	t.print(a.out)
}

func (a *app) memberCommand() *cobra.Command {
	weekly := false
	c := &cobra.Command{
		Use: "member WHO", Short: "Show one person, and why they are where they are", Args: cobra.ExactArgs(1),
		Long: "Show one person: a number that `orrery members` shows, an address, a name.\nEvery identity of a person finds them.",
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := a.day()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				id, err := find(cmd, s, args[0])
				if err != nil {
					return err
				}
				if weekly {
					return a.memberByWeek(cmd.Context(), s, desk, id, day)
				}
				p, err := desk.Profile(cmd.Context(), id, day)
				if err != nil {
					return err
				}
				if a.planet != "" {
					if _, err := s.Planet(a.planet); err != nil {
						return err
					}
					p.Orbits = slices.DeleteFunc(p.Orbits, func(o view.ProfileOrbit) bool { return o.Planet != a.planet })
				}
				if a.json {
					return a.line(p)
				}
				a.printProfile(p)
				return nil
			})
		},
	}
	c.Flags().BoolVar(&weekly, "weekly", false, "a line for each week since they first came")
	return c
}

func (a *app) printProfile(p view.Profile) {
	kind := ""
	if p.Kind != orrery.Person {
		kind = " (" + p.Kind.String() + ")"
	}
	fmt.Fprintf(a.out, "%s%s, number %d\n", clean(p.Name, 80), kind, p.ID)
	if p.AsOf != 0 {
		fmt.Fprintf(a.out, "as of %s: what had happened by then, seen with today's identities, weights and fit\n", p.AsOf)
	}
	for _, o := range p.Orbits {
		fmt.Fprintf(a.out, "\naround %s: closeness %.0f (%s), last came %s\n", o.Planet, o.Closeness, o.Level, o.LastActive)
		t := table{head: []string{"points", "because"}}
		for _, r := range o.Reasons {
			t.add(fmt.Sprintf("%+.1f", r.Points), clean(r.Term.String(), 200))
		}
		t.print(a.out)
		fmt.Fprintf(a.out, "gave %.1f, received %.1f; people around them %.0f; came in %.0f%% of past periods; chance to return %.0f%%\n",
			o.Given, o.Received, o.Reach, 100*o.Endurance, 100*o.Return)
	}
	if len(p.Identities) > 0 {
		fmt.Fprintln(a.out, "\nknown as")
		t := table{head: []string{"", "what", "value", "because"}}
		for _, i := range p.Identities {
			why := ""
			if len(i.Evidence) > 0 {
				why = i.Evidence[0].Kind.String() + ": " + clean(i.Evidence[0].With, 50)
			}
			t.add(fmt.Sprint(i.ID), clean(i.Namespace+" "+i.Type, 30), clean(i.Value, 60), why)
		}
		t.print(a.out)
	}
	for _, b := range p.Belongs {
		when := ""
		if b.Since != 0 {
			when = ", since " + b.Since.String()[:7]
		}
		if b.Until != 0 {
			when += ", until " + b.Until.String()[:7]
		}
		fmt.Fprintf(a.out, "belongs to %s%s, %s\n", clean(b.Organization, 60), when, clean(b.Why.String(), 60))
	}
	if len(p.MayBeBot) > 0 {
		fmt.Fprintf(a.out, "may be a program: %s. Say what they are: orrery identities mark %d bot|person\n", clean(strings.Join(p.MayBeBot, "; "), 200), p.ID)
	}
	if len(p.Timeline) > 0 {
		fmt.Fprintln(a.out, "\nlately")
		t := table{head: []string{"when", "what", "on"}}
		for _, h := range p.Timeline {
			t.add(h.At.Format(time.DateOnly), clean(h.Kind, 30), clean(h.Title, max(20, terminalWidth(a.out)-46)))
		}
		t.print(a.out)
	}
}

func (a *app) identitiesCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "identities [WHO]", Short: "List the identities of one person, or all, with their evidence", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				var only orrery.IdentityID
				if len(args) == 1 {
					var err error
					if only, err = find(cmd, s, args[0]); err != nil {
						return err
					}
				}
				return s.Graph(cmd.Context(), func(g *identity.Graph) error { return a.printIdentities(g, only) })
			})
		},
	}
	c.AddCommand(a.suggestCommand(), a.acceptCommand(), a.rejectCommand(), a.botsCommand(), a.markCommand(), a.scoreCommand())
	return c
}

// identityLine is one identity as --json shows it.
type identityLine struct {
	ID        orrery.IdentityID `json:"id"`
	Member    orrery.MemberID   `json:"member"`
	Namespace string            `json:"namespace"`
	Type      string            `json:"type"`
	Value     string            `json:"value"`
	Name      string            `json:"name,omitempty"`
	Shared    bool              `json:"shared,omitempty"` // nobody's: it joins nobody
	Evidence  []evidenceLine    `json:"evidence,omitempty"`
}

type evidenceLine struct {
	Kind string            `json:"kind"`
	With orrery.IdentityID `json:"with"`
	At   time.Time         `json:"at"`
}

func (a *app) printIdentities(g *identity.Graph, only orrery.IdentityID) error {
	members := g.Members()
	shared := g.Shared()
	evidence := map[orrery.IdentityID][]evidenceLine{}
	for _, e := range g.Evidence() {
		at := time.UnixMicro(e.AtMicros).UTC()
		evidence[e.A] = append(evidence[e.A], evidenceLine{e.Kind.String(), e.B, at})
		evidence[e.B] = append(evidence[e.B], evidenceLine{e.Kind.String(), e.A, at})
	}
	t := table{head: []string{"", "person", "where", "what", "value", "because"}}
	for id := orrery.IdentityID(1); int(id) <= g.Len(); id++ {
		i, ok := g.Identity(id)
		if !ok || only != 0 && members[id] != members[only] {
			continue
		}
		if a.json {
			if err := a.line(identityLine{i.ID, members[id], i.Key.Namespace, i.Key.Type, i.Key.Value, i.Name, shared[id], evidence[id]}); err != nil {
				return err
			}
			continue
		}
		why := ""
		for n, e := range evidence[id] {
			if n == 3 {
				why += ", …"
				break
			}
			if n > 0 {
				why += ", "
			}
			why += fmt.Sprintf("%s with %d", e.Kind, e.With)
		}
		if shared[id] {
			why = "nobody's: used by many, or by no one"
		}
		t.add(fmt.Sprint(id), fmt.Sprint(members[id]), clean(i.Key.Namespace, 24), i.Key.Type, clean(i.Key.Value, 56), why)
	}
	if !a.json {
		t.print(a.out)
	}
	return nil
}

func (a *app) mergeCommand() *cobra.Command {
	return a.decisionCommand("merge", "Say that two people are one", (*flow.System).Merge, "one person now")
}

func (a *app) unmergeCommand() *cobra.Command {
	return a.decisionCommand("unmerge", "Say that two identities are never the same person", (*flow.System).Unmerge, "kept apart from now on")
}

func (a *app) decisionCommand(name, short string, how func(*flow.System, context.Context, orrery.IdentityID, orrery.IdentityID) (orrery.MemberID, error), told string) *cobra.Command {
	return &cobra.Command{
		Use: name + " WHO WHO", Short: short, Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				x, err := find(cmd, s, args[0])
				if err != nil {
					return err
				}
				y, err := find(cmd, s, args[1])
				if err != nil {
					return err
				}
				m, err := how(s, cmd.Context(), x, y)
				if err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{"type": name, "a": x, "b": y, "member": m})
				}
				fmt.Fprintf(a.out, "%d and %d: %s.\n", x, y, told)
				return nil
			})
		},
	}
}

func (a *app) teammatesCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "teammates", Short: "List whose addresses make them one of us", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				rules, err := s.Teammates(cmd.Context())
				if err != nil {
					return err
				}
				for _, r := range rules {
					if a.json {
						if err := a.line(map[string]string{"rule": r}); err != nil {
							return err
						}
						continue
					}
					fmt.Fprintln(a.out, r)
				}
				if len(rules) == 0 && !a.json {
					fmt.Fprintln(a.out, "Nobody yet. Add your own: orrery teammates add @example.org")
				}
				return nil
			})
		},
	}
	change := func(use, short string, do func(*flow.System, context.Context, string) error) *cobra.Command {
		return &cobra.Command{
			Use: use + " @DOMAIN|ADDRESS", Short: short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.with(cmd.Context(), false, func(s *flow.System, _ *view.Desk) error {
					return do(s, cmd.Context(), args[0])
				})
			},
		}
	}
	c.AddCommand(change("add", "Make everybody with such an address a teammate", (*flow.System).AddTeammates),
		change("remove", "Take a rule back", (*flow.System).RemoveTeammates))
	return c
}

func (a *app) eraseCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use: "erase WHO", Short: "Remove a person for good, everywhere", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes {
				if !a.confirm(fmt.Sprintf("Remove %s and all they did, for good? This cannot be undone.", clean(args[0], 60))) {
					return orrery.Errorf(orrery.Invalid, "nothing was erased: answer yes, or give --yes")
				}
				a.args = append(a.args, "--yes") // for a running server, which cannot ask
			}
			return a.withSources(cmd.Context(), true, func(from *sources.Service, s *flow.System) error {
				id, err := find(cmd, s, args[0])
				if err != nil {
					return err
				}
				if err := from.ForgetWords(cmd.Context()); err != nil {
					return err
				}
				out, err := s.Erase(cmd.Context(), id)
				if err != nil {
					return err
				}
				if a.desk != nil {
					a.desk.Drop() // lists that the server keeps
				}
				if a.json {
					return a.line(map[string]any{"type": "erased", "identities": out.Identities, "activities": out.Activities, "mentions": out.Mentions, "copies": append([]string{}, out.Copies...)})
				}
				for _, path := range out.Copies {
					fmt.Fprintf(a.err, "%s was kept by a restore and may still hold them: delete it.\n", path)
				}
				fmt.Fprintf(a.out, "Erased: %s, %s; taken out of %s of others. They will not come back with another import.\nBackups made before still hold them: make a new one and delete the old.\n",
					things(int64(out.Identities), "identity", "identities"), things(int64(out.Activities), "activity", "activities"),
					things(int64(out.Mentions), "activity", "activities"))
				return nil
			})
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}
