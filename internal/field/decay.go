package field

import (
	"math"
	"math/big"
)

// halfLives are those of the four day counts, and of given and received, in days.
var halfLives = [...]int32{7, 30, 90, 365, 180}

const (
	giving    = 4 // index of the half-life of given, received and repelled
	nearDays  = 1024
	precision = 160 // bits; far beyond what rounding to 53 needs
)

// decayTables hold 2^(−days/h), correctly rounded and the same on every
// machine: math.Exp2 is not the same code everywhere.
type decayTables struct {
	near [nearDays][len(halfLives)]float64 // by days: one cache line answers for all half-lives
	base [len(halfLives)][]float64         // 2^(−r/h) for r < h
}

var decays = newDecayTables()

func newDecayTables() *decayTables {
	t := new(decayTables)
	for i, h := range halfLives {
		t.base[i] = roots(int(h))
	}
	for days := range t.near {
		for i := range halfLives {
			t.near[days][i] = t.far(i, int32(days))
		}
	}
	return t
}

// factor returns 2^(−days/halfLives[i]) for days ≥ 0.
func (t *decayTables) factor(i int, days int32) float64 {
	if days < nearDays {
		return t.near[days][i]
	}
	return t.far(i, days)
}

func (t *decayTables) far(i int, days int32) float64 {
	h := halfLives[i]
	halvings := days / h
	if halvings > 1000 {
		return 0
	}
	return t.base[i][days%h] * math.Float64frombits(uint64(1023-halvings)<<52)
}

// roots returns 2^(−r/h) for r in [0, h).
func roots(h int) []float64 {
	ln2, _, err := big.ParseFloat("0.69314718055994530941723212145817656807550013436025525412068", 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	x := new(big.Float).Quo(ln2, big.NewFloat(float64(-h)))
	root, term := big.NewFloat(1).SetPrec(precision), big.NewFloat(1).SetPrec(precision)
	for n := 1; n <= 40; n++ { // exp(x) by its series; |x| ≤ .1, so x⁴⁰/40! is far below 2^−160
		term.Mul(term, x)
		term.Quo(term, big.NewFloat(float64(n)))
		root.Add(root, term)
	}
	out := make([]float64, h)
	power := big.NewFloat(1).SetPrec(precision)
	for r := range out {
		out[r], _ = power.Float64()
		power.Mul(power, root)
	}
	return out
}
