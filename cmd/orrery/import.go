package main

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/all"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/sources"
	"orrery.dev/orrery/internal/view"
)

func (a *app) importCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "import", Short: "Bring in a repository or a file, or look at an import", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listImports(cmd.Context()) },
	}
	for _, k := range all.Kinds() {
		c.AddCommand(a.importKindCommand(k))
	}
	c.AddCommand(a.importErrorsCommand(), a.importUndoCommand())
	return c
}

func (a *app) importKindCommand(k all.Kind) *cobra.Command {
	var source string
	settings := k.Settings()
	c := &cobra.Command{
		Use: k.Name + " " + k.Argument, Short: k.Short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importFrom(cmd.Context(), args[0], source, func() (collect.Connector, error) {
				ask := all.Ask(nil)
				if a.atTerminal() && !a.json {
					ask = a.ask
				}
				return settings.Connector(cmd.Context(), args[0], a.clock(), ask)
			})
		},
	}
	c.Flags().StringVar(&source, "source", "", "`name` to keep the source under, instead of the one made from its path")
	settings.Flags(c.Flags())
	return c
}

func (a *app) importFrom(ctx context.Context, path, source string, connect func() (collect.Connector, error)) (err error) {
	if a.planet != "" {
		if err := flow.CheckSlug(a.planet); err != nil {
			return err
		}
	}
	connector, err := connect()
	if err != nil {
		return err
	}
	if _, err := connector.Source(ctx); err != nil {
		return err // before a folder is made for nothing
	}
	bar := a.progress(path)
	plan := flow.ImportPlan{Planet: a.planet, Source: source, Progress: bar.update}
	defer bar.done()
	system, err := a.open(ctx, false)
	if orrery.CodeOf(err) == orrery.Conflict {
		if conn := a.server(ctx); conn != nil {
			return a.importThrough(ctx, conn, connector, plan)
		}
	}
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := system.Close(context.WithoutCancel(ctx)); err == nil {
			err = closeErr
		}
	}()
	a.finished = bar.done
	desk := view.NewDesk(system)
	defer desk.Stop() // before the data is closed
	return a.importWith(ctx, system, desk, connector, plan)
}

// importWith imports and ends with what a person came for.
func (a *app) importWith(ctx context.Context, s *flow.System, desk *view.Desk, connector collect.Connector, plan flow.ImportPlan) error {
	result, err := s.Import(ctx, connector, plan)
	if a.finished != nil {
		a.finished()
	}
	if err != nil {
		if result.Added > 0 {
			fmt.Fprintf(a.err, "%s stored before it stopped stay; run it again to go on (import %d).\n",
				things(result.Added, "activity", "activities"), result.ID)
		}
		return err
	}
	if a.json {
		return a.line(doneLine{
			"done", result.ID, result.Read, result.Added, result.Duplicates, result.Skipped, result.Members, result.Took.Seconds(),
		})
	}
	a.printImported(result)
	return a.printOrbits(ctx, s, desk, result)
}

// doneLine ends an import for programs.
type doneLine struct {
	Type       string          `json:"type"`
	Import     orrery.ImportID `json:"import"`
	Read       int64           `json:"read"`
	Added      int64           `json:"added"`
	Duplicates int64           `json:"duplicates"`
	Skipped    int64           `json:"skipped"`
	Members    int64           `json:"members"`
	Seconds    float64         `json:"seconds"`
}

func (a *app) printImported(r flow.ImportResult) {
	if r.Resumed {
		fmt.Fprintf(a.out, "Import %d had been cut off and is complete now.\n", r.ID)
	}
	text := fmt.Sprintf("%s of %s in %.1f s", things(r.Added, "new activity", "new activities"), things(r.Members, "person", "people"), r.Took.Seconds())
	if r.Duplicates > 0 {
		text += fmt.Sprintf("; %s already there", things(r.Duplicates, "was", "were"))
	}
	if r.Skipped > 0 {
		text += fmt.Sprintf("; %s skipped (orrery import errors %d)", things(r.Skipped, "row", "rows"), r.ID)
	}
	fmt.Fprintln(a.out, text+".")
	if r.Added > 0 {
		fmt.Fprintf(a.out, "To take it back: orrery import undo %d\n", r.ID)
	}
}

