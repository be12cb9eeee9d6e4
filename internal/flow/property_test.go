package flow_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

func TestAnyOrderSlicingAndRepetitionGivesOneState(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 1))
			list := world(seed, 30, 400)
			want := hashOfAll(t, list)
			if want == hashOfAll(t) {
				t.Fatal("the world is empty")
			}

			dir := t.TempDir()
			s := open(t, dir)
			parts := slicesOf(chance, shuffled(chance, list), 2+chance.IntN(6))
			parts = append(parts, parts[chance.IntN(len(parts))], shuffled(chance, list)) // again, and all again
			for i, part := range parts {
				tell(t, s, fmt.Sprint("feed", chance.IntN(3), "-", i), part)
				switch chance.IntN(4) {
				case 0: // go on from the snapshot
					leave(t, s)
					s = open(t, dir)
				case 1: // go on without one
					leave(t, s)
					if err := os.Remove(filepath.Join(dir, "field.snapshot")); err != nil {
						t.Fatal(err)
					}
					s = open(t, dir)
				}
				if live, c := hashOf(t, s), healthy(t, s); live != c {
					t.Fatalf("after part %d the live state is not the rebuilt one", i)
				}
			}
			if hashOf(t, s) != want {
				t.Error("told in slices, in another order and twice, it is another state")
			}
			leave(t, s)
			s = open(t, dir)
			if hashOf(t, s) != want {
				t.Error("the snapshot is another state")
			}
			leave(t, s)
			if err := os.Remove(filepath.Join(dir, "field.snapshot")); err != nil {
				t.Fatal(err)
			}
			s = open(t, dir)
			if hashOf(t, s) != want {
				t.Error("without the snapshot it is another state")
			}
			leave(t, s)
		})
	}
}

func TestADamagedSnapshotIsOnlyACache(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	tell(t, s, "feed", world(3, 30, 300))
	want := healthy(t, s)
	leave(t, s)
	path := filepath.Join(dir, "field.snapshot")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(1, 1))
	damages := 60
	if testing.Short() {
		damages = 9
	}
	for i := range damages {
		bad := append([]byte(nil), whole...)
		switch i % 3 {
		case 0:
			bad = bad[:chance.IntN(len(bad))]
		case 1:
			bad[chance.IntN(len(bad))] ^= 1 << chance.IntN(8)
		case 2:
			for range 20 {
				bad[chance.IntN(len(bad))] = byte(chance.Uint32())
			}
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, dir)
		if got := hashOf(t, s); got != want {
			t.Fatalf("damage %d of the snapshot is believed", i)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
