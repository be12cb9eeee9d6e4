// Package repulsion tells what pushes people away from a planet: how much of it
// there is week by week, whether it grew, around which things it rose, and who
// keeps coming in spite of it.
//
// It is an axis of its own: nothing here is taken off anybody's closeness. It says
// around what repulsion rose and never what caused it, and it judges what people
// did, not people. It stores nothing and knows no texts: things stand by their
// numbers.
//
// Package flow feeds it the journal's activities; read models read its Report.
// Everything depends on its arguments alone.
package repulsion

import (
	"cmp"
	"math/bits"
	"slices"

	"orrery.dev/orrery"
)

// Days that a report looks at: the newest and those before them that they are
// compared with, and all.
const (
	Span  = 90
	Whole = 2 * 364 // two years of whole weeks
)

// Act is one activity of somebody's own around a planet.
type Act struct {
	Day    orrery.Day
	Who    orrery.MemberID
	Kind   string
	On     uint64 // the object; 0: none
	In     uint64 // the conversation; 0: none
	Block  orrery.BlockSeq
	Row    uint32
	Repels bool
	Own    bool // meaningful, and of their own accord
}

// Deed is an activity that repels, kept so that its texts can be opened.
type Deed struct {
	Day   orrery.Day      `json:"day"`
	Who   orrery.MemberID `json:"who"`
	Kind  uint16          `json:"kind"` // a place in Report.Kinds
	On    uint64          `json:"on,omitempty"`
	In    uint64          `json:"in,omitempty"`
	Block orrery.BlockSeq `json:"block"`
	Row   uint32          `json:"row"`
}

// Counts are the activities that repel in some days, the people behind them and
// how many people were active at all.
type Counts struct {
	Acts   int `json:"acts"`
	People int `json:"people"`
	Active int `json:"active"`
}

// Week is one week from a Monday on.
type Week struct {
	Monday orrery.Day `json:"monday"`
	Counts
}

// Group is how much repels some people: everybody, a circle, those whom a partner
// brought.
type Group struct {
	Weeks  []Week `json:"weeks"` // oldest first, without a gap, the last one may be under way
	All    Counts `json:"all"`   // of the days from Report.Since on
	Now    Counts `json:"now"`   // of the last Span days
	Before Counts `json:"before"`
	Growth Growth `json:"growth"`
}

// Person is somebody who was pushed away, and whether they came since.
type Person struct {
	Who  orrery.MemberID `json:"who"`
	Acts int             `json:"acts"`
	Last orrery.Day      `json:"last"`
	Came int             `json:"came"` // days since then on which they came by themselves, up to 128 days back
}

// KindCount is how often something was done that repels.
type KindCount struct {
	Kind   string `json:"kind"`
	Now    int    `json:"now"`
	Before int    `json:"before"`
	All    int    `json:"all"`
}

// Report is what is known of a planet's repulsion as of a day.
type Report struct {
	AsOf      orrery.Day  `json:"as_of"`
	Since     orrery.Day  `json:"since"` // the first day that it looks at
	Everybody Group       `json:"everybody"`
	Groups    []Group     `json:"groups"` // in the order of their numbers
	Kinds     []KindCount `json:"kinds"`
	Bursts    []Burst     `json:"bursts"` // surest first
	Tested    int         `json:"tested"` // how many things and days could have shown one
	People    []Person    `json:"people"` // who was pushed last first
	Deeds     []Deed      `json:"deeds"`  // newest first
}

// Past gathers a planet's activities. It keeps 16 bytes for each of the last two
// years that is about something, and is not safe for concurrent use.
type Past struct {
	asOf, since orrery.Day
	groups      int
	groupsOf    func(orrery.MemberID) []int

	deeds    []Deed
	kinds    []KindCount
	kindOf   map[string]uint16
	presence []presence
	active   []uint64                       // who<<32 | day since the first, of everybody, sorted when told
	came     map[orrery.MemberID]*[2]uint64 // days before asOf on which they came by themselves
}

