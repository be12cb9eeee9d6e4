package sqlite

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// filled makes a data folder with a planet in it.
func filled(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(dir, Options{})
	must(t, err)
	must(t, s.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.PutPlanet(orrery.Planet{Slug: "night-radio", RhythmDays: 30})
		return err
	}))
	must(t, s.Close())
	return dir
}

// edit runs SQL on the file of a folder behind the Store's back.
func edit(t testing.TB, path string, sql ...string) {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	must(t, err)
	for _, q := range sql {
		must(t, sqlitex.ExecuteTransient(conn, q, nil))
	}
	must(t, conn.Close())
}

func TestOpenRefusesWhatItMustNotTouch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		make func(t *testing.T, dir string)
		code orrery.Code
		says string
	}{
		{"a newer Orrery wrote it", func(t *testing.T, dir string) {
			edit(t, filepath.Join(dir, fileName), "PRAGMA user_version=4711")
		}, orrery.Conflict, "newer"},
		{"another program's database with a version", func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, fileName)))
			edit(t, filepath.Join(dir, fileName), "CREATE TABLE mine (x)", "PRAGMA user_version=1")
		}, orrery.Invalid, "another program"},
		{"another program's database without a version", func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, fileName)))
			edit(t, filepath.Join(dir, fileName), "CREATE TABLE mine (x)")
		}, orrery.Invalid, "another program"},
		{"no database at all", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, fileName), bytes.Repeat([]byte("Dear diary, "), 1000), 0o600))
		}, orrery.Invalid, "no Orrery data"},
		{"a header that lies", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, fileName), append([]byte("SQLite format 3\x00"), make([]byte, 5000)...), 0o600))
		}, orrery.Invalid, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filled(t)
			test.make(t, dir)
			before, err := os.ReadFile(filepath.Join(dir, fileName))
			must(t, err)
			s, err := Open(dir, Options{})
			if err == nil {
				must(t, s.Close())
				t.Fatal("it was opened")
			}
			if orrery.CodeOf(err) != test.code || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v (code %d), want code %d and a word of %q", err, orrery.CodeOf(err), test.code, test.says)
			}
			after, err := os.ReadFile(filepath.Join(dir, fileName))
			must(t, err)
			if !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
			lock, err := Lock(dir)
			must(t, err) // the lock was given back
			must(t, lock.Unlock())
		})
	}
}

func TestOneOpensAtATime(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	first, err := Open(dir, Options{})
	must(t, err)
	if _, err := Open(dir, Options{}); orrery.CodeOf(err) != orrery.Conflict || !strings.Contains(err.Error(), dir) {
		t.Errorf("the second opener: got %v, want a Conflict that names the folder", err)
	}
	must(t, first.Close())
	second, err := Open(dir, Options{})
	must(t, err)
	must(t, second.Close())
	if _, err := Open(filepath.Join(dir, "nothing"), Options{MustExist: true}); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("an empty folder that must exist: got %v, want NotFound", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Error("asking for data made a folder")
	}
}

func TestAWriteIsWholeOrNot(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	s, err := Open(dir, Options{})
	must(t, err)
	defer s.Close()
	before, err := s.Generation(t.Context())
	must(t, err)
	reason := errors.New("changed my mind")
	err = s.Write(t.Context(), func(tx *Tx) error {
		if _, err := tx.PutPlanet(orrery.Planet{Slug: "zine", RhythmDays: 30}); err != nil {
			return err
		}
		return reason
	})
	if !errors.Is(err, reason) {
		t.Errorf("got %v, want the reason", err)
	}
	planets, err := s.Planets(t.Context())
	must(t, err)
	after, err := s.Generation(t.Context())
	must(t, err)
	if len(planets) != 1 || before != after {
		t.Errorf("a write that was taken back left %d planets and generation %d, want 1 and %d", len(planets), after, before)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Write(ctx, func(*Tx) error { t.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

func TestADamagedPageIsFound(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	s, err := Open(dir, Options{})
	must(t, err)
	must(t, s.Write(t.Context(), func(tx *Tx) error {
		for i := range 2000 {
			if err := tx.PutSkipped(orrery.ImportID(i%7), orrery.SkippedRow{Row: int64(i), Reason: "because", Excerpt: strings.Repeat("x", 100)}); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, s.Check(t.Context()))
	must(t, s.Close())
	path := filepath.Join(dir, fileName)
	data, err := os.ReadFile(path)
	must(t, err)
	at := len(data)/4096/2*4096 + 5 // within the header of a page in the middle
	copy(data[at:], bytes.Repeat([]byte{0xff}, 16))
	must(t, os.WriteFile(path, data, 0o600))
	if s, err = Open(dir, Options{}); err == nil {
		err = s.Check(t.Context())
		must(t, s.Close())
	}
	if err == nil || !strings.Contains(err.Error(), "damaged") || !strings.Contains(err.Error(), "restore") {
		t.Errorf("got %v, want words about damage and restoring", err)
	}
}
