package field

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery.dev/orrery"
)

func TestDecaysAreCorrectlyRounded(t *testing.T) {
	t.Parallel()
	for i, h := range halfLives {
		if got := decays.factor(i, 0); got != 1 {
			t.Errorf("half-life %d: got %v after no day, want 1", h, got)
		}
		for _, days := range []int32{1, 6, h - 1, h, h + 1, 2 * h, 1023, 1024, 3650, 7 * h} {
			got := decays.factor(i, days)
			want := math.Ldexp(math.Exp2(-float64(days%h)/float64(h)), -int(days/h)) // the whole halvings are exact
			if math.Abs(got-want) > 4e-16*want {
				t.Errorf("half-life %d: got %v after %d days, want %v", h, got, days, want)
			}
		}
		if got := decays.factor(i, 3*h); got != .125 {
			t.Errorf("half-life %d: got %v after three of them, want exactly 1/8", h, got)
		}
	}
	if got := decays.factor(0, math.MaxInt32); got != 0 {
		t.Errorf("got %v after millions of years, want 0", got)
	}
}

// someDays are distinct and rising: runs, gaps and very long gaps.
func someDays(rng *rand.Rand) []orrery.Day {
	day := orrery.Day(rng.IntN(20_000))
	var days []orrery.Day
	for range 1 + rng.IntN(80) {
		days = append(days, day)
		switch rng.IntN(10) {
		case 0:
			day += orrery.Day(1 + rng.IntN(1_500))
		case 1, 2:
			day += orrery.Day(1 + rng.IntN(90))
		default:
			day += orrery.Day(1 + rng.IntN(5))
		}
	}
	return days
}

func seriesOf(days []orrery.Day) Series {
	var s Series
	for _, day := range days {
		s.Add(day)
		s.Add(day)     // again changes nothing
		s.Add(day - 1) // nor does an earlier one
	}
	return s
}

func TestASeriesKnowsItsDays(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		days := someDays(rand.New(rand.NewPCG(seed, 1)))
		s := seriesOf(days)
		first, last := days[0], days[len(days)-1]
		if s.First != first || s.Last != last {
			t.Fatalf("seed %d: got %v to %v, want %v to %v", seed, s.First, s.Last, first, last)
		}
		var wantMap uint64
		wantGap := orrery.Day(0)
		periods := [3]map[orrery.Day]bool{{}, {}, {}}
		for _, day := range days {
			if back := last - day; back < 64 {
				wantMap |= 1 << back
			} else {
				wantGap = back
			}
			for i, h := range []orrery.Day{30, 90, 365} {
				periods[i][(day-first)/h] = true
			}
		}
		if s.Map != wantMap || s.Gap != uint16(min(wantGap, math.MaxUint16)) {
			t.Fatalf("seed %d: got map %x and gap %d, want %x and %d", seed, s.Map, s.Gap, wantMap, wantGap)
		}
		for i := range periods {
			if int(s.Periods[i]) != len(periods[i]) {
				t.Fatalf("seed %d: got %d periods, want %d", seed, s.Periods[i], len(periods[i]))
			}
		}
	}
}

// The map must take a series back up to 64 days, as if later days had not been.
func TestASeriesAsOfADayIsThatOfTheDaysUpToIt(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 2))
		days := someDays(rng)
		s := seriesOf(days)
		for range 40 {
			day := s.Last - 64 + orrery.Day(rng.IntN(600))
			n, _ := slices.BinarySearch(days, day+1)
			got, ok := s.asOf(day)
			if ok != (n > 0) {
				t.Fatalf("seed %d, %v: got known %v with %d days", seed, day, ok, n)
			}
			if !ok {
				continue
			}
			var want [4]float64
			for _, d := range days[:n] {
				for i := range want {
					want[i] += math.Exp2(-float64(day+1-d) / float64(halfLives[i]))
				}
			}
			for i := range want {
				if math.Abs(got.d[i]-want[i]) > 1e-9 {
					t.Fatalf("seed %d, %v of %v: got D%d = %v, want %v", seed, day, s.Last, halfLives[i], got.d[i], want[i])
				}
			}
			if got.last != days[n-1] {
				t.Fatalf("seed %d, %v: got last day %v, want %v", seed, day, got.last, days[n-1])
			}
			months := map[orrery.Day]bool{}
			for _, d := range days[:n] {
				months[(d-days[0])/30] = true
			}
			if got.months != float64(len(months)-1) {
				t.Fatalf("seed %d, %v of %v: got %v further months, want %d", seed, day, s.Last, got.months, len(months)-1)
			}
		}
		if _, ok := s.asOf(s.Last - 65); ok && s.First <= s.Last-65 {
			t.Fatalf("seed %d: a day beyond the map is answered", seed)
		}
	}
}

