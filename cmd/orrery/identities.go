package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/view"
)

func (a *app) suggestCommand() *cobra.Command {
	limit := shownMembers
	least := identity.LeastSuggested
	c := &cobra.Command{
		Use: "suggest", Short: "List pairs of people who may be one, with what speaks for it", Args: cobra.NoArgs,
		Long: "List pairs of people who may be one, with what speaks for it. Nothing is merged\nby it: `orrery identities accept` and `orrery identities reject` decide, once.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 0 || least < 0 || least > 1 {
				return orrery.Errorf(orrery.Invalid, "--limit is 0 or more, --least a chance between 0 and 1")
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				list, err := s.Suggestions(cmd.Context(), least)
				if err != nil {
					return err
				}
				shown := list
				if limit > 0 {
					shown = list[:min(limit, len(list))]
				}
				return a.printSuggestions(shown, len(list))
			})
		},
	}
	c.Flags().IntVar(&limit, "limit", limit, "how many to show; 0: all")
	c.Flags().Float64Var(&least, "least", least, "`chance` from which on a pair is shown, 0–1")
	return c
}

// suggestionLine is a suggestion as --json shows it.
type suggestionLine struct {
	A     suggestedLine `json:"a"`
	B     suggestedLine `json:"b"`
	Score float64       `json:"score"`
	Clues []clueLine    `json:"evidence"`
}

type suggestedLine struct {
	ID   orrery.MemberID `json:"id"`
	Name string          `json:"name"`
}

type clueLine struct {
	Kind identity.ClueKind `json:"kind"`
	A    string            `json:"a"`
	B    string            `json:"b"`
	Bits float64           `json:"bits"`
}

func (a *app) printSuggestions(list []flow.Suggested, of int) error {
	if a.json {
		for _, s := range list {
			line := suggestionLine{A: suggestedLine{s.A, s.NameA}, B: suggestedLine{s.B, s.NameB}, Score: s.Score, Clues: []clueLine{}}
			for _, c := range s.Clues {
				line.Clues = append(line.Clues, clueLine{c.Kind, c.A, c.B, c.Weight})
			}
			if err := a.line(line); err != nil {
				return err
			}
		}
		return nil
	}
	if len(list) == 0 {
		fmt.Fprintln(a.out, "Nobody looks like somebody else.")
		return nil
	}
	t := table{head: []string{"chance", "", "who", "", "and who", "because"}}
	for _, s := range list {
		t.add(fmt.Sprintf("%.0f%%", min(99, 100*s.Score)), fmt.Sprint(s.A), clean(s.NameA, 24), fmt.Sprint(s.B), clean(s.NameB, 24), clean(because(s.Clues), 90))
	}
	t.print(a.out)
	fmt.Fprintf(a.out, "%s of %s shown. The same person: orrery identities accept %d %d. Two people: orrery identities reject %d %d.\n",
		count(int64(len(list))), count(int64(of)), list[0].A, list[0].B, list[0].A, list[0].B)
	return nil
}

// because tells in a few words what speaks for a pair.
func because(clues []identity.Clue) string {
	var parts []string
	for _, c := range clues {
		if c.Weight <= 0 {
			continue
		}
		part := string(c.Kind)
		if c.A != "" && c.Kind != identity.ClueTime && c.Kind != identity.ClueSource {
			part += " " + c.A
			if !strings.EqualFold(c.A, c.B) {
				part += " / " + c.B
			}
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

func (a *app) botsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "bots", Short: "List people who may be programs, with what speaks for it", Args: cobra.NoArgs,
		Long: "List people who may be programs, with what speaks for it. Nothing follows from\nit: `orrery identities mark WHO bot` or `orrery identities mark WHO person`\ndecides, and who was decided about is not listed again.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				flags, err := s.BotFlags(cmd.Context())
				if err != nil {
					return err
				}
				t := table{head: []string{"", "who", "activities", "because"}}
				for _, f := range flags {
					if a.json {
						err := a.line(map[string]any{"id": f.Member, "name": f.Name, "signs": f.Signs, "activities": f.Acts, "reasons": f.Reasons})
						if err != nil {
							return err
						}
						continue
					}
					t.add(fmt.Sprint(f.Member), clean(f.Name, 30), count(int64(f.Acts)), clean(strings.Join(f.Reasons, "; "), 100))
				}
				switch {
				case a.json:
				case len(flags) == 0:
					fmt.Fprintln(a.out, "Nobody acts like a program.")
				default:
					t.print(a.out)
				}
				return nil
			})
		},
	}
}

