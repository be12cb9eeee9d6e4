package sqlite

import (
	"context"
	"net/url"
	"time"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
)

// SavedList is a list of people that somebody keeps under a name.
type SavedList struct {
	Number int64
	Planet orrery.PlanetID
	Name   string
	Owner  int64 // the account; 0: the shell
	Shared bool  // everybody of the team sees it
	Fixed  bool  // it holds who was put on it; else whom Query finds
	Query  string
	At     time.Time // when it was made
}

// ListPerson is somebody on a fixed list, by an identity of theirs.
type ListPerson struct {
	Identity orrery.IdentityID
	At       time.Time // since when
}

// PutList keeps a list and returns its number: a new one where Number is 0, else
// its name and whether it is shared.
func (s *Store) PutList(ctx context.Context, l SavedList) (number int64, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		if number = l.Number; number != 0 {
			return query(tx.conn, "UPDATE saved_list SET name = ?, shared = ? WHERE number = ?", nil, l.Name, l.Shared, l.Number)
		}
		err := query(tx.conn, "INSERT INTO saved_list (planet, name, owner, shared, fixed, query, at) VALUES (?, ?, ?, ?, ?, ?, ?)", nil,
			int64(l.Planet), l.Name, l.Owner, l.Shared, l.Fixed, l.Query, micros(l.At))
		number = tx.conn.LastInsertRowID()
		return err
	})
	return number, err
}

// DeleteList forgets a list.
func (s *Store) DeleteList(ctx context.Context, number int64) error {
	return s.aside(ctx, func(tx *Tx) error { return tx.deleteList(number) })
}

func (tx *Tx) deleteList(number int64) error {
	if err := query(tx.conn, "DELETE FROM saved_list_person WHERE list = ?", nil, number); err != nil {
		return err
	}
	return query(tx.conn, "DELETE FROM saved_list WHERE number = ?", nil, number)
}

// PutOnList puts people on a list; who is there stays.
func (s *Store) PutOnList(ctx context.Context, number int64, ids []orrery.IdentityID, at time.Time) error {
	return s.aside(ctx, func(tx *Tx) error {
		for _, id := range ids {
			if err := query(tx.conn, "INSERT OR IGNORE INTO saved_list_person VALUES (?, ?, ?)", nil, number, int64(id), micros(at)); err != nil {
				return err
			}
		}
		return nil
	})
}

// TakeOffList takes identities off a list.
func (s *Store) TakeOffList(ctx context.Context, number int64, ids []orrery.IdentityID) error {
	return s.aside(ctx, func(tx *Tx) error {
		for _, id := range ids {
			if err := query(tx.conn, "DELETE FROM saved_list_person WHERE list = ? AND identity = ?", nil, number, int64(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// SavedLists lists a planet's lists, by name.
func (s *Store) SavedLists(ctx context.Context, planet orrery.PlanetID) (list []SavedList, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT number, planet, name, owner, shared, fixed, query, at FROM saved_list WHERE planet = ? ORDER BY name COLLATE NOCASE, number", func(stmt *sqlite.Stmt) error {
			list = append(list, SavedList{
				Number: stmt.ColumnInt64(0), Planet: orrery.PlanetID(stmt.ColumnInt64(1)), Name: stmt.ColumnText(2), Owner: stmt.ColumnInt64(3),
				Shared: stmt.ColumnBool(4), Fixed: stmt.ColumnBool(5), Query: stmt.ColumnText(6), At: time.UnixMicro(stmt.ColumnInt64(7)).UTC(),
			})
			return nil
		}, int64(planet))
	})
	return list, err
}

// OnList lists who was put on a list.
func (s *Store) OnList(ctx context.Context, number int64) (list []ListPerson, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT identity, at FROM saved_list_person WHERE list = ?", func(stmt *sqlite.Stmt) error {
			list = append(list, ListPerson{orrery.IdentityID(stmt.ColumnInt64(0)), time.UnixMicro(stmt.ColumnInt64(1)).UTC()})
			return nil
		}, number)
	})
	return list, err
}

// ScrubLists rewrites names of lists, and forgets lists of which the query names
// somebody, where blot finds them.
func (tx *Tx) ScrubLists(blot func(text string) (string, bool)) error {
	names, gone := map[int64]string{}, []int64{}
	err := query(tx.conn, "SELECT number, name, query FROM saved_list", func(stmt *sqlite.Stmt) error {
		asked, _ := url.QueryUnescape(stmt.ColumnText(2))
		if _, found := blot(asked); found {
			gone = append(gone, stmt.ColumnInt64(0))
		} else if text, found := blot(stmt.ColumnText(1)); found {
			names[stmt.ColumnInt64(0)] = text
		}
		return nil
	})
	for _, number := range gone {
		if err == nil {
			err = tx.deleteList(number)
		}
	}
	for number, name := range names {
		if err == nil {
			err = query(tx.conn, "UPDATE saved_list SET name = ? WHERE number = ?", nil, name, number)
		}
	}
	return err
}
