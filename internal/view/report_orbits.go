package view

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/language"
)

// standing is where the people of a planet stood at the end of a day.
type standing struct {
	there   bool
	gravity field.Gravity
	levels  [orrery.Core + 1]int
	of      map[orrery.MemberID]field.Standing
}

func (s *standing) inOrbit() (n int) {
	for level := orrery.Edge; level <= orrery.Core; level++ {
		n += s.levels[level]
	}
	return n
}

// reportShown is how many who moved are named.
const reportShown = 10

// orbits tells of gravity, of levels, of who moved, and of circles.
func (w *reportWriter) orbits(ctx context.Context) error {
	d, p, r := w.desk, w.planet, w.report
	before, ago, earlier := r.From-1, r.YearAgo().Until, r.Period.Before().From-1
	days := map[orrery.Day]*standing{r.Until: {}, before: {}, ago: {}, earlier: {}}
	var near, away []ReportPerson
	err := d.system.Walk(ctx, []orrery.Day{ago, earlier, before, r.Until}, func(day orrery.Day, st *flow.State) error {
		s := days[day]
		first, ok := st.Oldest[p.ID]
		if !ok || day < first {
			return nil
		}
		fit := st.Forecast(p).Closeness
		survey := st.Engine.Survey(p.ID, fit, day, -1, st.IsPerson)
		s.there, s.gravity, s.levels, s.of = true, survey.Gravity, survey.Levels, map[orrery.MemberID]field.Standing{}
		for _, one := range survey.Closest {
			s.of[one.Member] = one
		}
		if day != r.Until {
			return nil
		}
		near, away = changed(days[before], s)
		for _, list := range [][]ReportPerson{near[:min(reportShown, len(near))], away[:min(reportShown, len(away))]} {
			for i := range list {
				if m, ok := member(st, p, list[i].ID, day); ok {
					list[i].Why = whyMoved(&m, list[i].Change > 0)
				}
			}
		}
		planet := d.planet(st, p, day)
		r.Planet = planet
		return nil
	})
	if err != nil {
		return err
	}
	now, then, year := days[r.Until], days[before], days[ago]
	w.headline(now, then)
	against := func(s *standing, v float64) *float64 {
		if s.there {
			return &v
		}
		return nil
	}
	gravity := ReportSection{Key: "gravity", Title: "Gravity", Figures: []ReportFigure{{
		Key: "gravity", Name: "Gravity", Value: now.gravity.Expected, Low: some(now.gravity.Low), High: some(now.gravity.High),
		Before: against(then, then.gravity.Expected), YearAgo: against(year, year.gravity.Expected), Unit: "people", To: "/",
		Meaning: fmt.Sprintf("people who were likely to come by themselves within %d days after the end", p.RhythmDays),
	}, {
		Key: "in_orbit", Name: "In orbit", Value: float64(now.inOrbit()), Before: against(then, float64(then.inOrbit())), YearAgo: against(year, float64(year.inOrbit())),
		Unit: "people", Meaning: "people in any level at the end", To: "/people",
	}}, Hint: "Gravity lies between the two bounds in 90 of 100 cases."}
	for level := orrery.Core; level > orrery.OutOfOrbit; level-- {
		gravity.Figures = append(gravity.Figures, ReportFigure{
			Key: level.String(), Name: levelNames[level], Value: float64(now.levels[level]), Before: against(then, float64(then.levels[level])), YearAgo: against(year, float64(year.levels[level])),
			Unit: "people", Meaning: "people in this level at the end", To: "/people", Pairs: []any{"level", level},
		})
	}
	w.add(gravity)
	nearBefore, awayBefore := changed(days[earlier], then)
	moves := ReportSection{Key: "moves", Title: "Who came near, who moved away", Figures: []ReportFigure{
		{Key: "nearer", Name: "Came to a nearer level", Value: float64(len(near)), Before: against(then, float64(len(nearBefore))), Unit: "people", Meaning: "people who stood in a nearer level at the end than at the beginning"},
		{Key: "farther", Name: "Moved to a farther level", Value: float64(len(away)), Before: against(then, float64(len(awayBefore))), Unit: "people", Meaning: "people who stood in a farther level at the end than at the beginning"},
	}, Near: near[:min(reportShown, len(near))], Away: away[:min(reportShown, len(away))]}
	wanted := map[orrery.MemberID]bool{}
	for _, list := range [][]ReportPerson{moves.Near, moves.Away} {
		for _, one := range list {
			wanted[one.ID] = true
		}
	}
	names, err := d.called(ctx, wanted)
	if err != nil {
		return err
	}
	for _, list := range []*[]ReportPerson{&moves.Near, &moves.Away} {
		for i := range *list {
			(*list)[i].Name = names[(*list)[i].ID]
		}
		*list = slices.DeleteFunc(*list, func(one ReportPerson) bool { return one.Name == "" })
	}
	w.add(moves)
	return w.circles(ctx, now, then)
}

