package flow

import (
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/store/sqlite"
)

// Undone says what undoing an import took back.
type Undone struct {
	Import     orrery.ImportID
	Activities int64
	// HeldBack counts, by later import, the rows that were dropped because this
	// one held them: importing that source again brings them back.
	HeldBack map[orrery.ImportID]int64
}

// Imports lists all imports by ID.
func (s *System) Imports(ctx context.Context) ([]orrery.ImportRecord, error) {
	return s.store.Imports(ctx)
}

// Sources lists all sources by ID.
func (s *System) Sources(ctx context.Context) ([]orrery.SourceRecord, error) {
	return s.store.Sources(ctx)
}

// ImportByID finds an import.
func (s *System) ImportByID(ctx context.Context, id orrery.ImportID) (orrery.ImportRecord, error) {
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return orrery.ImportRecord{}, err
	}
	for _, i := range imports {
		if i.ID == id {
			return i, nil
		}
	}
	return orrery.ImportRecord{}, orrery.Errorf(orrery.NotFound, "there is no import %d", id)
}

// Skipped lists the rows of an import that could not be used.
func (s *System) Skipped(ctx context.Context, id orrery.ImportID) ([]orrery.SkippedRow, error) {
	if _, err := s.ImportByID(ctx, id); err != nil {
		return nil, err
	}
	return s.store.Skipped(ctx, id)
}

// Undo takes an import back: its activities, its evidence and the cursor of its
// source. Undoing twice is a Conflict.
func (s *System) Undo(ctx context.Context, id orrery.ImportID) (Undone, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	imp, err := s.ImportByID(ctx, id)
	if err != nil {
		return Undone{}, err
	}
	if imp.State == orrery.ImportUndone {
		return Undone{}, orrery.Errorf(orrery.Conflict, "import %d was undone already", id)
	}
	if s.isActive(id) {
		return Undone{}, orrery.Errorf(orrery.Conflict, "import %d is still running: wait until it ends", id)
	}
	held, err := s.store.HeldBack(ctx, id)
	if err != nil {
		return Undone{}, fmt.Errorf("find what import %d held back: %w", id, err)
	}
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return Undone{}, err
	}
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return Undone{}, err
	}
	err = s.changeLocked(ctx, func(tx *sqlite.Tx) error {
		if err := tx.UndoImport(id); err != nil {
			return err
		}
		for _, src := range sources {
			if goBack(&src, imp, imports, held) {
				if _, err := tx.PutSource(src); err != nil {
					return err
				}
			}
		}
		imp.State, imp.Finished = orrery.ImportUndone, s.clock()
		_, err := tx.PutImport(imp)
		return err
	}, nil)
	if err != nil {
		return Undone{}, fmt.Errorf("undo import %d: %w", id, err)
	}
	s.forget()
	if err := s.rebuild(ctx); err != nil {
		return Undone{}, err
	}
	return Undone{Import: id, Activities: imp.Added, HeldBack: held}, nil
}

// goBack sets a source back to where it reads all that undoing an import takes
// from it, and says whether it had to. What is still stored is recognised when
// it is read again.
func goBack(src *orrery.SourceRecord, undone orrery.ImportRecord, imports []orrery.ImportRecord, held map[orrery.ImportID]int64) bool {
	if src.ID == undone.Source {
		src.Cursor = undone.Before
		for _, i := range imports { // an older one that was undone must be read again too
			if i.Source == src.ID && i.ID < undone.ID && i.State == orrery.ImportUndone {
				src.Cursor = i.Before
				break
			}
		}
		return true
	}
	for _, i := range imports {
		if i.Source == src.ID && held[i.ID] > 0 {
			src.Cursor = nil
			return true
		}
	}
	return false
}
