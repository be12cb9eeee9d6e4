package field_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// drawn makes samples whose outcome is drawn from a fit.
func drawn(rng *rand.Rand, truth field.Fit, n int) []field.Sample {
	samples := make([]field.Sample, n)
	for i := range samples {
		for j := range samples[i].X {
			samples[i].X[j] = 3 * rng.Float64()
		}
		chance := 1 / (1 + math.Exp(-truth.Score(samples[i].X)))
		samples[i].Came = rng.Float64() < chance
	}
	return samples
}

func TestAFitIsFoundAgainInWhatItDrew(t *testing.T) {
	t.Parallel()
	truth := field.Fit{A: -1, Weights: [field.Terms]float64{.5, .3, .8, 1, -.7, .4}}
	fit := field.Learn(field.Monthly, drawn(rand.New(rand.NewPCG(1, 1)), truth, 100_000))
	if fit.Name != "fitted/4/30" || fit.Horizon != field.Monthly {
		t.Errorf("got fit %q of %d days", fit.Name, fit.Horizon)
	}
	if math.Abs(fit.A-truth.A) > .15 {
		t.Errorf("got intercept %.3f, want %.3f", fit.A, truth.A)
	}
	for i, w := range fit.Weights {
		if math.Abs(w-truth.Weights[i]) > .1 {
			t.Errorf("%s: got weight %.3f, want %.3f", field.TermNames[i], w, truth.Weights[i])
		}
	}
}

func TestATermNeverPointsTheWrongWay(t *testing.T) {
	t.Parallel()
	// Days of the last week tell against coming, and silence for it: neither may
	// stand as a reason.
	truth := field.Fit{A: -1, Weights: [field.Terms]float64{-.6, .5, .8, 1, .4}}
	fit := field.Learn(field.Monthly, drawn(rand.New(rand.NewPCG(3, 3)), truth, 20_000))
	for i, w := range fit.Weights {
		wrong := w < -1e-6
		if i == field.Since {
			wrong = w > 1e-6
		}
		if wrong {
			t.Errorf("%s: got weight %.3f", field.TermNames[i], w)
		}
	}
	if fit.Weights[field.Year] < .5 {
		t.Errorf("a term that tells was lost too: %.3f", fit.Weights[field.Year])
	}
}

func TestLaterWindowsCountMore(t *testing.T) {
	t.Parallel()
	// In the latest windows half as many come as long ago.
	rng := rand.New(rand.NewPCG(4, 4))
	lately, before := field.ColdStart(field.Monthly), field.ColdStart(field.Monthly)
	before.A++
	samples := drawn(rng, lately, 4_000)
	for _, s := range drawn(rng, before, 4_000) {
		s.Ago = field.Windows - 1
		samples = append(samples, s)
	}
	if a := field.Learn(field.Monthly, samples).A; math.Abs(a-lately.A) > .3 {
		t.Errorf("got intercept %.2f, want one near that of late, %.2f", a, lately.A)
	}
}

func TestAFitOfVeryManySamplesIsThatOfEnough(t *testing.T) {
	t.Parallel()
	truth := field.Fit{A: -1, Weights: [field.Terms]float64{.5, .3, .8, 1, -.7, .4}}
	samples := drawn(rand.New(rand.NewPCG(6, 6)), truth, 400_000)
	for i := range samples {
		samples[i].Ago = uint8(i % field.Windows)
	}
	fit := field.Learn(field.Monthly, samples)
	for i, w := range fit.Weights {
		if math.Abs(w-truth.Weights[i]) > .06 {
			t.Errorf("%s: got weight %.3f, want %.3f", field.TermNames[i], w, truth.Weights[i])
		}
	}
}

func TestAPlanetThatSurprisesHasAWiderInterval(t *testing.T) {
	t.Parallel()
	spread := func(surprise float64) float64 {
		rng := rand.New(rand.NewPCG(5, 5))
		var samples []field.Sample
		for ago := range uint8(12) {
			truth := field.ColdStart(field.Monthly)
			truth.A += surprise * float64(1-2*int(ago%2)) // up in one window, down in the next
			for _, s := range drawn(rng, truth, 1_000) {
				s.Ago = ago
				samples = append(samples, s)
			}
		}
		return field.Learn(field.Monthly, samples).Spread
	}
	steady, restless := spread(0), spread(1)
	// Steady windows leave the usual spread, as four of about eleven.
	if steady < .1 || steady > .15 {
		t.Errorf("got spread %.2f of a planet without surprises, want .1 to .15", steady)
	}
	if restless < 2*steady {
		t.Errorf("got spread %.2f of a restless planet and %.2f of a steady one", restless, steady)
	}
}

