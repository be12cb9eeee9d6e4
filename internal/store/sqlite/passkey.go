package sqlite

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/audit"
	"zombiezen.com/go/sqlite"
)

var (
	_ account.PasskeyStorage = (*Store)(nil)
	_ account.PasskeyChanges = (*Store)(nil)
)

// PasskeysOf lists the passkeys of an account by number.
func (s *Store) PasskeysOf(ctx context.Context, id int64) ([]account.PasskeyRecord, error) {
	return s.passkeys(ctx, "WHERE account = ? ORDER BY number", id)
}

// PasskeyByID finds a passkey by the name that its device gives it.
func (s *Store) PasskeyByID(ctx context.Context, id []byte) (account.PasskeyRecord, error) {
	return one(s.passkeys(ctx, "WHERE id = ?", id))
}

func (s *Store) passkeys(ctx context.Context, which string, args ...any) (list []account.PasskeyRecord, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT number, id, account, handle, name, made, used, record FROM passkey "+which, func(stmt *sqlite.Stmt) error {
			r := account.PasskeyRecord{Passkey: account.Passkey{
				Number: stmt.ColumnInt64(0), Account: stmt.ColumnInt64(2), Name: stmt.ColumnText(4),
				Made: fromMicros(stmt.ColumnInt64(5)), Used: fromMicros(stmt.ColumnInt64(6)),
			}, ID: make([]byte, stmt.ColumnLen(1)), Handle: make([]byte, stmt.ColumnLen(3)), Record: make([]byte, stmt.ColumnLen(7))}
			stmt.ColumnBytes(1, r.ID)
			stmt.ColumnBytes(3, r.Handle)
			stmt.ColumnBytes(7, r.Record)
			list = append(list, r)
			return nil
		}, args...)
	})
	return list, err
}

// AddPasskey stores a passkey, ends the account's sessions and begins one.
func (s *Store) AddPasskey(ctx context.Context, r account.PasskeyRecord, session account.SessionRecord) error {
	return s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "INSERT INTO passkey (id, account, handle, name, made, used, record) VALUES (?, ?, ?, ?, ?, ?, ?)", nil,
			r.ID, r.Account, r.Handle, r.Name, micros(r.Made), micros(r.Used), r.Record)
		if sqlite.ErrCode(err) == sqlite.ResultConstraintUnique {
			return orrery.Errorf(orrery.Conflict, "this passkey is here already")
		} else if err != nil {
			return err
		}
		audit.About(ctx, audit.Number("passkey", tx.conn.LastInsertRowID()))
		return tx.renewLogin(r.Account, &session)
	})
}

// RenamePasskey gives a passkey another name.
func (s *Store) RenamePasskey(ctx context.Context, id, number int64, name string) error {
	return s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "UPDATE passkey SET name = ? WHERE account = ? AND number = ?", nil, name, id, number)
		return tx.passkeyThere(err)
	})
}

// RemovePasskey removes a passkey, ends the account's sessions and begins one.
func (s *Store) RemovePasskey(ctx context.Context, id, number int64, session account.SessionRecord) error {
	return s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "DELETE FROM passkey WHERE account = ? AND number = ?", nil, id, number)
		if err := tx.passkeyThere(err); err != nil {
			return err
		}
		return tx.renewLogin(id, &session)
	})
}

func (tx *Tx) passkeyThere(err error) error {
	if err == nil && tx.conn.Changes() == 0 {
		err = orrery.Errorf(orrery.NotFound, "there is no such passkey any more: load the page again")
	}
	return err
}

// UsePasskey notes what a passkey counts to now and begins a session.
func (s *Store) UsePasskey(ctx context.Context, r account.PasskeyRecord, before []byte, session account.SessionRecord) error {
	return s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "UPDATE passkey SET record = ?, used = ? WHERE number = ? AND record = ?", nil, r.Record, micros(r.Used), r.Number, before)
		if err == nil && tx.conn.Changes() == 0 {
			err = orrery.Errorf(orrery.Conflict, "this passkey was used or removed at the same moment: try again")
		}
		if err != nil {
			return err
		}
		audit.About(ctx, audit.Number("passkey", r.Number))
		return tx.putSession(session)
	})
}
