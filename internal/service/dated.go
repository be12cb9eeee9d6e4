package service

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// datedNotes takes what a team writes on days.
type datedNotes struct{ *Service }

var _ web.DatedNotes = datedNotes{}

// DatedNotes lists the notes of a planet, and those of all, by day.
func (s datedNotes) DatedNotes(ctx context.Context, planet orrery.PlanetID, from, until orrery.Day) ([]orrery.DatedNote, error) {
	return s.System.DatedNotes(ctx, planet, from, until)
}

// SaveDatedNote keeps a note.
func (s datedNotes) SaveDatedNote(ctx context.Context, by view.Account, n orrery.DatedNote) error {
	n.By = ownerOf(by.ID)
	_, err := s.System.SaveDatedNote(ctx, n)
	return err
}

// RemoveDatedNote removes a note.
func (s datedNotes) RemoveDatedNote(ctx context.Context, number int64) error {
	return s.System.RemoveDatedNote(ctx, number)
}
