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

	prepared := func() orrerytest.Installation {
		in := orrerytest.Installation{Binary: binary, Data: filepath.Join(t.TempDir(), "data")}
		first.load(t, in)
		return in
	}
	trace := filepath.Join(t.TempDir(), "trace")
	if r := underStrace(prepared(), second, trace, ""); r.Err != nil {
		t.Fatalf("strace: %v\n%s", r.Err, r.Stderr)
	}
	syncs := countSyncs(t, trace)
	if syncs < 2 {
		t.Fatalf("an import synced %d times: nothing to fail", syncs)
	}
	failed := 0
	for _, at := range spread(syncs, rounds(12, 4)) {
		in := prepared()
		r := underStrace(in, second, trace, fmt.Sprintf(":error=EIO:when=%d", at))
		t.Logf("sync %d of %d failed: %v, %d more were tried", at, syncs, r.Err, countSyncs(t, trace)-at)
		if r.Err != nil {
			failed++
			saysPlainly(t, r.Stderr, "disk")
		} else if done := orrerytest.DoneOf(t, r); done.Added == 0 {
			t.Errorf("the import ended well and stored nothing: %+v", done)
		}
		stillThere(t, in, first.ids())
		second.load(t, in)
		want.sameAs(t, look(t, in))
	}
	if failed == 0 {
		t.Error("no import ended with an error, though a sync of each failed")
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

// underStrace imports with fsync and fdatasync traced, and perhaps injected.
func underStrace(in orrerytest.Installation, i input, trace, injected string) orrerytest.Result {
	c := in.Command(i.args()...)
	args := []string{"strace", "-f", "-o", trace, "-e", "trace=fsync,fdatasync"}
	if injected != "" {
		args = append(args, "-e", "inject=fsync,fdatasync"+injected)
	}
	traced := exec.Command(args[0], slices.Concat(args[1:], c.Args)...)
	traced.Env = c.Env
	return orrerytest.Finish(traced)
}

func countSyncs(t *testing.T, trace string) int {
	t.Helper()
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	return len(regexp.MustCompile(`(?m)^\d+ +f(data)?sync\(`).FindAll(text, -1))
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

// spread returns about n numbers from 1 to last, both included.
func spread(last, n int) []int {
	var numbers []int
	for i := range n {
		at := 1 + i*(last-1)/max(n-1, 1)
		if len(numbers) == 0 || numbers[len(numbers)-1] != at {
			numbers = append(numbers, at)
		}
	}
	return numbers
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
	t.Errorf("got the message %q: want one with one of %q", strings.TrimSpace(said), oneOf)
}
