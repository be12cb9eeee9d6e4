package backtest

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// lifetime is all that the models of buying till you die know of somebody at a
// cut. Times are in any one unit.
type lifetime struct {
	repeats float64 // days after the first
	recency float64 // from the first day to the last
	age     float64 // from the first day to the cut
}

// lifetimes counts people by what is known of them, in order: a fit passes over
// each distinct lifetime once.
type lifetimes []counted

type counted struct {
	lifetime
	people float64
}

// together sorts lifetimes and counts equal ones.
func together(all []lifetime) lifetimes {
	slices.SortFunc(all, func(a, b lifetime) int {
		return cmp.Or(cmp.Compare(a.repeats, b.repeats), cmp.Compare(a.recency, b.recency), cmp.Compare(a.age, b.age))
	})
	var out lifetimes
	for _, t := range all {
		if n := len(out); n > 0 && out[n-1].lifetime == t {
			out[n-1].people++
			continue
		}
		out = append(out, counted{t, 1})
	}
	return out
}

// rates are the four parameters of a model, all above 0.
type rates [4]float64

// likelihood is the log likelihood of a lifetime under a model.
type likelihood func(rates, lifetime) float64

// bgNBD is that of the beta-geometric/NBD model (Fader, Hardie and Lee 2005,
// "Counting your customers" the easy way, equation 6): people come at a rate
// that is Gamma(r, α) among them, and after each repeat leave for good with a
// chance that is Beta(a, b).
func bgNBD(p rates, t lifetime) float64 {
	r, alpha, a, b, x := p[0], p[1], p[2], p[3], t.repeats
	known := lnGamma(r+x) - lnGamma(r) + r*math.Log(alpha) + lnBeta(a, b+x) - lnBeta(a, b)
	there := -(r + x) * math.Log(alpha+t.age)
	if x == 0 {
		return known + there
	}
	gone := math.Log(a/(b+x-1)) - (r+x)*math.Log(alpha+t.recency)
	return known + lnSum(there, gone)
}

// paretoNBD is that of the Pareto/NBD model (Schmittlein, Morrison and Colombo
// 1987, in the form of Fader and Hardie 2005, "A note on deriving the
// Pareto/NBD model", equation 18): rates are Gamma(r, α), and people leave at a
// rate that is Gamma(s, β), at any moment.
func paretoNBD(p rates, t lifetime) float64 {
	r, alpha, s, beta, x := p[0], p[1], p[2], p[3], t.repeats
	known := lnGamma(r+x) - lnGamma(r) + r*math.Log(alpha) + s*math.Log(beta)
	there := -(r+x)*math.Log(alpha+t.age) - s*math.Log(beta+t.age)
	if t.age <= t.recency {
		return known + there
	}
	from, to := lnTail(r+x, alpha, s+1, beta, t.recency), lnTail(r+x, alpha, s+1, beta, t.age)
	gone := math.Log(s) + from + math.Log(-math.Expm1(min(to-from, 0)))
	return known + lnSum(there, gone)
}

// lnTail is the logarithm of ∫ (α+y)^−m·(β+y)^−n dy from y to infinity, for
// m + n > 1. With α the greater of the two, k = m + n − 1 and z = (α−β)/(α+y) it
// is (α+y)^−k·₂F₁(k, n; k+1; z)/k, and by Euler's transformation
// ₂F₁(k, n; k+1; z) = (1−z)^(1−n)·₂F₁(m, 1; k+1; z), whose terms are all positive
// and which has a continued fraction.
func lnTail(m, alpha, n, beta, y float64) float64 {
	if alpha < beta {
		m, alpha, n, beta = n, beta, m, alpha
	}
	k := m + n - 1
	z := (alpha - beta) / (alpha + y)
	rest := math.Log((beta + y) / (alpha + y)) // ln(1−z), exact near z = 1
	return -k*math.Log(alpha+y) + (1-n)*rest + math.Log(gauss(m, k, z)/k)
}

