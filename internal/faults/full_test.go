//go:build faults && linux

package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/orrerytest"
)

// On a disk that is too small the import ends with a clear error; with more room
// it goes on, and in the end it is as if the disk had never been full.
func TestFullDiskStopsTheImportAndLosesNothing(t *testing.T) {
	binary := orrerytest.Build(t)
	first, second := newInput(t, 5_000), newInput(t, 120_000)
	want := calm(t, binary, first, second)

	d := newMemoryDisk(t, 256)
	in := orrerytest.Installation{Binary: binary, Data: filepath.Join(d.dir, "data")}
	first.load(t, in)
	d.grow(t, megabytes(t, in.Data)+3)

	r := in.Try(second.args()...)
	if r.Err == nil {
		t.Fatal("the import fitted on the disk: the test shows nothing")
	}
	saysPlainly(t, r.Stderr, "full", "room", "space")
	stillThere(t, in, first.ids())
	d.grow(t, 256)
	stillThere(t, in, first.ids())
	second.load(t, in)
	want.sameAs(t, look(t, in))
}

// After the first fsync that fails nothing is stored any more: a second one may
// succeed though the data never reached the disk.
func TestFailingFsyncStopsTheImportAndLosesNothing(t *testing.T) {
	need(t, "strace", "strace")
	binary := orrerytest.Build(t)
	first, second := newInput(t, 5_000), newInput(t, 30_000)
	want := calm(t, binary, first, second)

	trace := filepath.Join(t.TempDir(), "trace")
	stopped := 0
	// strace counts each thread's syncs: the later ones may never come.
	for at := range rounds(12, 4) {
		in := orrerytest.Installation{Binary: binary, Data: filepath.Join(t.TempDir(), "data")}
		first.load(t, in)
		r := underStrace(in, second, trace, at+1)
		failed, after := failedSyncs(t, trace)
		t.Logf("syncs that failed: %q, of the database after that: %d; the import said %v", failed, after, r.Err)
		if after > 0 {
			t.Errorf("the database was synced %d times after a sync of it had failed: that may succeed without the data on the disk", after)
		}
		stillThere(t, in, first.ids())
		if r.Err != nil {
			stopped++
			saysPlainly(t, r.Stderr, "disk")
			second.load(t, in)
		}
		want.sameAs(t, look(t, in))
	}
	if stopped == 0 {
		t.Error("no import was stopped by a failing sync")
	}
}

// calm imports the inputs one after the other with nothing in the way.
func calm(t *testing.T, binary string, inputs ...input) looks {
	t.Helper()
	in := orrerytest.Installation{Binary: binary, Data: filepath.Join(t.TempDir(), "data")}
	for _, i := range inputs {
		i.load(t, in)
	}
	return look(t, in)
}

// underStrace imports with each thread's sync of the given number failing.
func underStrace(in orrerytest.Installation, i input, trace string, at int) orrerytest.Result {
	c := in.Command(i.args()...)
	traced := exec.Command("strace", slices.Concat([]string{
		"-f", "-y", "-o", trace, "-e", "trace=fsync,fdatasync", "-e", fmt.Sprintf("inject=fsync,fdatasync:error=EIO:when=%d", at),
	}, c.Args)...)
	traced.Env = c.Env
	return orrerytest.Finish(traced)
}

// failedSyncs returns the names of the files whose sync failed, and how often
// the database or its log was synced after a sync of either had failed.
func failedSyncs(t *testing.T, trace string) (failed []string, after int) {
	t.Helper()
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	sync := regexp.MustCompile(`^(\d+) +(?:f(?:data)?sync\(\d+<([^>]*)>|<\.\.\. f(?:data)?sync resumed)`)
	name := make(map[string]string) // of the file that a thread syncs
	stopped := false
	for line := range strings.Lines(string(text)) {
		call := sync.FindStringSubmatch(line)
		if call == nil {
			continue
		}
		thread, started := call[1], call[2] != ""
		if started {
			name[thread] = filepath.Base(call[2])
		}
		database := strings.HasPrefix(name[thread], "orrery.db")
		switch {
		case strings.Contains(line, "(INJECTED)"):
			failed = append(failed, name[thread])
			stopped = stopped || database
		case stopped && database && started:
			after++
		}
	}
	return failed, after
}

// megabytes returns how much the files of a folder take, rounded up.
func megabytes(t *testing.T, dir string) int {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	bytes := int64(0)
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		bytes += info.Size()
	}
	return int(bytes>>20) + 1
}

// saysPlainly checks that an error is in words for a person: one of those given,
// and nothing of a program that broke.
func saysPlainly(t *testing.T, said string, oneOf ...string) {
	t.Helper()
	if strings.Contains(said, "goroutine ") || strings.Contains(said, "panic:") {
		t.Errorf("the command broke instead of saying what is wrong:\n%s", said)
	}
	for _, word := range oneOf {
		if strings.Contains(strings.ToLower(said), word) {
			return
		}
	}
	lines := strings.Split(strings.TrimSpace(said), "\n")
	t.Errorf("got the message %q: want one with one of %q", lines[len(lines)-1], oneOf)
}
