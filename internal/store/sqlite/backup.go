package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Compact rewrites the file without what was deleted and empties the
// write-ahead log, so that no page keeps a copy. Readers must be done.
func (s *Store) Compact(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := sqlitex.ExecuteTransient(s.conn, "VACUUM", nil); err != nil {
		return writeError(err)
	}
	busy := false
	err := sqlitex.ExecuteTransient(s.conn, "PRAGMA wal_checkpoint(TRUNCATE)", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			busy = stmt.ColumnBool(0)
			return nil
		},
	})
	if err != nil {
		return writeError(err)
	}
	if busy {
		return errors.New("somebody still reads: the write-ahead log is emptied when the data folder is closed")
	}
	return nil
}

// Fold copies what is in the write-ahead log into the file, as far as readers
// let it, so that closing need not. Readers go on meanwhile, writers wait.
func (s *Store) Fold(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil || s.failed != nil {
		return nil
	}
	if err := sqlitex.ExecuteTransient(s.conn, "PRAGMA wal_checkpoint(PASSIVE)", nil); err != nil {
		if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultBusy {
			s.failed = err
		}
		return writeError(err)
	}
	return nil
}

// Backup writes a consistent copy of the data to a file that must not exist
// yet, and syncs it.
func (s *Store) Backup(_ context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return orrery.Errorf(orrery.Conflict, "%s exists already: name a file that does not", path)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := sqlitex.ExecuteTransient(s.conn, "VACUUM INTO ?", &sqlitex.ExecOptions{Args: []any{path}}); err != nil {
		if removeErr := os.Remove(path); removeErr != nil && !errors.Is(removeErr, os.ErrNotExist) {
			err = errors.Join(err, removeErr)
		}
		if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultCantOpen {
			return orrery.Errorf(orrery.Invalid, "the backup cannot be written to %s: name a file in a folder that is there and may be written to", path)
		}
		return fmt.Errorf("back up to %s: %w", path, writeError(err))
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("back up to %s: %w", path, err)
	}
	return errors.Join(file.Chmod(0o600), file.Sync(), file.Close())
}

// Check reads every page and verifies that the file is whole.
func (s *Store) Check(ctx context.Context) error {
	return s.read(ctx, func(conn *sqlite.Conn) error {
		var problems []string
		err := query(conn, "PRAGMA integrity_check(5)", func(stmt *sqlite.Stmt) error {
			if text := stmt.ColumnText(0); text != "ok" {
				problems = append(problems, text)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			return orrery.Errorf(orrery.Internal, "the data file is damaged: %v; restore a backup with `orrery restore`", problems)
		}
		return nil
	})
}
