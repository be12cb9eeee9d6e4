package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/sources"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/webhook"
)

// webhooksOf joins the outbox with what seals secrets and knows names.
func (a *app) webhooksOf(system *flow.System, desk *view.Desk, origin string, inside bool) (*webhook.Service, error) {
	vault, err := sources.NewVault(system.Dir(), os.Getenv("ORRERY_SECRET_KEY"))
	if err != nil {
		return nil, err
	}
	return webhook.New(webhook.Config{
		Storage: system.Storage(), Vault: vault, Clock: a.clock, Log: a.logger(), Origin: origin, Private: inside, Chance: rand.Float64,
		Name: func(ctx context.Context, id orrery.MemberID) string {
			name, err := desk.NameOf(ctx, id)
			if err != nil {
				return ""
			}
			return name
		},
	})
}

func (a *app) webhooksCommand() *cobra.Command {
	inside := false
	c := &cobra.Command{
		Use: "webhooks", Short: "Tell other programs what happens", Args: cobra.NoArgs,
		Long: `A webhook is an address that Orrery calls when something happens: somebody came
near, a conversation waits, an import failed. What is sent follows Standard
Webhooks 1.0.0, so its libraries verify it.

  orrery webhooks add crm https://example.org/hooks/orrery --types person.came_near,person.drifted
  orrery webhooks test crm
  orrery webhooks deliveries crm

People are told by their numbers; with --names by name, too.`,
	}
	c.PersistentFlags().BoolVar(&inside, "webhooks-inside", false, "let webhooks call addresses in your own network, and http; a running server goes by how it was started")
	with := func(ctx context.Context, fn func(*webhook.Service, *flow.System) error) error {
		return a.with(ctx, true, func(s *flow.System, desk *view.Desk) error {
			hooks := a.webhooks
			if hooks == nil {
				var err error
				if hooks, err = a.webhooksOf(s, desk, "", inside); err != nil {
					return err
				}
			}
			return fn(hooks, s)
		})
	}
	one := func(use, short, said string, do func(context.Context, *webhook.Service, string) error) *cobra.Command {
		return &cobra.Command{
			Use: use + " NAME", Short: short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				return with(cmd.Context(), func(s *webhook.Service, system *flow.System) error {
					if err := do(cmd.Context(), s, args[0]); err != nil {
						return err
					}
					if a.json {
						return a.line(map[string]string{"type": use, "name": args[0]})
					}
					fmt.Fprintf(a.out, said+"\n", args[0])
					return nil
				})
			},
		}
	}
	secret := func(name, text, said string) error {
		if a.json {
			return a.line(map[string]string{"type": "secret", "name": name, "secret": text})
		}
		fmt.Fprintf(a.out, "%s\nIts secret, shown this once:\n\n  %s\n\n", fmt.Sprintf(said, name), text)
		return nil
	}
	var types []string
	names := false
	add := &cobra.Command{
		Use: "add NAME ADDRESS", Short: "Call an address when something happens", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return with(cmd.Context(), func(s *webhook.Service, system *flow.System) error {
				f := webhook.Form{Name: args[0], Address: args[1], Names: names}
				for _, t := range types {
					f.Types = append(f.Types, orrery.NewsType(t))
				}
				if a.planet != "" {
					p, err := system.Planet(a.planet)
					if err != nil {
						return err
					}
					f.Planet = p.ID
				}
				text, err := s.Add(cmd.Context(), f)
				if err != nil {
					return err
				}
				return secret(args[0], text, "%s hears what happens from now on. Try it: orrery webhooks test "+args[0])
			})
		},
	}
	add.Flags().StringSliceVar(&types, "types", nil, "what it hears, such as person.came_near,import.failed; without, everything")
	add.Flags().BoolVar(&names, "names", false, "tell people by name, too")
	turn := &cobra.Command{
		Use: "turn NAME", Short: "Make a new secret; the one before signs too for a day", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return with(cmd.Context(), func(s *webhook.Service, _ *flow.System) error {
				text, err := s.Turn(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return secret(args[0], text, "%s is signed with both secrets for a day.")
			})
		},
	}
	c.AddCommand(
		a.listWebhooks(with), add, turn, a.testWebhook(with), a.webhookDeliveries(with), a.webhookTypes(), a.resendWebhook(with),
		one("pause", "Have a webhook rest: nothing is kept for it meanwhile", "%s rests.", func(ctx context.Context, s *webhook.Service, name string) error { return s.Pause(ctx, name) }),
		one("resume", "Have a webhook hear again", "%s hears again.", func(ctx context.Context, s *webhook.Service, name string) error { return s.Resume(ctx, name) }),
		one("remove", "Forget a webhook and what was told to it", "%s is removed.", func(ctx context.Context, s *webhook.Service, name string) error { return s.Remove(ctx, name) }),
	)
	return c
}

type withWebhooks func(context.Context, func(*webhook.Service, *flow.System) error) error

// webhookLine is one webhook for programs.
type webhookLine struct {
	Name    string            `json:"name"`
	Address string            `json:"address"`
	Types   []orrery.NewsType `json:"types"` // empty: all
	Planet  string            `json:"planet,omitempty"`
	Names   bool              `json:"names"`
	State   webhook.State     `json:"state"`
	Created time.Time         `json:"created"`
	Failing *time.Time        `json:"failing_since,omitempty"`
	Missed  int64             `json:"missed"`
}

