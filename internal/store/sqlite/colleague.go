package sqlite

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/audit"
	"zombiezen.com/go/sqlite"
)

// AddAccount stores a new account, ends all sessions of the first-run link and
// begins the session, if there is one to begin.
func (s *Store) AddAccount(ctx context.Context, r account.Record, session *account.SessionRecord) (id int64, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		if id, err = tx.putAccount(r); err != nil {
			return err
		}
		audit.About(ctx, audit.Number("account", id))
		if err := query(tx.conn, "DELETE FROM entry_link", nil); err != nil {
			return err
		}
		if err := query(tx.conn, "DELETE FROM session WHERE account = 0", nil); err != nil || session == nil {
			return err
		}
		session.Account = id
		return tx.putSession(*session)
	})
	return id, err
}

func (tx *Tx) putAccount(r account.Record) (int64, error) {
	err := query(tx.conn, "INSERT INTO account (email, name, password, created) VALUES (?, ?, ?, ?)", nil,
		r.Email, r.Name, r.Password, micros(r.Created))
	if sqlite.ErrCode(err) == sqlite.ResultConstraintUnique {
		return 0, orrery.Errorf(orrery.Conflict, "there is an account %s already: its password can be set with `orrery accounts reset`", r.Email)
	} else if err != nil {
		return 0, err
	}
	id := tx.conn.LastInsertRowID()
	return id, tx.putAccess("access", "account", id, r.Access)
}

// ChangePassword replaces the hash, ends the account's sessions and the keys that it
// made, and begins the session, if there is one to begin.
func (s *Store) ChangePassword(ctx context.Context, id int64, password string, session *account.SessionRecord) error {
	return s.aside(ctx, func(tx *Tx) error {
		audit.About(ctx, audit.Number("account", id))
		if err := query(tx.conn, "UPDATE account SET password = ? WHERE id = ?", nil, password, id); err != nil {
			return err
		}
		if err := query(tx.conn, "DELETE FROM api_key WHERE account = ?", nil, id); err != nil {
			return err
		}
		return tx.renewLogin(id, session)
	})
}

// SetAccess replaces what an account may by what change returns for what it may
// now, with all accounts in sight, and ends its sessions and those of its keys and
// invitations that it could not make any more. Where nothing is left, the account is removed.
func (s *Store) SetAccess(ctx context.Context, id int64, change func(account.Record, []account.Record) (orrery.Access, error)) error {
	return s.aside(ctx, func(tx *Tx) error {
		audit.About(ctx, audit.Number("account", id))
		all, err := readAccounts(tx.conn, "ORDER BY id")
		if err != nil {
			return err
		}
		one, err := one(readAccounts(tx.conn, "WHERE id = ?", id))
		if err != nil {
			return err
		}
		access, err := change(one, all)
		if err != nil {
			return err
		}
		if err := tx.putAccess("access", "account", id, access); err != nil {
			return err
		}
		if len(access) == 0 {
			for _, gone := range []string{"DELETE FROM account WHERE id = ?", "DELETE FROM passkey WHERE account = ?"} {
				if err := query(tx.conn, gone, nil, id); err != nil {
					return err
				}
			}
		}
		keys, err := readKeys(tx.conn, "WHERE account = ?", id)
		if err != nil {
			return err
		}
		for i := range keys {
			if account.MayMake(access, &keys[i].Key) {
				continue
			}
			if err := query(tx.conn, "DELETE FROM api_key WHERE id = ?", nil, keys[i].ID); err != nil {
				return err
			}
		}
		invitations, err := readInvitations(tx.conn, "WHERE by = ?", id)
		if err != nil {
			return err
		}
		for i := range invitations {
			if account.MayGive(access, invitations[i].Access) == nil {
				continue
			}
			if err := tx.forgetInvitations("number = ?", invitations[i].Number); err != nil {
				return err
			}
		}
		return query(tx.conn, "DELETE FROM session WHERE account = ?", nil, id)
	})
}

