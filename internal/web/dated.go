package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// DatedNotes knows what a team wrote on days. An unknown number is NotFound.
type DatedNotes interface {
	// DatedNotes lists the notes of a planet, and those of all, by day; 0 is no bound.
	DatedNotes(ctx context.Context, planet orrery.PlanetID, from, until orrery.Day) ([]orrery.DatedNote, error)

	// SaveDatedNote keeps a note, a new one where Number is 0.
	SaveDatedNote(ctx context.Context, by view.Account, n orrery.DatedNote) error
	RemoveDatedNote(ctx context.Context, number int64) error
}

// chartNotes are the notes on the days of a page's charts, numbered.
type chartNotes struct {
	List []numberedNote
	Back string // where a form leads back to
}

type numberedNote struct {
	orrery.DatedNote
	N int // on the charts of this page
}

// notesOn reads the notes on some days for the charts of a page.
func (s *server) notesOn(v *visit, from, until orrery.Day) (*chartNotes, error) {
	list, err := s.Backend.DatedNotes.DatedNotes(v.Context(), v.planet.ID, from, until)
	if err != nil {
		return nil, err
	}
	notes := &chartNotes{Back: v.URL.RequestURI()}
	for i, n := range list {
		notes.List = append(notes.List, numberedNote{n, i + 1})
	}
	return notes, nil
}

// noteMarks are notes as numbered marks on a chart.
type noteMarks struct {
	Bottom float64
	Marks  []noteMark
}

type noteMark struct {
	numberedNote
	X, Y float64 // of the number
}

// marks places the notes that x knows, the numbers from a top on: those that would
// cover each other one below the other.
func (n *chartNotes) marks(top, bottom float64, x func(orrery.Day) (float64, bool)) noteMarks {
	const size, rows = 17, 3
	m := noteMarks{Bottom: bottom}
	if n == nil {
		return m
	}
	before, row := -size*2., 0
	for _, note := range n.List {
		at, ok := x(note.Day)
		if !ok {
			continue
		}
		if at-before < size {
			row = (row + 1) % rows
		} else {
			row = 0
		}
		before = at
		m.Marks = append(m.Marks, noteMark{note, at, top + float64(row)*size})
	}
	return m
}

// notes marks the days of a plot.
func (c *plot) notes(n *chartNotes) noteMarks {
	return n.marks(c.Top, c.Bottom, func(d orrery.Day) (float64, bool) { return c.x(d), d >= c.from && d <= c.to })
}

// inWeeks places a day on a chart of whole weeks.
func inWeeks(first orrery.Day, weeks int, left, wide float64) func(orrery.Day) (float64, bool) {
	return func(d orrery.Day) (float64, bool) {
		at := float64(d-first) / 7
		return left + wide*(at+.5/7), d >= first && at < float64(weeks)
	}
}

type notesPage struct {
	List []orrery.DatedNote // newest first
	Fill orrery.DatedNote   // that is being changed; or a new one
}

func (s *server) datedNotes(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	list, err := s.Backend.DatedNotes.DatedNotes(v.Context(), v.planet.ID, 0, 0)
	if err != nil {
		return err
	}
	p := &notesPage{Fill: orrery.DatedNote{Planet: v.planet.ID, Day: orrery.DayOf(s.Clock())}}
	change, _ := strconv.ParseInt(v.URL.Query().Get("change"), 10, 64)
	for i := len(list) - 1; i >= 0; i-- {
		p.List = append(p.List, list[i])
		if list[i].Number == change && change != 0 {
			p.Fill = list[i]
		}
	}
	if change != 0 && p.Fill.Number != change {
		return orrery.Errorf(orrery.NotFound, "there is no such note: it may have been removed")
	}
	return s.render(w, v, http.StatusOK, "notes", language.T("Notes"), p)
}

func (s *server) saveDatedNote(w http.ResponseWriter, v *visit) error {
	n := orrery.DatedNote{Text: v.PostForm.Get("text"), Planet: v.planet.ID}
	day, err := orrery.ParseDay(strings.TrimSpace(v.PostForm.Get("day")))
	if err != nil {
		return orrery.Errorf(orrery.Invalid, "say on which day: write it as 2026-03-31")
	}
	n.Day = day
	if v.PostForm.Get("all") != "" {
		n.Planet = 0
	}
	if text := v.PostForm.Get("number"); text != "" {
		if n.Number, err = strconv.ParseInt(text, 10, 64); err != nil || n.Number <= 0 {
			return orrery.Errorf(orrery.NotFound, "there is no such note: it may have been removed")
		}
	}
	if err := s.Backend.DatedNotes.SaveDatedNote(v.Context(), v.account, n); err != nil {
		return err
	}
	return s.done(w, v, local(v.PostForm.Get("back"), v.to("/notes")), "The note on %s is kept. It stands on the charts of that time.", dayWords(day))
}

func (s *server) removeDatedNote(w http.ResponseWriter, v *visit) error {
	number, err := strconv.ParseInt(v.PathValue("number"), 10, 64)
	if err != nil {
		return orrery.Errorf(orrery.NotFound, "there is no such note: it may have been removed")
	}
	if err := s.Backend.DatedNotes.RemoveDatedNote(v.Context(), number); err != nil {
		return err
	}
	return s.done(w, v, v.to("/notes"), "The note is removed.")
}
