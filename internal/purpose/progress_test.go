package purpose

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery.dev/orrery"
)

// steady is one person who gives so many hours on every n-th day.
func steady(from, until orrery.Day, every int, hours Amount) (t Tally) {
	g := Giver{Member: 1, First: from, Last: until}
	for d := from; d <= until; d += orrery.Day(every) {
		t.Days = append(t.Days, DaySum{d, 1, hours})
		g.Activities++
		g.Amount += hours
	}
	t.Givers = []Giver{g}
	return t
}

func TestAVerdictComparesWithTheLine(t *testing.T) {
	t.Parallel()
	// 100 hours in 200 days: half an hour a day.
	m := parse(t, "sum hours target 100 from 2026-01-01 by 2026-07-19")
	asOf := day("2026-04-10") // 100 days are over: 50 hours are expected
	for _, c := range []struct {
		name  string
		hours Amount // each fifth day
		want  Verdict
		words string
	}{
		{"as much as expected", 2500, OnTheWay, "on the way"},
		{"twice as much", 5000, Reached, "reached on 6 April 2026"},
		{"a half more", 3750, Ahead, "25 hours ahead of the line"},
		{"a half", 1250, Behind, "25 hours behind the line"},
	} {
		tally := steady(m.From, asOf, 5, c.hours)
		p := Reckon(m, &tally, asOf)
		if p.Verdict != c.want || p.VerdictWords() != c.words || p.Expected != 50*One {
			t.Errorf("%s: %v, %q, expected %d", c.name, p.Verdict, p.VerdictWords(), p.Expected)
		}
	}
	var none Tally
	for text, want := range map[string]Verdict{"2025-12-31": NotBegun, "2026-01-10": Early, "2026-07-19": Behind, "2026-07-20": Missed} {
		if p := Reckon(m, &none, day(text)); p.Verdict != want {
			t.Errorf("with nothing on %s: %v, want %v", text, p.Verdict, want)
		}
	}
	if p := Reckon(m, &none, day("2026-05-01")); !p.Pace.Never || !strings.Contains(p.PaceWords(), "would not be reached") {
		t.Errorf("nothing leads to a target: %+v", p.Pace)
	}
}

func TestASteadyPaceReachesItsTargetOnTheDayThatItMust(t *testing.T) {
	t.Parallel()
	m := parse(t, "sum hours target 100 from 2026-01-01 by 2026-07-19")
	tally := steady(m.From, day("2026-04-09"), 1, 250)
	p := Reckon(m, &tally, day("2026-04-09")) // 99 days at a quarter of an hour: 24.75; the other 75.25 take 301 days
	if want := day("2026-04-09") + 301; p.Pace.On != want || p.Pace.Soon != want || p.Pace.Late != want {
		t.Errorf("got %v (%v to %v), want %v", p.Pace.On, p.Pace.Soon, p.Pace.Late, want)
	}
	if !strings.Contains(p.PaceWords(), "4 February 2027") {
		t.Error(p.PaceWords())
	}
}

func TestWhatIsTakenBackIsNotReached(t *testing.T) {
	t.Parallel()
	m := parse(t, "sum hours target 10 from 2026-01-01 by 2026-07-19")
	tally := Tally{Days: []DaySum{{m.From, 1, 12 * One}, {m.From + 5, 1, -4 * One}}, Givers: []Giver{{Member: 1, Amount: 8 * One, Activities: 2, First: m.From, Last: m.From + 5}}}
	if p := Reckon(m, &tally, m.From+30); p.Verdict == Reached || p.ReachedOn != 0 || p.Value != 8*One {
		t.Errorf("%v with %d, reached on %v", p.Verdict, p.Value, p.ReachedOn)
	}
}

// seasonal makes years in which nearly all comes in a few weeks of summer.
func seasonal(seed uint64, from, until orrery.Day, shape func(yearDay int) float64) (t Tally) {
	r := rand.New(rand.NewPCG(seed, 8))
	for d := from; d <= until; d++ {
		n := 0
		for l, p := math.Exp(-shape(d.Time().YearDay())), r.Float64(); p > l; p *= r.Float64() {
			n++
		}
		if n > 0 {
			t.Days = append(t.Days, DaySum{d, n, Amount(n) * One})
		}
	}
	return t
}