// presence is somebody at a thing on a day.
type presence struct {
	thing  uint64 // the lowest bit tells a conversation from an object
	who    orrery.MemberID
	day    int16 // since the first
	repels bool
}

// NewPast begins a report as of a day, of people in groups that groupsOf numbers
// below groups.
func NewPast(asOf orrery.Day, groups int, groupsOf func(orrery.MemberID) []int) *Past {
	since := monday(asOf) + 7 - Whole
	return &Past{asOf: asOf, since: since, groups: groups, groupsOf: groupsOf, kindOf: map[string]uint16{}, came: map[orrery.MemberID]*[2]uint64{}}
}

func monday(d orrery.Day) orrery.Day { return d - (d+3)%7 } // 1970-01-01 was a Thursday

// Add takes an activity in, in any order. What is older than Whole days or later
// than the report's day is passed over.
func (p *Past) Add(a Act) {
	if a.Day < p.since || a.Day > p.asOf {
		return
	}
	day := a.Day - p.since
	p.active = append(p.active, uint64(a.Who)<<32|uint64(day))
	if len(p.active) == cap(p.active) {
		slices.Sort(p.active)
		p.active = slices.Compact(p.active)
		p.active = slices.Grow(p.active, max(1<<12, len(p.active)))
	}
	for i, thing := range [2]uint64{a.On, a.In} {
		if thing != 0 {
			p.presence = append(p.presence, presence{thing&^1 | uint64(i), a.Who, int16(day), a.Repels})
		}
	}
	if age := p.asOf - a.Day; a.Own && !a.Repels && age < 128 {
		bits := p.came[a.Who]
		if bits == nil {
			bits = &[2]uint64{}
			p.came[a.Who] = bits
		}
		bits[age/64] |= 1 << (age % 64)
	}
	if !a.Repels {
		return
	}
	kind, ok := p.kindOf[a.Kind]
	if !ok {
		kind = uint16(len(p.kinds))
		p.kindOf[a.Kind] = kind
		p.kinds = append(p.kinds, KindCount{Kind: a.Kind})
	}
	p.deeds = append(p.deeds, Deed{Day: a.Day, Who: a.Who, Kind: kind, On: a.On, In: a.In, Block: a.Block, Row: a.Row})
}

// Report tells what was gathered.
func (p *Past) Report() Report {
	slices.Sort(p.active)
	p.active = slices.Compact(p.active)
	slices.SortFunc(p.deeds, func(a, b Deed) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(a.Block, b.Block), cmp.Compare(a.Row, b.Row))
	})
	r := Report{AsOf: p.asOf, Since: p.since, Deeds: p.deeds}
	p.count(&r)
	r.People = p.people()
	for i := range p.deeds {
		k := &p.kinds[p.deeds[i].Kind]
		k.All++
		switch age := p.asOf - p.deeds[i].Day; {
		case age < Span:
			k.Now++
		case age < 2*Span:
			k.Before++
		}
	}
	r.Kinds = p.kinds
	r.Bursts, r.Tested = p.bursts()
	return r
}

// people lists who was pushed away, and on how many days they came since.
func (p *Past) people() []Person {
	place := map[orrery.MemberID]int{}
	var list []Person
	for i := range p.deeds { // newest first
		d := &p.deeds[i]
		at, ok := place[d.Who]
		if !ok {
			at = len(list)
			place[d.Who] = at
			list = append(list, Person{Who: d.Who, Last: d.Day})
		}
		list[at].Acts++
	}
	for i := range list {
		if days := p.came[list[i].Who]; days != nil {
			list[i].Came = newer(days, int(p.asOf-list[i].Last))
		}
	}
	return list
}

// newer counts the days that are less than so many days old.
func newer(days *[2]uint64, age int) int {
	switch {
	case age >= 128:
		return bits.OnesCount64(days[0]) + bits.OnesCount64(days[1])
	case age >= 64:
		return bits.OnesCount64(days[0]) + bits.OnesCount64(days[1]&(1<<(age-64)-1))
	}
	return bits.OnesCount64(days[0] & (1<<age - 1))
}
