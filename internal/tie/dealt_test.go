package tie

import (
	"iter"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"orrery.dev/orrery"
)

// busy is a past in which some meet over things, address each other there and
// elsewhere, and one is no person.
func busy() *Past {
	chance := rand.New(rand.NewPCG(3, 3))
	who := func() orrery.MemberID { return orrery.MemberID(1 + chance.IntN(30)*chance.IntN(30)/30) }
	p := &Past{}
	for thing := range uint64(200) {
		day := orrery.Day(1000 + chance.IntN(300))
		for range 2 + chance.IntN(5) {
			p.Add(Act{Day: day, From: who(), Met: thing + 1, Weight: 5, Together: true})
		}
		p.Add(Act{Day: day, From: who(), To: who(), Met: thing + 1, Weight: 4})
	}
	for range 300 {
		p.Add(Act{Day: orrery.Day(1000 + chance.IntN(300)), From: who(), To: who(), Weight: 2})
	}
	for i := range 60 { // a crowd
		p.Add(Act{Day: 1100, From: orrery.MemberID(i + 1), Met: 5000, Weight: 5, Together: true})
	}
	return p
}

const program = orrery.MemberID(2)

func person(m orrery.MemberID) bool { return m != program }

func TestDealingKeepsWhatEachHas(t *testing.T) {
	t.Parallel()
	real := busy()
	dealt := real.Dealt(1300, 1, person)
	type key struct {
		who    orrery.MemberID
		window orrery.Day
	}
	tell := func(p *Past) (people map[key]int, things map[uint64]int) {
		people, things = map[key]int{}, map[uint64]int{}
		for _, m := range p.met {
			if m.object != 5000 {
				people[key{m.who, m.day / window}]++
				things[m.object]++
			}
		}
		return people, things
	}
	real.settle()
	for object, n := range func() map[uint64]int { _, things := tell(real); return things }() {
		if n < 2 { // ties nobody
			real.met = slices.DeleteFunc(real.met, func(m meeting) bool { return m.object == object })
		}
	}
	people, things := tell(real)
	dealtPeople, dealtThings := tell(dealt)
	if !maps.Equal(people, dealtPeople) || !maps.Equal(things, dealtThings) {
		t.Error("somebody acted on more or fewer things, or a thing brought others together")
	}
	changed := 0
	for i, m := range dealt.met {
		if m.object == 5000 {
			t.Fatal("a crowd was dealt")
		}
		if i > 0 && m.object == dealt.met[i-1].object && slices.ContainsFunc(dealt.met[:i], func(o meeting) bool { return o.object == m.object && o.who == m.who }) {
			t.Error("somebody stands at a thing twice")
		}
		was := slices.IndexFunc(real.met, func(o meeting) bool { return o == m })
		if was < 0 {
			changed++
			if m.who == program {
				t.Error("a program was moved")
			}
		}
	}
	if changed < len(dealt.met)/3 {
		t.Errorf("only %d of %d meetings are other people's", changed, len(dealt.met))
	}
	weights := func(p *Past) (sum float64) {
		for _, e := range p.events {
			if person(e.pair.a()) && person(e.pair.b()) {
				sum += float64(e.weight)
			}
		}
		return sum
	}
	if a, b := weights(real), weights(dealt); math.Abs(a-b) > 1e-6 {
		t.Errorf("people gave %v, and %v when dealt", a, b)
	}
	for _, e := range dealt.events {
		if e.pair.a() == e.pair.b() || !person(e.pair.a()) || !person(e.pair.b()) {
			t.Errorf("%d addressed %d", e.pair.a(), e.pair.b())
		}
	}
}

func TestDealingDependsOnItsSeedAlone(t *testing.T) {
	t.Parallel()
	bonds := func(p *Past) (all []Bond) {
		err := p.Strengths([]orrery.Day{1300}, func(_ orrery.Day, b iter.Seq[Bond]) error {
			all = slices.Collect(b)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	real := busy()
	before := bonds(real)
	one, again, other := bonds(real.Dealt(1300, 1, person)), bonds(busy().Dealt(1300, 1, person)), bonds(real.Dealt(1300, 2, person))
	if !reflect.DeepEqual(one, again) || reflect.DeepEqual(one, other) || len(one) == 0 {
		t.Error("equal seeds give other ties, or other seeds the same")
	}
	if !reflect.DeepEqual(before, bonds(real)) {
		t.Error("dealing changed what was dealt from")
	}
}
