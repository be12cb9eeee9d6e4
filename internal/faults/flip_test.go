//go:build faults && linux

package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/orrerytest"
)

// A bit may flip where nothing is kept. Where something is, the journal says so:
// it never hands out an entry other than the one that was stored.
func TestFlippedBitNeverChangesAnEntry(t *testing.T) {
	dir := t.TempDir()
	write, err := openJournal(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n < 4000; n += batch {
		if _, err := write.Append(n); err != nil {
			t.Fatal(err)
		}
	}
	want, err := entries(write)
	if err != nil {
		t.Fatal(err)
	}
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}

	path := filepath.Join(dir, "orrery.db")
	noticed, silent := 0, 0
	for range rounds(300, 100) {
		restore := flip(t, path)
		j, err := openJournal(dir, "")
		if err == nil {
			var got []string
			if got, err = entries(j); err == nil && !slices.Equal(got, want) {
				silent++
				if silent == 1 {
					t.Log(firstDifference(want, got))
				}
			}
			_ = j.Close() // it may be damaged
		}
		if err != nil {
			noticed++
		}
		restore()
	}
	t.Logf("%d flipped bits noticed, %d changed entries without a word", noticed, silent)
	if silent > 0 {
		t.Errorf("%d flipped bits changed entries and nothing said so", silent)
	}
	if noticed == 0 {
		t.Error("no flipped bit was noticed: the test flips nothing that matters")
	}
}

func entries(j *journaled) ([]string, error) {
	ctx := context.Background()
	var all []string
	err := j.journal.Replay(ctx, 0, func(r *journal.Replayed) error {
		every := func(int) bool { return true }
		return j.journal.Entries(ctx, r, every, func(row int, e *journal.Entry) error {
			e.KindIndex = 0
			all = append(all, fmt.Sprintf("%d %t %+v %+v", r.Import, r.Counts(row), e.Hot, e.Cold))
			return nil
		})
	})
	return all, err
}

func firstDifference(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "stored: " + a[i] + "\nread:   " + b[i]
		}
	}
	return fmt.Sprintf("stored: %d entries, read: %d", len(a), len(b))
}

// With the whole command: either doctor notices, or all answers are what they
// were.
func TestDoctorNoticesFlippedBits(t *testing.T) {
	in := orrerytest.Installation{Binary: orrerytest.Build(t), Data: filepath.Join(t.TempDir(), "data")}
	input := newInput(t, 20_000)
	input.load(t, in)
	want := look(t, in)

	path := filepath.Join(in.Data, "orrery.db")
	noticed := 0
	for range rounds(60, 10) {
		restore := flip(t, path)
		if r := in.Try("doctor"); r.Err != nil {
			noticed++
			saysPlainly(t, r.Stderr, "damaged", "restore")
		} else {
			want.sameAs(t, look(t, in))
		}
		restore()
	}
	t.Logf("%d of %d flipped bits were noticed by doctor", noticed, rounds(60, 10))
	if noticed == 0 {
		t.Error("no flipped bit was noticed: the test flips nothing that matters")
	}
}

// flip turns one random bit of a file and returns what puts the file back as it
// was, whatever happened to it since, and drops its write-ahead log.
func flip(t *testing.T, path string) (restore func()) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	at := rand.IntN(len(content))
	if _, err := f.WriteAt([]byte{content[at] ^ 1<<rand.IntN(8)}, int64(at)); err != nil {
		t.Fatal(err)
	}
	return func() {
		for _, log := range []string{path + "-wal", path + "-shm"} {
			if err := os.Remove(log); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
