package flow

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/store/sqlite"
)

// MostDatedNote is how many letters a note on a day has at most.
const MostDatedNote = 200

// datedNotes is the storage of notes on days.
type datedNotes interface {
	AddDatedNote(ctx context.Context, n orrery.DatedNote) (int64, error)
	ChangeDatedNote(ctx context.Context, n orrery.DatedNote) (found bool, err error)
	DeleteDatedNote(ctx context.Context, number int64) (found bool, err error)
	DatedNotes(ctx context.Context, planet orrery.PlanetID, from, until orrery.Day) ([]orrery.DatedNote, error)
}

var _ datedNotes = (*sqlite.Store)(nil)

func (s *System) dated() datedNotes { return s.store }

// farDay is later than any day that is told of.
const farDay = orrery.Day(1 << 24)

// DatedNotes lists the notes on the days of a planet, and those on all planets, by
// day; both days are included, 0 is no bound. Planet 0 asks for every note.
func (s *System) DatedNotes(ctx context.Context, planet orrery.PlanetID, from, until orrery.Day) ([]orrery.DatedNote, error) {
	if from == 0 {
		from = -farDay
	}
	if until == 0 {
		until = farDay
	}
	return s.dated().DatedNotes(ctx, planet, from, until)
}

// SaveDatedNote keeps a note, a new one where Number is 0, and returns it as it is
// kept.
func (s *System) SaveDatedNote(ctx context.Context, n orrery.DatedNote) (orrery.DatedNote, error) {
	n.Text = strings.Join(strings.Fields(n.Text), " ")
	switch {
	case n.Text == "" || !utf8.ValidString(n.Text) || utf8.RuneCountInString(n.Text) > MostDatedNote:
		return n, orrery.Errorf(orrery.Invalid, "a note on a day has 1 to %d letters", MostDatedNote)
	case n.Day == 0 || n.Day > s.Now()+10*366:
		return n, orrery.Errorf(orrery.Invalid, "say on which day: write it as 2026-03-31")
	}
	if n.Planet != 0 {
		known := false
		for _, p := range s.Planets() {
			known = known || p.ID == n.Planet
		}
		if !known {
			return n, orrery.Errorf(orrery.NotFound, "there is no planet %d", n.Planet)
		}
	}
	n.At = s.clock()
	if n.Number == 0 {
		var err error
		if n.Number, err = s.dated().AddDatedNote(ctx, n); err != nil {
			return n, fmt.Errorf("keep a note on a day: %w", err)
		}
		return n, nil
	}
	found, err := s.dated().ChangeDatedNote(ctx, n)
	if err != nil {
		return n, fmt.Errorf("change a note on a day: %w", err)
	}
	if !found {
		return n, noDatedNote(n.Number)
	}
	return n, nil
}

// RemoveDatedNote removes a note.
func (s *System) RemoveDatedNote(ctx context.Context, number int64) error {
	found, err := s.dated().DeleteDatedNote(ctx, number)
	if err != nil {
		return fmt.Errorf("remove a note on a day: %w", err)
	}
	if !found {
		return noDatedNote(number)
	}
	return nil
}

func noDatedNote(number int64) error {
	return orrery.Errorf(orrery.NotFound, "there is no note %d on a day: see them with `orrery notes list` or under Notes", number)
}
