package origin

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"orrery.dev/orrery"
)

// Times inside the package are days since the first activity's hour, so that a
// rate is a number a day.
const (
	secondsPerDay = 24 * 60 * 60
	blockDays     = 28 // of the trend, of a person's drift and of the placebo
	weekHours     = 168
	kernels       = 3
)

// lifetimes are the time constants of the exponential kernels, in days: ten
// minutes, three hours, one day (SCIENCE §3).
var lifetimes = [kernels]float64{10. / (24 * 60), 3. / 24, 1}

// forgotten is when a cause plays no part any more, in days: e^-15 of the slowest
// kernel is left.
const forgotten = 15

// goneAfter is how long after their last activity somebody still can be drawn or
// prompted, in days, at most: it is their mean gap.
const goneAfter = blockDays

// past is a planet's past in the order of time.
type past struct {
	in     *Input
	origin int64   // second in which time begins: a full hour
	days   float64 // from origin to the last activity
	blocks int     // whole blocks; the last one is longer

	order []cause // all activities as causes
	at    []float64
	event []int32 // places in in.Events, by time
	first []bool  // a person's first activity
	again []int32 // for what somebody did in the same second as something else: the place of that; else -1

	from, until []float64 // by person: when they were there; until < from: never
	ties        ties
}

// cause is an activity seen as what may set off others.
type cause struct {
	at    float64
	place int32 // in past.event
}

// ties are kept by who is reached.
type ties struct {
	start  []int32 // by person, one more than there are
	from   []int32
	weight []float64
}

// mostTies is by how many of the strongest ties somebody is reached.
const mostTies = 32

func newPast(in *Input) (*past, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	p := &past{in: in, event: make([]int32, len(in.Events))}
	for i := range p.event {
		p.event[i] = int32(i)
	}
	slices.SortFunc(p.event, func(a, b int32) int {
		x, y := &in.Events[a], &in.Events[b]
		return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.Who, y.Who), cmp.Compare(x.Strategy, y.Strategy),
			cmp.Compare(x.Origin, y.Origin), slices.Compare(x.To, y.To))
	})
	if len(p.event) == 0 {
		return p, nil
	}
	begin := in.Events[p.event[0]].At
	p.origin = begin - (begin%3600+3600)%3600
	n := len(p.event)
	p.at, p.again, p.first, p.order = make([]float64, n), make([]int32, n), make([]bool, n), make([]cause, 0, n)
	p.from, p.until = make([]float64, in.People), make([]float64, in.People)
	for i := range p.until {
		p.until[i] = -1
	}
	last, times := make([]int32, in.People), make([]int32, in.People)
	for i := range last {
		last[i] = -1
	}
	for k, i := range p.event {
		e := &in.Events[i]
		p.at[k] = p.day(e.At)
		p.again[k] = -1
		if l := last[e.Who]; l < 0 {
			p.first[k], p.from[e.Who] = true, p.at[k]
		} else if p.at[l] == p.at[k] {
			p.again[k] = l
			continue
		}
		last[e.Who], p.until[e.Who] = int32(k), p.at[k]
		times[e.Who]++
		p.order = append(p.order, cause{p.at[k], int32(k)})
	}
	p.days = p.at[n-1]
	p.blocks = max(1, int(p.days/blockDays))
	for i := range p.until {
		switch {
		case times[i] > 1:
			gap := (p.until[i] - p.from[i]) / float64(times[i]-1)
			p.until[i] = min(p.days, p.until[i]+min(gap, goneAfter))
		case times[i] == 1:
			p.until[i] = min(p.days, p.until[i]+goneAfter)
		}
	}
	p.tie()
	return p, nil
}

func (p *past) day(second int64) float64 { return float64(second-p.origin) / secondsPerDay }

func (p *past) of(place int32) *Event { return &p.in.Events[p.event[place]] }

func (p *past) block(at float64) int { return max(0, min(p.blocks-1, int(at/blockDays))) }

// blockLength is in days.
func (p *past) blockLength(b int) float64 {
	if b == p.blocks-1 {
		return max(1./24, p.days-float64(b*blockDays))
	}
	return blockDays
}

// hour returns the hour of the week.
func (p *past) hour(second int64) uint8 {
	h := second / 3600 % weekHours
	return uint8((h + weekHours) % weekHours)
}

// tie keeps each person's strongest ties and scales those from one person to 1.
func (p *past) tie() {
	list := slices.Clone(p.in.Ties)
	list = slices.DeleteFunc(list, func(t Tie) bool { return t.From == t.To || p.until[t.From] < 0 || p.until[t.To] < 0 })
	slices.SortFunc(list, func(a, b Tie) int { return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From)) })
	joined := list[:0]
	for _, t := range list {
		if k := len(joined) - 1; k >= 0 && joined[k].From == t.From && joined[k].To == t.To {
			joined[k].Weight += t.Weight
			continue
		}
		joined = append(joined, t)
	}
	list = joined
	sum := make([]float64, p.in.People)
	for _, t := range list {
		sum[t.From] += t.Weight
	}
	p.ties.start = make([]int32, p.in.People+1)
	for to, k := int32(0), 0; int(to) < p.in.People; to++ {
		end := k
		for end < len(list) && list[end].To == to {
			list[end].Weight /= sum[list[end].From]
			end++
		}
		mine := list[k:end]
		if len(mine) > mostTies {
			slices.SortFunc(mine, func(a, b Tie) int {
				return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.From, b.From))
			})
			mine = mine[:mostTies]
		}
		for _, t := range mine {
			p.ties.from, p.ties.weight = append(p.ties.from, t.From), append(p.ties.weight, t.Weight)
		}
		k = end
		p.ties.start[to+1] = int32(len(p.ties.from))
	}
}

// recorded says whether anything tells of prompting.
func (p *past) recorded() bool {
	return len(p.in.Deliveries) > 0 || slices.ContainsFunc(p.in.Events, func(e Event) bool { return e.Origin == orrery.Prompted })
}

// target says whether the model has to explain an activity.
func (p *past) target(place int32) bool {
	e := p.of(place)
	return e.Origin == orrery.OriginUnknown && !p.in.ours(e.Who) && p.again[place] < 0
}

// tooLittle says why no model is fitted, or nothing.
func (p *past) tooLittle() string {
	n := 0
	for _, c := range p.order {
		if p.target(c.place) {
			n++
		}
	}
	switch {
	case n < leastTargets:
		return fmt.Sprintf("%d activities are of unknown origin: an estimate needs %d", n, leastTargets)
	case p.days < leastDays:
		return fmt.Sprintf("the past is %.0f days long: an estimate, whose placebo moves activities by weeks, needs %d", p.days, leastDays)
	}
	return ""
}

// fading is a sum of causes, each fading by the kernels.
type fading struct {
	at    float64
	value [kernels]float64
}

// add lets the sum fade until a time and adds a cause.
func (f *fading) add(at, weight float64) {
	f.fade(at)
	for m := range f.value {
		f.value[m] += weight
	}
}

func (f *fading) fade(at float64) {
	since := at - f.at
	for m := range f.value {
		if f.value[m] != 0 {
			f.value[m] *= math.Exp(-since / lifetimes[m])
		}
	}
	f.at = at
}

// read adds weight times the density of the sum at a time to out.
func (f *fading) read(at, weight float64, out *[kernels]float64) {
	since := at - f.at
	if since > forgotten {
		return
	}
	for m := range f.value {
		if x := since / lifetimes[m]; x < forgotten && f.value[m] != 0 {
			out[m] += weight * f.value[m] * math.Exp(-x) / lifetimes[m]
		}
	}
}