func (a *app) markCommand() *cobra.Command {
	return &cobra.Command{
		Use: "mark WHO person|bot|teammate", Short: "Say what somebody is", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			var kind orrery.MemberKind
			if err := kind.UnmarshalText([]byte(args[1])); err != nil || kind == orrery.Visitor {
				return orrery.Errorf(orrery.Invalid, "%q is nothing that somebody can be: choose person, bot or teammate", args[1])
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				id, err := find(cmd, s, args[0])
				if err != nil {
					return err
				}
				if err := s.Mark(cmd.Context(), id, kind); err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{"type": "mark", "id": id, "kind": kind})
				}
				fmt.Fprintf(a.out, "%d is a %s from now on.\n", id, kind)
				return nil
			})
		},
	}
}

// scoreLine is what `identities score` prints for programs.
type scoreLine struct {
	Aliases   int       `json:"aliases"`
	People    int       `json:"people"`
	TruePairs int       `json:"true_pairs"`
	Automatic pairsLine `json:"automatic"`
	Accepted  pairsLine `json:"with_suggestions"`
	Threshold float64   `json:"threshold"`
}

type pairsLine struct {
	Pairs     int     `json:"pairs"`
	Right     int     `json:"right"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
}

func (a *app) scoreCommand() *cobra.Command {
	var path string
	threshold := identity.RuleAccepted
	c := &cobra.Command{
		Use: "score --truth FILE", Short: "Compare who is who with a .mailmap or a table (alias,person)", Args: cobra.NoArgs,
		Long: `Compare who is who with a truth, pair by pair: as evidence and decisions have it,
and as it would be if every suggestion from a chance on were accepted. The truth
is a .mailmap, or a table of two columns, alias and person. Nothing is changed.

Only aliases that the truth speaks of count. To score fairly against a
repository's own .mailmap, import it with --no-mailmap.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if path == "" || threshold < 0 || threshold > 1 {
				return orrery.Errorf(orrery.Invalid, "name a truth with --truth FILE; --threshold is a chance between 0 and 1")
			}
			truth, err := readTruth(a.path(path))
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				scored, err := s.ScoreIdentities(cmd.Context(), truth, threshold)
				if err != nil {
					return err
				}
				return a.printScore(scored)
			})
		},
	}
	c.Flags().StringVar(&path, "truth", "", "`file`: a .mailmap, or a table of alias and person")
	c.Flags().Float64Var(&threshold, "threshold", threshold, "`chance` from which on a suggestion counts as accepted")
	return c
}

func readTruth(path string) (*identity.Truth, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "the truth cannot be opened: %w", err)
	}
	defer file.Close()
	return identity.ReadTruth(file)
}

func (a *app) printScore(s identity.Scored) error {
	line := func(p identity.Pairs) pairsLine { return pairsLine{p.Joined, p.Right, p.Precision, p.Recall} }
	if a.json {
		return a.line(scoreLine{s.Aliases, s.People, s.TruePairs, line(s.Automatic), line(s.Accepted), s.Threshold})
	}
	if s.Aliases == 0 {
		return orrery.Errorf(orrery.Invalid, "the truth speaks of nobody who is known here")
	}
	fmt.Fprintf(a.out, "%s of %s; %s that are one person in truth.\n", things(int64(s.Aliases), "alias", "aliases"),
		things(int64(s.People), "person", "people"), things(int64(s.TruePairs), "pair", "pairs"))
	t := table{head: []string{"", "pairs", "right", "precision", "recall"}}
	for _, row := range []struct {
		what string
		identity.Pairs
	}{{"merged by evidence", s.Automatic}, {fmt.Sprintf("and suggestions from %.0f%% on", 100*s.Threshold), s.Accepted}} {
		t.add(row.what, count(int64(row.Joined)), count(int64(row.Right)), fmt.Sprintf("%.3f", row.Precision), fmt.Sprintf("%.3f", row.Recall))
	}
	t.print(a.out)
	return nil
}

