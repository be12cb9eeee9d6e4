package flow_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/simulate"
)

// liveWorld is how many activities are stored before a benchmark of living
// ones: ORRERY_BENCH_N or 1,000,000, a tenth as many people.
func liveWorld() int {
	if n, err := strconv.Atoi(os.Getenv("ORRERY_BENCH_N")); err == nil {
		return n
	}
	return 1_000_000
}

// The newest 50 activities of one person, found by the blocks they occur in:
// of people drawn evenly, who did little, and of those who did most.
func BenchmarkRecent(b *testing.B) {
	n := liveWorld()
	s := benchWorld(b, b.TempDir(), n)
	defer endBench(b, s)
	var known int
	if err := s.Graph(b.Context(), func(g *identity.Graph) error { known = g.Len(); return nil }); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if _, err := s.Recent(b.Context(), []orrery.IdentityID{1}, 0, time.Time{}, 50); err != nil {
		b.Fatal(err)
	}
	first := time.Since(began)
	for _, most := range []int{known, 1000} {
		b.Run(fmt.Sprintf("activities=%d/people=%d", n, most), func(b *testing.B) {
			chance := rand.New(rand.NewPCG(1, 1))
			var took []time.Duration
			for b.Loop() {
				id := orrery.IdentityID(1 + chance.IntN(most))
				began := time.Now()
				if _, err := s.Recent(b.Context(), []orrery.IdentityID{id}, 0, time.Time{}, 50); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
			b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
			b.ReportMetric(first.Seconds()*1000, "first-ms")
		})
	}
}

// Activities of today, handed in by one caller, 1,000 at a time, and the same of
// any day before, by people who all have a history.
func BenchmarkIngest(b *testing.B) {
	n := liveWorld()
	for _, late := range []bool{false, true} {
		b.Run(fmt.Sprintf("activities=%d/late=%t", n, late), func(b *testing.B) {
			s := benchWorld(b, b.TempDir(), n)
			defer endBench(b, s)
			live := s.StartLive(flow.LiveLimits{})
			defer live.Stop()
			source := orrery.IngestSource{Name: "api/bulk", Kind: "api", Planet: "bulk"}
			chance := rand.New(rand.NewPCG(2, 2))
			batch := make([]orrery.Activity, 0, 1000)
			stored := 0
			var took []time.Duration
			hand := func() {
				began := time.Now()
				if _, err := live.Ingest(b.Context(), source, orrery.Told{Activities: batch}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
				stored += len(batch)
				batch = batch[:0]
			}
			b.ResetTimer()
			for range b.N {
				for a := range simulate.Bulk(uint64(3+stored), n/10, cap(batch), orrery.DayOf(now)) {
					c := *a
					c.Planet, c.ExternalID, c.To = "", "live"+strconv.Itoa(stored+len(batch)), slices.Clone(a.To)
					if !late {
						c.At = now
					} else {
						c.At = now.AddDate(0, 0, -chance.IntN(700))
					}
					batch = append(batch, c)
				}
				hand()
			}
			b.StopTimer()
			slices.Sort(took)
			b.ReportMetric(float64(stored)/b.Elapsed().Seconds(), "activities/s")
			b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
		})
	}
}
