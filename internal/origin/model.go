package origin

import (
	"context"
	"math"
)

// The model: in a person's block of 28 days
//
//	λ(t) = ν·(c(t) + Σ q·X(t) + Σ ρ·γ·W(t)) + Σ a·S(t) + Σ p·P(t) + Σ ρ·g·Z(t)
//
// ν is the person's own rate, drawn to everybody's by a gamma prior and moving
// slowly; c the hour of the week times the trend; X what everybody did lately; S, P,
// Z as the columns say; ρ how well a campaign did beside the others. It is fitted by
// expectation and maximization with the rates ν integrated out (each activity is
// explained by a rate to which it did not itself contribute, as in collapsed
// variational Bayes of order 0: Asuncion, Welling, Smyth and Teh 2009), sped up by
// SQUAREM (Varadhan and Roland 2008).
type model struct {
	d *design
	v []float64 // all parameters, above 0: the parts below are cut out of it
	w []float64 // what the last sweep explained by each

	sweeps int
	nu     []float64 // by cell: what the rate is made of, for the sweep
	less   []float64 // by cell: what one of its activities contributes to its own rate
}

// parts of the vector of parameters.
type parts struct {
	add, mul []float64
	hour     []float64 // mean 1
	trend    []float64 // by block, mean 1
	rho      []float64 // by campaign
	base     []float64 // by cell: activities that the own rate explains
}

const (
	mainSweeps    = 400
	placeboSweeps = 120
	drift         = .7 // what a block tells of the next one
	unsteady      = 8. // how much more rates differ between times than between people's sums
	least         = 1e-9
	hourPrior     = 2. // activities by which an hour of the week is drawn to the mean
	campaignPrior = 4.
)

func cut(v []float64, d *design) parts {
	var p parts
	take := func(n int) []float64 {
		part := v[:n:n]
		v = v[n:]
		return part
	}
	p.add, p.mul, p.hour = take(additive), take(times), take(weekHours)
	p.trend, p.rho = take(d.past.blocks), take(d.past.in.Campaigns)
	p.base = take(len(d.targets))
	return p
}

func newModel(d *design) *model {
	size := additive + times + weekHours + d.past.blocks + d.past.in.Campaigns + len(d.targets)
	m := &model{d: d, v: make([]float64, size), w: make([]float64, size), nu: make([]float64, len(d.targets)), less: make([]float64, len(d.targets))}
	p := cut(m.v, d)
	for i := range m.v {
		m.v[i] = 1
	}
	for k := range p.add {
		p.add[k] = .05
		if d.exposure[k] == 0 {
			p.add[k] = 0
		}
	}
	reached := 0.
	for _, n := range d.reached {
		reached += n
	}
	for k := range p.mul {
		p.mul[k] = .05
		if k >= spread && reached == 0 {
			p.mul[k] = 0
		}
	}
	for cell, n := range d.targets {
		p.base[cell] = max(least, .6*float64(n))
	}
	return m
}

// with is the model for another design, starting from where m is: for placebos.
func (m *model) with(d *design) *model {
	next := newModel(d)
	copy(next.v, m.v)
	p := cut(next.v, d)
	for k := tied; k < received; k++ {
		if d.exposure[k] > 0 {
			p.add[k] = max(p.add[k], .02) // EM would leave a zero where it is
		}
	}
	return next
}

// rates makes each cell's rate out of what its person's cells explain: a mean over
// the block and those around, drawn to everybody's.
func (m *model) ownRates(p *parts) {
	d := m.d
	var explained, room float64
	for cell := range m.nu {
		explained += p.base[cell]
	}
	var announced float64
	moved := make([]float64, d.past.blocks) // of c(t) and what multiplies it, a day
	for b := range moved {
		for k := range kernels {
			moved[b] += p.mul[crowd+k] * d.crowded[b][k]
		}
		moved[b] = p.trend[b] + moved[b]/d.past.blockLength(b)
	}
	for k := range kernels {
		announced += p.mul[spread+k]
	}
	exposure := func(cell int32, b int32) float64 {
		return moved[b]*d.present[cell] + announced*float64(d.delivered[cell])
	}
	// The prior's mean and shape, by the moments of everybody's sums.
	type sums struct{ n, c float64 }
	people := make([]sums, len(d.firstCell))
	for who := range people {
		for cell := d.cells[who]; cell < d.cells[who+1]; cell++ {
			people[who].n += p.base[cell]
			people[who].c += exposure(cell, d.firstCell[who]+cell-d.cells[who])
		}
		room += people[who].c
	}
	mean := explained / max(room, least)
	var square, over float64
	for _, s := range people {
		expected := mean * s.c
		square += expected * expected
		over += (s.n-expected)*(s.n-expected) - s.n
	}
	shape := 10.
	if over > 0 {
		shape = max(.05, min(10, square/over/unsteady))
	}
	var num, den []float64
	for who := range people {
		from, until := d.cells[who], d.cells[who+1]
		n := int(until - from)
		if n == 0 {
			continue
		}
		num, den = append(num[:0], p.base[from:until]...), den[:0]
		for cell := from; cell < until; cell++ {
			den = append(den, exposure(cell, d.firstCell[who]+cell-from))
		}
		spreadOut(num)
		spreadOut(den)
		for i := range n {
			cell := from + int32(i)
			rate := shape/mean + den[i]
			m.nu[cell] = (shape + num[i]) / rate
			m.less[cell] = 0
			if d.targets[cell] > 0 {
				m.less[cell] = p.base[cell] / float64(d.targets[cell]) / rate
			}
		}
	}
}

