package sqlite

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"zombiezen.com/go/sqlite"
)

// putAudit seals an entry and puts it behind the last row.
func (tx *Tx) putAudit(e audit.Entry) error {
	var secret []byte
	r := audit.Row{At: e.At, By: e.By, Action: e.Action, Planet: e.Planet}
	var before [32]byte
	err := query(tx.conn, "SELECT key, value FROM meta WHERE key IN ('audit_rows', 'audit_head', 'secret')", func(stmt *sqlite.Stmt) error {
		switch stmt.ColumnText(0) {
		case "audit_rows":
			r.Seq = stmt.ColumnInt64(1) + 1
		case "audit_head":
			stmt.ColumnBytes(1, before[:])
		case "secret":
			secret = make([]byte, stmt.ColumnLen(1))
			stmt.ColumnBytes(1, secret)
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.About = about(secret, e.About)
	r.Hash = r.Seal(before)
	err = query(tx.conn, "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)", nil,
		r.Seq, micros(r.At), r.By, r.Action, int64(r.Planet), r.About, r.Hash[:])
	if err != nil {
		return err
	}
	if err := query(tx.conn, "UPDATE meta SET value = ? WHERE key = 'audit_rows'", nil, r.Seq); err != nil {
		return err
	}
	return query(tx.conn, "UPDATE meta SET value = ? WHERE key = 'audit_head'", nil, r.Hash[:])
}

// about writes subjects. Names that people gave become the beginning of a keyed
// hash.
func about(secret []byte, list []audit.Subject) string {
	var parts []string
	for _, s := range list {
		id := s.ID
		if s.Named {
			h := hmac.New(sha256.New, secret)
			h.Write([]byte("audit\x00" + s.Kind + "\x00" + s.ID))
			id = "~" + hex.EncodeToString(h.Sum(nil)[:8])
		}
		parts = append(parts, s.Kind+":"+id)
	}
	return strings.Join(parts, " ")
}

// AuditSubjects tells how subjects are written in the rows about them.
func (s *Store) AuditSubjects(ctx context.Context, list []audit.Subject) ([]string, error) {
	var secret []byte
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT value FROM meta WHERE key = 'secret'", func(stmt *sqlite.Stmt) error {
			secret = make([]byte, stmt.ColumnLen(0))
			stmt.ColumnBytes(0, secret)
			return nil
		})
	})
	out := make([]string, len(list))
	for i := range list {
		out[i] = about(secret, list[i:i+1])
	}
	return out, err
}

// RecordAudit writes what no transaction took along.
func (s *Store) RecordAudit(ctx context.Context, e audit.Entry) error {
	return s.aside(audit.Without(ctx), func(tx *Tx) error { return tx.putAudit(e) })
}

// changes counts the rows that were changed on the connection since it was opened.
func (tx *Tx) changes() (n int64) {
	_ = query(tx.conn, "SELECT total_changes()", func(stmt *sqlite.Stmt) error {
		n = stmt.ColumnInt64(0)
		return nil
	})
	return n
}

// Audit lists rows, newest first.
func (s *Store) Audit(ctx context.Context, q audit.Query) (list []audit.Row, err error) {
	where, args := []string{"1"}, []any{}
	add := func(condition string, arg any) {
		where, args = append(where, condition), append(args, arg)
	}
	if q.Before > 0 {
		add("seq < ?", q.Before)
	}
	if q.By != "" {
		add("by = ?", q.By)
	}
	if q.Action != "" {
		if strings.HasSuffix(q.Action, ".") {
			add("instr(action, ?) = 1", q.Action)
		} else {
			add("action = ?", q.Action)
		}
	}
	if q.About != "" {
		add("instr(' ' || about || ' ', ?) > 0", " "+q.About+" ")
	}
	if q.Planet != 0 {
		add("planet = ?", int64(q.Planet))
	}
	if q.Day != 0 {
		add("at >= ?", micros(q.Day.Time()))
		add("at < ?", micros((q.Day + 1).Time()))
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	args = append(args, limit)
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return eachAudit(conn, "WHERE "+strings.Join(where, " AND ")+" ORDER BY seq DESC LIMIT ?", func(r *audit.Row) error {
			list = append(list, *r)
			return nil
		}, args...)
	})
	return list, err
}

// AuditActions lists what was ever done, by name.
func (s *Store) AuditActions(ctx context.Context) (list []string, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT DISTINCT action FROM audit ORDER BY action", func(stmt *sqlite.Stmt) error {
			list = append(list, stmt.ColumnText(0))
			return nil
		})
	})
	return list, err
}

func eachAudit(conn *sqlite.Conn, which string, fn func(*audit.Row) error, args ...any) error {
	return query(conn, "SELECT seq, at, by, action, planet, about, hash FROM audit "+which, func(stmt *sqlite.Stmt) error {
		r := audit.Row{
			Seq: stmt.ColumnInt64(0), At: fromMicros(stmt.ColumnInt64(1)), By: stmt.ColumnText(2), Action: stmt.ColumnText(3),
			Planet: orrery.PlanetID(stmt.ColumnInt64(4)), About: stmt.ColumnText(5),
		}
		stmt.ColumnBytes(6, r.Hash[:])
		return fn(&r)
	}, args...)
}

// VerifyAudit checks every row of the audit and how it ends, and that it held the
// row with a hash that somebody noted, unless that is zero.
func (s *Store) VerifyAudit(ctx context.Context, noted [32]byte) (chain audit.Chain, err error) {
	found := noted == [32]byte{}
	err = s.read(ctx, func(conn *sqlite.Conn) (err error) {
		err = query(conn, "BEGIN", nil) // rows and their end are read as of one moment
		if err != nil {
			return err
		}
		defer func() { _ = query(conn, "ROLLBACK", nil) }()
		err = eachAudit(conn, "ORDER BY seq", func(r *audit.Row) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			found = found || r.Hash == noted
			return chain.Next(r)
		})
		if err != nil {
			return err
		}
		var rows int64
		var head [32]byte
		err = query(conn, "SELECT key, value FROM meta WHERE key IN ('audit_rows', 'audit_head')", func(stmt *sqlite.Stmt) error {
			if stmt.ColumnText(0) == "audit_rows" {
				rows = stmt.ColumnInt64(1)
			} else {
				stmt.ColumnBytes(1, head[:])
			}
			return nil
		})
		if err != nil {
			return err
		}
		return chain.End(rows, head)
	})
	if err == nil && !found {
		err = orrery.Errorf(orrery.Invalid, "no row of the audit has the hash %x: it was made anew since that was noted", noted[:8])
	}
	return chain, err
}
