package repulsion

import (
	"math"

	"orrery.dev/orrery"
)

// Growth compares the last Span days with those before.
type Growth struct {
	Ratio   float64 `json:"ratio"` // of the shares of active people who were pushed away
	Low     float64 `json:"low"`   // 95 of 100 such intervals hold the true one, over all groups together
	High    float64 `json:"high"`
	Verdict Verdict `json:"verdict"`
}

// Verdict says what may be said of a growth.
type Verdict string

// What may be said.
const (
	TooLittle Verdict = "too_little" // fewer than Least people in both
	Grew      Verdict = "grew"
	Fell      Verdict = "fell"
	Alike     Verdict = "alike" // no clear difference
)

// Least is of how many people something must be known to compare it.
const Least = 5

// growth compares people, not activities: one who complains ten times is one. The
// interval is that of a ratio of two shares on the scale of logarithms (Katz,
// Baptista, Azen, Pike 1978), with half a person added to each number, and wider
// where several groups are compared at once (Bonferroni).
func growth(now, before Counts, groups int) Growth {
	if now.People+before.People < Least || now.Active == 0 || before.Active == 0 {
		return Growth{Verdict: TooLittle}
	}
	a, n := float64(now.People)+.5, float64(now.Active)+.5
	b, m := float64(before.People)+.5, float64(before.Active)+.5
	z := math.Sqrt2 * math.Erfinv(1-.05/float64(max(1, groups)))
	wide := z * math.Sqrt(max(0, 1/a-1/n+1/b-1/m))
	g := Growth{Ratio: a / n / (b / m), Verdict: Alike}
	g.Low, g.High = g.Ratio*math.Exp(-wide), g.Ratio*math.Exp(wide)
	switch {
	case g.Low > 1:
		g.Verdict = Grew
	case g.High < 1:
		g.Verdict = Fell
	}
	return g
}

// count fills in the groups' weeks and what they come to.
func (p *Past) count(r *Report) {
	all := make([]Group, p.groups+1)
	in := func(who orrery.MemberID) []int {
		list := []int{p.groups} // everybody is the last
		if p.groupsOf != nil {
			list = append(list, p.groupsOf(who)...)
		}
		return list
	}
	weeks := int(p.asOf-p.since)/7 + 1
	for g := range all {
		all[g].Weeks = make([]Week, weeks)
		for w := range all[g].Weeks {
			all[g].Weeks[w].Monday = p.since + orrery.Day(7*w)
		}
	}
	// Who was active when: by person, days rising.
	last := struct {
		who  orrery.MemberID
		week int
	}{week: -1}
	var of []int
	var seen [3]bool // in the last days, in those before, at all
	for _, a := range p.active {
		who, day := orrery.MemberID(a>>32), int(uint32(a))
		if who != last.who || of == nil {
			of, seen, last.who, last.week = in(who), [3]bool{}, who, -1
		}
		age := int(p.asOf-p.since) - day
		for _, g := range of {
			if week := day / 7; week != last.week {
				all[g].Weeks[week].Active++
			}
			tally(&all[g], age, &seen, func(c *Counts) { c.Active++ })
		}
		last.week = day / 7
		note(age, &seen)
	}
	type pushed struct {
		week int
		seen [3]bool
	}
	people := map[orrery.MemberID]*pushed{}
	for i := range p.deeds { // days falling
		d := &p.deeds[i]
		of := in(d.Who)
		who := people[d.Who]
		if who == nil {
			who = &pushed{week: -1}
			people[d.Who] = who
		}
		age, week := int(p.asOf-d.Day), int(d.Day-p.since)/7
		for _, g := range of {
			all[g].Weeks[week].Acts++
			if week != who.week {
				all[g].Weeks[week].People++
			}
			tally(&all[g], age, &[3]bool{}, func(c *Counts) { c.Acts++ })
			tally(&all[g], age, &who.seen, func(c *Counts) { c.People++ })
		}
		who.week = week
		note(age, &who.seen)
	}
	for g := range all {
		family := p.groups
		if g == p.groups {
			family = 1
		}
		all[g].Growth = growth(all[g].Now, all[g].Before, family)
	}
	r.Everybody, r.Groups = all[p.groups], all[:p.groups]
}

// tally counts something of an age where it was not seen before.
func tally(g *Group, age int, seen *[3]bool, add func(*Counts)) {
	if !seen[2] {
		add(&g.All)
	}
	switch {
	case age < Span && !seen[0]:
		add(&g.Now)
	case age >= Span && age < 2*Span && !seen[1]:
		add(&g.Before)
	}
}

func note(age int, seen *[3]bool) {
	seen[2] = true
	switch {
	case age < Span:
		seen[0] = true
	case age < 2*Span:
		seen[1] = true
	}
}
