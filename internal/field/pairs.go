package field

import "orrery.dev/orrery"

// pairs is a set of (slot, other member): who is counted in whose reach. Open
// addressing, 8 bytes a place; a pair is never taken out, but a sweep drops
// those of slots that are gone.
type pairs struct {
	table []uint64
	n     int
}

func pairOf(slot uint32, other orrery.MemberID) uint64 {
	return uint64(slot)<<32 | uint64(other)
}

// add returns whether the pair is new.
func (p *pairs) add(pair uint64) bool {
	if p.n*4 >= len(p.table)*3 {
		p.resize(max(1024, 2*len(p.table)), nil)
	}
	for i := p.home(pair); ; i = (i + 1) & (len(p.table) - 1) {
		switch p.table[i] {
		case pair:
			return false
		case 0:
			p.table[i] = pair
			p.n++
			return true
		}
	}
}

// touch reads the pair's place ahead of its add.
func (p *pairs) touch(pair uint64) uint64 {
	if len(p.table) == 0 {
		return 0
	}
	return p.table[p.home(pair)]
}

func (p *pairs) home(pair uint64) int {
	h := pair * 0x9e3779b97f4a7c15 // Fibonacci hashing (Knuth 6.4); the table's length is a power of two
	return int((h ^ h>>32) & uint64(len(p.table)-1))
}

// reserve makes room for n pairs in an empty set.
func (p *pairs) reserve(n int) {
	length := 1024
	for n*4 >= length*3 {
		length *= 2
	}
	p.resize(length, nil)
}

// resize keeps the pairs that keep accepts, all if it is nil.
func (p *pairs) resize(length int, keep func(slot uint32) bool) {
	old := p.table
	p.table, p.n = make([]uint64, length), 0
	for _, pair := range old {
		if pair != 0 && (keep == nil || keep(uint32(pair>>32))) {
			p.add(pair)
		}
	}
}
