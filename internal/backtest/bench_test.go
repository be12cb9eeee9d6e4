package backtest_test

import (
	"testing"

	"orrery.dev/orrery/internal/backtest"
)

// All methods at all horizons, 20,000 people and a year and a half.
func BenchmarkRun(b *testing.B) {
	h := history(b, "cdnow")
	for b.Loop() {
		if _, err := backtest.Run(h, backtest.Config{}); err != nil {
			b.Fatal(err)
		}
	}
}
