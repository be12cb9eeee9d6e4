package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/store/rows"
	"orrery.dev/orrery/internal/store/sqlite"
)

const (
	appendBatch = 1000
	rowsAtMost  = 300_000 // that the row design is measured at: it only gets slower
)

// entriesOf hands out the entries of a bulk world, batch by batch, made outside
// of what is timed. Keys are left to the caller.
func (b *bench) entriesOf(n int, fn func([]journal.Entry) error) error {
	batch := make([]journal.Entry, 0, appendBatch)
	for a := range simulate.Bulk(benchSeed, peopleOf(n), n, orrery.DayOf(b.app.clock())) {
		e := journal.Entry{
			Hot: journal.Hot{
				Identity: numberOf(a.Actor.Value), Planet: 1, AtMicros: a.At.UnixMicro(),
				Origin: a.Origin, Valence: journal.NoValence, Kind: a.Kind,
			},
			Cold: journal.Cold{
				ExternalID: a.ExternalID, Namespace: a.Namespace, ObjectID: a.Object.ID, ObjectType: a.Object.Type,
				Thread: a.Thread, PromptedBy: a.PromptedBy,
			},
		}
		for i := range a.To {
			e.To = append(e.To, numberOf(a.To[i].Value))
		}
		if batch = append(batch, e); len(batch) == appendBatch {
			if err := fn(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return fn(batch)
}

// numberOf reads the number of a person that simulate calls "u" and it.
func numberOf(login string) orrery.IdentityID {
	n, _ := strconv.ParseUint(login[1:], 10, 32) // they all are numbers
	return orrery.IdentityID(n)
}

func benchAppend(ctx context.Context, b *bench, n int) error {
	byRow, bytesARow, err := b.appendRows(min(n, rowsAtMost))
	if err != nil {
		return err
	}
	dir := filepath.Join(b.dir, "append")
	defer os.RemoveAll(dir)
	store, err := sqlite.Open(dir, sqlite.Options{})
	if err != nil {
		return err
	}
	j, err := journal.Open(ctx, store, [16]byte{1})
	if err != nil {
		return errors.Join(err, store.Close())
	}
	var total, recent time.Duration
	done, marked := 0, 0
	marks := marksOf(n)
	var figures []measure
	err = b.entriesOf(n, func(batch []journal.Entry) error {
		took, err := timed(func() error {
			for i := range batch {
				batch[i].Key = j.Key(batch[i].Planet, batch[i].Namespace, batch[i].ExternalID)
			}
			return store.Write(ctx, func(tx *sqlite.Tx) error {
				_, _, err := j.Append(ctx, tx, 1, batch, func(orrery.BlockSeq) {})
				return err
			})
		})
		total, recent = total+took, recent+took
		done += len(batch)
		if len(marks) > 0 && done >= marks[0] {
			figures = append(figures, measure{
				Name: "append_up_to", N: done, Value: rate(done-marked, recent), Unit: "rows/s",
				Baseline: byRow, limit: "a row each in SQLite, unique key and index",
			})
			marks, marked, recent = marks[1:], done, 0
		}
		return err
	})
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	size, err := sizeOf(store.Path())
	if err != nil {
		return err
	}
	synced, err := b.appendBytes(n, size/float64(n))
	if err != nil {
		return err
	}
	for _, m := range append(figures,
		measure{
			Name: "append", N: n, Value: rate(n, total), Unit: "rows/s",
			Baseline: byRow, limit: "a row each in SQLite, unique key and index",
		},
		measure{
			Name: "append_raw", N: n, Value: rate(n, total), Unit: "rows/s",
			Baseline: synced, limit: "the same bytes to a file, fsync a batch",
		},
		measure{
			Name: "append_bytes", N: n, Value: size / float64(n), Unit: "bytes/row",
			Baseline: bytesARow, limit: "a row each in SQLite, unique key and index",
		},
	) {
		if err := b.report(m); err != nil {
			return err
		}
	}
	return nil
}

// marksOf are the places at which the rate since the one before is told.
func marksOf(n int) []int {
	if n < 1_000_000 {
		return nil
	}
	return []int{n / 10, n / 2, n}
}

func sizeOf(path string) (float64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()), nil
}

// appendRows measures the row design: rows a second, bytes a row.
func (b *bench) appendRows(n int) (perSecond, bytesARow float64, err error) {
	path := filepath.Join(b.dir, "rows.db")
	defer os.Remove(path)
	store, err := rows.Open(path)
	if err != nil {
		return 0, 0, err
	}
	took, err := b.fillRows(store, n)
	if err := errors.Join(err, store.Close()); err != nil {
		return 0, 0, err
	}
	size, err := sizeOf(path)
	return rate(n, took), size / float64(n), err
}

func (b *bench) fillRows(store *rows.Store, n int) (total time.Duration, err error) {
	hasher := keyset.NewHasher([16]byte{1})
	err = b.entriesOf(n, func(batch []journal.Entry) error {
		took, err := timed(func() error {
			for i := range batch {
				batch[i].Key = hasher.Key("1", batch[i].Namespace, batch[i].ExternalID)
			}
			return store.Append(batch)
		})
		total += took
		return err
	})
	return total, err
}

// appendBytes measures the limit: as many bytes as the rows take, written to a
// file and synced batch by batch.
func (b *bench) appendBytes(n int, bytesARow float64) (float64, error) {
	n = min(n, rowsAtMost)
	file, err := os.CreateTemp(b.dir, "raw")
	if err != nil {
		return 0, err
	}
	defer os.Remove(file.Name())
	batch := make([]byte, int(bytesARow*appendBatch))
	took, err := timed(func() error {
		for range (n + appendBatch - 1) / appendBatch {
			if _, err := file.Write(batch); err != nil {
				return err
			}
			if err := file.Sync(); err != nil {
				return err
			}
		}
		return nil
	})
	return rate(n, took), errors.Join(err, file.Close())
}

func benchKeys(_ context.Context, b *bench, n int) error {
	hasher := keyset.NewHasher([16]byte{1})
	keys := make([]keyset.Key, n)
	for i := range keys {
		keys[i] = hasher.Key("1", "bulk.example", "a"+strconv.Itoa(i))
	}
	var set *keyset.Set
	setBytes := held(func() {
		set = &keyset.Set{}
		for i, k := range keys {
			set.Put(k, uint32(i/appendBatch+1))
		}
	})
	var byKey map[keyset.Key]uint32
	mapBytes := held(func() {
		byKey = map[keyset.Key]uint32{}
		for i, k := range keys {
			byKey[k] = uint32(i/appendBatch + 1)
		}
	})
	found := 0
	setTook, err := median(3, func() error {
		for i := range keys {
			if _, ok := set.Get(keys[i]); ok {
				found++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	mapTook, err := median(3, func() error {
		for i := range keys {
			if _, ok := byKey[keys[i]]; ok {
				found++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if found != 6*n {
		return fmt.Errorf("%d of %d keys were found", found, 6*n)
	}
	return errors.Join(
		b.report(measure{
			Name: "keys_bytes", N: n, Value: setBytes / float64(n), Unit: "bytes/key",
			Baseline: mapBytes / float64(n), limit: "Go's map",
		}),
		b.report(measure{
			Name: "keys_look_up", N: n, Value: float64(setTook.Nanoseconds()) / float64(n), Unit: "ns",
			Baseline: float64(mapTook.Nanoseconds()) / float64(n), limit: "Go's map",
		}),
	)
}

// held returns how many bytes of the heap stay in use after fn.
func held(fn func()) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	fn()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return float64(after.HeapAlloc) - float64(before.HeapAlloc)
}

// quantile returns the duration that a share of all is not above.
func quantile(all []time.Duration, share float64) time.Duration {
	slices.Sort(all)
	return all[min(len(all)-1, int(share*float64(len(all))))]
}
