package sqlite

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/keyset"
	"zombiezen.com/go/sqlite"
)

var _ identity.Writer = (*Tx)(nil)

// PutIdentity inserts an identity, or replaces the one with its number.
func (tx *Tx) PutIdentity(i identity.Identity) error {
	stmt, err := tx.conn.Prepare("INSERT OR REPLACE INTO identity VALUES (?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	stmt.BindInt64(1, int64(i.ID))
	stmt.BindText(2, i.Key.Namespace)
	stmt.BindText(3, i.Key.Type)
	stmt.BindText(4, i.Key.Value)
	stmt.BindText(5, i.Name)
	stmt.BindInt64(6, int64(i.Import))
	stmt.BindInt64(7, identitySum(&i).value())
	tx.lastIdentity = max(tx.lastIdentity, i.ID)
	return run(stmt)
}

func identitySum(i *identity.Identity) sum {
	return sumOf(int64(i.ID), int64(i.Import)).text(i.Key.Namespace, i.Key.Type, i.Key.Value, i.Name)
}

func evidenceSum(e *identity.Evidence) sum {
	return sumOf(int64(e.A), int64(e.B), int64(e.Kind), int64(e.Import), e.AtMicros)
}

func decisionSum(d *identity.Decision) sum {
	return sumOf(int64(d.A), int64(d.B), oneIf(d.Same), d.AtMicros)
}

// PutEvidence adds an edge, unless the import stated it before.
func (tx *Tx) PutEvidence(e identity.Evidence) error {
	stmt, err := tx.conn.Prepare("INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
	if err != nil {
		return err
	}
	stmt.BindInt64(1, int64(e.A))
	stmt.BindInt64(2, int64(e.B))
	stmt.BindInt64(3, int64(e.Kind))
	stmt.BindInt64(4, int64(e.Import))
	stmt.BindInt64(5, e.AtMicros)
	stmt.BindInt64(6, evidenceSum(&e).value())
	return run(stmt)
}

// PutAffiliation adds a statement that an identity belongs to an organization.
func (tx *Tx) PutAffiliation(a identity.Affiliation) error {
	o := &a.Organization
	return query(tx.conn, "INSERT OR REPLACE INTO affiliation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", nil,
		int64(a.Identity), o.Namespace, o.ID, a.AtMicros, a.Ended, o.Name, o.Domain, int64(a.Import), affiliationSum(&a).value())
}

func affiliationSum(a *identity.Affiliation) sum {
	o := &a.Organization
	return sumOf(int64(a.Identity), a.AtMicros, oneIf(a.Ended), int64(a.Import)).text(o.Namespace).text(o.ID).text(o.Name).text(o.Domain)
}

func affiliations(conn *sqlite.Conn, out *identity.Stored) error {
	const all = "SELECT identity, namespace, organization, at, ended, name, domain, import, sum FROM affiliation"
	return query(conn, all, func(stmt *sqlite.Stmt) error {
		out.Affiliations = append(out.Affiliations, identity.Affiliation{
			Identity: orrery.IdentityID(stmt.ColumnInt64(0)),
			Organization: orrery.Organization{
				Namespace: stmt.ColumnText(1), ID: stmt.ColumnText(2), Name: stmt.ColumnText(5), Domain: stmt.ColumnText(6),
			},
			AtMicros: stmt.ColumnInt64(3), Ended: stmt.ColumnBool(4), Import: orrery.ImportID(stmt.ColumnInt64(7)),
		})
		a := &out.Affiliations[len(out.Affiliations)-1]
		return affiliationSum(a).check(stmt, 8, "the affiliation of identity", int64(a.Identity))
	})
}

// PutDecision adds what a person said about two identities.
func (tx *Tx) PutDecision(d identity.Decision) error {
	return query(tx.conn, "INSERT INTO decision (a, b, same, at, sum) VALUES (?, ?, ?, ?, ?)", nil,
		int64(d.A), int64(d.B), d.Same, d.AtMicros, decisionSum(&d).value())
}

// PutMark says what kind of member an identity is.
func (tx *Tx) PutMark(m identity.Mark, atMicros int64) error {
	return query(tx.conn, "INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?)", nil, int64(m.Identity), int(m.Kind), atMicros,
		sumOf(int64(m.Identity), int64(m.Kind)).value())
}

// PutTeammates adds a rule that says who is one of us.
func (tx *Tx) PutTeammates(rule string, atMicros int64) error {
	return query(tx.conn, "INSERT OR REPLACE INTO teammate VALUES (?, ?, ?)", nil, rule, atMicros, sumOf().text(rule).value())
}

// DeleteTeammates removes a rule and reports whether it was there.
func (tx *Tx) DeleteTeammates(rule string) (bool, error) {
	err := query(tx.conn, "DELETE FROM teammate WHERE rule = ?", nil, rule)
	return tx.conn.Changes() > 0, err
}

// EraseIdentity removes all that is held of one identity.
func (tx *Tx) EraseIdentity(id orrery.IdentityID) error {
	for _, sql := range []string{
		"DELETE FROM identity WHERE id = ?1",
		"DELETE FROM evidence WHERE a = ?1 OR b = ?1",
		"DELETE FROM affiliation WHERE identity = ?1",
		"DELETE FROM decision WHERE a = ?1 OR b = ?1",
		"DELETE FROM mark WHERE identity = ?1",
		"DELETE FROM verdict WHERE identity = ?1",
		"DELETE FROM conversation WHERE owner = ?1",
		"DELETE FROM note WHERE identity = ?1",
		"DELETE FROM tag WHERE identity = ?1",
		"DELETE FROM saved_list_person WHERE identity = ?1",
		"DELETE FROM introduction WHERE a = ?1 OR b = ?1",
		"DELETE FROM task WHERE who = ?1 OR other = ?1",
	} {
		if err := query(tx.conn, sql, nil, int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// PutErased remembers the keyed hash of an identity that must not come back.
func (tx *Tx) PutErased(hash keyset.Key, atMicros int64) error {
	return query(tx.conn, "INSERT OR IGNORE INTO erased VALUES (?, ?, ?)", nil, hash[:], atMicros, sumOf().bytes(hash[:]).value())
}

// Identities reads everything that the identity graph is made of.
func (s *Store) Identities(ctx context.Context) (identity.Stored, error) {
	var out identity.Stored
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		intern := map[string]string{}
		word := func(stmt *sqlite.Stmt, col int) string {
			w := stmt.ColumnText(col)
			if known, ok := intern[w]; ok {
				return known
			}
			intern[w] = w
			return w
		}
		err := query(conn, "SELECT id, namespace, type, value, name, import, sum FROM identity ORDER BY id", func(stmt *sqlite.Stmt) error {
			out.Identities = append(out.Identities, identity.Identity{
				ID:     orrery.IdentityID(stmt.ColumnInt64(0)),
				Key:    orrery.Key{Namespace: word(stmt, 1), Type: word(stmt, 2), Value: stmt.ColumnText(3)},
				Name:   stmt.ColumnText(4),
				Import: orrery.ImportID(stmt.ColumnInt64(5)),
			})
			i := &out.Identities[len(out.Identities)-1]
			return identitySum(i).check(stmt, 6, "identity", int64(i.ID))
		})
		if err != nil {
			return err
		}
		err = query(conn, "SELECT value FROM meta WHERE key = 'last_identity'", func(stmt *sqlite.Stmt) error {
			out.LastID = orrery.IdentityID(stmt.ColumnInt64(0))
			return nil
		})
		if err != nil {
			return err
		}
		err = query(conn, "SELECT a, b, kind, import, at, sum FROM evidence ORDER BY a, b, kind, import", func(stmt *sqlite.Stmt) error {
			out.Evidence = append(out.Evidence, identity.Evidence{
				A: orrery.IdentityID(stmt.ColumnInt64(0)), B: orrery.IdentityID(stmt.ColumnInt64(1)),
				Kind: orrery.EvidenceKind(stmt.ColumnInt(2)), Import: orrery.ImportID(stmt.ColumnInt64(3)),
				AtMicros: stmt.ColumnInt64(4),
			})
			e := &out.Evidence[len(out.Evidence)-1]
			return evidenceSum(e).check(stmt, 5, "the evidence on identity", int64(e.A))
		})
		if err != nil {
			return err
		}
		if err := affiliations(conn, &out); err != nil {
			return err
		}
		err = query(conn, "SELECT a, b, same, at, sum FROM decision ORDER BY id", func(stmt *sqlite.Stmt) error {
			out.Decisions = append(out.Decisions, identity.Decision{
				A: orrery.IdentityID(stmt.ColumnInt64(0)), B: orrery.IdentityID(stmt.ColumnInt64(1)),
				Same: stmt.ColumnBool(2), AtMicros: stmt.ColumnInt64(3),
			})
			d := &out.Decisions[len(out.Decisions)-1]
			return decisionSum(d).check(stmt, 4, "a decision on identity", int64(d.A))
		})
		if err != nil {
			return err
		}
		err = query(conn, "SELECT identity, kind, sum FROM mark", func(stmt *sqlite.Stmt) error {
			out.Marks = append(out.Marks, identity.Mark{
				Identity: orrery.IdentityID(stmt.ColumnInt64(0)), Kind: orrery.MemberKind(stmt.ColumnInt(1)),
			})
			return sumOf(stmt.ColumnInt64(0), stmt.ColumnInt64(1)).check(stmt, 2, "the mark on identity", stmt.ColumnInt64(0))
		})
		if err != nil {
			return err
		}
		err = query(conn, "SELECT rule, sum FROM teammate ORDER BY rule", func(stmt *sqlite.Stmt) error {
			out.Teammates = append(out.Teammates, stmt.ColumnText(0))
			return sumOf().text(stmt.ColumnText(0)).check(stmt, 1, "teammates' rule", int64(len(out.Teammates)))
		})
		if err != nil {
			return err
		}
		out.Erased, err = erased(conn)
		return err
	})
	return out, err
}

// Erased reads the keyed hashes of identities that must not come back.
func (s *Store) Erased(ctx context.Context) (keys []keyset.Key, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		keys, err = erased(conn)
		return err
	})
	return keys, err
}

func erased(conn *sqlite.Conn) (keys []keyset.Key, err error) {
	err = query(conn, "SELECT hash, sum FROM erased", func(stmt *sqlite.Stmt) error {
		var k keyset.Key
		stmt.ColumnBytes(0, k[:])
		keys = append(keys, k)
		return sumOf().bytes(k[:]).check(stmt, 1, "the memory of an erased identity, number", int64(len(keys)))
	})
	return keys, err
}

// ScrubSkipped blanks skipped rows, and errors of imports, in which found finds
// somebody.
func (tx *Tx) ScrubSkipped(found func(text string) bool) error {
	var rows, imports []int64
	err := query(tx.conn, "SELECT rowid, excerpt, reason FROM import_skipped", func(stmt *sqlite.Stmt) error {
		if found(stmt.ColumnText(1)) || found(stmt.ColumnText(2)) {
			rows = append(rows, stmt.ColumnInt64(0))
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = query(tx.conn, "SELECT id, error FROM import WHERE error <> ''", func(stmt *sqlite.Stmt) error {
		if found(stmt.ColumnText(1)) {
			imports = append(imports, stmt.ColumnInt64(0))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range rows {
		if err := query(tx.conn, "UPDATE import_skipped SET excerpt = '', reason = 'erased with a person' WHERE rowid = ?", nil, id); err != nil {
			return err
		}
	}
	for _, id := range imports {
		if err := query(tx.conn, "UPDATE import SET error = '' WHERE id = ?", nil, id); err != nil {
			return err
		}
	}
	return nil
}

// ScrubNotes rewrites what is written of others, and takes off tags, where blot
// finds somebody.
func (tx *Tx) ScrubNotes(blot func(text string) (string, bool)) error {
	notes := map[int64]string{}
	err := query(tx.conn, "SELECT id, text FROM note", func(stmt *sqlite.Stmt) error {
		if text, found := blot(stmt.ColumnText(1)); found {
			notes[stmt.ColumnInt64(0)] = text
		}
		return nil
	})
	if err != nil {
		return err
	}
	var tags []string
	err = query(tx.conn, "SELECT DISTINCT tag FROM tag", func(stmt *sqlite.Stmt) error {
		if _, found := blot(stmt.ColumnText(0)); found {
			tags = append(tags, stmt.ColumnText(0))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for id, text := range notes {
		if err := query(tx.conn, "UPDATE note SET text = ? WHERE id = ?", nil, text, id); err != nil {
			return err
		}
	}
	for _, tag := range tags {
		if err := query(tx.conn, "DELETE FROM tag WHERE tag = ?", nil, tag); err != nil {
			return err
		}
	}
	return nil
}

// IdentitiesByID reads some identities; those that are not there are left out.
func (s *Store) IdentitiesByID(ctx context.Context, ids []orrery.IdentityID) ([]identity.Identity, error) {
	list := make([]identity.Identity, 0, len(ids))
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		for _, id := range ids {
			err := query(conn, "SELECT namespace, type, value, name, import, sum FROM identity WHERE id = ?", func(stmt *sqlite.Stmt) error {
				list = append(list, identity.Identity{
					ID:   id,
					Key:  orrery.Key{Namespace: stmt.ColumnText(0), Type: stmt.ColumnText(1), Value: stmt.ColumnText(2)},
					Name: stmt.ColumnText(3), Import: orrery.ImportID(stmt.ColumnInt64(4)),
				})
				return identitySum(&list[len(list)-1]).check(stmt, 5, "identity", int64(id))
			}, int64(id))
			if err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// DeleteIdentity removes an identity that nothing speaks of any more, with its
// notes and tags. It may come back with another import.
func (tx *Tx) DeleteIdentity(id orrery.IdentityID) error {
	for _, sql := range []string{
		"DELETE FROM identity WHERE id = ?1",
		"DELETE FROM affiliation WHERE identity = ?1",
		"DELETE FROM verdict WHERE identity = ?1",
		"DELETE FROM conversation WHERE owner = ?1",
		"DELETE FROM note WHERE identity = ?1",
		"DELETE FROM tag WHERE identity = ?1",
		"DELETE FROM saved_list_person WHERE identity = ?1",
	} {
		if err := query(tx.conn, sql, nil, int64(id)); err != nil {
			return err
		}
	}
	return nil
}
