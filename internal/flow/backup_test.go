package flow_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/flow"
)

func clock() time.Time { return now }

func TestABackupIsOfOneMomentWhileWritesGoOn(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	list := world(3, 40, 3000)
	tell(t, s, "first", list[:1500])
	ctx, cancel := context.WithCancel(t.Context())
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			if err := s.Tag(ctx, []orrery.MemberID{1}, fmt.Sprint("tag ", i), true); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			if i == 20 {
				tell(t, s, "second", list[1500:])
			}
		}
	})
	dir := t.TempDir()
	for i := range 8 {
		before, err := s.Sizes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, fmt.Sprint(i, ".db"))
		if err := s.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		after, err := s.Sizes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c, err := flow.Inspect(t.Context(), path, backup.Rebuild, clock, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatalf("backup %d: %v", i, err)
		}
		if c.Generation < before.Generation || c.Generation > after.Generation || c.Activities < before.Activities || c.Activities > after.Activities {
			t.Errorf("backup %d is of %+v, made between %+v and %+v", i, c.Sizes, before, after)
		}
	}
	cancel()
	writer.Wait()
	path := filepath.Join(dir, "last.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	c, err := flow.Inspect(t.Context(), path, backup.Rebuild, clock, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	want := healthy(t, s)
	if c.Hash != hex.EncodeToString(want[:]) || c.People == 0 {
		t.Errorf("the field rebuilt from the backup is %s with %d people, want %x", c.Hash, c.People, want)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 9 {
		t.Errorf("looking left %d files beside the nine backups: %v", len(entries)-9, err)
	}
}

func TestADamagedBackupIsToldSo(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	tell(t, s, "first", world(3, 40, 3000))
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	leave(t, s)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"empty", nil},
		{"another program's", []byte("GIF89a")},
		{"cut off", whole[:len(whole)/2]},
		{"with a page of noise", append(append(append([]byte{}, whole[:len(whole)/2]...), make([]byte, 4096)...), whole[len(whole)/2+4096:]...)},
	} {
		bad := filepath.Join(t.TempDir(), "bad.db")
		if err := os.WriteFile(bad, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := flow.Inspect(t.Context(), bad, backup.Rebuild, clock, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("a backup that is %s is said to be whole", c.name)
		}
	}
}
