package tie

import (
	"iter"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"orrery.dev/orrery"
)

func bookOf(day orrery.Day, acts ...Act) *Book {
	var p Past
	for _, a := range acts {
		p.Add(a)
	}
	return p.Book(day)
}

func near(got float32, want float64) bool { return math.Abs(float64(got)-want) < 1e-6 }

func TestATieIsDirectedSignedAndFades(t *testing.T) {
	t.Parallel()
	b := bookOf(
		1180,
		Act{Day: 1000, From: 7, To: 3, Weight: 8},
		Act{Day: 1180, From: 3, To: 7, Weight: 2},
		Act{Day: 1180, From: 3, To: 7, Weight: 4, Repels: true},
		Act{Day: 1181, From: 3, To: 7, Weight: 9}, // tomorrow
	)
	tie := b.Between(7, 3)
	if tie == nil || len(b.Ties) != 1 {
		t.Fatalf("got %d ties", len(b.Ties))
	}
	// 8 half a year ago is 4 now
	if gave, got := tie.Given(7); !near(float32(gave), 4) || !near(float32(got), 2) {
		t.Errorf("7 gave %v and got %v, want 4 and 2", gave, got)
	}
	if did, got := tie.Pushed(3); !near(float32(did), 4) || got != 0 {
		t.Errorf("3 repelled by %v and was by %v, want 4 and 0", did, got)
	}
	if tie.Strength() != 6 || tie.Acts != 3 || tie.Last != 1180 {
		t.Errorf("got %+v", tie)
	}
	if len(b.Of(3)) != 1 || len(b.Of(4)) != 0 || len(b.Of(999)) != 0 || b.Degree(7) != 1 {
		t.Error("ties stand with the wrong people")
	}
}

func TestMeetingOverSomethingCountsTheLessTheMoreDoIt(t *testing.T) {
	t.Parallel()
	var acts []Act
	for who := range orrery.MemberID(5) { // five on one object: each pair 1/4
		acts = append(acts, Act{Day: 100, From: who + 1, Met: 77, Weight: 3, Together: true}, Act{Day: 100, From: who + 1, Met: 77, Weight: 3, Together: true})
	}
	acts = append(acts, Act{Day: 100, From: 1, Met: 78, Together: true}, Act{Day: 100, From: 2, Met: 78, Together: true}) // these two alone: 1
	for who := range orrery.MemberID(Crowd + 1) {
		acts = append(acts, Act{Day: 100, From: who + 100, Met: 79, Together: true})
	}
	b := bookOf(100, acts...)
	if len(b.Ties) != 10 {
		t.Errorf("got %d ties, want 10: a crowd ties nobody", len(b.Ties))
	}
	if tie := b.Between(1, 2); !near(tie.Over, 1.25) || tie.Met != 2 {
		t.Errorf("got %+v, want a weight of 1.25 over two objects", tie)
	}
	if tie := b.Between(4, 5); !near(tie.Over, .25) {
		t.Errorf("got %+v, want .25", tie)
	}
}

func TestTheOrderOfActsDoesNotShow(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(8, 8))
	acts := make([]Act, 4000)
	for i := range acts {
		acts[i] = Act{
			Day: orrery.Day(1000 + chance.IntN(900)), From: orrery.MemberID(1 + chance.IntN(80)), To: orrery.MemberID(chance.IntN(80)),
			Met: uint64(chance.IntN(300)), Weight: float32(chance.IntN(90)) / 10, Repels: chance.IntN(9) == 0, Together: chance.IntN(3) > 0,
		}
	}
	want := bookOf(1700, acts...)
	if len(want.Ties) < 500 {
		t.Fatalf("got %d ties", len(want.Ties))
	}
	chance.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	var p Past
	for i, a := range acts {
		p.Add(a)
		if i == 2000 {
			p.Book(1500) // asked in between
		}
	}
	if got := p.Book(1700); !reflect.DeepEqual(got, want) {
		t.Error("acts in another order lead to other ties")
	}
	seen := 0
	for m := range orrery.MemberID(81) {
		for _, tie := range want.Of(m) {
			if tie.A != m && tie.B != m || want.Between(m, tie.Other(m)) != tie {
				t.Fatalf("%d has the tie %+v", m, tie)
			}
			seen++
		}
	}
	if seen != 2*len(want.Ties) {
		t.Errorf("people have %d ties in all, want %d", seen, 2*len(want.Ties))
	}
}

func TestBondsAreWhatTheBooksOfTheirDaysSay(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(9, 8))
	var p Past
	for range 3000 {
		p.Add(Act{
			Day: orrery.Day(1000 + chance.IntN(900)), From: orrery.MemberID(1 + chance.IntN(60)), To: orrery.MemberID(chance.IntN(60)),
			Met: uint64(chance.IntN(300)), Weight: float32(chance.IntN(90)) / 10, Repels: chance.IntN(9) == 0, Together: chance.IntN(3) > 0,
		})
	}
	days := []orrery.Day{900, 1100, 1300, 1899, 2100}
	err := p.Strengths(days, func(day orrery.Day, bonds iter.Seq[Bond]) error {
		want := map[[2]orrery.MemberID]float64{}
		for _, tie := range p.Book(day).Ties {
			if tie.Strength() >= Faint {
				want[[2]orrery.MemberID{tie.A, tie.B}] = tie.Strength()
			}
		}
		n := 0
		for b := range bonds {
			n++
			if w := want[[2]orrery.MemberID{b.A, b.B}]; math.Abs(w-b.Strength) > 1e-4 {
				t.Errorf("day %d: %d and %d have %v, the book says %v", day, b.A, b.B, b.Strength, w)
			}
		}
		if n != len(want) {
			t.Errorf("day %d has %d bonds, the book %d", day, n, len(want))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func BenchmarkBook(b *testing.B) {
	chance := rand.New(rand.NewPCG(8, 8))
	var p Past
	for range 1_000_000 {
		p.Add(Act{
			Day: orrery.Day(1000 + chance.IntN(900)), From: orrery.MemberID(1 + chance.IntN(100_000)), To: orrery.MemberID(chance.IntN(100_000)),
			Met: uint64(chance.IntN(300_000)), Weight: 3, Together: true,
		})
	}
	p.Book(1)
	for b.Loop() {
		p.Book(1900)
	}
}

func TestADayTiesNoMoreThanADayCan(t *testing.T) {
	t.Parallel()
	var acts []Act
	for range 50 {
		acts = append(acts, Act{Day: 10, From: 1, To: 2, Weight: 3}, Act{Day: 10, From: 2, To: 1, Weight: 1, Repels: true})
	}
	acts = append(acts, Act{Day: 10, From: 1, To: 2, Weight: 4, Repels: true}, Act{Day: 9, From: 1, To: 2, Weight: 3})
	tie := bookOf(10, acts...).Between(1, 2)
	if want := DailyMost + 3*fade(1); !near(tie.Gave[0], want) || !near(tie.Repelled[1], DailyMost) || !near(tie.Repelled[0], 4) {
		t.Errorf("got %+v, want %v given and %v repelled", tie, want, DailyMost)
	}
}
