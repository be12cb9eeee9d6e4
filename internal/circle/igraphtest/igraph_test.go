package igraphtest_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"orrery.dev/orrery/internal/circle"
	"orrery.dev/orrery/internal/circle/igraphtest"
	"orrery.dev/orrery/internal/simulate"
)

var large = flag.Bool("large", false, "also a graph of ten million ties: takes minutes")

// graph is one to compare on, or why it cannot be.
type graph struct {
	name string
	make func(t testing.TB) *circle.Graph
}

// graphs: three of the data for development, in which messages are ties between
// people, and a file that somebody touched is a node and each time a weight of 1;
// and published benchmark graphs.
func graphs(largest int) []graph {
	list := []graph{
		{"collegemsg people", func(t testing.TB) *circle.Graph { return ofData(t, "collegemsg", "") }},
		{"ansible people and files", func(t testing.TB) *circle.Graph { return ofData(t, "ansible_files", "file ") }},
		{"gitgit people and files", func(t testing.TB) *circle.Graph { return ofData(t, "gitgit_files", "file ") }},
	}
	for _, ties := range []int{10_000, 100_000, 1_000_000} {
		if ties <= largest {
			list = append(list, graph{"LFR " + name(ties), func(t testing.TB) *circle.Graph { return ofLFR(t, ties, .4) }})
		}
	}
	return append(list, graph{"LFR 10k of mixing .6", func(t testing.TB) *circle.Graph { return ofLFR(t, 10_000, .6) }})
}

func name(ties int) string {
	return map[int]string{10_000: "10k", 100_000: "100k", 1_000_000: "1M", 10_000_000: "10M"}[ties]
}

func ofData(t testing.TB, name, object string) *circle.Graph {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "data", name+".csv.gz"))
	if err != nil {
		t.Skipf("left out: the data for development are not beside the repository (%s)", name)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var ties bytes.Buffer
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), ",")
		if cells[0] != "who" {
			ties.WriteString(cells[0] + "," + object + cells[len(cells)-1] + "\n")
		}
	}
	edges, names, err := circle.Read(&ties)
	if err != nil {
		t.Fatal(err)
	}
	return edges.Graph(names.Len())
}

func ofLFR(t testing.TB, ties int, mixing float64) *circle.Graph {
	t.Helper()
	people := ties / 10
	n, err := simulate.LFR{
		Nodes: people, Degree: 20, MaxDegree: min(300, people/10), MinSize: 20, MaxSize: min(2000, people/10), Mixing: mixing,
	}.Make(1)
	if err != nil {
		t.Fatal(err)
	}
	edges := &circle.Edges{}
	for _, e := range n.Edges {
		if err := edges.Add(e[0], e[1], 1); err != nil {
			t.Fatal(err)
		}
	}
	return edges.Graph(people)
}

func TestCirclesAreAsGoodAsIgraphs(t *testing.T) {
	if !igraphtest.Available(t.Context()) {
		t.Skip(igraphtest.Missing)
	}
	for _, each := range graphs(10_000) {
		t.Run(each.name, func(t *testing.T) {
			g := each.make(t)
			theirs := open(t, g)
			const seeds = 5 // of both, who scatter by .004
			var igraphs, ours []float64
			for seed := range uint64(seeds) {
				found, err := theirs.Find(10)
				if err != nil {
					t.Fatal(err)
				}
				igraphs = append(igraphs, found.Modularity)
				p, err := circle.Find(g, circle.Config{Seed: seed})
				if err != nil {
					t.Fatal(err)
				}
				ours = append(ours, circle.Quality(g, p, circle.Modularity, 1))
				if n := circle.Disconnected(g, p); n > 0 {
					t.Errorf("seed %d: %d circles fall apart", seed, n)
				}
			}
			slices.Sort(igraphs)
			slices.Sort(ours)
			if ours[seeds/2] < igraphs[seeds/2]-.002 {
				t.Errorf("modularity %.5f, igraph's %.5f (medians)", ours, igraphs)
			}
		})
	}
}

