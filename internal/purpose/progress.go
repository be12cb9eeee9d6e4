package purpose

import (
	"math"

	"orrery.dev/orrery"
)

// Verdict says how a measure stands beside its expected line.
type Verdict uint8

// The verdicts.
const (
	NotBegun Verdict = iota // the start lies ahead
	Early                   // too few weeks are over to say
	Behind
	OnTheWay // as near to the line as a week's ups and downs allow
	Ahead
	Reached
	Missed // the date is over and the target was not reached
)

var verdictNames = [...]string{"not_begun", "early", "behind", "on_the_way", "ahead", "reached", "missed"}

// String returns the verdict's name.
func (v Verdict) String() string { return verdictNames[min(int(v), len(verdictNames)-1)] }

// MarshalText writes v by its name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Progress is how a measure stands at the end of a day.
type Progress struct {
	Measure    *Measure
	AsOf       orrery.Day
	Value      Amount
	Expected   Amount // by now
	Gap        Amount // Value − Expected
	Slack      Amount // a gap of up to so much says nothing
	Verdict    Verdict
	ReachedOn  orrery.Day // where Reached
	People     int
	Activities int
	Line       *Line
	Points     []Point // the figure after each day that changed it, oldest first
	Pace       Pace
}

// Point is the figure at the end of a day.
type Point struct {
	Day   orrery.Day
	Value Amount
}

// Pace says when the target would be reached if the coming weeks were like the last.
type Pace struct {
	Weeks      int     // that it rests on; 0: there are too few to say
	PerWeek    float64 // Amount a week, in a week that is like the mean of a year
	On         orrery.Day
	Soon, Late orrery.Day // in eight of ten cases between
	Never      bool       // not within ten years after the target's date: On is 0
	LateNever  bool       // Late is 0
}

const (
	paceWeeks  = 8
	leastWeeks = 3
	leastSlack = .02 // of the target
)

// students are the quantiles at 90 % of Student's t by degrees of freedom from 2 on:
// between two of them lie eight of ten cases.
var students = [...]float64{1.886, 1.638, 1.533, 1.476, 1.440, 1.415}

// Reckon tells how a measure stands at the end of a day.
func Reckon(m *Measure, t *Tally, asOf orrery.Day) Progress {
	p := Progress{Measure: m, AsOf: asOf, Line: Expect(m, t), People: len(t.Givers), Activities: t.Activities()}
	gains := t.gains(m)
	for _, d := range gains {
		p.Value += d.Amount
		p.Points = append(p.Points, Point{d.Day, p.Value})
		if p.Value >= m.Target && p.ReachedOn == 0 {
			p.ReachedOn = d.Day
		} else if p.Value < m.Target {
			p.ReachedOn = 0 // taken back
		}
	}
	p.Expected = p.Line.At(asOf)
	p.Gap = p.Value - p.Expected
	weeks := p.weeks(gains)
	p.Slack = slack(m, weeks, p.Line, asOf)
	p.Verdict = p.judge()
	if p.Verdict != Reached && p.Verdict != NotBegun {
		p.Pace = p.pace(weeks)
	}
	return p
}

func (p *Progress) judge() Verdict {
	switch {
	case p.Value >= p.Measure.Target:
		return Reached
	case p.AsOf < p.Measure.From:
		return NotBegun
	case p.AsOf > p.Measure.By:
		return Missed
	case p.AsOf-p.Measure.From+1 < 14:
		return Early
	case p.Gap < -p.Slack:
		return Behind
	case p.Gap > p.Slack:
		return Ahead
	default:
		return OnTheWay
	}
}

// A week is what seven days brought, and what part of the line they are.
type week struct {
	amount float64
	weight float64 // 1 is a week like the mean of a year
}

// weeks cuts the time since the start into whole weeks that end today, the latest
// first.
func (p *Progress) weeks(gains []DaySum) []week {
	n := int(p.AsOf-p.Measure.From+1) / 7
	if n <= 0 {
		return nil
	}
	list := make([]week, n)
	for i := range list {
		end := p.AsOf - orrery.Day(7*i)
		list[i].weight = (p.Line.upTo(end) - p.Line.upTo(end-7)) / 7
	}
	for _, d := range gains {
		if i := int(p.AsOf-d.Day) / 7; d.Day <= p.AsOf && i < n {
			list[i].amount += float64(d.Amount)
		}
	}
	return list
}

// rate returns the mean of some weeks and the variance of a week, both of a week of
// weight 1, and how many such weeks they are together.
func rate(weeks []week) (mean, variance, weight float64) {
	var amount float64
	for _, w := range weeks {
		amount, weight = amount+w.amount, weight+w.weight
	}
	if weight <= 0 {
		return 0, 0, 0
	}
	mean = amount / weight
	for _, w := range weeks {
		off := w.amount - mean*w.weight
		variance += off * off / max(w.weight, evenShare)
	}
	return mean, variance / float64(len(weeks)-1), weight
}

// slack is how far the figure strays from its line by the ups and downs of weeks
// alone: one standard deviation of their sum, and a fiftieth of the target at least.
func slack(m *Measure, weeks []week, l *Line, asOf orrery.Day) Amount {
	least := leastSlack * float64(m.Target)
	if len(weeks) >= leastWeeks {
		_, variance, _ := rate(weeks)
		least = max(least, math.Sqrt(variance*l.upTo(min(asOf, m.By))/7))
	}
	return Amount(math.Round(least))
}

// pace looks ahead: the mean of so many weeks is itself uncertain, and the weeks to
// come will differ.
func (p *Progress) pace(weeks []week) Pace {
	if len(weeks) < leastWeeks {
		return Pace{}
	}
	weeks = weeks[:min(paceWeeks, len(weeks))]
	mean, variance, weight := rate(weeks)
	out := Pace{Weeks: len(weeks), PerWeek: mean, Never: true, LateNever: true}
	if mean <= 0 {
		return out
	}
	t := students[len(weeks)-leastWeeks]
	left, from := float64(p.Measure.Target-p.Value), p.Line.upTo(p.AsOf)
	for day := p.AsOf + 1; day < p.Line.begin+orrery.Day(len(p.Line.sums)); day++ {
		ahead := (p.Line.upTo(day) - from) / 7
		stray := t * math.Sqrt(variance*(ahead+ahead*ahead/weight))
		if out.Soon == 0 && mean*ahead+stray >= left {
			out.Soon = day
		}
		if out.On == 0 && mean*ahead >= left {
			out.On, out.Never = day, false
		}
		if mean*ahead-stray >= left {
			out.Late, out.LateNever = day, false
			break
		}
	}
	return out
}
