package view_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

func foundNames(t *testing.T, d *view.Desk, q view.SearchQuery) (names []string) {
	t.Helper()
	for range 500 {
		found, err := d.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if !found.Making {
			for _, p := range found.People {
				names = append(names, p.Name)
			}
			return names
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the people never took their places")
	return nil
}

func TestSearchFindsWhoCameJustNowAndNobodyWhoWasErased(t *testing.T) {
	t.Parallel()
	s, d, planet := deskOver(t, 60)
	q := view.SearchQuery{Planet: planet, Text: "number 7", Limit: 5}
	if got := foundNames(t, d, q); !slices.Contains(got, "Number 7 of the CROWD") {
		t.Fatalf("got %q", got)
	}
	addPerson(t, s, orrery.Actor{Namespace: orrery.GlobalNamespace, Type: "email", Value: "nele@acme.example", Name: "Nele Ægir"})
	q.Text = "aegir nel"
	var id orrery.MemberID
	for n := 0; ; n++ {
		found, err := d.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(found.People) == 1 {
			id = found.People[0].ID
			break
		}
		if n == 500 {
			t.Fatal("who came just now is not found")
		}
		time.Sleep(20 * time.Millisecond)
	}
	q.Text = "acme"
	if got := foundNames(t, d, q); !slices.Equal(got, []string{"Nele Ægir"}) {
		t.Errorf("got %q by an address", got)
	}
	q.NoAddresses = true
	if got := foundNames(t, d, q); len(got) > 0 {
		t.Errorf("got %q by an address that may not be seen", got)
	}
	q = view.SearchQuery{Planet: planet, Text: "nele"}
	if _, err := s.Erase(t.Context(), orrery.IdentityID(id)); err != nil {
		t.Fatal(err)
	}
	d.Drop()
	if got := foundNames(t, d, q); len(got) > 0 {
		t.Errorf("who was erased is found: %q", got)
	}
}

func TestSearchFindsTagsAndPutsTheNearestFirst(t *testing.T) {
	t.Parallel()
	s, d, planet := deskOver(t, 60)
	rows := everyone(t, d, all(planet)).Rows
	if err := s.Tag(t.Context(), []orrery.MemberID{rows[0].ID}, "Workshop in May", true); err != nil {
		t.Fatal(err)
	}
	d.Retag()
	found, err := d.Search(t.Context(), view.SearchQuery{Planet: planet, Text: "may work", Limit: 5})
	if err != nil || !slices.Equal(found.Tags, []string{"Workshop in May"}) {
		t.Errorf("got the tags %q, %v", found.Tags, err)
	}
	got := foundNames(t, d, view.SearchQuery{Planet: planet, Text: "crowd", Limit: 5})
	var want []string
	for _, r := range rows[:5] {
		want = append(want, r.Name)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want the nearest %q", got, want)
	}
}

// one is a connector of one activity.
type one struct{ orrery.Activity }

func (one) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "bulk", Name: "one", Planet: "bulk", Origin: "made up"}, nil
}

func (o one) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	return nil, to.Activity(ctx, &o.Activity)
}

func addPerson(t *testing.T, s *flow.System, who orrery.Actor) {
	t.Helper()
	a := orrery.Activity{Namespace: "one", ExternalID: "1", Kind: "comment", At: now.Add(-time.Hour), Actor: who}
	if _, err := s.Import(t.Context(), one{a}, flow.ImportPlan{}); err != nil {
		t.Fatal(err)
	}
}
