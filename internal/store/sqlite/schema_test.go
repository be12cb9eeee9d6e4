package sqlite

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

var update = flag.Bool("update", false, "write testdata of the newest format anew; not for a format that was released")

const migrateVar = "ORRERY_TEST_MIGRATE"

// TestMain makes the test binary double as a process that migrates.
func TestMain(m *testing.M) {
	if path := os.Getenv(migrateVar); path != "" {
		fmt.Println("began")
		fmt.Fprintln(os.Stderr, migrateFile(path, slow()))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func migrateFile(path string, to []string) error {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenWAL)
	if err != nil {
		return err
	}
	if err := migrate(conn, to); err != nil {
		return err
	}
	return conn.Close()
}

// schemaOf describes all tables and indexes of a file.
func schemaOf(t testing.TB, path string) string {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	must(t, err)
	defer conn.Close()
	var b strings.Builder
	must(t, query(conn, "SELECT type, name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name", func(stmt *sqlite.Stmt) error {
		fmt.Fprintf(&b, "%s %s\n%s\n", stmt.ColumnText(0), stmt.ColumnText(1), stmt.ColumnText(2))
		return nil
	}))
	version, err := pragma(conn, "user_version")
	must(t, err)
	fmt.Fprintln(&b, "format", version)
	return b.String()
}

// something of everything, as the files in testdata hold it.
func fill(t testing.TB, s *Store) {
	t.Helper()
	must(t, s.Write(t.Context(), func(tx *Tx) error {
		planet, err := tx.PutPlanet(orrery.Planet{Slug: "night-radio", Title: "Night Radio", RhythmDays: 90})
		if err != nil {
			return err
		}
		source, err := tx.PutSource(orrery.SourceRecord{Name: "csv/night-radio", Kind: "csv", Planet: planet, Cursor: []byte("7")})
		if err != nil {
			return err
		}
		imp, err := tx.PutImport(orrery.ImportRecord{Source: source, Planet: planet, State: orrery.ImportDone, Added: 1})
		if err != nil {
			return err
		}
		if err := tx.PutSkipped(imp, orrery.SkippedRow{Row: 3, Reason: "no date", Excerpt: "ann;;"}); err != nil {
			return err
		}
		for i := orrery.IdentityID(1); i <= 2; i++ {
			key := orrery.Key{Namespace: "forum.example", Type: "login", Value: fmt.Sprint("u", i)}
			if err := tx.PutIdentity(identity.Identity{ID: i, Key: key, Name: "Ann Fox", Import: imp}); err != nil {
				return err
			}
		}
		if err := tx.PutEvidence(identity.Evidence{A: 1, B: 2, Kind: orrery.SamePlatform, Import: imp}); err != nil {
			return err
		}
		if err := tx.PutErased(keyset.Key{1, 2, 3}, 1); err != nil {
			return err
		}
		j, err := journal.Open(t.Context(), s, [16]byte{})
		if err != nil {
			return err
		}
		entries := []journal.Entry{{
			Hot:  journal.Hot{Identity: 1, Planet: planet, AtMicros: 1, Valence: journal.NoValence, Kind: "reply", To: []orrery.IdentityID{2}},
			Cold: journal.Cold{ExternalID: "a1", Namespace: "forum.example", ObjectTitle: "On radios"}, Key: keyset.Key{9},
		}}
		_, _, err = j.Append(t.Context(), tx, imp, entries, func(orrery.BlockSeq) {})
		return err
	}))
}

func TestEveryReleasedFormatIsReadAndBecomesTheNewest(t *testing.T) {
	t.Parallel()
	newest := filepath.Join("testdata", fmt.Sprintf("v%d.db", len(migrations)))
	if *update {
		dir := t.TempDir()
		s, err := Open(dir, Options{})
		must(t, err)
		fill(t, s)
		_ = os.Remove(newest)
		must(t, s.Backup(t.Context(), newest))
		must(t, s.Close())
	}
	if _, err := os.Stat(newest); err != nil {
		t.Fatalf("there is no file of format %d: run the tests of this package with -update and keep it", len(migrations))
	}
	fresh := filled(t)
	want := schemaOf(t, filepath.Join(fresh, fileName))
	files, err := filepath.Glob("testdata/v*.db")
	must(t, err)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			data, err := os.ReadFile(file)
			must(t, err)
			must(t, os.WriteFile(filepath.Join(dir, fileName), data, 0o600))
			s, err := Open(dir, Options{})
			must(t, err)
			defer s.Close()
			must(t, s.Check(t.Context()))
			if got := schemaOf(t, filepath.Join(dir, fileName)); got != want {
				t.Errorf("its schema becomes\n%s\nwant\n%s\n(a format that was not released yet: -update; one that was: write a migration)", got, want)
			}
			stored, err := s.Identities(t.Context())
			must(t, err)
			if len(stored.Identities) != 2 || len(stored.Evidence) != 1 || len(stored.Erased) != 1 || stored.Identities[0].Name != "Ann Fox" {
				t.Errorf("got identities %+v", stored)
			}
			j, err := journal.Open(t.Context(), s, [16]byte{})
			must(t, err)
			e, err := j.Entry(t.Context(), journal.Position{Block: 1, Row: 0})
			must(t, err)
			if e.ExternalID != "a1" || e.ObjectTitle != "On radios" || len(e.To) != 1 {
				t.Errorf("got entry %+v", e)
			}
			imports, err := s.Imports(t.Context())
			must(t, err)
			skipped, err := s.Skipped(t.Context(), imports[0].ID)
			must(t, err)
			if len(imports) != 1 || len(skipped) != 1 {
				t.Errorf("got imports %+v and skipped %+v", imports, skipped)
			}
		})
	}
}

