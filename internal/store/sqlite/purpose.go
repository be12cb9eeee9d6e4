package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/purpose"
	"zombiezen.com/go/sqlite"
)

// PutPurpose stores the next version of a purpose, or the first of one that has no
// number, and returns it as it is stored. By is the account that changed it.
func (s *Store) PutPurpose(ctx context.Context, p purpose.Purpose, by int64, at time.Time) (purpose.Purpose, error) {
	return p, s.aside(ctx, func(tx *Tx) error {
		sql, args := "SELECT coalesce(max(number), 0) + 1, 1 FROM purpose", []any(nil)
		if p.Number > 0 {
			sql, args = "SELECT number, max(version) + 1 FROM purpose WHERE number = ? GROUP BY number", []any{p.Number}
		}
		err := query(tx.conn, sql, func(stmt *sqlite.Stmt) error {
			p.Number, p.Version = stmt.ColumnInt64(0), stmt.ColumnInt64(1)
			return nil
		}, args...)
		if err != nil {
			return err
		}
		err = query(tx.conn, "INSERT INTO purpose VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", nil, p.Number, p.Version, micros(at), by,
			p.Slug, p.Title, p.Statement, p.Owner, p.Ask, strings.Join(p.Partners, " "), p.Public, p.Sample, micros(p.Opened), micros(p.Closed))
		for _, planet := range p.Planets {
			if err == nil {
				err = query(tx.conn, "INSERT OR IGNORE INTO purpose_planet VALUES (?, ?, ?)", nil, p.Number, p.Version, int64(planet))
			}
		}
		for i := range p.Measures {
			if err == nil {
				err = query(tx.conn, "INSERT INTO measure VALUES (?, ?, ?, ?)", nil, p.Number, p.Version, i, p.Measures[i].String())
			}
		}
		return err
	})
}

// Purposes lists the newest version of every purpose, by number.
func (s *Store) Purposes(ctx context.Context) (list []purpose.Purpose, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		const all = `SELECT number, max(version), slug, title, statement, owner, ask, partners, public, sample, opened, closed
			FROM purpose GROUP BY number ORDER BY number`
		err := query(conn, all, func(stmt *sqlite.Stmt) error {
			list = append(list, purpose.Purpose{
				Number: stmt.ColumnInt64(0), Version: stmt.ColumnInt64(1), Slug: stmt.ColumnText(2), Title: stmt.ColumnText(3),
				Statement: stmt.ColumnText(4), Owner: stmt.ColumnText(5), Ask: stmt.ColumnText(6), Partners: strings.Fields(stmt.ColumnText(7)),
				Public: stmt.ColumnBool(8), Sample: stmt.ColumnBool(9), Opened: fromMicros(stmt.ColumnInt64(10)), Closed: fromMicros(stmt.ColumnInt64(11)),
			})
			return nil
		})
		for i := range list {
			if err == nil {
				err = addMeasures(conn, &list[i])
			}
		}
		return err
	})
	return list, err
}

func addMeasures(conn *sqlite.Conn, p *purpose.Purpose) error {
	err := query(conn, "SELECT planet FROM purpose_planet WHERE purpose = ? AND version = ? ORDER BY planet", func(stmt *sqlite.Stmt) error {
		p.Planets = append(p.Planets, orrery.PlanetID(stmt.ColumnInt64(0)))
		return nil
	}, p.Number, p.Version)
	if err != nil {
		return err
	}
	return query(conn, "SELECT rule FROM measure WHERE purpose = ? AND version = ? ORDER BY place", func(stmt *sqlite.Stmt) error {
		m, err := purpose.ParseMeasure(stmt.ColumnText(0), 0)
		if err != nil {
			return fmt.Errorf("read a measure of purpose %d: %w", p.Number, err)
		}
		p.Measures = append(p.Measures, m)
		return nil
	}, p.Number, p.Version)
}

// PutPurposeUpdate keeps a text about how a purpose goes, and tells of it.
func (s *Store) PutPurposeUpdate(ctx context.Context, number int64, u purpose.Update, news ...orrery.News) error {
	return s.aside(ctx, func(tx *Tx) error {
		for _, n := range news {
			if err := tx.PutNews(n); err != nil {
				return err
			}
		}
		return query(tx.conn, "INSERT INTO purpose_update (purpose, at, by, text) VALUES (?, ?, ?, ?)", nil, number, micros(u.At), u.By, u.Text)
	})
}

// DeletePurposeUpdate removes a text of a purpose, if it is there.
func (s *Store) DeletePurposeUpdate(ctx context.Context, number, update int64) error {
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, "DELETE FROM purpose_update WHERE purpose = ? AND number = ?", nil, number, update)
	})
}

// PurposeUpdates lists the texts about how a purpose goes, newest first.
func (s *Store) PurposeUpdates(ctx context.Context, number int64) (list []purpose.Update, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT number, at, by, text FROM purpose_update WHERE purpose = ? ORDER BY at DESC, number DESC", func(stmt *sqlite.Stmt) error {
			list = append(list, purpose.Update{
				Number: stmt.ColumnInt64(0), At: fromMicros(stmt.ColumnInt64(1)), By: stmt.ColumnText(2), Text: stmt.ColumnText(3),
			})
			return nil
		}, number)
	})
	return list, err
}

// deleteSamplePurposes removes the purposes that came with the sample, and planets
// that are gone from the others: their numbers are given again.
func (tx *Tx) deleteSamplePurposes() error {
	for _, sql := range []string{
		"DELETE FROM purpose_planet WHERE planet NOT IN (SELECT id FROM planet) OR purpose IN (SELECT number FROM purpose WHERE sample)",
		"DELETE FROM measure WHERE purpose IN (SELECT number FROM purpose WHERE sample)",
		"DELETE FROM purpose_update WHERE purpose IN (SELECT number FROM purpose WHERE sample)",
		"DELETE FROM purpose WHERE number IN (SELECT number FROM purpose WHERE sample)",
	} {
		if err := query(tx.conn, sql, nil); err != nil {
			return err
		}
	}
	return nil
}

// ScrubPurposes rewrites what is written in purposes, in all their versions, where
// blot finds somebody.
func (tx *Tx) ScrubPurposes(blot func(text string) (string, bool)) error {
	for _, column := range []struct{ table, name string }{
		{"purpose", "title"}, {"purpose", "statement"}, {"purpose", "owner"}, {"purpose", "ask"}, {"purpose_update", "text"}, {"purpose_update", "by"},
	} {
		texts := map[string]string{}
		err := query(tx.conn, "SELECT DISTINCT "+column.name+" FROM "+column.table, func(stmt *sqlite.Stmt) error {
			if text, found := blot(stmt.ColumnText(0)); found {
				texts[stmt.ColumnText(0)] = text
			}
			return nil
		})
		for old, text := range texts {
			if err == nil {
				err = query(tx.conn, "UPDATE "+column.table+" SET "+column.name+" = ? WHERE "+column.name+" = ?", nil, text, old)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
