package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// backupsOf joins what keeps copies with what makes them.
func (a *app) backupsOf(system *flow.System) (*backup.Keeper, error) {
	return backup.New(backup.Config{
		Dir: system.Dir(), Clock: a.clock, Log: a.logger(), Copy: system.Backup, Sizes: system.Sizes,
		Inspect: func(ctx context.Context, path string, depth backup.Depth) (backup.Contents, error) {
			return flow.Inspect(ctx, path, depth, a.clock, a.logger())
		},
	})
}

// restoreWanted is a restore that somebody asked for on a screen.
type restoreWanted struct{ Name, Path, Token string }

// askRestore has the server stop, restore and begin anew. It returns at once.
func (s *serving) askRestore(name, token string) error {
	path, _, err := s.backups.Path(name)
	if err != nil {
		return err
	}
	select {
	case s.wanted <- restoreWanted{name, path, token}:
		return nil
	default:
		return orrery.Errorf(orrery.Conflict, "another restore was asked for already")
	}
}

// restoreBetween restores while nothing is served, and starts again: on what was
// restored, or where that failed on the data as it was.
func (a *app) restoreBetween(ctx context.Context, o serveOptions, origin string, w restoreWanted) (*serving, error) {
	told := backup.Restored{Token: w.Token, Name: w.Name}
	out, err := flow.Restore(ctx, a.data, w.Path, a.clock, a.logger())
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		a.logger().Error("not restored", "error", err.Error())
		told.Error = err.Error()
	}
	told.Activities, told.Erased, told.Kept = out.Activities, out.Erased, filepath.Base(out.Kept)
	s, err := a.start(ctx, origin, o, told)
	if err != nil {
		return nil, err
	}
	any, err := s.accounts.Any(ctx)
	if err == nil && !any && told.Error == "" {
		var token string
		if token, err = s.accounts.NewLink(ctx); err == nil {
			s.service.Restored.Link = web.EntryPath(token)
		}
	}
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (a *app) withBackups(ctx context.Context, fn func(*backup.Keeper, *flow.System) error) error {
	return a.with(ctx, true, func(s *flow.System, _ *view.Desk) error {
		k := a.backups
		if k == nil {
			var err error
			if k, err = a.backupsOf(s); err != nil {
				return err
			}
		}
		return fn(k, s)
	})
}

