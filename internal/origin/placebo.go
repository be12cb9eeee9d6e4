package origin

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"golang.org/x/sync/errgroup"
)

// claim is how much of the targets the model says was set off, directly.
type claim struct {
	tied, addressed, prompt, together float64
}

func (c claim) pull() float64 { return c.tied + c.addressed }

// claims reads what the fitted model says.
func (m *model) claims() claim {
	s := m.shares()
	return claim{tied: s[tied/kernels], addressed: s[addressed/kernels], prompt: s[received/kernels] + s[4+spread/kernels], together: s[4+crowd/kernels]}
}

// placebo moves every cause to another week of its block of 28 days, at the same
// hour of the week: season, trend and everybody's rhythm stay, and nobody can have
// drawn anybody. What is explained stays where it is, so that of a pair that truly
// belongs together never both move alike.
func (p *past) placebo(rng *rand.Rand) []cause {
	list := slices.Clone(p.order)
	for i := range list {
		b := p.block(list[i].at)
		begin, length := float64(b*blockDays), p.blockLength(b)
		week := math.Floor((list[i].at - begin) / 7)
		phase := list[i].at - begin - 7*week
		weeks := int((length-phase)/7) + 1
		if length == blockDays {
			weeks = blockDays / 7
		}
		low := max(0, int(week)-3)
		high := min(weeks-1, int(week)+3)
		if high <= low {
			continue
		}
		to := low + rng.IntN(high-low)
		if to >= int(week) {
			to++
		}
		list[i].at = begin + 7*float64(to) + phase
	}
	slices.SortFunc(list, func(a, b cause) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.place, b.place)) })
	return list
}

// placebos fits the model to each placebo.
func (p *past) placebos(ctx context.Context, d *design, m *model, c Config) ([]claim, error) {
	claims := make([]claim, c.Placebos)
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(c.Workers)
	for i := range claims {
		work.Go(func() error {
			own := *d // what the placebo changes is its own
			own.add = slices.Clone(d.add)
			p.causes(&own, p.placebo(rand.New(rand.NewPCG(c.Seed, uint64(i)))))
			null := m.with(&own)
			_, err := null.fit(ctx, placeboSweeps)
			claims[i] = null.claims()
			return err
		})
	}
	return claims, work.Wait()
}

// kept is what the placebos leave of the model's pull, as a factor, with the error
// of the direct pull.
type kept struct {
	tied, addressed float64
	pull, err       float64
	prompt          float64 // relative error of what we prompted
}

// correct takes from what is claimed what the placebos claim too.
func (r *Result) correct(real claim, nulls []claim, fitted, prompted float64) kept {
	var null claim
	n := float64(len(nulls))
	for _, c := range nulls {
		null.tied += c.tied / n
		null.addressed += c.addressed / n
		r.Placebos = append(r.Placebos, c.pull())
	}
	var square float64
	for _, c := range nulls {
		square += (c.pull() - null.pull()) * (c.pull() - null.pull())
	}
	room := 1 - null.pull()
	after := func(claimed, placebo float64) float64 { return max(0, (claimed-placebo)/room) }
	pull := after(real.pull(), null.pull())
	err := math.Sqrt(square/max(1, n-1)+fitted*fitted) / room
	r.Direct = Direct{
		Claimed: real.pull(), Placebo: null.pull(), Pull: pull,
		Low: max(0, pull-wide*err), High: min(1, pull+wide*err), Prompt: real.prompt,
	}
	r.Together = real.together
	factor := func(claimed, placebo float64) float64 {
		if claimed <= 0 {
			return 0
		}
		return min(1, after(claimed, placebo)/claimed)
	}
	k := kept{tied: factor(real.tied, null.tied), addressed: factor(real.addressed, null.addressed), pull: pull, err: err}
	if sum := k.tied*real.tied + k.addressed*real.addressed; sum > pull && sum > 0 { // one of the two was below its placebo
		k.tied, k.addressed = k.tied*pull/sum, k.addressed*pull/sum
	}
	if real.prompt > 0 {
		k.prompt = prompted / real.prompt
	}
	return k
}

// wide is how many standard errors hold 95 of 100.
const wide = 1.96

// errors returns the standard errors of the direct pull and of what was prompted
// directly, as shares of the targets, from the information in the rates of causes.
func (m *model) errors() (pull, prompt float64) {
	const all = additive + times
	d := m.d
	p := cut(m.v, d)
	info := make([][]float64, all)
	for i := range info {
		info[i] = make([]float64, all)
	}
	var w weights
	var x [all]float64
	for t := range d.who {
		if d.free[t] {
			continue
		}
		m.weigh(&p, t, &w)
		for k, v := range w.add {
			x[k] = v / w.total // of the logarithm of the rate
		}
		for k, v := range w.mul {
			x[additive+k] = v / w.total
		}
		for i, a := range x {
			if a == 0 {
				continue
			}
			for j, b := range x {
				info[i][j] += a * b
			}
		}
	}
	n := float64(len(d.who))
	explained := cut(m.w, d)
	variance := func(from, until int) float64 {
		g := make([]float64, all)
		for k := from; k < until; k++ {
			if k < additive {
				g[k] = explained.add[k] / n
			} else {
				g[k] = explained.mul[k-additive] / n
			}
		}
		a := make([][]float64, all)
		for i := range a {
			a[i] = slices.Clone(info[i])
			a[i][i] += 1 // a rate that nothing tells of is known to a factor of e
		}
		h := slices.Clone(g)
		if !solve(a, h) {
			return 0
		}
		sum := 0.
		for k := range g {
			sum += g[k] * h[k]
		}
		return max(0, sum)
	}
	prompts := variance(received, additive) + variance(additive+spread, all)
	return math.Sqrt(variance(tied, received)), math.Sqrt(prompts)
}

// solve replaces b by the solution of a·x = b, by elimination with pivots; a is
// used up. It reports whether there is one.
func solve(a [][]float64, b []float64) bool {
	n := len(b)
	for i := range n {
		best := i
		for j := i + 1; j < n; j++ {
			if math.Abs(a[j][i]) > math.Abs(a[best][i]) {
				best = j
			}
		}
		if math.Abs(a[best][i]) < 1e-12 {
			return false
		}
		a[i], a[best] = a[best], a[i]
		b[i], b[best] = b[best], b[i]
		for j := i + 1; j < n; j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < n; k++ {
				a[j][k] -= f * a[i][k]
			}
			b[j] -= f * b[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return true
}
