package view_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/view"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// crowd is a connector over a world of so many people, ten activities each.
type crowd int

func (crowd) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "bulk", Name: "bulk", Planet: "bulk", Origin: "made up"}, nil
}

func (n crowd) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	for a := range simulate.Bulk(1, int(n), 10*int(n), orrery.DayOf(now)) {
		a.Planet = ""
		a.Actor.Name = "Number " + strings.TrimPrefix(a.Actor.Value, "u") + " of the CROWD"
		if err := to.Activity(ctx, a); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func deskOver(t *testing.T, people int) (*flow.System, *view.Desk, orrery.PlanetID) {
	t.Helper()
	s, err := flow.Open(t.Context(), flow.Config{Dir: t.TempDir(), Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	if _, err := s.Import(t.Context(), crowd(people), flow.ImportPlan{}); err != nil {
		t.Fatal(err)
	}
	d := view.NewDesk(s)
	t.Cleanup(d.Stop)
	return s, d, s.Planets()[0].ID
}

// everyone answers a query whole, as soon as there is an answer.
func everyone(t *testing.T, d *view.Desk, q view.PeopleQuery) view.PeoplePage {
	t.Helper()
	for {
		page, err := d.People(t.Context(), q)
		if errors.Is(err, view.ErrMaking) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
}

func all(planet orrery.PlanetID) view.PeopleQuery {
	return view.PeopleQuery{Planet: planet, Preset: view.Everyone, Way: orrery.Strategies}
}

func TestAPersonsPageSaysWhatTheListsSay(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 400)
	rows := everyone(t, d, all(planet)).Rows
	if len(rows) < 100 {
		t.Fatalf("got %d people", len(rows))
	}
	for _, row := range rows[:100] {
		p, err := d.Person(t.Context(), planet, row.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(p.Was-row.Was) > 1e-9 || p.WasLevel != row.WasLevel || p.Closeness != row.Closeness || p.Level != row.Level || p.Name != row.Name {
			t.Errorf("%s: the page says %v (was %v, %v), the list %v (was %v, %v)", row.Name, p.Closeness, p.Was, p.WasLevel, row.Closeness, row.Was, row.WasLevel)
		}
		if last := p.Line[len(p.Line)-1]; last.Day != p.AsOf || math.Abs(last.Closeness-p.Closeness) > 1e-9 {
			t.Errorf("%s: the line ends on %v at %v, want %v at %v", row.Name, last.Day, last.Closeness, p.AsOf, p.Closeness)
		}
		sum := 0.0
		for _, r := range p.Reasons {
			sum += r.Points
		}
		if math.Abs(sum-p.Closeness) > 1e-6 {
			t.Errorf("%s: reasons sum to %v, want %v", row.Name, sum, p.Closeness)
		}
	}
}

func TestASearchFindsEachWhoseNameOrAddressHasAllWords(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 400)
	rows := everyone(t, d, all(planet)).Rows
	for _, text := range []string{"number 1", "NUMBER 17 OF", "crowd number 39", "of the crowd", "u3", "u39 ", "nobody", "crowd\x00u39", "\n", "d\nu"} {
		t.Run(fmt.Sprintf("%q", text), func(t *testing.T) {
			t.Parallel()
			var want []orrery.MemberID
			wanted := strings.Fields(strings.ToLower(strings.ReplaceAll(text, "\x00", " ")))
			for _, row := range rows {
				number := strings.TrimSuffix(strings.TrimPrefix(row.Name, "Number "), " of the CROWD")
				words := append(strings.Fields(strings.ToLower(row.Name)), "u"+number)
				fits := func(w string) bool {
					return slices.ContainsFunc(words, func(have string) bool { return strings.HasPrefix(have, w) })
				}
				if !slices.ContainsFunc(wanted, func(w string) bool { return !fits(w) }) {
					want = append(want, row.ID)
				}
			}
			q := all(planet)
			q.Search = text
			var got []orrery.MemberID
			for _, row := range everyone(t, d, q).Rows {
				got = append(got, row.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestPagesJoinedAreTheWholeList(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 400)
	for _, preset := range []view.Preset{view.Everyone, view.Rising, view.Drifting, view.New, view.Quiet, view.Others} {
		q := all(planet)
		q.Preset = preset
		whole := everyone(t, d, q)
		if whole.Total != len(whole.Rows) || whole.Counts[preset] != whole.Total {
			t.Errorf("%s: total %d and count %d of %d rows", preset, whole.Total, whole.Counts[preset], len(whole.Rows))
		}
		var joined []view.Row
		q.Limit = 7
		for {
			page := everyone(t, d, q)
			joined = append(joined, page.Rows...)
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
		}
		if len(joined) != len(whole.Rows) {
			t.Fatalf("%s: got %d rows in pages, want %d", preset, len(joined), len(whole.Rows))
		}
		for i := range joined {
			if joined[i].ID != whole.Rows[i].ID {
				t.Fatalf("%s: row %d is %d, want %d", preset, i, joined[i].ID, whole.Rows[i].ID)
			}
		}
	}
}

func TestWhoIsErasedIsOnNoListAfterADrop(t *testing.T) {
	t.Parallel()
	s, d, planet := deskOver(t, 50)
	first := everyone(t, d, all(planet)).Rows[0]
	if _, err := s.Erase(t.Context(), orrery.IdentityID(first.ID)); err != nil {
		t.Fatal(err)
	}
	d.Drop()
	for _, row := range everyone(t, d, all(planet)).Rows {
		if row.ID == first.ID {
			t.Fatalf("%s is still listed", first.Name)
		}
	}
	if chart, err := d.Map(t.Context(), planet); err != nil || slices.ContainsFunc(chart.People, func(p view.MapPerson) bool { return p.ID == first.ID }) {
		t.Errorf("%s is still on the map (%v)", first.Name, err)
	}
}

func TestATagShowsAtOnceOnListsAndPages(t *testing.T) {
	t.Parallel()
	s, d, planet := deskOver(t, 50)
	first := everyone(t, d, all(planet)).Rows[0]
	if err := s.Tag(t.Context(), []orrery.MemberID{first.ID}, "ask for a talk", true); err != nil {
		t.Fatal(err)
	}
	d.Retag()
	q := all(planet)
	q.Tag = "ask for a talk"
	page := everyone(t, d, q)
	if len(page.Rows) != 1 || page.Rows[0].ID != first.ID || !slices.Equal(page.Tags, []string{q.Tag}) {
		t.Errorf("got %d rows and the tags %q", len(page.Rows), page.Tags)
	}
	if p, err := d.Person(t.Context(), planet, first.ID, ""); err != nil || !slices.Equal(p.Tags, []string{q.Tag}) {
		t.Errorf("got the tags %q, %v", p.Tags, err)
	}
}
