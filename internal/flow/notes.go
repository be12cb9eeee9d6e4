package flow

import (
	"context"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/store/sqlite"
)

const (
	maxNoteBytes = 10_000
	maxTagBytes  = 60
	tagsAtOnce   = 10_000 // people
)

// AddNote keeps what somebody wrote about a person.
func (s *System) AddNote(ctx context.Context, id orrery.IdentityID, by, text string) error {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxNoteBytes {
		return orrery.Errorf(orrery.Invalid, "a note has 1 to 10,000 letters")
	}
	return s.onIdentity(ctx, id, func(tx *sqlite.Tx) error {
		return tx.PutNote(id, orrery.Note{At: s.clock(), By: by, Text: text})
	})
}

// Tag tags people, or takes a tag off them: off all identities of each.
func (s *System) Tag(ctx context.Context, members []orrery.MemberID, tag string, on bool) error {
	tag = strings.Join(strings.Fields(tag), " ")
	if tag == "" || len(tag) > maxTagBytes || strings.ContainsAny(tag, ",;\x00") {
		return orrery.Errorf(orrery.Invalid, "a tag has 1 to 60 letters and no comma or semicolon")
	}
	for part := range slices.Chunk(members, tagsAtOnce) { // others write in between
		if err := s.tagSome(ctx, part, tag, on); err != nil {
			return err
		}
	}
	return nil
}

func (s *System) tagSome(ctx context.Context, members []orrery.MemberID, tag string, on bool) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return err
	}
	wanted := make(map[orrery.MemberID]bool, len(members))
	for _, m := range members {
		if _, ok := g.Identity(orrery.IdentityID(m)); !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", m)
		}
		wanted[m] = true
	}
	return s.changeLocked(ctx, func(tx *sqlite.Tx) error {
		if on {
			for m := range wanted {
				if err := tx.PutTag(orrery.IdentityID(m), tag); err != nil {
					return err
				}
			}
			return nil
		}
		for _, list := range g.OfSeveral(wanted) {
			for _, i := range list {
				if err := tx.DeleteTag(i.ID, tag); err != nil {
					return err
				}
			}
		}
		return nil
	}, nil)
}

// Notes lists the notes on some identities, newest first.
func (s *System) Notes(ctx context.Context, ids []orrery.IdentityID) ([]orrery.Note, error) {
	return s.store.Notes(ctx, ids)
}

// Tags lists all tags by identity.
func (s *System) Tags(ctx context.Context) (map[orrery.IdentityID][]string, error) {
	return s.store.Tags(ctx)
}

func (s *System) onIdentity(ctx context.Context, id orrery.IdentityID, write func(*sqlite.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return err
	}
	if _, ok := g.Identity(id); !ok {
		return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
	}
	return s.changeLocked(ctx, write, nil)
}

// Generation counts the changes to what is stored. While it stays the same, so
// does every answer.
func (s *System) Generation(ctx context.Context) (int64, error) { return s.store.Generation(ctx) }

// Storage hands out the store, for what is no part of the data path: accounts,
// sessions and keys.
func (s *System) Storage() *sqlite.Store { return s.store }