const shownMovers = 5

// printOrbits ends an import with what a person came for.
func (a *app) printOrbits(ctx context.Context, s *flow.System, desk *view.Desk, r flow.ImportResult) error {
	p, err := s.Planet(r.PlanetSlug)
	if err != nil {
		return err
	}
	list, asOf, err := desk.Members(ctx, view.MembersQuery{Planet: p.ID, Limit: 12})
	if err != nil {
		return err
	}
	planets, err := desk.Planets(ctx, 0)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(planets, func(v view.PlanetSummary) bool { return v.ID == p.ID })
	if at < 0 || len(list) == 0 {
		fmt.Fprintf(a.out, "Nobody orbits %s yet.\n", p.Slug)
		return nil
	}
	sum := planets[at]
	fmt.Fprintf(a.out, "\n%s as of %s: %s in orbit", p.Slug, asOf, things(int64(sum.People), "person", "people"))
	for i, b := range sum.Bands {
		if i == 0 {
			fmt.Fprint(a.out, " —")
		} else {
			fmt.Fprint(a.out, ",")
		}
		fmt.Fprintf(a.out, " %s %s", count(int64(b.People)), b.Level)
	}
	fmt.Fprintf(a.out, ".\nExpect %s to come by themselves in the next %d days (likely %.0f to %.0f).\n\n",
		about(sum.Gravity.Now), p.RhythmDays, sum.Gravity.Low, sum.Gravity.High)
	a.printMembers(p, list, asOf, false)

	rising, drifting, err := desk.Movers(ctx, p.ID, 0, shownMovers)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		title string
		list  []view.Member
	}{{"Coming closer", rising}, {"Drifting away", drifting}} {
		if len(part.list) == 0 {
			continue
		}
		fmt.Fprintf(a.out, "\n%s in the last 30 days\n", part.title)
		t := table{head: []string{"", "drift", "closeness", "person", "why"}}
		for _, m := range part.list {
			t.add(fmt.Sprint(m.ID), a.movement(m.Drift), fmt.Sprintf("%.0f", m.Closeness), clean(m.Name, 28), why(m))
		}
		t.print(a.out)
	}
	fmt.Fprintf(a.out, "\nWhy somebody is where they are: orrery member %d\n", list[0].ID)
	return nil
}

func about(people float64) string {
	return things(int64(people+.5), "person", "people")
}

// why tells the terms that say most about a move: what was done lately and when
// last.
func why(m view.Member) string {
	var parts []string
	for _, r := range m.Reasons {
		if strings.Contains(r.Term.String(), "of the last 30") || strings.HasPrefix(r.Term.String(), "last came") {
			parts = append(parts, clean(r.Term.String(), 120))
		}
	}
	return strings.Join(parts, "; ")
}

// ask puts a question to the person at the terminal. Enter takes the default.
func (a *app) ask(text string, choices []string, preset string) (string, error) {
	for {
		fmt.Fprint(a.err, text)
		if len(choices) > 0 {
			fmt.Fprintf(a.err, " [%s]", strings.Join(choices, "/"))
		}
		fmt.Fprintf(a.err, " (%s) ", preset)
		answer, err := bufio.NewReader(a.in).ReadString('\n')
		if err != nil {
			return "", fmt.Errorf("read the answer: %w", err)
		}
		answer = strings.TrimSpace(answer)
		if answer == "" {
			return preset, nil
		}
		if len(choices) == 0 || slices.Contains(choices, answer) {
			return answer, nil
		}
	}
}

func (a *app) confirm(text string) bool {
	if !a.atTerminal() {
		return false
	}
	answer, err := a.ask(text, []string{"yes", "no"}, "no")
	return err == nil && answer == "yes"
}

func parseImport(text string) (orrery.ImportID, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n == 0 {
		return 0, orrery.Errorf(orrery.Invalid, "%q is no import: `orrery import` lists them by number", text)
	}
	return orrery.ImportID(n), nil
}

