package tie

import (
	"cmp"
	"iter"
	"slices"

	"orrery.dev/orrery"
)

// Past is every act that can tie two people, ready to tell how ties stood on any
// day: 32 bytes an act. Gather it with Add, then ask in any order. It is not safe for
// concurrent use.
type Past struct {
	events []event
	met    []meeting
	days   []event  // of both, a day each, by pair and day
	crowds []uint64 // what brought more than Crowd together, rising
	sorted bool
}

// event renews the tie of two people: once settled, all of one day and direction.
type event struct {
	pair   pair
	object uint64 // over which; 0 where all of a day are summed up
	day    orrery.Day
	weight float32 // negative: it repels
	acts   uint32
	back   bool // from the higher to the lower
	over   bool // they met over something
}

func (e *event) compare(o *event) int {
	return cmp.Or(cmp.Compare(e.pair, o.pair), cmp.Compare(e.day, o.day), compareBools(e.back, o.back), compareBools(e.over, o.over), cmp.Compare(e.weight, o.weight))
}

// alike says whether two events add up.
func (e *event) alike(o *event) bool {
	return e.pair == o.pair && e.day == o.day && e.back == o.back && e.over == o.over && (e.weight < 0) == (o.weight < 0)
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
		e := event{pair: pairOf(a.From, a.To), object: a.Met, day: a.Day, weight: a.Weight, acts: 1, back: a.From > a.To}
		if a.Repels {
			e.weight = -e.weight
		}
		p.events = append(p.events, e)
	}
	if a.Met != 0 && a.Together {
		p.met = append(p.met, meeting{a.Met, a.Day, a.From})
	}
}

// settle turns meetings into events, sums up days and puts all in order.
func (p *Past) settle() {
	if p.sorted {
		return
	}
	p.sorted = true
	slices.SortFunc(p.met, func(a, b meeting) int {
		return cmp.Or(cmp.Compare(a.object, b.object), cmp.Compare(a.who, b.who), cmp.Compare(a.day, b.day))
	})
	p.crowds = nil
	p.met = slices.CompactFunc(p.met, func(a, b meeting) bool { return a.object == b.object && a.who == b.who })
	p.days = append(p.days[:0], p.events...)
	for here := range runs(p.met, func(a, b meeting) bool { return a.object == b.object }) {
		if len(here) > Crowd {
			p.crowds = append(p.crowds, here[0].object)
		}
		if len(here) < 2 || len(here) > Crowd {
			continue
		}
		share := float32(1) / float32(len(here)-1)
		for i := range here {
			for j := range i {
				p.days = append(p.days, event{
					pair: pairOf(here[i].who, here[j].who), day: max(here[i].day, here[j].day), weight: share, acts: 1, over: true,
				})
			}
		}
	}
	slices.SortFunc(p.days, func(a, b event) int { return a.compare(&b) })
	n := 0
	for here := range runs(p.days, func(a, b event) bool { return a.alike(&b) }) {
		day := here[0]
		day.object = 0
		for _, e := range here[1:] {
			day.weight += e.weight
			day.acts += e.acts
		}
		if !day.over {
			day.weight = min(max(day.weight, -DailyMost), DailyMost)
		}
		p.days[n] = day
		n++
	}
	p.days = p.days[:n]
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

// First returns the first day on which anybody was tied, and false where nobody
// was.
func (p *Past) First() (orrery.Day, bool) {
	p.settle()
	if len(p.days) == 0 {
		return 0, false
	}
	first := p.days[0].day
	for i := range p.days {
		first = min(first, p.days[i].day)
	}
	return first, true
}

// Book tells how ties stood at the end of a day: what happened later is left out.
// It sums each tie in the order of days, so that it does not matter in which order
// acts were added.
func (p *Past) Book(day orrery.Day) *Book {
	p.settle()
	b := &Book{Day: day}
	for here := range runs(p.days, func(a, b event) bool { return a.pair == b.pair }) {
		t := Tie{A: here[0].pair.a(), B: here[0].pair.b()}
		var gave, repelled [2]float64
		var over float64
		for i := range here {
			e := &here[i]
			if e.day > day {
				break
			}
			if t.Acts+t.Met == 0 {
				t.Since = e.day
			}
			t.Last = e.day
			side := 0
			if e.back {
				side = 1
			}
			worth := float64(e.weight) * fade(int32(day-e.day))
			switch {
			case e.over:
				over += worth
				t.Met += e.acts
			case worth < 0:
				repelled[side] -= worth
				t.Acts += e.acts
			default:
				gave[side] += worth
				t.Acts += e.acts
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

// Bond is a tie without direction.
type Bond struct {
	A, B     orrery.MemberID // A < B
	Strength float64         // as of Tie
}

// Strengths hands fn the bonds as they stood at the end of each of some rising
// days, one day after the other, faint ones left out. It costs far less than a
// Book for each.
func (p *Past) Strengths(days []orrery.Day, fn func(day orrery.Day, bonds iter.Seq[Bond]) error) error {
	p.settle()
	var pairs []pair
	slot := make([]uint32, len(p.days)) // of each event
	for i := range p.days {
		if n := len(pairs); n == 0 || pairs[n-1] != p.days[i].pair {
			pairs = append(pairs, p.days[i].pair)
		}
		slot[i] = uint32(len(pairs) - 1)
	}
	byDay := make([]uint32, len(p.days))
	for i := range byDay {
		byDay[i] = uint32(i)
	}
	slices.SortFunc(byDay, func(a, b uint32) int { return cmp.Or(cmp.Compare(p.days[a].day, p.days[b].day), cmp.Compare(a, b)) })
	strength := make([]float64, len(pairs))
	last := orrery.Day(0)
	for _, day := range days {
		f := fade(int32(day - last))
		for i := range strength {
			strength[i] *= f
		}
		last = day
		for len(byDay) > 0 && p.days[byDay[0]].day <= day {
			if e := &p.days[byDay[0]]; e.weight > 0 {
				strength[slot[byDay[0]]] += float64(e.weight) * fade(int32(day-e.day))
			}
			byDay = byDay[1:]
		}
		err := fn(day, func(yield func(Bond) bool) {
			for i, s := range strength {
				if s >= Faint && !yield(Bond{pairs[i].a(), pairs[i].b(), s}) {
					return
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
