package sqlite

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/webhook"
	"zombiezen.com/go/sqlite"
)

var _ webhook.Storage = (*Store)(nil)

// MostWaiting is how many messages wait for one endpoint at most; what comes
// beyond is counted and not kept.
const MostWaiting = 10_000

// PutNews puts news into the outbox of every endpoint that asked for them. With
// none nothing is stored.
func (tx *Tx) PutNews(n orrery.News) error {
	const wanting = `FROM webhook AS w WHERE w.state = 'on' AND (?1 = 0 OR w.planet = 0 OR w.planet = ?1)
		AND (w.types = '' OR instr(' ' || w.types || ' ', ' ' || ?2 || ' ') > 0)`
	const full = `(SELECT count(*) FROM webhook_message AS m WHERE m.webhook = w.name AND m.outcome = 'waiting') >= ?3`
	var to []string
	err := query(tx.conn, "SELECT w.name, "+full+" "+wanting, func(stmt *sqlite.Stmt) error {
		if !stmt.ColumnBool(1) {
			to = append(to, stmt.ColumnText(0))
		}
		return nil
	}, int64(n.Planet), string(n.Type), MostWaiting)
	if err != nil {
		return err
	}
	err = query(tx.conn, "UPDATE webhook AS w SET missed = missed + 1 WHERE w.name IN (SELECT w.name "+wanting+" AND "+full+")", nil,
		int64(n.Planet), string(n.Type), MostWaiting)
	for _, name := range to {
		if err == nil {
			err = tx.putMessage(name, &n)
		}
	}
	return err
}

func (tx *Tx) putMessage(name string, n *orrery.News) error {
	if n.ID == "" {
		n.ID = webhook.RandomID()
	}
	data, err := json.Marshal(n.Data)
	if err != nil {
		return fmt.Errorf("write news: %w", err)
	}
	tx.told = true
	return query(tx.conn, `INSERT INTO webhook_message (webhook, id, type, at, planet, data, outcome, tries, next, ended)
		VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, 0) ON CONFLICT DO NOTHING`, nil,
		name, n.ID, string(n.Type), micros(n.At), int64(n.Planet), string(data), micros(n.At))
}

// Told is signalled after news were put into the outbox.
func (s *Store) Told() <-chan struct{} { return s.told }

// PutMessage puts one message into the outbox, for one endpoint alone.
func (s *Store) PutMessage(ctx context.Context, name string, n orrery.News) (m webhook.Message, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		if err := tx.putMessage(name, &n); err != nil {
			return err
		}
		m = webhook.Message{Number: tx.conn.LastInsertRowID(), Webhook: name, News: n, Outcome: webhook.Waiting, Next: n.At}
		return nil
	})
	return m, err
}

const messageColumns = "m.number, m.webhook, m.id, m.type, m.at, m.planet, m.data, m.outcome, m.tries, m.next, m.ended"

func messageOf(stmt *sqlite.Stmt) (m webhook.Message, err error) {
	m = webhook.Message{
		Number: stmt.ColumnInt64(0), Webhook: stmt.ColumnText(1),
		News:    orrery.News{ID: stmt.ColumnText(2), Type: orrery.NewsType(stmt.ColumnText(3)), At: fromMicros(stmt.ColumnInt64(4)), Planet: orrery.PlanetID(stmt.ColumnInt64(5))},
		Outcome: webhook.Outcome(stmt.ColumnText(7)), Tries: stmt.ColumnInt(8), Next: fromMicros(stmt.ColumnInt64(9)), Ended: fromMicros(stmt.ColumnInt64(10)),
	}
	if err = json.Unmarshal([]byte(stmt.ColumnText(6)), &m.News.Data); err != nil {
		err = fmt.Errorf("read message %d: %w", m.Number, err)
	}
	return m, err
}

