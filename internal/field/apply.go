package field

import (
	"orrery.dev/orrery"
)

// ahead is how many rows Apply looks up before it moves their cells: enough
// that the memory answers them side by side.
const ahead = 64

// Apply folds rows in. A row of the orbit's open day or of a later one moves
// the orbit; one of an earlier day leaves it as it is, and the orbit is
// returned, once, in order of appearance: the caller hands all its rows to
// Replace.
func (e *Engine) Apply(rows []Row) (late []Orbit) {
	var slots [ahead]uint32
	var touched uint64
	for len(rows) > 0 {
		batch := rows[:min(ahead, len(rows))]
		rows = rows[len(batch):]
		for i := range batch {
			slots[i] = e.slotFor(&batch[i])
		}
		for i := range batch {
			if slots[i] != 0 {
				c := e.at(slots[i])
				touched ^= uint64(c.day) ^ c.Any.Map ^ uint64(c.Qualifying.Last) // one read a cache line
				if batch[i].With != 0 {
					touched ^= e.around.touch(pairOf(slots[i], batch[i].With))
				}
			}
		}
		for i := range batch {
			if slots[i] != 0 {
				if next := e.at(slots[i]).next; next != 0 {
					touched ^= uint64(e.chain[next].count)
				}
			}
		}
		for i := range batch {
			if slots[i] == 0 {
				continue
			}
			if c := e.at(slots[i]); !e.move(slots[i], c, &batch[i]) && c.flags&overtaken == 0 {
				c.flags |= overtaken
				e.late = append(e.late, slots[i])
			}
		}
	}
	e.touched = touched
	for _, slot := range e.late {
		c := e.at(slot)
		c.flags &^= overtaken
		late = append(late, Orbit{c.member, c.planet})
	}
	e.late = e.late[:0]
	return late
}

// slotFor returns the slot of a row's orbit, or 0 for a row that moves nothing.
func (e *Engine) slotFor(r *Row) uint32 {
	if silent(&e.rules[r.Kind]) {
		return 0
	}
	return e.slotOf(Orbit{r.Member, r.Planet})
}

// silent rules say nothing of anybody's presence.
func silent(r *orrery.Rule) bool { return r.WeightMilli == 0 && r.Valence == 0 }

// valenceOf is the row's own valence, else that of its rule.
func valenceOf(rule *orrery.Rule, r *Row) int8 {
	if r.Valence == NoValence {
		return rule.Valence
	}
	return r.Valence
}

// qualifying reports whether a row of the member's own brings them closer.
func qualifying(rule *orrery.Rule, r *Row) bool {
	return rule.Meaningful && r.Origin != orrery.Prompted && valenceOf(rule, r) >= 0
}

// Silent reports whether a kind says nothing of anybody's presence.
func Silent(rule *orrery.Rule) bool { return silent(rule) }

// Qualifies reports whether an activity of a member's own brings them closer:
// meaningful, not prompted by us, and not against the brand. Valence may be
// NoValence.
func Qualifies(rule *orrery.Rule, origin orrery.Origin, valence int8) bool {
	return qualifying(rule, &Row{Origin: origin, Valence: valence})
}

// move counts a row into its cell, and returns false when it comes too late.
func (e *Engine) move(slot uint32, c *Cell, r *Row) bool {
	if r.Day != c.day || c.flags&opened == 0 {
		if r.Day < c.day && c.flags&opened != 0 {
			return false
		}
		e.begin(c, r.Day)
	}
	if r.With != 0 && r.With != r.Member && e.around.add(pairOf(slot, r.With)) {
		c.Reach++
	}
	rule := &e.rules[r.Kind]
	valence := valenceOf(rule, r)
	cl := given
	switch {
	case r.Receives && valence < 0:
		return true // signed ties are not this package's: being disliked repels nobody by itself
	case r.Receives:
		cl = received
	case valence < 0:
		cl = repelled
		c.flags |= active
	default:
		c.flags |= active
		if qualifying(rule, r) {
			c.flags |= qualifies
		}
	}
	if rule.WeightMilli != 0 {
		e.weigh(c, r.Kind, cl)
	}
	return true
}

// Replace forgets an orbit and replays it from all its rows, in any order. The
// rows' Member and Planet are taken to be the orbit's; a With that is the
// orbit's own member is nobody. Without rows that move anything the orbit is
// gone.
func (e *Engine) Replace(o Orbit, rows []Row) {
	e.Remove(o)
	sorted := make([]Row, 0, len(rows))
	for _, r := range rows {
		if !silent(&e.rules[r.Kind]) {
			r.Member, r.Planet = o.Member, o.Planet
			sorted = append(sorted, r)
		}
	}
	if len(sorted) == 0 {
		return
	}
	sortByDay(sorted)
	slot := e.slotOf(o)
	c := e.at(slot)
	for i := range sorted {
		e.move(slot, c, &sorted[i])
	}
}

// Remove forgets an orbit. One that is not there is no error.
func (e *Engine) Remove(o Orbit) {
	slot := e.find(o)
	if slot == 0 {
		return
	}
	c := e.at(slot)
	e.unlink(c)
	paired := c.Reach > 0
	*c = Cell{}
	*e.rosters[o.Planet].place(o.Member) = 0
	e.live--
	if !paired {
		e.free = append(e.free, slot)
		return
	}
	e.burned = append(e.burned, slot)
	if len(e.burned) > max(blockLen, e.live/4) {
		e.sweep()
	}
}

// sweep drops the pairs of burned slots, so that the slots can be used again.
func (e *Engine) sweep() {
	e.around.resize(len(e.around.table), func(slot uint32) bool { return e.at(slot).member != 0 })
	e.free = append(e.free, e.burned...)
	e.burned = e.burned[:0]
}
