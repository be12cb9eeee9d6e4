package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/newcomer"
	"orrery.dev/orrery/internal/study"
)

// keptNewcomers is what the study keeps: people by their numbers.
type keptNewcomers struct {
	newcomer.Past
	AsOf     orrery.Day `json:"as_of"`
	Partners []string   `json:"partners"` // slugs
	Names    []string   `json:"names"`    // of the partners
}

const (
	newcomersVersion = 1
	// newcomersDays is how far back newcomers are followed: twice the weeks that are
	// told of, for what was before them.
	newcomersDays = 2 * 7 * MostNewcomersWeeks
	// unansweredDays is for how long somebody without a first answer is told of.
	unansweredDays  = 30
	unansweredShown = 8
	// fewNewcomers is how many newcomers the weeks must have, half of them, for being
	// told one by one rather than by month.
	fewNewcomers = 2 * newcomer.LeastCell
)

func (d *Desk) newcomersStudy() study.Study {
	return study.Study{Name: "newcomers", Version: newcomersVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		return d.reckonNewcomers(ctx, p, 0)
	}}
}

func (d *Desk) reckonNewcomers(ctx context.Context, p orrery.Planet, asOf orrery.Day) (kept keptNewcomers, err error) {
	err = d.system.Read(ctx, func(st *flow.State) error {
		kept.AsOf, _ = d.day(st, p.ID, asOf)
		return nil
	})
	if err != nil {
		return kept, err
	}
	if kept.Past, err = d.system.NewcomersPast(ctx, p, kept.AsOf, newcomersDays); err != nil {
		return kept, err
	}
	partners, err := d.system.Partners(ctx)
	if err != nil || len(partners) == 0 {
		return kept, err
	}
	past, err := d.system.PartnersPast(ctx, p, partners, kept.AsOf, func(orrery.MemberID) int { return -1 })
	if err != nil {
		return kept, err
	}
	brought := map[orrery.MemberID]int{}
	for i := range past.Partners {
		kept.Partners, kept.Names = append(kept.Partners, past.Partners[i].Slug), append(kept.Names, partners[i].Name())
		for _, a := range past.Partners[i].Brought {
			brought[a.Member] = i + 1
		}
	}
	for i := range kept.People {
		kept.People[i].Partner = brought[kept.People[i].Member]
	}
	return kept, nil
}

func (d *Desk) newcomers(ctx context.Context, p orrery.Planet, asOf orrery.Day, patience time.Duration) (study.Result[keptNewcomers], error) {
	if asOf == 0 {
		return study.Get[keptNewcomers](ctx, d.shelf, "newcomers", p, patience)
	}
	if err := d.mayAsk(ctx, p, asOf); err != nil {
		return study.Result[keptNewcomers]{}, err
	}
	return d.pastNewcomers.get(ctx, d, dayMark{p, asOf}, study.Forever, func(ctx context.Context) (keptNewcomers, error) { return d.reckonNewcomers(ctx, p, asOf) })
}

