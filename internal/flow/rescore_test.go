package flow_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
)

func weight(kind string, w float64) catalogue.Override {
	return catalogue.Override{Kind: kind, Weight: &w}
}

func TestWhatComesInWhileThePastIsCountedAnewCountsByTheNewWeights(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 91))
			list := doings(chance, 3000, 60)

			want := func() [32]byte {
				s := openWith(t, t.TempDir(), "night-radio")
				defer leave(t, s)
				if err := s.SetCatalogue(t.Context(), weight("like", 7), weight("page.view", 5)); err != nil {
					t.Fatal(err)
				}
				mustImport(t, s, said(list), flow.ImportPlan{})
				return healthy(t, s)
			}()

			s := openWith(t, t.TempDir(), "night-radio")
			defer leave(t, s)
			mustImport(t, s, said(list[:2000]), flow.ImportPlan{})
			live := s.StartLive(flow.LiveLimits{})
			var work sync.WaitGroup
			work.Go(func() {
				for i := 2000; i < len(list); i += 50 {
					if _, err := live.Ingest(t.Context(), door, orrery.Told{Activities: list[i : i+50]}); err != nil {
						t.Error(err)
					}
				}
			})
			work.Go(func() {
				for _, o := range []catalogue.Override{weight("like", 3), weight("page.view", 5), weight("like", 7)} {
					if err := s.SetCatalogue(t.Context(), o); err != nil {
						t.Error(err)
					}
				}
			})
			work.Wait()
			live.Stop()
			if !s.Rescored() {
				t.Error("the field counts by an older catalogue")
			}
			if got := healthy(t, s); got != want {
				t.Error("the field is not what it is when the weights were there from the beginning")
			}
		})
	}
}

func TestFieldIsReadWhileThePastIsCountedAnew(t *testing.T) {
	t.Parallel()
	s := openWith(t, t.TempDir(), "night-radio")
	defer leave(t, s)
	mustImport(t, s, said(doings(rand.New(rand.NewPCG(4, 4)), 20_000, 400)), flow.ImportPlan{})
	done := make(chan struct{})
	var reads atomic.Int64
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				build(t, s)
				if err := s.Graph(t.Context(), func(*identity.Graph) error { return nil }); err != nil {
					t.Error(err)
				}
				reads.Add(1)
			}
		}
	})
	if err := s.SetCatalogue(t.Context(), weight("like", 6)); err != nil {
		t.Fatal(err)
	}
	close(done)
	reader.Wait()
	if reads.Load() < 10 {
		t.Errorf("%d reads while the past was counted anew", reads.Load())
	}
}

func TestCatalogueChangedBeforeAStopCountsAfterTheNextStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openWith(t, dir, "night-radio")
	mustImport(t, s, said(doings(rand.New(rand.NewPCG(5, 5)), 800, 30)), flow.ImportPlan{})
	if err := s.PutCatalogue(t.Context(), weight("like", 6)); err != nil {
		t.Fatal(err)
	}
	if s.Rescored() {
		t.Error("the field is said to count by a catalogue that it does not know yet")
	}
	leave(t, s)
	s = open(t, dir)
	defer leave(t, s)
	build(t, s)
	if !s.Rescored() {
		t.Error("the field counts by the older catalogue")
	}
	healthy(t, s)
}

func TestPreviewShowsWhatAChangeWouldDoAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := openWith(t, t.TempDir(), "night-radio")
	defer leave(t, s)
	mustImport(t, s, said(doings(rand.New(rand.NewPCG(6, 6)), 3000, 60)), flow.ImportPlan{})
	before := hashOf(t, s)
	p, err := s.Planet("night-radio")
	if err != nil {
		t.Fatal(err)
	}
	days := func(st *flow.State) (n int) {
		for o := range st.Engine.Orbits(p.ID) {
			r, _ := st.Engine.Read(o, st.Forecast(p), orrery.DayOf(now))
			n += int(r.Days.Periods[0])
		}
		return n
	}
	err = s.Preview(t.Context(), []catalogue.Override{weight("like", 6)}, func(now, then *flow.State) error {
		if a, b := days(now), days(then); a >= b {
			t.Errorf("people came in %d months before likes were meaningful and %d after", a, b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if hashOf(t, s) != before || !s.Rescored() {
		t.Error("the preview changed the field")
	}
	none := func(_, _ *flow.State) error { return nil }
	if err := s.Preview(t.Context(), []catalogue.Override{weight("like", 60)}, none); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("a weight of 60 gave %v", err)
	}
}

func TestFitsOverEveryHorizonNameThemselves(t *testing.T) {
	t.Parallel()
	s := openWith(t, t.TempDir(), "night-radio")
	defer leave(t, s)
	list := doings(rand.New(rand.NewPCG(7, 7)), 12_000, 900)
	mustImport(t, s, said(list[:6000]), flow.ImportPlan{})
	p, err := s.Planet("night-radio")
	if err != nil {
		t.Fatal(err)
	}
	names := func() map[string]bool {
		out := map[string]bool{}
		if err := s.Refit(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := s.Read(context.Background(), func(st *flow.State) error {
			for _, h := range []field.Horizon{field.Monthly, field.Quarterly, field.Yearly} {
				f := st.ForecastOver(p.ID, h)
				if f.Closeness.Horizon != h || f.Return.Horizon != h {
					t.Errorf("the fit for %d days is over %d", h, f.Closeness.Horizon)
				}
				if !strings.Contains(f.Closeness.Name, orrery.DayOf(now).String()) {
					t.Errorf("the fit %q does not name its day", f.Closeness.Name)
				}
				out[f.Closeness.Name], out[f.Return.Name] = true, true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := names()
	if len(first) != 6 {
		t.Errorf("six fits have %d names: %v", len(first), first)
	}
	mustImport(t, s, said(list), flow.ImportPlan{})
	for name := range names() {
		if first[name] {
			t.Errorf("after the planet had doubled, %s is still in use", name)
		}
	}
}

// How long the slowest read waits while a planet's past is counted anew, beside
// the slowest while nothing happens.
func BenchmarkReadWhileRescoring(b *testing.B) {
	for _, n := range worldSizes {
		b.Run(fmt.Sprintf("activities=%d", n), func(b *testing.B) {
			s := benchWorld(b, b.TempDir(), n)
			defer endBench(b, s)
			p := s.Planets()[0]
			var slowest, took time.Duration
			for i := 0; b.Loop(); i++ {
				done := make(chan error, 1)
				began := time.Now()
				go func() { done <- s.SetCatalogue(b.Context(), weight("forum.like", float64(3+i%5))) }()
				for waiting := true; waiting; {
					select {
					case err := <-done:
						if err != nil {
							b.Fatal(err)
						}
						waiting = false
					default:
						at := time.Now()
						if err := s.Read(b.Context(), func(st *flow.State) error {
							st.Engine.Survey(p.ID, st.Forecast(p).Closeness, orrery.DayOf(now), 20, st.IsPerson)
							return nil
						}); err != nil {
							b.Fatal(err)
						}
						if err := s.Graph(b.Context(), func(*identity.Graph) error { return nil }); err != nil {
							b.Fatal(err)
						}
						slowest = max(slowest, time.Since(at))
						time.Sleep(5 * time.Millisecond)
					}
				}
				took += time.Since(began)
			}
			b.ReportMetric(float64(slowest.Milliseconds()), "slowest-read-ms")
			b.ReportMetric(float64(took.Milliseconds())/float64(b.N), "rescore-ms")
		})
	}
}
