package csv

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// occurrences counts equal rows, so that each gets an id of its own and the same
// or a grown file gets the same ids again. Two rows whose first 64 bits of the
// hash agree by chance are counted together, which does no harm, for the id has
// 128. The zero value is ready.
type occurrences struct {
	// seen holds the first 64 bits of each different row, at the place that
	// they name or behind it; 0 is free. It is at most three quarters full, so
	// it takes 11 to 21 bytes a row, half of what a map takes.
	seen   []uint64
	filled int
	repeat map[uint64]uint32 // how many came after the first
}

// id returns the id of the next row that has a hash.
func (o *occurrences) id(sum [32]byte) string {
	var text [36]byte
	copy(text[:], "row-")
	hex.Encode(text[4:], sum[:16])
	short := binary.BigEndian.Uint64(sum[:])
	if o.add(max(short, 1)) {
		return string(text[:])
	}
	if o.repeat == nil {
		o.repeat = map[uint64]uint32{}
	}
	o.repeat[short]++
	return string(text[:]) + "#" + strconv.FormatUint(uint64(o.repeat[short])+1, 10)
}

// add takes in a number over 0 and reports whether it is new.
func (o *occurrences) add(n uint64) bool {
	if o.filled*4 >= len(o.seen)*3 {
		old := o.seen
		o.seen = make([]uint64, max(1024, 2*len(old)))
		for _, n := range old {
			if n != 0 {
				o.seen[o.place(n)] = n
			}
		}
	}
	i := o.place(n)
	if o.seen[i] == n {
		return false
	}
	o.seen[i] = n
	o.filled++
	return true
}

// place returns where a number is, or the free place where it belongs.
func (o *occurrences) place(n uint64) uint64 {
	mask := uint64(len(o.seen) - 1)
	i := n & mask
	for o.seen[i] != 0 && o.seen[i] != n {
		i = (i + 1) & mask
	}
	return i
}
