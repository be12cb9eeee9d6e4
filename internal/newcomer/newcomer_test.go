package newcomer_test

import (
	"math"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/newcomer"
)

const day = 86400

func TestAStepIsToldOnlyOnceItsTimeIsOver(t *testing.T) {
	t.Parallel()
	first := orrery.Day(20000)
	at := first.Time().Unix() + 3600
	one := newcomer.Person{First: at, Asked: at + day, Answered: at + 2*day, Second: first + 1, Back: first + 40}
	for _, c := range []struct {
		name  string
		step  newcomer.Step
		until int64
		known bool
	}{
		{"asked, a second before a week is over", newcomer.Asked, at + 7*day - 1, false},
		{"asked, after a week", newcomer.Asked, at + 7*day, true},
		{"answered, a second before 30 days since they asked", newcomer.Answered, at + 31*day - 1, false},
		{"answered, after 30 days", newcomer.Answered, at + 31*day, true},
		{"a second day, before the thirtieth after the first is over", newcomer.Second, (first + 31).Time().Unix() - 1, false},
		{"a second day, once it is over", newcomer.Second, (first + 31).Time().Unix(), true},
		{"a return, before the sixtieth day after those is over", newcomer.Returned, (first + 91).Time().Unix() - 1, false},
		{"a return, once it is over", newcomer.Returned, (first + 91).Time().Unix(), true},
	} {
		p := newcomer.Past{Until: c.until, Later: 60}
		counts, known, done := p.Took(&one, c.step)
		if !counts || known != c.known || !done {
			t.Errorf("%s: counts %v, known %v, done %v; want known %v", c.name, counts, known, done, c.known)
		}
	}
	if counts, _, _ := (&newcomer.Past{}).Took(&newcomer.Person{First: at}, newcomer.Answered); counts {
		t.Error("who said nothing that can be answered counts as unanswered")
	}
}

func TestYoungPeopleAreInNoRate(t *testing.T) {
	t.Parallel()
	now := orrery.Day(20100).Time().Unix()
	p := newcomer.Past{Until: now, Later: 60}
	for i := range 40 {
		one := newcomer.Person{Member: orrery.MemberID(i + 1), First: now - int64(200-i)*day}
		if i%2 == 0 {
			one.Second = one.Day() + 3
		}
		if i >= 20 { // came last week, each on a second day already
			one.First, one.Second = now-5*day, orrery.DayOfUnix(now-4*day)
		}
		p.People = append(p.People, one)
	}
	got := p.Tally(nil).Of(newcomer.Second)
	if got != (newcomer.Cell{Known: 20, Done: 10, Young: 20}) {
		t.Errorf("got %+v, want 10 of 20, and 20 too young", got)
	}
	young := p.Group(1, func(one *newcomer.Person) int {
		if one.First > now-10*day {
			return 0
		}
		return -1
	})[0].Of(newcomer.Second)
	if !young.TooYoung() || young.Tells() {
		t.Errorf("of a week that is too young a rate is told: %+v", young)
	}
}

// Wilson's interval of 15 of 20 in 90 of 100 cases: with z = 1.644854 the middle is
// (.75 + z²/40)/(1 + z²/20) = .817639/1.135277 = .720211, and half its width
// z/1.135277 · √(.75·.25/20 + z²/1600) = 1.448856 · .105195 = .152412.
func TestSharesHaveWilsonsInterval(t *testing.T) {
	t.Parallel()
	low, high := newcomer.Cell{Known: 20, Done: 15}.Between()
	if math.Abs(low-.567798) > 1e-5 || math.Abs(high-.872623) > 1e-5 {
		t.Errorf("got %.6f to %.6f", low, high)
	}
	if low, high := (newcomer.Cell{}).Between(); low != 0 || high != 1 {
		t.Errorf("of nobody got %v to %v, want all of 0 to 1", low, high)
	}
	if (newcomer.Cell{Known: 9, Done: 9}).Tells() || !(newcomer.Cell{Known: 10}).Tells() {
		t.Error("a rate is told of ten people or more")
	}
}

func TestTimesAreThoseWithinWhichHalfAndNineInTenWereAnswered(t *testing.T) {
	t.Parallel()
	now := orrery.Day(20100).Time().Unix()
	p := newcomer.Past{Until: now}
	for i := range 10 {
		at := now - 100*day
		p.People = append(p.People, newcomer.Person{First: at, Asked: at, Answered: at + int64(10-i)*60})
	}
	p.People = append(p.People, newcomer.Person{First: now - day, Asked: now - day, Answered: now - 1}) // too young to be counted
	got := p.Tally(nil)
	if got.Half != 5*time.Minute || got.Most != 9*time.Minute || !got.Times() {
		t.Errorf("half within %v, nine in ten within %v; want 5 and 9 minutes", got.Half, got.Most)
	}
}

func TestWhoWaitsIsListedTheNewestFirst(t *testing.T) {
	t.Parallel()
	p := newcomer.Past{Until: 100 * day, People: []newcomer.Person{
		{Member: 1, Asked: 90 * day},
		{Member: 2, Asked: 95 * day},
		{Member: 3, Asked: 96 * day, Answered: 97 * day},
		{Member: 4, Asked: 60 * day},
		{Member: 5},
	}}
	got := p.Unanswered(30)
	if len(got) != 2 || got[0].Member != 2 || got[1].Member != 1 {
		t.Errorf("got %+v, want the second and the first", got)
	}
}