func (a *app) backupCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "backup FILE", Short: "Write a whole copy of the data to a new file", Args: cobra.ExactArgs(1),
		Long: `Write a whole copy of the data to a new file, and verify it. Everything goes on
meanwhile. A running server makes copies by itself once that is planned:

  orrery backup plan --every daily --hour 3 --folder /backups
  orrery backup now
  orrery backup list
  orrery backup check NAME

A copy holds personal data and is not encrypted: encrypt the disk that it lies on.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				path := a.path(args[0])
				if err := s.Backup(cmd.Context(), path); err != nil {
					return err
				}
				if _, err := flow.Inspect(cmd.Context(), path, backup.Pages, a.clock, a.logger()); err != nil {
					return err
				}
				if a.json {
					return a.line(map[string]string{"type": "backup", "file": args[0]})
				}
				fmt.Fprintf(a.out, "Backed up to %s. It holds personal data: keep it where nobody else reads it.\n", args[0])
				return nil
			})
		},
	}
	c.AddCommand(a.backupPlanCommand(), a.backupNowCommand(), a.backupListCommand(), a.backupCheckCommand())
	return c
}

func (a *app) backupPlanCommand() *cobra.Command {
	var p backup.Plan
	var every, weekday string
	c := &cobra.Command{
		Use: "plan", Short: "Show or change when a running server makes copies, and which it keeps", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withBackups(cmd.Context(), func(k *backup.Keeper, _ *flow.System) error {
				now := k.Status().Plan
				changed := cmd.Flags().Changed
				for name, set := range map[string]func(){
					"folder": func() { now.Folder = a.path(p.Folder) }, "hour": func() { now.Hour = p.Hour },
					"keep-daily": func() { now.Days = p.Days }, "keep-weekly": func() { now.Weeks = p.Weeks }, "keep-monthly": func() { now.Months = p.Months },
					"every": func() { now.Every = backup.Every(strings.Replace(every, "never", "", 1)) },
					"weekday": func() {
						now.Weekday = -1
						for d := time.Sunday; d <= time.Saturday; d++ {
							if strings.EqualFold(d.String(), weekday) {
								now.Weekday = d
							}
						}
					},
				} {
					if changed(name) {
						set()
					}
				}
				if cmd.Flags().NFlag() > 0 && now != k.Status().Plan {
					if err := k.SavePlan(now); err != nil {
						return err
					}
				}
				return a.sayPlan(k.Status())
			})
		},
	}
	f := c.Flags()
	f.StringVar(&every, "every", "", "daily, weekly or never")
	f.IntVar(&p.Hour, "hour", 3, "`hour` of the day, 0 to 23, by this machine's clock")
	f.StringVar(&weekday, "weekday", "Sunday", "`day` of weekly copies")
	f.StringVar(&p.Folder, "folder", "", "`folder` to write to, best on another disk")
	f.IntVar(&p.Days, "keep-daily", 7, "keep the newest of so many days")
	f.IntVar(&p.Weeks, "keep-weekly", 5, "and of so many weeks")
	f.IntVar(&p.Months, "keep-monthly", 12, "and of so many months")
	return c
}

type planLine struct {
	Type string `json:"type"` // plan
	backup.Plan
	Next    *time.Time `json:"next,omitempty"`
	Last    *time.Time `json:"last,omitempty"`
	Failing *time.Time `json:"failing_since,omitempty"`
	Error   string     `json:"error,omitempty"`
}

func (a *app) sayPlan(s backup.Status) error {
	if a.json {
		return a.line(planLine{"plan", s.Plan, instant(s.Next), instant(s.Last), instant(s.Failing), s.Error})
	}
	if s.Plan.Every == backup.Never {
		fmt.Fprintf(a.out, "No copy is made by itself. Plan it: orrery backup plan --every daily --hour 3 --folder /backups\n")
		return nil
	}
	fmt.Fprintf(a.out, "%s to %s, the next at %s; kept: %d daily, %d weekly, %d monthly.\n", s.Plan.Every, s.Plan.Folder, s.Next.Format("2006-01-02 15:04"), s.Plan.Days, s.Plan.Weeks, s.Plan.Months)
	if s.Late() {
		fmt.Fprintf(a.out, "It fails since %s: %s\n", s.Failing.Format("2006-01-02 15:04"), s.Error)
	}
	return nil
}

// copyLine is one copy for programs.
type copyLine struct {
	Name     string      `json:"name"`
	Kind     backup.Kind `json:"kind"`
	Made     time.Time   `json:"made"`
	Bytes    int64       `json:"bytes"`
	Verified *time.Time  `json:"verified,omitempty"`
	Whole    bool        `json:"field_rebuilt"`
	Wrong    string      `json:"wrong,omitempty"`
	backup.Contents
}

func (a *app) sayCopies(copies ...backup.Copy) error {
	t := table{head: []string{"backup", "made", "size", "verified", "activities"}}
	for _, c := range copies {
		if a.json {
			if err := a.line(copyLine{c.Name, c.Kind, c.Made, c.Bytes, instant(c.Verified), c.Whole, c.Wrong, c.Contents}); err != nil {
				return err
			}
			continue
		}
		verified := "never"
		switch {
		case c.Wrong != "":
			verified = "DAMAGED"
		case c.Whole:
			verified = "whole, " + c.Verified.Format(time.DateOnly)
		case !c.Verified.IsZero():
			verified = c.Verified.Format(time.DateOnly)
		}
		t.add(c.Name, c.Made.Format("2006-01-02 15:04"), fmt.Sprintf("%.1f MB", float64(c.Bytes)/1e6), verified, count(c.Contents.Activities))
	}
	if !a.json {
		t.print(a.out)
	}
	return nil
}

func (a *app) backupNowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "now", Short: "Make a copy in the folder of the plan", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withBackups(cmd.Context(), func(k *backup.Keeper, _ *flow.System) error {
				c, err := k.Make(cmd.Context(), backup.ByHand)
				if err != nil {
					return err
				}
				return a.sayCopies(c)
			})
		},
	}
}

func (a *app) backupListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the copies", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withBackups(cmd.Context(), func(k *backup.Keeper, _ *flow.System) error { return a.sayCopies(k.Status().Copies...) })
		},
	}
}

func (a *app) backupCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check NAME", Short: "Read a copy whole and rebuild the field from it; nothing is changed", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withBackups(cmd.Context(), func(k *backup.Keeper, _ *flow.System) error {
				c, err := k.Verify(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if a.json {
					return a.sayCopies(c)
				}
				fmt.Fprintf(a.out, "All is well: %s of %s, the newest of %s (%s).\n", things(c.Contents.Activities, "activity", "activities"),
					things(int64(c.Contents.People), "person", "people"), c.Contents.Newest.Format(time.DateOnly), c.Contents.Hash[:12])
				return nil
			})
		},
	}
}

func (a *app) restoreCommand() *cobra.Command {
	look := false
	c := &cobra.Command{
		Use: "restore FILE", Short: "Put a backup in place of the data", Args: cobra.ExactArgs(1),
		Long: `Put a backup in place of the data. The data that is there is kept beside it, and