// Newcomers tells what became of a planet's newcomers: what was reckoned last, after
// so much patience at most; as of a day in the past on the spot.
func (d *Desk) Newcomers(ctx context.Context, q NewcomersQuery) (Newcomers, error) {
	p, err := d.planetByID(q.Planet)
	if err != nil {
		return Newcomers{}, err
	}
	if err := q.check(); err != nil {
		return Newcomers{}, err
	}
	r, err := d.newcomers(ctx, p, q.AsOf, q.Patience)
	out := Newcomers{There: r.There, Making: r.Making, Made: r.Made, By: q.By, Weeks: q.Weeks}
	if err != nil || !r.There {
		return out, err
	}
	kept := &r.Value
	circles, err := d.circlesOn(ctx, p, q.AsOf)
	if err != nil {
		return out, err
	}
	out.AsOf, out.Later, out.Partners, out.Circles = kept.AsOf, kept.Later, len(kept.Partners) > 0, circles.grouped() > 0
	out.By, out.From = q.window(kept)
	out.All = kept.Tally(func(one *newcomer.Person) bool { return one.Day() >= out.From })
	before := out.From - orrery.Day(7*q.Weeks)
	if before >= kept.Since {
		out.Before = kept.Tally(func(one *newcomer.Person) bool { return one.Day() >= before && one.Day() < out.From })
	}
	s := kept.sorting(out.By, out.From, circles)
	for i, t := range kept.Group(len(s.cohorts), s.of) {
		c := s.cohorts[i]
		c.Tally = t
		if t.Came > 0 || s.time {
			out.Cohorts = append(out.Cohorts, c)
		}
	}
	if !s.time {
		slices.SortStableFunc(out.Cohorts, func(a, b NewcomerCohort) int { return cmp.Compare(b.Came, a.Came) })
	}
	out.Answers = kept.answers(out.From)
	list, err := d.unanswered(ctx, p, kept)
	if err != nil {
		return out, err
	}
	out.UnansweredN = len(list)
	out.Unanswered, err = d.newcomerRows(ctx, kept, list[:min(unansweredShown, len(list))])
	return out, err
}

// NewcomersList lists the newcomers behind a figure.
func (d *Desk) NewcomersList(ctx context.Context, q NewcomersListQuery) (NewcomersList, error) {
	out := NewcomersList{NewcomersListQuery: q}
	p, err := d.planetByID(q.Planet)
	if err != nil {
		return out, err
	}
	if err := cmp.Or(q.check(), q.checkList()); err != nil {
		return out, err
	}
	out.NewcomersListQuery = q
	r, err := d.newcomers(ctx, p, q.AsOf, q.Patience)
	if err != nil || !r.There {
		return out, err
	}
	kept := &r.Value
	out.There, out.AsOf = true, kept.AsOf
	out.By, out.From = q.window(kept)
	var list []*newcomer.Person
	if q.Step == StepWaiting {
		list, err = d.unanswered(ctx, p, kept)
	} else {
		list, err = d.chooseNewcomers(ctx, p, kept, &out)
	}
	if err != nil {
		return out, err
	}
	out.N = len(list)
	list = list[min(q.Offset, len(list)):]
	if q.Limit > 0 && len(list) > q.Limit {
		list, out.Next = list[:q.Limit], q.Offset+q.Limit
	}
	out.People, err = d.newcomerRows(ctx, kept, list)
	return out, err
}

// StepWaiting asks for who waits for a first answer now.
const StepWaiting = "waiting"

func (d *Desk) chooseNewcomers(ctx context.Context, p orrery.Planet, kept *keptNewcomers, out *NewcomersList) (list []*newcomer.Person, err error) {
	belongs := func(*newcomer.Person) bool { return true }
	if out.Of != "" {
		circles, err := d.circlesOn(ctx, p, out.NewcomersListQuery.AsOf)
		if err != nil {
			return nil, err
		}
		s := kept.sorting(out.By, out.From, circles)
		at := slices.IndexFunc(s.cohorts, func(c NewcomerCohort) bool { return c.Key == out.Of })
		if at < 0 {
			return nil, orrery.Errorf(orrery.NotFound, "there is no such cohort of newcomers: see newcomers")
		}
		out.Cohort = s.cohorts[at].Name
		belongs = func(one *newcomer.Person) bool { return s.of(one) == at }
	}
	step, _ := newcomer.ParseStep(out.Step)
	for i := range kept.People {
		one := &kept.People[i]
		if one.Day() < out.From || !belongs(one) {
			continue
		}
		counts, known, done := kept.Took(one, step)
		switch {
		case out.Step == "":
		case !counts, out.Is == "done" && (!known || !done), out.Is == "not" && (!known || done), out.Is == "known" && !known, out.Is == "young" && known:
			continue
		}
		list = append(list, one)
	}
	slices.Reverse(list)
	return list, nil
}

