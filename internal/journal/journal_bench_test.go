package journal_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/store/sqlite"
)

// bulkEntries are those of a simulated world with ten activities a person, but
// for their keys.
func bulkEntries(n int) []journal.Entry {
	list := make([]journal.Entry, 0, n)
	for a := range simulate.Bulk(1, max(1, n/10), n, 20_000) {
		number, _ := strconv.Atoi(a.Actor.Value[1:])
		e := journal.Entry{
			Hot: journal.Hot{
				Identity: orrery.IdentityID(number), Planet: 1, AtMicros: a.At.UnixMicro(),
				Origin: a.Origin, Valence: journal.NoValence, Kind: a.Kind,
			},
			Cold: journal.Cold{
				ExternalID: a.ExternalID, Namespace: a.Namespace, ObjectID: a.Object.ID, ObjectType: a.Object.Type,
				Thread: a.Thread, PromptedBy: a.PromptedBy,
			},
		}
		if len(a.To) > 0 {
			e.To = []orrery.IdentityID{e.Identity + 1}
		}
		list = append(list, e)
	}
	return list
}

// filled returns a journal over a new database, with entries in batches.
func filled(b *testing.B, entries []journal.Entry, batch int) (*journal.Journal, *sqlite.Store) {
	b.Helper()
	store, err := sqlite.Open(b.TempDir(), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	j, err := journal.Open(b.Context(), store, [16]byte{1})
	if err != nil {
		b.Fatal(err)
	}
	for part := range slices.Chunk(entries, batch) {
		for i := range part {
			part[i].Key = j.Key(1, part[i].Namespace, part[i].ExternalID)
		}
		err := store.Write(b.Context(), func(tx *sqlite.Tx) error {
			_, _, err := j.Append(b.Context(), tx, 1, part, func(orrery.BlockSeq) {})
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return j, store
}

// Durable appends by the size of the batch, against none that is durable.
func BenchmarkAppend(b *testing.B) {
	const n = 100_000
	entries := bulkEntries(n)
	for _, batch := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			for b.Loop() {
				_, store := filled(b, entries, batch)
				if err := store.Close(); err != nil {
					b.Fatal(err)
				}
			}
			perEntry(b, n)
		})
	}
	b.Run("kept nowhere", func(b *testing.B) {
		for b.Loop() {
			j, err := journal.Open(b.Context(), nowhere{}, [16]byte{1})
			if err != nil {
				b.Fatal(err)
			}
			for part := range slices.Chunk(entries, 1000) {
				for i := range part {
					part[i].Key = j.Key(1, part[i].Namespace, part[i].ExternalID)
				}
				if _, _, err := j.Append(b.Context(), nowhere{}, 1, part, func(orrery.BlockSeq) {}); err != nil {
					b.Fatal(err)
				}
			}
		}
		perEntry(b, n)
	})
}

// Blocks read and decoded, nothing done with them.
func BenchmarkReplay(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			j, store := filled(b, bulkEntries(n), 8192)
			defer store.Close()
			for b.Loop() {
				rows := 0
				err := j.Replay(b.Context(), 0, func(r *journal.Replayed) error {
					rows += r.N
					return nil
				})
				if err != nil || rows != n {
					b.Fatalf("%d rows of %d: %v", rows, n, err)
				}
			}
			perEntry(b, n)
		})
	}
}

// A frame of 128 rows, as a timeline opens it.
func BenchmarkCold(b *testing.B) {
	j, store := filled(b, bulkEntries(100_000), 8192)
	defer store.Close()
	i := 0
	for b.Loop() {
		i++
		if _, err := j.Cold(b.Context(), orrery.BlockSeq(1+i%8), i%32); err != nil {
			b.Fatal(err)
		}
	}
}

func perEntry(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

// nowhere keeps nothing.
type nowhere struct{}

func (nowhere) PutBlock(*journal.Block) error                      { return nil }
func (nowhere) DeleteBlock(orrery.BlockSeq) error                  { return nil }
func (nowhere) LastBlock(context.Context) (orrery.BlockSeq, error) { return 0, nil }
func (nowhere) Blocks(context.Context, journal.Selection, func(*journal.Block) error) error {
	return nil
}
func (nowhere) BlockKeys(context.Context, func(orrery.BlockSeq, []byte) error) error { return nil }
func (nowhere) KeysOf(context.Context, orrery.BlockSeq) ([]byte, error)              { return nil, nil }

func (nowhere) Frame(context.Context, orrery.BlockSeq, int) ([]byte, error) { return nil, nil }
