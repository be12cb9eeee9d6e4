//go:build faults && linux

package faults

import (
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"orrery.dev/orrery/internal/orrerytest"
)

func TestKilledWriterLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	acked := 0
	for range rounds(50, 10) {
		w := startWriter(t, "journal", dir)
		waitFor(t, w)
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
		w.kill()
		acked = w.promised(time.Now())
		stored := readRows(t, "journal", dir)
		for n := 1; n <= acked; n++ {
			if stored[n] != 1 {
				t.Fatalf("row %d was acknowledged and is stored %d times", n, stored[n])
			}
		}
	}
	t.Logf("%d rows acknowledged, all stored once", acked)
}

// An import is killed at random moments, again and again. Whenever it is
// started anew, what had been there is there, once, and the stored state is what
// a rebuild gives. In the end it is as if nothing had happened.
func TestKilledImportIsAsIfNothingHadHappened(t *testing.T) {
	binary := orrerytest.Build(t)
	input := newInput(t, 100_000)
	calm := orrerytest.Installation{Binary: binary, Data: filepath.Join(t.TempDir(), "data")}
	began := time.Now()
	input.load(t, calm)
	whole := time.Since(began)
	want := look(t, calm)
	if len(want.lines) != input.rows {
		t.Fatalf("the undisturbed import holds %d activities, want %d", len(want.lines), input.rows)
	}

	const perLife = 5
	kills, lives, during := 0, 0, 0
	for wanted := rounds(50, 10); kills < wanted; lives++ {
		in := orrerytest.Installation{Binary: binary, Data: filepath.Join(t.TempDir(), "data")}
		have := map[string]bool{}
		for range perLife {
			began := time.Now()
			if !killDuring(t, in, input, whole) {
				if len(have) == 0 {
					whole = min(whole, time.Since(began)) // the machine was busier before
				}
				break
			}
			kills++
			have = stillThere(t, in, have)
			if 0 < len(have) && len(have) < input.rows {
				during++
			}
		}
		input.load(t, in)
		want.sameAs(t, look(t, in))
	}
	t.Logf("%d kills of an import that takes %v, in %d lives; %d of them with the import half stored",
		kills, whole.Round(time.Millisecond), lives, during)
	if during == 0 {
		t.Error("no kill came while rows were being stored: the test shows nothing")
	}
}

// killDuring starts an import, kills it after a random part of the time that it
// takes undisturbed, and reports whether it was killed before its end.
func killDuring(t *testing.T, in orrerytest.Installation, input input, whole time.Duration) bool {
	t.Helper()
	c := in.Command(input.args()...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Duration(rand.Int64N(int64(whole))), func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // what it started as well
	})
	err := c.Wait()
	timer.Stop()
	status, _ := c.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case err == nil:
		return false
	case status.Signaled() && status.Signal() == syscall.SIGKILL:
		return true
	}
	t.Fatalf("an import after a kill ended with %v: it should go on where the last one stopped", err)
	return false
}

// stillThere checks that everything that was there is, once, and that the stored
// state is what a rebuild gives; it returns what there is now.
func stillThere(t *testing.T, in orrerytest.Installation, had map[string]bool) map[string]bool {
	t.Helper()
	if !exists(in) {
		if len(had) > 0 {
			t.Fatal("the whole store is gone")
		}
		return had
	}
	in.Healthy(t)
	activities, _ := in.Export(t)
	have := make(map[string]bool, len(activities))
	for _, a := range activities {
		if have[a.ExternalID] {
			t.Fatalf("activity %s is stored twice", a.ExternalID)
		}
		have[a.ExternalID] = true
	}
	for id := range had {
		if !have[id] {
			t.Fatalf("activity %s was there before the kill and is gone", id)
		}
	}
	return have
}
