package field_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

var sizes = []int{1_000, 100_000, 1_000_000}

// crowd makes ten rows a person over a year, by rising day, people at random
// within a day; a third of the rows have a counterpart.
func crowd(people int) []field.Row {
	rng := rand.New(rand.NewPCG(1, uint64(people)))
	rows := make([]field.Row, 10*people)
	for i := range rows {
		rows[i] = field.Row{
			Member:  orrery.MemberID(1 + rng.IntN(people)),
			Day:     orrery.Day(20_000 + i*365/len(rows)),
			Planet:  1,
			Kind:    uint16(rng.IntN(len(rules))),
			Valence: field.NoValence,
		}
		if rng.IntN(3) == 0 {
			rows[i].With = orrery.MemberID(1 + rng.IntN(people))
		}
	}
	return rows
}

func one(rows []field.Row) func(func([]field.Row) bool) {
	return func(yield func([]field.Row) bool) { yield(rows) }
}

func bySize(b *testing.B, bench func(b *testing.B, people int)) {
	for _, people := range sizes {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) { bench(b, people) })
	}
}

func perRow(b *testing.B, rows int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

// Rows of the day after a year of history, one or more for every person: every
// orbit's open day is folded once.
func BenchmarkApply(b *testing.B) {
	bySize(b, func(b *testing.B, people int) {
		history := crowd(people)
		last := history[len(history)-1].Day
		e := field.Build(rules, one(history))
		batch := slices.Clone(history[:min(max(people, 100_000), len(history))])
		b.ResetTimer()
		for b.Loop() {
			last++
			b.StopTimer()
			for i := range batch {
				batch[i].Day = last
			}
			b.StartTimer()
			e.Apply(batch)
		}
		perRow(b, len(batch))
	})
}

// The year itself, from nothing.
func BenchmarkApplyFromNothing(b *testing.B) {
	bySize(b, func(b *testing.B, people int) {
		history := crowd(people)
		for b.Loop() {
			field.New(rules...).Apply(history)
		}
		perRow(b, len(history))
	})
}

func BenchmarkBuild(b *testing.B) {
	for _, order := range []string{"sorted", "shuffled"} {
		b.Run(order, func(b *testing.B) {
			bySize(b, func(b *testing.B, people int) {
				history := crowd(people)
				if order == "shuffled" {
					history = shuffled(rand.New(rand.NewPCG(2, 2)), history)
				}
				for b.Loop() {
					field.Build(rules, one(history))
				}
				perRow(b, len(history))
			})
		})
	}
}

func BenchmarkSurveyTop1000(b *testing.B) {
	bySize(b, func(b *testing.B, people int) {
		history := crowd(people)
		e := field.New(rules...)
		e.Apply(history)
		day := history[len(history)-1].Day
		fit := field.ColdStart(field.Monthly)
		for b.Loop() {
			e.Survey(1, fit, day, 1000, nil)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(people), "ns/orbit")
	})
}

func BenchmarkSnapshot(b *testing.B) {
	bySize(b, func(b *testing.B, people int) {
		e := field.Build(rules, one(crowd(people)))
		var file bytes.Buffer
		if err := e.Encode(&file); err != nil {
			b.Fatal(err)
		}
		size := int64(file.Len())
		b.Run("encode", func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				if err := e.Encode(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("decode", func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				if _, err := field.Decode(bytes.NewReader(file.Bytes())); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("memcpy", func(b *testing.B) {
			to := make([]byte, size)
			b.SetBytes(size)
			for b.Loop() {
				copy(to, file.Bytes())
			}
		})
	})
}
