package web

import (
	"net/http"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/repulsion"
	"orrery.dev/orrery/internal/view"
)

type todayPage struct {
	view.Today
	Hellos       view.Hellos
	New          view.TalksPage // newcomers without an answer
	Talks        view.TalksPage // the others who wait for us
	Tasks        view.TasksPage // of whoever looks
	Week         view.Week
	Years        view.Anniversaries
	Meet         view.Introductions
	Met          metForm
	Headline     []phrase
	Trend        []phrase // of 90 days, where the headline is of the week
	In, Out      int      // moves of the last four weeks
	InB4, OutB4  int      // of the four before
	Wide, Narrow *movesChart
	Empty        bool // nobody was ever here
	InOrbit      int
	Past         view.Weeks
	All          bool // all weeks are asked for, not the last of them
	Gravities    *gravityChart
	Slim         *gravityChart
	Notes        *chartNotes
	Notices      []view.Notice   // for stewards
	Pushed       repulsion.Group // zero unless more are pushed away than before
}

const (
	todayWeeks     = 13
	todayPatience  = 30 * time.Millisecond // for each of what may still be reckoned: the page fills in by itself
	todayLines     = 5                     // of each list
	weeksInNumbers = 60                    // of all years, in the table beside the chart
)

// Few is how many weeks are shown unless all are asked for: a quarter, and where
// it takes longer to know who came, twice that time.
func (p todayPage) Few() int { return max(todayWeeks, 2*p.Past.RhythmDays/7+1) }

// InNumbers are the weeks in the table, the newest first.
func (p todayPage) InNumbers() []history.Week {
	some := slices.Clone(p.Past.Weeks[max(0, len(p.Past.Weeks)-weeksInNumbers):])
	slices.Reverse(some)
	return some
}

func (s *server) today(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	t, err := s.Backend.Reader.TodayAsOf(v.Context(), v.planet.ID, v.asOf)
	if err != nil {
		return err
	}
	p := todayPage{Today: t, Wide: newMovesChart(t.Weeks, true), Narrow: newMovesChart(t.Weeks, false), Met: s.metForm(v, 0, "")}
	for _, step := range []func() error{
		func() error { return s.todayTalks(v, &p) },
		func() (err error) {
			p.Hellos, err = s.Backend.Reader.Hellos(v.Context(), v.planet.ID, v.asOf, todayLines)
			return err
		},
		func() (err error) {
			p.Years, err = s.Backend.Weekly.Anniversaries(v.Context(), v.planet.ID, v.asOf, todayLines)
			return err
		},
		func() (err error) {
			p.Notices, err = s.notices(v)
			return err
		},
		func() error { return s.todayNow(v, &p) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	for _, b := range t.Bands {
		p.InOrbit += b.People
	}
	if p.Past, err = s.Backend.Reader.Weeks(v.Context(), v.planet.ID, v.asOf, todayPatience); err != nil {
		return err
	}
	if p.All = v.URL.Query().Get("weeks") == "all"; !p.All {
		p.Past.Weeks = p.Past.Weeks[max(0, len(p.Past.Weeks)-p.Few()):]
	}
	on := func(day orrery.Day) string { return v.on(day, "/", "weeks", v.URL.Query().Get("weeks")) }
	p.Gravities = newGravityChart(p.Past.Weeks, p.Past.RhythmDays, true, on)
	p.Slim = newGravityChart(p.Past.Weeks, p.Past.RhythmDays, false, on)
	if err := s.noteToday(v, &p); err != nil {
		return err
	}
	for i, week := range t.Weeks {
		switch back := len(t.Weeks) - i; {
		case back <= 4:
			p.In, p.Out = p.In+week.In, p.Out+week.Out
		case back <= 8:
			p.InB4, p.OutB4 = p.InB4+week.In, p.OutB4+week.Out
		}
	}
	p.Empty = !slices.ContainsFunc(t.Bands, func(b view.Band) bool { return b.People+b.In+b.Out > 0 })
	p.Headline = headline(brand(v.planet), t.Sectors, view.MapMoves{In: p.In, Out: p.Out})
	if week := weekHeadline(brand(v.planet), &p.Week); week != nil && !p.Empty {
		p.Headline, p.Trend = week, p.Headline
	}
	return s.render(w, v, http.StatusOK, "today", language.T("Today"), p)
}

// noteToday marks the notes on days on both charts.
func (s *server) noteToday(v *visit, p *todayPage) (err error) {
	if p.Wide == nil {
		return nil
	}
	from := p.Weeks[0].Monday
	if p.Gravities != nil {
		from = min(from, p.Gravities.from)
	}
	if p.Notes, err = s.notesOn(v, from, p.AsOf); err != nil {
		return err
	}
	for _, c := range []*gravityChart{p.Gravities, p.Slim} {
		if c != nil {
			c.Notes = c.notes(p.Notes)
		}
	}
	p.Wide.mark(p.Notes)
	p.Narrow.mark(p.Notes)
	return nil
}

// todayTalks tells who waits for us: newcomers without an answer, and the others.
func (s *server) todayTalks(v *visit, p *todayPage) (err error) {
	q := view.TalksQuery{Planet: v.planet.ID, AsOf: v.asOf, Filter: view.TalksNew, Account: v.account.ID, Limit: todayLines, Patience: todayPatience}
	if p.New, err = s.Backend.Conversations.Conversations(v.Context(), q); err != nil {
		return err
	}
	q.Filter, q.Patience = view.TalksKnown, 0
	p.Talks, err = s.Backend.Conversations.Conversations(v.Context(), q)
	return err
}

// todayNow tells what is of today alone: tasks, whom to thank, who should meet, and
// whether more are pushed away than before.
func (s *server) todayNow(v *visit, p *todayPage) error {
	if v.asOf != 0 {
		return nil
	}
	ctx, planet := v.Context(), v.planet.ID
	pushed, err := s.Backend.Reader.RepulsionNow(ctx, planet)
	if err != nil {
		return err
	}
	if pushed.Growth.Verdict == repulsion.Grew {
		p.Pushed = pushed
	}
	if p.Tasks, err = s.Backend.Tasks.Tasks(ctx, view.TasksQuery{Planet: planet, Account: v.account.ID, Limit: todayLines}); err != nil {
		return err
	}
	if p.Week, err = s.Backend.Weekly.Week(ctx, planet, todayLines, todayPatience); err != nil {
		return err
	}
	p.Meet, err = s.Backend.Reader.Introductions(ctx, planet, meetOnToday, 0)
	return err
}

// meetOnToday is how many pairs who should meet stand on Today.
const meetOnToday = 3

func (s *server) about(w http.ResponseWriter, v *visit) error {
	return s.render(w, v, http.StatusOK, "about", language.T("About the numbers"), nil)
}