// spreadOut replaces each value by the sum over all, those k places away counting
// drift^k.
func spreadOut(v []float64) {
	back := 0.
	last := make([]float64, 0, 64)
	for i := len(v) - 1; i >= 0; i-- {
		last = append(last, back)
		back = v[i] + drift*back
	}
	ahead := 0.
	for i := range v {
		here := v[i]
		v[i] = here + drift*ahead + drift*last[len(v)-1-i]
		ahead = here + drift*ahead
	}
}

// weights are what explains one activity.
type weights struct {
	base  float64
	add   [additive]float64
	mul   [times]float64
	total float64
}

// pushed is what messages of ours explain, before dividing.
func (w *weights) pushed() (sum float64) {
	for k := range kernels {
		sum += w.add[received+k] + w.mul[spread+k]
	}
	return sum
}

// weigh says what explains target t, before dividing by total.
func (m *model) weigh(p *parts, t int, w *weights) {
	d := m.d
	cell := d.cell[t]
	nu := m.nu[cell] - m.less[cell]
	rho := 1.
	if s := d.sent[t]; s >= 0 {
		rho = p.rho[s]
	}
	w.base = nu * p.hour[d.hour[t]] * p.trend[d.block[t]]
	w.total = w.base
	// Where the slowest kernel of a group has forgotten, the others have long.
	for g := 0; g < additive; g += kernels {
		x := d.add[additive*t+g : additive*t+g+kernels : additive*t+g+kernels]
		if x[kernels-1] == 0 {
			w.add[g], w.add[g+1], w.add[g+2] = 0, 0, 0
			continue
		}
		by := 1.
		if g == received {
			by = rho
		}
		a, b, c := by*p.add[g]*float64(x[0]), by*p.add[g+1]*float64(x[1]), by*p.add[g+2]*float64(x[2])
		w.add[g], w.add[g+1], w.add[g+2] = a, b, c
		w.total += a + b + c
	}
	for g := 0; g < times; g += kernels {
		x := d.mul[times*t+g : times*t+g+kernels : times*t+g+kernels]
		if x[kernels-1] == 0 {
			w.mul[g], w.mul[g+1], w.mul[g+2] = 0, 0, 0
			continue
		}
		by := nu
		if g == spread {
			by *= rho
		}
		a, b, c := by*p.mul[g]*float64(x[0]), by*p.mul[g+1]*float64(x[1]), by*p.mul[g+2]*float64(x[2])
		w.mul[g], w.mul[g+1], w.mul[g+2] = a, b, c
		w.total += a + b + c
	}
}

// sweep is one step of expectation and maximization, from one vector of parameters
// to the next.
func (m *model) sweep(from, to []float64) {
	d := m.d
	p, next := cut(from, d), cut(to, d)
	m.ownRates(&p)
	clear(to)
	var w weights
	var said, free [additive + times]float64
	for t := range d.who {
		m.weigh(&p, t, &w)
		share := 1 / w.total
		base := w.base
		for g := 0; g < additive; g += kernels {
			if w.add[g+2] != 0 {
				said[g] += w.add[g] * share
				said[g+1] += w.add[g+1] * share
				said[g+2] += w.add[g+2] * share
			}
		}
		for g := 0; g < times; g += kernels {
			if w.mul[g+2] != 0 {
				said[additive+g] += w.mul[g] * share
				said[additive+g+1] += w.mul[g+1] * share
				said[additive+g+2] += w.mul[g+2] * share
				base += w.mul[g] + w.mul[g+1] + w.mul[g+2]
			}
		}
		if d.free[t] {
			for k, v := range w.add {
				free[k] += v * share
			}
			for k, v := range w.mul {
				free[additive+k] += v * share
			}
		} else if s := d.sent[t]; s >= 0 {
			next.rho[s] += w.pushed() * share
		}
		next.hour[d.hour[t]] += w.base * share
		next.trend[d.block[t]] += w.base * share
		next.base[d.cell[t]] += base * share
	}
	copy(m.w, to)
	explained := cut(m.w, d)
	copy(explained.add, said[:additive])
	copy(explained.mul, said[additive:])
	for k := range said {
		said[k] -= free[k]
	}
	m.maximize(&next, said[:additive], said[additive:])
	m.sweeps++
}

