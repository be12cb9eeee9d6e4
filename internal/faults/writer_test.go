//go:build faults && linux

package faults

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Appender stores numbered rows.
type Appender interface {
	// Append stores row n, perhaps with rows after it, and returns the number
	// of the last row that is promised to last.
	Append(n int) (acked int, err error)

	// Rows returns the numbers of the rows that are stored, in order.
	Rows() ([]int, error)

	Close() error
}

// appenders are the stores that the writer process can write to.
var appenders = map[string]func(dir string) (Appender, error){
	"sqlite-full":   func(dir string) (Appender, error) { return openBare(dir, "FULL") },
	"sqlite-normal": func(dir string) (Appender, error) { return openBare(dir, "NORMAL") },

	"journal":        func(dir string) (Appender, error) { return openJournal(dir, "") }, // as the product opens it
	"journal-normal": func(dir string) (Appender, error) { return openJournal(dir, "NORMAL") },
}

const (
	writerVar = "ORRERY_FAULTS_WRITER"
	dirVar    = "ORRERY_FAULTS_DIR"
)

// TestMain makes the test binary double as the writer process.
func TestMain(m *testing.M) {
	if name := os.Getenv(writerVar); name != "" {
		fmt.Fprintln(os.Stderr, write(name, os.Getenv(dirVar)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// write appends rows until something fails. After each Append it prints the
// number of the last row that is promised and the time at which that was known.
func write(name, dir string) error {
	a, err := appenders[name](dir)
	if err != nil {
		return err
	}
	rows, err := a.Rows()
	if err != nil {
		return err
	}
	last := 0
	if len(rows) > 0 {
		last = rows[len(rows)-1]
	}
	for {
		if last, err = a.Append(last + 1); err != nil {
			return err
		}
		if _, err := fmt.Println(last, time.Now().UnixNano()); err != nil {
			return err
		}
	}
}

// ack is an acknowledgement: all rows up to a number, known at a time.
type ack struct {
	row   int
	nanos int64 // since 1970
}

// writer is a running writer process. What it acknowledges comes through a
// pipe, which no fault of the disk reaches.
type writer struct {
	command *exec.Cmd
	first   chan struct{} // closed at the first acknowledgement, or at the end without one
	ended   chan struct{} // closed once everything it acknowledged is read
	acks    []ack         // to be read after that
	said    bytes.Buffer  // why it ended by itself; likewise
}

func startWriter(t *testing.T, name, dir string) *writer {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), writerVar+"="+name, dirVar+"="+dir)
	w := &writer{command: c, first: make(chan struct{}), ended: make(chan struct{})}
	c.Stderr = &w.said
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(w.ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var a ack
			if _, err := fmt.Sscan(lines.Text(), &a.row, &a.nanos); err != nil {
				break // a line cut short by the end of the process
			}
			if w.acks = append(w.acks, a); len(w.acks) == 1 {
				close(w.first)
			}
		}
		if len(w.acks) == 0 {
			close(w.first)
		}
	}()
	return w
}

// kill ends the process with SIGKILL and reads the rest of what it said.
func (w *writer) kill() {
	_ = w.command.Process.Kill() // it may have ended by itself
	<-w.ended
	_ = w.command.Wait()
}

// promised returns the last row that it acknowledged before the given time. It
// is to be called after kill.
func (w *writer) promised(before time.Time) int {
	for _, a := range slices.Backward(w.acks) {
		if a.nanos < before.UnixNano() {
			return a.row
		}
	}
	return 0
}

// bare is a table in SQLite with nothing of Orrery's: it shows that the harness
// itself sees a lost row where there is one.
type bare struct{ conn *sqlite.Conn }

var _ Appender = (*bare)(nil)

func openBare(dir, synchronous string) (*bare, error) {
	conn, err := sqlite.OpenConn(filepath.Join(dir, "bare.db"), sqlite.OpenReadWrite|sqlite.OpenCreate|sqlite.OpenWAL)
	if err != nil {
		return nil, err
	}
	for _, sql := range []string{
		"PRAGMA synchronous=" + synchronous,
		"CREATE TABLE IF NOT EXISTS row (n INTEGER PRIMARY KEY, padding BLOB)",
	} {
		if err := sqlitex.ExecuteTransient(conn, sql, nil); err != nil {
			return nil, err
		}
	}
	return &bare{conn}, nil
}

func (b *bare) Append(n int) (int, error) {
	err := sqlitex.Execute(b.conn, "INSERT INTO row VALUES (?, randomblob(200))", &sqlitex.ExecOptions{Args: []any{n}})
	return n, err
}

func (b *bare) Rows() ([]int, error) {
	var rows []int
	err := sqlitex.Execute(b.conn, "SELECT n FROM row ORDER BY n", &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error {
			rows = append(rows, s.ColumnInt(0))
			return nil
		},
	})
	return rows, err
}

func (b *bare) Close() error { return b.conn.Close() }
