package tie

import (
	"cmp"
	"iter"
	"slices"

	"orrery.dev/orrery"
)

// Past is every act that can tie two people, ready to tell how ties stood on any
// day: 24 bytes an act. Gather it with Add, then ask for books in any order.
type Past struct {
	events []event
	met    []meeting
	sorted bool
}

// event renews the tie of two people.
type event struct {
	pair   pair
	day    orrery.Day
	weight float32 // negative: it repels
	back   bool    // from the higher to the lower
	over   bool    // they met over something
}

// meeting is somebody who acted on an object for the first time.
type meeting struct {
	object uint64
	day    orrery.Day
	who    orrery.MemberID
}

// Add takes an act in, in any order.
func (p *Past) Add(a Act) {
	p.sorted = false
	if a.To != 0 && a.To != a.From && a.Weight > 0 {
		e := event{pair: pairOf(a.From, a.To), day: a.Day, weight: a.Weight, back: a.From > a.To}
		if a.Repels {
			e.weight = -e.weight
		}
		p.events = append(p.events, e)
	}
	if a.Met != 0 && a.Together {
		p.met = append(p.met, meeting{a.Met, a.Day, a.From})
	}
}

// settle turns meetings into events and puts all in order.
func (p *Past) settle() {
	if p.sorted {
		return
	}
	p.sorted = true
	slices.SortFunc(p.met, func(a, b meeting) int {
		return cmp.Or(cmp.Compare(a.object, b.object), cmp.Compare(a.who, b.who), cmp.Compare(a.day, b.day))
	})
	p.met = slices.CompactFunc(p.met, func(a, b meeting) bool { return a.object == b.object && a.who == b.who })
	p.events = slices.DeleteFunc(p.events, func(e event) bool { return e.over })
	for here := range runs(p.met, func(a, b meeting) bool { return a.object == b.object }) {
		if len(here) < 2 || len(here) > Crowd {
			continue
		}
		share := float32(1) / float32(len(here)-1)
		for i := range here {
			for j := range i {
				p.events = append(p.events, event{
					pair: pairOf(here[i].who, here[j].who), day: max(here[i].day, here[j].day), weight: share, over: true,
				})
			}
		}
	}
	slices.SortFunc(p.events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.pair, b.pair), cmp.Compare(a.day, b.day), cmp.Compare(a.weight, b.weight), compareBools(a.back, b.back), compareBools(a.over, b.over))
	})
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// runs yields the parts of a list whose elements are alike.
func runs[T any](list []T, alike func(a, b T) bool) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for len(list) > 0 {
			n := 1
			for n < len(list) && alike(list[0], list[n]) {
				n++
			}
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

// First returns the day of the first event, and false where there is none.
func (p *Past) First() (orrery.Day, bool) {
	p.settle()
	if len(p.events) == 0 {
		return 0, false
	}
	first := p.events[0].day
	for i := range p.events {
		first = min(first, p.events[i].day)
	}
	return first, true
}

// Book tells how ties stood at the end of a day: what happened later is left out.
// It sums each tie in the order of days, so that it does not matter in which order
// acts were added.
func (p *Past) Book(day orrery.Day) *Book {
	p.settle()
	b := &Book{Day: day}
	for here := range runs(p.events, func(a, b event) bool { return a.pair == b.pair }) {
		t := Tie{A: here[0].pair.a(), B: here[0].pair.b()}
		var gave, repelled, gaveToday, repelledToday [2]float64
		var over float64
		for _, e := range here {
			if e.day > day {
				break
			}
			if e.day != t.Last {
				gaveToday, repelledToday = [2]float64{}, [2]float64{}
			}
			t.Last = e.day
			side := 0
			if e.back {
				side = 1
			}
			worth, faded := float64(e.weight), fade(int32(day-e.day))
			switch {
			case e.over:
				over += worth * faded
				t.Met++
			case worth < 0:
				worth = min(-worth, DailyMost-repelledToday[side])
				repelledToday[side] += worth
				repelled[side] += worth * faded
				t.Acts++
			default:
				worth = min(worth, DailyMost-gaveToday[side])
				gaveToday[side] += worth
				gave[side] += worth * faded
				t.Acts++
			}
		}
		t.Gave = [2]float32{float32(gave[0]), float32(gave[1])}
		t.Repelled = [2]float32{float32(repelled[0]), float32(repelled[1])}
		t.Over = float32(over)
		if t.Strength()+repelled[0]+repelled[1] >= Faint {
			b.Ties = append(b.Ties, t)
		}
	}
	b.index()
	return b
}
