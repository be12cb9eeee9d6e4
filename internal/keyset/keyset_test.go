package keyset_test

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery/internal/keyset"
)

// A set does what a map does, whatever comes in whatever order; keys crowd at
// the ends of the range, where probing wraps around.
func TestASetIsAMap(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	var set keyset.Set
	want := map[keyset.Key]uint32{}
	for range 50_000 {
		var k keyset.Key
		binary.LittleEndian.PutUint32(k[:], ^uint32(0)-chance.Uint32N(150))
		binary.LittleEndian.PutUint32(k[4:], chance.Uint32N(20))
		k[15] = byte(chance.Uint32N(3))
		value := 1 + chance.Uint32N(100)
		if got, ok := set.Get(k); got != want[k] || ok != (want[k] != 0) {
			t.Fatalf("Get(%x) is %d, %v; want %d", k, got, ok, want[k])
		}
		if chance.IntN(2) == 0 {
			set.Put(k, value)
			want[k] = value
			continue
		}
		held, added := set.Add(k, value)
		if _, there := want[k]; there == added || there && held != want[k] {
			t.Fatalf("Add(%x) held %d, added %v; want %d", k, held, added, want[k])
		}
		if added {
			want[k] = value
		}
	}
	if set.Len() != len(want) {
		t.Errorf("got %d keys, want %d", set.Len(), len(want))
	}
	for k, v := range want {
		if got, _ := set.Get(k); got != v {
			t.Errorf("Get(%x) is %d, want %d", k, got, v)
		}
	}
}

// The lengths of the parts are hashed with them.
func TestNoTwoTriplesHashAlike(t *testing.T) {
	t.Parallel()
	hasher := keyset.NewHasher([16]byte{1})
	if hasher.Key("a", "bc", "d") == hasher.Key("ab", "c", "d") {
		t.Error("(a, bc, d) and (ab, c, d) have one key")
	}
	other := keyset.NewHasher([16]byte{2})
	if hasher.Key("a", "b", "c") == other.Key("a", "b", "c") {
		t.Error("two secrets give one key")
	}
}
