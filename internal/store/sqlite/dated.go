package sqlite

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
)

// AddDatedNote keeps a new note and returns its number. No answer follows from notes:
// none is made anew for one.
func (s *Store) AddDatedNote(ctx context.Context, n orrery.DatedNote) (number int64, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "INSERT INTO dated_note (planet, day, text, at, by) VALUES (?, ?, ?, ?, ?)", nil, int64(n.Planet), int64(n.Day), n.Text, micros(n.At), n.By)
		number = tx.conn.LastInsertRowID()
		return err
	})
	return number, err
}

// ChangeDatedNote replaces a note; false: there is none of this number.
func (s *Store) ChangeDatedNote(ctx context.Context, n orrery.DatedNote) (found bool, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "UPDATE dated_note SET planet = ?, day = ?, text = ?, at = ? WHERE number = ?", nil, int64(n.Planet), int64(n.Day), n.Text, micros(n.At), n.Number)
		found = tx.conn.Changes() > 0
		return err
	})
	return found, err
}

// DeleteDatedNote removes a note; false: there is none of this number.
func (s *Store) DeleteDatedNote(ctx context.Context, number int64) (found bool, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "DELETE FROM dated_note WHERE number = ?", nil, number)
		found = tx.conn.Changes() > 0
		return err
	})
	return found, err
}

// DatedNotes lists the notes of a planet, and those of all, of some days, both
// included, by day. Planet 0 asks for every note.
func (s *Store) DatedNotes(ctx context.Context, planet orrery.PlanetID, from, until orrery.Day) (list []orrery.DatedNote, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, `SELECT number, planet, day, text, at, by FROM dated_note
			WHERE (?1 = 0 OR planet = 0 OR planet = ?1) AND day BETWEEN ?2 AND ?3 ORDER BY day, number`, func(stmt *sqlite.Stmt) error {
			list = append(list, orrery.DatedNote{
				Number: stmt.ColumnInt64(0), Planet: orrery.PlanetID(stmt.ColumnInt64(1)), Day: orrery.Day(stmt.ColumnInt64(2)), Text: stmt.ColumnText(3),
				At: time.UnixMicro(stmt.ColumnInt64(4)).UTC(), By: stmt.ColumnInt64(5),
			})
			return nil
		}, int64(planet), int64(from), int64(until))
	})
	return list, err
}

// ScrubDatedNotes rewrites notes where blot finds somebody.
func (tx *Tx) ScrubDatedNotes(blot func(text string) (string, bool)) error {
	texts := map[int64]string{}
	err := query(tx.conn, "SELECT number, text FROM dated_note", func(stmt *sqlite.Stmt) error {
		if text, found := blot(stmt.ColumnText(1)); found {
			texts[stmt.ColumnInt64(0)] = text
		}
		return nil
	})
	for number, text := range texts {
		if err == nil {
			err = query(tx.conn, "UPDATE dated_note SET text = ? WHERE number = ?", nil, text, number)
		}
	}
	return err
}