func (a *app) listImports(ctx context.Context) error {
	return a.with(ctx, true, func(s *flow.System, _ *view.Desk) error {
		imports, err := s.Imports(ctx)
		if err != nil {
			return err
		}
		sources, err := s.Sources(ctx)
		if err != nil {
			return err
		}
		names := map[orrery.SourceID]string{}
		for _, src := range sources {
			names[src.ID] = src.Name
		}
		t := table{head: []string{"", "source", "state", "started", "read", "new", "there before", "skipped"}}
		for _, i := range imports {
			if a.json {
				if err := a.line(importLine{
					i.ID, names[i.Source], i.State, i.Started, i.Read, i.Added, i.Duplicates, i.Skipped, i.Error,
				}); err != nil {
					return err
				}
				continue
			}
			t.add(fmt.Sprint(i.ID), clean(names[i.Source], 40), string(i.State), i.Started.Local().Format("2006-01-02 15:04"),
				count(i.Read), count(i.Added), count(i.Duplicates), count(i.Skipped))
		}
		if !a.json {
			t.print(a.out)
		}
		return nil
	})
}

type importLine struct {
	ID         orrery.ImportID    `json:"import"`
	Source     string             `json:"source"`
	State      orrery.ImportState `json:"state"`
	Started    time.Time          `json:"started"`
	Read       int64              `json:"read"`
	Added      int64              `json:"added"`
	Duplicates int64              `json:"duplicates"`
	Skipped    int64              `json:"skipped"`
	Error      string             `json:"error,omitempty"`
}

func (a *app) importErrorsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "errors N", Short: "Show the rows of import N that were skipped, and why", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseImport(args[0])
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				rows, err := s.Skipped(cmd.Context(), id)
				if err != nil {
					return err
				}
				imp, err := s.ImportByID(cmd.Context(), id)
				if err != nil {
					return err
				}
				t := table{head: []string{"row", "why", "it began with"}}
				for _, r := range rows {
					if a.json {
						if err := a.line(map[string]any{"row": r.Row, "reason": r.Reason, "excerpt": r.Excerpt}); err != nil {
							return err
						}
						continue
					}
					row := "–"
					if r.Row > 0 {
						row = fmt.Sprint(r.Row)
					}
					t.add(row, clean(r.Reason, 100), clean(r.Excerpt, 60))
				}
				if a.json {
					return nil
				}
				if len(rows) == 0 {
					fmt.Fprintf(a.out, "Import %d skipped nothing.\n", id)
					return nil
				}
				t.print(a.out)
				if more := imp.Skipped - int64(len(rows)); more > 0 {
					fmt.Fprintf(a.out, "and %s more, of which only the number was kept.\n", count(more))
				}
				return nil
			})
		},
	}
}

func (a *app) importUndoCommand() *cobra.Command {
	return &cobra.Command{
		Use: "undo N", Short: "Take import N back, as if it had never been", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseImport(args[0])
			if err != nil {
				return err
			}
			return a.withSources(cmd.Context(), true, func(from *sources.Service, s *flow.System) error {
				rests, err := from.Rest(cmd.Context(), id)
				if err != nil {
					return err
				}
				out, err := s.Undo(cmd.Context(), id)
				if err != nil {
					return err
				}
				if a.json {
					held := map[string]int64{}
					for i, n := range out.HeldBack {
						held[fmt.Sprint(i)] = n
					}
					return a.line(map[string]any{"type": "undone", "import": id, "activities": out.Activities, "held_back": held})
				}
				fmt.Fprintf(a.out, "Import %d is undone: %s taken back.\n", id, things(out.Activities, "activity", "activities"))
				if rests != "" {
					fmt.Fprintf(a.out, "%s rests now, or it would bring them back: orrery sources resume %s\n", rests, rests)
				}
				for other, n := range out.HeldBack {
					fmt.Fprintf(a.out, "Import %d brought %s of these too; import its source again to have them back.\n", other, count(n))
				}
				return nil
			})
		},
	}
}
