package sqlite

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
)

// PutPlanet inserts a planet without an ID, or replaces the one with its ID, and
// returns the ID.
func (tx *Tx) PutPlanet(p orrery.Planet) (orrery.PlanetID, error) {
	err := query(tx.conn, `INSERT INTO planet VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, title = excluded.title,
			constellation = excluded.constellation, rhythm_days = excluded.rhythm_days, sample = excluded.sample,
			place = excluded.place, archived = excluded.archived, sum = excluded.sum`, nil,
		orNull(int64(p.ID)), p.Slug, p.Title, p.Constellation, p.RhythmDays, p.Sample, p.Place, p.Archived, planetSum(&p).value())
	if p.ID == 0 {
		p.ID = orrery.PlanetID(tx.conn.LastInsertRowID())
	}
	return p.ID, err
}

// PutSource inserts a source without an ID, or replaces the one with its ID, and
// returns the ID.
func (tx *Tx) PutSource(src orrery.SourceRecord) (orrery.SourceID, error) {
	err := query(tx.conn, `INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, planet = excluded.planet,
			origin = excluded.origin, cursor = excluded.cursor, sum = excluded.sum`, nil,
		orNull(int64(src.ID)), src.Name, src.Kind, int64(src.Planet), src.Origin, src.Cursor, sourceSum(&src).value())
	if src.ID == 0 {
		src.ID = orrery.SourceID(tx.conn.LastInsertRowID())
	}
	return src.ID, err
}

// PutImport inserts an import without an ID, or replaces the one with its ID,
// and returns the ID.
func (tx *Tx) PutImport(i orrery.ImportRecord) (orrery.ImportID, error) {
	err := query(tx.conn, `INSERT INTO import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, finished = excluded.finished, read = excluded.read,
			added = excluded.added, duplicates = excluded.duplicates, skipped = excluded.skipped,
			error = excluded.error, before = excluded.before, sum = excluded.sum`, nil,
		orNull(int64(i.ID)), int64(i.Source), int64(i.Planet), string(i.State), micros(i.Started), micros(i.Finished),
		i.Read, i.Added, i.Duplicates, i.Skipped, i.Error, i.Before, i.Live, importSum(&i).value())
	if i.ID == 0 {
		i.ID = orrery.ImportID(tx.conn.LastInsertRowID())
	}
	return i.ID, err
}

func planetSum(p *orrery.Planet) sum {
	return sumOf(int64(p.RhythmDays), int64(p.Place), oneIf(p.Archived)).text(p.Slug, p.Title, p.Constellation)
}

func sourceSum(src *orrery.SourceRecord) sum {
	return sumOf(int64(src.Planet)).text(src.Name, src.Kind, src.Origin).bytes(src.Cursor)
}

func importSum(i *orrery.ImportRecord) sum {
	return sumOf(int64(i.Source), int64(i.Planet), micros(i.Started), micros(i.Finished), i.Read, i.Added, i.Duplicates, i.Skipped, oneIf(i.Live)).
		text(string(i.State)).bytes(i.Before)
}

// PutSkipped keeps a row that could not be used.
func (tx *Tx) PutSkipped(id orrery.ImportID, row orrery.SkippedRow) error {
	return query(tx.conn, "INSERT INTO import_skipped VALUES (?, ?, ?, ?)", nil, int64(id), row.Row, row.Reason, row.Excerpt)
}

// DeleteSkipped removes the skipped rows of an import, as it starts over.
func (tx *Tx) DeleteSkipped(id orrery.ImportID) error {
	return query(tx.conn, "DELETE FROM import_skipped WHERE import = ?", nil, int64(id))
}

// AddDuplicates counts entries of an import that were dropped because holder
// has them.
func (tx *Tx) AddDuplicates(id, holder orrery.ImportID, entries int) error {
	return query(tx.conn, `INSERT INTO import_duplicate VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET entries = entries + excluded.entries`, nil, int64(id), int64(holder), entries)
}