// Due lists messages whose next try is due, and when the next after now is.
func (s *Store) Due(ctx context.Context, now time.Time, each int) (due []webhook.Message, next time.Time, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		var names []string
		err := query(conn, "SELECT name FROM webhook WHERE state = 'on'", func(stmt *sqlite.Stmt) error {
			names = append(names, stmt.ColumnText(0))
			return nil
		})
		for _, name := range names {
			if err == nil {
				err = query(conn, "SELECT "+messageColumns+" FROM webhook_message AS m WHERE m.webhook = ? AND m.outcome = 'waiting' AND m.next <= ? ORDER BY m.next, m.number LIMIT ?",
					func(stmt *sqlite.Stmt) error {
						m, err := messageOf(stmt)
						due = append(due, m)
						return err
					}, name, micros(now), each)
			}
			if err == nil {
				err = query(conn, "SELECT min(next) FROM webhook_message WHERE webhook = ? AND outcome = 'waiting' AND next > ?", func(stmt *sqlite.Stmt) error {
					if at := fromMicros(stmt.ColumnInt64(0)); !at.IsZero() && (next.IsZero() || at.Before(next)) {
						next = at
					}
					return nil
				}, name, micros(now))
			}
		}
		return err
	})
	return due, next, err
}

// Settle writes what an attempt led to.
func (s *Store) Settle(ctx context.Context, d webhook.Settled) error {
	return s.aside(ctx, func(tx *Tx) error {
		m, e, t := d.Message, d.Webhook, d.Try
		err := query(tx.conn, "UPDATE webhook_message SET outcome = ?, tries = ?, next = ?, ended = ? WHERE number = ?", nil,
			string(m.Outcome), m.Tries, micros(m.Next), micros(m.Ended), m.Number)
		if err != nil || tx.conn.Changes() == 0 { // it was removed meanwhile
			return err
		}
		err = query(tx.conn, "INSERT OR REPLACE INTO webhook_try VALUES (?, ?, ?, ?, ?)", nil, m.Number, micros(t.At), t.Took.Microseconds(), t.Status, t.Said)
		if err != nil {
			return err
		}
		return query(tx.conn, `UPDATE webhook SET state = CASE state WHEN 'on' THEN ?2 ELSE state END,
			failing = CASE WHEN ?3 = 0 THEN 0 WHEN failing = 0 THEN ?3 ELSE failing END WHERE name = ?1`, nil, e.Name, string(e.State), micros(e.Failing))
	})
}

// Messages lists what was told to an endpoint, the newest first.
func (s *Store) Messages(ctx context.Context, name string, before int64, limit int) (list []webhook.Message, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT "+messageColumns+" FROM webhook_message AS m WHERE m.webhook = ?1 AND (?2 = 0 OR m.number < ?2) ORDER BY m.number DESC LIMIT ?3",
			func(stmt *sqlite.Stmt) error {
				m, err := messageOf(stmt)
				list = append(list, m)
				return err
			}, name, before, limit)
	})
	return list, err
}

// Tries lists the attempts to deliver a message, the oldest first.
func (s *Store) Tries(ctx context.Context, message int64) (list []webhook.Try, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT at, took, status, said FROM webhook_try WHERE message = ? ORDER BY at", func(stmt *sqlite.Stmt) error {
			list = append(list, webhook.Try{
				At: fromMicros(stmt.ColumnInt64(0)), Took: time.Duration(stmt.ColumnInt64(1)) * time.Microsecond, Status: stmt.ColumnInt(2), Said: stmt.ColumnText(3),
			})
			return nil
		}, message)
	})
	return list, err
}

// Resend has messages of an endpoint wait again: one that ended, or with 0 all
// that were given up.
func (s *Store) Resend(ctx context.Context, name string, message int64, now time.Time) (n int, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, `UPDATE webhook_message SET outcome = 'waiting', tries = 0, next = ?3, ended = 0
			WHERE webhook = ?1 AND (number = ?2 AND outcome <> 'waiting' OR ?2 = 0 AND outcome = 'failed')`, nil, name, message, micros(now))
		n = tx.conn.Changes()
		return err
	})
	return n, err
}