func TestFewSamplesScaleTheColdStartAndFewerLeaveIt(t *testing.T) {
	t.Parallel()
	truth := field.ColdStart(field.Monthly)
	truth.A = -3.5
	rng := rand.New(rand.NewPCG(2, 2))
	for _, tt := range []struct {
		came int
		want string
	}{{29, "cold-start/1/30"}, {30, "scaled/1/30"}, {99, "scaled/1/30"}, {100, "fitted/4/30"}} {
		var samples []field.Sample
		came, expected := 0, 0.0
		for _, s := range drawn(rng, truth, 100_000) {
			if s.Came {
				came++
			}
			if came > tt.came {
				break
			}
			samples = append(samples, s)
		}
		fit := field.Learn(field.Monthly, samples)
		if fit.Name != tt.want {
			t.Errorf("%d who came: got fit %q, want %q", tt.came, fit.Name, tt.want)
		}
		if tt.came < 30 {
			continue
		}
		for _, s := range samples {
			expected += 1 / (1 + math.Exp(-fit.Score(s.X)))
		}
		if math.Abs(expected-float64(tt.came)) > 2 {
			t.Errorf("%s expects %.1f of those it learned from, %d came", fit.Name, expected, tt.came)
		}
	}
}

func TestScalingNeverTurnsTheOrderRound(t *testing.T) {
	t.Parallel()
	scores := []float64{1, 2, 3, 4, 5, 6}
	came := []bool{true, true, true, false, false, false}
	if a, b := field.Platt(scores, came); b != 0 || math.Abs(a) > 1e-9 {
		t.Errorf("got a = %v, b = %v, want the base rate: 0, 0", a, b)
	}
	if _, b := field.Platt(nil, nil); b != 0 {
		t.Errorf("got b = %v from nothing", b)
	}
}

// The worlds that SCIENCE §1 says must come out right.
func TestWorldsOfWhichTheTruthIsKnown(t *testing.T) {
	t.Parallel()
	const today = orrery.Day(20_000)
	rng := rand.New(rand.NewPCG(8, 8))
	act := func(member int, day orrery.Day, kind uint16, origin orrery.Origin) field.Row {
		return field.Row{Member: orrery.MemberID(member), Day: day, Planet: 1, Kind: kind, Origin: origin, Valence: field.NoValence}
	}
	share := func(rows []field.Row, h field.Horizon, level orrery.Level, learned bool) float64 {
		e := field.Build(rules, one(rows))
		forecast := field.ColdForecast(h)
		if learned {
			past := field.NewPast(rules)
			past.Add(rows)
			forecast = past.Learn(h, today, nil)
		}
		levels := e.Survey(1, forecast.Closeness, today, 0, nil).Levels
		return float64(levels[level]) / float64(e.Len())
	}

	var likers, prompted, yearly []field.Row
	for member := 1; member <= 200; member++ {
		for back := range orrery.Day(400) {
			likers = append(likers, act(member, today-back, like, orrery.Unprompted))
			if back%3 == 0 {
				prompted = append(prompted, act(member, today-back, comment, orrery.Prompted))
			}
		}
		// Five years in a row within a fortnight of the same date, and among them
		// as many who came once.
		date := rng.IntN(350)
		for year := range 5 {
			yearly = append(yearly, act(member, today-orrery.Day(date+365*year+rng.IntN(14)), review, orrery.Unprompted))
		}
		yearly = append(yearly, act(1000+member, today-orrery.Day(rng.IntN(1800)), review, orrery.Unprompted))
	}
	for _, learned := range []bool{false, true} {
		if got := share(likers, field.Monthly, orrery.Core, learned); got != 0 {
			t.Errorf("%v of daily likers are core, learned %v", got, learned)
		}
		if got := share(prompted, field.Monthly, orrery.Core, learned); got > .02 {
			t.Errorf("%v of people who come only after our messages are core, learned %v", got, learned)
		}
	}
	e := field.Build(rules, one(yearly))
	if got := e.Rhythm(1, nil); got != field.Yearly {
		t.Errorf("a planet of yearly people is proposed a rhythm of %d days", got)
	}
	past := field.NewPast(rules)
	past.Add(yearly)
	fit := past.Learn(field.Yearly, today, nil).Closeness
	for _, s := range e.Survey(1, fit, today, -1, nil).Closest {
		if s.Member <= 200 && s.Level <= orrery.Edge {
			t.Fatalf("%s puts member %d, who came in each of five years, at level %v with closeness %.1f", fit.Name, s.Member, s.Level, s.Closeness)
		}
	}
}
