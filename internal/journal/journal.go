package journal

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/keyset"
)

// Block is a block as storage keeps it.
type Block struct {
	Seq      orrery.BlockSeq
	Import   orrery.ImportID
	Entries  int
	Retracts int   // how many entries are retractions
	MinMicro int64 // earliest time in it
	MaxMicro int64 // latest time in it
	Hot      []byte
	Keys     []byte   // 16 bytes an entry
	Frames   [][]byte // compressed, frameEntries entries each
}

// Writer is the storage that changes to the journal need, inside a transaction.
type Writer interface {
	PutBlock(b *Block) error // inserts, or replaces the block of that number
	DeleteBlock(seq orrery.BlockSeq) error
}

// Reader is the storage that replay needs. What it hands to fn is valid until
// fn returns.
type Reader interface {
	LastBlock(ctx context.Context) (orrery.BlockSeq, error) // highest number ever used
	Blocks(ctx context.Context, which Selection, fn func(b *Block) error) error
	BlockKeys(ctx context.Context, fn func(seq orrery.BlockSeq, keys []byte) error) error
	KeysOf(ctx context.Context, seq orrery.BlockSeq) ([]byte, error)
	Frame(ctx context.Context, seq orrery.BlockSeq, frame int) ([]byte, error)
}

// Selection picks blocks. The zero value picks all, in order of their numbers.
type Selection struct {
	After       orrery.BlockSeq // only blocks with a greater number
	Until       orrery.BlockSeq // only blocks up to this number; 0: no limit
	Retractions bool            // only blocks that hold a retraction
}

// Journal knows what is stored: the keys of all entries and what has been taken
// back. It is used by one goroutine at a time.
type Journal struct {
	storage Reader
	codec   codec
	hasher  keyset.Hasher
	next    orrery.BlockSeq

	keys       keyset.Set // → block that holds the entry
	keysLoaded bool

	expanded sync.Pool // of *[]byte: memory of frames that were read
	taken    *taken    // what is taken back; nil until asked for
}

// Open reads what is needed to replay. Keys are read when the first entry is
// appended: readers never need them.
func Open(ctx context.Context, storage Reader, secret [16]byte) (*Journal, error) {
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	j := &Journal{storage: storage, codec: c, hasher: keyset.NewHasher(secret)}
	last, err := storage.LastBlock(ctx)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	j.next = last + 1
	return j, nil
}

// Seq returns the number of the newest block that was ever written.
func (j *Journal) Seq() orrery.BlockSeq { return j.next - 1 }

// Key returns the dedupe key of an activity.
func (j *Journal) Key(planet orrery.PlanetID, namespace, externalID string) keyset.Key {
	return j.hasher.Key(string([]byte{byte(planet), byte(planet >> 8)}), namespace, externalID)
}

// Contains says whether an entry with the key is stored, and in which block.
func (j *Journal) Contains(ctx context.Context, k keyset.Key) (orrery.BlockSeq, bool, error) {
	if err := j.loadKeys(ctx); err != nil {
		return 0, false, err
	}
	seq, ok := j.keys.Get(k)
	return orrery.BlockSeq(seq), ok, nil
}

// Append stores the entries that are new, as one block of one import, and
// returns their number; entries[:added] are those, in their order, the rest is
// unspecified. Each duplicate is told with the block that holds the first; that
// is the new block itself where a batch repeats an entry. Keys must be set.
//
// Memory changes before the transaction commits. If it fails, the Journal is
// ahead of its storage and must be thrown away.
func (j *Journal) Append(ctx context.Context, tx Writer, imp orrery.ImportID, entries []Entry, duplicate func(of orrery.BlockSeq)) (added int, seq orrery.BlockSeq, err error) {
	if err := j.loadKeys(ctx); err != nil {
		return 0, 0, err
	}
	if len(entries) > maxBlockEntries {
		return 0, 0, fmt.Errorf("append %d entries: a block holds at most %d", len(entries), maxBlockEntries)
	}
	for i := range entries {
		if holder, added := j.keys.Add(entries[i].Key, uint32(j.next)); !added {
			duplicate(orrery.BlockSeq(holder))
			continue
		}
		if added != i {
			entries[added] = entries[i]
		}
		added++
	}
	if added == 0 {
		return 0, 0, nil
	}
	entries = entries[:added]
	block, err := j.encode(j.next, imp, entries)
	if err != nil {
		return 0, 0, err
	}
	if err := tx.PutBlock(block); err != nil {
		return 0, 0, fmt.Errorf("append block %d: %w", block.Seq, err)
	}
	if j.taken != nil {
		j.taken.extend(block.Seq, entries)
	}
	j.next++
	return added, block.Seq, nil
}

func (j *Journal) encode(seq orrery.BlockSeq, imp orrery.ImportID, entries []Entry) (*Block, error) {
	b := &Block{Seq: seq, Import: imp, Entries: len(entries), MinMicro: entries[0].AtMicros, MaxMicro: entries[0].AtMicros}
	for i := range entries {
		entries[i].InThread = j.mark(&entries[i], "thread", entries[i].Cold.Thread)
		entries[i].OnObject = j.mark(&entries[i], "object", entries[i].ObjectID)
	}
	hot, err := encodeHot(make([]byte, 0, 40*len(entries)+256), entries)
	if err != nil {
		return nil, fmt.Errorf("encode block %d: %w", seq, err)
	}
	b.Hot = hot
	b.Keys = make([]byte, 0, 16*len(entries))
	for i := range entries {
		b.Keys = append(b.Keys, entries[i].Key[:]...)
		b.MinMicro = min(b.MinMicro, entries[i].AtMicros)
		b.MaxMicro = max(b.MaxMicro, entries[i].AtMicros)
		if entries[i].Flags&FlagRetraction != 0 {
			b.Retracts++
		}
	}
	var raw []byte
	for start := 0; start < len(entries); start += frameEntries {
		raw = encodeFrame(raw[:0], entries[start:min(start+frameEntries, len(entries))])
		b.Frames = append(b.Frames, j.codec.enc.EncodeAll(raw, make([]byte, 0, len(raw)/3+64)))
	}
	return b, nil
}

// mark is what stands in the hot part for a word of the cold one.
func (j *Journal) mark(e *Entry, what, word string) uint64 {
	if word == "" {
		return 0
	}
	k := j.hasher.Key(string([]byte{byte(e.Planet), byte(e.Planet >> 8)})+what, e.Namespace, word)
	return max(1, binary.LittleEndian.Uint64(k[:8]))
}

// loadKeys reads the keys of all blocks, once.
func (j *Journal) loadKeys(ctx context.Context) error {
	if j.keysLoaded {
		return nil
	}
	err := j.storage.BlockKeys(ctx, func(seq orrery.BlockSeq, keys []byte) error {
		for ; len(keys) >= 16; keys = keys[16:] {
			j.keys.Put(keyset.Key(keys[:16]), uint32(seq))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read keys of the journal: %w", err)
	}
	j.keysLoaded = true
	return nil
}

// Forget drops what is known of keys and retractions after blocks were removed
// or rewritten: it is read again when it is needed next.
func (j *Journal) Forget() {
	j.keys, j.keysLoaded = keyset.Set{}, false
	j.taken = nil
}
