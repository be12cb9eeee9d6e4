package flow_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
)

// plain are activities that name no planet.
func plain(n int) (list []told) {
	for i := range n {
		list = append(list, told{activity: orrery.Activity{
			ExternalID: fmt.Sprint("a", i), Kind: "reply", At: now.AddDate(0, 0, -i),
			Actor: orrery.Actor{Namespace: "forum.example", Type: "login", Value: fmt.Sprint("u", i%7)},
		}})
	}
	return list
}

func TestOneFileAroundTwoPlanets(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	for i, planet := range []string{"zine", "night-radio", "zine", "night-radio"} {
		r := mustImport(t, s, &script{name: "feed", path: "feed", tells: plain(30)}, flow.ImportPlan{Planet: planet})
		if want := map[bool]int64{true: 30, false: 0}[i < 2]; r.Added != want || r.PlanetSlug != planet {
			t.Errorf("import %d around %s added %d, want %d", i, planet, r.Added, want)
		}
	}
	r := mustImport(t, s, &script{name: "feed", path: "feed", tells: plain(40)}, flow.ImportPlan{})
	if r.PlanetSlug != "night-radio" || r.Added != 10 || r.Read != 10 {
		t.Errorf("a source goes on around %s with %d of %d, want night-radio with 10 of 10", r.PlanetSlug, r.Added, r.Read)
	}
	healthy(t, s)
	leave(t, s)
}

func TestWhatAFileMayNotClaim(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	good := plain(1)[0].activity
	list := []told{{activity: good}}
	bad := func(change func(*orrery.Activity)) {
		a := good
		a.ExternalID = fmt.Sprint("bad", len(list))
		a.Actor.Value = fmt.Sprint("only-bad", len(list))
		change(&a)
		list = append(list, told{activity: a})
	}
	bad(func(a *orrery.Activity) { a.ExternalID = "" })
	bad(func(a *orrery.Activity) { a.Kind = "" })
	bad(func(a *orrery.Activity) { a.Actor = orrery.Actor{} })
	bad(func(a *orrery.Activity) { a.At = time.Date(1902, 1, 1, 0, 0, 0, 0, time.UTC) })
	bad(func(a *orrery.Activity) { a.At = time.Date(2190, 1, 1, 0, 0, 0, 0, time.UTC) })
	bad(func(a *orrery.Activity) { a.At = time.Time{} })
	bad(func(a *orrery.Activity) { a.At = time.Date(1970, 1, 1, 0, 30, 0, 0, time.FixedZone("", 3600)) }) // 1969 in UTC
	bad(func(a *orrery.Activity) { a.At = now.Add(49 * time.Hour) })
	bad(func(a *orrery.Activity) { a.Planet = "No Such/Planet" })
	refused := len(list) - 1
	ahead := good
	ahead.ExternalID, ahead.At = "ahead", now.Add(47*time.Hour)
	list = append(list, told{activity: ahead})
	r := tell(t, s, "feed", list)
	if r.Added != 2 || r.Skipped != int64(refused) || r.Read != int64(len(list)) {
		t.Errorf("got %+v, want 2 added and %d skipped of %d", r.ImportRecord, refused, len(list))
	}
	rows, err := s.Skipped(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != refused {
		t.Errorf("%d skipped rows are kept, want %d", len(rows), refused)
	}
	for _, row := range rows {
		if len(row.Reason) < 10 {
			t.Errorf("a row was skipped because %q", row.Reason)
		}
	}
	if n := len(s.Planets()); n != 1 {
		t.Errorf("there are %d planets, want 1", n)
	}
	healthy(t, s)
	leave(t, s)
}

// A file in which a column of people was taken for planets.
func TestAColumnTakenForPlanetsDoesNotMakeThousands(t *testing.T) {
	t.Parallel()
	list := plain(3000)
	for i := range list {
		list[i].activity.Planet = fmt.Sprint("p", i)
	}
	s := open(t, t.TempDir())
	r := tell(t, s, "feed", list)
	if n := len(s.Planets()); n > 500 || r.Added+r.Skipped != 3000 {
		t.Errorf("there are %d planets, %d added and %d skipped", n, r.Added, r.Skipped)
	}
	healthy(t, s)
	leave(t, s)
}

// broken tells some of its list and then fails, or skips rows without end.
type broken struct {
	script
	after int
	err   error
	skips int
}

func (b *broken) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	for i := range b.skips {
		if err := to.Skip(ctx, collect.Skipped{Row: int64(i + 1), Reason: "it is no good"}); err != nil {
			return nil, err
		}
	}
	whole := b.tells
	b.tells = whole[:min(b.after, len(whole))]
	cursor, err := b.script.Collect(ctx, from, to)
	return cursor, errors.Join(err, b.err)
}

// hourly tells so many of its list at once, and then wants to rest.
type hourly struct {
	script
	most int
	from *[]string // cursors that it was given
}

func (h *hourly) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	*h.from = append(*h.from, string(from))
	known, _ := strconv.Atoi(string(from))
	upTo := min(known+h.most, len(h.tells))
	for _, told := range h.tells[known:upTo] {
		if told.link != nil {
			if err := to.Link(ctx, *told.link); err != nil {
				return from, err
			}
			continue
		}
		a := told.activity
		if err := to.Activity(ctx, &a); err != nil {
			return from, err
		}
	}
	if upTo == len(h.tells) {
		return collect.Cursor(strconv.Itoa(upTo)), nil
	}
	return collect.Cursor(strconv.Itoa(upTo)), orrery.Errorf(orrery.Exhausted, "no more this hour")
}

func TestASourceThatRestsGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	list := world(3, 20, 200)
	s := open(t, t.TempDir())
	var from []string
	source := &hourly{script: script{name: "feed", path: "feed", tells: list}, most: 90, from: &from}
	var last flow.ImportResult
	for {
		var err error
		if last, err = s.Import(t.Context(), source, flow.ImportPlan{Planet: "origin"}); err == nil {
			break
		} else if orrery.CodeOf(err) != orrery.Exhausted || len(from) > 10 {
			t.Fatalf("got %v from %q", err, from)
		}
	}
	want := []string{""}
	for n := 90; n < len(list); n += 90 {
		want = append(want, strconv.Itoa(n))
	}
	if !slices.Equal(from, want) {
		t.Errorf("it was asked from %q, want %q", from, want)
	}
	if healthy(t, s) != hashOfAll(t, list) {
		t.Error("it is another state than of one import")
	}
	if _, err := s.Undo(t.Context(), last.ID); err != nil {
		t.Fatal(err)
	}
	from = from[:0]
	if _, err := s.Import(t.Context(), source, flow.ImportPlan{Planet: "origin"}); orrery.CodeOf(err) != orrery.Exhausted || from[0] != "" {
		t.Errorf("undone and imported again: got %v from %q, want it from the beginning", err, from)
	}
	leave(t, s)
}

func TestAnImportThatBreaksIsTakenUpUnderItsNumber(t *testing.T) {
	t.Parallel()
	fault := errors.New("the line went dead")
	list := world(1, 20, 200)
	dir := t.TempDir()
	s := open(t, dir)
	tell(t, s, "before", list[:50])
	source := func(after int, err error) collect.Connector {
		return &broken{script: script{name: "feed", path: "feed", tells: list}, after: after, err: err}
	}
	first, err := s.Import(t.Context(), source(90, fault), flow.ImportPlan{Planet: "origin"})
	if !errors.Is(err, fault) || first.Added == 0 {
		t.Fatalf("got %v with %d added, want the fault and what came before it", err, first.Added)
	}
	healthy(t, s)
	leave(t, s)
	s = open(t, dir)
	healthy(t, s)
	if _, err := s.Import(t.Context(), source(150, fault), flow.ImportPlan{Planet: "origin"}); !errors.Is(err, fault) {
		t.Fatal(err)
	}
	again, err := s.Import(t.Context(), source(len(list), nil), flow.ImportPlan{Planet: "origin"})
	if err != nil || !again.Resumed || again.ID != first.ID {
		t.Errorf("got import %d, resumed %v, %v; want %d taken up", again.ID, again.Resumed, err, first.ID)
	}
	if healthy(t, s) != hashOfAll(t, list) {
		t.Error("it is another state than of one import")
	}
	imports, err := s.Imports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(imports) != 2 || imports[1].State != orrery.ImportDone || imports[1].Error != "" {
		t.Errorf("the imports are %+v", imports)
	}
	leave(t, s)
}

func TestSkippedRowsBeyondThoseKeptAreCounted(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	const skips = 25_000
	r := mustImport(t, s, &broken{script: script{name: "feed", path: "feed", tells: plain(5)}, after: 5, skips: skips}, flow.ImportPlan{Planet: "origin"})
	rows, err := s.Skipped(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if r.Skipped != skips || r.Read != skips+5 || len(rows) != 10_000 {
		t.Errorf("%d of %d are counted as skipped, %d rows are kept; want %d, %d and 10,000", r.Skipped, r.Read, len(rows), skips, skips+5)
	}
	leave(t, s)
}

func TestAnImportThatIsCalledOffKeepsWhatItHas(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 1))
	list := world(2, 20, 200)
	want := hashOfAll(t, list)
	for range 12 {
		s := open(t, t.TempDir())
		tell(t, s, "before", list[:30])
		ctx, cancel := context.WithCancel(t.Context())
		wait := time.Duration(chance.IntN(12)) * time.Millisecond
		time.AfterFunc(wait, cancel) // anywhere in it, and after
		if _, err := s.Import(ctx, &script{name: "feed", path: "feed", tells: list}, flow.ImportPlan{Planet: "zine"}); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it was called off", err)
		}
		healthy(t, s)
		tell(t, s, "feed", list)
		if healthy(t, s) != want {
			t.Error("called off and made again, it is another state")
		}
		leave(t, s)
		cancel()
	}
}

func TestImportsAtOnceAreAsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	list := world(3, 20, 300)
	s := open(t, t.TempDir())
	var all sync.WaitGroup
	for i := range 6 { // two of each source: the second is refused while the first runs
		all.Go(func() {
			part := list[i%3*100 : (i%3+1)*100]
			_, err := s.Import(t.Context(), &script{name: fmt.Sprint("feed", i%3), path: "feed", tells: part}, flow.ImportPlan{Planet: "origin"})
			if err != nil && orrery.CodeOf(err) != orrery.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range 3 {
		tell(t, s, fmt.Sprint("rest", i), list[i*100:])
	}
	if healthy(t, s) != hashOfAll(t, list) {
		t.Error("it is another state than of one import")
	}
	leave(t, s)
}
