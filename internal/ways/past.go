package ways

import (
	"math"
	"slices"

	"orrery.dev/orrery"
)

// Deed is one thing that somebody did of their own around the planet: kinds that
// say nothing of anybody's presence and deeds that repel are none.
type Deed struct {
	Member    orrery.MemberID
	Day       orrery.Day
	Way       orrery.Strategy
	Origin    orrery.Origin
	Qualifies bool // meaningful and not prompted: such a day is one of coming by themselves
}

// Past gathers a planet's deeds: about eight bytes for each day and way of
// somebody's first weeks and the horizon after them. It is not safe for
// concurrent use.
type Past struct {
	horizon  int
	asOf     orrery.Day
	groups   int
	groupsOf func(orrery.MemberID) []int
	people   []*person // by member
	counts   []count   // everybody, then by group
}

// person is what is kept of one member.
type person struct {
	first  orrery.Day
	ways   uint8 // ever tried, a bit each
	groups []int
	deeds  []dayDeeds
}

// dayDeeds is how often a way was taken on a day, from one origin.
type dayDeeds struct {
	day       orrery.Day
	n         uint16
	way       orrery.Strategy
	origin    orrery.Origin
	qualifies bool
}

// count is what all of a group did by a way, by origin.
type count [orrery.Strategies][orrery.Prompted + 1]int

// NewPast returns an empty past. Coming back counts within horizon days; deeds
// after asOf are passed over. groupsOf names the groups of a member by numbers
// below groups, none or several, always the same for the same member.
func NewPast(horizon int, asOf orrery.Day, groups int, groupsOf func(orrery.MemberID) []int) *Past {
	return &Past{horizon: horizon, asOf: asOf, groups: groups, groupsOf: groupsOf, counts: make([]count, 1+groups)}
}

// Add takes in a deed. Order does not matter.
func (p *Past) Add(d Deed) {
	if d.Day > p.asOf || d.Way >= orrery.Strategies || d.Origin > orrery.Prompted {
		return
	}
	if int(d.Member) >= len(p.people) {
		p.people = append(p.people, make([]*person, int(d.Member)+1-len(p.people))...)
	}
	who := p.people[d.Member]
	if who == nil {
		who = &person{first: d.Day, groups: p.groupsOf(d.Member)}
		p.people[d.Member] = who
	}
	who.first = min(who.first, d.Day)
	who.ways |= 1 << d.Way
	p.counts[0][d.Way][d.Origin]++
	for _, g := range who.groups {
		p.counts[1+g][d.Way][d.Origin]++
	}
	// An earlier first day only moves the end of what is needed to earlier days.
	if d.Day >= who.first+FirstDays+orrery.Day(p.horizon) {
		return
	}
	if n := len(who.deeds); n > 0 {
		last := &who.deeds[n-1]
		if last.day == d.Day && last.way == d.Way && last.origin == d.Origin && last.qualifies == d.Qualifies && last.n < math.MaxUint16 {
			last.n++
			return
		}
	}
	who.deeds = append(who.deeds, dayDeeds{d.Day, 1, d.Way, d.Origin, d.Qualifies})
}

// counted returns what a group did: everybody is 0, group g is 1+g.
func (p *Past) counted(at int) Group {
	var g Group
	for way := range orrery.Strategies {
		c := &g.Cells[way]
		c.Origins = p.counts[at][way]
		for _, n := range c.Origins {
			c.Activities += n
		}
		g.Activities += c.Activities
	}
	for who := range p.of(at) {
		g.People++
		for way := range orrery.Strategies {
			if who.ways>>way&1 == 1 {
				g.Cells[way].People++
			}
		}
	}
	if g.Activities > 0 {
		g.OutsidePurchase = 1 - float64(g.Cells[orrery.Commerce].Activities)/float64(g.Activities)
	}
	return g
}

func (p *Past) of(at int) func(yield func(*person) bool) {
	return func(yield func(*person) bool) {
		for _, who := range p.people {
			if who != nil && (at == 0 || slices.Contains(who.groups, at-1)) && !yield(who) {
				return
			}
		}
	}
}

// arrivalDays is over how many days arrivals are counted.
const arrivalDays = 182

// arrivals returns how many people of a group came for the first time in the
// last half year.
func (p *Past) arrivals(at int) (n int) {
	for who := range p.of(at) {
		if p.asOf-who.first < arrivalDays {
			n++
		}
	}
	return n
}

// life is somebody's first weeks, and whether they came back afterwards.
type life struct {
	groups  []int
	arrived orrery.Day
	came    bool
	ways    uint8         // tried in the first weeks
	origin  orrery.Origin // how they came on the first day
	acts    int           // in the first weeks
	days    int           // on which they did something
	own     int           // on which they came by themselves with something meaningful
}

// watched returns the lives of those whose first weeks and horizon are over.
func (p *Past) watched() []life {
	var lives []life
	for _, who := range p.people {
		if who != nil && who.first+FirstDays+orrery.Day(p.horizon)-1 <= p.asOf {
			lives = append(lives, p.life(who))
		}
	}
	return lives
}

func (p *Past) life(who *person) life {
	l := life{groups: who.groups, arrived: who.first}
	var days, own uint32 // a bit for each of the first days
	end := who.first + FirstDays
	for _, d := range who.deeds {
		if d.day >= end {
			l.came = l.came || d.qualifies && d.day < end+orrery.Day(p.horizon)
			continue
		}
		at := d.day - who.first
		days |= 1 << at
		if d.qualifies {
			own |= 1 << at
		}
		if at == 0 {
			l.origin = max(l.origin, d.origin)
		}
		l.ways |= 1 << d.way
		l.acts += int(d.n)
	}
	l.days, l.own = ones(days), ones(own)
	return l
}
