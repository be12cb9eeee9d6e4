package webtest

import (
	"context"
	"slices"
	"sync"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// noting is web.DatedNotes over a list, which begins with two notes.
type noting struct {
	mu   sync.Mutex
	list []orrery.DatedNote
	next int64
}

func newNoting(w *World) *noting {
	n := &noting{next: 3}
	if len(w.planets) > 0 {
		day := w.planets[0].AsOf
		n.list = []orrery.DatedNote{{Number: 1, Planet: 1, Day: day - 40, Text: "Release <b>2.0</b>"}, {Number: 2, Day: day - 38, Text: "Talk at the fair"}}
	}
	return n
}

// DatedNotes implements web.DatedNotes.
func (n *noting) DatedNotes(_ context.Context, planet orrery.PlanetID, from, until orrery.Day) (list []orrery.DatedNote, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, note := range n.list {
		if (note.Planet == 0 || note.Planet == planet) && note.Day >= from && (until == 0 || note.Day <= until) {
			list = append(list, note)
		}
	}
	slices.SortStableFunc(list, func(a, b orrery.DatedNote) int { return int(a.Day - b.Day) })
	return list, nil
}

// SaveDatedNote implements web.DatedNotes.
func (n *noting) SaveDatedNote(_ context.Context, by view.Account, note orrery.DatedNote) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	note.By = by.ID
	if note.Text == "" {
		return orrery.Errorf(orrery.Invalid, "a note on a day has 1 to 200 letters")
	}
	if note.Number == 0 {
		note.Number, n.next = n.next, n.next+1
		n.list = append(n.list, note)
		return nil
	}
	for i := range n.list {
		if n.list[i].Number == note.Number {
			n.list[i] = note
			return nil
		}
	}
	return orrery.Errorf(orrery.NotFound, "there is no note %d on a day", note.Number)
}

// RemoveDatedNote implements web.DatedNotes.
func (n *noting) RemoveDatedNote(_ context.Context, number int64) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	before := len(n.list)
	n.list = slices.DeleteFunc(n.list, func(note orrery.DatedNote) bool { return note.Number == number })
	if len(n.list) == before {
		return orrery.Errorf(orrery.NotFound, "there is no note %d on a day", number)
	}
	return nil
}
