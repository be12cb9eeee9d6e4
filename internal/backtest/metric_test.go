package backtest

import (
	"math"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for name, tt := range map[string]struct {
		values []float64
		came   []bool
		auc    float64
		ap     float64
	}{
		"a perfect order":    {[]float64{1, 2, 3, 4}, []bool{no, no, yes, yes}, 1, 1},
		"the order reversed": {[]float64{4, 3, 2, 1}, []bool{no, no, yes, yes}, 0, (1./3 + 2./4) / 2},
		"all equal":          {[]float64{7, 7, 7, 7}, []bool{yes, no, no, no}, .5, .25},
		"a tie across the two": { // pairs: 2>1, 2=2 → (1 + ½)/2; precision 1/2 at recall 1
			[]float64{1, 2, 2}, []bool{no, no, yes}, .75, .5,
		},
		"one wrong pair of six": { // 5/6; at 4: 1/1, at 2: 2/3
			[]float64{1, 3, 2, 4, 0}, []bool{no, no, yes, yes, no}, 5. / 6, (1 + 2./3) / 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := AUC(tt.values, tt.came); math.Abs(got-tt.auc) > 1e-12 {
				t.Errorf("got AUC %v, want %v", got, tt.auc)
			}
			if got := AveragePrecision(tt.values, tt.came); math.Abs(got-tt.ap) > 1e-12 {
				t.Errorf("got average precision %v, want %v", got, tt.ap)
			}
		})
	}
	if got := AUC([]float64{1, 2}, []bool{yes, yes}); !math.IsNaN(got) {
		t.Errorf("got AUC %v where all came, want NaN", got)
	}
	if got := AveragePrecision([]float64{1}, []bool{no}); !math.IsNaN(got) {
		t.Errorf("got average precision %v where none came, want NaN", got)
	}
}

func TestAUCIsTheShareOfPairsInOrder(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 5))
	for range 50 {
		scores, came := make([]float64, 60), make([]bool, 60)
		for i := range scores {
			scores[i], came[i] = float64(rng.IntN(20)), rng.IntN(3) == 0
		}
		came[0], came[1] = true, false
		var right, pairs float64
		for i := range scores {
			for j := range scores {
				if came[i] && !came[j] {
					pairs++
					switch {
					case scores[i] > scores[j]:
						right++
					case scores[i] == scores[j]:
						right += .5
					}
				}
			}
		}
		if got := AUC(scores, came); math.Abs(got-right/pairs) > 1e-12 {
			t.Fatalf("got %v, want %v", got, right/pairs)
		}
	}
}

func TestBrierAndCalibration(t *testing.T) {
	t.Parallel()
	if got, want := Brier([]float64{.5, 1, 0, .2}, []bool{true, true, true, false}), (.25+0+1+.04)/4; math.Abs(got-want) > 1e-12 {
		t.Errorf("got Brier %v, want %v", got, want)
	}
	// Twenty people, two to a bin. Those at .1: none of ten came; at .9: all ten.
	chances, came := make([]float64, 20), make([]bool, 20)
	for i := range chances {
		chances[i] = .1
		if i%2 == 1 {
			chances[i], came[i] = .9, true
		}
	}
	if got := ECE(chances, came); math.Abs(got-.1) > 1e-12 {
		t.Errorf("got ECE %v, want .1: every bin is off by that", got)
	}
}

func TestCutsAreSpreadFromBothEnds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		first, last orrery.Day
		horizon     field.Horizon
		want        []orrery.Day
	}{
		// from 0 + .45·1000 = 450 to 1000 − 30 = 970: steps of 74.29
		"a long span":             {0, 1000, 30, []orrery.Day{450, 524, 598, 672, 747, 821, 895, 970}},
		"at least 120 days in":    {100, 300, 30, []orrery.Day{220, 227, 234, 241, 248, 255, 262, 270}},
		"equal cuts are one":      {0, 152, 30, []orrery.Day{120, 121, 122}},
		"no room for the horizon": {0, 400, 365, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := cutsOf(tt.first, tt.last, tt.horizon)
			if len(got) != len(tt.want) {
				t.Fatalf("got %d, want %d", got, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Fatalf("got %d, want %d", got, tt.want)
				}
			}
		})
	}
}

