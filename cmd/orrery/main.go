// Command orrery shows who orbits a brand and why. This file joins flags, the
// environment and a configuration file, and turns errors into words and exit
// codes; the other files hold one group of commands each.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/sources"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/webhook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	debug.SetGCPercent(400) // imports make much short-lived memory; the field itself is small
	app := &app{out: os.Stdout, err: os.Stderr, in: os.Stdin, clock: time.Now}
	os.Exit(app.run(ctx, os.Args[1:]))
}

// app is what all commands share.
type app struct {
	out, err io.Writer
	in       *os.File
	clock    func() time.Time

	args                       []string
	data, planet, asOf, config string
	json                       bool

	system *flow.System // of the running server that carries the command out, or nil
	desk   *view.Desk

	sources  *sources.Service // of the running server, or nil
	webhooks *webhook.Service // as above
	accounts *account.Desk
	keys     *account.Keys
	backups  *backup.Keeper // as above

	cwd    string // where a forwarded command was called; empty: here
	secret string // a password that was read already

	finished func() // takes the progress line off the screen, or nil
}

// Exit codes. Scripts may rely on them.
const (
	exitOK       = 0
	exitFailed   = 1 // a fault of the machine or of Orrery
	exitUsage    = 2 // the command or its input is wrong
	exitNotFound = 3
	exitConflict = 4 // somebody else holds it, or it was done already
)

func (a *app) run(ctx context.Context, args []string) int {
	a.args = args
	root := a.root()
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err != nil && orrery.CodeOf(err) == orrery.Internal && strings.HasPrefix(err.Error(), "unknown command ") {
		err = orrery.Errorf(orrery.Invalid, "%w; see `orrery --help`", err)
	}
	return a.exit(err)
}

// exit tells an error to the person and returns the exit code.
func (a *app) exit(err error) int {
	if err == nil {
		return exitOK
	}
	if answered, ok := errors.AsType[errAnswered](err); ok {
		return int(answered)
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(a.err, "stopped. What was stored stays; run it again to go on.")
		return 130
	}
	fmt.Fprintln(a.err, "orrery: "+harmless(err.Error()))
	switch orrery.CodeOf(err) {
	case orrery.Invalid:
		return exitUsage
	case orrery.NotFound:
		return exitNotFound
	case orrery.Conflict:
		return exitConflict
	default:
		return exitFailed
	}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "orrery",
		Short: "See who orbits your brand, and why",
		Long: `Orrery shows who orbits a brand and why: who is close, who comes closer, who
drifts away. Point it at a git repository or at a table of your own:

  orrery import git .
  orrery import csv orders.csv
  orrery members`,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			a.noting(cmd, args)
			return a.configure(cmd)
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return orrery.Errorf(orrery.Invalid, "%w; see `%s --help`", err, cmd.CommandPath())
	})
	flags := root.PersistentFlags()
	flags.StringVar(&a.data, "data", "orrery-data", "data `folder`")
	flags.StringVar(&a.planet, "planet", "", "planet to speak of (`name`); the only one if there is one")
	flags.StringVar(&a.asOf, "as-of", "", "answer as of a `date`, such as 2026-03-31")
	flags.StringVar(&a.config, "config", "", "configuration `file` (TOML: a line for each flag, as in data = \"/srv/orrery\")")
	flags.BoolVar(&a.json, "json", false, "print NDJSON for programs")
	root.AddCommand(
		a.importCommand(), a.planetsCommand(), a.constellationsCommand(), a.teammatesCommand(),
		a.membersCommand(), a.memberCommand(), a.identitiesCommand(), a.authenticityCommand(), a.mergeCommand(), a.unmergeCommand(), a.organizationsCommand(),
		a.gravityCommand(), a.helloCommand(), a.listsCommand(), a.newcomersCommand(), a.notesCommand(), a.reportCommand(), a.conversationsCommand(), a.circlesCommand(), a.tiesCommand(), a.introductionsCommand(), a.tasksCommand(), a.partnersCommand(), a.catalogueCommand(), a.waysCommand(), a.purposesCommand(), a.sharesCommand(), a.repulsionCommand(), a.systemCommand(), a.backtestCommand(), a.exportCommand(),
		a.backupCommand(), a.restoreCommand(), a.eraseCommand(),
		a.serveCommand(), a.accountsCommand(), a.auditCommand(), a.keysCommand(), a.sourcesCommand(), a.webhooksCommand(),
		a.benchCommand(), a.doctorCommand(), a.versionCommand(),
	)
	for _, c := range root.Commands() {
		wantArguments(c)
	}
	return root
}

