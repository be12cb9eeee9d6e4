package web

import (
	"net/http"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/repulsion"
	"orrery.dev/orrery/internal/view"
)

type todayPage struct {
	view.Today
	Hellos       view.Hellos
	Talks        view.TalksPage
	Headline     []phrase
	In, Out      int // moves of the last four weeks
	InB4, OutB4  int // of the four before
	Wide, Narrow *movesChart
	Empty        bool // nobody was ever here
	InOrbit      int
	Past         view.Weeks
	All          bool // all weeks are asked for, not the last of them
	Gravities    *gravityChart
	Slim         *gravityChart
	Notes        *chartNotes
	Pushed       repulsion.Group // zero unless more are pushed away than before
}

const (
	todayWeeks     = 13
	weeksPatience  = 1500 * time.Millisecond
	weeksInNumbers = 60 // of all years, in the table beside the chart
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

// todayHellos is how many people Today names as worth a hello.
const todayHellos = 6

func (s *server) today(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	t, err := s.Backend.Reader.TodayAsOf(v.Context(), v.planet.ID, v.asOf)
	if err != nil {
		return err
	}
	hellos, err := s.Backend.Reader.Hellos(v.Context(), v.planet.ID, v.asOf, todayHellos)
	if err != nil {
		return err
	}
	talks, err := s.Backend.Conversations.Conversations(v.Context(), view.TalksQuery{Planet: v.planet.ID, AsOf: v.asOf, Filter: view.TalksUs, Account: v.account.ID, Limit: talksOnToday, Patience: talksPatience})
	if err != nil {
		return err
	}
	p := todayPage{Talks: talks, Today: t, Hellos: hellos, Wide: newMovesChart(t.Weeks, true), Narrow: newMovesChart(t.Weeks, false)}
	if v.asOf == 0 {
		pushed, err := s.Backend.Reader.RepulsionNow(v.Context(), v.planet.ID)
		if err != nil {
			return err
		}
		if pushed.Growth.Verdict == repulsion.Grew {
			p.Pushed = pushed
		}
	}
	for _, b := range t.Bands {
		p.InOrbit += b.People
	}
	if p.Past, err = s.Backend.Reader.Weeks(v.Context(), v.planet.ID, v.asOf, weeksPatience); err != nil {
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
	return s.render(w, v, http.StatusOK, "today", "Today", p)
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

func (s *server) about(w http.ResponseWriter, v *visit) error {
	return s.render(w, v, http.StatusOK, "about", "About the numbers", nil)
}
