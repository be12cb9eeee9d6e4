package view_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// waited asks until there is an answer.
func waited[T any](t *testing.T, ask func() (T, error)) T {
	t.Helper()
	for {
		got, err := ask()
		if errors.Is(err, view.ErrMaking) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
}

// On random days of the past, lists, pages, the map and Today say what
// `members --as-of` says, whose state is built from nothing for that day.
func TestScreensOfAPastDayAgreeWithTheStateOfThatDay(t *testing.T) {
	t.Parallel()
	s, d, planet := deskOver(t, 300)
	p := s.Planets()[0]
	chance := rand.New(rand.NewPCG(4, 4))
	for range 7 {
		day := orrery.DayOf(now) - orrery.Day(chance.IntN(500))
		members, asOf, err := d.Members(t.Context(), view.MembersQuery{Planet: planet, AsOf: day})
		if err != nil || asOf != day {
			t.Fatal(asOf, err)
		}
		want := map[orrery.MemberID]view.Member{}
		inOrbit := 0
		for _, m := range members {
			want[m.ID] = m
			if m.Kind == orrery.Person && m.Level != orrery.OutOfOrbit {
				inOrbit++
			}
		}
		q := all(planet)
		q.AsOf = day
		page := everyone(t, d, q)
		if page.Total != inOrbit {
			t.Errorf("%s: %d people, want %d", day, page.Total, inOrbit)
		}
		before := map[orrery.MemberID]field.Standing{}
		err = s.ReadAsOf(t.Context(), day-90, func(st *flow.State) error {
			for _, one := range st.Engine.Survey(planet, st.Forecast(p).Closeness, day-90, -1, nil).Closest {
				before[one.Member] = one
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range page.Rows {
			m := want[row.ID]
			if math.Abs(row.Closeness-m.Closeness) > 1e-9 || row.Level != m.Level || row.LastActive != m.LastActive || math.Abs(row.Given-m.Given) > 1e-6 || row.Reach != m.Reach {
				t.Fatalf("%s, %s: the list says %+v, want %+v", day, row.Name, row.Member, m)
			}
			if b := before[row.ID]; math.Abs(row.Was-b.Closeness) > 1e-9 || row.WasLevel != b.Level {
				t.Fatalf("%s, %s: was %v at %v, want %v at %v", day, row.Name, row.Was, row.WasLevel, b.Closeness, b.Level)
			}
			if i%9 > 0 {
				continue
			}
			one, err := d.PersonAsOf(t.Context(), planet, row.ID, day, "")
			if err != nil {
				t.Fatal(err)
			}
			if one.AsOf != day || math.Abs(one.Closeness-m.Closeness) > 1e-9 || one.Level != m.Level || math.Abs(one.Given-m.Given) > 1e-6 ||
				math.Abs(one.Received-m.Received) > 1e-6 || one.Reach != m.Reach || math.Abs(one.Return-m.Return) > 1e-9 || math.Abs(one.Was-row.Was) > 1e-9 {
				t.Fatalf("%s, %s: the page says %+v, want %+v", day, row.Name, one.Member, m)
			}
			if len(one.Timeline) > 0 && orrery.DayOf(one.Timeline[0].At) > day {
				t.Errorf("%s, %s: the timeline tells of %s", day, row.Name, one.Timeline[0].At)
			}
			for _, n := range one.Around {
				if n.Level != want[n.ID].Level {
					t.Errorf("%s: %s around %s is at %v, want %v", day, n.Name, row.Name, n.Level, want[n.ID].Level)
				}
			}
		}
		chart := waited(t, func() (*view.Map, error) { return d.MapAsOf(t.Context(), planet, day) })
		today := waited(t, func() (view.Today, error) { return d.TodayAsOf(t.Context(), planet, day) })
		if len(chart.People) != inOrbit || today.AsOf != day || chart.Planet.AsOf != day {
			t.Errorf("%s: %d on the map of %s, want %d", day, len(chart.People), chart.Planet.AsOf, inOrbit)
		}
	}
	if page := everyone(t, d, all(planet)); len(page.Rows) == 0 || waited(t, func() (view.Today, error) { return d.Today(t.Context(), planet) }).AsOf != orrery.DayOf(now) {
		t.Error("today is not today any more")
	}
}

// Of the whole system, of what brought people and of partners a past day is told as
// the state of that day says.
func TestPagesOfAllPlanetsAndOfPartnersAgreeWithTheStateOfThatDay(t *testing.T) {
	t.Parallel()
	s, d, planet := galleryDesk(t)
	if _, err := s.Import(t.Context(), crowd(80), flow.ImportPlan{Planet: "bulk"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Partner(t.Context(), planet, "radio", 0, study.Forever); err != nil { // the map shows what is known
		t.Fatal(err)
	}
	for _, back := range []orrery.Day{0, 37, 150, 333} {
		day := orrery.DayOf(now) - back
		sky, err := d.SolarSystem(t.Context(), day, study.Forever)
		if err != nil || sky.Day != day || sky.Then != day-view.SkyDays || len(sky.Brands) != 2 {
			t.Fatalf("%v: told as of %v since %v of %d planets, %v", day, sky.Day, sky.Then, len(sky.Brands), err)
		}
		in := map[orrery.MemberID]int{}
		for _, b := range sky.Brands {
			members, _, err := d.Members(t.Context(), view.MembersQuery{Planet: b.Planet.ID, AsOf: day})
			if err != nil {
				t.Fatal(err)
			}
			levels, gravity := [orrery.Core + 1]int{}, 0.
			for _, m := range members {
				if m.Kind != orrery.Person {
					continue
				}
				gravity += m.Closeness / 100
				if m.Level != orrery.OutOfOrbit {
					levels[m.Level]++
					in[m.ID]++
				}
			}
			if levels != b.Levels || math.Abs(gravity-b.Gravity) > 1e-6 {
				t.Errorf("%v, %s: levels %v and gravity %v, want %v and %v", day, b.Name, b.Levels, b.Gravity, levels, gravity)
			}
		}
		if sky.People != len(in) {
			t.Errorf("%v: %d people in all, want %d", day, sky.People, len(in))
		}
		a := sky.Brands[0].Planet.ID
		gone := waited(t, func() (view.SystemPeople, error) {
			return d.SystemPeople(t.Context(), view.SystemQuery{List: "gone", A: a, AsOf: day})
		})
		if gone.Day != day || len(gone.List) != gone.N {
			t.Errorf("%v: %d of %d who left are listed as of %v", day, len(gone.List), gone.N, gone.Day)
		}
		for _, one := range gone.List {
			if in[one.ID] != 0 || len(one.Orbits) != 0 {
				t.Errorf("%v: %s left all and is in orbit of %d", day, one.Name, in[one.ID])
			}
		}

		brought, err := d.Brought(t.Context(), planet, day, study.Forever)
		if err != nil || brought.Until > day || brought.All.Activities == 0 {
			t.Errorf("%v: %d activities up to %v, %v", day, brought.All.Activities, brought.Until, err)
		}
		wanted := 0
		err = s.ReadAsOf(t.Context(), day, func(st *flow.State) error {
			wanted = int(st.Entries[planet])
			return nil
		})
		if all, errAll := d.BroughtAsOf(t.Context(), planet, day, 0); err != nil || errAll != nil || all.All.Activities != wanted {
			t.Errorf("%v: %d activities since the beginning, %v, %v; the state of that day has %d", day, all.All.Activities, err, errAll, wanted)
		}

		known, err := d.Partner(t.Context(), planet, "radio", day, study.Forever)
		if err != nil || known.AsOf != day {
			t.Fatalf("%v: told as of %v, %v", day, known.AsOf, err)
		}
		chart := waited(t, func() (*view.Map, error) { return d.MapAsOf(t.Context(), planet, day) })
		if on := known.InOrbit; len(chart.Partners) != min(1, on) || on > 0 && (chart.Partners[0].People != on || chart.Partners[0].Near != known.Near()) {
			t.Errorf("%v: %+v stand around the map, the partner's page says %d in orbit and %d near", day, chart.Partners, on, known.Near())
		}
	}
	if _, err := d.SolarSystem(t.Context(), orrery.DayOf(now)+1, study.Forever); !errors.Is(err, view.ErrDay) {
		t.Errorf("tomorrow of the system: %v, want that it is still ahead", err)
	}
	if r, err := d.Brought(t.Context(), planet, orrery.DayOf(now)-601, 0); err == nil || r.There {
		t.Errorf("before the first activity: %+v, want that it is refused", err)
	}
}

func TestADayOfWhichNothingCanBeToldIsRefusedInWords(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 50)
	cards, err := d.Cards(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []orrery.Day{cards[0].First - 1, orrery.DayOf(now) + 1, 1} {
		_, err := d.TodayAsOf(t.Context(), planet, day)
		if !errors.Is(err, view.ErrDay) || orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%s: got %v", day, err)
		}
		if _, err = d.PersonAsOf(t.Context(), planet, 1, day, ""); !errors.Is(err, view.ErrDay) {
			t.Errorf("%s: got %v", day, err)
		}
	}
	if chart := waited(t, func() (*view.Map, error) { return d.MapAsOf(t.Context(), planet, cards[0].First) }); len(chart.People) == 0 {
		t.Error("nobody is there on the first day")
	}
}

func TestWhoIsErasedIsInNoPast(t *testing.T) {
	t.Parallel()
	s, d, planet := deskOver(t, 50)
	first := everyone(t, d, all(planet)).Rows[0]
	q := all(planet)
	q.AsOf = orrery.DayOf(now) - 10
	has := func() bool {
		return slices.ContainsFunc(everyone(t, d, q).Rows, func(r view.Row) bool { return r.ID == first.ID })
	}
	if !has() {
		t.Fatalf("%s was not there ten days ago", first.Name)
	}
	before, err := d.Weeks(t.Context(), planet, 0, study.Forever)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), orrery.IdentityID(first.ID)); err != nil {
		t.Fatal(err)
	}
	d.Drop()
	if has() {
		t.Errorf("%s is still on the list of ten days ago", first.Name)
	}
	after, err := d.Weeks(t.Context(), planet, 0, study.Forever)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(before.Weeks) - 1; before.Weeks[n].InOrbit()-1 != after.Weeks[len(after.Weeks)-1].InOrbit() {
		t.Errorf("the last week counts %d people, before %d", after.Weeks[len(after.Weeks)-1].InOrbit(), before.Weeks[n].InOrbit())
	}
}

func TestTheWeeksOfAPersonAreThoseOfTheirPage(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 100)
	for _, row := range everyone(t, d, all(planet)).Rows[:20] {
		p, err := d.Person(t.Context(), planet, row.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		m, list, err := d.MemberWeeks(t.Context(), orrery.IdentityID(row.ID), 0)
		if err != nil || m != row.ID || len(list) != 1 || !slices.Equal(list[0].Points, p.Life) {
			t.Fatalf("%s: got %+v, %v, want %+v", row.Name, list, err, p.Life)
		}
		last := p.Life[len(p.Life)-1]
		at := slices.IndexFunc(p.Line, func(l view.LinePoint) bool { return l.Day >= last.Day })
		if p.AsOf-last.Day > 7 || at < 0 {
			t.Errorf("%s: the last week ended on %s", row.Name, last.Day)
		}
		half := p.Life[len(p.Life)/2]
		if _, list, err = d.MemberWeeks(t.Context(), orrery.IdentityID(row.ID), half.Day); err != nil || !slices.Equal(list[0].Points, p.Life[:len(p.Life)/2+1]) {
			t.Errorf("%s: as of %s: got %+v, %v", row.Name, half.Day, list, err)
		}
	}
}

func TestWeeksUpToADayDoNotKnowWhatCameAfter(t *testing.T) {
	t.Parallel()
	_, d, planet := deskOver(t, 100)
	whole, err := d.Weeks(t.Context(), planet, 0, study.Forever)
	if err != nil || !whole.There || whole.Making || len(whole.Weeks) < 40 {
		t.Fatalf("got %d weeks, %v", len(whole.Weeks), err)
	}
	day := whole.Weeks[30].Day + 3
	part, err := d.Weeks(t.Context(), planet, day, study.Forever)
	if err != nil || len(part.Weeks) != 31 {
		t.Fatalf("got %d weeks, %v", len(part.Weeks), err)
	}
	for i, week := range part.Weeks {
		if known := week.Day+30 < day; week.Known != known || known && week.Actual != whole.Weeks[i].Actual || week.Gravity != whole.Weeks[i].Gravity {
			t.Errorf("week %d: got %+v of %+v", i, week, whole.Weeks[i])
		}
	}
}
