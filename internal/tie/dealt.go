package tie

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"orrery.dev/orrery"
)

const (
	window    = 91           // days within which people are exchanged: nobody meets those of another year
	forgotten = 8 * HalfLife // an act as old as this is worth 1/256
	exchanges = 5            // tries for each thing that is dealt
	nowhere   = ^uint32(0)
)

// Dealt returns a past in which chance decided who was where, for telling how good
// circles it makes on a day; acts that hardly count by then are left out. Each
// acted on as many things in each quarter of a year, and each thing brought as many
// together; only who stood in whose place is exchanged. Those who addressed one
// another over a thing still do, whoever they are now; those who did so over
// nothing exchange partners with pairs that gave each other about as much.
// (Null models that keep what each has and exchange the rest: Strona et al. 2014.)
//
// So what it has in common with the past is no sign of a circle: that some have
// many ties, that what many meet over ties all of them to each other, that few ties
// make good circles by chance. Whoever is not wanted stays where they are, and
// nobody addresses them.
func (p *Past) Dealt(day orrery.Day, seed uint64, wanted func(orrery.MemberID) bool) *Past {
	p.settle()
	d := dealing{day: day, wanted: wanted, chance: rand.New(rand.NewPCG(seed, 0x6465616c)), place: map[uint64]int{}}
	d.take(p.met)
	d.address(p.events)
	d.exchangePeople()
	d.exchangePairs()
	return d.past()
}

// dealing is one such past in the making.
type dealing struct {
	day    orrery.Day
	wanted func(orrery.MemberID) bool
	chance *rand.Rand

	met    []meeting         // of things that tie anybody
	who    []orrery.MemberID // who stands there now
	thing  []span            // of each thing: its meetings
	of     []uint32          // of each meeting: its thing
	place  map[uint64]int    // of things, by object
	acts   []event
	stand  [][2]uint32 // of each act: where the lower and the higher one stand, or nowhere and a place in loose
	loose  []partners  // pairs that addressed one another over nothing
	ofPair map[pair]uint32
}

type span struct{ from, until uint32 }

// partners are two people who gave each other something.
type partners struct {
	now    [2]orrery.MemberID // who stands where the lower and the higher one stood
	weight float64
	last   orrery.Day
}

// take gathers the meetings that tie anybody.
func (d *dealing) take(met []meeting) {
	for here := range runs(met, func(a, b meeting) bool { return a.object == b.object }) {
		if len(here) < 2 || len(here) > Crowd {
			continue
		}
		newest := here[0].day
		for i := range here {
			newest = max(newest, here[i].day)
		}
		if d.day-newest > forgotten {
			continue
		}
		from := uint32(len(d.met))
		d.met = append(d.met, here...)
		for i := range here {
			d.who = append(d.who, here[i].who)
			d.of = append(d.of, uint32(len(d.thing)))
		}
		d.place[here[0].object] = len(d.thing)
		d.thing = append(d.thing, span{from, uint32(len(d.met))})
	}
}

// address gathers who addressed whom, and where they stand.
func (d *dealing) address(acts []event) {
	d.ofPair = map[pair]uint32{}
	for i := range acts {
		e := &acts[i]
		if e.weight <= 0 || e.day > d.day || d.day-e.day > forgotten || !d.wanted(e.pair.a()) || !d.wanted(e.pair.b()) {
			continue
		}
		stand := [2]uint32{nowhere, nowhere}
		if at, ok := d.place[e.object]; ok && e.object != 0 {
			for m := d.thing[at].from; m < d.thing[at].until; m++ {
				switch d.who[m] {
				case e.pair.a():
					stand[0] = m
				case e.pair.b():
					stand[1] = m
				}
			}
		}
		if stand[0] == nowhere || stand[1] == nowhere {
			stand = [2]uint32{nowhere, d.pairOf(e)}
		}
		d.acts, d.stand = append(d.acts, *e), append(d.stand, stand)
	}
}

// pairOf returns the place of an act's pair in loose.
func (d *dealing) pairOf(e *event) uint32 {
	at, ok := d.ofPair[e.pair]
	if !ok {
		at = uint32(len(d.loose))
		d.ofPair[e.pair] = at
		d.loose = append(d.loose, partners{now: [2]orrery.MemberID{e.pair.a(), e.pair.b()}})
	}
	l := &d.loose[at]
	l.weight += float64(e.weight) * fade(int32(d.day-e.day))
	l.last = max(l.last, e.day)
	return at
}

// exchangePeople lets two people change places, again and again, unless one of them
// stands at the thing already.
func (d *dealing) exchangePeople() {
	stands := func(who orrery.MemberID, t span) bool { return slices.Contains(d.who[t.from:t.until], who) }
	takes := func(i uint32) bool { return d.wanted(d.who[i]) }
	alike := func(i uint32) uint64 { return uint64(d.met[i].day / window) }
	for here := range alikes(len(d.met), takes, alike) {
		for range exchanges * len(here) {
			i, j := here[d.chance.IntN(len(here))], here[d.chance.IntN(len(here))]
			a, b := d.who[i], d.who[j]
			if a == b || d.of[i] == d.of[j] || stands(a, d.thing[d.of[j]]) || stands(b, d.thing[d.of[i]]) {
				continue
			}
			d.who[i], d.who[j] = b, a
		}
	}
}

// exchangePairs gives those who addressed one another over nothing other partners.
func (d *dealing) exchangePairs() {
	taken := map[pair]bool{}
	for i := range d.loose {
		taken[pairOf(d.loose[i].now[0], d.loose[i].now[1])] = true
	}
	all := func(uint32) bool { return true }
	alike := func(i uint32) uint64 {
		l := &d.loose[i]
		return uint64(l.last/window)<<32 | uint64(128+math.Ilogb(l.weight))
	}
	for here := range alikes(len(d.loose), all, alike) {
		for range 2 * exchanges * len(here) {
			x, y := &d.loose[here[d.chance.IntN(len(here))]], &d.loose[here[d.chance.IntN(len(here))]]
			side := d.chance.IntN(2)
			a, b, c, e := x.now[0], x.now[1], y.now[side], y.now[1-side]
			if a == e || c == b {
				continue
			}
			first, second := pairOf(a, e), pairOf(c, b)
			if first == second || taken[first] || taken[second] {
				continue
			}
			delete(taken, pairOf(a, b))
			delete(taken, pairOf(c, e))
			taken[first], taken[second] = true, true
			x.now[1], y.now[1-side] = e, b
		}
	}
}

// past is what came of it.
func (d *dealing) past() *Past {
	for i := range d.met {
		d.met[i].who = d.who[i]
	}
	for i := range d.acts {
		e, stand := &d.acts[i], d.stand[i]
		var now [2]orrery.MemberID
		if stand[0] == nowhere {
			now = d.loose[stand[1]].now
		} else {
			now = [2]orrery.MemberID{d.who[stand[0]], d.who[stand[1]]}
		}
		e.back = e.back != (now[0] > now[1])
		e.pair = pairOf(now[0], now[1])
	}
	return &Past{met: d.met, events: d.acts}
}

// alikes yields those of n numbers that are taken and have the same key, together.
func alikes(n int, takes func(uint32) bool, key func(uint32) uint64) func(func([]uint32) bool) {
	var all []uint32
	for i := range uint32(n) {
		if takes(i) {
			all = append(all, i)
		}
	}
	slices.SortStableFunc(all, func(a, b uint32) int { return cmp.Compare(key(a), key(b)) })
	return runs(all, func(a, b uint32) bool { return key(a) == key(b) })
}
