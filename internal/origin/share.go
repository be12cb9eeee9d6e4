package origin

import (
	"math"

	"orrery.dev/orrery"
)

// tally gathers what one person did, for a share's interval: people are drawn, not
// activities, since one person's hang together.
type tally struct {
	n        float64
	known    float64
	value    [3]float64 // unprompted, peer, prompted
	observed [3]float64
}

const (
	byThemselves = iota
	byPeople
	byUs
)

// sums of tallies over people, for the variance of a ratio.
type sums struct {
	tally
	people        int
	square, cross [3]float64
	squareN       float64
}

func (s *sums) add(t *tally) {
	s.people++
	s.n, s.known, s.squareN = s.n+t.n, s.known+t.known, s.squareN+t.n*t.n
	for k := range t.value {
		s.value[k] += t.value[k]
		s.observed[k] += t.observed[k]
		s.square[k] += t.value[k] * t.value[k]
		s.cross[k] += t.value[k] * t.n
	}
}

// share reckons all shares. Without a lineage it counts what sources told.
func (r *Result) share(p *past, l *lineage) {
	byPerson := make([][]int32, p.in.People)
	for place := range p.event {
		e := p.of(int32(place))
		counted := !p.in.ours(e.Who) && e.At >= p.in.Since && (l != nil || e.Origin != orrery.OriginUnknown)
		if counted {
			byPerson[e.Who] = append(byPerson[e.Who], int32(place))
		}
	}
	var all sums
	var strategies [orrery.Strategies]sums
	groups := make([]sums, p.in.Groups)
	for who, places := range byPerson {
		if len(places) == 0 {
			continue
		}
		var whole tally
		var parts [orrery.Strategies]tally
		for _, place := range places {
			e := p.of(place)
			var v [3]float64
			known := e.Origin != orrery.OriginUnknown
			switch {
			case known:
				v[place3(e.Origin)] = 1
			default:
				v[byPeople], v[byUs] = float64(l.peer[place]), float64(l.prompted[place])
				v[byThemselves] = max(0, 1-v[byPeople]-v[byUs])
			}
			whole.count(v, known)
			parts[e.Strategy].count(v, known)
		}
		all.add(&whole)
		for k := range parts {
			if parts[k].n > 0 {
				strategies[k].add(&parts[k])
			}
		}
		if p.in.Member != nil {
			for _, g := range p.in.Member[who] {
				groups[g].add(&whole)
			}
		}
	}
	var keep kept
	if l != nil {
		keep = l.err
	}
	r.All = all.shares(r.Recorded, keep)
	for k := range strategies {
		r.Strategies[k] = strategies[k].shares(r.Recorded, keep)
	}
	for g := range groups {
		r.Groups = append(r.Groups, groups[g].shares(r.Recorded, keep))
	}
}

func place3(o orrery.Origin) int { return int(o) - int(orrery.Unprompted) }

func (t *tally) count(v [3]float64, known bool) {
	t.n++
	if known {
		t.known++
	}
	for k := range v {
		t.value[k] += v[k]
		if known {
			t.observed[k] += v[k]
		}
	}
}

func (s *sums) shares(recorded bool, keep kept) Shares {
	out := Shares{Activities: int(s.n), People: s.people, Known: int(s.known)}
	if s.n == 0 {
		return out
	}
	var parts [3]Share
	var fault [3]float64 // of the model
	for k := range parts {
		parts[k].Value, parts[k].Observed = s.value[k]/s.n, s.observed[k]/s.n
		parts[k].Estimated = max(0, parts[k].Value-parts[k].Observed)
	}
	if unknown := 1 - s.known/s.n; unknown > 0 {
		fault[byPeople] = keep.err * unknown
		if keep.pull > .01 {
			fault[byPeople] = max(fault[byPeople]/2, keep.err/keep.pull*parts[byPeople].Estimated)
		}
		fault[byUs] = keep.prompt * parts[byUs].Estimated
		fault[byThemselves] = math.Hypot(fault[byPeople], fault[byUs])
	}
	for k := range parts {
		// The variance of a ratio of sums over people.
		v := parts[k].Value
		people := max(0, s.square[k]-2*v*s.cross[k]+v*v*s.squareN) / (s.n * s.n)
		if s.people > 1 {
			people *= float64(s.people) / float64(s.people-1)
		} else {
			people = v * (1 - v)
		}
		few := 1 / float64(s.people+4) // who are all alike among few need not be among more
		err := wide * math.Sqrt(max(people, few*few)+fault[k]*fault[k])
		parts[k].Low, parts[k].High = max(0, v-err), min(1, v+err)
	}
	if !recorded {
		parts[byThemselves].Low = parts[byThemselves].Observed
		parts[byUs].High = parts[byThemselves].Estimated
	}
	out.Unprompted, out.Peer, out.Prompted = parts[byThemselves], parts[byPeople], parts[byUs]
	return out
}

// sent tells what each campaign set off directly.
func (m *model) sent() []Sent {
	d := m.d
	if len(d.reachedIn) == 0 {
		return nil
	}
	list := make([]Sent, len(d.reachedIn))
	for c, n := range d.reachedIn {
		list[c].Deliveries = n
	}
	p := cut(m.v, d)
	var w weights
	for t, c := range d.sent {
		if c < 0 {
			continue
		}
		m.weigh(&p, t, &w)
		for k := range kernels {
			list[c].Direct += (w.add[received+k] + w.mul[spread+k]) / w.total
		}
	}
	return list
}
