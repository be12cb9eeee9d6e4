package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/view"
)

func (a *app) backtestCommand() *cobra.Command {
	var horizon int
	c := &cobra.Command{
		Use: "backtest [FILE]", Short: "How well would closeness have told who comes back?", Args: cobra.MaximumNArgs(1),
		Long: `Test the forecast on the past: at several moments of the history, everybody is
scored with what was known then, and compared with who really came afterwards.

With FILE (CSV with the columns who, when, kind, object; gzipped or not) the file
is tested, and no installation is needed; otherwise a planet of this one.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			config := backtest.Config{}
			if horizon != 0 {
				h, err := field.ParseHorizon(horizon)
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
			results, err := backtest.Run(h, config)
			if err != nil {
				return err
			}
			return a.printBacktest(results)
		},
	}
	c.Flags().IntVar(&horizon, "horizon", 0, "days ahead: 30, 90 or 365; all three if not given")
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
func (a *app) ownHistory(ctx context.Context, config *backtest.Config) (*backtest.History, error) {
	h := &backtest.History{}
	err := a.with(ctx, true, func(s *flow.System, _ *view.Desk) error {
		p, err := s.Planet(a.planet)
		if err != nil {
			return err
		}
		config.Catalogue = s.Catalogue()
		return s.History(ctx, p.ID, func(m orrery.MemberID, r *journal.Replayed, row int) {
			h.Add(backtest.Row{
				Who: strconv.FormatUint(uint64(m), 10), When: r.AtMicros[row] / 1e6, Kind: r.Kinds[r.Kind[row]],
			})
		})
	})
	return h, err
}

func (a *app) printBacktest(results []backtest.Result) error {
	if a.json {
		for _, r := range results {
			if err := a.line(r); err != nil {
				return err
			}
		}
		return nil
	}
	t := table{head: []string{"days ahead", "method", "AUC", "precision", "Brier", "ECE", "cuts", "people", "came"}}
	for _, r := range results {
		t.add(fmt.Sprint(r.HorizonDays), r.Method, ranging(r.AUC, r.AUCInterval), ranging(r.AveragePrecision, r.AveragePrecisionInterval),
			ranging(r.Brier, r.BrierInterval), ranging(r.ECE, r.ECEInterval), fmt.Sprint(r.Cuts), count(int64(r.N)), count(int64(r.Positives)))
	}
	t.print(a.out)
	fmt.Fprintln(a.out, "\nAUC: chance that somebody who came was ranked above somebody who did not (0.5 is a coin).\nECE: how far the stated chances are from what happened, on average.\nIn brackets: where the figure lies in 95 of 100 draws of other people like these.")
	return nil
}

// ranging writes a figure with its interval.
func ranging(figure float64, i backtest.Interval) string {
	return fmt.Sprintf("%.3f [%.3f–%.3f]", figure, i[0], i[1])
}