// unanswered lists who waits for a first answer, as far as nobody said that they need
// not.
func (d *Desk) unanswered(ctx context.Context, p orrery.Planet, kept *keptNewcomers) ([]*newcomer.Person, error) {
	decided, err := d.system.TalkDecisions(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(kept.Unanswered(unansweredDays), func(one *newcomer.Person) bool {
		decision := decided[conversation.ThreadID(one.Thread)]
		return one.Thread != 0 && decision != nil && decision.Holds(time.Unix(one.Asked, 0), kept.AsOf) != conversation.Unsaid
	}), nil
}

// answers sets first answers beside whether who asked acted again later.
func (k *keptNewcomers) answers(from orrery.Day) conversation.Answers {
	a := conversation.Answers{HorizonDays: newcomer.SecondDays}
	for i := range k.People {
		one := &k.People[i]
		if one.Asked == 0 || one.Day() < from || one.Asked+(newcomer.AskDays+newcomer.SecondDays)*86400 > k.Until {
			continue
		}
		var answer conversation.Answer
		if one.Answered != 0 {
			answer = conversation.Answer{By: one.By, Team: one.Team, After: time.Duration(one.Answered-one.Asked) * time.Second}
		}
		a.Add(answer, one.Again)
	}
	return a
}

// newcomerRows names people; who was erased or became part of somebody else since is
// left out.
func (d *Desk) newcomerRows(ctx context.Context, kept *keptNewcomers, list []*newcomer.Person) (rows []NewcomerRow, err error) {
	wanted := map[orrery.MemberID]bool{}
	var at []flow.TalkRow
	for _, one := range list {
		wanted[one.Member] = true
		if one.By != 0 {
			wanted[one.By] = true
		}
		if one.Asked != 0 {
			at = append(at, flow.TalkRow{Block: one.Block, Row: one.Row})
		}
	}
	names, err := d.called(ctx, wanted)
	if err != nil {
		return nil, err
	}
	cold, err := d.system.Openings(ctx, at)
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		row := NewcomerRow{Person: *one, Name: names[one.Member], Answerer: names[one.By], Conv: conversation.ThreadID(one.Thread)}
		if one.Asked != 0 {
			row.Title, cold = cold[0].ObjectTitle, cold[1:]
			row.Waited = time.Duration(cmp.Or(one.Answered, kept.Until)-one.Asked) * time.Second
		}
		if row.Name == "" {
			continue
		}
		if one.Source < len(kept.Sources) {
			row.Source = kept.Sources[one.Source]
		}
		if one.Partner > 0 && one.Partner <= len(kept.Names) {
			row.Partner = kept.Names[one.Partner-1]
		}
		for s := range newcomer.Steps {
			switch counts, known, done := kept.Took(one, s); {
			case !counts:
			case done:
				row.Stands[s] = "yes"
			case known:
				row.Stands[s] = "no"
			default:
				row.Stands[s] = "not yet"
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (q *NewcomersQuery) check() error {
	q.Weeks = cmp.Or(q.Weeks, NewcomersWeeks)
	if q.Weeks < 1 || q.Weeks > MostNewcomersWeeks {
		return orrery.Errorf(orrery.Invalid, "newcomers are told of 1 to %d weeks", MostNewcomersWeeks)
	}
	if q.By != "" && !slices.Contains(NewcomersBy, q.By) {
		return orrery.Errorf(orrery.Invalid, "%q is nothing that newcomers are told by: there are week, month, way, source, partner and circle", q.By)
	}
	return nil
}

func (q *NewcomersListQuery) checkList() error {
	if q.Step != "" && q.Step != StepWaiting {
		if _, err := newcomer.ParseStep(q.Step); err != nil {
			return err
		}
	}
	if !slices.Contains([]string{"", "done", "not", "known", "young"}, q.Is) {
		return orrery.Errorf(orrery.Invalid, "%q is nothing to choose newcomers by: there are done, not, known and young", q.Is)
	}
	if q.Of != "" && q.By == "" {
		return orrery.Errorf(orrery.Invalid, "say by what the cohort %q is told", q.Of)
	}
	q.Offset = max(0, q.Offset)
	return nil
}

// window returns by what newcomers are told, weeks or months where nothing was asked
// for, and the first day: a Monday, or the first of a month.
func (q *NewcomersQuery) window(kept *keptNewcomers) (by string, from orrery.Day) {
	from = mondayOf(kept.AsOf) - orrery.Day(7*(q.Weeks-1))
	if by = q.By; by == "" {
		by = q.byTime(kept, from)
	}
	if by == "month" {
		from -= orrery.Day(from.Time().Day() - 1)
	}
	return by, from
}

// byTime chooses months where half of the weeks have few people.
func (q *NewcomersQuery) byTime(kept *keptNewcomers, from orrery.Day) string {
	came := make([]int, q.Weeks)
	for i := range kept.People {
		if at := int(kept.People[i].Day()-from) / 7; kept.People[i].Day() >= from && at < len(came) {
			came[at]++
		}
	}
	slices.Sort(came)
	if came[len(came)/2] < fewNewcomers {
		return "month"
	}
	return "week"
}

func mondayOf(d orrery.Day) orrery.Day { return d - (d+3)%7 }

// cohortSorting says which cohort somebody is of.
type cohortSorting struct {
	cohorts []NewcomerCohort
	of      func(*newcomer.Person) int // −1: none
	time    bool                       // they follow each other in time
}

func (k *keptNewcomers) sorting(by string, from orrery.Day, circles *circleBook) cohortSorting {
	var s cohortSorting
	of := func(*newcomer.Person) int { return -1 }
	switch by {
	case "week":
		s.time = true
		for day := from; day <= k.AsOf; day += 7 {
			s.cohorts = append(s.cohorts, NewcomerCohort{Key: day.String(), Name: "Week of " + day.Time().Format("2 January 2006"), From: day, Until: day + 6})
		}
		of = func(one *newcomer.Person) int { return int(one.Day()-from) / 7 }
	case "month":
		s.time = true
		var begins []orrery.Day
		for t := from.Time(); orrery.DayOf(t) <= k.AsOf; t = t.AddDate(0, 1, 0) {
			day := orrery.DayOf(t)
			s.cohorts = append(s.cohorts, NewcomerCohort{Key: t.Format("2006-01"), Name: t.Format("January 2006"), From: day, Until: orrery.DayOf(t.AddDate(0, 1, -1))})
			begins = append(begins, day)
		}
		of = func(one *newcomer.Person) int {
			at, _ := slices.BinarySearch(begins, one.Day()+1)
			return at - 1
		}
	case "way":
		for w := range orrery.Strategies {
			s.cohorts = append(s.cohorts, NewcomerCohort{Key: w.String(), Name: w.String()})
		}
		of = func(one *newcomer.Person) int { return int(one.Way) }
	case "source":
		for _, name := range k.Sources {
			s.cohorts = append(s.cohorts, NewcomerCohort{Key: name, Name: name})
		}
		of = func(one *newcomer.Person) int { return one.Source }
	case "partner":
		s.cohorts = append(s.cohorts, NewcomerCohort{Key: "none", Name: "through no partner"})
		for i, slug := range k.Partners {
			s.cohorts = append(s.cohorts, NewcomerCohort{Key: slug, Name: k.Names[i]})
		}
		of = func(one *newcomer.Person) int { return one.Partner }
	case "circle":
		s.cohorts = append(s.cohorts, NewcomerCohort{Key: "none", Name: "in no circle"})
		for at := range circles.grouped() {
			s.cohorts = append(s.cohorts, NewcomerCohort{Key: strconv.Itoa(circles.ids[at]), Name: circles.names[at]})
		}
		of = func(one *newcomer.Person) int { return circles.place(one.Member) }
	}
	s.of = func(one *newcomer.Person) int {
		if one.Day() < from {
			return -1
		}
		return of(one)
	}
	return s
}
