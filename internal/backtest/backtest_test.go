package backtest_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/field"
)

// history reads a set of real data that lies beside the checkout.
func history(t testing.TB, name string) *backtest.History {
	t.Helper()
	file, err := os.Open(filepath.Join("../../../shared/data", name+".csv.gz"))
	if err != nil {
		t.Skipf("without the data set %s there is nothing to test", name)
	}
	defer file.Close()
	h, err := backtest.ReadCSV(file)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestThePublishedFiguresComeOut(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]map[string]float64{
		"cdnow":   {"cold_start": .777, "fitted": .782},
		"ansible": {"cold_start": .914, "fitted": .915},
		"tldr":    {"cold_start": .915, "fitted": .917},
		"gitgit":  {"cold_start": .910, "fitted": .915},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results, err := backtest.Run(history(t, name), backtest.Config{Horizons: []field.Horizon{field.Monthly}})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				t.Logf("%-10s AUC %.4f AP %.4f Brier %.4f ECE %.4f cuts %d n %d positives %d",
					r.Method, r.AUC, r.AveragePrecision, r.Brier, r.ECE, r.Cuts, r.N, r.Positives)
				if w, ok := want[r.Method]; ok && math.Abs(r.AUC-w) > .01 {
					t.Errorf("%s: got AUC %.4f, want %.3f ± .01", r.Method, r.AUC, w)
				}
			}
		})
	}
}

var (
	_ = json.Marshal
	_ = strings.NewReader
	_ = orrery.Invalid
)
