package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

// accountLine is an account as --json shows it.
type accountLine struct {
	Type   string      `json:"type"` // account
	ID     int64       `json:"id"`
	Email  string      `json:"email"`
	Name   string      `json:"name"`
	Access []grantLine `json:"access"`
}

type grantLine struct {
	Role      string `json:"role"`
	Planet    string `json:"planet"` // empty: all
	Addresses bool   `json:"addresses"`
}

func grantLines(s *flow.System, access orrery.Access) []grantLine {
	list := []grantLine{}
	for _, g := range access {
		line := grantLine{Role: g.Role.String(), Addresses: g.Addresses}
		for _, p := range s.Planets() {
			if p.ID == g.Planet {
				line.Planet = p.Slug
			}
		}
		list = append(list, line)
	}
	return list
}

func grantWords(s *flow.System, access orrery.Access) string {
	var parts []string
	for _, g := range grantLines(s, access) {
		part := g.Role
		if g.Planet != "" {
			part += " around " + clean(g.Planet, 40)
		}
		if !g.Addresses {
			part += ", no addresses"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// granted reads what a command gives.
func (a *app) granted(s *flow.System, role string, addresses bool) (orrery.Access, error) {
	parsed, err := orrery.ParseRole(role)
	if err != nil {
		return nil, err
	}
	g := orrery.Grant{Role: parsed, Addresses: addresses || parsed == orrery.Owner}
	if a.planet != "" {
		p, err := s.Planet(a.planet)
		if err != nil {
			return nil, err
		}
		g.Planet = p.ID
	}
	return orrery.Access{g}, nil
}

func addressesFlag(f *pflag.FlagSet, addresses *bool) {
	f.BoolVar(addresses, "addresses", false, "they see e-mail addresses and telephone numbers; owners do")
}

func (a *app) inviteCommand() *cobra.Command {
	var addresses bool
	var origin string
	c := &cobra.Command{
		Use: "invite EMAIL ROLE", Short: "Make a link by which somebody joins, once, within seven days", Args: cobra.ExactArgs(2),
		Long: "Make a link by which somebody joins, once, within seven days. Roles are reader,\nanalyst, steward, admin and owner: around all planets, or with --planet around one.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				access, err := a.granted(s, args[1], addresses)
				if err != nil {
					return err
				}
				accounts, _ := a.accountsOf(s)
				token, err := accounts.Invite(cmd.Context(), account.Account{Access: orrery.Unlimited()}, args[0], access)
				if err != nil {
					return err
				}
				link := strings.TrimRight(origin, "/") + "/join/" + token
				if a.json {
					return a.line(map[string]any{
						"type": "invitation", "email": args[0], "link": link, "expires": a.clock().Add(account.InvitationLength).UTC(), "access": grantLines(s, access),
					})
				}
				fmt.Fprintln(a.out, link)
				if origin == "" {
					fmt.Fprintln(a.err, "Put the address that people use in front of it (or give --public-url).")
				}
				fmt.Fprintln(a.err, "Send it to them: it is shown this once, opens once and within seven days.")
				return nil
			})
		},
	}
	addressesFlag(c.Flags(), &addresses)
	c.Flags().StringVar(&origin, "public-url", "", "`address` that people use, such as https://orrery.example.org")
	return c
}

// colleague finds the account with an address.
func colleague(cmd *cobra.Command, accounts *account.Desk, email string) (account.Account, error) {
	list, err := accounts.List(cmd.Context())
	for _, v := range list {
		if v.Email == strings.ToLower(strings.TrimSpace(email)) {
			return v, err
		}
	}
	if err != nil {
		return account.Account{}, err
	}
	return account.Account{}, orrery.Errorf(orrery.NotFound, "there is no account %.80q: see orrery accounts", email)
}

func (a *app) roleCommand() *cobra.Command {
	var addresses bool
	c := &cobra.Command{
		Use: "role EMAIL ROLE", Short: "Give a colleague this role instead, and end their sessions", Args: cobra.ExactArgs(2),
		Long: "Give a colleague this role instead of all that they had: around all planets, or\nwith --planet around one alone. What they are logged in with ends, and keys that\nthey could not make any more.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				access, err := a.granted(s, args[1], addresses)
				if err != nil {
					return err
				}
				accounts, _ := a.accountsOf(s)
				who, err := colleague(cmd, accounts, args[0])
				if err != nil {
					return err
				}
				if err := accounts.SetAccess(cmd.Context(), orrery.Unlimited(), who.ID, access); err != nil {
					return err
				}
				if a.json {
					return a.line(accountLine{"account", who.ID, who.Email, who.Name, grantLines(s, access)})
				}
				fmt.Fprintf(a.out, "%s is %s now, and logs in once more.\n", clean(who.Email, 80), grantWords(s, access))
				return nil
			})
		},
	}
	addressesFlag(c.Flags(), &addresses)
	return c
}

func (a *app) removeAccountCommand() *cobra.Command {
	return &cobra.Command{
		Use: "remove EMAIL", Short: "Remove a colleague: sessions, keys and open invitations of theirs end", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				accounts, _ := a.accountsOf(s)
				who, err := colleague(cmd, accounts, args[0])
				if err != nil {
					return err
				}
				if err := accounts.SetAccess(cmd.Context(), orrery.Unlimited(), who.ID, nil); err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]any{"type": "removed", "id": who.ID, "email": who.Email})
				}
				fmt.Fprintf(a.out, "%s is removed. What they were logged in with and the keys that they made have ended.\n", clean(who.Email, 80))
				return nil
			})
		},
	}
}