func summer(yearDay int) float64 { return .3 + 6*math.Exp(-math.Pow(float64(yearDay-190)/25, 2)) }

func TestTheLineTakesTheShapeOfEarlierYearsWhereItForetells(t *testing.T) {
	t.Parallel()
	m := parse(t, "count target 400 from 2026-01-01 by 2026-12-31")
	for seed := range uint64(20) {
		peaked := seasonal(seed, day("2021-12-01"), day("2025-12-31"), summer)
		l := Expect(m, &peaked)
		if !l.Seasonal || l.At(day("2026-05-01")) > 120*One || l.At(day("2026-09-15")) < 280*One {
			t.Fatalf("seed %d: seasonal %t (%s), %d by May, %d by mid-September", seed, l.Seasonal, l.Why, l.At(day("2026-05-01")), l.At(day("2026-09-15")))
		}
		even := seasonal(seed, day("2021-12-01"), day("2025-12-31"), func(int) float64 { return 1 })
		if l := Expect(m, &even); l.Seasonal || !strings.Contains(l.Why, "no better") {
			t.Fatalf("seed %d: even years make a shape: %s", seed, l.Why)
		}
	}
	short := seasonal(1, day("2024-11-01"), day("2025-12-31"), summer)
	if l := Expect(m, &short); l.Seasonal || !strings.Contains(l.Why, "not two whole years") {
		t.Errorf("one year makes a shape: %s", l.Why)
	}
}

func TestALineRisesFromNothingToItsTarget(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		m := parse(t, "count target 400 from 2026-03-01 by 2028-02-11")
		tally := seasonal(seed, day("2021-12-01"), day("2026-02-28"), summer)
		l := Expect(m, &tally)
		before := Amount(0)
		if got := l.At(m.From - 1); got != 0 {
			t.Fatalf("%d are expected before the start", got)
		}
		for d := m.From; d <= m.By+30; d++ {
			at := l.At(d)
			if at < before || at > m.Target {
				t.Fatalf("%d are expected on %v, %d the day before", at, d, before)
			}
			before = at
		}
		if got := l.At(m.By); got != m.Target {
			t.Fatalf("%d are expected in the end, want %d", got, m.Target)
		}
	}
}

// A forecast's interval is meant to hold the day of reaching in eight of ten worlds.
func TestTheIntervalHoldsAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	m := parse(t, "count target 300 from 2026-01-01 by 2027-06-30")
	for name, shape := range map[string]func(int) float64{"even": func(int) float64 { return 1 }, "seasonal": summer} {
		held, all := 0, 0
		for seed := range uint64(300) {
			world := seasonal(1000+seed, day("2021-06-01"), day("2029-12-31"), shape)
			asOf := day("2026-04-01")
			known := Tally{Givers: []Giver{{Member: 1, First: m.From, Last: asOf, Activities: 1}}}
			left, reached := m.Target, orrery.Day(0)
			for _, d := range world.Days {
				if d.Day <= asOf {
					known.Days = append(known.Days, d)
				}
				if d.Day >= m.From {
					if left -= d.Amount; left <= 0 && reached == 0 {
						reached = d.Day
					}
				}
			}
			p := Reckon(m, &known, asOf).Pace
			all++
			if p.Soon <= reached && (p.LateNever || reached <= p.Late) {
				held++
			}
		}
		if share := float64(held) / float64(all); share < .7 || share > .97 {
			t.Errorf("%s: the interval held in %.0f%% of worlds, want about 80%%", name, 100*share)
		} else {
			t.Logf("%s: the interval held in %.0f%% of worlds", name, 100*share)
		}
	}
}

func BenchmarkReckon(b *testing.B) {
	m, err := ParseMeasure("count target 4000 from 2026-01-01 by 2026-12-31", 0)
	if err != nil {
		b.Fatal(err)
	}
	tally := seasonal(1, day("2021-12-01"), day("2026-06-30"), summer)
	for b.Loop() {
		Reckon(&m, &tally, day("2026-06-30"))
	}
}
