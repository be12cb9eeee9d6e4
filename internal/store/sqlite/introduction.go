package sqlite

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
)

// Introduction is that somebody brought two people together, or decided not to.
// People stand by an identity of theirs, so that they follow a merge and an unmerge.
type Introduction struct {
	Number  int64
	Planet  orrery.PlanetID
	A, B    orrery.IdentityID
	At      time.Time
	By      int64 // the account; 0: the shell
	Note    string
	State   string
	Decided time.Time // when its state was last changed; zero: never
}

// AddIntroduction keeps an introduction and returns its number; Number and Decided
// are not read.
func (tx *Tx) AddIntroduction(i Introduction) (int64, error) {
	err := query(tx.conn, "INSERT INTO introduction (planet, a, b, at, by, note, state, decided) VALUES (?, ?, ?, ?, ?, ?, ?, 0)", nil,
		int64(i.Planet), int64(i.A), int64(i.B), micros(i.At), i.By, i.Note, i.State)
	return tx.conn.LastInsertRowID(), err
}

// SetIntroduction changes the state of an introduction; false: there is none of
// this number around the planet.
func (tx *Tx) SetIntroduction(planet orrery.PlanetID, number int64, state string, at time.Time) (bool, error) {
	err := query(tx.conn, "UPDATE introduction SET state = ?, decided = ? WHERE number = ? AND planet = ?", nil, state, micros(at), number, int64(planet))
	return tx.conn.Changes() > 0, err
}

// DeleteIntroduction forgets an introduction; false: there is none of this number
// around the planet.
func (tx *Tx) DeleteIntroduction(planet orrery.PlanetID, number int64) (bool, error) {
	err := query(tx.conn, "DELETE FROM introduction WHERE number = ? AND planet = ?", nil, number, int64(planet))
	return tx.conn.Changes() > 0, err
}

// Introductions lists those of a planet, the newest first.
func (s *Store) Introductions(ctx context.Context, planet orrery.PlanetID) ([]Introduction, error) {
	var list []Introduction
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT number, planet, a, b, at, by, note, state, decided FROM introduction WHERE planet = ? ORDER BY at DESC, number DESC", func(stmt *sqlite.Stmt) error {
			i := Introduction{
				Number: stmt.ColumnInt64(0), Planet: orrery.PlanetID(stmt.ColumnInt64(1)), A: orrery.IdentityID(stmt.ColumnInt64(2)), B: orrery.IdentityID(stmt.ColumnInt64(3)),
				At: time.UnixMicro(stmt.ColumnInt64(4)).UTC(), By: stmt.ColumnInt64(5), Note: stmt.ColumnText(6), State: stmt.ColumnText(7),
			}
			if at := stmt.ColumnInt64(8); at != 0 {
				i.Decided = time.UnixMicro(at).UTC()
			}
			list = append(list, i)
			return nil
		}, int64(planet))
	})
	return list, err
}

// ScrubIntroductions rewrites notes on introductions of others where blot finds
// somebody.
func (tx *Tx) ScrubIntroductions(blot func(text string) (string, bool)) error {
	notes := map[int64]string{}
	err := query(tx.conn, "SELECT number, note FROM introduction", func(stmt *sqlite.Stmt) error {
		if text, found := blot(stmt.ColumnText(1)); found {
			notes[stmt.ColumnInt64(0)] = text
		}
		return nil
	})
	for number, note := range notes {
		if err == nil {
			err = query(tx.conn, "UPDATE introduction SET note = ? WHERE number = ?", nil, note, number)
		}
	}
	return err
}