// slow is a migration of two steps that take a while.
func slow() []string {
	return append(migrations[:len(migrations):len(migrations)], `
		CREATE TABLE wide (n INTEGER PRIMARY KEY, text TEXT NOT NULL);
		INSERT INTO wide WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 8000) SELECT n, hex(randomblob(40)) FROM c;
		ALTER TABLE planet ADD COLUMN colour TEXT NOT NULL DEFAULT 'none';
		DROP TABLE teammate`, `
		CREATE INDEX wide_text ON wide (text);
		UPDATE planet SET colour = 'blue'`)
}

func TestAMigrationThatIsKilledLeavesTheOldOrTheNew(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts processes and kills them")
	}
	chance := rand.New(rand.NewPCG(1, 1))
	whole := filled(t)
	began := time.Now()
	must(t, migrateFile(filepath.Join(whole, fileName), slow()))
	took := time.Since(began)
	seen := map[int]int{}
	for range 6 {
		dir := filled(t)
		path := filepath.Join(dir, fileName)
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), migrateVar+"="+path)
		out, err := c.StdoutPipe()
		must(t, err)
		must(t, c.Start())
		_, err = bufio.NewReader(out).ReadString('\n')
		must(t, err)
		time.Sleep(time.Duration(chance.Float64() * 1.2 * float64(took))) // where the kill falls is the point
		_ = c.Process.Kill()
		_, _ = io.Copy(io.Discard, out)
		_ = c.Wait()

		conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenWAL)
		must(t, err)
		version, err := pragma(conn, "user_version")
		must(t, err)
		seen[version]++
		count := func(sql string) (n int) {
			must(t, sqlitex.ExecuteTransient(conn, sql, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
				n = stmt.ColumnInt(0)
				return nil
			}}))
			return n
		}
		wide := count("SELECT count(*) FROM sqlite_master WHERE name = 'wide'")
		index := count("SELECT count(*) FROM sqlite_master WHERE name = 'wide_text'")
		teammate := count("SELECT count(*) FROM sqlite_master WHERE name = 'teammate'")
		if got, want := fmt.Sprint(wide, index, teammate), map[int]string{len(migrations): "0 0 1", len(migrations) + 1: "1 0 0", len(migrations) + 2: "1 1 0"}[version]; got != want {
			t.Errorf("format %d has %s, want %s", version, got, want)
		}
		if wide > 0 && count("SELECT count(*) FROM wide") != 8000 {
			t.Errorf("format %d has a part of its rows", version)
		}
		must(t, conn.Close())
		must(t, migrateFile(path, slow())) // and it goes on from there
		if got, want := schemaOf(t, path), schemaOf(t, filepath.Join(whole, fileName)); got != want {
			t.Errorf("migrated again it is\n%s\nwant\n%s", got, want)
		}
	}
	t.Logf("killed at formats %v", seen)
}