var levelNames = map[orrery.Level]string{orrery.Core: "Core", orrery.Inner: "Inner", orrery.Outer: "Outer", orrery.Edge: "Edge"}

// headline says what happened to gravity: more or less only where the one before lay
// outside the bounds.
func (w *reportWriter) headline(now, then *standing) {
	r := w.report
	name := cmp.Or(w.planet.Title, w.planet.Slug)
	holds := thousands(int(now.gravity.Expected + .5))
	switch {
	case !then.there:
		r.Headline = fmt.Sprintf("%s was likely to draw %s people at the end of %s", name, holds, r.Words())
	case then.gravity.Expected < now.gravity.Low:
		r.Headline = fmt.Sprintf("The gravity of %s grew in %s, to %s people", name, r.Words(), holds)
	case then.gravity.Expected > now.gravity.High:
		r.Headline = fmt.Sprintf("The gravity of %s fell in %s, to %s people", name, r.Words(), holds)
	default:
		r.Headline = fmt.Sprintf("The gravity of %s held in %s, at %s people", name, r.Words(), holds)
	}
}

// changed lists who stands in another level than before, who moved most first.
func changed(before, now *standing) (near, away []ReportPerson) {
	for m, s := range now.of {
		was := before.of[m]
		one := ReportPerson{ID: m, Was: was.Level, Now: s.Level, Change: s.Closeness - was.Closeness}
		switch {
		case s.Level > was.Level:
			near = append(near, one)
		case s.Level < was.Level:
			away = append(away, one)
		}
	}
	most := func(sign float64) func(a, b ReportPerson) int {
		return func(a, b ReportPerson) int {
			return cmp.Or(cmp.Compare(sign*b.Change, sign*a.Change), cmp.Compare(a.ID, b.ID))
		}
	}
	slices.SortFunc(near, most(1))
	slices.SortFunc(away, most(-1))
	return near, away
}

// whyMoved is the reason that weighs most for how somebody stands: for who came near
// the one that adds most, else the one that takes most away.
func whyMoved(m *Member, near bool) language.Text {
	reasons := slices.DeleteFunc(slices.Clone(m.Reasons), func(r Reason) bool { return r.Term.String() == field.BaseTerm })
	if len(reasons) == 0 {
		return nil
	}
	best := slices.MaxFunc(reasons, func(a, b Reason) int {
		if near {
			return cmp.Compare(a.Points, b.Points)
		}
		return cmp.Compare(b.Points, a.Points)
	})
	return best.Term
}

// circles tells which circles of the end have more or fewer people in orbit than at
// the beginning.
func (w *reportWriter) circles(ctx context.Context, now, then *standing) error {
	book, err := w.desk.circlesOn(ctx, w.planet, w.report.Until)
	if err != nil {
		return err
	}
	s := ReportSection{Key: "circles", Title: "Like minds", Hint: "People in orbit of each circle as it was at the end, then and at the beginning.", Empty: "There were no clear circles."}
	for at := range book.grouped() {
		count := func(of map[orrery.MemberID]field.Standing) (n float64) {
			for m, one := range of {
				if book.place(m) == at+1 && one.Level > orrery.OutOfOrbit {
					n++
				}
			}
			return n
		}
		f := ReportFigure{Key: fmt.Sprint("circle ", book.ids[at]), Name: book.names[at], Value: count(now.of), Unit: "people", Meaning: "people in orbit who are in this circle", To: "/people", Pairs: []any{"circle", book.ids[at]}}
		if then.there {
			f.Before = some(count(then.of))
		}
		s.Figures = append(s.Figures, f)
	}
	w.add(s)
	return nil
}
