package origin

import (
	"math"

	"orrery.dev/orrery"
)

// lineage is what became of each activity's causes and their causes: whether some
// message of ours is among them, else whether some other person is.
type lineage struct {
	prompted, peer []float32 // by place in past.event; the rest is unprompted
	known          []bool    // a source told

	own, peers [orrery.Strategies][orrery.Strategies]float64 // what was set off, by strategy of the effect and of the cause
	causes     [orrery.Strategies]float64
	err        kept
}

// A trail is a fading sum of somebody's activities by what they come from and by
// strategy.
type trail struct {
	at  float64
	sum [kernels]marks
}

type marks struct {
	prompted, peer float64
	by             [orrery.Strategies]float64
}

func (s *trail) add(at, weight, prompted, peer float64, strategy orrery.Strategy) {
	since := at - s.at
	for m := range s.sum {
		f := math.Exp(-since / lifetimes[m])
		a := &s.sum[m]
		a.prompted, a.peer = a.prompted*f+weight*prompted, a.peer*f+weight*peer
		for k := range a.by {
			a.by[k] *= f
		}
		a.by[strategy] += weight
	}
	s.at = at
}

func (s *trail) read(at, weight float64, out *[kernels]marks) {
	since := at - s.at
	if since > forgotten {
		return
	}
	for m := range s.sum {
		x := since / lifetimes[m]
		if x >= forgotten {
			continue
		}
		f := weight * math.Exp(-x) / lifetimes[m]
		a, o := &s.sum[m], &out[m]
		o.prompted, o.peer = o.prompted+f*a.prompted, o.peer+f*a.peer
		for k := range a.by {
			o.by[k] += f * a.by[k]
		}
	}
}

func (m *marks) total() (sum float64) {
	for _, v := range m.by {
		sum += v
	}
	return sum
}

// lineage walks through the past and hands on, from causes to effects, what they
// come from. Of what the model says was drawn by people, keep stays.
func (p *past) lineage(d *design, m *model, keep kept) *lineage {
	n := len(p.event)
	l := &lineage{prompted: make([]float32, n), peer: make([]float32, n), known: make([]bool, n), err: keep}
	state, inbox := make([]trail, p.in.People), make([]trail, p.in.People)
	fitted := cut(m.v, d)
	var w weights
	next, t := 0, 0
	for _, c := range p.order {
		for next < len(p.order) && p.order[next].at < c.at {
			q := p.order[next]
			e := p.of(q.place)
			prompted, peer := float64(l.prompted[q.place]), float64(l.peer[q.place])
			state[e.Who].add(q.at, 1, prompted, peer, e.Strategy)
			for _, to := range e.To {
				if to != e.Who {
					inbox[to].add(q.at, 1/float64(len(e.To)), prompted, peer, e.Strategy)
				}
			}
			next++
		}
		e := p.of(c.place)
		l.causes[e.Strategy]++
		target := t < len(d.place) && d.place[t] == c.place
		if !target && e.Origin != orrery.Peer {
			l.told(c.place, e.Origin)
			continue
		}
		var mine, ties, mail [kernels]marks
		state[e.Who].read(c.at, 1, &mine)
		for k := p.ties.start[e.Who]; k < p.ties.start[e.Who+1]; k++ {
			state[p.ties.from[k]].read(c.at, p.ties.weight[k], &ties)
		}
		inbox[e.Who].read(c.at, 1, &mail)
		if !target {
			l.told(c.place, e.Origin)
			l.drawn(e.Strategy, &fitted, &ties, &mail)
			continue
		}
		m.weigh(&fitted, t, &w)
		l.explain(c.place, e.Strategy, &w, keep, &mine, &ties, &mail)
		t++
	}
	for place, leader := range p.again {
		if leader < 0 {
			continue
		}
		if o := p.of(int32(place)).Origin; o != orrery.OriginUnknown {
			l.told(int32(place), o)
		} else {
			l.prompted[place], l.peer[place] = l.prompted[leader], l.peer[leader]
		}
	}
	return l
}

// told takes a source at its word.
func (l *lineage) told(place int32, o orrery.Origin) {
	l.known[place] = o != orrery.OriginUnknown
	switch o {
	case orrery.Prompted:
		l.prompted[place] = 1
	case orrery.Peer:
		l.peer[place] = 1
	}
}

// drawn attributes an activity of which a source told that people drew it.
func (l *lineage) drawn(s orrery.Strategy, p *parts, ties, mail *[kernels]marks) {
	var by [orrery.Strategies]float64
	total := 0.
	for m := range kernels {
		for k := range by {
			by[k] += p.add[tied+m]*ties[m].by[k] + p.add[addressed+m]*mail[m].by[k]
		}
	}
	for _, v := range by {
		total += v
	}
	for k, v := range by {
		if total > 0 {
			l.peers[s][k] += v / total
		}
	}
}

// explain shares a target out among its causes.
func (l *lineage) explain(place int32, s orrery.Strategy, w *weights, keep kept, mine, ties, mail *[kernels]marks) {
	var prompted, peer float64
	inherit := func(share float64, from *marks, byPeople bool) {
		total := from.total()
		if total <= 0 || share <= 0 {
			return
		}
		u := share * from.prompted / total
		prompted += u
		into := &l.own
		if byPeople {
			peer += share - u
			into = &l.peers
		} else {
			peer += share * from.peer / total
		}
		for k, v := range from.by {
			into[s][k] += share * v / total
		}
	}
	for m := range kernels {
		inherit(w.add[own+m]/w.total, &mine[m], false)
		inherit(keep.tied*w.add[tied+m]/w.total, &ties[m], true)
		inherit(keep.addressed*w.add[addressed+m]/w.total, &mail[m], true)
		prompted += (w.add[received+m] + w.mul[spread+m]) / w.total
	}
	l.prompted[place], l.peer[place] = float32(prompted), float32(peer)
}
