package circle

import (
	"encoding/binary"
	"math"
	"math/bits"

	"orrery.dev/orrery"
)

// Names numbers texts from 0 on, in the order in which they were first seen. It
// takes the bytes of the texts, 4 bytes each for where they end, and some 30 for
// looking them up, which Seal gives back. The zero value is empty and ready; it is
// not safe for concurrent use.
type Names struct {
	text  []byte
	ends  []uint32
	slots []slot // a power of two; nil: empty or sealed
}

// slot holds a name of up to eight bytes itself, or the hash of a longer one.
type slot struct {
	head uint64
	size uint32
	node uint32 // plus one; 0: empty
}

// Len returns how many names there are.
func (n *Names) Len() int { return len(n.ends) }

// At returns the name of a node; it belongs to n: do not write.
func (n *Names) At(node uint32) []byte {
	from := uint32(0)
	if node > 0 {
		from = n.ends[node-1]
	}
	return n.text[from:n.ends[node]]
}

// Node returns the number of a name, a new one for a new name.
func (n *Names) Node(name []byte) (uint32, error) {
	if len(n.ends) >= len(n.slots)/4*3 {
		n.grow()
	}
	s := headOf(name)
	for at := s.place(len(n.slots)); ; at = (at + 1) & (len(n.slots) - 1) {
		switch have := &n.slots[at]; {
		case have.node == 0:
			if len(n.text)+len(name) > math.MaxUint32 || len(n.ends) >= math.MaxUint32-1 {
				return 0, orrery.Errorf(orrery.Exhausted, "the names are longer than 4 GB together: use numbers for names")
			}
			n.text = append(n.text, name...)
			n.ends = append(n.ends, uint32(len(n.text)))
			s.node = uint32(len(n.ends))
			*have = s
			return s.node - 1, nil
		case have.head == s.head && have.size == s.size && (s.size <= 8 || string(n.At(have.node-1)) == string(name)):
			return have.node - 1, nil
		}
	}
}

// Seal gives back what looking up needs; Node must not be called after it.
func (n *Names) Seal() { n.slots = nil }

func (n *Names) grow() {
	n.slots = make([]slot, max(1024, 2*len(n.slots)))
	for node := range n.ends {
		s := headOf(n.At(uint32(node)))
		s.node = uint32(node) + 1
		at := s.place(len(n.slots))
		for n.slots[at].node != 0 {
			at = (at + 1) & (len(n.slots) - 1)
		}
		n.slots[at] = s
	}
}

func headOf(name []byte) slot {
	s := slot{size: uint32(len(name))}
	if len(name) <= 8 {
		for i, b := range name {
			s.head |= uint64(b) << (8 * i)
		}
		return s
	}
	for ; len(name) >= 8; name = name[8:] {
		s.head = fold(s.head ^ binary.LittleEndian.Uint64(name))
	}
	for _, b := range name {
		s.head = fold(s.head ^ uint64(b))
	}
	return s
}

func (s *slot) place(slots int) int {
	return int(fold(s.head^uint64(s.size)<<56) & uint64(slots-1))
}

// fold multiplies into 128 bits and folds them to 64 (as wyhash, Wang Yi 2019).
func fold(x uint64) uint64 {
	high, low := bits.Mul64(x^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	return high ^ low
}
