package flow_test

import (
	"testing"

	"orrery.dev/orrery/internal/history"
)

// A planet's weeks made from nothing, and made again where nothing happened; and
// what a member-week takes.
func BenchmarkHistory(b *testing.B) {
	byWorld(b, func(b *testing.B, n int) {
		s := benchWorld(b, b.TempDir(), n)
		p := s.Planets()[0]
		var book *history.Book
		b.Run("from nothing", func(b *testing.B) {
			for b.Loop() {
				var err error
				if book, err = s.MakeHistory(b.Context(), p, s.Now(), nil); err != nil {
					b.Fatal(err)
				}
			}
			_, bytes, points := book.Members()
			b.ReportMetric(float64(bytes)/float64(points), "B/member-week")
			b.ReportMetric(float64(points), "member-weeks")
			b.ReportMetric(float64(bytes)/1e6, "MB")
		})
		b.Run("again", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.MakeHistory(b.Context(), p, s.Now(), book); err != nil {
					b.Fatal(err)
				}
			}
		})
		endBench(b, s)
	})
}
