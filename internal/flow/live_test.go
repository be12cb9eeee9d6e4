package flow_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
)

// said is a connector that emits what it is given.
type said []orrery.Activity

func (said) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "said", Name: "said", Planet: "night-radio"}, nil
}

func (list said) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	for i := range list {
		if err := to.Activity(ctx, &list[i]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// doings returns n activities of some people, with everything that makes the
// order of arrival matter: several identities a person, addressees, retractions
// and retractions of retractions, many a day and over years.
func doings(chance *rand.Rand, n, people int) []orrery.Activity {
	who := func() orrery.Actor {
		p := chance.IntN(people)
		a := orrery.Actor{Namespace: "forum", Type: "login", Value: fmt.Sprint("p", p), Name: fmt.Sprint("Person ", p)}
		switch chance.IntN(6) {
		case 0:
			a.Email = fmt.Sprintf("p%d@town.example", p)
		case 1:
			a = orrery.Actor{Namespace: "shop", Type: "login", Value: fmt.Sprint("c", p), Email: fmt.Sprintf("p%d@town.example", p)}
		case 2:
			a = orrery.Actor{Type: orrery.TypeEmail, Value: fmt.Sprintf("p%d@town.example", p)}
		}
		return a
	}
	kinds := []string{"post", "like", "complaint", "order", "git.commit", "something.new", "page.view"}
	list := make([]orrery.Activity, n)
	for i := range list {
		a := orrery.Activity{
			ExternalID: fmt.Sprint("a", i), Namespace: "world", Kind: kinds[chance.IntN(len(kinds))], Actor: who(),
			At:     now.Add(-time.Duration(chance.IntN(700*24*60)) * time.Minute).In(time.FixedZone("", 60*chance.IntN(600))),
			Origin: orrery.Origin(chance.IntN(4)),
			Object: orrery.Object{ID: fmt.Sprint("o", chance.IntN(50)), Type: "topic", Title: "On the night's radio"},
		}
		for chance.IntN(4) == 0 {
			a.To = append(a.To, who())
		}
		if chance.IntN(20) == 0 {
			a.Retracts = fmt.Sprint("a", chance.IntN(n))
		}
		list[i] = a
	}
	return list
}

var door = orrery.IngestSource{Name: "api/night-radio", Kind: "api", Planet: "night-radio"}

func openWith(t testing.TB, dir, planet string) *flow.System {
	t.Helper()
	s := open(t, dir)
	if _, err := s.Planet(planet); err != nil {
		if _, err := s.AddPlanet(t.Context(), orrery.Planet{Slug: planet}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func hashOf(t testing.TB, s *flow.System) [32]byte {
	t.Helper()
	h, err := s.Hash(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func build(t testing.TB, s *flow.System) {
	t.Helper()
	if err := s.Read(t.Context(), func(*flow.State) error { return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestLiveInAnyOrderThreeTimesIsOneImport(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 7))
			list := doings(chance, 1500, 40)

			imported := open(t, t.TempDir())
			if _, err := imported.Import(t.Context(), said(list), flow.ImportPlan{}); err != nil {
				t.Fatal(err)
			}
			want := hashOf(t, imported)
			if err := imported.Close(t.Context()); err != nil {
				t.Fatal(err)
			}

			dir := t.TempDir()
			s := openWith(t, dir, "night-radio")
			added := 0
			for round := range 3 {
				if round > 0 || seed%2 == 0 {
					build(t, s)
				}
				live := s.StartLive(flow.LiveLimits{})
				added += ingestShuffled(t, live, list, chance)
				if round == 1 { // from a snapshot on
					live.Stop()
					if err := s.Close(t.Context()); err != nil {
						t.Fatal(err)
					}
					s = open(t, dir)
					continue
				}
				live.Stop()
			}
			if added != len(list) {
				t.Errorf("%d of %d activities were added", added, len(list))
			}
			c, err := s.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if c.LiveHash != want {
				t.Error("the live state is not that of one import")
			}
			if c.RebuiltHash != want {
				t.Error("the rebuilt state is not that of one import")
			}
			if err := s.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// ingestShuffled hands activities in from several goroutines, in slices of any
// length, and returns how many were added.
func ingestShuffled(t testing.TB, live *flow.Live, list []orrery.Activity, chance *rand.Rand) int {
	t.Helper()
	list = slices.Clone(list)
	chance.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	work := make(chan []orrery.Activity)
	var mu sync.Mutex
	var all sync.WaitGroup
	added := 0
	for range 4 {
		all.Go(func() {
			for part := range work {
				receipt, err := live.Ingest(t.Context(), door, orrery.Told{Activities: part})
				if err != nil {
					t.Error(err)
				}
				if n := receipt.Added + receipt.Duplicates + len(receipt.Refused); n != len(part) {
					t.Errorf("the receipt tells of %d of %d", n, len(part))
				}
				mu.Lock()
				added += receipt.Added
				mu.Unlock()
			}
		})
	}
	for len(list) > 0 {
		n := min(len(list), 1+chance.IntN(60))
		work <- list[:n]
		list = list[n:]
	}
	close(work)
	all.Wait()
	return added
}

func TestMergesAndUndoneDaysAreFollowed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 9))
			s := openWith(t, t.TempDir(), "night-radio")
			live := s.StartLive(flow.LiveLimits{})
			list := doings(chance, 600, 30)
			for step := range 12 {
				ingestShuffled(t, live, list[step*50:(step+1)*50], chance)
				build(t, s)
				var n int
				if err := s.Graph(t.Context(), func(g *identity.Graph) error { n = g.Len(); return nil }); err != nil {
					t.Fatal(err)
				}
				a, b := orrery.IdentityID(1+chance.IntN(n)), orrery.IdentityID(1+chance.IntN(n))
				decide := s.Merge
				if chance.IntN(3) == 0 {
					decide = s.Unmerge
				}
				if _, err := decide(t.Context(), a, b); err != nil && a != b {
					t.Fatal(err)
				}
				if step == 8 {
					imports, err := s.Imports(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					if _, err := s.Undo(t.Context(), imports[0].ID); err != nil {
						t.Fatal(err)
					}
				}
			}
			live.Stop()
			c, err := s.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if c.LiveHash != c.RebuiltHash {
				t.Error("the live state is not the rebuilt one")
			}
			imports, err := s.Imports(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(imports) != 2 || imports[0].State != orrery.ImportUndone || imports[1].State != orrery.ImportDone || imports[1].Added != 150 {
				t.Errorf("got imports %+v, want one undone and one of what came after", imports)
			}
		})
	}
}

func TestRecentIsTheTimeline(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(3, 3))
	dir := t.TempDir()
	s := openWith(t, dir, "night-radio")
	live := s.StartLive(flow.LiveLimits{})
	list := doings(chance, 2000, 20)
	for part := range slices.Chunk(list, 90) {
		if _, err := live.Ingest(t.Context(), door, orrery.Told{Activities: part}); err != nil {
			t.Fatal(err)
		}
	}
	live.Stop()
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir) // where nobody has noted yet who occurs where, a timeline reads everything
	type question struct {
		ids    []orrery.IdentityID
		planet orrery.PlanetID
		before time.Time
		limit  int
	}
	questions := make([]question, 60)
	want := make([]string, len(questions))
	for i := range questions {
		q := &questions[i]
		for range 1 + chance.IntN(12) {
			q.ids = append(q.ids, orrery.IdentityID(1+chance.IntN(70)))
		}
		if chance.IntN(2) == 0 {
			q.before = now.AddDate(0, 0, -chance.IntN(700))
		}
		q.limit, q.planet = chance.IntN(40), orrery.PlanetID(chance.IntN(3))
		found, err := s.Timeline(t.Context(), q.ids, q.planet, q.before, q.limit)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = fmt.Sprint(found)
	}
	for i, q := range questions {
		found, err := s.Recent(t.Context(), q.ids, q.planet, q.before, q.limit)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(found); got != want[i] {
			t.Fatalf("%+v:\ngot  %s\nwant %s", q, got, want[i])
		}
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestPagesAreTheExport(t *testing.T) {
	t.Parallel()
	s := openWith(t, t.TempDir(), "night-radio")
	live := s.StartLive(flow.LiveLimits{})
	for part := range slices.Chunk(doings(rand.New(rand.NewPCG(4, 4)), 1000, 20), 170) {
		if _, err := live.Ingest(t.Context(), door, orrery.Told{Activities: part}); err != nil {
			t.Fatal(err)
		}
	}
	live.Stop()
	var want, got []string
	if err := s.Export(t.Context(), 0, func(a *orrery.Activity) error { want = append(want, fmt.Sprint(*a)); return nil }); err != nil {
		t.Fatal(err)
	}
	for at, more := (journal.Position{}), true; more; {
		page, next, ok, err := s.Page(t.Context(), 1, at, 77)
		if err != nil {
			t.Fatal(err)
		}
		for i := range page {
			got = append(got, fmt.Sprint(page[i]))
		}
		at, more = next, ok
	}
	if !slices.Equal(got, want) {
		t.Errorf("the pages hold %d activities, the export %d", len(got), len(want))
	}
}

func TestLiveRefusesWhatItCannotHold(t *testing.T) {
	t.Parallel()
	s := openWith(t, t.TempDir(), "night-radio")
	list := doings(rand.New(rand.NewPCG(5, 5)), 3000, 20)
	live := s.StartLive(flow.LiveLimits{Activities: 200})
	if _, err := live.Ingest(t.Context(), door, orrery.Told{Activities: list[:201]}); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("got %v for more than can ever wait, want Invalid", err)
	}
	stored := make(chan int, 300)
	var all sync.WaitGroup
	release := make(chan struct{})
	for part := range slices.Chunk(list, 100) {
		all.Go(func() {
			<-release
			receipt, err := live.Ingest(t.Context(), door, orrery.Told{Activities: part})
			var hint interface{ RetryAfter() time.Duration }
			switch {
			case err == nil:
				stored <- receipt.Added
			case orrery.CodeOf(err) != orrery.Exhausted || !errors.As(err, &hint) || hint.RetryAfter() < time.Second:
				t.Errorf("got %v, want Exhausted with a time to wait", err)
			}
		})
	}
	close(release)
	all.Wait()
	live.Stop()
	close(stored)
	acknowledged := 0
	for n := range stored {
		acknowledged += n
	}
	c, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if acknowledged == 0 || int64(acknowledged) != c.Activities {
		t.Errorf("%d activities are stored, %d were acknowledged", c.Activities, acknowledged)
	}
	if _, err := live.Ingest(t.Context(), door, orrery.Told{Activities: list[:1]}); orrery.CodeOf(err) != orrery.Exhausted {
		t.Errorf("got %v after the stop, want Exhausted", err)
	}
}

func TestLiveTellsWhatItRefuses(t *testing.T) {
	t.Parallel()
	s := openWith(t, t.TempDir(), "night-radio")
	live := s.StartLive(flow.LiveLimits{})
	defer live.Stop()
	list := doings(rand.New(rand.NewPCG(6, 6)), 4, 4)
	list[1].At = now.AddDate(0, 0, 3)
	list[2].Actor = orrery.Actor{}
	receipt, err := live.Ingest(t.Context(), door, orrery.Told{Activities: list})
	if err != nil {
		t.Fatal(err)
	}
	if receipt.Added != 2 || len(receipt.Refused) != 2 || receipt.Refused[0].Index != 1 || receipt.Refused[1].Index != 2 {
		t.Errorf("got %+v, want rows 1 and 2 refused", receipt)
	}
	skipped, err := s.Skipped(t.Context(), receipt.Imports[0])
	if err != nil || len(skipped) != 2 {
		t.Errorf("got %v, %v, want two skipped rows", skipped, err)
	}
	elsewhere := door
	elsewhere.Planet = "nowhere"
	if _, err := live.Ingest(t.Context(), elsewhere, orrery.Told{Activities: list}); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("got %v for an unknown planet, want NotFound", err)
	}
}
