package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/newcomer"
	"orrery.dev/orrery/internal/view"
)

// Newcomers knows what became of those who came for the first time.
type Newcomers interface {
	// Newcomers tells it in all and by cohort; There is false where it is being
	// reckoned. NewcomersList names the people behind a figure; an unknown cohort is
	// NotFound.
	Newcomers(ctx context.Context, q view.NewcomersQuery) (view.Newcomers, error)
	NewcomersList(ctx context.Context, q view.NewcomersListQuery) (view.NewcomersList, error)
}

const (
	newcomersListed = 100
)

type newcomersPage struct {
	view.Newcomers
	Empty        bool // nobody was ever here
	Figures      []newcomersFigure
	Wide, Narrow *cohortChart
	Notes        *chartNotes
	Waits        []waitRow
	Spans        []int // weeks to choose from
}

// newcomersFigure is one step of all newcomers.
type newcomersFigure struct {
	Step      newcomer.Step
	Cell      newcomer.Cell
	Before    newcomer.Cell
	Low, High float64
}

func newcomersQuery(v *visit) (view.NewcomersQuery, error) {
	q := view.NewcomersQuery{Planet: v.planet.ID, AsOf: v.asOf, By: v.URL.Query().Get("by"), Patience: patience}
	if text := v.URL.Query().Get("weeks"); text != "" {
		var err error
		if q.Weeks, err = strconv.Atoi(text); err != nil || q.Weeks < 1 {
			return q, orrery.Errorf(orrery.Invalid, "weeks is a number of weeks, such as 26")
		}
	}
	return q, nil
}

func (s *server) newcomers(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	q, err := newcomersQuery(v)
	if err != nil {
		return err
	}
	known, err := s.Backend.Newcomers.Newcomers(v.Context(), q)
	if err != nil {
		return err
	}
	if !known.There {
		w.Header().Set("Refresh", "3")
	}
	p := &newcomersPage{Newcomers: known, Empty: v.planet.People == 0 && known.All.Came == 0, Spans: []int{13, 26, 52, 104}}
	for step := newcomer.Answered; step < newcomer.Steps; step++ {
		f := newcomersFigure{Step: step, Cell: known.All.Of(step), Before: known.Before.Of(step)}
		f.Low, f.High = f.Cell.Between()
		p.Figures = append(p.Figures, f)
	}
	if p.Timed() {
		to := func(c view.NewcomerCohort, step, is string) string {
			return v.to("/newcomers/people", "by", known.By, "of", c.Key, "weeks", p.Span(), "step", step, "is", is)
		}
		p.Wide, p.Narrow = newCohortChart(known.Cohorts, known.Later, 1040, to), newCohortChart(known.Cohorts, known.Later, 340, to)
	}
	if p.Wide != nil {
		if p.Notes, err = s.notesOn(v, known.Cohorts[0].From, known.AsOf); err != nil {
			return err
		}
		p.Wide.mark(p.Notes)
		p.Narrow.mark(p.Notes)
	}
	p.Waits = waitRows(&known.Answers)
	return s.render(w, v, http.StatusOK, "newcomers", language.T("Newcomers"), p)
}

// Timed tells whether cohorts follow each other in time.
func (p *newcomersPage) Timed() bool { return p.By == "week" || p.By == "month" }

// Span is the number of weeks in addresses; nothing for the usual one.
func (p *newcomersPage) Span() string {
	if p.Weeks == view.NewcomersWeeks {
		return ""
	}
	return strconv.Itoa(p.Weeks)
}

// Grouped is by what cohorts are told in addresses.
func (p *newcomersPage) Grouped() string { return p.By }

// Bys lists by what cohorts can be told.
func (p *newcomersPage) Bys() (list []string) {
	for _, by := range view.NewcomersBy {
		if by == "partner" && !p.Partners || by == "circle" && !p.Circles {
			continue
		}
		list = append(list, by)
	}
	return list
}

// ByWords names by what cohorts are told.
func (*newcomersPage) ByWords(by string) string { return cohortWords[by] }

var cohortWords = map[string]string{
	"week": "Week", "month": "Month", "way": "Way to belong", "source": "Source", "partner": "Partner", "circle": "Circle",
}

// Newest are the cohorts in the order of the table: the newest week first.
func (p *newcomersPage) Newest() []view.NewcomerCohort {
	if !p.Timed() {
		return p.Cohorts
	}
	list := make([]view.NewcomerCohort, 0, len(p.Cohorts))
	for i := len(p.Cohorts) - 1; i >= 0; i-- {
		list = append(list, p.Cohorts[i])
	}
	return list
}

// Compared tells whether first answers can be set beside acting again.
func (p *newcomersPage) Compared() bool {
	n := 0
	for i := range p.Waits {
		n += p.Waits[i].Came.People
	}
	return n >= newcomer.LeastCell
}

