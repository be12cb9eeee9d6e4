package repulsion

import (
	"cmp"
	"math"
	"slices"

	"orrery.dev/orrery"
)

// Burst is a thing, or a day, around which repulsion rose.
type Burst struct {
	On       uint64     `json:"on,omitempty"` // an object
	In       uint64     `json:"in,omitempty"` // or a conversation; neither: the planet as a whole
	From     orrery.Day `json:"from"`
	Until    orrery.Day `json:"until"`
	People   int        `json:"people"`   // who were pushed away, in the week or on the day that stands out most
	Active   int        `json:"active"`   // of so many who were there
	Expected float64    `json:"expected"` // how many of them usual would have been
	Chance   float64    `json:"chance"`   // of as many or more, times how many were looked at
	Deeds    []int      `json:"deeds"`    // places in Report.Deeds
}

const (
	fewest   = 3   // people, for anything to be told
	rare     = .01 // of worlds in which nothing rises, so many may show a burst
	lookback = 364 // days in which bursts are looked for
	doubt    = 20  // people at the planet's share that a thing's own past is drawn to
)

// visit is a person at a thing in a week, or around the planet on a day.
type visit struct {
	thing  uint64
	slot   int32 // the week, or the day
	who    orrery.MemberID
	repels bool
}

// bursts finds the weeks in which more of the people at a thing were pushed away
// than is usual, and the days on which more of all were. What is usual is the
// largest of three shares: the planet's in the year before, the planet's without
// the thing in that week, and the thing's own before. Days have the share of their
// day of the week. Each person counts once. More than usual is judged by Poisson's
// law, for days widened by how much they differ anyhow, and for everything that was
// looked at together (Bonferroni).
func (p *Past) bursts() (list []Burst, tested int) {
	things, n := p.risenThings()
	list = append(list, things...)
	days, m := p.risenDays()
	list = append(list, days...)
	for i := range list {
		list[i].Deeds = p.behind(&list[i])
	}
	slices.SortStableFunc(list, func(a, b Burst) int { return cmp.Or(cmp.Compare(a.Chance, b.Chance), cmp.Compare(b.Until, a.Until)) })
	return apart(list), n + m
}

// share is of so many people how many were pushed away.
type share struct{ pushed, all float64 }

func (s *share) add(v *visit) {
	s.all++
	if v.repels {
		s.pushed++
	}
}

// risenThings looks at every week of every thing.
func (p *Past) risenThings() ([]Burst, int) {
	visits := make([]visit, 0, len(p.presence))
	for _, v := range p.presence {
		visits = append(visits, visit{v.thing, int32(v.day) / 7, v.who, v.repels})
	}
	visits = settled(visits)
	weeks := int(p.asOf-p.since)/7 + 1
	of := make([]share, weeks) // all things together, by week
	for i := range visits {
		of[visits[i].slot].add(&visits[i])
	}
	before := make([]share, weeks) // in the 52 weeks before
	for w := 1; w < weeks; w++ {
		before[w] = share{before[w-1].pushed + of[w-1].pushed, before[w-1].all + of[w-1].all}
		if w > 52 {
			before[w].pushed -= of[w-53].pushed
			before[w].all -= of[w-53].all
		}
	}
	first := int32(p.asOf-lookback-p.since) / 7
	var found []Burst
	tested := 0
	for i := 0; i < len(visits); {
		var own share
		thing := visits[i].thing
		for i < len(visits) && visits[i].thing == thing {
			var here share
			week := visits[i].slot
			for ; i < len(visits) && visits[i].thing == thing && visits[i].slot == week; i++ {
				here.add(&visits[i])
			}
			if week >= first && here.all >= fewest {
				tested++
				rest := share{of[week].pushed - here.pushed, of[week].all - here.all}
				usual := max(before[week].rate(.5, doubt), rest.rate(before[week].rate(.5, doubt), 1))
				usual = max(usual, (own.pushed+doubt*usual)/(own.all+doubt))
				if expected := here.all * usual; here.pushed >= fewest && here.pushed > expected {
					b := Burst{
						From: p.since + orrery.Day(7*week), Until: min(p.asOf, p.since+orrery.Day(7*week)+6),
						People: int(here.pushed), Active: int(here.all), Expected: expected, Chance: atLeast(here.pushed, expected),
					}
					if thing&1 == 1 {
						b.In = thing
					} else {
						b.On = thing
					}
					found = append(found, b)
				}
			}
			own.pushed, own.all = own.pushed+here.pushed, own.all+here.all
		}
	}
	return joined(told(found, tested)), tested
}

// rate is the share with some people added of whom so many were pushed away.
func (s share) rate(pushed, all float64) float64 { return (s.pushed + pushed) / (s.all + all) }