// maximize turns what was explained into parameters.
func (m *model) maximize(next *parts, sum, sumMul []float64) {
	d := m.d
	for k, s := range sum {
		if d.exposure[k] > 0 {
			next.add[k] = max(least, s/d.exposure[k])
		}
	}
	var room [times]float64
	announced := 0.
	expected := make([]float64, d.past.blocks)
	for who := range d.firstCell {
		for cell := d.cells[who]; cell < d.cells[who+1]; cell++ {
			b := d.firstCell[who] + cell - d.cells[who]
			expected[b] += m.nu[cell] * d.present[cell]
			announced += m.nu[cell] * float64(d.delivered[cell])
		}
	}
	for k := range kernels {
		for b, days := range expected {
			room[crowd+k] += days * d.crowded[b][k] / d.past.blockLength(b)
		}
		room[spread+k] = announced
	}
	for k, s := range sumMul {
		if room[k] > 0 {
			next.mul[k] = max(least, s/room[k])
		}
	}
	level(next.hour, nil, hourPrior)
	level(next.trend, expected, hourPrior)
	if len(next.rho) > 0 {
		var pushed, reached float64
		for s, n := range d.reached {
			pushed, reached = pushed+next.rho[s], reached+n
		}
		for s, n := range d.reached {
			next.rho[s] = (campaignPrior + next.rho[s]) / (campaignPrior + pushed*n/max(reached, 1))
		}
	}
	for cell := range next.base {
		next.base[cell] = max(least, next.base[cell])
	}
}

// level divides counts by what was expected of them (nil: alike of all), draws them
// to the mean by so many, and scales the mean to 1.
func level(counts, expected []float64, prior float64) {
	var all, room float64
	for i, n := range counts {
		all += n
		if expected != nil {
			room += expected[i]
		}
	}
	mean, sum := all/float64(len(counts)), 0.
	for i, n := range counts {
		e := mean
		if expected != nil {
			e = all * expected[i] / max(room, least)
		}
		counts[i] = max(1e-4, (n+prior)/(e+prior))
		sum += counts[i]
	}
	for i := range counts {
		counts[i] *= float64(len(counts)) / sum
	}
}

// fit sweeps until nothing moves, most times at most, and returns how often.
func (m *model) fit(ctx context.Context, most int) (int, error) {
	n := len(m.v)
	one, two, far := make([]float64, n), make([]float64, n), make([]float64, n)
	before, reach, last := m.shares(), 4., math.Inf(1)
	for m.sweeps < most {
		if err := ctx.Err(); err != nil {
			return m.sweeps, err
		}
		m.sweep(m.v, one)
		m.sweep(one, two)
		step, residual := m.step(m.v, one, two)
		if residual > 4*last { // the last leap led astray: go on from here in small steps
			copy(m.v, two)
			reach, last = 4, residual
			continue
		}
		last = residual
		step = max(-reach, min(-1, step))
		if step == -reach {
			reach = min(4*reach, 256)
		}
		if step < -1 {
			for i := range far {
				a, b, c := math.Log(m.v[i]), math.Log(one[i]), math.Log(two[i])
				if m.v[i] == 0 {
					far[i] = 0
					continue
				}
				r, s := b-a, c-2*b+a
				far[i] = math.Exp(max(-23, min(12, a-2*step*r+step*step*s)))
			}
			m.sweep(far, m.v)
		} else {
			copy(m.v, two)
		}
		now := m.shares()
		moved := 0.
		for k := range now {
			moved = max(moved, math.Abs(now[k]-before[k]))
		}
		if before = now; moved < 1e-4 && m.sweeps > 12 {
			break
		}
	}
	m.sweep(m.v, one)
	p := cut(m.v, m.d)
	m.ownRates(&p)
	return m.sweeps, nil
}

// step is SQUAREM's third step length, with each parameter counting by how much of
// the activities it explains.
func (m *model) step(zero, one, two []float64) (step, residual float64) {
	var r, v float64
	for i, weight := range m.w {
		if zero[i] == 0 || weight == 0 {
			continue
		}
		a, b, c := math.Log(zero[i]), math.Log(one[i]), math.Log(two[i])
		r += weight * (b - a) * (b - a)
		v += weight * (c - 2*b + a) * (c - 2*b + a)
	}
	if v == 0 {
		return -1, 0
	}
	return -math.Sqrt(r / v), r
}

// shares is how much of the targets each group of columns explained in the last
// sweep.
func (m *model) shares() [8]float64 {
	var s [8]float64
	p := cut(m.w, m.d)
	n := float64(max(1, len(m.d.who)))
	for k, v := range p.add {
		s[k/kernels] += v / n
	}
	for k, v := range p.mul {
		s[4+k/kernels] += v / n
	}
	for _, v := range p.base {
		s[6] += v / n
	}
	return s
}

// rates names the fitted parameters.
func (m *model) rates() map[string]float64 {
	p := cut(m.v, m.d)
	sum := func(v []float64, from int) float64 { return v[from] + v[from+1] + v[from+2] }
	return map[string]float64{
		"own_past": sum(p.add, own), "ties": sum(p.add, tied), "addressed": sum(p.add, addressed),
		"received": sum(p.add, received), "together": sum(p.mul, crowd), "announced": sum(p.mul, spread),
	}
}
