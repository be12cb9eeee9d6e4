//go:build faults && linux

package faults

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/store/sqlite"
)

// batch is how many rows are acknowledged together, as a group commit would.
const batch = 20

// journaled writes rows as activities into Orrery's own journal and store.
type journaled struct {
	store   *sqlite.Store
	journal *journal.Journal
}

var _ Appender = (*journaled)(nil)

func openJournal(dir, synchronous string) (*journaled, error) {
	ctx := context.Background()
	store, err := sqlite.Open(dir, sqlite.Options{Synchronous: synchronous})
	if err != nil {
		return nil, err
	}
	secret, err := store.Secret(ctx)
	if err != nil {
		return nil, err
	}
	j, err := journal.Open(ctx, store, secret)
	if err != nil {
		return nil, err
	}
	return &journaled{store, j}, nil
}

func (j *journaled) Append(n int) (int, error) {
	ctx := context.Background()
	entries := make([]journal.Entry, batch)
	for i := range entries {
		id := strconv.Itoa(n + i)
		entries[i] = journal.Entry{
			Hot: journal.Hot{
				Identity: orrery.IdentityID(1 + (n+i)%100), Planet: 1, Kind: "git.commit", Valence: journal.NoValence,
				AtMicros: int64(n+i) * time.Minute.Microseconds(),
			},
			Cold: journal.Cold{ExternalID: id, Namespace: "faults", ObjectTitle: "commit number " + id},
			Key:  j.journal.Key(1, "faults", id),
		}
	}
	err := j.store.Write(ctx, func(tx *sqlite.Tx) error {
		added, _, err := j.journal.Append(ctx, tx, 1, entries, func(orrery.BlockSeq) {})
		if err == nil && added != batch {
			err = fmt.Errorf("%d of %d new rows were taken for duplicates", batch-added, batch)
		}
		return err
	})
	return n + batch - 1, err
}

func (j *journaled) Rows() ([]int, error) {
	ctx := context.Background()
	var rows []int
	err := j.journal.Replay(ctx, 0, func(r *journal.Replayed) error {
		all := func(int) bool { return true }
		return j.journal.Entries(ctx, r, all, func(_ int, e *journal.Entry) error {
			n, err := strconv.Atoi(e.ExternalID)
			rows = append(rows, n)
			return err
		})
	})
	slices.Sort(rows)
	return rows, err
}

func (j *journaled) Close() error { return j.store.Close() }
