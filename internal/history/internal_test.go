package history

import (
	"testing"

	"github.com/klauspost/compress/zstd"
	"orrery.dev/orrery"
)

// What is in a block is read without a fault, or refused, whatever it is.
func FuzzBlock(f *testing.F) {
	var w Writer
	for m := range orrery.MemberID(40) {
		w.Add(m+1, int(m), make([]Point, 60-m))
	}
	w.flush()
	dec := unpacker()
	raw, err := dec.DecodeAll(w.blocks[0].data, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw, uint16(60))
	f.Add([]byte{}, uint16(0))
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte, weeks uint16) {
		k := block{first: 1, data: enc.EncodeAll(raw, nil)}
		o, err := k.open(int(weeks), dec)
		if err != nil {
			return
		}
		for i := range o.members {
			if got := len(o.line(i)); got != int(weeks)-o.from[i] {
				t.Fatalf("a line of %d points in %d weeks from %d", got, weeks, o.from[i])
			}
		}
	})
}
