package purpose

import (
	"cmp"
	"slices"

	"orrery.dev/orrery"
)

// LatelyDays is over how many days "lately" goes.
const LatelyDays = 90

// Tally is what one measure counted: sums over whole UTC days, and who gave what. It
// depends on the activities alone, not on their order or on how they were split.
type Tally struct {
	Days   []DaySum `json:"days"`   // days on which anything counted, oldest first, those before the start too
	Givers []Giver  `json:"givers"` // who did anything that counted from the start on, by number
}

// DaySum is what one day brought.
type DaySum struct {
	Day        orrery.Day `json:"d"`
	Activities int        `json:"n"`
	Amount     Amount     `json:"a"` // of People: activities
}

// Giver is what one person gave.
type Giver struct {
	Member     orrery.MemberID `json:"m"`
	Amount     Amount          `json:"a"` // of People: activities
	Lately     Amount          `json:"l"` // of it in the last LatelyDays days
	Activities int             `json:"n"`
	First      orrery.Day      `json:"f"`
	Last       orrery.Day      `json:"t"`
}

// Book folds what a measure counts.
type Book struct {
	slug    string
	measure *Measure
	until   orrery.Day
	days    map[orrery.Day]DaySum
	givers  map[orrery.MemberID]Giver
}

// NewBook returns a Book of what a measure of the purpose with a slug counts up to
// the end of a day.
func NewBook(slug string, m *Measure, until orrery.Day) *Book {
	return &Book{slug, m, until, map[orrery.Day]DaySum{}, map[orrery.MemberID]Giver{}}
}

// Add takes an activity in, and says whether it counts.
func (b *Book) Add(a *Act) bool {
	if a.Day > b.until {
		return false
	}
	amount, _, ok := b.measure.Counts(a, b.slug)
	if !ok {
		return false
	}
	d := b.days[a.Day]
	b.days[a.Day] = DaySum{a.Day, d.Activities + 1, d.Amount + amount}
	if a.Day < b.measure.From {
		return true
	}
	g, known := b.givers[a.Member]
	if !known {
		g = Giver{Member: a.Member, First: a.Day, Last: a.Day}
	}
	g.Amount += amount
	if a.Day > b.until-LatelyDays {
		g.Lately += amount
	}
	g.Activities++
	g.First, g.Last = min(g.First, a.Day), max(g.Last, a.Day)
	b.givers[a.Member] = g
	return true
}

// Tally returns what was folded so far.
func (b *Book) Tally() Tally {
	t := Tally{Days: make([]DaySum, 0, len(b.days)), Givers: make([]Giver, 0, len(b.givers))}
	for _, d := range b.days {
		t.Days = append(t.Days, d)
	}
	for _, g := range b.givers {
		t.Givers = append(t.Givers, g)
	}
	t.sort()
	return t
}

func (t *Tally) sort() {
	slices.SortFunc(t.Days, func(a, b DaySum) int { return cmp.Compare(a.Day, b.Day) })
	slices.SortFunc(t.Givers, func(a, b Giver) int { return cmp.Compare(a.Member, b.Member) })
}

// Join adds the tallies of one measure around several planets up. Who gave around two
// is one person.
func Join(tallies ...Tally) Tally {
	var all, out Tally
	for _, t := range tallies {
		all.Days, all.Givers = append(all.Days, t.Days...), append(all.Givers, t.Givers...)
	}
	all.sort()
	for _, d := range all.Days {
		if n := len(out.Days); n > 0 && out.Days[n-1].Day == d.Day {
			last := &out.Days[n-1]
			last.Activities, last.Amount = last.Activities+d.Activities, last.Amount+d.Amount
			continue
		}
		out.Days = append(out.Days, d)
	}
	for _, g := range all.Givers {
		if n := len(out.Givers); n > 0 && out.Givers[n-1].Member == g.Member {
			last := &out.Givers[n-1]
			last.Amount, last.Lately, last.Activities = last.Amount+g.Amount, last.Lately+g.Lately, last.Activities+g.Activities
			last.First, last.Last = min(last.First, g.First), max(last.Last, g.Last)
			continue
		}
		out.Givers = append(out.Givers, g)
	}
	return out
}

// gains returns what each day from the measure's start on added to its figure, oldest
// first: for People, who came for the first time since the start.
func (t *Tally) gains(m *Measure) []DaySum {
	if m.Takes != People {
		i, _ := slices.BinarySearchFunc(t.Days, m.From, func(d DaySum, from orrery.Day) int { return cmp.Compare(d.Day, from) })
		return t.Days[i:]
	}
	first := map[orrery.Day]Amount{}
	for _, g := range t.Givers {
		first[g.First] += One
	}
	list := make([]DaySum, 0, len(first))
	for day, n := range first {
		list = append(list, DaySum{Day: day, Amount: n})
	}
	slices.SortFunc(list, func(a, b DaySum) int { return cmp.Compare(a.Day, b.Day) })
	return list
}

// Activities counts those from the measure's start on.
func (t *Tally) Activities() (n int) {
	for _, g := range t.Givers {
		n += g.Activities
	}
	return n
}
