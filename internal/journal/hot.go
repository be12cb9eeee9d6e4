package journal

import (
	"encoding/binary"
	"errors"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/keyset"
)

// The hot part of a block, little-endian throughout:
//
//	version byte
//	n, then the kind dictionary: count and (length, bytes) each   uvarints
//	retractions: count and (row, 16-byte key of what is taken back) each
//	columns in the order of Columns, each a mode byte and its values:
//	  0 = n values of fixed width, 1 = one value that all rows share
//	addressees: the same for their counts, then 4 bytes each
const hotVersion = 2

const (
	columnRaw byte = iota
	columnShared
)

var errShortBlock = errors.New("block is cut short")

// Columns is the decoded hot part of a block, column by column, each N long.
// Decoding into the same Columns again reuses its memory.
type Columns struct {
	N        int
	Kinds    []string // dictionary that Kind points into
	Identity []orrery.IdentityID
	Planet   []orrery.PlanetID
	Kind     []uint16
	AtMicros []int64
	Offset   []int16
	Origin   []orrery.Origin
	Valence  []int8
	Flags    []Flags
	InThread []uint64 // 0: in none
	OnObject []uint64 // 0: none
	toEnd    []uint32 // where the addressees of a row end in to
	to       []orrery.IdentityID
	Retracts []Retraction
}

// Retraction says that the entry in Row takes back the entry with the key.
type Retraction struct {
	Row uint32
	Key keyset.Key
}

// To returns the addressees of a row.
func (c *Columns) To(row int) []orrery.IdentityID {
	start := uint32(0)
	if row > 0 {
		start = c.toEnd[row-1]
	}
	return c.to[start:c.toEnd[row]]
}

// Addresses says whether any row has an addressee.
func (c *Columns) Addresses() bool { return len(c.to) > 0 }

func encodeHot(dst []byte, entries []Entry) ([]byte, error) {
	kinds := make([]string, 0, 8)
	index := make(map[string]uint16, 8)
	kindOf := make([]uint16, len(entries))
	var retractions []Retraction
	for i := range entries {
		e := &entries[i]
		k, ok := index[e.Hot.Kind]
		if !ok {
			if len(kinds) > 65535 {
				return nil, errors.New("more than 65,536 kinds in one block")
			}
			k = uint16(len(kinds))
			kinds = append(kinds, e.Hot.Kind)
			index[e.Hot.Kind] = k
		}
		kindOf[i] = k
		if e.Flags&FlagRetraction != 0 {
			retractions = append(retractions, Retraction{uint32(i), e.RetractsKey})
		}
		if len(e.To) > 255 {
			return nil, fmt.Errorf("activity %s addresses %d people, at most 255 are kept", e.ExternalID, len(e.To))
		}
	}

	dst = append(dst, hotVersion)
	dst = binary.AppendUvarint(dst, uint64(len(entries)))
	dst = binary.AppendUvarint(dst, uint64(len(kinds)))
	for _, k := range kinds {
		dst = appendString(dst, k)
	}
	dst = binary.AppendUvarint(dst, uint64(len(retractions)))
	for _, r := range retractions {
		dst = binary.AppendUvarint(dst, uint64(r.Row))
		dst = append(dst, r.Key[:]...)
	}

	n := len(entries)
	dst = appendColumn(dst, n, 4, func(i int) uint64 { return uint64(entries[i].Identity) })
	dst = appendColumn(dst, n, 2, func(i int) uint64 { return uint64(entries[i].Planet) })
	dst = appendColumn(dst, n, 2, func(i int) uint64 { return uint64(kindOf[i]) })
	dst = appendColumn(dst, n, 8, func(i int) uint64 { return uint64(entries[i].AtMicros) })
	dst = appendColumn(dst, n, 2, func(i int) uint64 { return uint64(uint16(entries[i].Offset)) })
	dst = appendColumn(dst, n, 1, func(i int) uint64 { return uint64(entries[i].Origin) })
	dst = appendColumn(dst, n, 1, func(i int) uint64 { return uint64(uint8(entries[i].Valence)) })
	dst = appendColumn(dst, n, 1, func(i int) uint64 { return uint64(entries[i].Flags) })
	dst = appendColumn(dst, n, 8, func(i int) uint64 { return entries[i].InThread })
	dst = appendColumn(dst, n, 8, func(i int) uint64 { return entries[i].OnObject })
	dst = appendColumn(dst, n, 1, func(i int) uint64 { return uint64(len(entries[i].To)) })
	for i := range entries {
		for _, id := range entries[i].To {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(id))
		}
	}
	return dst, nil
}