// Enough tells whether a rate is told of so many people.
func (*newcomersPage) Enough(people int) bool { return people >= newcomer.LeastCell }

// stepCell is what the table says of a step of a cohort.
type stepCell struct {
	newcomer.Cell
	Step      newcomer.Step
	Low, High float64
	Page      *newcomersPage
	Key       string
}

// Cells are the steps of a cohort that the table shows.
func (p *newcomersPage) Cells(c view.NewcomerCohort) (list []stepCell) {
	for step := newcomer.Answered; step < newcomer.Steps; step++ {
		cell := stepCell{Cell: c.Of(step), Step: step, Page: p, Key: c.Key}
		cell.Low, cell.High = cell.Between()
		list = append(list, cell)
	}
	return list
}

// List is the address of the people behind a figure of a cohort; of all where the key
// is empty.
func (p *newcomersPage) List(at *page, key, step, is string) string {
	by := p.By
	return at.To("/newcomers/people", "by", by, "of", key, "weeks", p.Span(), "step", step, "is", is)
}

type newcomersListPage struct {
	view.NewcomersList
	Newer int
}

func newcomersListQuery(v *visit, limit int) (q view.NewcomersListQuery, err error) {
	if q.NewcomersQuery, err = newcomersQuery(v); err != nil {
		return q, err
	}
	ask := v.URL.Query()
	q.Of, q.Step, q.Is, q.Limit = ask.Get("of"), ask.Get("step"), ask.Get("is"), limit
	if text := ask.Get("after"); text != "" && limit > 0 {
		if q.Offset, err = strconv.Atoi(text); err != nil || q.Offset < 0 {
			return q, orrery.Errorf(orrery.NotFound, "there is no such list: see newcomers")
		}
	}
	return q, nil
}

// newcomersPeople lists the people behind a figure.
func (s *server) newcomersPeople(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	q, err := newcomersListQuery(v, newcomersListed)
	if err != nil {
		return err
	}
	known, err := s.Backend.Newcomers.NewcomersList(v.Context(), q)
	if err != nil {
		return err
	}
	if !known.There {
		w.Header().Set("Refresh", "3")
	}
	return s.render(w, v, http.StatusOK, "newcomerspeople", language.T("Newcomers"), &newcomersListPage{known, max(0, q.Offset-newcomersListed)})
}

// Page is the address of another page of the list, or of the whole as a file.
func (p *newcomersListPage) Page(at *page, path string, after int) string {
	weeks, from := "", ""
	if p.Weeks != view.NewcomersWeeks {
		weeks = strconv.Itoa(p.Weeks)
	}
	if after > 0 {
		from = strconv.Itoa(after)
	}
	return at.To(path, "by", p.By, "of", p.Of, "weeks", weeks, "step", p.Step, "is", p.Is, "after", from)
}

// newcomersPeopleCSV writes the whole of a list.
func (s *server) newcomersPeopleCSV(w http.ResponseWriter, v *visit) error {
	q, err := newcomersListQuery(v, 0)
	if err != nil {
		return err
	}
	known, err := s.Backend.Newcomers.NewcomersList(v.Context(), q)
	if err != nil {
		return err
	}
	out := newSheet(w, named("newcomers", v.asOf), "id", "name", "first", "way", "source", "partner", "asked", "answered", "answer_seconds", "answered_by_team", "second_day", "returned", "is_asked", "is_answered", "is_second", "is_returned")
	moment := func(seconds int64) string {
		if seconds == 0 {
			return ""
		}
		return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
	}
	on := func(d orrery.Day) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	for i := range known.People {
		r := &known.People[i]
		after, team := "", ""
		if r.Answered != 0 {
			after, team = strconv.FormatInt(r.Answered-r.Asked, 10), strconv.FormatBool(r.Team)
		}
		line := []string{
			strconv.Itoa(int(r.Member)), r.Name, moment(r.First), r.Way.String(), r.Source, r.Partner, moment(r.Asked), moment(r.Answered),
			after, team, on(r.Second), on(r.Back),
		}
		out.row(append(line, r.Stands[:]...)...)
	}
	out.Flush()
	return nil // who left half-way does not read the rest
}

// newcomersCSV writes the cohorts.
func (s *server) newcomersCSV(w http.ResponseWriter, v *visit) error {
	q, err := newcomersQuery(v)
	if err != nil {
		return err
	}
	known, err := s.Backend.Newcomers.Newcomers(v.Context(), q)
	if err != nil {
		return err
	}
	out := newSheet(w, named("newcomers-by-"+known.By, v.asOf), view.NewcomersHead...)
	for _, line := range known.Table() {
		out.row(line...)
	}
	out.Flush()
	return nil // who left half-way does not read the rest
}
