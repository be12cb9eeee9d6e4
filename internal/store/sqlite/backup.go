package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Compact rewrites the file without what was deleted and empties the
// write-ahead log, so that no page keeps a copy. Readers must be done.
func (s *Store) Compact(context.Context) error {
	s.copying.Lock() // a backup is a reader
	defer s.copying.Unlock()
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
// yet, and syncs it. It is the data of one moment; writers go on meanwhile.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return orrery.Errorf(orrery.Conflict, "%s exists already: name a file that does not", path)
	}
	s.copying.Lock()
	defer s.copying.Unlock()
	var vacuumed error
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		vacuumed = sqlitex.ExecuteTransient(conn, "VACUUM INTO ?", &sqlitex.ExecOptions{Args: []any{path}})
		return vacuumed
	})
	if err != nil {
		if removeErr := os.Remove(path); removeErr != nil && !errors.Is(removeErr, os.ErrNotExist) {
			err = errors.Join(err, removeErr)
		}
		if sqlite.ErrCode(vacuumed).ToPrimary() == sqlite.ResultCantOpen {
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

// OpenCopy opens a backup to read it, as a Store that cannot be written to and
// holds no lock. Nothing is changed, not even beside it.
func OpenCopy(path string) (*Store, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil, orrery.Errorf(orrery.Invalid, "%s is no backup: name a file that `orrery backup` wrote", path)
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	// Immutable: neither a log nor a lock is looked for, so nothing is made beside it.
	uri := (&url.URL{Scheme: "file", Path: whole, RawQuery: "mode=ro&immutable=1"}).String()
	conn, err := sqlite.OpenConn(uri, sqlite.OpenReadOnly, sqlite.OpenURI)
	if err != nil {
		return nil, openError(path, err)
	}
	version, err := inspect(conn, migrations)
	if err = errors.Join(err, conn.Close()); err != nil {
		return nil, openError(path, err)
	}
	if version < len(migrations) {
		return nil, orrery.Errorf(orrery.Conflict, "%s was made by an older Orrery: it can be restored, but not looked at as it is", path)
	}
	pool, err := sqlitex.NewPool(uri, sqlitex.PoolOptions{Flags: sqlite.OpenReadOnly | sqlite.OpenURI, PoolSize: readers})
	if err != nil {
		return nil, openError(path, err)
	}
	return &Store{dir: whole + ".no-folder", pool: pool, told: make(chan struct{}, 1)}, nil
}

// Sizes are how much is stored.
type Sizes struct {
	Generation int64
	Activities int64 // takings back among them
	Identities int64
	Newest     time.Time // of the latest activity; zero: there is none
	Erased     int64     // keys of who was erased
}

// Sizes counts what is stored, quickly.
func (s *Store) Sizes(ctx context.Context) (n Sizes, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, `SELECT (SELECT value FROM meta WHERE key = 'generation'), coalesce(sum(entries), 0), (SELECT count(*) FROM identity),
			coalesce(max(max_micro), 0), (SELECT count(*) FROM erased) FROM block`, func(stmt *sqlite.Stmt) error {
			n = Sizes{stmt.ColumnInt64(0), stmt.ColumnInt64(1), stmt.ColumnInt64(2), fromMicros(stmt.ColumnInt64(3)), stmt.ColumnInt64(4)}
			return nil
		})
	})
	return n, err
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
