// Package sqlite is the embedded storage: one SQLite file in WAL mode with
// synchronous FULL and one writer. It keeps what the stages hand it behind
// their own small interfaces and decides nothing: no rules live here.
//
// A Store is safe for concurrent use: writes queue, reads go on beside them.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const (
	fileName      = "orrery.db"
	lockName      = "lock"
	applicationID = 0x4f525259 // "ORRY"
	readers       = 4
)

// Store is an open data folder. It holds the folder's lock until Close.
type Store struct {
	dir  string
	lock *flock.Flock
	pool *sqlitex.Pool
	hot  sync.Pool     // of *[]byte: blocks that were read
	told chan struct{} // see Told

	copying sync.Mutex // held while a backup is written

	mu     sync.Mutex // guards conn and failed
	conn   *sqlite.Conn
	failed error // after a failed commit nothing is written any more
}

// Options change how a Store is opened. The zero value is what the product
// uses.
type Options struct {
	// Synchronous replaces FULL. Only the test that shows why FULL is needed
	// sets it.
	Synchronous string
	// MustExist refuses to make a new data folder.
	MustExist bool
}

// Open opens or makes the data folder and takes its lock. A folder that another
// process holds is a Conflict; one that a newer version wrote, or that lies on
// a network file system, is Invalid. Nothing is changed in either case.
func Open(dir string, opts Options) (*Store, error) {
	if opts.MustExist {
		if _, err := os.Stat(filepath.Join(dir, fileName)); errors.Is(err, os.ErrNotExist) {
			return nil, orrery.Errorf(orrery.NotFound, "there is no data in %s yet: import something first, or name the folder with --data", dir)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "the data folder %s cannot be made: %w", dir, err)
	}
	if kind := networkFileSystem(dir); kind != "" {
		return nil, orrery.Errorf(orrery.Invalid, "the data folder %s lies on %s, where locks and syncs cannot be trusted: choose a folder on a local disk with --data", dir, kind)
	}
	lock, err := Lock(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, lock: lock, told: make(chan struct{}, 1)}
	if err := s.open(opts); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Lock takes the lock of a data folder without opening it.
func Lock(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "the data folder %s cannot be written to: check who owns it and its permissions (%w)", dir, err)
	}
	if !held {
		return nil, orrery.Errorf(orrery.Conflict, "the data folder %s is in use by another orrery: wait until it ends, or stop it", dir)
	}
	return lock, nil
}

func (s *Store) open(opts Options) error {
	path := s.Path()
	if err := look(path); err != nil {
		return openError(path, err)
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate, sqlite.OpenWAL)
	if err != nil {
		return openError(path, err)
	}
	s.conn = conn
	synchronous := opts.Synchronous
	if synchronous == "" {
		synchronous = "FULL"
	}
	pragmas := []string{
		"PRAGMA journal_mode=WAL",
		"PRAGMA synchronous=" + synchronous,
		"PRAGMA secure_delete=ON",
		"PRAGMA foreign_keys=ON",
		"PRAGMA cache_size=-32768",
		"PRAGMA wal_autocheckpoint=4000",
	}
	for _, p := range pragmas {
		if err := sqlitex.ExecuteTransient(conn, p, nil); err != nil {
			return openError(path, err)
		}
	}
	if err := migrate(conn, migrations); err != nil {
		return openError(path, err)
	}
	pool, err := sqlitex.NewPool(path, sqlitex.PoolOptions{
		Flags: sqlite.OpenReadOnly | sqlite.OpenWAL, PoolSize: readers,
		PrepareConn: func(c *sqlite.Conn) error {
			return sqlitex.ExecuteTransient(c, "PRAGMA cache_size=-16384", nil)
		},
	})
	if err != nil {
		return openError(path, err)
	}
	s.pool = pool
	return nil
}

// look inspects a file that is there, without changing it.
func look(path string) error {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil // nothing yet, or opening it says what is wrong
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		return err
	}
	_, err = inspect(conn, migrations)
	return errors.Join(err, conn.Close())
}

// IsDamage says whether an error means that the file's pages are not what they
// were, or never were Orrery's.
func IsDamage(err error) bool {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return true
	default:
		return false
	}
}

func openError(path string, err error) error {
	if orrery.CodeOf(err) != orrery.Internal {
		return err
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return orrery.Errorf(orrery.Invalid, "%s is damaged or no Orrery data: restore a backup with `orrery restore` (%w)", path, err)
	case sqlite.ResultFull:
		return orrery.Errorf(orrery.Exhausted, "the disk that holds %s is full: free some room and try again (%w)", path, err)
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen, sqlite.ResultPerm, sqlite.ResultAuth:
		return orrery.Errorf(orrery.Invalid, "%s cannot be opened for writing: check who owns it and its permissions (%w)", path, err)
	default:
		return fmt.Errorf("open %s: %w", path, err)
	}
}

// Dir returns the data folder.
func (s *Store) Dir() string { return s.dir }

