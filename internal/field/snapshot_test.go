package field_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery/internal/field"
)

func snapshot(t testing.TB, rows int) []byte {
	rng := rand.New(rand.NewPCG(7, 7))
	var file bytes.Buffer
	if err := field.Build(rules, sliced(rng, world(rng, rows))).Encode(&file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestAnyDamagedByteOfASnapshotIsNoticed(t *testing.T) {
	t.Parallel()
	file := snapshot(t, 10)
	for i := range file {
		damaged := bytes.Clone(file)
		damaged[i] ^= 0x20
		if _, err := field.Decode(bytes.NewReader(damaged)); !errors.Is(err, field.ErrSnapshot) {
			t.Fatalf("byte %d changed: got error %v, want ErrSnapshot", i, err)
		}
		if _, err := field.Decode(bytes.NewReader(file[:i])); !errors.Is(err, field.ErrSnapshot) {
			t.Fatalf("cut off at %d: got error %v, want ErrSnapshot", i, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(snapshot(f, 5))
	f.Add([]byte("ORRFIELD"))
	f.Fuzz(func(t *testing.T, file []byte) {
		e, err := field.Decode(bytes.NewReader(file))
		if (err == nil) != (e != nil) || err != nil && !errors.Is(err, field.ErrSnapshot) {
			t.Fatalf("got engine %v and error %v", e != nil, err)
		}
	})
}
