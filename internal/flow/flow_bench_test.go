package flow_test

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/git"
	"orrery.dev/orrery/internal/collect/git/gittest"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/simulate"
)

var worldSizes = []int{1_000, 100_000, 1_000_000}

// bulk is a connector over a simulated world with ten activities a person.
type bulk int

func (bulk) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "bulk", Name: "bulk", Planet: "bulk"}, nil
}

func (n bulk) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	for a := range simulate.Bulk(1, max(1, int(n)/10), int(n), orrery.DayOf(now)) {
		a.Planet = ""
		if err := to.Activity(ctx, a); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func byWorld(b *testing.B, bench func(b *testing.B, n int)) {
	for _, n := range worldSizes {
		b.Run(fmt.Sprintf("activities=%d", n), func(b *testing.B) {
			bench(b, n)
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "activities/s")
		})
	}
}

func benchWorld(b *testing.B, dir string, n int) *flow.System {
	b.Helper()
	s := open(b, dir)
	if _, err := s.Import(b.Context(), bulk(n), flow.ImportPlan{}); err != nil {
		b.Fatal(err)
	}
	return s
}

func endBench(b *testing.B, s *flow.System) {
	b.Helper()
	if err := s.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// From a connector to the orbits, snapshot included.
func BenchmarkImport(b *testing.B) {
	byWorld(b, func(b *testing.B, n int) {
		for b.Loop() {
			endBench(b, benchWorld(b, b.TempDir(), n))
		}
	})
}

// The whole journal into a new field.
func BenchmarkReplay(b *testing.B) {
	byWorld(b, func(b *testing.B, n int) {
		s := benchWorld(b, b.TempDir(), n)
		defer endBench(b, s)
		for b.Loop() {
			if err := s.ReadAsOf(b.Context(), math.MaxInt32, func(*flow.State) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// From the data folder to a state that can be read.
func BenchmarkRestart(b *testing.B) {
	byWorld(b, func(b *testing.B, n int) {
		dir := b.TempDir()
		endBench(b, benchWorld(b, dir, n))
		for b.Loop() {
			s := open(b, dir)
			if err := s.Read(b.Context(), func(*flow.State) error { return nil }); err != nil {
				b.Fatal(err)
			}
			endBench(b, s)
		}
	})
}

// The newest activities of the most active person.
func BenchmarkTimeline(b *testing.B) {
	byWorld(b, func(b *testing.B, n int) {
		s := benchWorld(b, b.TempDir(), n)
		defer endBench(b, s)
		id, err := s.FindIdentity(b.Context(), "bulk.example:login:u1")
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := s.Recent(b.Context(), []orrery.IdentityID{id}, 0, time.Time{}, 50); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkGitImport(b *testing.B) {
	if !gittest.Available() {
		b.Skip("git is missing: apt-get install git")
	}
	const commits = 50_000
	repo := filepath.Join(b.TempDir(), "orbit")
	if err := gittest.Generate(b.Context(), repo, commits, 3000, 1); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := open(b, b.TempDir())
		if _, err := s.Import(b.Context(), git.New(repo, git.Options{}), flow.ImportPlan{}); err != nil {
			b.Fatal(err)
		}
		endBench(b, s)
	}
	b.ReportMetric(commits*float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}
