package ways

import (
	"math"
	"testing"

	"orrery.dev/orrery"
)

// In the maximum the slope is nothing, and the inverse times the curvature is one.
func TestTheFitIsAMaximum(t *testing.T) {
	t.Parallel()
	rows := []row{
		{pattern{0, 1, 1, 1, 1, orrery.Peer, 0}, 30, 11},
		{pattern{0, 3, 3, 2, 2, orrery.Unprompted, 1}, 20, 14},
		{pattern{1, 2, 1, 1, 0, orrery.Peer, 1}, 25, 4},
		{pattern{1, 6, 5, 2, 2, orrery.Prompted, 0}, 12, 9},
		{pattern{-1, 4, 1, 1, 1, orrery.OriginUnknown, 0}, 40, 20},
	}
	m := fit(rows, 2)
	l := m.layout()
	n := newton{rows: rows}
	for i := range rows {
		n.terms = append(n.terms, m.terms(&l, &rows[i].pattern, nil))
	}
	inverse := n.solve(m.beta, m.precision)
	const h = 1e-5
	at := n.loss(m.beta, m.precision)
	for i := range m.beta {
		was := m.beta[i]
		m.beta[i] = was + h
		above := n.loss(m.beta, m.precision)
		m.beta[i] = was - h
		below := n.loss(m.beta, m.precision)
		m.beta[i] = was
		if slope := (above - below) / (2 * h); math.Abs(slope) > 1e-3 {
			t.Errorf("coefficient %d: slope %g at the maximum, want none", i, slope)
		}
		// The variance of a coefficient is at least one over its own curvature.
		if curvature := (above - 2*at + below) / (h * h); inverse[i][i] < .98/curvature {
			t.Errorf("coefficient %d: variance %g below %g", i, inverse[i][i], 1/curvature)
		}
	}
}

func TestIntervalsOfAFamilyAreWider(t *testing.T) {
	t.Parallel()
	if got := quantile(1); math.Abs(got-1.645) > .001 { // 90 % of one
		t.Errorf("got %.4f, want 1.645", got)
	}
	if got := quantile(24); math.Abs(got-2.850) > .002 { // .9^(1/24) = .99562
		t.Errorf("got %.4f, want 2.850", got)
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]uint8{0: 0, 1: 1, 2: 3, 3: 4, 4: 5, 6: 6, 8: 7, 1 << 20: 41} {
		if got := step(n); got != want {
			t.Errorf("step(%d) is %d, want %d", n, got, want)
		}
	}
}
