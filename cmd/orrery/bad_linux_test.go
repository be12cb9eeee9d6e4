package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// memoryDisk is a file system of some megabytes, which only root can make.
func memoryDisk(t *testing.T, megabytes int) string {
	t.Helper()
	dir := t.TempDir()
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a disk in memory")
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); err != nil {
		t.Skip("a disk in memory cannot be mounted here: " + err.Error())
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func remount(t *testing.T, dir string, flags uintptr, options string) {
	t.Helper()
	if err := unix.Mount("tmpfs", dir, "tmpfs", flags|unix.MS_REMOUNT, options); err != nil {
		t.Fatal(err)
	}
}

func TestAReadOnlyFolderIsSaidToBeSo(t *testing.T) {
	t.Parallel()
	disk := memoryDisk(t, 16)
	data := filepath.Join(disk, "data")
	file := write(t, "night-radio.ndjson", activities(12, 20, "night-radio"))
	orr(t, data, "import", "ndjson", file).ok()
	remount(t, disk, unix.MS_RDONLY, "size=16m")
	for _, args := range [][]string{{"members"}, {"import", "ndjson", file}, {"doctor"}} {
		r := orr(t, data, args...)
		if r.code != exitUsage || !strings.Contains(r.err, data) || !strings.Contains(r.err, "permission") {
			t.Errorf("%v ended with %d: %s; want %d, the folder's name and a word of permissions", args, r.code, r.err, exitUsage)
		}
	}
	if r := orr(t, filepath.Join(disk, "new"), "import", "ndjson", file); r.code != exitUsage || !strings.Contains(r.err, "cannot be made") {
		t.Errorf("a new folder ended with %d: %s; want %d and that it cannot be made", r.code, r.err, exitUsage)
	}
	remount(t, disk, 0, "size=16m")
	state(t, data)
}

func TestAFullDiskStopsAndLosesNothing(t *testing.T) {
	t.Parallel()
	disk := memoryDisk(t, 16)
	data, calm := filepath.Join(disk, "data"), filepath.Join(t.TempDir(), "calm")
	first, more := write(t, "night-radio.ndjson", activities(12, 20, "night-radio")), write(t, "more.ndjson", activities(60, 300, "night-radio"))
	orr(t, data, "import", "ndjson", first).ok()
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 32<<20), 0o600); err == nil {
		t.Fatal("the disk is larger than it should be")
	}
	info, err := os.Stat(filler)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filler, info.Size()-400<<10); err != nil {
		t.Fatal(err)
	}
	r := orr(t, data, "import", "ndjson", more)
	if r.code != exitFailed || !strings.Contains(r.err, "full") {
		t.Fatalf("it ended with %d: %s; want %d and that the disk is full", r.code, r.err, exitFailed)
	}
	if strings.Contains(r.err, "goroutine") {
		t.Errorf("it panicked: %s", r.err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	state(t, data)
	orr(t, data, "import", "ndjson", more).ok()
	orr(t, calm, "import", "ndjson", first).ok()
	orr(t, calm, "import", "ndjson", more).ok()
	if state(t, data) != state(t, calm) {
		t.Error("it is another state than with room from the start")
	}
}

// A line of a third of a gigabyte comes through a pipe, so that no disk holds it.
func TestALineWithoutEndDoesNotFillTheMemory(t *testing.T) {
	for _, kind := range []string{"csv", "ndjson"} {
		pipe := filepath.Join(t.TempDir(), "endless."+kind)
		if err := unix.Mkfifo(pipe, 0o600); err != nil {
			t.Skip("no named pipe can be made: " + err.Error())
		}
		const megabytes = 300
		head, tail := "who,when\nann,2026-11-01\n", "\nbo,2026-11-02\n"
		if kind == "ndjson" {
			head, tail = activities(1, 1, "endless"), "\n"+strings.Replace(activities(1, 1, "endless"), `"a0"`, `"b0"`, 1)
		}
		written := make(chan error, 1)
		go func() {
			w, err := os.OpenFile(pipe, os.O_WRONLY, 0)
			if err != nil {
				written <- err
				return
			}
			_, err = w.WriteString(head)
			long := bytes.Repeat([]byte("x,"), 1<<19)
			for range megabytes {
				if err == nil {
					_, err = w.Write(long)
				}
			}
			if err == nil {
				_, err = w.WriteString(tail)
			}
			written <- errors.Join(err, w.Close())
		}()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		data := filepath.Join(t.TempDir(), "data")
		done := orr(t, data, "import", kind, pipe, "--json").ok().line()
		runtime.ReadMemStats(&after)
		if err := <-written; err != nil {
			t.Fatal(err)
		}
		if done["added"] != 2.0 || done["skipped"] != 1.0 {
			t.Errorf("%s: the import ended with %v, want two added and the long one skipped", kind, done)
		}
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 100 {
			t.Errorf("%s: %d MB were taken for a line of %d MB", kind, took, megabytes)
		}
		rows := orr(t, data, "import", "errors", "1", "--json").ok().lines()
		if len(rows) != 1 || !strings.Contains(rows[0]["reason"].(string), "megabyte") || len(rows[0]["excerpt"].(string)) > 200 {
			t.Errorf("%s: the skipped rows are %.300v", kind, rows)
		}
	}
}
