// Package newcomer follows people from their first activity around a planet on:
// whether they said something that can be answered, whether and when somebody
// answered, whether they acted a second time, whether they return. It counts them
// by cohort, and tells of a step only once its time is over for whoever it counts.
//
// It is no judge of what helps: who was answered may differ from who was not in much
// else. It is pure: no clock, no chance, no files. Package flow reads a planet's past
// into people; package view and the command line read the tallies.
package newcomer

import (
	"cmp"
	"math"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/interval"
)

// How long each step may take, in days.
const (
	AskDays    = 7  // after the first activity, within which what can be answered is looked for
	AnswerDays = 30 // after that, within which an answer is
	SecondDays = 30 // after the first day, within which a second day is
	LaterDays  = 60 // after those, at least, within which a return is; a planet's rhythm where that is longer
)

// LeastCell is the least number of people of whom a rate is told.
const LeastCell = 10

// Step is one of what may follow a first activity.
type Step uint8

// The steps.
const (
	Asked    Step = iota // said something that can be answered
	Answered             // of those: somebody answered
	Second               // acted on a second day
	Returned             // came by themselves with something meaningful after the first weeks
	Steps
)

var stepNames = [Steps]string{"asked", "answered", "second", "returned"}

// String writes asked, answered, second or returned.
func (s Step) String() string { return stepNames[s] }

// ParseStep reads a step's name.
func ParseStep(text string) (Step, error) {
	if at := slices.Index(stepNames[:], text); at >= 0 {
		return Step(at), nil
	}
	return 0, orrery.Errorf(orrery.Invalid, "%q is no step of a newcomer: there are asked, answered, second and returned", text)
}

// Person is what is known of one newcomer. Times are seconds since 1970.
type Person struct {
	Member   orrery.MemberID `json:"m"`
	First    int64           `json:"f"` // their first activity
	Way      orrery.Strategy `json:"w,omitempty"`
	Source   int             `json:"s,omitempty"` // of the first activity: a place in Past.Sources
	Partner  int             `json:"p,omitempty"` // who brought them: a place and 1; 0: no partner
	Asked    int64           `json:"q,omitempty"` // the first thing that can be answered; 0: none
	Thread   uint64          `json:"t,omitempty"` // the conversation that it is in; 0: on a thing
	Answered int64           `json:"a,omitempty"` // 0: by nobody
	By       orrery.MemberID `json:"b,omitempty"` // who answered
	Team     bool            `json:"u,omitempty"` // who is one of us
	Block    orrery.BlockSeq `json:"k,omitempty"` // where what they asked lies
	Row      uint32          `json:"o,omitempty"`
	Again    bool            `json:"g,omitempty"` // acted within SecondDays after the first AskDays since they asked
	Second   orrery.Day      `json:"d,omitempty"` // the second day that they acted on, within SecondDays
	Back     orrery.Day      `json:"r,omitempty"` // the first day of their return
}

// Day is the day of the first activity.
func (p *Person) Day() orrery.Day { return orrery.DayOfUnix(p.First) }

// Past is what is known of a planet's newcomers at a moment.
type Past struct {
	Until   int64      `json:"until"` // what happened from this second on is not known
	Since   orrery.Day `json:"since"` // who came first on this day or later is in it
	Later   int        `json:"later"` // how many days after the first weeks a return counts
	Sources []string   `json:"sources"`
	People  []Person   `json:"people"` // by when they came, and by number
}

// Sort brings the people into their order.
func (p *Past) Sort() {
	slices.SortFunc(p.People, func(a, b Person) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Member, b.Member))
	})
}

// Later is how many days after their first weeks a return counts, around a planet of
// such a rhythm.
func Later(rhythmDays int) int { return max(LaterDays, rhythmDays) }

const secondsADay = 86400

// Took tells whether somebody took a step. What is not known before its time is
// over: an early yes does not count before an early no could, or young cohorts would
// look better than they are. Counts is false for who the step is not asked of.
func (p *Past) Took(one *Person, s Step) (counts, known, done bool) {
	switch s {
	case Asked:
		return true, one.First+AskDays*secondsADay <= p.Until, one.Asked != 0
	case Answered:
		if one.Asked == 0 {
			return false, false, false
		}
		return true, one.Asked+AnswerDays*secondsADay <= p.Until, one.Answered != 0
	case Second:
		return true, p.over(one.Day() + SecondDays), one.Second != 0
	}
	return true, p.over(one.Day() + SecondDays + orrery.Day(p.Later)), one.Back != 0
}

