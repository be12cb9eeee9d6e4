package sqlite

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"zombiezen.com/go/sqlite"
)

var (
	_ account.Accounts    = (*Store)(nil)
	_ account.Colleagues  = (*Store)(nil)
	_ account.Sessions    = (*Store)(nil)
	_ account.OwnSessions = (*Store)(nil)
	_ account.KeyStorage  = (*Store)(nil)
)

// aside writes what the field is no function of: it counts as no generation, so
// that a login does not make a snapshot old.
func (s *Store) aside(ctx context.Context, fn func(*Tx) error) error { return s.write(ctx, fn, "") }

// Accounts lists all accounts by number.
func (s *Store) Accounts(ctx context.Context) ([]account.Record, error) {
	return s.accounts(ctx, "ORDER BY id")
}

// AccountByID finds an account.
func (s *Store) AccountByID(ctx context.Context, id int64) (account.Record, error) {
	return one(s.accounts(ctx, "WHERE id = ?", id))
}

// AccountByEmail finds an account by its address in lower case.
func (s *Store) AccountByEmail(ctx context.Context, email string) (account.Record, error) {
	return one(s.accounts(ctx, "WHERE email = ?", email))
}

func (s *Store) accounts(ctx context.Context, which string, args ...any) (list []account.Record, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		list, err = readAccounts(conn, which, args...)
		return err
	})
	return list, err
}

func readAccounts(conn *sqlite.Conn, which string, args ...any) (list []account.Record, err error) {
	err = query(conn, "SELECT id, email, name, password, created FROM account "+which, func(stmt *sqlite.Stmt) error {
		list = append(list, account.Record{
			Account:  account.Account{ID: stmt.ColumnInt64(0), Email: stmt.ColumnText(1), Name: stmt.ColumnText(2)},
			Password: stmt.ColumnText(3), Created: fromMicros(stmt.ColumnInt64(4)),
		})
		return nil
	}, args...)
	for i := range list {
		if err == nil {
			list[i].Access, err = readAccess(conn, "access", "account", list[i].ID)
		}
	}
	return list, err
}

func readAccess(conn *sqlite.Conn, table, column string, id int64) (access orrery.Access, err error) {
	err = query(conn, "SELECT planet, role, addresses FROM "+table+" WHERE "+column+" = ? ORDER BY planet", func(stmt *sqlite.Stmt) error {
		access = append(access, orrery.Grant{
			Planet: orrery.PlanetID(stmt.ColumnInt64(0)), Role: orrery.Role(stmt.ColumnInt64(1)), Addresses: stmt.ColumnBool(2),
		})
		return nil
	}, id)
	return access, err
}

func (tx *Tx) putAccess(table, column string, id int64, access orrery.Access) error {
	if err := query(tx.conn, "DELETE FROM "+table+" WHERE "+column+" = ?", nil, id); err != nil {
		return err
	}
	for _, g := range access {
		if err := query(tx.conn, "INSERT INTO "+table+" VALUES (?, ?, ?, ?)", nil, id, int64(g.Planet), int64(g.Role), g.Addresses); err != nil {
			return err
		}
	}
	return nil
}

func one[T any](list []T, err error) (T, error) {
	var none T
	if err == nil && len(list) == 0 {
		err = orrery.Errorf(orrery.NotFound, "it is not stored")
	}
	if err != nil {
		return none, err
	}
	return list[0], nil
}

// PutSession stores a session and forgets those that are over.
func (s *Store) PutSession(ctx context.Context, r account.SessionRecord) error {
	return s.aside(ctx, func(tx *Tx) error { return tx.putSession(r) })
}

func (tx *Tx) putSession(r account.SessionRecord) error {
	over := micros(r.Expires.Add(-account.SessionLength))
	if err := query(tx.conn, "DELETE FROM session WHERE expires <= ?", nil, over); err != nil {
		return err
	}
	return query(tx.conn, "INSERT INTO session (hash, account, expires, begun, seen, browser, system) VALUES (?, ?, ?, ?, ?, ?, ?)", nil,
		r.Hash[:], r.Account, micros(r.Expires), micros(r.Begun), micros(r.Seen), r.Device.Browser, r.Device.System)
}

// SessionByHash finds a session.
func (s *Store) SessionByHash(ctx context.Context, hash [32]byte) (account.SessionRecord, error) {
	return one(s.sessions(ctx, "WHERE hash = ?", hash[:]))
}

// SessionsOf lists the sessions of an account, the one that was seen last first.
func (s *Store) SessionsOf(ctx context.Context, id int64) ([]account.SessionRecord, error) {
	return s.sessions(ctx, "WHERE account = ? ORDER BY seen DESC, number DESC", id)
}

func (s *Store) sessions(ctx context.Context, which string, args ...any) (list []account.SessionRecord, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT number, hash, account, expires, begun, seen, browser, system FROM session "+which, func(stmt *sqlite.Stmt) error {
			r := account.SessionRecord{
				Number: stmt.ColumnInt64(0), Account: stmt.ColumnInt64(2), Expires: fromMicros(stmt.ColumnInt64(3)),
				Begun: fromMicros(stmt.ColumnInt64(4)), Seen: fromMicros(stmt.ColumnInt64(5)),
				Device: account.Device{Browser: stmt.ColumnText(6), System: stmt.ColumnText(7)},
			}
			stmt.ColumnBytes(1, r.Hash[:])
			list = append(list, r)
			return nil
		}, args...)
	})
	return list, err
}

