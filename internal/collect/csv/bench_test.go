package csv_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	stdcsv "encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/csv"
)

// nowhere is a sink that keeps nothing.
type nowhere struct{ activities, skips int }

func (n *nowhere) Activity(context.Context, *orrery.Activity) error      { n.activities++; return nil }
func (n *nowhere) Link(context.Context, orrery.Link) error               { return nil }
func (n *nowhere) Affiliation(context.Context, orrery.Affiliation) error { return nil }
func (n *nowhere) Skip(context.Context, collect.Skipped) error           { n.skips++; return nil }
func (n *nowhere) Progress(collect.Progress)                             {}
func (n *nowhere) Complete()                                             {}

// benchRows writes n rows as most exports are: an id for who, a time, a kind and
// an object.
func benchRows(n int, times string) []byte {
	var b bytes.Buffer
	b.WriteString("who,when,kind,object\n")
	for i := range n {
		when := fmt.Sprint(1_328_464_132 + i*37)
		if times == "iso" {
			when = fmt.Sprintf("2024-%02d-%02dT%02d:%02d:%02d+02:00", i/100_000%12+1, i/3600%28+1, i/60%24, i%60, i%60)
		}
		fmt.Fprintf(&b, "%d,%s,%s,lib/module%d\n", i*7919%6000, when, [...]string{"commit", "review", "comment"}[i%3], i%997)
	}
	return b.Bytes()
}

func BenchmarkCollect(b *testing.B) {
	for _, times := range []string{"unix", "iso"} {
		for _, rows := range []int{1000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", times, rows), func(b *testing.B) {
				path := filepath.Join(b.TempDir(), "bench.csv")
				data := benchRows(rows, times)
				if err := os.WriteFile(path, data, 0o600); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					to := &nowhere{}
					if _, err := csv.New(path, csv.Options{}).Collect(b.Context(), nil, to); err != nil {
						b.Fatal(err)
					}
					if to.activities != rows {
						b.Fatalf("got %d rows, want %d", to.activities, rows)
					}
				}
				b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// BenchmarkFloor is what reading the same bytes costs without understanding
// them: line by line, and into fields with encoding/csv.
func BenchmarkFloor(b *testing.B) {
	const rows = 1_000_000
	data := benchRows(rows, "unix")
	path := filepath.Join(b.TempDir(), "bench.csv")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	floor := func(name string, read func(io.Reader)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				f, err := os.Open(path)
				if err != nil {
					b.Fatal(err)
				}
				read(f)
				f.Close()
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
	floor("bufio", func(r io.Reader) {
		for s := bufio.NewScanner(r); s.Scan(); {
		}
	})
	floor("encoding/csv", func(r io.Reader) {
		c := stdcsv.NewReader(r)
		c.ReuseRecord = true
		for {
			if _, err := c.Read(); err != nil {
				return
			}
		}
	})
}

func BenchmarkCollectGzip(b *testing.B) {
	const rows = 1_000_000
	path := filepath.Join(b.TempDir(), "bench.csv.gz")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(benchRows(rows, "unix")); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, packed.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := csv.New(path, csv.Options{}).Collect(b.Context(), nil, &nowhere{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
