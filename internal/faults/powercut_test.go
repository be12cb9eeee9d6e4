//go:build faults && linux

package faults

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// durable are the appenders that promise to survive a power cut.
var durable = []string{"sqlite-full"}

func TestPowerCutLosesNothingAcknowledged(t *testing.T) {
	for _, name := range durable {
		t.Run(name, func(t *testing.T) {
			acked, lost := cutRepeatedly(t, name, rounds(10, 4))
			if lost > 0 {
				t.Errorf("%d of %d acknowledged rows were lost", lost, acked)
			}
		})
	}
}

// Without this one, the test above might pass because the cut cuts nothing.
func TestPowerCutIsSeenWhereFsyncIsSpared(t *testing.T) {
	acked, lost := cutRepeatedly(t, "sqlite-normal", rounds(10, 4))
	if lost == 0 {
		t.Errorf("synchronous=NORMAL kept all of %d acknowledged rows: the harness does not cut", acked)
	}
}

// cutRepeatedly lets a writer write, cuts the power at a random moment, and
// counts what was acknowledged and what of that is gone, over several rounds on
// one disk and one store.
func cutRepeatedly(t *testing.T, name string, rounds int) (acked, lost int) {
	t.Helper()
	d := newDisk(t, 256)
	dir := filepath.Join(d.dir, "store")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, "sync", "-f", d.dir)
	last := 0
	for round := range rounds {
		w := startWriter(t, name, dir)
		waitFor(t, w)
		time.Sleep(time.Duration(50+rand.IntN(500)) * time.Millisecond)
		d.cut(t)
		promised := w.kill()
		d.restore(t)

		stored := readRows(t, name, dir)
		missing := 0
		for n := 1; n <= promised; n++ {
			if stored[n] == 0 {
				missing++
			}
		}
		for n, times := range stored {
			if times > 1 {
				t.Errorf("round %d: row %d is stored %d times", round, n, times)
			}
		}
		t.Logf("round %2d: %5d rows acknowledged, %5d stored, %4d lost", round+1, promised-last, len(stored)-last, missing)
		acked += promised - last
		lost += missing
		last = len(stored)
	}
	t.Logf("%s: %d acknowledged, %d lost in %d cuts", name, acked, lost, rounds)
	return acked, lost
}

func waitFor(t *testing.T, w *writer) {
	t.Helper()
	select {
	case <-w.first:
	case <-time.After(30 * time.Second):
		w.kill()
		t.Fatal("the writer acknowledged nothing within 30 s")
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
