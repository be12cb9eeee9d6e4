package webtest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/newcomer"
	"orrery.dev/orrery/internal/view"
)

// welcoming is World as web.Newcomers: made-up people of the last half year.
type welcoming World

// past makes people who came in the weeks up to the planet's day, fewer each week.
func (n *welcoming) past(p view.Planet) newcomer.Past {
	past := newcomer.Past{Until: (p.AsOf + 1).Time().Unix(), Since: p.AsOf - 365, Later: 60, Sources: []string{"forum", "shop"}}
	around := (*World)(n).around(p.ID)
	for i := range 20 * len(around) {
		s := around[i%len(around)]
		one := newcomer.Person{Member: s.row.ID, First: (p.AsOf - orrery.Day(i*7%180)).Time().Unix() + int64(i), Way: orrery.Strategy(i % 6), Source: i % 2}
		if i%3 > 0 {
			one.Asked, one.Thread = one.First+60, uint64(i+1)
		}
		if i%6 == 1 || i%5 == 2 && one.Asked != 0 {
			one.Answered, one.By, one.Team = one.Asked+int64(i)*300, around[0].row.ID, i%2 == 0
		}
		if i%5 < 2 {
			one.Second = one.Day() + 3
		}
		if i%7 == 0 {
			one.Back = one.Day() + 40
		}
		past.People = append(past.People, one)
	}
	past.Sort()
	return past
}

// Newcomers implements web.Newcomers.
func (n *welcoming) Newcomers(_ context.Context, q view.NewcomersQuery) (view.Newcomers, error) {
	w := (*World)(n)
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(q.Planet)
	if err != nil {
		return view.Newcomers{}, err
	}
	out := view.Newcomers{AsOf: p.AsOf, By: "week", Weeks: view.NewcomersWeeks, Later: 60, There: true, Made: w.Now(), Partners: true, Circles: true}
	out.From = p.AsOf - (p.AsOf+3)%7 - 25*7
	past := n.past(p)
	out.All = past.Tally(nil)
	cohorts := make([]view.NewcomerCohort, 26)
	for i := range cohorts {
		from := out.From + orrery.Day(7*i)
		cohorts[i] = view.NewcomerCohort{Key: from.String(), Name: "Week of " + from.Time().Format("2 January 2006"), From: from, Until: from + 6}
	}
	of := func(one *newcomer.Person) int { return int(one.Day()-out.From) / 7 }
	switch q.By {
	case "", "week":
	case "way":
		out.By, cohorts = "way", nil
		for way := range orrery.Strategies {
			cohorts = append(cohorts, view.NewcomerCohort{Key: way.String(), Name: way.String()})
		}
		of = func(one *newcomer.Person) int { return int(one.Way) }
	case "source":
		out.By, cohorts = "source", []view.NewcomerCohort{{Key: "forum", Name: "The <b>forum</b>"}, {Key: "shop", Name: "shop"}}
		of = func(one *newcomer.Person) int { return one.Source }
	default:
		return out, orrery.Errorf(orrery.Invalid, "%q is nothing that newcomers are told by", q.By)
	}
	for i, t := range past.Group(len(cohorts), of) {
		cohorts[i].Tally = t
	}
	out.Cohorts = cohorts
	out.Answers = conversation.Answers{HorizonDays: 30}
	for i := range 200 {
		out.Answers.Add(conversation.Answer{By: orrery.MemberID(i % 4), Team: i%2 == 0, After: time.Duration(i) * time.Hour}, i%3 == 0)
	}
	waiting := past.Unanswered(30)
	out.UnansweredN = len(waiting)
	out.Unanswered = n.rows(&past, waiting[:min(6, len(waiting))])
	return out, nil
}

func (n *welcoming) rows(past *newcomer.Past, list []*newcomer.Person) (rows []view.NewcomerRow) {
	w := (*World)(n)
	for i, one := range list {
		r := view.NewcomerRow{Person: *one, Name: w.byID[one.Member].row.Name, Source: past.Sources[one.Source], Conv: conversation.ThreadID(one.Thread), Waited: time.Duration(past.Until-one.Asked) * time.Second}
		if one.Asked != 0 && i%2 == 0 {
			r.Title = fmt.Sprint("Which <b>tyre</b> for ", i, " winters?")
		}
		if one.Answered != 0 {
			r.Answerer, r.Waited = w.byID[one.By].row.Name, time.Duration(one.Answered-one.Asked)*time.Second
		}
		for s := range newcomer.Steps {
			switch counts, known, done := past.Took(one, s); {
			case !counts:
			case done:
				r.Stands[s] = "yes"
			case known:
				r.Stands[s] = "no"
			default:
				r.Stands[s] = "not yet"
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// NewcomersList implements web.Newcomers.
func (n *welcoming) NewcomersList(_ context.Context, q view.NewcomersListQuery) (view.NewcomersList, error) {
	w := (*World)(n)
	w.mu.Lock()
	defer w.mu.Unlock()
	out := view.NewcomersList{NewcomersListQuery: q, There: true}
	p, err := w.planet(q.Planet)
	if err != nil {
		return out, err
	}
	if q.Of == "nowhere" {
		return out, orrery.Errorf(orrery.NotFound, "there is no such cohort of newcomers: see newcomers")
	}
	out.AsOf, out.From, out.Cohort = p.AsOf, p.AsOf-180, q.Of
	past := n.past(p)
	var list []*newcomer.Person
	for i := range past.People {
		list = append(list, &past.People[i])
	}
	slices.Reverse(list)
	out.N = len(list)
	list = list[min(q.Offset, len(list)):]
	if q.Limit > 0 && len(list) > q.Limit {
		list, out.Next = list[:q.Limit], q.Offset+q.Limit
	}
	out.People = n.rows(&past, list)
	return out, nil
}
