package sqlite

import (
	"context"
	"math"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"zombiezen.com/go/sqlite"
)

var (
	_ journal.Writer = (*Tx)(nil)
	_ journal.Reader = (*Store)(nil)
)

const framesPerBlock = 1 << 16

// PutBlock inserts a block, or replaces the one with its number.
func (tx *Tx) PutBlock(b *journal.Block) error {
	if err := tx.DeleteBlock(b.Seq); err != nil {
		return err
	}
	err := query(tx.conn, "INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?)", nil,
		int64(b.Seq), int64(b.Import), b.Entries, b.Retracts, b.MinMicro, b.MaxMicro, b.Hot, blockSum(b).value())
	if err != nil {
		return err
	}
	if err := query(tx.conn, "INSERT INTO block_keys VALUES (?, ?, ?)", nil, int64(b.Seq), b.Keys, sumOf(int64(b.Seq)).bytes(b.Keys).value()); err != nil {
		return err
	}
	for i, frame := range b.Frames {
		if err := query(tx.conn, "INSERT INTO block_frame VALUES (?, ?)", nil, frameID(b.Seq, i), frame); err != nil {
			return err
		}
	}
	return query(tx.conn, "UPDATE meta SET value = max(value, ?) WHERE key = 'last_block'", nil, int64(b.Seq))
}

func blockSum(b *journal.Block) sum {
	return sumOf(int64(b.Seq), int64(b.Import), int64(b.Entries), int64(b.Retracts), b.MinMicro, b.MaxMicro).bytes(b.Hot)
}

// DeleteBlock removes a block; its number is not used again.
func (tx *Tx) DeleteBlock(seq orrery.BlockSeq) error {
	if err := query(tx.conn, "DELETE FROM block WHERE seq = ?", nil, int64(seq)); err != nil {
		return err
	}
	if err := query(tx.conn, "DELETE FROM block_keys WHERE seq = ?", nil, int64(seq)); err != nil {
		return err
	}
	return query(tx.conn, "DELETE FROM block_frame WHERE id >= ? AND id < ?", nil, frameID(seq, 0), frameID(seq+1, 0))
}

func frameID(seq orrery.BlockSeq, frame int) int64 { return int64(seq)*framesPerBlock + int64(frame) }

// LastBlock returns the highest block number ever used.
func (s *Store) LastBlock(ctx context.Context) (orrery.BlockSeq, error) {
	n, err := s.number(ctx, "last_block")
	return orrery.BlockSeq(n), err
}

// Blocks hands the selected blocks to fn, without keys and frames.
func (s *Store) Blocks(ctx context.Context, which journal.Selection, fn func(*journal.Block) error) error {
	sql := "SELECT seq, import, entries, retracts, min_micro, max_micro, hot, sum FROM block WHERE seq > ? AND seq <= ? ORDER BY seq"
	if which.Retractions {
		sql = "SELECT seq, import, entries, retracts, min_micro, max_micro, hot, sum FROM block WHERE seq > ? AND seq <= ? AND retracts > 0 ORDER BY seq"
	}
	until := int64(which.Until)
	if until == 0 {
		until = math.MaxInt64
	}
	return s.glance(ctx, func(conn *sqlite.Conn) error {
		var b journal.Block
		buf, ok := s.hot.Get().(*[]byte)
		if !ok {
			buf = new([]byte)
		}
		b.Hot = *buf
		defer func() {
			*buf = b.Hot
			s.hot.Put(buf)
		}()
		return query(conn, sql, func(stmt *sqlite.Stmt) error {
			b = journal.Block{
				Seq: orrery.BlockSeq(stmt.ColumnInt64(0)), Import: orrery.ImportID(stmt.ColumnInt64(1)),
				Entries: stmt.ColumnInt(2), Retracts: stmt.ColumnInt(3),
				MinMicro: stmt.ColumnInt64(4), MaxMicro: stmt.ColumnInt64(5),
				Hot: columnBytes(stmt, 6, b.Hot),
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := blockSum(&b).check(stmt, 7, "block", int64(b.Seq)); err != nil {
				return err
			}
			return fn(&b)
		}, int64(which.After), until)
	})
}

// BlockKeys hands the keys of every block to fn.
func (s *Store) BlockKeys(ctx context.Context, fn func(orrery.BlockSeq, []byte) error) error {
	return s.read(ctx, func(conn *sqlite.Conn) error {
		var buf []byte
		return query(conn, "SELECT seq, keys, sum FROM block_keys ORDER BY seq", func(stmt *sqlite.Stmt) error {
			buf = columnBytes(stmt, 1, buf)
			if err := sumOf(stmt.ColumnInt64(0)).bytes(buf).check(stmt, 2, "the keys of block", stmt.ColumnInt64(0)); err != nil {
				return err
			}
			return fn(orrery.BlockSeq(stmt.ColumnInt64(0)), buf)
		})
	})
}

// KeysOf returns the keys of one block, 16 bytes an entry.
func (s *Store) KeysOf(ctx context.Context, seq orrery.BlockSeq) ([]byte, error) {
	var keys []byte
	found := false
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT keys, sum FROM block_keys WHERE seq = ?", func(stmt *sqlite.Stmt) error {
			keys, found = columnBytes(stmt, 0, nil), true
			return sumOf(int64(seq)).bytes(keys).check(stmt, 1, "the keys of block", int64(seq))
		}, int64(seq))
	})
	if err == nil && !found {
		err = orrery.Errorf(orrery.NotFound, "block %d is not stored", seq)
	}
	return keys, err
}

// Frame returns one compressed frame of a block.
func (s *Store) Frame(ctx context.Context, seq orrery.BlockSeq, frame int) ([]byte, error) {
	return s.blob(ctx, "SELECT data FROM block_frame WHERE id = ?", "block", int64(seq), frameID(seq, frame))
}

func (s *Store) blob(ctx context.Context, sql, what string, number, id int64) ([]byte, error) {
	var data []byte
	err := s.glance(ctx, func(conn *sqlite.Conn) error {
		found := false
		err := query(conn, sql, func(stmt *sqlite.Stmt) error {
			data, found = columnBytes(stmt, 0, nil), true
			return nil
		}, id)
		if err == nil && !found {
			return orrery.Errorf(orrery.NotFound, "%s %d is not stored", what, number)
		}
		return err
	})
	return data, err
}

// columnBytes copies a blob into buf, growing it as needed.
func columnBytes(stmt *sqlite.Stmt, col int, buf []byte) []byte {
	n := stmt.ColumnLen(col)
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	stmt.ColumnBytes(col, buf)
	return buf
}

func (s *Store) number(ctx context.Context, key string) (int64, error) {
	var n int64
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		return query(conn, "SELECT value FROM meta WHERE key = ?", func(stmt *sqlite.Stmt) error {
			n = stmt.ColumnInt64(0)
			return nil
		}, key)
	})
	return n, err
}

// Generation counts the write transactions of this data, ever.
func (s *Store) Generation(ctx context.Context) (int64, error) { return s.number(ctx, "generation") }

// Secret returns the installation's secret, under which keys are hashed.
func (s *Store) Secret(ctx context.Context) ([16]byte, error) {
	var secret [16]byte
	data, err := s.blob(ctx, "SELECT value FROM meta WHERE key = 'secret' AND ? = 0", "secret", 0, 0)
	copy(secret[:], data)
	return secret, err
}
