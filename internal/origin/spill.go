package origin

import (
	"math"

	"orrery.dev/orrery"
)

// Spill tells what activities of one way to belong set off in all.
type Spill struct {
	// B is how many activities of the first way one activity of the second sets
	// off directly, whoever does them.
	B      [orrery.Strategies][orrery.Strategies]float64 `json:"b"`
	Others [orrery.Strategies]float64                    `json:"others"` // of these, how many other people do
	Yield  [orrery.Strategies]Yield                      `json:"yield"`  // by way that an activity belongs to
}

// Yield is how many further activities one of a way to belong sets off in the end,
// through all that it sets off: 1ᵀ(I − B)⁻¹e − 1. Endless says that there is no such
// number: each activity would set off one or more.
type Yield struct {
	Value   float64 `json:"value"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Endless bool    `json:"endless,omitempty"`
	Causes  int     `json:"causes"` // activities that it is reckoned from
}

// spill reads B and the yields from what was attributed.
func (l *lineage) spill(low, high float64) Spill {
	var s Spill
	matrix := func(factor, side float64) (b [orrery.Strategies][orrery.Strategies]float64) {
		for k := range b {
			for j := range b[k] {
				if l.causes[j] > 0 {
					b[k][j] = (l.own[k][j] + factor*l.peers[k][j]) / l.causes[j] * max(0, 1+side*l.doubt(j))
				}
			}
		}
		return b
	}
	s.B = matrix(1, 0)
	weak, strong := matrix(low, -1), matrix(high, 1)
	for j := range s.Yield {
		y := &s.Yield[j]
		y.Causes = int(l.causes[j])
		if y.Causes == 0 {
			continue
		}
		for k := range l.peers {
			s.Others[j] += l.peers[k][j] / l.causes[j]
		}
		var ok [3]bool
		y.Low, ok[0] = yield(&weak, j)
		y.Value, ok[1] = yield(&s.B, j)
		y.High, ok[2] = yield(&strong, j)
		y.Endless = !(ok[0] && ok[1] && ok[2])
	}
	return s
}

// doubt is the error of what one strategy sets off, as a share of it: that of a
// count, with twice its variance, since what happens in a row hangs together.
func (l *lineage) doubt(j int) float64 {
	n := 0.
	for k := range l.own {
		n += l.own[k][j] + l.peers[k][j]
	}
	return wide * math.Sqrt(2/max(1, n))
}

// yield solves (I − B)·x = e_j and sums x, less one. It is false where B grows
// without end.
func yield(b *[orrery.Strategies][orrery.Strategies]float64, j int) (float64, bool) {
	n := len(b)
	a, x := make([][]float64, n), make([]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
		for k := range a[i] {
			a[i][k] = -b[i][k]
		}
		a[i][i]++
	}
	x[j] = 1
	if !solve(a, x) {
		return 0, false
	}
	sum := -1.
	for _, v := range x {
		if v < -1e-9 {
			return 0, false
		}
		sum += v
	}
	return sum, sum >= -1e-9
}
