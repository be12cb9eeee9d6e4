//go:build faults && linux

package faults

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPowerCutLosesNothingAcknowledged(t *testing.T) {
	for _, name := range []string{"sqlite-full", "journal"} {
		t.Run(name, func(t *testing.T) {
			d := newDisk(t, 256)
			acked, lost := 0, 0
			for range rounds(10, 4) {
				a, l := cutOnce(t, d, name)
				acked, lost = acked+a, lost+l
			}
			t.Logf("%d rows acknowledged, %d lost", acked, lost)
			if lost > 0 {
				t.Errorf("%d of %d acknowledged rows were lost", lost, acked)
			}
		})
	}
}

// Without this one, the test above might pass because the cut cuts nothing.
func TestPowerCutLosesRowsWhereFsyncIsSpared(t *testing.T) {
	for _, name := range []string{"sqlite-normal", "journal-normal"} {
		t.Run(name, func(t *testing.T) {
			d := newDisk(t, 256)
			for range 20 { // not every cut hits a log that was not yet synced
				if _, lost := cutOnce(t, d, name); lost > 0 {
					return
				}
			}
			t.Error("synchronous=NORMAL lost nothing in 20 cuts: the harness does not cut")
		})
	}
}

// cutOnce lets a writer go on with the store on the disk, cuts the power at a
// random moment, and counts what was acknowledged and what of that is gone.
func cutOnce(t *testing.T, d *disk, name string) (acked, lost int) {
	t.Helper()
	dir := filepath.Join(d.dir, "store")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, "sync", "-f", d.dir)
	before := len(readRows(t, name, dir))
	w := startWriter(t, name, dir)
	waitFor(t, w)
	time.Sleep(time.Duration(50+rand.IntN(500)) * time.Millisecond)
	// A sync that is under way while the power goes may still come back well,
	// which no real machine lives to tell: what is acknowledged later is no
	// promise.
	power := time.Now()
	d.cut(t)
	w.kill()
	promised := w.promised(power)
	d.restore(t)

	stored := readRows(t, name, dir)
	for n := 1; n <= promised; n++ {
		if stored[n] == 0 {
			lost++
		}
	}
	for n, times := range stored {
		if times > 1 {
			t.Errorf("row %d is stored %d times", n, times)
		}
	}
	acked = promised - before
	t.Logf("%6d rows acknowledged, %6d of them lost", acked, lost)
	return acked, lost
}

// waitFor waits until a writer has acknowledged something.
func waitFor(t *testing.T, w *writer) {
	t.Helper()
	select {
	case <-w.first:
	case <-time.After(30 * time.Second):
		w.kill()
		t.Fatalf("the writer acknowledged nothing within 30 s: %s", &w.said)
	}
}

// readRows opens the store as a restart would and counts each row.
func readRows(t *testing.T, name, dir string) map[int]int {
	t.Helper()
	a, err := appenders[name](dir)
	if err != nil {
		t.Fatalf("open after the cut: %v", err)
	}
	defer a.Close()
	rows, err := a.Rows()
	if err != nil {
		t.Fatalf("read after the cut: %v", err)
	}
	count := make(map[int]int, len(rows))
	for _, n := range rows {
		count[n]++
	}
	return count
}

// rounds returns how often to do something: fewer times with -short.
func rounds(long, short int) int {
	if testing.Short() {
		return short
	}
	return long
}
