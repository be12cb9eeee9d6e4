// Package field is the pure engine of the data path: activities and days go in,
// and how near everybody orbits every planet comes out, with reasons.
//
// It is not a store and knows no names: members, planets and kinds are numbers,
// it reads no clock, no file and no network, and takes no chance. Package flow
// feeds it rows out of the journal, resolved to members; views read it.
//
// State folds by whole UTC days. Within a day everything is counted in
// integers, so the order of a day's rows cannot show; across days a row that
// comes too late names its orbit, which the caller replays from all its rows.
// The state is therefore a function of the set of rows alone, bit for bit on
// every machine: tables for the decays, no fused multiply-add.
//
// A day counts in two series (SCIENCE: closeness and return):
//
//   - any day: at least one activity of the member's own, whatever it is;
//   - a qualifying day: at least one whose rule is meaningful, whose valence is
//     not negative and whose origin is not prompted. Drawn by people (peer)
//     qualifies: whoever answers a question has come, nobody of ours sent them.
//
// A rule with weight 0 and valence 0 moves nothing: it says nothing of
// anybody's presence (a bot's work, an announcement, the merge of somebody
// else's proposal).
//
// All readings are "as of day D", asked at the UTC midnight that ends D: what
// happened on D is known, and somebody who was there on D was last seen one day
// ago. This is the cut of package backtest at day D+1.
package field

import (
	"fmt"
	"iter"

	"orrery.dev/orrery"
)

// NoValence in Row.Valence leaves the valence to the rule of the kind.
const NoValence int8 = -128

// Row is one activity as seen from one member: the actor's own row, or, with
// Receives, the row of whoever was addressed.
type Row struct {
	Member   orrery.MemberID
	With     orrery.MemberID // the counterpart, or 0
	Day      orrery.Day
	Planet   orrery.PlanetID
	Kind     uint16 // index into the engine's rules
	Origin   orrery.Origin
	Valence  int8 // −1, 0, +1, or NoValence
	Receives bool // Member is the addressee, With gave
}

// Orbit is a member's place around one planet.
type Orbit struct {
	Member orrery.MemberID
	Planet orrery.PlanetID
}

// Engine holds a cell for every orbit. It is not safe for concurrent use: the
// caller holds a lock, exclusive for Extend, Apply, Replace and Remove, shared
// for everything that only reads (all readings, Hash, Encode).
//
// Members, planets start at 1; a row with a kind beyond the rules panics.
type Engine struct {
	rules   []orrery.Rule
	blocks  [][]Cell // slot → cell, in blocks that never move
	slots   uint32   // how many slots were handed out, slot 0 included
	rosters []roster // by planet
	live    int

	free   []uint32 // slots to hand out again
	burned []uint32 // slots that pairs in around still name

	chain     []entry // kinds of open days beyond a cell's first
	chainFree uint32
	around    pairs

	late    []uint32 // scratch of Apply
	touched uint64   // keeps the compiler from dropping Apply's early reads
}

const (
	blockBits = 12
	blockLen  = 1 << blockBits
)

// New returns an empty engine with the given rules.
func New(rules ...orrery.Rule) *Engine {
	e := &Engine{slots: 1}
	e.Extend(rules...)
	return e
}

// Extend appends rules. A rule's index, which rows carry in Kind, never
// changes: an edited catalogue needs a new engine and a replay.
func (e *Engine) Extend(rules ...orrery.Rule) {
	if len(e.rules)+len(rules) > 1<<16 {
		panic(fmt.Sprintf("field: %d kinds are more than rows can name", len(e.rules)+len(rules)))
	}
	e.rules = append(e.rules, rules...)
}

// Rules returns how many rules there are.
func (e *Engine) Rules() int { return len(e.rules) }

// Len returns how many orbits there are.
func (e *Engine) Len() int { return e.live }

// Orbits yields the orbits of a planet by rising member.
func (e *Engine) Orbits(planet orrery.PlanetID) iter.Seq[Orbit] {
	return func(yield func(Orbit) bool) {
		e.scan(planet, func(c *Cell) bool {
			return yield(Orbit{Member: c.member, Planet: planet})
		})
	}
}

// OrbitsOf yields the orbits of a member by rising planet.
func (e *Engine) OrbitsOf(member orrery.MemberID) iter.Seq[Orbit] {
	return func(yield func(Orbit) bool) {
		for p := range e.rosters {
			if e.rosters[p].slot(member) != 0 && !yield(Orbit{member, orrery.PlanetID(p)}) {
				return
			}
		}
	}
}

// Cell returns a copy of an orbit's cell. Its open day is not folded in: use
// the readings for figures.
func (e *Engine) Cell(o Orbit) (Cell, bool) {
	if slot := e.find(o); slot != 0 {
		return *e.at(slot), true
	}
	return Cell{}, false
}

func (e *Engine) at(slot uint32) *Cell {
	return &e.blocks[slot>>blockBits][slot&(blockLen-1)]
}

func (e *Engine) find(o Orbit) uint32 {
	if int(o.Planet) >= len(e.rosters) {
		return 0
	}
	return e.rosters[o.Planet].slot(o.Member)
}

// slotOf returns the orbit's slot, a new one if there is none.
func (e *Engine) slotOf(o Orbit) uint32 {
	for int(o.Planet) >= len(e.rosters) {
		e.rosters = append(e.rosters, roster{})
	}
	place := e.rosters[o.Planet].place(o.Member)
	if *place == 0 {
		*place = e.newSlot()
		e.live++
		c := e.at(*place)
		c.member, c.planet = o.Member, o.Planet
	}
	return *place
}

func (e *Engine) newSlot() uint32 {
	if n := len(e.free); n > 0 {
		slot := e.free[n-1]
		e.free = e.free[:n-1]
		return slot
	}
	slot := e.slots
	e.slots++
	if int(slot>>blockBits) >= len(e.blocks) {
		e.blocks = append(e.blocks, make([]Cell, blockLen))
	}
	return slot
}

// scan calls visit with every cell of a planet by rising member, until it
// returns false.
func (e *Engine) scan(planet orrery.PlanetID, visit func(*Cell) bool) {
	if int(planet) >= len(e.rosters) {
		return
	}
	for _, page := range e.rosters[planet] {
		if page == nil {
			continue
		}
		for _, slot := range page {
			if slot != 0 && !visit(e.at(slot)) {
				return
			}
		}
	}
}

// roster maps the members of one planet to slots: pages of a dense table,
// because member numbers are dense and come in runs. Zero is nobody.
type roster []*[rosterPage]uint32

const (
	rosterBits = 8
	rosterPage = 1 << rosterBits
)

func (r roster) slot(m orrery.MemberID) uint32 {
	if i := int(m >> rosterBits); i < len(r) && r[i] != nil {
		return r[i][m&(rosterPage-1)]
	}
	return 0
}

func (r *roster) place(m orrery.MemberID) *uint32 {
	i := int(m >> rosterBits)
	if i >= len(*r) {
		*r = append(*r, make([]*[rosterPage]uint32, i+1-len(*r))...)
	}
	if (*r)[i] == nil {
		(*r)[i] = new([rosterPage]uint32)
	}
	return &(*r)[i][m&(rosterPage-1)]
}