// wantArguments makes complaints about arguments Invalid, with a hint.
func wantArguments(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return orrery.Errorf(orrery.Invalid, "%w; it is used like this: %s", err, cmd.UseLine())
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wantArguments(sub)
	}
}

// configure fills flags that were not given from the environment (ORRERY_DATA
// for --data) and then from the configuration file.
func (a *app) configure(cmd *cobra.Command) error {
	fromFile := map[string]any{}
	path := a.config
	if path == "" {
		path = os.Getenv("ORRERY_CONFIG")
	}
	if path != "" {
		if _, err := toml.DecodeFile(path, &fromFile); err != nil {
			return orrery.Errorf(orrery.Invalid, "the configuration file %s cannot be used: %w", path, err)
		}
		for name := range fromFile {
			if !knownFlag(cmd.Root(), name) {
				return orrery.Errorf(orrery.Invalid, "%s sets %q, which is no flag of any command", path, name)
			}
		}
	}
	var failed error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed || failed != nil {
			return
		}
		name := "ORRERY_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := os.LookupEnv(name)
		if !ok {
			if v, set := fromFile[f.Name]; set {
				value, ok, name = fmt.Sprint(v), true, path
			}
		}
		if ok {
			if err := cmd.Flags().Set(f.Name, value); err != nil {
				failed = orrery.Errorf(orrery.Invalid, "%s sets --%s: %w", name, f.Name, err)
			}
		}
	})
	return failed
}

func knownFlag(c *cobra.Command, name string) bool {
	if c.Flags().Lookup(name) != nil || c.PersistentFlags().Lookup(name) != nil {
		return true
	}
	for _, sub := range c.Commands() {
		if knownFlag(sub, name) {
			return true
		}
	}
	return false
}

// open opens the data folder; reading commands do not make one.
func (a *app) open(ctx context.Context, mustExist bool) (*flow.System, error) {
	return flow.Open(audit.Without(ctx), flow.Config{Dir: a.data, MustExist: mustExist, Clock: a.clock, Log: a.logger()})
}

func (a *app) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// path makes a path absolute, from where the command was called.
func (a *app) path(name string) string {
	if filepath.IsAbs(name) || a.cwd == "" {
		return name
	}
	return filepath.Join(a.cwd, name)
}

// day parses --as-of; 0 where it was not given.
func (a *app) day() (orrery.Day, error) {
	if a.asOf == "" {
		return 0, nil
	}
	return orrery.ParseDay(a.asOf)
}

// atTerminal says whether a person can be asked.
func (a *app) atTerminal() bool {
	return a.in != nil && term.IsTerminal(int(a.in.Fd())) && isTerminal(a.err)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := version()
			if a.json {
				return a.line(v)
			}
			fmt.Fprintf(a.out, "orrery %s (%s)\n", v.Version, v.Go)
			return nil
		},
	}
}

type versionLine struct {
	Version string `json:"version"`
	Go      string `json:"go"`
}

func version() versionLine {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return versionLine{Version: "unknown"}
	}
	v := versionLine{Version: info.Main.Version, Go: info.GoVersion}
	if v.Version == "" || v.Version == "(devel)" {
		v.Version = "development"
	}
	return v
}
