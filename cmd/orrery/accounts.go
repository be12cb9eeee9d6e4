package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

func (a *app) accountsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "accounts", Short: "List who can log in", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				accounts, _ := a.accountsOf(s)
				list, err := accounts.List(cmd.Context())
				if err != nil {
					return err
				}
				t := table{head: []string{"address", "name", "may"}}
				for _, v := range list {
					if a.json {
						if err := a.line(accountLine{"account", v.ID, v.Email, v.Name, grantLines(s, v.Access)}); err != nil {
							return err
						}
						continue
					}
					t.add(clean(v.Email, 80), clean(v.Name, 40), grantWords(s, v.Access))
				}
				switch {
				case a.json:
				case len(list) == 0:
					fmt.Fprintln(a.out, "Nobody yet. Make yourself an account: orrery accounts add you@example.org")
				default:
					t.print(a.out)
				}
				return nil
			})
		},
	}
	c.AddCommand(
		&cobra.Command{
			Use: "add EMAIL", Short: "Make an owner, with a password that is asked for", Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error { return a.account(cmd, args[0], true) },
		},
		&cobra.Command{
			Use: "reset EMAIL", Short: "Give an account a new password, and end its sessions and keys", Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error { return a.account(cmd, args[0], false) },
		},
		a.inviteCommand(), a.roleCommand(), a.removeAccountCommand(),
	)
	return c
}

func (a *app) account(cmd *cobra.Command, email string, add bool) error {
	password, err := a.readPassword()
	if err != nil {
		return err
	}
	a.secret = password
	return a.with(cmd.Context(), false, func(s *flow.System, _ *view.Desk) error {
		accounts, _ := a.accountsOf(s)
		if add {
			err = accounts.AddOwner(cmd.Context(), email, password)
		} else {
			err = accounts.SetPassword(cmd.Context(), email, password)
		}
		if err != nil {
			return err
		}
		if !a.json {
			fmt.Fprintf(a.out, "%s can log in now.\n", email)
		}
		return nil
	})
}

// readPassword asks twice at a terminal, and takes one line elsewhere.
func (a *app) readPassword() (string, error) {
	if a.secret != "" {
		return a.secret, nil
	}
	if a.in == nil {
		return "", orrery.Errorf(orrery.Invalid, "a password is needed on standard input")
	}
	if !term.IsTerminal(int(a.in.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(a.in, 4096)).ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return "", orrery.Errorf(orrery.Invalid, "a password is needed on standard input: printf '%%s\\n' \"$PASSWORD\" | orrery accounts add EMAIL (%v)", err)
		}
		return line, nil
	}
	fmt.Fprint(a.err, "Password (12 letters or more): ")
	first, err := term.ReadPassword(int(a.in.Fd()))
	fmt.Fprintln(a.err)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	fmt.Fprint(a.err, "The same again: ")
	second, err := term.ReadPassword(int(a.in.Fd()))
	fmt.Fprintln(a.err)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	if string(first) != string(second) {
		return "", orrery.Errorf(orrery.Invalid, "the two passwords differ: nothing was changed")
	}
	return string(first), nil
}

func (a *app) keysCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "keys", Short: "List the keys that programs carry", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				_, keys := a.accountsOf(s)
				list, err := keys.List(cmd.Context())
				if err != nil {
					return err
				}
				t := table{head: []string{"id", "scope", "source", "made", "used"}}
				for _, k := range list {
					if a.json {
						if err := a.line(map[string]any{"id": k.ID, "scope": k.Scope, "addresses": k.Addresses, "source": k.Source, "created": k.Created, "used": k.Used}); err != nil {
							return err
						}
						continue
					}
					used := "never"
					if !k.Used.IsZero() {
						used = k.Used.Format(time.DateOnly)
					}
					t.add(k.ID, string(k.Scope), clean(k.Source, 40), k.Created.Format(time.DateOnly), used)
				}
				if !a.json {
					t.print(a.out)
				}
				return nil
			})
		},
	}
	var source, scope string
	var addresses bool
	create := &cobra.Command{
		Use: "create", Short: "Make a key; it is shown this once", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			parsed, err := account.ParseScope(scope)
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), false, func(s *flow.System, _ *view.Desk) error {
				key := account.Key{Scope: parsed, Source: source, Addresses: addresses}
				if a.planet != "" || parsed == account.Ingest {
					p, err := a.planetOrNew(cmd, s)
					if err != nil {
						return err
					}
					key.Planet = p.ID
					if source == "" && parsed == account.Ingest {
						key.Source = "api/" + p.Slug
					}
				}
				_, keys := a.accountsOf(s)
				whole, made, err := keys.Create(cmd.Context(), key)
				if err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]string{"key": whole, "id": made.ID})
				}
				fmt.Fprintf(a.out, "%s\n", whole)
				fmt.Fprintln(a.err, "Keep it safe: it is not shown again.")
				return nil
			})
		},
	}
	create.Flags().StringVar(&source, "source", "", "`name` of the source that its activities belong to")
	create.Flags().BoolVar(&addresses, "addresses", false, "its answers hold e-mail addresses and telephone numbers")
	create.Flags().StringVar(&scope, "scope", "ingest", "what it is for: `ingest`, read or admin")
	revoke := &cobra.Command{
		Use: "revoke ID", Short: "End a key at once", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				_, keys := a.accountsOf(s)
				return keys.Revoke(cmd.Context(), args[0])
			})
		},
	}
	c.AddCommand(create, revoke)
	return c
}

// planetOrNew finds the named planet, or makes it: a key may come before the
// first activity.
func (a *app) planetOrNew(cmd *cobra.Command, s *flow.System) (orrery.Planet, error) {
	p, err := s.Planet(a.planet)
	if a.planet != "" && orrery.CodeOf(err) == orrery.NotFound {
		return s.AddPlanet(cmd.Context(), orrery.Planet{Slug: a.planet})
	}
	return p, err
}
