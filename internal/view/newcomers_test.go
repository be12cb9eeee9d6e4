package view_test

import (
	"reflect"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/newcomer"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func TestFiguresOfNewcomersOpenAsManyPeople(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 400)
	for _, by := range []string{"week", "month", "way", "source"} {
		q := view.NewcomersQuery{Planet: planet, By: by, Weeks: 60, Patience: study.Forever}
		n, err := d.Newcomers(t.Context(), q)
		if err != nil || n.All.Came == 0 {
			t.Fatalf("by %s: %d came, %v", by, n.All.Came, err)
		}
		came := 0
		for i := range n.Cohorts {
			c := &n.Cohorts[i]
			came += c.Came
			for step := range newcomer.Steps {
				cell := c.Of(step)
				for is, want := range map[string]int{"done": cell.Done, "not": cell.Known - cell.Done, "known": cell.Known, "young": cell.Young} {
					list, err := d.NewcomersList(t.Context(), view.NewcomersListQuery{NewcomersQuery: q, Of: c.Key, Step: step.String(), Is: is})
					if err != nil || list.N != want || len(list.People) != want {
						t.Fatalf("by %s, %s, %v, %s: %d of %d people opened, %v; want %d", by, c.Key, step, is, len(list.People), list.N, err, want)
					}
				}
			}
		}
		if came != n.All.Came {
			t.Errorf("by %s: %d came in all cohorts, %d in all", by, came, n.All.Came)
		}
	}
}

func TestNewcomersAsOfADayAreThoseOfThatDay(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 300)
	today, err := d.Newcomers(t.Context(), view.NewcomersQuery{Planet: planet, By: "month", Weeks: 104, Patience: study.Forever})
	if err != nil {
		t.Fatal(err)
	}
	past, err := d.Newcomers(t.Context(), view.NewcomersQuery{Planet: planet, By: "month", Weeks: 104, AsOf: today.AsOf - 100})
	if err != nil || past.AsOf != today.AsOf-100 || past.All.Came == 0 || past.All.Came >= today.All.Came+past.All.Came {
		t.Fatalf("as of 100 days before: %+v, %v", past.All, err)
	}
	// A month that was over for every step then says now what it said then.
	now := map[string]newcomer.Tally{}
	for _, c := range today.Cohorts {
		now[c.Key] = c.Tally
	}
	same := 0
	for _, c := range past.Cohorts {
		if later, ok := now[c.Key]; ok && c.Of(newcomer.Returned).Whole() && c.Came > 0 {
			same++
			if !reflect.DeepEqual(later, c.Tally) {
				t.Errorf("%s: %+v then, %+v now", c.Name, c.Tally, later)
			}
		}
	}
	if same == 0 {
		t.Error("no month was over")
	}
}

func TestNewcomersRefuseWhatThereIsNot(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 60)
	q := view.NewcomersQuery{Planet: planet, Patience: study.Forever}
	for name, ask := range map[string]view.NewcomersListQuery{
		"a step that is none":             {NewcomersQuery: q, Step: "danced"},
		"a choice that is none":           {NewcomersQuery: q, Step: "second", Is: "maybe"},
		"a cohort of nothing":             {NewcomersQuery: q, Of: "2026-10"},
		"too many weeks":                  {NewcomersQuery: view.NewcomersQuery{Planet: planet, Weeks: 1000}},
		"something they are not told by":  {NewcomersQuery: view.NewcomersQuery{Planet: planet, By: "shoe size"}},
		"a day before anything was there": {NewcomersQuery: view.NewcomersQuery{Planet: planet, AsOf: 10}},
	} {
		if _, err := d.NewcomersList(t.Context(), ask); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
	}
	q.By = "week"
	if _, err := d.NewcomersList(t.Context(), view.NewcomersListQuery{NewcomersQuery: q, Of: "1999-01-04"}); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("a week that is not told of: %v", err)
	}
}
