package sqlite

import (
	"context"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
	"zombiezen.com/go/sqlite"
)

// PutPartner stores a partner, or what it is now. Links keep their counts.
func (tx *Tx) PutPartner(p *partner.Partner) error {
	err := query(tx.conn, "INSERT OR REPLACE INTO partner VALUES (?, ?, ?, ?, ?, ?)", nil,
		p.Slug, p.Title, p.Statement, strings.Join(p.Domains, " "), strings.Join(p.Channels, "\n"), p.Sample)
	followed := map[string]int64{}
	if err == nil {
		err = query(tx.conn, "SELECT code, followed FROM partner_code WHERE partner = ?", func(stmt *sqlite.Stmt) error {
			followed[strings.ToLower(stmt.ColumnText(0))] = stmt.ColumnInt64(1)
			return nil
		}, p.Slug)
	}
	for _, sql := range []string{"DELETE FROM partner_code WHERE partner = ?", "DELETE FROM partner_trial WHERE partner = ?"} {
		if err == nil {
			err = query(tx.conn, sql, nil, p.Slug)
		}
	}
	for _, c := range p.Codes {
		if err == nil {
			err = query(tx.conn, "INSERT INTO partner_code VALUES (?, ?, ?, ?, ?, ?, ?, ?)", nil, c.Code, p.Slug, c.Address, c.Otherwise,
				followed[strings.ToLower(c.Code)], c.Switch.Salt, int64(c.Switch.From), c.Switch.BlockDays)
		}
	}
	for _, t := range p.Trials {
		if err == nil {
			err = query(tx.conn, "INSERT INTO partner_trial VALUES (?, ?, ?, ?, ?, ?, ?)", nil, p.Slug, t.Name, int64(t.Planet), t.Salt,
				t.HeldMilli, int64(t.From), int64(t.Until))
		}
	}
	return err
}

// DeletePartner removes a partner, its rooms and what was written in them.
func (tx *Tx) DeletePartner(slug string) error {
	for _, sql := range []string{
		"DELETE FROM partner WHERE slug = ?", "DELETE FROM partner_code WHERE partner = ?", "DELETE FROM partner_trial WHERE partner = ?",
		"DELETE FROM partner_room WHERE partner = ?", "DELETE FROM partner_update WHERE partner = ?",
	} {
		if err := query(tx.conn, sql, nil, slug); err != nil {
			return err
		}
	}
	return nil
}

// Partners lists the partners by slug, their codes and trials by name.
func (s *Store) Partners(ctx context.Context) (list []partner.Partner, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		at := map[string]int{}
		err := query(conn, "SELECT slug, title, statement, domains, channels, sample FROM partner ORDER BY slug", func(stmt *sqlite.Stmt) error {
			p := partner.Partner{
				Slug: stmt.ColumnText(0), Title: stmt.ColumnText(1), Statement: stmt.ColumnText(2),
				Domains: strings.Fields(stmt.ColumnText(3)), Sample: stmt.ColumnBool(5),
			}
			if channels := stmt.ColumnText(4); channels != "" {
				p.Channels = strings.Split(channels, "\n")
			}
			at[p.Slug] = len(list)
			list = append(list, p)
			return nil
		})
		if err != nil {
			return err
		}
		const codes = "SELECT partner, code, address, otherwise, followed, salt, switched, block_days FROM partner_code ORDER BY code"
		err = query(conn, codes, func(stmt *sqlite.Stmt) error {
			p := &list[at[stmt.ColumnText(0)]]
			p.Codes = append(p.Codes, partner.Code{
				Code: stmt.ColumnText(1), Address: stmt.ColumnText(2), Otherwise: stmt.ColumnText(3), Followed: stmt.ColumnInt64(4),
				Switch: partner.Switch{Salt: stmt.ColumnText(5), From: orrery.Day(stmt.ColumnInt64(6)), BlockDays: stmt.ColumnInt(7)},
			})
			return nil
		})
		if err != nil {
			return err
		}
		const trials = "SELECT partner, name, planet, salt, held, first, last FROM partner_trial ORDER BY first, name"
		return query(conn, trials, func(stmt *sqlite.Stmt) error {
			p := &list[at[stmt.ColumnText(0)]]
			p.Trials = append(p.Trials, partner.Trial{
				Name: stmt.ColumnText(1), Planet: orrery.PlanetID(stmt.ColumnInt64(2)), Salt: stmt.ColumnText(3),
				HeldMilli: stmt.ColumnInt(4), From: orrery.Day(stmt.ColumnInt64(5)), Until: orrery.Day(stmt.ColumnInt64(6)),
			})
			return nil
		})
	})
	return list, err
}

// AddFollowed counts how often links were followed, by code.
func (s *Store) AddFollowed(ctx context.Context, counts map[string]int64) error {
	return s.aside(ctx, func(tx *Tx) error {
		for code, n := range counts {
			if err := query(tx.conn, "UPDATE partner_code SET followed = followed + ? WHERE code = ?", nil, n, code); err != nil {
				return err
			}
		}
		return nil
	})
}

// PutRoom keeps a new room under the hash of its token, and returns its number.
func (s *Store) PutRoom(ctx context.Context, hash []byte, r partner.Room) (int64, error) {
	var number int64
	err := s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "INSERT INTO partner_room (hash, partner, purpose, planet, made, expires) VALUES (?, ?, ?, ?, ?, ?)", nil,
			hash, r.Partner, r.Purpose, int64(r.Planet), micros(r.Made), micros(r.Expires))
		number = tx.conn.LastInsertRowID()
		return err
	})
	return number, err
}

