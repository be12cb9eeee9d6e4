// Package keyset holds keyed 128-bit hashes of names in memory: which
// activities are already in the journal, which identities already exist. It is
// a leaf that journal and identity share; it stores nothing and knows neither.
package keyset

import (
	"encoding/binary"

	"github.com/dchest/siphash"
)

// Key is a keyed 128-bit hash of a name. With a secret that outsiders do not
// know, keys tell nothing of what was hashed and collisions cannot be aimed at.
type Key [16]byte

// Hasher makes keys from names with a per-installation secret (SipHash-2-4 with
// 128-bit output, Aumasson and Bernstein 2012). It is not safe for concurrent
// use: it keeps a buffer. Copies are independent.
type Hasher struct {
	k0, k1 uint64
	buf    []byte
}

// NewHasher returns a Hasher for a secret of 16 bytes.
func NewHasher(secret [16]byte) Hasher {
	return Hasher{
		k0: binary.LittleEndian.Uint64(secret[:8]),
		k1: binary.LittleEndian.Uint64(secret[8:]),
	}
}

// Key hashes three parts, each with its length, so that no two different
// triples are the same bytes.
func (h *Hasher) Key(a, b, c string) Key {
	h.buf = h.buf[:0]
	for _, part := range [...]string{a, b, c} {
		h.buf = binary.AppendUvarint(h.buf, uint64(len(part)))
		h.buf = append(h.buf, part...)
	}
	lo, hi := siphash.Hash128(h.k0, h.k1, h.buf)
	var k Key
	binary.LittleEndian.PutUint64(k[:8], lo)
	binary.LittleEndian.PutUint64(k[8:], hi)
	return k
}

// Set maps keys to numbers from 1 on. It keeps 72 of a key's 128 bits: the
// chance that any two of n keys collide is n²/2⁷³, 1e-8 at 10 million and 1e-4
// at a billion. A slot takes 12 bytes, 15–19 a key from some 100,000 keys on.
// The zero value is an empty set. Not safe for concurrent use.
type Set struct {
	shards [256]shard // by the last byte of the key
	n      int
}

// A shard is an open-addressing table with linear probing. Sharding keeps growth
// to 1/256 of the set at a time.
type shard struct {
	slots []slot
	n     int
}

// slot is a key's first half, in two parts so that a slot takes no padding.
type slot struct {
	high, low uint32
	value     uint32 // 0 is empty
}

// Len returns the number of keys.
func (s *Set) Len() int { return s.n }

// Get returns the number of a key, and whether the key is there.
func (s *Set) Get(k Key) (uint32, bool) {
	sh := &s.shards[k[15]]
	if len(sh.slots) == 0 {
		return 0, false
	}
	value := sh.slots[sh.find(split(k))].value
	return value, value != 0
}

// Put sets the number of a key; it must not be 0.
func (s *Set) Put(k Key, value uint32) {
	s.place(k).value = value
}

// Add sets the number of a key that is not there yet; it must not be 0. The
// number of a key that is there stays and is returned.
func (s *Set) Add(k Key, value uint32) (held uint32, added bool) {
	at := s.place(k)
	if at.value != 0 {
		return at.value, false
	}
	at.value = value
	return value, true
}

// place returns the slot of a key, counted and made where it is new. The caller
// gives it a value.
func (s *Set) place(k Key) *slot {
	sh := &s.shards[k[15]]
	if sh.n*5 >= len(sh.slots)*4 {
		sh.grow()
	}
	high, low := split(k)
	at := &sh.slots[sh.find(high, low)]
	if at.value == 0 {
		sh.n++
		s.n++
		at.high, at.low = high, low
	}
	return at
}

func split(k Key) (high, low uint32) {
	return binary.LittleEndian.Uint32(k[:4]), binary.LittleEndian.Uint32(k[4:8])
}

// find returns the place of a key, or the empty place where it belongs. Places
// rise with the key, so any length will do and growing moves keys in order.
func (sh *shard) find(high, low uint32) int {
	at := int(uint64(high) * uint64(len(sh.slots)) >> 32)
	for {
		s := &sh.slots[at]
		if s.value == 0 || s.high == high && s.low == low {
			return at
		}
		if at++; at == len(sh.slots) {
			at = 0
		}
	}
}

// Small shards double, for speed; large ones grow by a quarter, for memory.
const largeShard = 512

func (sh *shard) grow() {
	old := sh.slots
	size := max(8, 2*len(old))
	if len(old) >= largeShard {
		size = len(old) + len(old)/4
	}
	sh.slots = make([]slot, size)
	for _, s := range old {
		if s.value != 0 {
			sh.slots[sh.find(s.high, s.low)] = s
		}
	}
}