// gauss is ₂F₁(a, 1; c+1; z) for 0 < a ≤ c + 1 and 0 ≤ z < 1 by Gauss's
// continued fraction (NIST Digital Library of Mathematical Functions, 15.7.1,
// with b = 0), c/(c − u₁z/(c+1 − u₂z/(c+2 − …))), from the front by the
// recurrence of its convergents (1.12.5), which needs no division a term.
func gauss(a, c, z float64) float64 {
	const enough, most, stride = 1e-12, 20_000, 8
	before, up := 1.0, c // numerators of the fraction below c
	beneath, down := 0.0, 1.0
	f := c
	for j := 1; j <= most; {
		for range stride {
			n := float64(j / 2)
			u := n * (c - a + n)
			if j%2 == 1 {
				u = (a + n) * (c + n)
			}
			t, uz := c+float64(j), u*z
			before, up = up, t*up-uz*before
			beneath, down = down, t*down-uz*beneath
			j++
		}
		scale := 1 / down // terms grow as a factorial does
		before, up, beneath, down = before*scale, up*scale, beneath*scale, 1
		if math.Abs(up-f) < enough*math.Abs(up) {
			return c / up
		}
		f = up
	}
	return c / f
}

// fitRates returns the parameters under which the lifetimes are likeliest, and
// the log likelihood of all of them, good to about the tolerance. The search
// begins at the start, with steps of so much of the logarithms.
func fitRates(of likelihood, all lifetimes, start rates, side, tolerance float64) (rates, float64) {
	loss := func(logs []float64) float64 {
		var p rates
		for i, l := range logs {
			p[i] = math.Exp(l)
			if !(math.Abs(l) < 20) { // flat out there: an answer of any use lies nearer
				return math.Inf(1)
			}
		}
		var sum float64
		for _, e := range all {
			sum -= e.people * of(p, e.lifetime)
		}
		return sum
	}
	logs := make([]float64, len(start))
	for i, p := range start {
		logs[i] = math.Log(p)
	}
	logs, least := minimise(loss, logs, side, tolerance)
	var p rates
	for i, l := range logs {
		p[i] = math.Exp(l)
	}
	return p, -least
}

// plainRates are where a search begins that knows nothing.
var plainRates = rates{1, 1, 1, 1}

// begun are the parameters of a model at the earliest cut, where the searches at
// all cuts begin.
type begun struct {
	once sync.Once
	rates
}

// comesBack is the chance of at least one more within the horizon: one minus
// how much less likely the same days are when the person has been watched for
// so much longer.
func comesBack(of likelihood, p rates, t lifetime, horizon float64) float64 {
	longer := t
	longer.age += horizon
	return -math.Expm1(min(of(p, longer)-of(p, t), 0))
}

// unit is the days that a model's time counts in: with months, parameters near
// one are a fair beginning for a fit.
const unit = 30

// The models of buying till you die, by number.
const (
	paretoModel = iota
	bgModel
	lifetimeModels
)

// byLifetime fits a model to everybody's days before the cut, needs no windows,
// and takes its chance as it is.
func byLifetime(of likelihood, model int) func(*setting) ([]float64, []float64) {
	return func(s *setting) (scores, chances []float64) {
		start := &s.past.begun[model]
		start.once.Do(func() {
			start.rates, _ = fitRates(of, everKnown(s.past.people, s.past.firstCut()), plainRates, .5, 1e-3)
		})
		p, _ := fitRates(of, everKnown(s.past.people, s.cut), start.rates, .2, 1e-2)
		for i := range s.now.asked {
			chance := comesBack(of, p, s.now.asked[i].lifetime, float64(s.horizon)/unit)
			chances = append(chances, chance)
		}
		return chances, chances
	}
}

func lnGamma(x float64) float64 {
	l, _ := math.Lgamma(x)
	return l
}

func lnBeta(a, b float64) float64 { return lnGamma(a) + lnGamma(b) - lnGamma(a+b) }

// lnSum is ln(e^a + e^b).
func lnSum(a, b float64) float64 {
	return max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
}
