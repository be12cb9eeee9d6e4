package backtest

import (
	"math"
	"math/rand/v2"
	"testing"
)

// toss is a trial of people whose chance is told well, with ties, and what came
// of it.
type toss struct {
	trial
	chances []float64
	came    []bool
}

func tossed(rng *rand.Rand, n int) toss {
	people, chances, came := make([]int32, n), make([]float64, n), make([]bool, n)
	for i := range people {
		people[i] = int32(i)
		chances[i] = float64(rng.IntN(40)) / 60
		came[i] = rng.Float64() < chances[i]
	}
	return toss{newTrial(people, chances, chances, came), chances, came}
}

func TestDrawnOnceEachTheFiguresAreThePlainOnes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 1))
	for range 20 {
		tr := tossed(rng, 50+rng.IntN(100))
		ones := make([]float64, len(tr.came))
		for i := range ones {
			ones[i] = 1
		}
		got, ok := tr.measure(ones)
		want := figures{AUC(tr.chances, tr.came), AveragePrecision(tr.chances, tr.came), Brier(tr.chances, tr.came), ECE(tr.chances, tr.came)}
		for k := range want {
			if !ok || math.Abs(got[k]-want[k]) > 1e-12 {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
	}
}

// A person drawn twice is two people: the weights stand for rows.
func TestDrawnTwiceIsThereTwice(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 2))
	tr := tossed(rng, 80)
	drawn := make([]float64, 80)
	var scores []float64
	var came []bool
	for i := range drawn {
		drawn[i] = float64(rng.IntN(3))
		for range int(drawn[i]) {
			scores, came = append(scores, tr.chances[i]), append(came, tr.came[i])
		}
	}
	got, _ := tr.measure(drawn)
	for k, want := range []float64{AUC(scores, came), AveragePrecision(scores, came), Brier(scores, came)} {
		if math.Abs(got[k]-want) > 1e-12 {
			t.Errorf("figure %d: got %v, want %v", k, got[k], want)
		}
	}
}

// Of 60 worlds drawn alike, an interval should hold the truth in about 57, and in
// fewer than 49 hardly ever (12 misses where 3 are expected).
func TestIntervalsHoldTheTruth(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 3))
	big := tossed(rng, 200_000)
	truth := AUC(big.chances, big.came)
	held := 0
	for range 60 {
		_, all := intervals([]trial{tossed(rng, 300).trial}, 300)
		i := all[0]
		if i[0] <= truth && truth <= i[1] {
			held++
		}
	}
	if held < 49 {
		t.Errorf("%d of 60 intervals hold the truth %.3f", held, truth)
	}
}

func TestWhereOneDrawHoldsNobodyWhoCameItIsLeftOut(t *testing.T) {
	t.Parallel()
	tr := newTrial([]int32{0, 1}, []float64{.2, .8}, []float64{.2, .8}, []bool{false, true})
	_, got := intervals([]trial{tr}, 2)
	if math.Abs(got[0][0]-1) > 1e-9 || math.Abs(got[0][1]-1) > 1e-9 {
		t.Errorf("got %v, want the one value that there is", got[0])
	}
}