func (p *Past) over(day orrery.Day) bool { return (day + 1).Time().Unix() <= p.Until }

// Cell is how many of some people took a step.
type Cell struct {
	Known int `json:"known"` // whose time for it is over
	Done  int `json:"done"`  // of those
	Young int `json:"young"` // whose time is not
}

// Tells says whether a rate is told: of LeastCell people or more.
func (c Cell) Tells() bool { return c.Known >= LeastCell }

// TooYoung says whether nobody's time is over yet.
func (c Cell) TooYoung() bool { return c.Known == 0 && c.Young > 0 }

// Whole says whether everybody's time is over.
func (c Cell) Whole() bool { return c.Young == 0 }

// Share is Done of Known, 0 where there is nobody.
func (c Cell) Share() float64 { return float64(c.Done) / float64(max(1, c.Known)) }

// Between returns the bounds between which the share lies in 90 of 100 cases:
// Wilson's interval (1927).
func (c Cell) Between() (low, high float64) {
	return interval.Wilson(c.Share(), float64(c.Known), interval.Of90)
}

// Tally is what became of some newcomers.
type Tally struct {
	Came  int           `json:"came"`
	Steps [Steps]Cell   `json:"steps"`
	Half  time.Duration `json:"half"` // within which half of those answered were
	Most  time.Duration `json:"most"` // within which nine in ten of them were
	Team  int           `json:"team"` // of those answered, by one of us
	waits []int64       // of those answered, in seconds
}

// Of returns what became of a step.
func (t Tally) Of(s Step) Cell { return t.Steps[s] }

// Times says whether Half and Most are told: of LeastCell answers or more.
func (t Tally) Times() bool { return t.Steps[Answered].Done >= LeastCell }

// Tally counts the people that belong; nil: all.
func (p *Past) Tally(belongs func(*Person) bool) Tally {
	var t Tally
	for i := range p.People {
		if one := &p.People[i]; belongs == nil || belongs(one) {
			p.count(&t, one)
		}
	}
	t.close()
	return t
}

// Group counts people by a key, 0 up to below n; those of others are left out.
func (p *Past) Group(n int, key func(*Person) int) []Tally {
	list := make([]Tally, n)
	for i := range p.People {
		if k := key(&p.People[i]); k >= 0 && k < n {
			p.count(&list[k], &p.People[i])
		}
	}
	for i := range list {
		list[i].close()
	}
	return list
}

func (p *Past) count(t *Tally, one *Person) {
	t.Came++
	for s := range Steps {
		counts, known, done := p.Took(one, s)
		c := &t.Steps[s]
		switch {
		case !counts:
		case !known:
			c.Young++
		default:
			c.Known++
			if done {
				c.Done++
			}
			if done && s == Answered {
				t.waits = append(t.waits, one.Answered-one.Asked)
				if one.Team {
					t.Team++
				}
			}
		}
	}
}

// close reckons the times.
func (t *Tally) close() {
	slices.Sort(t.waits)
	t.Half, t.Most = within(t.waits, .5), within(t.waits, .9)
	t.waits = nil
}

// within returns the least time within which such a share of the waits, which rise,
// was over.
func within(waits []int64, share float64) time.Duration {
	if len(waits) == 0 {
		return 0
	}
	at := int(math.Ceil(share*float64(len(waits)))) - 1
	return time.Duration(waits[max(0, at)]) * time.Second
}

// Unanswered lists who waits for a first answer, whoever asked last first: who said
// something that can be answered within so many days before the end, and was not.
func (p *Past) Unanswered(days int) (list []*Person) {
	for i := range p.People {
		if one := &p.People[i]; one.Asked != 0 && one.Answered == 0 && one.Asked > p.Until-int64(days)*secondsADay {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b *Person) int { return cmp.Or(cmp.Compare(b.Asked, a.Asked), cmp.Compare(a.Member, b.Member)) })
	return list
}
