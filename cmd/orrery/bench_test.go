package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Scenarios that start the command again are left out: here it is a test.
var inProcess = []string{"append", "keys", "field", "import", "replay", "timeline", "csv", "ndjson", "backtest", "circles"}

func TestEveryScenarioReportsFigures(t *testing.T) {
	t.Parallel()
	for _, name := range inProcess {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			got := orr(t, data, "bench", name, "--n", "3000", "--json")
			if got.code != exitOK {
				t.Fatalf("got %d: %s", got.code, got.err)
			}
			lines := strings.Split(strings.TrimSpace(got.out), "\n")
			for _, line := range lines {
				var fields map[string]any
				if err := json.Unmarshal([]byte(line), &fields); err != nil {
					t.Fatalf("%v: %s", err, line)
				}
				for _, key := range []string{"name", "n", "value", "unit", "baseline", "ratio"} {
					if _, ok := fields[key]; !ok || len(fields) != 6 {
						t.Errorf("no %q among six fields: %s", key, line)
					}
				}
				if !strings.HasPrefix(fields["name"].(string), name) && name != "field" {
					t.Errorf("%s reports %s", name, fields["name"])
				}
				if value := fields["value"].(float64); value == 0 || value < 0 && name != "keys" { // the heap is other tests' too
					t.Errorf("no figure: %s", line)
				}
			}
			if _, err := os.Stat(data); !os.IsNotExist(err) {
				t.Errorf("the data folder was touched: %v", err)
			}
		})
	}
}

func TestAScenarioThatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	got := orr(t, "", "bench", "warp")
	if got.code != exitUsage || !strings.Contains(got.err, "append") {
		t.Errorf("got %d: %s", got.code, got.err)
	}
}

func TestTheTestKnowsAllScenarios(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios() {
		if !slices.Contains(inProcess, s.name) && !slices.Contains([]string{"restart", "git", "pages"}, s.name) {
			t.Errorf("%s is not tested", s.name)
		}
	}
}

func TestFiguresShowThreeDigits(t *testing.T) {
	t.Parallel()
	for value, want := range map[float64]string{0: "0.000", .0123: "0.012", .5: "0.50", 12.34: "12.3", 123.4: "123", 1234567: "1,234,567"} {
		if got := figure(value); got != want {
			t.Errorf("figure(%v) is %q, want %q", value, got, want)
		}
	}
}