// TouchSession notes when a session was seen last.
func (s *Store) TouchSession(ctx context.Context, number int64, seen time.Time) error {
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, "UPDATE session SET seen = ? WHERE number = ?", nil, micros(seen), number)
	})
}

// EndSession ends one session of an account and reports whether it was there.
func (s *Store) EndSession(ctx context.Context, id, number int64) (found bool, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "DELETE FROM session WHERE account = ? AND number = ?", nil, id, number)
		found = tx.conn.Changes() > 0
		return err
	})
	return found, err
}

// EndOtherSessions ends the sessions of an account but one, and tells how many.
func (s *Store) EndOtherSessions(ctx context.Context, id int64, keep [32]byte) (ended int, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "DELETE FROM session WHERE account = ? AND hash <> ?", nil, id, keep[:])
		ended = tx.conn.Changes()
		return err
	})
	return ended, err
}

// renewLogin ends all sessions of an account and begins one, unless that is nil.
func (tx *Tx) renewLogin(id int64, session *account.SessionRecord) error {
	if err := query(tx.conn, "DELETE FROM session WHERE account = ?", nil, id); err != nil || session == nil {
		return err
	}
	return tx.putSession(*session)
}

// DeleteSession ends a session, if it is there.
func (s *Store) DeleteSession(ctx context.Context, hash [32]byte) error {
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, "DELETE FROM session WHERE hash = ?", nil, hash[:])
	})
}

// PutLink stores a one-time link.
func (s *Store) PutLink(ctx context.Context, hash [32]byte, expires time.Time) error {
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, "INSERT INTO entry_link VALUES (?, ?)", nil, hash[:], micros(expires))
	})
}

// TakeLink removes a link and stores the session that it opens.
func (s *Store) TakeLink(ctx context.Context, hash [32]byte, now time.Time, r account.SessionRecord) error {
	return s.aside(ctx, func(tx *Tx) error {
		if err := query(tx.conn, "DELETE FROM entry_link WHERE expires <= ?", nil, micros(now)); err != nil {
			return err
		}
		if err := query(tx.conn, "DELETE FROM entry_link WHERE hash = ?", nil, hash[:]); err != nil {
			return err
		}
		if tx.conn.Changes() == 0 {
			return orrery.Errorf(orrery.NotFound, "it is not stored")
		}
		return tx.putSession(r)
	})
}

// PutKey stores a key.
func (s *Store) PutKey(ctx context.Context, k account.KeyRecord) error {
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, "INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", nil, k.ID, k.Hash[:], string(k.Scope),
			int64(k.Planet), k.Source, k.Addresses, k.Account, micros(k.Created), micros(k.Expires), micros(k.Used))
	})
}

// KeyByID finds a key.
func (s *Store) KeyByID(ctx context.Context, id string) (account.KeyRecord, error) {
	return one(s.keys(ctx, "WHERE id = ?", id))
}

// ListKeys lists all keys.
func (s *Store) ListKeys(ctx context.Context) ([]account.KeyRecord, error) { return s.keys(ctx, "") }

func (s *Store) keys(ctx context.Context, which string, args ...any) (list []account.KeyRecord, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		list, err = readKeys(conn, which, args...)
		return err
	})
	return list, err
}

func readKeys(conn *sqlite.Conn, which string, args ...any) (list []account.KeyRecord, err error) {
	const columns = "id, hash, scope, planet, source, addresses, account, created, expires, used"
	err = query(conn, "SELECT "+columns+" FROM api_key "+which, func(stmt *sqlite.Stmt) error {
		k := account.KeyRecord{Key: account.Key{
			ID: stmt.ColumnText(0), Scope: account.Scope(stmt.ColumnText(2)), Planet: orrery.PlanetID(stmt.ColumnInt64(3)),
			Source: stmt.ColumnText(4), Addresses: stmt.ColumnBool(5), Account: stmt.ColumnInt64(6),
			Created: fromMicros(stmt.ColumnInt64(7)), Expires: fromMicros(stmt.ColumnInt64(8)), Used: fromMicros(stmt.ColumnInt64(9)),
		}}
		stmt.ColumnBytes(1, k.Hash[:])
		list = append(list, k)
		return nil
	}, args...)
	return list, err
}

// DeleteKey removes a key and reports whether it was there.
func (s *Store) DeleteKey(ctx context.Context, id string) (found bool, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "DELETE FROM api_key WHERE id = ?", nil, id)
		found = tx.conn.Changes() > 0
		return err
	})
	return found, err
}

// TouchKey notes when a key was used last.
func (s *Store) TouchKey(ctx context.Context, id string, used time.Time) error {
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, "UPDATE api_key SET used = ? WHERE id = ?", nil, micros(used), id)
	})
}

// EndLogins ends all sessions and one-time links, and the keys that are not to
// be kept, by ID.
func (tx *Tx) EndLogins(keep func(id string) bool) error {
	var gone []string
	err := query(tx.conn, "SELECT id FROM api_key", func(stmt *sqlite.Stmt) error {
		if id := stmt.ColumnText(0); !keep(id) {
			gone = append(gone, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range gone {
		if err := query(tx.conn, "DELETE FROM api_key WHERE id = ?", nil, id); err != nil {
			return err
		}
	}
	for _, logins := range []string{"DELETE FROM session", "DELETE FROM entry_link", "DELETE FROM invitation_access", "DELETE FROM invitation"} {
		if err := query(tx.conn, logins, nil); err != nil {
			return err
		}
	}
	return nil
}
