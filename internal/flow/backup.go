package flow

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/keyset"
	"orrery.dev/orrery/internal/store/sqlite"
)

// Backup writes a consistent copy of all data to a file that must not exist.
// Everything else goes on meanwhile.
func (s *System) Backup(ctx context.Context, path string) error { return s.store.Backup(ctx, path) }

// Sizes counts what is stored.
func (s *System) Sizes(ctx context.Context) (backup.Sizes, error) {
	n, err := s.store.Sizes(ctx)
	return backup.Sizes(n), err
}

// Inspect opens a backup to read it and counts what is in it; deeper, it verifies
// that its file is whole, reads every block and key, rebuilds the field from the
// journal and names it by its hash.
func Inspect(ctx context.Context, path string, depth backup.Depth, clock func() time.Time, log *slog.Logger) (c backup.Contents, err error) {
	store, err := sqlite.OpenCopy(path)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if depth >= backup.Pages {
		if err := store.Check(ctx); err != nil {
			return c, unusable(path, err)
		}
	}
	n, err := store.Sizes(ctx)
	if err != nil {
		return c, unusable(path, err)
	}
	c.Sizes = backup.Sizes(n)
	accounts, err := store.Accounts(ctx)
	if err != nil {
		return c, unusable(path, err)
	}
	for _, a := range accounts {
		c.Accounts = append(c.Accounts, a.Email)
	}
	if depth < backup.Rebuild {
		return c, nil
	}
	s := &System{store: store, clock: clock, log: log, active: map[orrery.ImportID]bool{}}
	if err := s.load(ctx); err != nil {
		return c, unusable(path, err)
	}
	checked, err := s.Check(ctx)
	if err != nil {
		return c, unusable(path, err)
	}
	if c.People, _, err = s.Counts(ctx); err != nil {
		return c, unusable(path, err)
	}
	c.Hash = hex.EncodeToString(checked.RebuiltHash[:])
	return c, nil
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
func Restore(ctx context.Context, dir, file string, clock func() time.Time, log *slog.Logger) (Restored, error) {
	source, err := os.Open(file)
	if err != nil {
		return Restored{}, orrery.Errorf(orrery.Invalid, "the backup cannot be read: %w", err)
	}
	defer source.Close()
	if info, err := source.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return Restored{}, orrery.Errorf(orrery.Invalid, "%s is no backup: name a file that `orrery backup` wrote", file)
	}

	var out Restored
	before, err := rememberedIn(ctx, dir)
	if err != nil {
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
		return out, unusable(file, err)
	}
	if err := restored.catchUpWith(ctx, before, &out); err != nil {
		return out, errors.Join(unusable(file, err), restored.Close(ctx))
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
		// Linked where that can be, so that at no moment there is no data.
		if os.Link(filepath.Join(dir, dataName), out.Kept) != nil {
			if err := os.Rename(filepath.Join(dir, dataName), out.Kept); err != nil {
				return out, fmt.Errorf("restore: %w", err)
			}
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

// unusable says of an error that it is the backup's; what is there is untouched.
func unusable(file string, err error) error {
	if sqlite.IsDamage(err) {
		return orrery.Errorf(orrery.Invalid, "%s is damaged or no backup of Orrery: use another one; nothing was changed (%w)", file, err)
	}
	return orrery.Errorf(orrery.CodeOf(err), "the backup %s cannot be used, and nothing was changed: %w", file, err)
}

// remembered is what must outlive a restore: who was erased, and which keys were
// still good.
type remembered struct {
	there  bool // there was data to read it from
	erased []keyset.Key
	keys   map[string]bool // by ID
}

// rememberedIn reads it from the data that is there, which may be damaged: that
// is why people restore.
func rememberedIn(ctx context.Context, dir string) (r remembered, err error) {
	current, err := sqlite.Open(dir, sqlite.Options{MustExist: true})
	if orrery.CodeOf(err) == orrery.NotFound {
		return r, nil
	}
	if err == nil {
		r.there, r.keys = true, map[string]bool{}
		if r.erased, err = current.Erased(ctx); err == nil {
			keys, keysErr := current.ListKeys(ctx)
			for _, k := range keys {
				r.keys[k.ID] = true
			}
			err = keysErr
		}
		if closeErr := current.Close(); err == nil {
			err = closeErr
		}
	}
	if sqlite.IsDamage(err) {
		return r, orrery.Errorf(orrery.Conflict, "the data in %s is too damaged to tell who was erased since the backup: move %s away, restore again, and then erase once more whoever had asked for it (%w)",
			dir, filepath.Join(dir, dataName), err)
	}
	return r, err
}

const (
	dataName   = "orrery.db"
	keptSuffix = ".before-restore-" // and when it was
)

// catchUpWith checks the backup, erases whoever was erased since, and ends the
// logins and keys that had ended since: all sessions and links, and the keys that
// are gone.
func (s *System) catchUpWith(ctx context.Context, before remembered, out *Restored) error {
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
	named := make(map[keyset.Key]bool, len(before.erased))
	for _, k := range before.erased {
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
		for _, k := range before.erased {
			if err := tx.PutErased(k, now); err != nil {
				return err
			}
		}
		return tx.EndLogins(func(key string) bool { return !before.there || before.keys[key] })
	})
}
