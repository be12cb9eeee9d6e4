package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

// backtestFlags are the flags of backtest that are its own.
type backtestFlags struct {
	horizon        int
	gravity, drift bool
}

func (a *app) backtestCommand() *cobra.Command {
	var flags backtestFlags
	c := &cobra.Command{
		Use: "backtest [FILE]", Short: "How well would closeness have told who comes back?", Args: cobra.MaximumNArgs(1),
		Long: `Test the forecast on the past: at several moments of the history, everybody is
scored with what was known then, and compared with who really came afterwards.

With FILE (CSV with the columns who, when, kind, object; gzipped or not) the file
is tested for any activity (return), and no installation is needed; otherwise a
planet of this one is, for return and for closeness: meaningful activities that
nobody prompted.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			config := backtest.Config{}
			if flags.horizon != 0 {
				h, err := field.ParseHorizon(flags.horizon)
				if err != nil {
					return err
				}
				config.Horizons = []field.Horizon{h}
			}
			var h *backtest.History
			var err error
			if len(args) == 1 {
				h, err = historyOf(args[0])
			} else {
				h, err = a.ownHistory(cmd.Context(), &config)
			}
			if err != nil {
				return err
			}
			report, err := backtest.Examine(cmd.Context(), h, config)
			if err != nil {
				return err
			}
			if a.json {
				return a.backtestLines(&report, flags)
			}
			a.printBacktest(&report, flags)
			return nil
		},
	}
	c.Flags().IntVar(&flags.horizon, "horizon", 0, "days ahead: 30, 90 or 365; all three if not given")
	c.Flags().BoolVar(&flags.gravity, "gravity", false, "also how many were expected together, and how many came, by window")
	c.Flags().BoolVar(&flags.drift, "drift", false, "also how many of those flagged as drifting or rising then did")
	return c
}

func historyOf(path string) (*backtest.History, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "the file cannot be read: %w", err)
	}
	defer file.Close()
	h, err := backtest.ReadCSV(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return h, nil
}

// ownHistory reads the history of a planet, people only.
func (a *app) ownHistory(ctx context.Context, config *backtest.Config) (h *backtest.History, err error) {
	config.Targets = []backtest.Target{backtest.Return, backtest.Closeness}
	err = a.with(ctx, true, func(s *flow.System, _ *view.Desk) error {
		p, err := s.Planet(a.planet)
		if err != nil {
			return err
		}
		config.Catalogue = s.Catalogue()
		oneIn := 0
		if h, oneIn, err = view.PastOf(ctx, s, p, view.TrustedPeople); oneIn > 1 {
			fmt.Fprintf(a.err, "One person in %d is looked at, %s in all.\n", oneIn, count(int64(h.People())))
		}
		return err
	})
	return h, err
}

// backtestLines prints a line for each result, and lines of other kinds only
// behind a flag.
func (a *app) backtestLines(r *backtest.Report, flags backtestFlags) error {
	var lines []any
	for _, result := range r.Results {
		lines = append(lines, result)
	}
	if flags.gravity {
		for _, g := range r.Gravity {
			lines = append(lines, g)
		}
		for _, windows := range r.Windows() {
			lines = append(lines, backtest.Summarise(windows))
		}
	}
	if flags.drift {
		for _, d := range r.Drift {
			lines = append(lines, d)
		}
		for _, s := range r.Silence {
			lines = append(lines, s)
		}
	}
	for _, line := range lines {
		if err := a.line(line); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printBacktest(r *backtest.Report, flags backtestFlags) {
	t := table{head: []string{"of", "days ahead", "method", "AUC", "precision", "Brier", "ECE", "cuts", "people", "came"}}
	for _, r := range r.Results {
		t.add(string(r.Target), fmt.Sprint(r.HorizonDays), r.Method, ranging(r.AUC, r.AUCInterval), ranging(r.AveragePrecision, r.AveragePrecisionInterval),
			ranging(r.Brier, r.BrierInterval), ranging(r.ECE, r.ECEInterval), fmt.Sprint(r.Cuts), count(int64(r.N)), count(int64(r.Positives)))
	}
	t.print(a.out)
	fmt.Fprintln(a.out, "\nAUC: chance that somebody who came was ranked above somebody who did not (0.5 is a coin).\nECE: how far the stated chances are from what happened, on average.\nIn brackets: where the figure lies in 95 of 100 draws of other people like these.")
	if flags.gravity {
		a.printGravity(r)
	}
	if flags.drift {
		a.printDrift(r)
	}
}

// printGravity prints what was expected of all together, by window.
func (a *app) printGravity(r *backtest.Report) {
	for _, windows := range r.Windows() {
		t := table{head: []string{"of", "days ahead", "from", "in orbit", "expected", "came", "held", "window before"}}
		for i := range windows {
			g := &windows[i]
			held, before := "no", ""
			if g.Held() {
				held = "yes"
			}
			if g.SameAsBefore != nil {
				before = fmt.Sprint(*g.SameAsBefore)
			}
			t.add(string(g.Of), fmt.Sprint(g.HorizonDays), g.Cut, count(int64(g.InOrbit)),
				fmt.Sprintf("%.0f [%.0f–%.0f]", g.Expected, g.Low, g.High), fmt.Sprint(g.Actual), held, before)
		}
		fmt.Fprintln(a.out)
		t.print(a.out)
		s := backtest.Summarise(windows)
		fmt.Fprintf(a.out, "\nOff by %.0f %% in the median; \"the same as in the window before\" by %.0f %%. The interval, which should hold 90 %%, held %d of %d.\n",
			100*s.MedianError, 100*s.SameAsBeforeError, s.Held, s.Windows)
	}
}

// printDrift prints how many of those flagged then did.
func (a *app) printDrift(r *backtest.Report) {
	t := table{head: []string{"of", "days ahead", "flagged as", "people", "then did", "share", "others who did"}}
	for _, d := range r.Drift {
		t.add(string(d.Target), fmt.Sprint(d.HorizonDays), string(d.Direction), count(int64(d.Flagged)), count(int64(d.Right)),
			ranging(d.Precision, backtest.Interval{d.Low, d.High}), fmt.Sprintf("%.3f", d.BaseRate))
	}
	fmt.Fprintln(a.out)
	t.print(a.out)
	for _, s := range r.Silence {
		if s.Cuts > 0 {
			fmt.Fprintf(a.out, "\n%s, %d days: of %d of the core, %d then fell silent for 90 days. AUC by drift %.3f, by closeness %.3f.\n",
				s.Target, s.HorizonDays, s.Core, s.Silent, s.AUC, s.AUCCloseness)
		}
	}
}

// ranging writes a figure with its interval.
func ranging(figure float64, i backtest.Interval) string {
	return fmt.Sprintf("%.3f [%.3f–%.3f]", figure, i[0], i[1])
}
