package sqlite

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"zombiezen.com/go/sqlite"
)

// PutConversation stores what people decided about a conversation, in place of what
// they had. Where nothing is left to be said and nobody owns it, nothing is kept.
func (tx *Tx) PutConversation(d *conversation.Decision) error {
	if d.Say == conversation.Unsaid && d.OwnerAccount == 0 && d.Owner == 0 {
		return query(tx.conn, "DELETE FROM conversation WHERE planet = ? AND thread = ?", nil, int64(d.Planet), int64(d.Thread))
	}
	return query(tx.conn, "INSERT OR REPLACE INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", nil,
		int64(d.Planet), int64(d.Thread), micros(d.At), d.By, int64(d.Say), int64(d.Until), d.OwnerAccount, int64(d.Owner), conversationSum(d).value())
}

func conversationSum(d *conversation.Decision) sum {
	return sumOf(int64(d.Planet), int64(d.Thread), micros(d.At), d.By, int64(d.Say), int64(d.Until), d.OwnerAccount, int64(d.Owner))
}

// Conversations lists what people decided about the conversations of a planet.
func (s *Store) Conversations(ctx context.Context, planet orrery.PlanetID) (list []conversation.Decision, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		const all = "SELECT planet, thread, at, by, say, until, owner_account, owner, sum FROM conversation WHERE planet = ? ORDER BY thread"
		return query(conn, all, func(stmt *sqlite.Stmt) error {
			d := conversation.Decision{
				Planet: orrery.PlanetID(stmt.ColumnInt64(0)), Thread: uint64(stmt.ColumnInt64(1)), At: fromMicros(stmt.ColumnInt64(2)),
				By: stmt.ColumnInt64(3), Say: conversation.Say(stmt.ColumnInt(4)), Until: orrery.Day(stmt.ColumnInt64(5)),
				OwnerAccount: stmt.ColumnInt64(6), Owner: orrery.IdentityID(stmt.ColumnInt64(7)),
			}
			list = append(list, d)
			return conversationSum(&d).check(stmt, 8, "what was decided about the conversation", int64(d.Thread))
		}, int64(planet))
	})
	return list, err
}
