package field

import (
	"iter"
	"slices"

	"orrery.dev/orrery"
)

// Build returns the engine that the rows lead to, given in any order and any
// slicing: what Apply, and Replace of what is late, would arrive at. It sorts by
// counting, first by orbit, then each orbit by day, and holds the rows twice
// while it does: 40 bytes each. Slices may be reused after they were yielded.
func Build(rules []orrery.Rule, rows iter.Seq[[]Row]) *Engine {
	e := New(rules...)
	held := e.tallyOrbits(rows)
	starts := e.handOutSlots()
	sorted := e.scatter(held, starts)
	for slot := uint32(1); slot < e.slots; slot++ {
		// After the scatter a start has moved to its orbit's end.
		own := sorted[starts[slot-1]:starts[slot]]
		if !slices.IsSortedFunc(own, byDay) {
			sortByDay(own)
		}
		c := e.at(slot)
		for i := range own {
			e.move(slot, c, &own[i])
		}
	}
	return e
}

const heldLen = 1 << 16

// tallyOrbits copies the rows that move something, and counts them by orbit
// where the slots will stand.
func (e *Engine) tallyOrbits(rows iter.Seq[[]Row]) [][]Row {
	var held [][]Row
	var open []Row
	for batch := range rows {
		for i := range batch {
			r := &batch[i]
			if silent(&e.rules[r.Kind]) {
				continue
			}
			for int(r.Planet) >= len(e.rosters) {
				e.rosters = append(e.rosters, nil)
			}
			*e.rosters[r.Planet].place(r.Member)++
			if len(open) == cap(open) {
				if open != nil {
					held = append(held, open)
				}
				open = make([]Row, 0, heldLen)
			}
			open = append(open, *r)
		}
	}
	return append(held, open)
}

// handOutSlots gives every orbit a slot, by planet and member, and returns by
// slot where its rows begin.
func (e *Engine) handOutSlots() []int {
	starts := []int{0}
	at := 0
	for planet, pages := range e.rosters {
		for i, page := range pages {
			if page == nil {
				continue
			}
			for j, n := range page {
				if n == 0 {
					continue
				}
				slot := e.newSlot()
				c := e.at(slot)
				c.member, c.planet = orrery.MemberID(i<<rosterBits|j), orrery.PlanetID(planet)
				page[j] = slot
				starts = append(starts, at)
				at += int(n)
			}
		}
	}
	e.live = len(starts) - 1
	return starts
}

// scatter moves the held rows to where their orbits are, and each start to its
// orbit's end.
func (e *Engine) scatter(held [][]Row, starts []int) []Row {
	total := 0
	for _, chunk := range held {
		total += len(chunk)
	}
	sorted := make([]Row, total)
	for i, chunk := range held {
		for j := range chunk {
			r := &chunk[j]
			slot := e.rosters[r.Planet].slot(r.Member)
			sorted[starts[slot]] = *r
			starts[slot]++
		}
		held[i] = nil
	}
	return sorted
}

func byDay(a, b Row) int { return int(a.Day) - int(b.Day) }

// sortByDay sorts the few rows of most orbits in place, by insertion.
func sortByDay(rows []Row) {
	if len(rows) > 32 {
		slices.SortFunc(rows, byDay)
		return
	}
	for i := 1; i < len(rows); i++ {
		r := rows[i]
		j := i
		for ; j > 0 && rows[j-1].Day > r.Day; j-- {
			rows[j] = rows[j-1]
		}
		rows[j] = r
	}
}
