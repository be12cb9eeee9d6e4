package task

import (
	"math"

	"orrery.dev/orrery"
)

// Visit is something that a person did on a day.
type Visit struct {
	Day    orrery.Day
	Origin orrery.Origin
}

// Came is how a person came in some days: each day counts once, by the best that is
// known of it.
type Came struct {
	Days     int // on which they came, the sum of the others
	Alone    int // by themselves
	Drawn    int // drawn by people
	Prompted int // prompted by us
	Unknown  int // the sources do not say
	First    orrery.Day
	Last     orrery.Day
}

// Since counts the days from one to another, both included, on which a person came.
// A day on which they came by themselves counts as that, whatever else they did.
func Since(visits []Visit, from, until orrery.Day) Came {
	best := map[orrery.Day]orrery.Origin{}
	rank := func(o orrery.Origin) int {
		switch o {
		case orrery.Unprompted:
			return 3
		case orrery.Peer:
			return 2
		case orrery.Prompted:
			return 1
		}
		return 0
	}
	for _, v := range visits {
		if v.Day < from || v.Day > until {
			continue
		}
		if was, ok := best[v.Day]; !ok || rank(v.Origin) > rank(was) {
			best[v.Day] = v.Origin
		}
	}
	var c Came
	for day, origin := range best {
		c.Days++
		switch rank(origin) {
		case 3:
			c.Alone++
		case 2:
			c.Drawn++
		case 1:
			c.Prompted++
		default:
			c.Unknown++
		}
		if c.First == 0 || day < c.First {
			c.First = day
		}
		c.Last = max(c.Last, day)
	}
	return c
}

// Turn is which way an orbit went between two days.
type Turn int

// The turns.
const (
	Farther Turn = iota - 1
	Steady
	Closer
)

// steadyPoints is up to how many points of closeness somebody is where they were: an
// orbit that nothing happens in fades by about as much in a week.
const steadyPoints = 3

// Turned tells which way somebody went from one orbit to another, by closeness as it
// is shown.
func Turned(from, to Orbit) Turn {
	switch by := math.Round(to.Closeness) - math.Round(from.Closeness); {
	case by >= steadyPoints:
		return Closer
	case by <= -steadyPoints:
		return Farther
	}
	return Steady
}