// PutInvitation stores an invitation and returns its number. Invitations that
// are over are forgotten.
func (s *Store) PutInvitation(ctx context.Context, i account.InvitationRecord) (number int64, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		if err := tx.forgetInvitations("expires <= ?", micros(i.Made)); err != nil {
			return err
		}
		err := query(tx.conn, "INSERT INTO invitation (hash, email, by, made, expires) VALUES (?, ?, ?, ?, ?)", nil,
			i.Hash[:], i.Email, i.By, micros(i.Made), micros(i.Expires))
		if err != nil {
			return err
		}
		number = tx.conn.LastInsertRowID()
		audit.About(ctx, audit.Number("invitation", number))
		return tx.putAccess("invitation_access", "invitation", number, i.Access)
	})
	return number, err
}

// Invitations lists those that were not taken, by number.
func (s *Store) Invitations(ctx context.Context) (list []account.InvitationRecord, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		list, err = readInvitations(conn, "ORDER BY number")
		return err
	})
	return list, err
}

func readInvitations(conn *sqlite.Conn, which string, args ...any) (list []account.InvitationRecord, err error) {
	err = query(conn, "SELECT number, hash, email, by, made, expires FROM invitation "+which, func(stmt *sqlite.Stmt) error {
		i := account.InvitationRecord{Invitation: account.Invitation{
			Number: stmt.ColumnInt64(0), Email: stmt.ColumnText(2), By: stmt.ColumnInt64(3),
			Made: fromMicros(stmt.ColumnInt64(4)), Expires: fromMicros(stmt.ColumnInt64(5)),
		}}
		stmt.ColumnBytes(1, i.Hash[:])
		list = append(list, i)
		return nil
	}, args...)
	for i := range list {
		if err == nil {
			list[i].Access, err = readAccess(conn, "invitation_access", "invitation", list[i].Number)
		}
	}
	return list, err
}

// DropInvitation takes an invitation back. NotFound where there is none.
func (s *Store) DropInvitation(ctx context.Context, number int64) error {
	return s.aside(ctx, func(tx *Tx) error {
		audit.About(ctx, audit.Number("invitation", number))
		if _, err := one(readInvitations(tx.conn, "WHERE number = ?", number)); err != nil {
			return err
		}
		return tx.forgetInvitations("number = ?", number)
	})
}

func (tx *Tx) forgetInvitations(which string, arg int64) error {
	err := query(tx.conn, "DELETE FROM invitation_access WHERE invitation IN (SELECT number FROM invitation WHERE "+which+")", nil, arg)
	if err != nil {
		return err
	}
	return query(tx.conn, "DELETE FROM invitation WHERE "+which, nil, arg)
}

// TakeInvitation removes an invitation that has not expired and gives what it
// gives: to the account with its address, whose sessions end, or to a new one.
// The session begins with it.
func (s *Store) TakeInvitation(ctx context.Context, hash [32]byte, now time.Time, r account.Record, session *account.SessionRecord) error {
	return s.aside(ctx, func(tx *Tx) error {
		i, err := one(readInvitations(tx.conn, "WHERE hash = ? AND expires > ?", hash[:], micros(now)))
		if err != nil {
			return err
		}
		if err := tx.forgetInvitations("number = ?", i.Number); err != nil {
			return err
		}
		if r.ID == 0 {
			r.Email, r.Access = i.Email, i.Access
			if r.ID, err = tx.putAccount(r); err != nil {
				return err
			}
		} else {
			if r.Access, err = readAccess(tx.conn, "access", "account", r.ID); err != nil {
				return err
			}
			if err := tx.putAccess("access", "account", r.ID, r.Access.With(i.Access)); err != nil {
				return err
			}
			if err := query(tx.conn, "DELETE FROM session WHERE account = ?", nil, r.ID); err != nil {
				return err
			}
		}
		audit.By(ctx, audit.Account(r.ID))
		audit.About(ctx, audit.Number("account", r.ID), audit.Number("invitation", i.Number))
		session.Account = r.ID
		return tx.putSession(*session)
	})
}