// risenDays looks at every day of the planet as a whole.
func (p *Past) risenDays() ([]Burst, int) {
	days := int(p.asOf-p.since) + 1
	of := make([]share, days)
	for _, a := range p.active {
		of[uint32(a)].all++
	}
	seen := map[uint64]bool{}
	for i := range p.deeds {
		d := &p.deeds[i]
		if key := uint64(d.Who)<<32 | uint64(d.Day-p.since); !seen[key] {
			seen[key] = true
			of[d.Day-p.since].pushed++
		}
	}
	// The usual of a day is that of the same days of the week in the year before,
	// drawn to the year's.
	usual := func(d int) (rate float64, known bool) {
		var all, alike share
		for e := max(0, d-364); e < d; e++ {
			all.pushed, all.all = all.pushed+of[e].pushed, all.all+of[e].all
			if (d-e)%7 == 0 {
				alike.pushed, alike.all = alike.pushed+of[e].pushed, alike.all+of[e].all
			}
		}
		year := all.rate(.5, doubt)
		return alike.rate(doubt*year, doubt), all.all >= doubt
	}
	first := max(0, days-lookback)
	expected := make([]float64, days)
	var excess, degrees float64
	for d := first; d < days; d++ {
		if rate, known := usual(d); known && of[d].all >= fewest {
			expected[d] = rate * of[d].all
			// The excess of single days must not hide them: it counts up to 3 deviations.
			excess += min(9, (of[d].pushed-expected[d])*(of[d].pushed-expected[d])/expected[d])
			degrees++
		}
	}
	wider := 1.0
	if degrees > 0 {
		wider = max(1, excess/degrees)
	}
	var found []Burst
	for d := first; d < days; d++ {
		if expected[d] > 0 && of[d].pushed >= fewest && of[d].pushed > expected[d] {
			day := p.since + orrery.Day(d)
			found = append(found, Burst{
				From: day, Until: day, People: int(of[d].pushed), Active: int(of[d].all), Expected: expected[d],
				Chance: atLeast(of[d].pushed/wider, expected[d]/wider),
			})
		}
	}
	return joined(told(found, int(degrees))), int(degrees)
}

// settled sorts visits and keeps one of each person, thing and slot: one that
// repels if there is one.
func settled(visits []visit) []visit {
	slices.SortFunc(visits, func(a, b visit) int {
		order := cmp.Or(cmp.Compare(a.thing, b.thing), cmp.Compare(a.slot, b.slot), cmp.Compare(a.who, b.who))
		switch {
		case order != 0 || a.repels == b.repels:
			return order
		case a.repels:
			return -1
		}
		return 1
	})
	return slices.CompactFunc(visits, func(a, b visit) bool { return a.thing == b.thing && a.slot == b.slot && a.who == b.who })
}

// told keeps what is rare even among so many.
func told(found []Burst, tested int) []Burst {
	for i := range found {
		found[i].Chance = min(1, found[i].Chance*float64(tested))
	}
	return slices.DeleteFunc(found, func(b Burst) bool { return b.Chance >= rare })
}

// joined makes one burst of those of a thing that follow each other within a week.
func joined(list []Burst) (out []Burst) {
	for _, b := range list { // by thing and time
		if n := len(out); n > 0 && out[n-1].On == b.On && out[n-1].In == b.In && b.From <= out[n-1].Until+7 {
			if was := out[n-1]; was.Chance <= b.Chance {
				was.Until = b.Until
				b = was
			} else {
				b.From = was.From
			}
			out[n-1] = b
			continue
		}
		out = append(out, b)
	}
	return out
}

// behind finds the activities of a burst.
func (p *Past) behind(b *Burst) (places []int) {
	for i := range p.deeds {
		d := &p.deeds[i]
		if d.Day >= b.From && d.Day <= b.Until && (b.On == 0 || d.On&^1 == b.On) && (b.In == 0 || d.In|1 == b.In) {
			places = append(places, i)
		}
	}
	return places
}

// apart leaves out what a surer burst tells already: an object's and its
// conversation's, a day's and that of the thing it was about.
func apart(list []Burst) (out []Burst) {
	seen := map[int]bool{}
	for _, b := range list {
		again := 0
		for _, at := range b.Deeds {
			if seen[at] {
				again++
			}
		}
		if 2*again > len(b.Deeds) {
			continue
		}
		for _, at := range b.Deeds {
			seen[at] = true
		}
		out = append(out, b)
	}
	return out
}

// atLeast is Poisson's chance of k or more where so many are expected; k need not
// be whole.
func atLeast(k, expected float64) float64 {
	if k <= 0 {
		return 1
	}
	if expected <= 0 {
		return 0
	}
	// Beyond the mean each term is smaller than the one before by more than a
	// constant factor, so the sum ends soon; before it, take the other side.
	term := func(x float64) float64 {
		g, _ := math.Lgamma(x + 1)
		return math.Exp(x*math.Log(expected) - expected - g)
	}
	sum := 0.
	for x, t := k, term(k); ; {
		sum += t
		if t < 1e-12*sum || x > k+1e5 {
			break
		}
		x++
		t *= expected / x
	}
	return min(1, sum)
}