const roomColumns = "SELECT number, partner, purpose, planet, made, expires FROM partner_room "

func roomOf(stmt *sqlite.Stmt) partner.Room {
	return partner.Room{
		Number: stmt.ColumnInt64(0), Partner: stmt.ColumnText(1), Purpose: stmt.ColumnText(2), Planet: orrery.PlanetID(stmt.ColumnInt64(3)),
		Made: fromMicros(stmt.ColumnInt64(4)), Expires: fromMicros(stmt.ColumnInt64(5)),
	}
}

// Room finds the room whose token has a hash; false where there is none.
func (s *Store) Room(ctx context.Context, hash []byte) (r partner.Room, found bool, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, roomColumns+"WHERE hash = ?", func(stmt *sqlite.Stmt) error {
			r, found = roomOf(stmt), true
			return nil
		}, hash)
	})
	return r, found, err
}

// Rooms lists a partner's rooms, newest first.
func (s *Store) Rooms(ctx context.Context, slug string) (list []partner.Room, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, roomColumns+"WHERE partner = ? ORDER BY number DESC", func(stmt *sqlite.Stmt) error {
			list = append(list, roomOf(stmt))
			return nil
		}, slug)
	})
	return list, err
}

// DeleteRoom ends one of a partner's rooms and reports whether it was there.
func (s *Store) DeleteRoom(ctx context.Context, slug string, number int64) (there bool, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		err := query(tx.conn, "DELETE FROM partner_room WHERE partner = ? AND number = ?", nil, slug, number)
		there = tx.conn.Changes() > 0
		return err
	})
	return there, err
}

// PutPartnerUpdate keeps a text in a partner's rooms, unless as many as most of that
// side are younger than since: then it reports false. Where more than kept stand
// there, the oldest of that side go.
func (s *Store) PutPartnerUpdate(ctx context.Context, slug string, u partner.Update, since time.Time, most, kept int) (stored bool, err error) {
	err = s.aside(ctx, func(tx *Tx) error {
		young := 0
		err := query(tx.conn, "SELECT count(*) FROM partner_update WHERE partner = ? AND theirs = ? AND at > ?", func(stmt *sqlite.Stmt) error {
			young = stmt.ColumnInt(0)
			return nil
		}, slug, u.Theirs, micros(since))
		if err != nil || young >= most {
			return err
		}
		stored = true
		err = query(tx.conn, "INSERT INTO partner_update (partner, at, theirs, text) VALUES (?, ?, ?, ?)", nil, slug, micros(u.At), u.Theirs, u.Text)
		if err != nil {
			return err
		}
		return query(tx.conn, `DELETE FROM partner_update WHERE partner = ?1 AND theirs = ?2 AND number NOT IN
			(SELECT number FROM partner_update WHERE partner = ?1 AND theirs = ?2 ORDER BY number DESC LIMIT ?3)`, nil, slug, u.Theirs, kept)
	})
	return stored && err == nil, err
}

// PartnerUpdates lists the texts in a partner's rooms, newest first.
func (s *Store) PartnerUpdates(ctx context.Context, slug string) (list []partner.Update, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT number, at, theirs, text FROM partner_update WHERE partner = ? ORDER BY at DESC, number DESC", func(stmt *sqlite.Stmt) error {
			list = append(list, partner.Update{Number: stmt.ColumnInt64(0), At: fromMicros(stmt.ColumnInt64(1)), Theirs: stmt.ColumnBool(2), Text: stmt.ColumnText(3)})
			return nil
		}, slug)
	})
	return list, err
}

// DeletePartnerUpdate removes a text from a partner's rooms, if it is there.
func (s *Store) DeletePartnerUpdate(ctx context.Context, slug string, number int64) error {
	return s.aside(ctx, func(tx *Tx) error {
		return query(tx.conn, "DELETE FROM partner_update WHERE partner = ? AND number = ?", nil, slug, number)
	})
}

// deleteSamplePartners removes the partners that came with the sample, and what
// others hold about planets that are gone: their numbers are given again.
func (tx *Tx) deleteSamplePartners() error {
	var slugs []string
	err := query(tx.conn, "SELECT slug FROM partner WHERE sample", func(stmt *sqlite.Stmt) error {
		slugs = append(slugs, stmt.ColumnText(0))
		return nil
	})
	for _, slug := range slugs {
		if err == nil {
			err = tx.DeletePartner(slug)
		}
	}
	for _, sql := range []string{
		"DELETE FROM partner_trial WHERE planet NOT IN (SELECT id FROM planet)",
		"DELETE FROM partner_room WHERE planet NOT IN (SELECT id FROM planet)",
	} {
		if err == nil {
			err = query(tx.conn, sql, nil)
		}
	}
	return err
}

// ScrubPartners rewrites what is written about and by partners where blot finds
// somebody.
func (tx *Tx) ScrubPartners(blot func(text string) (string, bool)) error {
	for _, column := range []struct{ table, name string }{{"partner", "statement"}, {"partner_update", "text"}} {
		texts := map[string]string{}
		err := query(tx.conn, "SELECT DISTINCT "+column.name+" FROM "+column.table, func(stmt *sqlite.Stmt) error {
			if text, found := blot(stmt.ColumnText(0)); found {
				texts[stmt.ColumnText(0)] = text
			}
			return nil
		})
		for old, text := range texts {
			if err == nil {
				err = query(tx.conn, "UPDATE "+column.table+" SET "+column.name+" = ? WHERE "+column.name+" = ?", nil, text, old)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
