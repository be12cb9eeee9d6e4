package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/keyset"
	"orrery.dev/orrery/internal/store/sqlite"
)

// Backup writes a consistent copy of all data to a file that must not exist.
func (s *System) Backup(ctx context.Context, path string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.store.Backup(ctx, path)
}

// Restored says what a restore did.
type Restored struct {
	Kept       string // where the data that was there before lies now; empty: there was none
	Erased     int    // people of the backup who had been erased since, and were erased again
	Activities int64
}

// Restore puts a backup in the place of the data folder's data. The data that
// was there is kept beside it. Whoever was erased since the backup is erased
// from what is restored before anybody can read it.
func Restore(ctx context.Context, dir, backup string, clock func() time.Time, log *slog.Logger) (Restored, error) {
	source, err := os.Open(backup)
	if err != nil {
		return Restored{}, orrery.Errorf(orrery.Invalid, "the backup cannot be read: %w", err)
	}
	defer source.Close()

	var out Restored
	var ledger []keyset.Key
	if current, err := sqlite.Open(dir, sqlite.Options{MustExist: true}); err == nil {
		stored, readErr := current.Identities(ctx)
		if err := errors.Join(readErr, current.Close()); err != nil {
			return out, fmt.Errorf("read who was erased: %w", err)
		}
		ledger = stored.Erased
	} else if orrery.CodeOf(err) != orrery.NotFound {
		return out, err
	}

	// The backup is tried in a folder aside, and moved only when it is whole.
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return out, orrery.Errorf(orrery.Invalid, "the data folder %s cannot be made: %w", dir, err)
	}
	aside, err := os.MkdirTemp(dir, "restore-*")
	if err != nil {
		return out, fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(aside)
	if err := writeAside(filepath.Join(aside, dataName), func(w io.Writer) error {
		_, err := io.Copy(w, source)
		return err
	}); err != nil {
		return out, fmt.Errorf("copy the backup: %w", err)
	}
	restored, err := Open(ctx, Config{Dir: aside, MustExist: true, Clock: clock, Log: log})
	if err != nil {
		return out, err
	}
	if err := restored.eraseAgain(ctx, ledger, &out); err != nil {
		return out, errors.Join(err, restored.Close(ctx))
	}
	if err := restored.Close(ctx); err != nil {
		return out, fmt.Errorf("restore: %w", err)
	}

	lock, err := sqlite.Lock(dir)
	if err != nil {
		return out, err
	}
	defer lock.Unlock() //nolint:errcheck // the process ends soon, which unlocks too
	if _, err := os.Stat(filepath.Join(dir, dataName)); err == nil {
		out.Kept = filepath.Join(dir, dataName+keptSuffix+clock().UTC().Format("20060102T150405Z"))
		if err := os.Rename(filepath.Join(dir, dataName), out.Kept); err != nil {
			return out, fmt.Errorf("restore: %w", err)
		}
	}
	for _, name := range []string{dataName + "-wal", dataName + "-shm", snapshotName} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return out, fmt.Errorf("restore: %w", err)
		}
	}
	for _, name := range []string{dataName, snapshotName} {
		if err := os.Rename(filepath.Join(aside, name), filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return out, fmt.Errorf("restore: %w", err)
		}
	}
	return out, syncDir(dir)
}

const (
	dataName   = "orrery.db"
	keptSuffix = ".before-restore-" // and when it was
)

// eraseAgain checks the backup and erases whoever the ledger names.
func (s *System) eraseAgain(ctx context.Context, ledger []keyset.Key, out *Restored) error {
	checked, err := s.Check(ctx)
	if err != nil {
		return err
	}
	out.Activities = checked.Activities
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return err
	}
	named := make(map[keyset.Key]bool, len(ledger))
	for _, k := range ledger {
		named[k] = true
	}
	var gone []identity.Identity
	people := map[orrery.MemberID]bool{}
	for id := 1; id <= g.Len(); id++ {
		if i, ok := g.Identity(orrery.IdentityID(id)); ok && named[g.Hash(i.Key)] {
			gone = append(gone, i)
			people[g.Members()[id]] = true
		}
	}
	if len(gone) > 0 {
		if _, err := s.erase(ctx, g, gone); err != nil {
			return err
		}
	}
	out.Erased = len(people)
	now := s.clock().UnixMicro()
	return s.store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, k := range ledger {
			if err := tx.PutErased(k, now); err != nil {
				return err
			}
		}
		return nil
	})
}