func TestAWindowKnowsOnlyWhatWasBeforeItsCut(t *testing.T) {
	t.Parallel()
	// Days 0, 10 and 100; weights 5 and 2.
	p := person{
		days: []orrery.Day{0, 10, 100},
		activities: []activity{
			{day: 0, weight: 5, value: 5},
			{day: 10, weight: 5, value: 5},
			{day: 10, weight: 2, value: 2},
			{day: 100, weight: 9, value: 9},
		},
	}
	p.present = p.days
	for name, tt := range map[string]struct {
		cut     orrery.Day
		horizon field.Horizon
		asked   bool
		came    bool
		since   float64
		love    float64
	}{
		"nothing is known on the first day":         {cut: 0, horizon: 30},
		"the day before counts as one ago":          {cut: 11, horizon: 30, asked: true, since: 1, love: 12},
		"the cut's own day is asked about":          {cut: 100, horizon: 30, asked: true, came: true, since: 90, love: 5*math.Pow(.9, 3) + 7*math.Pow(.9, 2)},
		"the horizon's last day counts":             {cut: 71, horizon: 30, asked: true, came: true, since: 61, love: 5*.81 + 7*.81},
		"the day after the horizon does not":        {cut: 70, horizon: 30, asked: true, since: 60, love: 5*.81 + 7*.9},
		"a year of silence is still asked about":    {cut: 465, horizon: 30, asked: true, since: 365, love: 5*math.Pow(.9, 15) + 7*math.Pow(.9, 15) + 9*math.Pow(.9, 12)},
		"a year and a day of silence is not anyone": {cut: 466, horizon: 30},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := look([]person{p}, tt.cut, tt.horizon, population).asked
			if (len(w) == 1) != tt.asked {
				t.Fatalf("got %d people, want asked to be %v", len(w), tt.asked)
			}
			if !tt.asked {
				return
			}
			if w[0].sample.Came != tt.came || w[0].since != tt.since || math.Abs(w[0].love-tt.love) > 1e-9 {
				t.Errorf("got came %v, since %v, love %v; want %v, %v, %v", w[0].sample.Came, w[0].since, w[0].love, tt.came, tt.since, tt.love)
			}
			if got, want := w[0].sample.X[field.Since], math.Log1p(tt.since); got != want {
				t.Errorf("the fit sees ln(1+ρ) = %v, want %v", got, want)
			}
		})
	}
}

// SCIENCE §2's vectors, by whole months of 30 days.
func TestLoveIsThatOfTheOrbitModel(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		activities []activity
		want       float64
	}{
		"weight 1 three months ago and weight 3 now": {[]activity{{day: 909, weight: 1}, {day: 999, weight: 3}}, 3.729},
		"two threes one month ago":                   {[]activity{{day: 969, weight: 3}, {day: 969, weight: 3}}, 5.4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := person{activities: tt.activities}
			for _, a := range tt.activities {
				p.days = append(p.days, a.day)
			}
			p.present = p.days
			if got := look([]person{p}, 1000, 30, population).asked[0].love; math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestQuintilesSplitInFifths(t *testing.T) {
	t.Parallel()
	got := quintiles([]float64{10, 20, 30, 40, 50, 60, 70, 80, 90, 100})
	for i, want := range []float64{1, 1, 2, 2, 3, 3, 4, 4, 5, 5} {
		if got[i] != want {
			t.Errorf("value %d is in fifth %v, want %v", i, got[i], want)
		}
	}
	for _, q := range quintiles([]float64{4, 4, 4}) {
		if q != 3 {
			t.Errorf("equal values are in fifth %v, want the middle one", q)
		}
	}
}
