package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
)

// scenario is one thing that can be measured.
type scenario struct {
	name  string
	of    string // what --n counts
	n     int    // without --n
	short string
	run   func(ctx context.Context, b *bench, n int) error
}

// scenarios in the order in which they run; those that share a world stand
// together.
func scenarios() []scenario {
	return []scenario{
		{"append", "activities", 500_000, "the journal alone, batches of 1,000, against a row an activity", benchAppend},
		{"keys", "keys", 1_000_000, "the set of dedupe keys in memory, against Go's map", benchKeys},
		{"field", "people", 200_000, "the field alone: moves, standings, snapshots", benchField},
		{"import", "activities", 500_000, "from a connector to the orbits, identities and field included", benchImport},
		{"replay", "activities", 500_000, "the whole journal into a new field", benchReplay},
		{"timeline", "activities", 500_000, "one person's newest 50 activities", benchTimeline},
		{"restart", "activities", 500_000, "start the command, load the snapshot, print the nearest 20", benchRestart},
		{"pages", "activities", 200_000, "every kind of page at 50 requests a second, the server a process of its own", benchPages},
		{"csv", "rows", 300_000, "import of a CSV file against its parser alone", benchCSV},
		{"ndjson", "rows", 300_000, "import of an NDJSON file against its parser alone", benchNDJSON},
		{"backtest", "rows", 77_000, "a backtest of a file, all methods and horizons", benchBacktest},
		{"circles", "ties", 300_000, "Leiden over a made-up graph, against one pass and against igraph", benchCircles},
		{"git", "commits", 50_000, "import of a repository, whole process, against git log", benchGit},
	}
}

func (a *app) benchCommand() *cobra.Command {
	n := 0
	all := scenarios()
	var help strings.Builder
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.name
		fmt.Fprintf(&help, "  %-9s %s (--n counts %s)\n", s.name, s.short, s.of)
	}
	c := &cobra.Command{
		Use: "bench [NAME]...", Short: "Measure how fast this machine and this Orrery are", Args: cobra.ArbitraryArgs,
		ValidArgs: names,
		Long: `Measure, each figure beside a limit that is taken in the same run. Everything
happens in a temporary folder: your data is not touched. Without NAME all of
them run, at sizes that take about three minutes; --n takes any size.

` + help.String() + `
Worlds of n activities have n/10 people. The ratio is the figure by the limit.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if n < 0 {
				return orrery.Errorf(orrery.Invalid, "--n %d: give a number above 0", n)
			}
			var chosen []scenario
			for _, name := range args {
				at := slices.Index(names, name)
				if at < 0 {
					return orrery.Errorf(orrery.Invalid, "there is no %q to measure: choose among %s", name, strings.Join(names, ", "))
				}
				chosen = append(chosen, all[at])
			}
			if len(args) == 0 {
				chosen = all
			}
			return a.bench(cmd.Context(), chosen, n)
		},
	}
	c.Flags().IntVar(&n, "n", 0, "how many; 0: a size that takes seconds")
	return c
}

func (a *app) bench(ctx context.Context, chosen []scenario, n int) (err error) {
	dir, err := os.MkdirTemp("", "orrery-bench-")
	if err != nil {
		return fmt.Errorf("make a folder to measure in: %w", err)
	}
	b := &bench{app: a, dir: dir}
	defer func() { err = errors.Join(err, b.close(), os.RemoveAll(dir)) }()
	for _, s := range chosen {
		size := s.n
		if n > 0 {
			size = n
		}
		if err := s.run(ctx, b, size); err != nil {
			return fmt.Errorf("measure %s: %w", s.name, err)
		}
	}
	if !a.json {
		b.table.print(a.out)
	}
	return nil
}

// bench is one run of the command: what scenarios share and where their figures
// go.
type bench struct {
	app   *app
	dir   string // temporary
	world *world // the last one made; nil until a scenario needs it
	table table
}

// measure is one figure beside its limit.
type measure struct {
	Name     string  `json:"name"`
	N        int     `json:"n"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Baseline float64 `json:"baseline"` // the limit, in the same unit
	Ratio    float64 `json:"ratio"`    // value by baseline

	limit string // what the limit is, in words
}

// report prints a figure as soon as it is known, or keeps it for the table.
func (b *bench) report(m measure) error {
	if m.Baseline != 0 {
		m.Ratio = m.Value / m.Baseline
	}
	if b.app.json {
		return b.app.line(m)
	}
	if len(b.table.rows) == 0 {
		b.table.head = []string{"what", "how many", "figure", "", "limit", "ratio", "what the limit is"}
	}
	b.table.add(strings.ReplaceAll(m.Name, "_", " "), count(int64(m.N)), figure(m.Value), m.Unit, figure(m.Baseline), figure(m.Ratio), m.limit)
	return nil
}

// figure writes a number with three digits that count, or all before the point.
func figure(v float64) string {
	switch size := math.Abs(v); {
	case size >= 100:
		return count(int64(math.Round(v)))
	case size >= 10:
		return fmt.Sprintf("%.1f", v)
	case size >= .1:
		return fmt.Sprintf("%.2f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}

// timed returns how long fn took. It reads the machine's own clock: the app's
// may be a test's.
func timed(fn func() error) (time.Duration, error) {
	began := time.Now()
	err := fn()
	return time.Since(began), err
}

// median runs fn some times and returns the middle duration.
func median(times int, fn func() error) (time.Duration, error) {
	took := make([]time.Duration, times)
	for i := range took {
		var err error
		if took[i], err = timed(fn); err != nil {
			return 0, err
		}
	}
	slices.Sort(took)
	return took[times/2], nil
}

func rate(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }
