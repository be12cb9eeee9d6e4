package journal

import (
	"context"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/keyset"
)

// Replayed is one block as replay hands it out. Its memory is reused for the
// next block.
type Replayed struct {
	Seq    orrery.BlockSeq
	Import orrery.ImportID
	*Columns
	dead map[Position]bool
}

// Counts says whether the entry in a row moves anything: it is neither a
// retraction nor taken back by one.
func (r *Replayed) Counts(row int) bool {
	return r.Flags[row]&FlagRetraction == 0 && !r.TakenBack(row)
}

// TakenBack says whether a retraction took the entry in a row back.
func (r *Replayed) TakenBack(row int) bool {
	return len(r.dead) > 0 && r.dead[Position{r.Seq, uint32(row)}]
}

// Replay hands every block after one to fn, in the order of arrival; after 0 it
// is all of them.
func (j *Journal) Replay(ctx context.Context, after orrery.BlockSeq, fn func(*Replayed) error) error {
	return j.replay(ctx, Selection{After: after}, fn)
}

// ReplayBlock hands one block to fn as Replay does. A block that is not stored
// is passed over.
func (j *Journal) ReplayBlock(ctx context.Context, seq orrery.BlockSeq, fn func(*Replayed) error) error {
	return j.replay(ctx, Selection{After: seq - 1, Until: seq}, fn)
}

func (j *Journal) replay(ctx context.Context, which Selection, fn func(*Replayed) error) error {
	still, err := j.Still(ctx)
	if err != nil {
		return err
	}
	return still.replay(ctx, which, fn)
}

// Still is the journal as it stands at a moment. Unlike a Journal it is safe to
// use beside changes: what comes later is not in it.
type Still struct {
	storage Reader
	dead    map[Position]bool
	until   orrery.BlockSeq
}

// Still returns the journal as it stands.
func (j *Journal) Still(ctx context.Context) (Still, error) {
	dead, err := j.TakenBack(ctx)
	return Still{j.storage, dead, j.Seq()}, err
}

// Until returns the last block in it.
func (s Still) Until() orrery.BlockSeq { return s.until }

// TakenBack returns where the entries live that a retraction takes back.
func (s Still) TakenBack() map[Position]bool { return s.dead }

// Replay hands every block to fn, in the order of arrival.
func (s Still) Replay(ctx context.Context, fn func(*Replayed) error) error {
	if s.until == 0 {
		return nil
	}
	return s.replay(ctx, Selection{Until: s.until}, fn)
}

// ReplayBlock hands one block to fn. A block that is not stored is passed over.
func (s Still) ReplayBlock(ctx context.Context, seq orrery.BlockSeq, fn func(*Replayed) error) error {
	return s.replay(ctx, Selection{After: seq - 1, Until: seq}, fn)
}

func (s Still) replay(ctx context.Context, which Selection, fn func(*Replayed) error) error {
	r := Replayed{Columns: &Columns{}, dead: s.dead}
	return s.storage.Blocks(ctx, which, func(b *Block) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.Decode(b.Hot); err != nil {
			return fmt.Errorf("block %d: %w", b.Seq, err)
		}
		if r.N != b.Entries {
			return fmt.Errorf("block %d holds %d entries and should hold %d", b.Seq, r.N, b.Entries)
		}
		r.Seq, r.Import = b.Seq, b.Import
		return fn(&r)
	})
}

// Cold reads one frame of a block: the cold parts of rows frame·128 onward.
func (j *Journal) Cold(ctx context.Context, seq orrery.BlockSeq, frame int) ([]Cold, error) {
	memory := j.memory()
	defer j.expanded.Put(memory)
	raw, err := j.expand(ctx, memory, seq, frame)
	if err != nil {
		return nil, err
	}
	rows, err := decodeFrame(raw)
	if err != nil {
		return nil, fmt.Errorf("decode frame %d of block %d: %w", frame, seq, err)
	}
	return rows, nil
}

// memory returns memory for a frame, to be put back into expanded.
func (j *Journal) memory() *[]byte {
	if m, ok := j.expanded.Get().(*[]byte); ok {
		return m
	}
	return new([]byte)
}

// expand reads a frame and expands it into memory, which it may replace. What it
// returns is that memory.
func (j *Journal) expand(ctx context.Context, memory *[]byte, seq orrery.BlockSeq, frame int) ([]byte, error) {
	packed, err := j.storage.Frame(ctx, seq, frame)
	if err != nil {
		return nil, fmt.Errorf("read frame %d of block %d: %w", frame, seq, err)
	}
	if *memory, err = j.codec.dec.DecodeAll(packed, (*memory)[:0]); err != nil {
		return nil, fmt.Errorf("expand frame %d of block %d: %w", frame, seq, err)
	}
	return *memory, nil
}

// FrameOf returns the frame that holds a row, and the row's place in it.
func FrameOf(row int) (frame, place int) { return row / frameEntries, row % frameEntries }

// Entries hands the wanted entries of a block to fn, whole but for the key.
func (j *Journal) Entries(ctx context.Context, r *Replayed, want func(row int) bool, fn func(row int, e *Entry) error) error {
	var (
		cold   []Cold
		loaded = -1
		err    error
	)
	for row := range r.N {
		if !want(row) {
			continue
		}
		frame, place := FrameOf(row)
		if frame != loaded {
			if cold, err = j.Cold(ctx, r.Seq, frame); err != nil {
				return err
			}
			loaded = frame
		}
		if place >= len(cold) {
			return fmt.Errorf("frame %d of block %d: %w", frame, r.Seq, errShortBlock)
		}
		e := Entry{Hot: r.Hot(row), Cold: cold[place]}
		if err := fn(row, &e); err != nil {
			return err
		}
	}
	return nil
}

// Hot returns the hot part of a row. Its addressees share the block's memory.
func (c *Columns) Hot(row int) Hot {
	return Hot{
		Identity: c.Identity[row], Planet: c.Planet[row], AtMicros: c.AtMicros[row], Offset: c.Offset[row],
		Origin: c.Origin[row], Valence: c.Valence[row], Flags: c.Flags[row],
		Kind: c.Kinds[c.Kind[row]], KindIndex: c.Kind[row], To: c.To(row),
		InThread: c.InThread[row], OnObject: c.OnObject[row],
	}
}

func keyAt(keys []byte, row int) keyset.Key { return keyset.Key(keys[16*row : 16*row+16]) }

// KeysOf returns the dedupe keys of a block, row by row.
func (j *Journal) KeysOf(ctx context.Context, seq orrery.BlockSeq) ([]keyset.Key, error) {
	raw, err := j.storage.KeysOf(ctx, seq)
	if err != nil {
		return nil, fmt.Errorf("read keys of block %d: %w", seq, err)
	}
	keys := make([]keyset.Key, len(raw)/16)
	for i := range keys {
		keys[i] = keyAt(raw, i)
	}
	return keys, nil
}

// Rewrite replaces a block by what change leaves of its entries: it edits an
// entry in place and returns false to drop it. A block that nothing is left of
// is deleted. It reports whether anything was dropped or edited; the caller
// calls Forget after the commit.
func (j *Journal) Rewrite(ctx context.Context, tx Writer, r *Replayed, change func(e *Entry) (keep, edited bool)) (bool, error) {
	keys, err := j.KeysOf(ctx, r.Seq)
	if err != nil {
		return false, err
	}
	var kept []Entry
	touched := false
	err = j.Entries(ctx, r, func(int) bool { return true }, func(row int, e *Entry) error {
		e.Key = keys[row]
		e.To = slices.Clone(e.To)
		keep, edited := change(e)
		touched = touched || edited || !keep
		if keep {
			kept = append(kept, *e)
		}
		return nil
	})
	if err != nil || !touched {
		return false, err
	}
	if len(kept) == 0 {
		return true, tx.DeleteBlock(r.Seq)
	}
	for _, ret := range r.Retracts {
		for i := range kept {
			if kept[i].Key == keys[ret.Row] {
				kept[i].RetractsKey = ret.Key
			}
		}
	}
	block, err := j.encode(r.Seq, r.Import, kept)
	if err != nil {
		return false, err
	}
	return true, tx.PutBlock(block)
}

// Entry reads one entry, whole but for its key.
func (j *Journal) Entry(ctx context.Context, at Position) (*Entry, error) {
	var found *Entry
	err := j.storage.Blocks(ctx, Selection{After: at.Block - 1, Until: at.Block}, func(b *Block) error {
		r := Replayed{Seq: b.Seq, Import: b.Import, Columns: &Columns{}}
		if err := r.Decode(b.Hot); err != nil {
			return fmt.Errorf("block %d: %w", b.Seq, err)
		}
		return j.Entries(ctx, &r, func(row int) bool { return uint32(row) == at.Row }, func(_ int, e *Entry) error {
			found = e
			return nil
		})
	})
	if err == nil && found == nil {
		err = orrery.Errorf(orrery.NotFound, "there is no entry %d in block %d", at.Row, at.Block)
	}
	return found, err
}
