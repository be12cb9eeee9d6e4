package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/task"
	"zombiezen.com/go/sqlite"
)

const taskColumns = "planet, kind, who, other, thread, text, because, made, by, owner, due, until, done, outcome, note, ended, ended_by, began, closed"

// PutTask keeps a task in place of the one of its number, or as a new one where that
// is 0, and returns its number.
func (tx *Tx) PutTask(t *task.Task) (int64, error) {
	began, err := json.Marshal(t.Began)
	if err != nil {
		return 0, fmt.Errorf("write where they stood: %w", err)
	}
	closed, err := json.Marshal(t.Closed)
	if err != nil {
		return 0, fmt.Errorf("write where they stood: %w", err)
	}
	err = query(tx.conn, "INSERT OR REPLACE INTO task (number, "+taskColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", nil,
		orNull(t.Number), int64(t.Planet), string(t.Kind), int64(t.Who), int64(t.With), int64(t.Thread), t.Text, t.Because, micros(t.Made), t.By,
		t.Owner, int64(t.Due), int64(t.Until), t.Done, string(t.Outcome), t.Note, micros(t.Ended), t.EndedBy, string(began), string(closed))
	if t.Number != 0 {
		return t.Number, err
	}
	return tx.conn.LastInsertRowID(), err
}

// DeleteTask forgets a task; false: there is none of this number around the planet.
func (tx *Tx) DeleteTask(planet orrery.PlanetID, number int64) (bool, error) {
	err := query(tx.conn, "DELETE FROM task WHERE number = ? AND planet = ?", nil, number, int64(planet))
	return tx.conn.Changes() > 0, err
}

// Tasks lists those of a planet in the order in which they were made; only those that
// are not done where open is set.
func (s *Store) Tasks(ctx context.Context, planet orrery.PlanetID, open bool) (list []task.Task, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		const which = " FROM task WHERE planet = ? AND done <= ? ORDER BY number"
		return tasks(conn, "SELECT number, "+taskColumns+which, &list, int64(planet), oneIf(!open))
	})
	return list, err
}

func tasks(conn *sqlite.Conn, sql string, list *[]task.Task, args ...any) error {
	return query(conn, sql, func(stmt *sqlite.Stmt) error {
		t := task.Task{
			Number: stmt.ColumnInt64(0), Planet: orrery.PlanetID(stmt.ColumnInt64(1)), Kind: task.Kind(stmt.ColumnText(2)),
			Who: orrery.IdentityID(stmt.ColumnInt64(3)), With: orrery.IdentityID(stmt.ColumnInt64(4)), Thread: uint64(stmt.ColumnInt64(5)),
			Text: stmt.ColumnText(6), Because: stmt.ColumnText(7), Made: fromMicros(stmt.ColumnInt64(8)), By: stmt.ColumnInt64(9),
			Owner: stmt.ColumnInt64(10), Due: orrery.Day(stmt.ColumnInt64(11)), Until: orrery.Day(stmt.ColumnInt64(12)), Done: stmt.ColumnBool(13),
			Outcome: task.Outcome(stmt.ColumnText(14)), Note: stmt.ColumnText(15), Ended: fromMicros(stmt.ColumnInt64(16)), EndedBy: stmt.ColumnInt64(17),
		}
		for col, orbit := range map[int]*task.Orbit{18: &t.Began, 19: &t.Closed} {
			if err := json.Unmarshal([]byte(stmt.ColumnText(col)), orbit); err != nil {
				return fmt.Errorf("read task %d: %w", t.Number, err)
			}
		}
		*list = append(*list, t)
		return nil
	}, args...)
}

// ScrubTasks rewrites what is written about tasks for others where blot finds
// somebody.
func (tx *Tx) ScrubTasks(blot func(text string) (string, bool)) error {
	var list []task.Task
	if err := tasks(tx.conn, "SELECT number, "+taskColumns+" FROM task", &list); err != nil {
		return err
	}
	for i := range list {
		t, named := &list[i], false
		for _, text := range []*string{&t.Text, &t.Because, &t.Note, &t.Began.Circle, &t.Closed.Circle} {
			if clean, found := blot(*text); found {
				*text, named = clean, true
			}
		}
		if !named {
			continue
		}
		if _, err := tx.PutTask(t); err != nil {
			return err
		}
	}
	return nil
}