// Path returns the database file.
func (s *Store) Path() string { return filepath.Join(s.dir, fileName) }

// Close ends all work, folds the write-ahead log into the file and gives the
// lock back.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	if s.pool != nil {
		errs = append(errs, s.pool.Close())
		s.pool = nil
	}
	if s.conn != nil && s.failed == nil {
		errs = append(errs, s.conn.Close())
	}
	// After a failed commit the connection is left as it is: closing it would sync
	// once more, and a sync that succeeds after one that failed may lie.
	s.conn = nil
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
	}
	return errors.Join(errs...)
}

// Tx is a write transaction. It satisfies the small interfaces of the stages.
type Tx struct {
	conn         *sqlite.Conn
	lastIdentity orrery.IdentityID // highest that was put
	told         bool              // news were put into the outbox
}

// Write runs fn in one transaction that is durable when Write returns nil. An
// error of fn takes everything back. After a commit that failed, whether it
// took place is not known: the Store then refuses to write until it is opened
// again.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	return s.write(ctx, fn, "UPDATE meta SET value = value + 1 WHERE key = 'generation'")
}

// write ends the transaction with a last statement, if there is one.
func (s *Store) write(ctx context.Context, fn func(*Tx) error, last string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return orrery.Errorf(orrery.Internal, "nothing more is written after an error of the disk; stop, check the disk and start again: %w", s.failed)
	}
	if s.conn == nil {
		return errors.New("the store is closed")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.exec("BEGIN IMMEDIATE"); err != nil {
		return writeError(err)
	}
	tx := &Tx{conn: s.conn}
	pending := audit.Of(ctx)
	entry, wanted := pending.Left()
	var before int64
	if wanted {
		before = tx.changes()
	}
	err := fn(tx)
	wanted = wanted && tx.changes() != before // what found nothing to change was not done
	if wanted {
		entry, _ = pending.Left() // with what turned out on the way
	}
	if err == nil && tx.lastIdentity > 0 {
		err = query(s.conn, "UPDATE meta SET value = max(value, ?) WHERE key = 'last_identity'", nil, int64(tx.lastIdentity))
	}
	if err == nil && last != "" {
		err = s.exec(last)
	}
	if err == nil && wanted {
		err = tx.putAudit(entry)
	}
	if err == nil {
		if err = s.exec("COMMIT"); err == nil {
			if wanted {
				pending.Written()
			}
			if tx.told {
				select {
				case s.told <- struct{}{}:
				default:
				}
			}
			return nil
		}
		s.failed = err
	} else if code := sqlite.ErrCode(err).ToPrimary(); code == sqlite.ResultIOErr || code == sqlite.ResultFull || code == sqlite.ResultCorrupt {
		s.failed = err
	}
	if !s.conn.AutocommitEnabled() {
		if rollback := s.exec("ROLLBACK"); rollback != nil && s.failed == nil {
			s.failed = rollback
		}
	}
	return writeError(err)
}

func (s *Store) exec(sql string) error { return sqlitex.Execute(s.conn, sql, nil) }

func writeError(err error) error {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull:
		return orrery.Errorf(orrery.Exhausted, "the disk is full: nothing of this step was stored; free some room and run it again (%w)", err)
	case sqlite.ResultIOErr:
		return orrery.Errorf(orrery.Internal, "the disk reported an error: nothing of this step counts as stored; check the disk, then run it again (%w)", err)
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return orrery.Errorf(orrery.Internal, "the data file is damaged: restore a backup with `orrery restore` (%w)", err)
	default:
		return err
	}
}

// glance is read for what takes less time than to watch the context, which costs
// a goroutine; fn looks at the context itself where it may take longer.
func (s *Store) glance(ctx context.Context, fn func(*sqlite.Conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.read(context.WithoutCancel(ctx), fn)
}

// read runs fn on a connection of its own, in one consistent view of the data.
func (s *Store) read(ctx context.Context, fn func(*sqlite.Conn) error) error {
	conn, err := s.pool.Take(ctx)
	if err != nil {
		return fmt.Errorf("take a reader: %w", errors.Join(ctx.Err(), err))
	}
	defer s.pool.Put(conn)
	err = fn(conn)
	if ctx.Err() != nil && sqlite.ErrCode(err).ToPrimary() == sqlite.ResultInterrupt {
		return ctx.Err() // the pool interrupts what is called off
	}
	return readError(err)
}

func readError(err error) error {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return orrery.Errorf(orrery.Internal, "the data file is damaged: restore a backup with `orrery restore` (%w)", err)
	default:
		return err
	}
}

// run runs a prepared statement that returns no rows. It is for what is done
// for every row of a batch: query costs about as much again as the insert.
func run(stmt *sqlite.Stmt) error {
	_, err := stmt.Step()
	return errors.Join(err, stmt.Reset())
}

// query runs a statement for each row of its result.
func query(conn *sqlite.Conn, sql string, row func(*sqlite.Stmt) error, args ...any) error {
	return sqlitex.Execute(conn, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: row})
}