func TestTheLevelIsThatOfTheHighestClosenessOfFourteenMidnights(t *testing.T) {
	t.Parallel()
	rising := ColdStart(Monthly)
	rising.Weights[Week] = -.5 // a fit that rises while a busy week fades
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 3))
		days := someDays(rng)
		c := Cell{Qualifying: seriesOf(days), Any: seriesOf(days)}
		for _, f := range []Fit{ColdStart(Monthly), ColdStart(Yearly), rising} {
			day := c.Any.Last + orrery.Day(rng.IntN(40))
			highest := 0.0
			for back := range orrery.Day(14) {
				highest = max(highest, 100*f.Chance(&c.Qualifying, day-back))
			}
			if got, want := c.place(&f, day).level, LevelOf(highest); got != want {
				t.Fatalf("seed %d: got level %v, want %v for closeness %v", seed, got, want, highest)
			}
		}
	}
}

func TestEnduranceCountsCompletedPeriods(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 4))
		days := someDays(rng)
		s := seriesOf(days)
		day := s.Last + orrery.Day(rng.IntN(400))
		for _, h := range []Horizon{Monthly, Quarterly, Yearly} {
			completed := map[orrery.Day]bool{}
			of := (day + 1 - s.First) / orrery.Day(h)
			for _, d := range days {
				if period := (d - s.First) / orrery.Day(h); period < of {
					completed[period] = true
				}
			}
			if got, want := s.endurance(h, day), (Endurance{len(completed), int(of)}); got != want {
				t.Fatalf("seed %d, horizon %d: got %+v, want %+v", seed, h, got, want)
			}
		}
	}
}

func TestReasonsAddUpToTheCloseness(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 5))
		s := seriesOf(someDays(rng))
		f := ColdStart(Monthly)
		if seed%2 == 1 {
			for i := range f.Weights {
				f.Weights[i] = rng.NormFloat64()
			}
		}
		day := s.Last + orrery.Day(rng.IntN(50))
		reasons, closeness := f.explain(&s, day)
		if want := 100 * f.Chance(&s, day); math.Abs(closeness-want) > 1e-9 {
			t.Fatalf("seed %d: reasons speak of closeness %v, it is %v", seed, closeness, want)
		}
		var sum float64
		for _, r := range reasons {
			sum += r.Points
		}
		if math.Abs(sum-closeness) > 1e-9 {
			t.Fatalf("seed %d: reasons add up to %v, closeness is %v", seed, sum, closeness)
		}
	}
	// The limit where the terms cancel: 100·σ′(z₀)·x.
	f := Fit{Weights: [Terms]float64{Month: 1, Quarter: -1}}
	s := Series{D: [4]float64{1, 1, 1, 1}, Map: 1, First: 9, Last: 9}
	s.D[2] = s.D[1] * decays.factor(1, 1) / decays.factor(2, 1) // equal at the next midnight
	reasons, closeness := f.explain(&s, 9)
	if want := 25 * math.Log1p(s.D[1]*decays.factor(1, 1)); math.Abs(reasons[1].Points-want) > 1e-6 || math.Abs(closeness-50) > 1e-6 {
		t.Errorf("got %+v and closeness %v, want %v points and 50", reasons, closeness, want)
	}
}

func TestDriftIsTheChangeOfTheLogOddsInThirtyDays(t *testing.T) {
	t.Parallel()
	f := ColdStart(Monthly)
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 6))
		days := someDays(rng)
		s := seriesOf(days)
		day := s.Last + orrery.Day(rng.IntN(100))
		n, _ := slices.BinarySearch(days, day-29)
		got, known := f.drift(&s, day)
		if known != (n > 0) {
			t.Fatalf("seed %d: drift known is %v with %d days by then", seed, known, n)
		}
		if !known {
			continue
		}
		now, _ := f.Logit(&s, day)
		earlier := seriesOf(days[:n])
		then, _ := f.Logit(&earlier, day-30)
		if math.Abs(got-(now-then)) > 1e-9 {
			t.Fatalf("seed %d: got drift %v, want %v", seed, got, now-then)
		}
	}
}
