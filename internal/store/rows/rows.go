// Package rows is the storage that was not chosen: a row an activity in SQLite,
// with a unique key and an index by identity and time. It is kept so that every
// claim about the journal's blocks is measured against it in the same run. It
// holds no installation: only `orrery bench` and Go benchmarks feed and read it.
package rows

import (
	"encoding/json"
	"errors"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const schema = `
CREATE TABLE activity (
  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,
  identity INTEGER NOT NULL, planet INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, minutes INTEGER NOT NULL,
  origin INTEGER NOT NULL, valence INTEGER NOT NULL, flags INTEGER NOT NULL, rest TEXT NOT NULL);
CREATE INDEX activity_identity ON activity (identity, at);`

// Store is one database file with the durability of the product's: WAL,
// synchronous FULL. Not safe for concurrent use.
type Store struct{ conn *sqlite.Conn }

// Open makes a new database at path.
func Open(path string) (*Store, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate, sqlite.OpenWAL)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	for _, sql := range []string{
		"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA cache_size=-32768", "PRAGMA wal_autocheckpoint=4000",
	} {
		if err := sqlitex.ExecuteTransient(conn, sql, nil); err != nil {
			return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), conn.Close())
		}
	}
	if err := sqlitex.ExecuteScript(conn, schema, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), conn.Close())
	}
	return &Store{conn}, nil
}

// Close folds the write-ahead log into the file.
func (s *Store) Close() error { return s.conn.Close() }

// Append stores the entries that are new in one durable transaction.
func (s *Store) Append(entries []journal.Entry) (err error) {
	end, err := sqlitex.ImmediateTransaction(s.conn)
	if err != nil {
		return fmt.Errorf("append rows: %w", err)
	}
	defer end(&err)
	insert, err := s.conn.Prepare(`INSERT INTO activity (key, identity, planet, kind, at, minutes, origin, valence, flags, rest)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	if err != nil {
		return fmt.Errorf("append rows: %w", err)
	}
	for i := range entries {
		e := &entries[i]
		rest, err := json.Marshal(rest{
			ID: e.ExternalID, Namespace: e.Namespace, To: e.To, Object: e.ObjectID, Type: e.ObjectType,
			Thread: e.Thread, PromptedBy: e.PromptedBy,
		})
		if err != nil {
			return fmt.Errorf("append rows: %w", err)
		}
		insert.BindBytes(1, e.Key[:])
		insert.BindInt64(2, int64(e.Identity))
		insert.BindInt64(3, int64(e.Planet))
		insert.BindText(4, e.Hot.Kind)
		insert.BindInt64(5, e.AtMicros)
		insert.BindInt64(6, int64(e.Offset))
		insert.BindInt64(7, int64(e.Origin))
		insert.BindInt64(8, int64(e.Valence))
		insert.BindInt64(9, int64(e.Flags))
		insert.BindBytes(10, rest)
		if _, err := insert.Step(); err != nil {
			return fmt.Errorf("append rows: %w", err)
		}
		if err := insert.Reset(); err != nil {
			return fmt.Errorf("append rows: %w", err)
		}
	}
	return nil
}

// rest is what a timeline shows beside the columns.
type rest struct {
	ID         string              `json:"external_id"`
	Namespace  string              `json:"namespace"`
	To         []orrery.IdentityID `json:"to,omitempty"`
	Object     string              `json:"object"`
	Type       string              `json:"object_type"`
	Thread     string              `json:"thread,omitempty"`
	PromptedBy string              `json:"prompted_by,omitempty"`
}

// Timeline reads the newest activities of an identity, up to limit, and returns
// how many there were.
func (s *Store) Timeline(id orrery.IdentityID, limit int) (int, error) {
	n := 0
	err := sqlitex.Execute(s.conn, "SELECT kind, at, rest FROM activity WHERE identity = ? ORDER BY at DESC LIMIT ?", &sqlitex.ExecOptions{
		Args: []any{int64(id), limit},
		ResultFunc: func(stmt *sqlite.Stmt) error {
			var r rest
			if err := json.Unmarshal([]byte(stmt.ColumnText(2)), &r); err != nil {
				return err
			}
			n++
			return nil
		},
	})
	if err != nil {
		return n, fmt.Errorf("read a timeline of rows: %w", err)
	}
	return n, nil
}
