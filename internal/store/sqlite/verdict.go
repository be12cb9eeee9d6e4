package sqlite

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"zombiezen.com/go/sqlite"
)

// PutVerdict stores what a person decided about a flag, under the next number,
// which it returns.
func (tx *Tx) PutVerdict(v authentic.Verdict) (int64, error) {
	err := query(tx.conn, "SELECT coalesce(max(number), 0) + 1 FROM verdict", func(stmt *sqlite.Stmt) error {
		v.Number = stmt.ColumnInt64(0)
		return nil
	})
	for _, id := range v.Identities {
		if err != nil {
			return 0, err
		}
		err = query(tx.conn, "INSERT INTO verdict VALUES (?, ?, ?, ?, ?, ?, ?, ?)", nil, v.Number, int64(id), int64(v.Planet),
			int64(v.Kind), v.Activity, v.Counts, v.AtMicros, verdictSum(&v, id).value())
	}
	return v.Number, err
}

func verdictSum(v *authentic.Verdict, id orrery.IdentityID) sum {
	return sumOf(v.Number, int64(id), int64(v.Planet), int64(v.Kind), oneIf(v.Counts), v.AtMicros).text(v.Activity)
}

// DeleteVerdict takes a verdict back and reports whether it was there.
func (tx *Tx) DeleteVerdict(number int64) (bool, error) {
	err := query(tx.conn, "DELETE FROM verdict WHERE number = ?", nil, number)
	return tx.conn.Changes() > 0, err
}

// Verdicts lists what people decided about flags, oldest first.
func (s *Store) Verdicts(ctx context.Context) (list []authentic.Verdict, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		const all = "SELECT number, identity, planet, kind, activity, counts, at, sum FROM verdict ORDER BY number, identity"
		return query(conn, all, func(stmt *sqlite.Stmt) error {
			v := authentic.Verdict{
				Number: stmt.ColumnInt64(0), Planet: orrery.PlanetID(stmt.ColumnInt64(2)), Kind: authentic.Kind(stmt.ColumnInt(3)),
				Activity: stmt.ColumnText(4), Counts: stmt.ColumnBool(5), AtMicros: stmt.ColumnInt64(6),
			}
			id := orrery.IdentityID(stmt.ColumnInt64(1))
			if n := len(list); n == 0 || list[n-1].Number != v.Number {
				list = append(list, v)
			}
			last := &list[len(list)-1]
			last.Identities = append(last.Identities, id)
			return verdictSum(&v, id).check(stmt, 7, "the verdict on identity", int64(id))
		})
	})
	return list, err
}