func (a *app) listWebhooks(with withWebhooks) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the webhooks and how they are", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return with(cmd.Context(), func(s *webhook.Service, system *flow.System) error {
				list, err := s.List(cmd.Context())
				if err != nil {
					return err
				}
				slugs := map[orrery.PlanetID]string{}
				for _, p := range system.Planets() {
					slugs[p.ID] = p.Slug
				}
				t := table{head: []string{"webhook", "address", "hears", "planet", "state", "failing since"}}
				for _, e := range list {
					if a.json {
						l := webhookLine{e.Name, e.Address, e.Types, slugs[e.Planet], e.Names, e.State, e.Created, instant(e.Failing), e.Missed}
						if l.Types == nil {
							l.Types = []orrery.NewsType{}
						}
						if err := a.line(l); err != nil {
							return err
						}
						continue
					}
					hears, planet, failing := "everything", "all", ""
					if n := len(e.Types); n > 0 {
						hears = things(int64(n), "type", "types")
					}
					if e.Planet != 0 {
						planet = slugs[e.Planet]
					}
					if !e.Failing.IsZero() {
						failing = e.Failing.Format("2006-01-02 15:04")
					}
					t.add(e.Name, clean(e.Address, 50), hears, planet, string(e.State), failing)
				}
				if a.json {
					return nil
				}
				if len(list) == 0 {
					fmt.Fprintln(a.out, "No webhook yet. Add one: orrery webhooks add crm https://example.org/hooks/orrery")
					return nil
				}
				t.print(a.out)
				return nil
			})
		},
	}
}

// tryLine is one attempt for programs.
type tryLine struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"` // 0: no answer
	Took   int64     `json:"took_ms"`
	Said   string    `json:"said,omitempty"`
}

func (a *app) testWebhook(with withWebhooks) *cobra.Command {
	return &cobra.Command{
		Use: "test NAME", Short: "Send a test now, and tell what came back", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return with(cmd.Context(), func(s *webhook.Service, _ *flow.System) error {
				t, err := s.Test(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if a.json {
					return a.line(tryLine{t.At, t.Status, t.Took.Milliseconds(), t.Said})
				}
				fmt.Fprintf(a.out, "%s: %s\n", t.Words(), clean(t.Said, 200))
				if t.Status < 200 || t.Status > 299 {
					return orrery.Errorf(orrery.Conflict, "%s did not take it; a running server tries again", args[0])
				}
				return nil
			})
		},
	}
}

// deliveryLine is one message for programs.
type deliveryLine struct {
	Number  int64           `json:"number"`
	ID      string          `json:"id"`
	Type    orrery.NewsType `json:"type"`
	At      time.Time       `json:"at"`
	Outcome webhook.Outcome `json:"outcome"`
	Next    *time.Time      `json:"next,omitempty"`
	Tries   []tryLine       `json:"tries"` // newest first
}

func (a *app) webhookDeliveries(with withWebhooks) *cobra.Command {
	limit := 50
	c := &cobra.Command{
		Use: "deliveries NAME", Short: "List what was told to a webhook, and what came of it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return with(cmd.Context(), func(s *webhook.Service, _ *flow.System) error {
				list, err := s.Deliveries(cmd.Context(), args[0], 0, max(1, min(limit, 10_000)))
				if err != nil {
					return err
				}
				t := table{head: []string{"number", "what", "when", "outcome", "tries", "last"}}
				for _, d := range list {
					if a.json {
						l := deliveryLine{d.Number, d.News.ID, d.News.Type, d.News.At, d.Outcome, instant(d.Next), []tryLine{}}
						for _, t := range d.Attempts {
							l.Tries = append(l.Tries, tryLine{t.At, t.Status, t.Took.Milliseconds(), t.Said})
						}
						if err := a.line(l); err != nil {
							return err
						}
						continue
					}
					last := ""
					if len(d.Attempts) > 0 {
						last = d.Attempts[0].Words() + " " + clean(d.Attempts[0].Said, 50)
					}
					t.add(fmt.Sprint(d.Number), string(d.News.Type), d.News.At.Format("2006-01-02 15:04:05"), string(d.Outcome), fmt.Sprint(d.Tries), last)
				}
				if !a.json {
					t.print(a.out)
				}
				return nil
			})
		},
	}
	c.Flags().IntVar(&limit, "limit", limit, "the newest so many")
	return c
}

func (a *app) resendWebhook(with withWebhooks) *cobra.Command {
	return &cobra.Command{
		Use: "resend NAME [NUMBER]", Short: "Send a delivery again, or all that were given up", Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			number := int64(0)
			if len(args) == 2 {
				if _, err := fmt.Sscan(args[1], &number); err != nil || number < 1 {
					return orrery.Errorf(orrery.Invalid, "%q is not the number of a delivery", args[1])
				}
			}
			return with(cmd.Context(), func(s *webhook.Service, _ *flow.System) error {
				n, err := s.Resend(cmd.Context(), args[0], number)
				if err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{"type": "resent", "name": args[0], "messages": n})
				}
				fmt.Fprintf(a.out, "%s will be sent again by the running server.\n", things(int64(n), "message", "messages"))
				return nil
			})
		},
	}
}

func (a *app) webhookTypes() *cobra.Command {
	return &cobra.Command{
		Use: "types", Short: "List what can be told", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			t := table{head: []string{"type", "what happened"}}
			for _, kind := range orrery.NewsTypes {
				if a.json {
					if err := a.line(map[string]any{"type": kind, "title": webhook.Title(kind)}); err != nil {
						return err
					}
					continue
				}
				t.add(string(kind), webhook.Title(kind))
			}
			if !a.json {
				t.print(a.out)
			}
			return nil
		},
	}
}