func (a *app) organizationsCommand() *cobra.Command {
	limit := shownMembers
	c := &cobra.Command{
		Use: "organizations", Short: "List the organizations that people belong to", Args: cobra.NoArgs,
		Long: "List the organizations that people belong to, by the domain of their addresses\nand by what sources state, with the sum of their closeness to the planet.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 0 {
				return orrery.Errorf(orrery.Invalid, "--limit %d: 0 shows all, other numbers how many", limit)
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				p, err := s.Planet(a.planet)
				if err != nil {
					return err
				}
				list, err := s.Organizations(cmd.Context(), p)
				if err != nil {
					return err
				}
				if limit > 0 {
					list = list[:min(limit, len(list))]
				}
				t := table{head: []string{"organization", "domain", "people", "in orbit", "closeness, summed"}}
				for _, o := range list {
					if a.json {
						if err := a.line(organizationLine{o.ID, o.Name, o.Domain, p.Slug, o.Current, o.InOrbit, o.Closeness}); err != nil {
							return err
						}
						continue
					}
					t.add(clean(o.Name, 40), clean(cmp.Or(o.Domain, "–"), 40), count(int64(o.Current)), count(int64(o.InOrbit)), fmt.Sprintf("%.0f", o.Closeness))
				}
				switch {
				case a.json:
				case len(list) == 0:
					fmt.Fprintln(a.out, "No organization is known: nobody's address or source names one.")
				default:
					t.print(a.out)
				}
				return nil
			})
		},
	}
	c.Flags().IntVar(&limit, "limit", limit, "how many to show; 0: all")
	return c
}

// ofOrganization keeps the people who belong to an organization now, at most so
// many; 0 is no limit.
func ofOrganization(ctx context.Context, s *flow.System, list []view.Member, name string, limit int) ([]view.Member, error) {
	organizations, err := s.Organizations(ctx, orrery.Planet{})
	if err != nil {
		return nil, err
	}
	belong := map[orrery.MemberID]bool{}
	found := false
	for _, o := range organizations {
		if !strings.EqualFold(o.ID, name) && !strings.EqualFold(o.Name, name) {
			continue
		}
		found = true
		for _, p := range o.People {
			belong[p.Member] = belong[p.Member] || p.Until == 0
		}
	}
	if !found {
		return nil, orrery.Errorf(orrery.NotFound, "no organization is called %q: `orrery organizations` lists them", name)
	}
	var kept []view.Member
	for _, m := range list {
		if belong[m.ID] && (limit == 0 || len(kept) < limit && m.Level != orrery.OutOfOrbit) {
			kept = append(kept, m)
		}
	}
	return kept, nil
}

// belongingLine says that a person belongs to an organization, as it is exported.
type belongingLine struct {
	Organization string          `json:"organization"`
	Name         string          `json:"name"`
	Domain       string          `json:"domain,omitempty"`
	Member       orrery.MemberID `json:"member"`
	Since        orrery.Day      `json:"since,omitzero"`
	Until        orrery.Day      `json:"until,omitzero"`
	Stated       bool            `json:"stated"` // by a source; else by an address
}

func (a *app) exportOrganizations(cmd *cobra.Command, format string) error {
	return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
		list, err := s.Organizations(cmd.Context(), orrery.Planet{})
		if err != nil {
			return err
		}
		rows := csv.NewWriter(a.out)
		if format == "csv" {
			if err := rows.Write([]string{"organization", "name", "domain", "member", "since", "until", "stated"}); err != nil {
				return fmt.Errorf("export: %w", err)
			}
		}
		date := func(d orrery.Day) string {
			if d == 0 {
				return ""
			}
			return d.String()
		}
		for _, o := range list {
			for _, p := range o.People {
				if format == "csv" {
					err = rows.Write(guarded(o.ID, o.Name, o.Domain, fmt.Sprint(p.Member), date(p.Since), date(p.Until), fmt.Sprint(p.Stated)))
				} else {
					err = a.line(belongingLine{o.ID, o.Name, o.Domain, p.Member, p.Since, p.Until, p.Stated})
				}
				if err != nil {
					return err
				}
			}
		}
		rows.Flush()
		return rows.Error()
	})
}

type organizationLine struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	Domain    string  `json:"domain,omitempty"`
	Planet    string  `json:"planet"`
	People    int     `json:"people"`
	InOrbit   int     `json:"in_orbit"`
	Closeness float64 `json:"closeness"`
}

func (a *app) acceptCommand() *cobra.Command {
	return a.decisionCommand("accept", "Say that two people who were suggested are one", (*flow.System).Accept, "one person now")
}

func (a *app) rejectCommand() *cobra.Command {
	return a.decisionCommand("reject", "Say that two people who were suggested are two, for ever", (*flow.System).Reject, "two people, and not suggested again")
}