// UndoImport removes the blocks, evidence, skipped rows and counts of an
// import. Its identities stay: their numbers are never used again.
func (tx *Tx) UndoImport(id orrery.ImportID) error {
	for _, sql := range []string{
		"DELETE FROM block_keys WHERE seq IN (SELECT seq FROM block WHERE import = ?1)",
		"DELETE FROM block_frame WHERE id IN (SELECT f.id FROM block b JOIN block_frame f ON f.id >= b.seq * 65536 AND f.id < (b.seq + 1) * 65536 WHERE b.import = ?1)",
		"DELETE FROM block WHERE import = ?1",
		"DELETE FROM evidence WHERE import = ?1",
		"DELETE FROM affiliation WHERE import = ?1",
		"DELETE FROM import_skipped WHERE import = ?1",
		"DELETE FROM import_duplicate WHERE import = ?1 OR holder = ?1",
	} {
		if err := query(tx.conn, sql, nil, int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// PutCatalogue stores a new version of the overrides of the catalogue.
func (tx *Tx) PutCatalogue(overrides []byte, at time.Time) error {
	return query(tx.conn, "INSERT INTO catalogue (at, overrides, sum) VALUES (?, ?, ?)", nil, micros(at), overrides, sumOf().bytes(overrides).value())
}

// Catalogue returns the newest overrides, or nil, and their version.
func (s *Store) Catalogue(ctx context.Context) (overrides []byte, version int64, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT overrides, version, sum FROM catalogue ORDER BY version DESC LIMIT 1", func(stmt *sqlite.Stmt) error {
			overrides, version = columnBytes(stmt, 0, nil), stmt.ColumnInt64(1)
			return sumOf().bytes(overrides).check(stmt, 2, "the catalogue, version", version)
		})
	})
	return overrides, version, err
}

// Planets lists all planets by ID.
func (s *Store) Planets(ctx context.Context) ([]orrery.Planet, error) {
	var list []orrery.Planet
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT id, slug, title, constellation, rhythm_days, sample, place, archived, sum FROM planet ORDER BY id", func(stmt *sqlite.Stmt) error {
			list = append(list, orrery.Planet{
				ID: orrery.PlanetID(stmt.ColumnInt64(0)), Slug: stmt.ColumnText(1), Title: stmt.ColumnText(2),
				Constellation: stmt.ColumnText(3), RhythmDays: stmt.ColumnInt(4), Sample: stmt.ColumnBool(5),
				Place: stmt.ColumnInt(6), Archived: stmt.ColumnBool(7),
			})
			p := &list[len(list)-1]
			return planetSum(p).check(stmt, 8, "planet", int64(p.ID))
		})
	})
	return list, err
}

// Sources lists all sources by ID.
func (s *Store) Sources(ctx context.Context) ([]orrery.SourceRecord, error) {
	var list []orrery.SourceRecord
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT id, name, kind, planet, origin, cursor, sum FROM source ORDER BY id", func(stmt *sqlite.Stmt) error {
			list = append(list, orrery.SourceRecord{
				ID: orrery.SourceID(stmt.ColumnInt64(0)), Name: stmt.ColumnText(1), Kind: stmt.ColumnText(2),
				Planet: orrery.PlanetID(stmt.ColumnInt64(3)), Origin: stmt.ColumnText(4), Cursor: columnBytes(stmt, 5, nil),
			})
			src := &list[len(list)-1]
			return sourceSum(src).check(stmt, 6, "source", int64(src.ID))
		})
	})
	return list, err
}

// Imports lists all imports by ID.
func (s *Store) Imports(ctx context.Context) ([]orrery.ImportRecord, error) {
	var list []orrery.ImportRecord
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, `SELECT id, source, planet, state, started, finished, read, added, duplicates, skipped, error, before, live, sum
			FROM import ORDER BY id`, func(stmt *sqlite.Stmt) error {
			list = append(list, orrery.ImportRecord{
				ID: orrery.ImportID(stmt.ColumnInt64(0)), Source: orrery.SourceID(stmt.ColumnInt64(1)),
				Planet: orrery.PlanetID(stmt.ColumnInt64(2)), State: orrery.ImportState(stmt.ColumnText(3)),
				Started: fromMicros(stmt.ColumnInt64(4)), Finished: fromMicros(stmt.ColumnInt64(5)),
				Read: stmt.ColumnInt64(6), Added: stmt.ColumnInt64(7), Duplicates: stmt.ColumnInt64(8), Skipped: stmt.ColumnInt64(9),
				Error: stmt.ColumnText(10), Before: columnBytes(stmt, 11, nil), Live: stmt.ColumnBool(12),
			})
			i := &list[len(list)-1]
			return importSum(i).check(stmt, 13, "import", int64(i.ID))
		})
	})
	return list, err
}

