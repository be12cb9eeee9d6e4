package sqlite

import (
	"context"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
)

// Setups lists by name what a team set up.
func (s *Store) Setups(ctx context.Context) ([]orrery.SourceSetup, error) {
	var list []orrery.SourceSetup
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT name, platform, planet, created, paused, settings, secrets, state FROM source_setup ORDER BY name", func(stmt *sqlite.Stmt) error {
			list = append(list, orrery.SourceSetup{
				Name: stmt.ColumnText(0), Platform: stmt.ColumnText(1), Planet: orrery.PlanetID(stmt.ColumnInt64(2)),
				Created: fromMicros(stmt.ColumnInt64(3)), Paused: stmt.ColumnBool(4), Settings: columnBytes(stmt, 5, nil),
				Secrets: columnBytes(stmt, 6, nil), State: columnBytes(stmt, 7, nil),
			})
			return nil
		})
	})
	return list, err
}

// PutSetup inserts a setup, or replaces the one of its name.
func (s *Store) PutSetup(ctx context.Context, v orrery.SourceSetup) error {
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, `INSERT INTO source_setup VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET platform = excluded.platform, planet = excluded.planet, created = excluded.created,
				paused = excluded.paused, settings = excluded.settings, secrets = excluded.secrets, state = excluded.state`, nil,
			v.Name, v.Platform, int64(v.Planet), micros(v.Created), v.Paused, v.Settings, v.Secrets, v.State)
	})
}

// DeleteSetup removes a setup, if it is there.
func (s *Store) DeleteSetup(ctx context.Context, name string) error {
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, "DELETE FROM source_setup WHERE name = ?", nil, name)
	})
}