// appendColumn writes n values of a width in bytes, or one where all are equal.
func appendColumn(dst []byte, n, width int, value func(int) uint64) []byte {
	first := value(0) // a block holds at least one entry
	different := 1
	for different < n && value(different) == first {
		different++
	}
	mode := columnRaw
	if different >= n {
		mode, n = columnShared, 1
	}
	dst = append(dst, mode)
	switch width {
	case 1:
		for i := range n {
			dst = append(dst, byte(value(i)))
		}
	case 2:
		for i := range n {
			dst = binary.LittleEndian.AppendUint16(dst, uint16(value(i)))
		}
	case 4:
		for i := range n {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(value(i)))
		}
	case 8:
		for i := range n {
			dst = binary.LittleEndian.AppendUint64(dst, value(i))
		}
	}
	return dst
}

// Decode reads the hot part of a block. It never panics: a damaged block is an
// error.
func (c *Columns) Decode(src []byte) error {
	r := reader{rest: src}
	if version := r.byte(); version != hotVersion && r.err == nil {
		return fmt.Errorf("block format %d is not known to this version", version)
	}
	n := r.count(len(src) << 12) // shared columns make many rows out of few bytes
	c.N = n
	c.Kinds = c.Kinds[:0]
	for range r.count(len(src)) {
		c.Kinds = append(c.Kinds, r.string())
	}
	c.Retracts = c.Retracts[:0]
	for range r.count(len(src)) {
		row := r.uvarint()
		key := r.bytes(16)
		if r.err != nil {
			return r.err
		}
		if row >= uint64(n) {
			return errShortBlock
		}
		c.Retracts = append(c.Retracts, Retraction{uint32(row), keyset.Key(key)})
	}
	if r.err == nil && n > maxBlockEntries {
		return fmt.Errorf("block of %d entries, more than %d", n, maxBlockEntries)
	}
	c.Identity = column(&r, c.Identity, n, 4, func(b []byte) orrery.IdentityID {
		return orrery.IdentityID(binary.LittleEndian.Uint32(b))
	})
	c.Planet = column(&r, c.Planet, n, 2, func(b []byte) orrery.PlanetID {
		return orrery.PlanetID(binary.LittleEndian.Uint16(b))
	})
	c.Kind = column(&r, c.Kind, n, 2, binary.LittleEndian.Uint16)
	c.AtMicros = column(&r, c.AtMicros, n, 8, func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) })
	c.Offset = column(&r, c.Offset, n, 2, func(b []byte) int16 { return int16(binary.LittleEndian.Uint16(b)) })
	c.Origin = column(&r, c.Origin, n, 1, func(b []byte) orrery.Origin { return orrery.Origin(b[0]) })
	c.Valence = column(&r, c.Valence, n, 1, func(b []byte) int8 { return int8(b[0]) })
	c.Flags = column(&r, c.Flags, n, 1, func(b []byte) Flags { return Flags(b[0]) })
	c.InThread = column(&r, c.InThread, n, 8, binary.LittleEndian.Uint64)
	c.OnObject = column(&r, c.OnObject, n, 8, binary.LittleEndian.Uint64)
	c.toEnd = column(&r, c.toEnd, n, 1, func(b []byte) uint32 { return uint32(b[0]) })
	if r.err != nil {
		return r.err
	}
	total := uint32(0)
	for i, count := range c.toEnd {
		total += count
		c.toEnd[i] = total
	}
	c.to = values(&r, c.to, int(total), 4, func(b []byte) orrery.IdentityID {
		return orrery.IdentityID(binary.LittleEndian.Uint32(b))
	})
	for _, k := range c.Kind {
		if int(k) >= len(c.Kinds) {
			return errors.New("block names a kind that its dictionary lacks")
		}
	}
	return r.err
}

func column[T any](r *reader, dst []T, n, width int, value func([]byte) T) []T {
	switch mode := r.byte(); {
	case r.err != nil:
		return dst[:0]
	case mode == columnRaw:
		return values(r, dst, n, width, value)
	case mode == columnShared:
		b := r.bytes(width)
		if r.err != nil {
			return dst[:0]
		}
		dst = resize(dst, n)
		v := value(b)
		for i := range dst {
			dst[i] = v
		}
		return dst
	default:
		r.err = fmt.Errorf("column mode %d is not known", mode)
		return dst[:0]
	}
}

func values[T any](r *reader, dst []T, n, width int, value func([]byte) T) []T {
	b := r.bytes(n * width)
	if r.err != nil {
		return dst[:0]
	}
	dst = resize(dst, n)
	for i := range dst {
		dst[i] = value(b[i*width : i*width+width])
	}
	return dst
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// reader takes a block apart; after the first error it returns zero values.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) bytes(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.rest) {
		r.fail()
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) byte() byte {
	b := r.bytes(1)
	if b == nil {
		return 0
	}
	return b[0]
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if r.err != nil || n <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// count reads a number of things that cannot be more than limit.
func (r *reader) count(limit int) int {
	v := r.uvarint()
	if v > uint64(limit) {
		r.fail()
		return 0
	}
	return int(v)
}

func (r *reader) string() string { return string(r.bytes(r.count(len(r.rest)))) }

func (r *reader) fail() {
	if r.err == nil {
		r.err = errShortBlock
	}
}

func appendString(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}
