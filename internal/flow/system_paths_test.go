package flow

import (
	"math"
	"testing"

	"orrery.dev/orrery"
)

func TestHoursOfTheWeekBeginOnMonday(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]int{
		0:                 3 * 24,    // Thursday, 1970-01-01
		4 * 86400:         0,         // Monday, 1970-01-05
		4*86400 - 1:       6*24 + 23, // the hour before
		-3 * 86400:        0,         // Monday, 1969-12-29
		5*86400 + 13*3600: 1*24 + 13, // Tuesday at one
	} {
		if got := hourOfWeek(seconds); got != want {
			t.Errorf("%d seconds after 1970: got hour %d, want %d", seconds, got, want)
		}
	}
}

func TestClocksAreApartTheShortWayAround(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, want int }{{60, -300, 360}, {-600, 720, 120}, {60, 60, 0}, {330, 60, 270}} {
		if got := apartMinutes(c.a, c.b); got != c.want {
			t.Errorf("%d and %d: got %d minutes, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestSharesHaveWilsonsInterval(t *testing.T) {
	t.Parallel()
	c := Came{Of: 80, N: 12}
	c.judge()
	if math.Abs(c.Low-.0880) > .001 || math.Abs(c.High-.2438) > .001 { // Newcombe 1998's formula by hand
		t.Errorf("12 of 80: got %.4f to %.4f", c.Low, c.High)
	}
	if none := (Came{}); none.Share() != 0 {
		t.Error("a share of nobody")
	}
}

// Five people and two planets, all there on day 0 but for who comes later: 1 and 2
// are first seen on the first planet, 1 came to the second after 40 days and 2 after
// 200; 3 begins on the second; 4 was seen on both on one day; 5 came to the first too
// late to be watched for a year.
func TestPathsAreOfThoseFirstSeenOnOnePlanet(t *testing.T) {
	t.Parallel()
	const u = notSeen
	a := &arrivals{first: [][]orrery.Day{{u, 0, 10, 50, 5, 900}, {u, 40, 210, 0, 5, u}}}
	sky := &Sky{Day: 1000, Planets: []SkyPlanet{{ID: 1}, {ID: 2}}}
	now := &stands{levels: [][]orrery.Level{make([]orrery.Level, 6), {0, orrery.Edge, 0, orrery.Core, 0, 0}}}
	paths := a.paths(sky, now)
	if len(paths) != 2 {
		t.Fatalf("got %d paths, want both ways", len(paths))
	}
	p := paths[0]
	if p.Quarter.N != 1 || p.Quarter.Of != 3 || p.Year.N != 2 || p.Year.Of != 2 {
		t.Errorf("in 90 days %d of %d, in 365 %d of %d; want 1 of 3 and 2 of 2", p.Quarter.N, p.Quarter.Of, p.Year.N, p.Year.Of)
	}
	if p.Arrived.Of != 2 || p.Arrived.N != 1 || p.Others.Of != 2 || p.Others.N != 1 {
		t.Errorf("arrived %+v, others %+v; want 1 of 2 and 1 of 2 in orbit", p.Arrived, p.Others)
	}
	if len(p.People) != 2 || p.People[0] != 2 {
		t.Errorf("people %v, want who came last first", p.People)
	}
}

// Two planets of a constellation and one of another; each person's levels then and
// now say where they went.
func TestLeaksTellWhereWhoLeftIsNow(t *testing.T) {
	t.Parallel()
	planets := []orrery.Planet{{ID: 1, Constellation: "c"}, {ID: 2, Constellation: "c"}, {ID: 3, Constellation: "d"}}
	e := orrery.Edge
	then := &stands{levels: [][]orrery.Level{{0, e, e, e, e}, {0, 0, e, 0, 0}, {0, 0, 0, 0, 0}}}
	now := &stands{levels: [][]orrery.Level{{0, e, 0, 0, 0}, {0, 0, e, 0, 0}, {0, 0, 0, e, 0}}, gravity: []float64{.5, .5, .5}}
	for _, s := range []*stands{then, now} {
		for range planets {
			s.chances = append(s.chances, []float32{0, .5, .5, .5, .5})
		}
	}
	sky := &Sky{Planets: []SkyPlanet{{ID: 1}, {ID: 2}, {ID: 3}}}
	sky.tell(planets, then, now)
	l := sky.Constellations[0].Leaks[0]
	if l.Was != 4 || l.Stayed != 1 || l.NearN != 1 || l.ElseN != 1 || l.GoneN != 1 || l.Near[0] != 2 || l.Elsewhere[0] != 3 || l.Gone[0] != 4 {
		t.Errorf("got %+v, want one of each", l)
	}
	c := sky.Constellations[0]
	if c.Was != 4 || c.Gone != 2 || c.People != 2 {
		t.Errorf("of the constellation %d were in orbit, %d left, %d are there; want 4, 2, 2", c.Was, c.Gone, c.People)
	}
	// Two chances of a half: at least a half, at most three quarters of each of four.
	if c.Least != 2 || c.Most != 3 {
		t.Errorf("gravity %v to %v, want 2 to 3", c.Least, c.Most)
	}
	if sky.People != 3 || len(sky.Shared) != 0 {
		t.Errorf("%d people, %v shared; want 3 and none", sky.People, sky.Shared)
	}
}
