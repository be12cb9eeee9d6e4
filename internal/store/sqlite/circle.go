package sqlite

import (
	"context"
	"encoding/binary"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
)

// PutCircleName keeps what people call a circle, and who was in it then, by
// identity; an empty name takes it back.
func (tx *Tx) PutCircleName(planet orrery.PlanetID, circle int, name string, members []orrery.MemberID, atMicros int64) error {
	if name == "" {
		return query(tx.conn, "DELETE FROM circle_name WHERE planet = ? AND circle = ?", nil, int64(planet), int64(circle))
	}
	ids := make([]byte, 0, 4*len(members))
	for _, m := range members {
		ids = binary.LittleEndian.AppendUint32(ids, uint32(m))
	}
	return query(tx.conn, "INSERT OR REPLACE INTO circle_name VALUES (?, ?, ?, ?, ?)", nil, int64(planet), int64(circle), name, ids, atMicros)
}

// CircleNames lists what people called a planet's circles, in the order of naming.
func (s *Store) CircleNames(ctx context.Context, planet orrery.PlanetID, fn func(circle int, name string, members []orrery.IdentityID)) error {
	return s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT circle, name, members FROM circle_name WHERE planet = ? ORDER BY at, circle", func(stmt *sqlite.Stmt) error {
			raw := make([]byte, stmt.ColumnLen(2))
			stmt.ColumnBytes(2, raw)
			var members []orrery.IdentityID
			for ; len(raw) >= 4; raw = raw[4:] {
				members = append(members, orrery.IdentityID(binary.LittleEndian.Uint32(raw)))
			}
			fn(stmt.ColumnInt(0), stmt.ColumnText(1), members)
			return nil
		}, int64(planet))
	})
}
