package web

import (
	"net/http"
	"slices"

	"orrery.dev/orrery/internal/view"
)

type todayPage struct {
	view.Today
	Hellos       view.Hellos
	Headline     []phrase
	In, Out      int // moves of the last four weeks
	InB4, OutB4  int // of the four before
	Wide, Narrow *movesChart
	Empty        bool // nobody was ever here
}

// todayHellos is how many people Today names as worth a hello.
const todayHellos = 6

func (s *server) today(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	t, err := s.Backend.Reader.Today(v.Context(), v.planet.ID)
	if err != nil {
		return err
	}
	hellos, err := s.Backend.Reader.Hellos(v.Context(), v.planet.ID, 0, todayHellos)
	if err != nil {
		return err
	}
	p := todayPage{Today: t, Hellos: hellos, Wide: newMovesChart(t.Weeks, true), Narrow: newMovesChart(t.Weeks, false)}
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

func (s *server) about(w http.ResponseWriter, v *visit) error {
	return s.render(w, v, http.StatusOK, "about", "About the numbers", nil)
}