// Skipped lists rows of an import that could not be used, in their order.
func (s *Store) Skipped(ctx context.Context, id orrery.ImportID) ([]orrery.SkippedRow, error) {
	var list []orrery.SkippedRow
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT row, reason, excerpt FROM import_skipped WHERE import = ? ORDER BY row, rowid", func(stmt *sqlite.Stmt) error {
			list = append(list, orrery.SkippedRow{Row: stmt.ColumnInt64(0), Reason: stmt.ColumnText(1), Excerpt: stmt.ColumnText(2)})
			return nil
		}, int64(id))
	})
	return list, err
}

// HeldBack tells which imports had entries dropped because holder has them.
func (s *Store) HeldBack(ctx context.Context, holder orrery.ImportID) (map[orrery.ImportID]int64, error) {
	held := map[orrery.ImportID]int64{}
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT import, entries FROM import_duplicate WHERE holder = ? AND import <> holder", func(stmt *sqlite.Stmt) error {
			held[orrery.ImportID(stmt.ColumnInt64(0))] = stmt.ColumnInt64(1)
			return nil
		}, int64(holder))
	})
	return held, err
}

// BlockImports returns the import of each block.
func (s *Store) BlockImports(ctx context.Context) (map[orrery.BlockSeq]orrery.ImportID, error) {
	imports := map[orrery.BlockSeq]orrery.ImportID{}
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT seq, import FROM block", func(stmt *sqlite.Stmt) error {
			imports[orrery.BlockSeq(stmt.ColumnInt64(0))] = orrery.ImportID(stmt.ColumnInt64(1))
			return nil
		})
	})
	return imports, err
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func orNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// DeleteSample removes the planets that came with the sample, and the sources
// and imports of its kind, once their activities are gone. A sample's planet
// that something else was imported into stays, as an ordinary one.
func (tx *Tx) DeleteSample(kind string) error {
	for _, sql := range []string{
		"DELETE FROM import WHERE source IN (SELECT id FROM source WHERE kind = ?1)",
		"DELETE FROM source WHERE kind = ?1",
	} {
		if err := query(tx.conn, sql, nil, kind); err != nil {
			return err
		}
	}
	for _, table := range []string{"circle_name", "introduction", "saved_list", "task"} { // a planet goes after what names it
		if err := query(tx.conn, "DELETE FROM "+table+` WHERE planet IN (SELECT id FROM planet WHERE sample
			AND id NOT IN (SELECT planet FROM source) AND id NOT IN (SELECT planet FROM import))`, nil); err != nil {
			return err
		}
	}
	if err := query(tx.conn, `DELETE FROM planet WHERE sample
		AND id NOT IN (SELECT planet FROM source) AND id NOT IN (SELECT planet FROM import)`, nil); err != nil {
		return err
	}
	if err := query(tx.conn, "DELETE FROM saved_list_person WHERE list NOT IN (SELECT number FROM saved_list)", nil); err != nil {
		return err
	}
	if err := query(tx.conn, "DELETE FROM verdict WHERE planet NOT IN (SELECT id FROM planet)", nil); err != nil {
		return err // their numbers are given again
	}
	if err := query(tx.conn, "DELETE FROM conversation WHERE planet NOT IN (SELECT id FROM planet)", nil); err != nil {
		return err
	}
	if err := query(tx.conn, "DELETE FROM dated_note WHERE planet <> 0 AND planet NOT IN (SELECT id FROM planet)", nil); err != nil {
		return err
	}
	if err := tx.deleteSamplePurposes(); err != nil {
		return err
	}
	if err := tx.deleteSamplePartners(); err != nil {
		return err
	}
	return query(tx.conn, "UPDATE planet SET sample = 0 WHERE sample", nil)
}