func open(t testing.TB, g *circle.Graph) *igraphtest.Igraph {
	t.Helper()
	i, err := igraphtest.Open(context.WithoutCancel(t.Context()), g, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

// worked returns the processor time that this program took so far.
func worked(t testing.TB) float64 {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// BenchmarkAgainstIgraph takes turns with igraph's ten iterations and reports
// medians: by the clock, where others share the machine, and of processor time,
// ours of all cores. Quality is our worst and igraph's best.
func BenchmarkAgainstIgraph(b *testing.B) {
	if !igraphtest.Available(b.Context()) {
		b.Skip(igraphtest.Missing)
	}
	for _, each := range graphs(1_000_000) {
		b.Run(each.name, func(b *testing.B) {
			g := each.make(b)
			theirs := open(b, g)
			var clock, work, theirClock, theirWork []float64
			worst, best := 1., 0.
			for seed := uint64(0); b.Loop(); seed++ {
				began, before := time.Now(), worked(b)
				p, err := circle.Find(g, circle.Config{Seed: seed})
				if err != nil {
					b.Fatal(err)
				}
				clock, work = append(clock, time.Since(began).Seconds()), append(work, worked(b)-before)
				worst = min(worst, circle.Quality(g, p, circle.Modularity, 1))
				found, err := theirs.Find(10)
				if err != nil {
					b.Fatal(err)
				}
				theirClock, theirWork = append(theirClock, found.Seconds), append(theirWork, found.Processor)
				best = max(best, found.Modularity)
			}
			b.ReportMetric(0, "ns/op") // it is of both
			b.ReportMetric(float64(g.Edges()), "ties")
			b.ReportMetric(1e3*middle(clock), "ms")
			b.ReportMetric(1e3*middle(theirClock), "igraph-ms")
			b.ReportMetric(middle(clock)/middle(theirClock), "clock-ratio")
			b.ReportMetric(middle(work)/middle(theirWork), "work-ratio")
			b.ReportMetric(worst, "worst-Q")
			b.ReportMetric(best, "igraph-best-Q")
		})
	}
}

func middle(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// BenchmarkMemory builds a graph and finds its circles, and reports the most
// memory in use at any moment (HeapInuse, looked at a hundred times a second, less
// what was in use before), the gathered ties included.
func BenchmarkMemory(b *testing.B) {
	sizes := []int{1_000_000}
	if *large {
		sizes = append(sizes, 10_000_000)
	}
	for _, ties := range sizes {
		for _, weighted := range []bool{false, true} {
			title := name(ties)
			if weighted {
				title += " weighted"
			}
			b.Run(title, func(b *testing.B) { measureMemory(b, ties, weighted) })
		}
	}
}

func measureMemory(b *testing.B, ties int, weighted bool) {
	defer debug.SetGCPercent(debug.SetGCPercent(20)) // as the command runs
	n, err := simulate.LFR{Nodes: ties / 10, Degree: 20, MaxDegree: 300, MinSize: 20, MaxSize: 2000, Mixing: .4}.Make(1)
	if err != nil {
		b.Fatal(err)
	}
	n.Circle = nil
	var most, found float64
	for b.Loop() {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		before := m.HeapInuse
		peak, done := make(chan uint64), make(chan struct{})
		go func() {
			high := before
			for {
				select {
				case <-done:
					peak <- high
					return
				case <-time.After(10 * time.Millisecond):
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					high = max(high, m.HeapInuse)
				}
			}
		}()
		began := time.Now()
		edges := &circle.Edges{}
		for i, e := range n.Edges {
			weight := 1.
			if weighted {
				weight += float64(i % 3)
			}
			if err := edges.Add(e[0], e[1], weight); err != nil {
				b.Fatal(err)
			}
		}
		g := edges.Graph(0)
		if _, err := circle.Find(g, circle.Config{Seed: 1}); err != nil {
			b.Fatal(err)
		}
		found = time.Since(began).Seconds()
		close(done)
		most = max(most, float64(<-peak-before)/float64(g.Edges()))
	}
	runtime.KeepAlive(n)
	b.ReportMetric(most, "bytes/tie")
	b.ReportMetric(found, "seconds")
}
