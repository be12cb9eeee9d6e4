package view_test

import (
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

func TestAListCountsAsOfNowAndTellsTheChangeOfAWeek(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 400)
	for _, test := range []struct{ name, query string }{{"Everybody", ""}, {"Rising", "preset=rising"}, {"Near", "level=core"}, {"Seven", "q=number+7"}} {
		if _, err := d.SaveList(t.Context(), planet, 3, view.ListForm{Name: test.name, Query: test.query}); err != nil {
			t.Fatal(err)
		}
	}
	everyone(t, d, all(planet))
	var lists []view.SavedList
	for n := 0; ; n++ {
		var err error
		if lists, err = d.Lists(t.Context(), planet, 3); err != nil && orrery.CodeOf(err) != orrery.Exhausted {
			t.Fatal(err)
		}
		known := err == nil
		for _, l := range lists {
			known = known && l.Known
		}
		if known {
			break
		}
		if n == 300 {
			t.Fatalf("what was a week ago is never known: %+v", lists)
		}
		time.Sleep(20 * time.Millisecond)
	}
	for _, l := range lists {
		_, q, err := d.List(t.Context(), planet, 3, l.Number)
		if err != nil {
			t.Fatal(err)
		}
		if now := everyone(t, d, q).Total; now != l.People {
			t.Errorf("%s: counts %d, opens %d", l.Name, l.People, now)
		}
		q.AsOf = orrery.DayOf(now) - 7
		if before := everyone(t, d, q).Total; l.People-before != l.Change {
			t.Errorf("%s: change %d, want %d less %d", l.Name, l.Change, l.People, before)
		}
	}
	if others, err := d.Lists(t.Context(), planet, 4); err != nil || len(others) > 0 {
		t.Errorf("another account sees %d lists (%v)", len(others), err)
	}
	if _, _, err := d.List(t.Context(), planet, 4, lists[0].Number); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("another account opens a list: %v", err)
	}
	if _, err := d.SaveList(t.Context(), planet, 3, view.ListForm{Name: "rising"}); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("two lists of one name: %v", err)
	}
	if _, err := d.SaveList(t.Context(), planet, 3, view.ListForm{Name: "What", Query: "level=none"}); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("a list of nonsense: %v", err)
	}
}

func TestWhoIsPutOnAListStaysThroughAMergeAndGoesWhenErased(t *testing.T) {
	t.Parallel()
	s, d, planet := deskOver(t, 60)
	rows := everyone(t, d, all(planet)).Rows
	number, err := d.SaveList(t.Context(), planet, 3, view.ListForm{Name: "With " + rows[2].Name, Fixed: true, Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	ids := []orrery.MemberID{rows[0].ID, rows[1].ID, rows[2].ID}
	if err := d.FillList(t.Context(), planet, 4, number, ids, true); err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		t.Helper()
		_, q, err := d.List(t.Context(), planet, 3, number)
		if err != nil {
			t.Fatal(err)
		}
		return everyone(t, d, q).Total
	}
	if n := count(); n != 3 {
		t.Fatalf("got %d people, want 3", n)
	}
	if _, err := s.Merge(t.Context(), orrery.IdentityID(ids[0]), orrery.IdentityID(ids[1])); err != nil {
		t.Fatal(err)
	}
	d.Renew()
	if n := count(); n != 2 {
		t.Errorf("after a merge there are %d, want 2", n)
	}
	if _, err := s.Erase(t.Context(), orrery.IdentityID(ids[2])); err != nil {
		t.Fatal(err)
	}
	d.Drop()
	if n := count(); n != 1 {
		t.Errorf("after erasing one there are %d, want 1", n)
	}
	l, _, err := d.List(t.Context(), planet, 3, number)
	if err != nil || l.Name == "With "+rows[2].Name {
		t.Errorf("the list still names who was erased: %q (%v)", l.Name, err)
	}
	if err := d.FillList(t.Context(), planet, 3, number, everyoneOf(everyone(t, d, all(planet)).Rows), false); err != nil || count() != 0 {
		t.Errorf("taking everybody off leaves %d (%v)", count(), err)
	}
}

func everyoneOf(rows []view.Row) (ids []orrery.MemberID) {
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}