whoever was erased since is erased again. The server must be stopped; under
Settings, Backups, it restores by itself. FILE may be a name that
orrery backup list shows.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			file := a.restorable(args[0])
			if look {
				c, err := flow.Inspect(cmd.Context(), file, backup.Rebuild, a.clock, a.logger())
				if err != nil {
					return err
				}
				info, err := os.Stat(file)
				if err != nil {
					return fmt.Errorf("look at %s: %w", file, err)
				}
				return a.sayCopies(backup.Copy{Name: args[0], Made: info.ModTime(), Bytes: info.Size(), Verified: a.clock(), Whole: true, Contents: c})
			}
			out, err := flow.Restore(cmd.Context(), a.data, file, a.clock, a.logger())
			if err != nil {
				return err
			}
			if a.json {
				return a.line(map[string]any{"type": "restored", "activities": out.Activities, "erased": out.Erased, "kept": out.Kept})
			}
			fmt.Fprintf(a.out, "Restored %s into %s.\n", things(out.Activities, "activity", "activities"), a.data)
			if out.Erased > 0 {
				fmt.Fprintf(a.out, "%s of the backup had been erased since and %s erased again.\n",
					things(int64(out.Erased), "person", "people"), map[bool]string{true: "was", false: "were"}[out.Erased == 1])
			}
			if out.Kept != "" {
				fmt.Fprintf(a.out, "What was there before lies in %s; delete it when you are sure.\n", out.Kept)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&look, "look", false, "tell what is in it, and change nothing")
	return c
}

// restorable finds a backup by its path, or by its name in the folder of the plan.
func (a *app) restorable(name string) string {
	if _, err := os.Stat(name); err == nil || strings.ContainsRune(name, filepath.Separator) {
		return name
	}
	k, err := backup.New(backup.Config{
		Dir: a.data, Clock: a.clock, Log: a.logger(), Copy: func(context.Context, string) error { return nil },
		Sizes:   func(context.Context) (backup.Sizes, error) { return backup.Sizes{}, nil },
		Inspect: func(context.Context, string, backup.Depth) (backup.Contents, error) { return backup.Contents{}, nil },
	})
	if err != nil {
		return name
	}
	if path, _, err := k.Path(name); err == nil {
		return path
	}
	return name
}
