package main

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

// auditLine is a row of the audit as --json shows it.
type auditLine struct {
	Type   string    `json:"type"` // row
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Action string    `json:"action"`
	Planet string    `json:"planet"`
	About  string    `json:"about"`
	Hash   string    `json:"hash"`
}

func (a *app) auditCommand() *cobra.Command {
	var q audit.Query
	var day string
	q.Limit = 100
	c := &cobra.Command{
		Use: "audit", Short: "Who did what, newest first", Args: cobra.NoArgs,
		Long: `Who did what, newest first. Rows name people, accounts, keys and imports by number;
what only has a name stands there as a keyed hash. "shell" is whoever runs commands.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if q.Limit < 0 {
				return orrery.Errorf(orrery.Invalid, "--limit is 0 (all) or more")
			}
			if n, err := strconv.ParseInt(q.By, 10, 64); err == nil {
				q.By = audit.Account(n)
			}
			if day != "" {
				var err error
				if q.Day, err = orrery.ParseDay(day); err != nil {
					return err
				}
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				slugs := map[orrery.PlanetID]string{}
				for _, p := range s.Planets() {
					slugs[p.ID] = p.Slug
					if p.Slug == a.planet {
						q.Planet = p.ID
					}
				}
				if a.planet != "" && q.Planet == 0 {
					return orrery.Errorf(orrery.NotFound, "there is no planet %.80q", a.planet)
				}
				list, err := s.Storage().Audit(cmd.Context(), q)
				if err != nil {
					return err
				}
				t := table{head: []string{"row", "when (UTC)", "who", "what", "planet", "about"}}
				for i := range list {
					r := &list[i]
					if a.json {
						err := a.line(auditLine{"row", r.Seq, r.At.UTC(), r.By, r.Action, slugs[r.Planet], r.About, hex.EncodeToString(r.Hash[:])})
						if err != nil {
							return err
						}
						continue
					}
					t.add(strconv.FormatInt(r.Seq, 10), r.At.UTC().Format("2006-01-02 15:04:05"), r.By, r.Action, clean(slugs[r.Planet], 30), clean(r.About, 80))
				}
				switch {
				case a.json:
				case len(list) == 0:
					fmt.Fprintln(a.out, "Nothing of this was done yet.")
				default:
					t.print(a.out)
				}
				return nil
			})
		},
	}
	f := c.Flags()
	f.IntVar(&q.Limit, "limit", q.Limit, "how many rows; 0: all")
	f.StringVar(&q.By, "by", "", "what one did: the `number` of an account, key:ID, shell, link or partner")
	f.StringVar(&q.Action, "action", "", "one `action`, such as people.erase; with a dot behind, all that begin so")
	f.StringVar(&q.About, "about", "", "what concerned one, such as person:11")
	f.StringVar(&day, "day", "", "what was done on a `day`, in UTC")
	c.AddCommand(a.verifyAuditCommand())
	return c
}

// auditBroken tells of rows that are not what was written, for people who ran a
// command that was right.
func auditBroken(err error) error {
	return orrery.Errorf(orrery.Internal, "the audit was changed by other hands: %w. Keep a copy of the data as it is, and ask who could write to it", err)
}

func (a *app) verifyAuditCommand() *cobra.Command {
	var noted string
	c := &cobra.Command{
		Use: "verify", Short: "Check that no row of the audit was changed, removed, swapped or put in", Args: cobra.NoArgs,
		Long: `Check that no row of the audit was changed, removed, swapped or put in, and print
the hash of the last row. Whoever can write the file could take rows off its end and
make the rest fit: note the hash elsewhere now and then, and give it with --noted.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			hash, err := audit.ParseHash(noted)
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				chain, err := s.Storage().VerifyAudit(cmd.Context(), hash)
				if err != nil && orrery.CodeOf(err) != orrery.Invalid {
					return err
				}
				head := hex.EncodeToString(chain.Head[:])
				if a.json {
					if err := a.line(map[string]any{"type": "audit", "ok": err == nil, "rows": chain.Seq, "head": head}); err != nil {
						return err
					}
				} else if err == nil {
					fmt.Fprintf(a.out, "The audit holds: %s. The hash of the last is\n%s\n", things(chain.Seq, "row", "rows"), head)
				}
				if err != nil {
					return auditBroken(err)
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&noted, "noted", "", "a `hash` that you noted: the row with it must still be there")
	return c
}
