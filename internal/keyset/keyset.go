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

// Set maps keys to numbers from 1 on. It keeps 96 of a key's 128 bits: at 1e9
// keys the chance that any two collide is below 1e-11. A slot takes 16 bytes,
// 19–30 a key. The zero value is an empty set. Not safe for concurrent use.
type Set struct {
	shards [256]shard
	n      int
}

// A shard is an open-addressing table with linear probing, a power of two long.
// Sharding keeps growth to 1/256 of the set at a time.
type shard struct {
	slots []slot
	n     int
}

type slot struct {
	lo    uint64
	hi    uint32
	value uint32 // 0 is empty
}

// Len returns the number of keys.
func (s *Set) Len() int { return s.n }

// Get returns the number of a key, and whether the key is there.
func (s *Set) Get(k Key) (uint32, bool) {
	sh := &s.shards[k[15]]
	if len(sh.slots) == 0 {
		return 0, false
	}
	at := sh.find(split(k))
	value := sh.slots[at].value
	return value, value != 0
}

// Put sets the number of a key; it must not be 0.
func (s *Set) Put(k Key, value uint32) {
	sh := &s.shards[k[15]]
	if sh.n*6 >= len(sh.slots)*5 {
		sh.grow()
	}
	lo, hi := split(k)
	at := sh.find(lo, hi)
	if sh.slots[at].value == 0 {
		sh.n++
		s.n++
	}
	sh.slots[at] = slot{lo, hi, value}
}

func split(k Key) (lo uint64, hi uint32) {
	return binary.LittleEndian.Uint64(k[:8]), binary.LittleEndian.Uint32(k[8:12])
}

// find returns the place of a key, or the empty place where it belongs.
func (sh *shard) find(lo uint64, hi uint32) int {
	mask := len(sh.slots) - 1
	at := int(lo) & mask
	for sh.slots[at].value != 0 && (sh.slots[at].lo != lo || sh.slots[at].hi != hi) {
		at = (at + 1) & mask
	}
	return at
}

func (sh *shard) grow() {
	old := sh.slots
	sh.slots = make([]slot, max(8, 2*len(old)))
	for _, s := range old {
		if s.value != 0 {
			sh.slots[sh.find(s.lo, s.hi)] = s
		}
	}
}
