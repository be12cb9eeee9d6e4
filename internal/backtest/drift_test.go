package backtest

import (
	"math"
	"testing"

	"orrery.dev/orrery/internal/field"
)

func TestThePrecisionOfDriftIsComparedWithPeopleWhoWereAsNear(t *testing.T) {
	t.Parallel()
	// Flagged: three from the eighth tenth, of whom two stayed away, and one from
	// the third, who did. Others: of 10 in the eighth tenth 2 stayed away, of 10 in
	// the third 8; the 1,000 in the first are comparable to nobody.
	var f flags
	for who, right := range []bool{true, true, false} {
		f.add(int32(who), .75, true, right)
	}
	f.add(9, .25, true, true)
	for i := range 10 {
		f.add(100, .71, false, i < 2)
		f.add(101, .29, false, i < 8)
	}
	for range 1000 {
		f.add(102, .01, false, true)
	}
	e := exam{target: Closeness, horizon: field.Monthly, moments: []moment{{drift: f}}}
	got := e.drift(Drifting, func(m *moment) *flags { return &m.drift })
	if got.Flagged != 4 || got.Right != 3 || got.Precision != .75 || got.Others != 1020 {
		t.Errorf("got %+v, want 3 of 4 right and 1,020 others", got)
	}
	if want := (3*.2 + .8) / 4; math.Abs(got.BaseRate-want) > 1e-12 {
		t.Errorf("got base rate %v, want %v", got.BaseRate, want)
	}
	if !(got.Low < .75 && .75 < got.High && got.Low > 0 && got.High < 1) {
		t.Errorf("got an interval of %v to %v around .75", got.Low, got.High)
	}
}

func TestWilsonsIntervalIsThePublishedOne(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ share, n, low, high float64 }{
		{.5, 10, .2366, .7634}, {0, 10, 0, .2775}, {1, 10, .7225, 1}, // Brown, Cai and DasGupta 2001
	} {
		low, high := wilson(tt.share, tt.n)
		if math.Abs(low-tt.low) > 2e-4 || math.Abs(high-tt.high) > 2e-4 {
			t.Errorf("%v of %v: got %.4f to %.4f, want %.4f to %.4f", tt.share, tt.n, low, high, tt.low, tt.high)
		}
	}
}

func TestFlagsOfOnePersonTellOnce(t *testing.T) {
	t.Parallel()
	var alone, together []flag
	for i := range 40 {
		alone = append(alone, flag{who: int32(i), right: i%2 == 0})
		together = append(together, flag{who: int32(i % 2), right: i%2 == 0}) // two people, 20 times each
	}
	if got := independent(alone, .5); math.Abs(got-40) > 1e-9 {
		t.Errorf("got %v independent flags of 40 people", got)
	}
	if got := independent(together, .5); math.Abs(got-2) > 1e-9 {
		t.Errorf("got %v independent flags of two people", got)
	}
}

func TestCurvesCountWhoWasToldWhat(t *testing.T) {
	t.Parallel()
	// Ten people at one cut: nine told 5 in 100, of whom one comes, and one told 95
	// in 100, who comes.
	m := moment{told: []told{{.95, true}}}
	for i := range 9 {
		m.told = append(m.told, told{.05, i == 8})
	}
	e := exam{moments: []moment{m}}
	c := e.curve()
	if len(c.Bands) != 2 || c.Bands[0].People != 9 || math.Abs(c.Bands[0].Came-1./9) > 1e-12 || math.Abs(c.Bands[0].Told-.05) > 1e-12 {
		t.Errorf("got bands %+v", c.Bands)
	}
	if c.Bands[1].Came != 1 || c.Bands[1].People != 1 {
		t.Errorf("got bands %+v", c.Bands)
	}
	if len(c.Lift) != 10 || c.Lift[0].Caught != .5 || c.Lift[8].Caught != .5 || c.Lift[9].Caught != 1 {
		t.Errorf("got lift %+v", c.Lift)
	}
}
