package field

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"orrery.dev/orrery"
)

// Hash names the state: two engines that hold the same orbits in the same state
// have the same hash, whatever numbers their members, planets and kinds have
// and in whatever order and slices their rows arrived. Rows stand by smallest
// identity key, then by planet name, their open days folded in a copy. Fits and
// levels are no part of it.
func (e *Engine) Hash(name func(orrery.MemberID) orrery.Key, planet func(orrery.PlanetID) string) [32]byte {
	type named struct {
		key    orrery.Key
		planet string
		slot   uint32
	}
	orbits := make([]named, 0, e.live)
	for slot := uint32(1); slot < e.slots; slot++ {
		if c := e.at(slot); c.member != 0 {
			orbits = append(orbits, named{name(c.member), planet(c.planet), slot})
		}
	}
	slices.SortFunc(orbits, func(a, b named) int {
		return cmp.Or(a.key.Compare(b.key), cmp.Compare(a.planet, b.planet))
	})
	sum := sha256.New()
	var b []byte
	var cell [cellSize]byte
	for _, o := range orbits {
		b = b[:0]
		for _, part := range [...]string{o.key.Namespace, o.key.Type, o.key.Value, o.planet} {
			b = binary.AppendUvarint(b, uint64(len(part)))
			b = append(b, part...)
		}
		c := *e.at(o.slot)
		e.fold(&c)
		c.member, c.planet, c.flags = 0, 0, 0
		c.put(cell[:])
		sum.Write(append(b, cell[:]...))
	}
	return [32]byte(sum.Sum(nil))
}
