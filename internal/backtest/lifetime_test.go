package backtest

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
)

// The published sample of CDNOW (Fader, Hardie and Lee 2005, table 2): 2,357
// people over 39 weeks, days as shares of a week.
func TestTheModelsReachTheirPublishedLikelihood(t *testing.T) {
	t.Parallel()
	all := cdnowSummary(t)
	for name, tt := range map[string]struct {
		of      likelihood
		want    float64
		r, a, s float64 // r, α and the third parameter, as published
	}{
		"BG/NBD":     {bgNBD, -9582.4, .243, 4.414, .793},
		"Pareto/NBD": {paretoNBD, -9595.0, .553, 10.578, .606},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, got := fitRates(tt.of, all, plainRates, .5, 1e-3)
			if math.Abs(got-tt.want) > .1 {
				t.Errorf("got log likelihood %.2f, want %.1f", got, tt.want)
			}
			for i, want := range []float64{tt.r, tt.a, tt.s} {
				if math.Abs(p[i]/want-1) > .02 {
					t.Errorf("parameter %d: got %.3f, want %.3f within 2 %%", i, p[i], want)
				}
			}
		})
	}
}

func cdnowSummary(t *testing.T) lifetimes {
	t.Helper()
	file, err := os.Open("../../../shared/data/cdnow_summary.csv.gz")
	if err != nil {
		t.Skip("the data set cdnow_summary is not there")
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(unzipped).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []lifetime
	for _, record := range records[1:] { // ID, frequency, recency, T
		var v [3]float64
		for i := range v {
			if v[i], err = strconv.ParseFloat(record[1+i], 64); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, lifetime{v[0], v[1], v[2]})
	}
	return together(all)
}

// The tail by Simpson's rule over u with y = from + u/(1−u).
func TestTheTailIsItsIntegral(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ m, alpha, n, beta, from float64 }{
		"α above β":           {.6, 10, 1.6, 3, 2},
		"α below β":           {5.5, 3, 1.6, 12, 4},
		"α and β the same":    {2.5, 4, 1.5, 4, 1},
		"many days":           {80, 2, 1.4, 9, 1},
		"far apart, from now": {.6, .01, 1.6, 30, 0},
		"few and far apart":   {.3, 30, 1.6, .05, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// y = lesser·(e^v − 1) + from spreads the steep beginning.
			low := min(tt.alpha, tt.beta) + tt.from
			f := func(v float64) float64 {
				y := tt.from + low*math.Expm1(v)
				return math.Exp(-tt.m*math.Log(tt.alpha+y)-tt.n*math.Log(tt.beta+y)) * low * math.Exp(v)
			}
			const end, steps = 60, 200_000
			step := end / float64(steps)
			sum := f(0) + f(end)
			for i := 1; i < steps; i++ {
				sum += f(float64(i)*step) * float64(2+2*(i%2))
			}
			want := math.Log(sum * step / 3)
			if got := lnTail(tt.m, tt.alpha, tt.n, tt.beta, tt.from); math.Abs(got-want) > 1e-8 {
				t.Errorf("got %.10f, want %.10f", got, want)
			}
		})
	}
}

func TestGaussKnowsItsElementaryCases(t *testing.T) {
	t.Parallel()
	for _, z := range []float64{1e-9, .1, .5, .9, .999, .999999} {
		// ₂F₁(1, 1; 2; z) = −ln(1−z)/z
		if got, want := gauss(1, 1, z), -math.Log1p(-z)/z; math.Abs(got/want-1) > 1e-9 {
			t.Errorf("₂F₁(1,1;2;%v): got %v, want %v", z, got, want)
		}
		// ₂F₁(a, 1; a; z) = 1/(1−z), with c + 1 = a
		if got, want := gauss(3.5, 2.5, z), 1/(1-z); math.Abs(got/want-1) > 1e-7 {
			t.Errorf("₂F₁(3.5,1;3.5;%v): got %v, want %v", z, got, want)
		}
	}
}

// However many days somebody has, and however long ago: a chance is a chance,
// longer horizons only add to it, and having come later speaks for coming.
func TestChancesOfTheModelsBehave(t *testing.T) {
	t.Parallel()
	p := rates{.55, 2.4, .6, 2.7}
	for name, of := range map[string]likelihood{"BG/NBD": bgNBD, "Pareto/NBD": paretoNBD} {
		for _, x := range []float64{1, 2, 10, 300, 5000} {
			for _, age := range []float64{.1, 12, 240} {
				before := -1.0
				for _, share := range []float64{.2, .5, .9, 1} {
					at := lifetime{repeats: x, recency: age * share, age: age}
					month, quarter := comesBack(of, p, at, 1), comesBack(of, p, at, 3)
					if !(month >= 0 && month <= quarter && quarter <= 1) {
						t.Errorf("%s, %+v: got chances %v in a month and %v in three", name, at, month, quarter)
					}
					if month < before-1e-9 {
						t.Errorf("%s, %+v: got %v, less than %v for somebody who came earlier", name, at, month, before)
					}
					before = month
				}
			}
		}
	}
}

func TestTheSimplexFindsTheFloorOfAValley(t *testing.T) {
	t.Parallel()
	// Rosenbrock's valley, its floor at (1, 1); outside the disc there is nothing.
	x, y := minimise(func(x []float64) float64 {
		if x[0]*x[0]+x[1]*x[1] > 100 {
			return math.NaN()
		}
		return 100*math.Pow(x[1]-x[0]*x[0], 2) + math.Pow(1-x[0], 2)
	}, []float64{-1.2, 1}, .5, 1e-14)
	if y > 1e-10 || math.Abs(x[0]-1) > 1e-4 || math.Abs(x[1]-1) > 1e-4 {
		t.Errorf("got %v at %v, want 0 at [1 1]", y, x)
	}
}
