package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/platforms"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/sources"
	"orrery.dev/orrery/internal/view"
)

// sourcesOf joins what is set up with the platforms that there are.
func (a *app) sourcesOf(ctx context.Context, system *flow.System) (*sources.Service, error) {
	vault, err := sources.NewVault(system.Dir(), os.Getenv("ORRERY_SECRET_KEY"))
	if err != nil {
		return nil, err
	}
	return sources.New(ctx, sources.Config{
		System: system, Storage: system.Storage(), Platforms: platforms.All(), Vault: vault, Clock: a.clock, Log: a.logger(),
	})
}

// withSources runs fn on the sources of the running server, or of the folder.
func (a *app) withSources(ctx context.Context, mustExist bool, fn func(*sources.Service, *flow.System) error) error {
	return a.with(ctx, mustExist, func(s *flow.System, _ *view.Desk) error {
		from := a.sources
		if from == nil {
			var err error
			if from, err = a.sourcesOf(ctx, s); err != nil {
				return err
			}
		}
		return fn(from, s)
	})
}

func (a *app) sourcesCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "sources", Short: "List the platforms that keep bringing activities, and how they are", Args: cobra.NoArgs,
		Long: `A source is set up once; then its platform sends what happens, or the running
server asks for it again and again.

  orrery sources platforms
  orrery sources add discourse --planet radio --name forum --set url=https://forum.example.org --set secret=-
  orrery sources test forum

A value of - is read from standard input, so that a secret stands in no history.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listSources(cmd.Context()) },
	}
	one := func(use, short, said string, do func(context.Context, *sources.Service, string) error) *cobra.Command {
		return &cobra.Command{
			Use: use + " NAME", Short: short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.withSources(cmd.Context(), true, func(s *sources.Service, _ *flow.System) error {
					if err := do(cmd.Context(), s, args[0]); err != nil {
						return err
					}
					return a.saySource(s, args[0], said)
				})
			},
		}
	}
	c.AddCommand(
		a.platformsCommand(), a.addSourceCommand(), a.setSourceCommand(), a.testSourceCommand(), a.rewindSourceCommand(), a.deleteSourceCommand(),
		one("pause", "Have a source rest", "%s rests.", func(ctx context.Context, s *sources.Service, name string) error { return s.Pause(ctx, name) }),
		one("resume", "Have a source go on, and be asked now", "%s goes on.", func(ctx context.Context, s *sources.Service, name string) error { return s.Resume(ctx, name) }),
	)
	return c
}

// sourceLine is one source for programs.
type sourceLine struct {
	Name       string            `json:"name"`
	Platform   string            `json:"platform"`
	Planet     string            `json:"planet"`
	State      sources.State     `json:"state"`
	Error      string            `json:"error,omitempty"`
	Failing    *time.Time        `json:"failing_since,omitempty"`
	Next       *time.Time        `json:"next,omitempty"`
	Success    *time.Time        `json:"success,omitempty"`
	Newest     *time.Time        `json:"newest,omitempty"`
	Activities int64             `json:"activities"`
	Skipped    int64             `json:"skipped"`
	Hook       string            `json:"hook,omitempty"` // path that its platform sends to
	Deliveries *deliveriesLine   `json:"deliveries,omitempty"`
	Settings   map[string]string `json:"settings"`
}

type deliveriesLine struct {
	Received int64            `json:"received"`
	Taken    int64            `json:"taken"`
	Ignored  int64            `json:"ignored"`
	Refused  int64            `json:"refused"`
	Denied   int64            `json:"denied"`
	Last     *time.Time       `json:"last,omitempty"`
	Reasons  map[string]int64 `json:"reasons,omitempty"`
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

func (a *app) listSources(ctx context.Context) error {
	return a.withSources(ctx, true, func(s *sources.Service, system *flow.System) error {
		lines, err := sourceLines(ctx, s, system)
		if err != nil {
			return err
		}
		if a.json {
			for _, l := range lines {
				if err := a.line(l); err != nil {
					return err
				}
			}
			return nil
		}
		if len(lines) == 0 {
			fmt.Fprintln(a.out, "No platform is connected yet. See which there are: orrery sources platforms")
			return nil
		}
		t := table{head: []string{"source", "platform", "planet", "state", "activities", "newest"}}
		for _, l := range lines {
			newest := "never"
			if l.Newest != nil {
				newest = l.Newest.Format(time.DateOnly)
			}
			t.add(l.Name, l.Platform, clean(l.Planet, 30), string(l.State), count(l.Activities), newest)
		}
		t.print(a.out)
		for _, l := range lines {
			if l.Error != "" {
				fmt.Fprintf(a.out, "%s: %s\n", l.Name, clean(l.Error, 400))
			}
		}
		return nil
	})
}

// sourceLines joins how sources are with what they brought.
func sourceLines(ctx context.Context, s *sources.Service, system *flow.System) ([]sourceLine, error) {
	known, err := system.Sources(ctx)
	if err != nil {
		return nil, err
	}
	imports, err := system.Imports(ctx)
	if err != nil {
		return nil, err
	}
	added, skipped := map[orrery.SourceID]int64{}, map[orrery.SourceID]int64{}
	for _, i := range imports {
		if i.State != orrery.ImportUndone {
			added[i.Source] += i.Added
			skipped[i.Source] += i.Skipped
		}
	}
	slugs := map[orrery.PlanetID]string{}
	for _, p := range system.Planets() {
		slugs[p.ID] = p.Slug
	}
	lines := []sourceLine{}
	for _, st := range s.List() {
		l := sourceLine{
			Name: st.Name, Platform: st.Platform, Planet: slugs[st.Planet], State: st.State, Error: st.Error, Failing: instant(st.Failing),
			Next: instant(st.Next), Success: instant(st.Success), Newest: instant(st.Newest), Settings: st.Open,
		}
		if st.Takes || st.TakeErr != "" {
			l.Hook = "/hooks/" + st.Name
			l.Deliveries = &deliveriesLine{
				st.Pushed.Received, st.Pushed.Taken, st.Pushed.Ignored, st.Pushed.Refused, st.Pushed.Denied, instant(st.Pushed.Last), st.Pushed.Reasons,
			}
		}
		for _, src := range known {
			if src.Name == st.Name {
				l.Activities, l.Skipped = added[src.ID], skipped[src.ID]
			}
		}
		lines = append(lines, l)
	}
	return lines, nil
}

func (a *app) platformsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "platforms [PLATFORM]", Short: "List what can be connected, or what one wants filled in", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			all := platforms.All()
			if len(args) == 1 {
				for _, p := range all {
					if p.Name == args[0] {
						return a.tellPlatform(p)
					}
				}
				return orrery.Errorf(orrery.NotFound, "there is no platform %q: see orrery sources platforms", args[0])
			}
			t := table{head: []string{"platform", "", "what it brings"}}
			for _, p := range all {
				if a.json {
					if err := a.line(map[string]any{"name": p.Name, "title": p.Title, "short": p.Short, "sends": p.Hook != nil, "asked": p.Pull != nil}); err != nil {
						return err
					}
					continue
				}
				t.add(p.Name, p.Title, p.Short)
			}
			if !a.json {
				t.print(a.out)
			}
			return nil
		},
	}
}

func (a *app) tellPlatform(p collect.Platform) error {
	if !a.json {
		fmt.Fprintf(a.out, "%s: %s\n\n", p.Title, p.Short)
	}
	for _, f := range sources.Fields(p) {
		if a.json {
			err := a.line(map[string]any{
				"name": f.Name, "label": f.Label, "help": f.Help, "choices": f.Choices, "default": f.Default, "secret": f.Secret, "required": f.Required,
			})
			if err != nil {
				return err
			}
			continue
		}
		need := ""
		if f.Required {
			need = " (needed)"
		}
		fmt.Fprintf(a.out, "  --set %s=…%s\n      %s. %s\n", f.Name, need, f.Label, f.Help)
		if len(f.Choices) > 0 {
			fmt.Fprintf(a.out, "      One of: %s\n", strings.Join(f.Choices, ", "))
		}
	}
	return nil
}

func (a *app) testSourceCommand() *cobra.Command {
	return &cobra.Command{
		Use: "test NAME", Short: "Ask a source for a few activities, and keep none of them", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSources(cmd.Context(), true, func(s *sources.Service, _ *flow.System) error {
				t, err := s.Test(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{
						"type": "tested", "name": args[0], "asked": t.Asked, "activities": t.Activities, "skipped": t.Skipped,
						"newest": instant(t.Newest), "takes": t.Takes, "deliveries": t.Received, "last_delivery": instant(t.Last),
					})
				}
				fmt.Fprintln(a.out, clean(t.Words(a.clock()), 600))
				return nil
			})
		},
	}
}

func (a *app) rewindSourceCommand() *cobra.Command {
	var from string
	c := &cobra.Command{
		Use: "rewind NAME", Short: "Read a source again, from its start or from a day on", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var day time.Time
			if from != "" {
				d, err := orrery.ParseDay(from)
				if err != nil {
					return err
				}
				day = d.Time()
			}
			return a.withSources(cmd.Context(), true, func(s *sources.Service, _ *flow.System) error {
				if err := s.Rewind(cmd.Context(), args[0], day); err != nil {
					return err
				}
				return a.saySource(s, args[0], "%s is read again. What is known already counts once.")
			})
		},
	}
	c.Flags().StringVar(&from, "from", "", "only what happened from this `date` on")
	return c
}

func (a *app) deleteSourceCommand() *cobra.Command {
	var takeBack, yes bool
	c := &cobra.Command{
		Use: "delete NAME", Short: "Forget a source; what it brought stays, or goes too", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSources(cmd.Context(), true, func(s *sources.Service, system *flow.System) error {
				lines, err := sourceLines(cmd.Context(), s, system)
				if err != nil {
					return err
				}
				var brought int64
				for _, l := range lines {
					if l.Name == args[0] {
						brought = l.Activities
					}
				}
				if takeBack && !yes && brought > 0 {
					return orrery.Errorf(orrery.Invalid, "this takes %s back: say --yes too if you mean it", things(brought, "activity", "activities"))
				}
				n, err := s.Delete(cmd.Context(), args[0], takeBack)
				if err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{"type": "deleted", "name": args[0], "taken_back": n})
				}
				if takeBack {
					fmt.Fprintf(a.out, "%s is deleted, and %s of it are gone.\n", args[0], things(n, "activity", "activities"))
				} else {
					fmt.Fprintf(a.out, "%s is deleted. What it brought stays: %s.\n", args[0], things(brought, "activity", "activities"))
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&takeBack, "take-back", false, "take back what it brought, too")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask again")
	return c
}

// saySource tells what was done, and how the source is now.
func (a *app) saySource(s *sources.Service, name, said string) error {
	st, err := s.Status(name)
	if err != nil {
		return err
	}
	if a.json {
		return a.line(map[string]any{"type": "source", "name": name, "state": st.State})
	}
	fmt.Fprintf(a.out, said+"\n", name)
	if st.TakeErr != "" && !st.Paused {
		fmt.Fprintf(a.out, "It takes no deliveries: %s.\n", clean(st.TakeErr, 300))
	} else if st.Takes {
		fmt.Fprintf(a.out, "Deliveries go to /hooks/%s.\n", name)
	}
	return nil
}
