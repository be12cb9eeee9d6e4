package field

import "orrery.dev/orrery"

// Cell is the state of one orbit: 192 bytes, three cache lines, no pointers.
// Everything but the open day is folded up to the morning of the open day.
type Cell struct {
	// The open day is the newest that has rows: its integers, not yet folded.
	member orrery.MemberID
	planet orrery.PlanetID
	kind   uint16     // of the first entry of the open day
	day    orrery.Day // the open day; Given, Received and Repelled are decayed to it
	count  tally      // of the first entry
	next   uint32     // further entries in the engine's chain
	flags  dayFlags

	Reach    uint32  // distinct other members in the orbit's rows
	Repelled float32 // decayed weight of negative activities: an axis of its own, never netted

	Any        Series // days with any activity of the member's own
	Qualifying Series // days with a meaningful, unprompted one
	Given      [orrery.Strategies]float32
	Received   [orrery.Strategies]float32
}

// dayFlags say what the open day holds.
type dayFlags uint8

const (
	opened    dayFlags = 1 << iota // there is an open day
	active                         // an activity of the member's own
	qualifies                      // a meaningful, unprompted one
	overtaken                      // named as late in the Apply under way
)

// class says which axis an activity moves.
type class uint8

const (
	given class = iota
	received
	repelled
)

// tally counts the activities of one kind and class on the open day: the class
// in the two upper bits.
type tally uint32

const maxTally = 1<<30 - 1

func newTally(c class) tally   { return tally(c)<<30 | 1 }
func (t tally) class() class   { return class(t >> 30) }
func (t tally) count() uint32  { return uint32(t & maxTally) }
func (t tally) plusOne() tally { return t + min(maxTally-t&maxTally, 1) }

// entry is a further kind and class of an open day.
type entry struct {
	next  uint32
	count tally
	kind  uint16
}

// weigh counts a row into the open day.
func (e *Engine) weigh(c *Cell, kind uint16, cl class) {
	if c.count == 0 {
		c.kind, c.count = kind, newTally(cl)
		return
	}
	if c.kind == kind && c.count.class() == cl {
		c.count = c.count.plusOne()
		return
	}
	for i := c.next; i != 0; i = e.chain[i].next {
		if x := &e.chain[i]; x.kind == kind && x.count.class() == cl {
			x.count = x.count.plusOne()
			return
		}
	}
	c.next = e.link(entry{next: c.next, count: newTally(cl), kind: kind})
}

func (e *Engine) link(x entry) uint32 {
	if i := e.chainFree; i != 0 {
		e.chainFree = e.chain[i].next
		e.chain[i] = x
		return i
	}
	if len(e.chain) == 0 {
		e.chain = append(e.chain, entry{}) // index 0 ends a chain
	}
	e.chain = append(e.chain, x)
	return uint32(len(e.chain) - 1)
}

// unlink gives a cell's chain back.
func (e *Engine) unlink(c *Cell) {
	for i := c.next; i != 0; {
		next := e.chain[i].next
		e.chain[i] = entry{next: e.chainFree}
		e.chainFree = i
		i = next
	}
	c.next = 0
}

// begin folds the open day and opens a later one.
func (e *Engine) begin(c *Cell, day orrery.Day) {
	if c.flags&opened != 0 {
		e.fold(c)
		e.unlink(c)
		f := decays.factor(giving, int32(day-c.day))
		c.Repelled = float32(float64(c.Repelled) * f)
		for i := range c.Given {
			c.Given[i] = float32(float64(c.Given[i]) * f)
			c.Received[i] = float32(float64(c.Received[i]) * f)
		}
	}
	c.day, c.kind, c.count = day, 0, 0
	c.flags = opened | c.flags&overtaken
}

// fold counts the open day into the cell, without touching the chain: on a copy
// it answers how things stand now.
func (e *Engine) fold(c *Cell) {
	if c.flags&active != 0 {
		c.Any.Add(c.day)
	}
	if c.flags&qualifies != 0 {
		c.Qualifying.Add(c.day)
	}
	switch {
	case c.count == 0:
	case c.next == 0:
		strategy, milli := e.worth(c.kind, c.count)
		c.add(c.count.class(), strategy, milli)
	default:
		e.foldMany(c)
	}
	c.kind, c.count = 0, 0
	c.flags = opened | c.flags&overtaken
}

// foldMany sums the day in integers first, so that its order cannot show.
func (e *Engine) foldMany(c *Cell) {
	var sums [repelled + 1][orrery.Strategies]int64
	strategy, milli := e.worth(c.kind, c.count)
	sums[c.count.class()][strategy] = milli
	for i := c.next; i != 0; i = e.chain[i].next {
		x := &e.chain[i]
		strategy, milli := e.worth(x.kind, x.count)
		sums[x.count.class()][strategy] += milli
	}
	var negative int64
	for s := range orrery.Strategies {
		c.add(given, s, sums[given][s])
		c.add(received, s, sums[received][s])
		negative += sums[repelled][s]
	}
	c.add(repelled, 0, negative)
}

// worth returns what a day's activities of one kind add up to, capped, in
// thousandths.
func (e *Engine) worth(kind uint16, t tally) (orrery.Strategy, int64) {
	r := &e.rules[kind]
	n := t.count()
	if r.DailyCap != 0 {
		n = min(n, uint32(r.DailyCap))
	}
	return r.Strategy, int64(n) * int64(r.WeightMilli)
}

func (c *Cell) add(cl class, s orrery.Strategy, milli int64) {
	if milli == 0 {
		return
	}
	weight := float64(milli) / 1000
	switch cl {
	case given:
		c.Given[s] = float32(float64(c.Given[s]) + weight)
	case received:
		c.Received[s] = float32(float64(c.Received[s]) + weight)
	default:
		c.Repelled = float32(float64(c.Repelled) + weight)
	}
}
