package flow

import (
	"bytes"
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/store/sqlite"
)

// Source finds a source by its name: NotFound where nothing came from it yet.
func (s *System) Source(ctx context.Context, name string) (orrery.SourceRecord, error) {
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return orrery.SourceRecord{}, fmt.Errorf("read sources: %w", err)
	}
	for _, src := range sources {
		if src.Name == name {
			return src, nil
		}
	}
	return orrery.SourceRecord{}, orrery.Errorf(orrery.NotFound, "there is no source %q", name)
}

// MoveCursor has a source go on from another cursor, if it still stands where it
// stood: Conflict otherwise, and NotFound where nothing came from it yet.
func (s *System) MoveCursor(ctx context.Context, name string, from, to collect.Cursor) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	src, err := s.Source(ctx, name)
	if err != nil {
		return err
	}
	if !bytes.Equal(src.Cursor, from) {
		return orrery.Errorf(orrery.Conflict, "%s was read or taken back meanwhile: try again", name)
	}
	if bytes.Equal(from, to) {
		return nil
	}
	src.Cursor = to
	return s.changeLocked(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.PutSource(src)
		return err
	}, nil)
}

// UndoSource takes back all that ever came from a source, in one step. A source
// that nothing came from is no error. Conflict while it is being read.
func (s *System) UndoSource(ctx context.Context, name string) (Undone, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	src, err := s.Source(ctx, name)
	if orrery.CodeOf(err) == orrery.NotFound {
		return Undone{}, nil
	} else if err != nil {
		return Undone{}, err
	}
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return Undone{}, err
	}
	out := Undone{HeldBack: map[orrery.ImportID]int64{}}
	var gone []orrery.ImportRecord
	own := map[orrery.ImportID]bool{}
	for _, i := range imports {
		if i.Source != src.ID || i.State == orrery.ImportUndone {
			continue
		}
		if s.isActive(i.ID) {
			return Undone{}, orrery.Errorf(orrery.Conflict, "%s is being read just now, as import %d: pause it or wait", name, i.ID)
		}
		held, err := s.store.HeldBack(ctx, i.ID)
		if err != nil {
			return Undone{}, fmt.Errorf("find what import %d held back: %w", i.ID, err)
		}
		for of, n := range held {
			out.HeldBack[of] += n
		}
		out.Activities += i.Added
		own[i.ID] = true
		gone = append(gone, i)
	}
	for of := range out.HeldBack {
		if own[of] {
			delete(out.HeldBack, of)
		}
	}
	if len(gone) == 0 {
		return out, nil
	}
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return Undone{}, err
	}
	err = s.changeLocked(ctx, func(tx *sqlite.Tx) error {
		for _, i := range gone {
			if err := tx.UndoImport(i.ID); err != nil {
				return err
			}
			i.State, i.Finished = orrery.ImportUndone, s.clock()
			if _, err := tx.PutImport(i); err != nil {
				return err
			}
		}
		for _, other := range sources {
			switch {
			case other.ID == src.ID:
				other.Cursor = nil
			case !goBack(&other, orrery.ImportRecord{}, imports, out.HeldBack):
				continue
			}
			if _, err := tx.PutSource(other); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	if err != nil {
		return Undone{}, fmt.Errorf("take back what came from %s: %w", name, err)
	}
	s.forget()
	return out, s.rebuild(ctx)
}