// Tidy removes messages that ended before, and their attempts.
func (s *Store) Tidy(ctx context.Context, before time.Time) error {
	return s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "DELETE FROM webhook_message WHERE outcome <> 'waiting' AND ended < ?", nil, micros(before))
		if err == nil && tx.conn.Changes() > 0 {
			err = query(tx.conn, "DELETE FROM webhook_try WHERE message NOT IN (SELECT number FROM webhook_message)", nil)
		}
		return err
	})
}

// Webhooks lists where other programs hear.
func (s *Store) Webhooks(ctx context.Context) (list []webhook.Endpoint, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT name, address, types, planet, names, created, state, failing, missed, secrets FROM webhook ORDER BY name", func(stmt *sqlite.Stmt) error {
			e := webhook.Endpoint{
				Name: stmt.ColumnText(0), Address: stmt.ColumnText(1), Planet: orrery.PlanetID(stmt.ColumnInt64(3)), Names: stmt.ColumnBool(4),
				Created: fromMicros(stmt.ColumnInt64(5)), State: webhook.State(stmt.ColumnText(6)), Failing: fromMicros(stmt.ColumnInt64(7)),
				Missed: stmt.ColumnInt64(8), Secrets: columnBytes(stmt, 9, nil),
			}
			for _, t := range strings.Fields(stmt.ColumnText(2)) {
				e.Types = append(e.Types, orrery.NewsType(t))
			}
			list = append(list, e)
			return nil
		})
	})
	return list, err
}

// PutWebhook inserts an endpoint, or replaces the one of its name.
func (s *Store) PutWebhook(ctx context.Context, e webhook.Endpoint) error {
	types := make([]string, len(e.Types))
	for i, t := range e.Types {
		types[i] = string(t)
	}
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, "INSERT OR REPLACE INTO webhook VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", nil,
			e.Name, e.Address, strings.Join(types, " "), int64(e.Planet), e.Names, micros(e.Created), string(e.State), micros(e.Failing), e.Missed, e.Secrets)
	})
}

// DeleteWebhook removes an endpoint and what was told to it, if it is there.
func (s *Store) DeleteWebhook(ctx context.Context, name string) error {
	return s.aside(ctx, func(tx *Tx) error {
		for _, sql := range []string{
			"DELETE FROM webhook_try WHERE message IN (SELECT number FROM webhook_message WHERE webhook = ?)",
			"DELETE FROM webhook_message WHERE webhook = ?", "DELETE FROM webhook WHERE name = ?",
		} {
			if err := query(tx.conn, sql, nil, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// NewsSeen returns the numbers that were seen of a subject; false: it was never
// looked at.
func (s *Store) NewsSeen(ctx context.Context, subject string) (seen []uint64, known bool, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT seen FROM news_seen WHERE subject = ?", func(stmt *sqlite.Stmt) error {
			known = true
			for b, last := columnBytes(stmt, 0, nil), uint64(0); len(b) > 0; {
				step, n := binary.Uvarint(b)
				if n <= 0 {
					return fmt.Errorf("what was seen of %s cannot be read", subject)
				}
				last += step
				seen, b = append(seen, last), b[n:]
			}
			return nil
		}, subject)
	})
	return seen, known, err
}

// TellSeen keeps the numbers that were seen of a subject, in rising order, and
// tells what is new of it, in one step.
func (s *Store) TellSeen(ctx context.Context, subject string, seen []uint64, news []orrery.News) error {
	return s.aside(ctx, func(tx *Tx) error {
		for _, n := range news {
			if err := tx.PutNews(n); err != nil {
				return err
			}
		}
		return tx.putNewsSeen(subject, seen)
	})
}

func (tx *Tx) putNewsSeen(subject string, seen []uint64) error {
	b, last := []byte{}, uint64(0)
	for _, v := range seen {
		b = binary.AppendUvarint(b, v-last)
		last = v
	}
	return query(tx.conn, "INSERT OR REPLACE INTO news_seen VALUES (?, ?)", nil, subject, b)
}

// ForgetNewsSeen forgets all that was seen, so that the next look begins anew.
func (s *Store) ForgetNewsSeen(ctx context.Context) error {
	return s.aside(ctx, func(tx *Tx) error { return query(tx.conn, "DELETE FROM news_seen", nil) })
}
