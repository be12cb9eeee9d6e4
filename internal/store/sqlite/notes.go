package sqlite

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
)

// PutNote adds what somebody wrote about a person. Notes and tags hang on
// identities, so that they follow a merge and an unmerge.
func (tx *Tx) PutNote(id orrery.IdentityID, n orrery.Note) error {
	return query(tx.conn, "INSERT INTO note (identity, at, by, text) VALUES (?, ?, ?, ?)", nil, int64(id), micros(n.At), n.By, n.Text)
}

// PutTag tags an identity; tagging twice is no error.
func (tx *Tx) PutTag(id orrery.IdentityID, tag string) error {
	return query(tx.conn, "INSERT OR IGNORE INTO tag VALUES (?, ?)", nil, int64(id), tag)
}

// DeleteTag takes a tag off an identity.
func (tx *Tx) DeleteTag(id orrery.IdentityID, tag string) error {
	return query(tx.conn, "DELETE FROM tag WHERE identity = ? AND tag = ?", nil, int64(id), tag)
}

// Notes lists the notes on some identities, newest first.
func (s *Store) Notes(ctx context.Context, ids []orrery.IdentityID) ([]orrery.Note, error) {
	var list []orrery.Note
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		for _, id := range ids {
			err := query(conn, "SELECT at, by, text FROM note WHERE identity = ? ORDER BY at DESC, id DESC", func(stmt *sqlite.Stmt) error {
				list = append(list, orrery.Note{At: time.UnixMicro(stmt.ColumnInt64(0)).UTC(), By: stmt.ColumnText(1), Text: stmt.ColumnText(2)})
				return nil
			}, int64(id))
			if err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// Tags lists all tags by identity.
func (s *Store) Tags(ctx context.Context) (map[orrery.IdentityID][]string, error) {
	tags := map[orrery.IdentityID][]string{}
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT identity, tag FROM tag ORDER BY identity, tag", func(stmt *sqlite.Stmt) error {
			id := orrery.IdentityID(stmt.ColumnInt64(0))
			tags[id] = append(tags[id], stmt.ColumnText(1))
			return nil
		})
	})
	return tags, err
}
