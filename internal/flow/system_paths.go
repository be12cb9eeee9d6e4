package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/interval"
)

// Sky is all planets together on a day: who is around several, how people came from
// one to another, where constellations leak, and when people are there. Lists of
// people hold the nearest SkyListed.
type Sky struct {
	Day            orrery.Day      `json:"day"`
	Then           orrery.Day      `json:"then"` // what people left is told since this day
	People         int             `json:"people"`
	Planets        []SkyPlanet     `json:"planets"`
	Shared         []Shared        `json:"shared"`
	Constellations []Constellation `json:"constellations"`
	Paths          []Path          `json:"paths"`
	Hours          Hours           `json:"hours"`
	Zones          Zones           `json:"zones"`
}

// SkyListed is how many people a list of a Sky holds at most; SkyDays is since how
// long it tells who left.
const (
	SkyListed = 200
	SkyDays   = 90
)

// SkyPlanet is one planet in it.
type SkyPlanet struct {
	ID         orrery.PlanetID      `json:"id"`
	Levels     [orrery.Core + 1]int `json:"levels"`
	Gravity    float64              `json:"gravity"`
	Activities int                  `json:"activities"`
	Hours      [7 * 24]uint32       `json:"hours"` // of the week from Monday 0 h on, UTC
}

// Shared are the people in orbit around two planets.
type Shared struct {
	A       orrery.PlanetID   `json:"a"`
	B       orrery.PlanetID   `json:"b"`
	People  int               `json:"people"`
	Nearest []orrery.MemberID `json:"nearest"`
}

// Constellation is a group of planets with each person counted once.
type Constellation struct {
	Name    string            `json:"name"` // empty: planets without one
	Planets []orrery.PlanetID `json:"planets"`
	People  int               `json:"people"`
	Sum     float64           `json:"sum"`   // of the planets' gravities: people counted as often as they orbit
	Least   float64           `json:"least"` // if who comes to one planet is who comes to the others
	Most    float64           `json:"most"`  // if visits to different planets have nothing to do with each other
	Was     int               `json:"was"`   // in orbit on Sky.Then
	Gone    int               `json:"gone"`  // of them in orbit around none of its planets now
	Leaks   []Leak            `json:"leaks"`
}

// Leak is who left the orbit of a planet, and where they are now: around another
// planet of its constellation, only around one of another, or around none.
type Leak struct {
	Planet    orrery.PlanetID   `json:"planet"`
	Was       int               `json:"was"`
	Stayed    int               `json:"stayed"`
	Near      []orrery.MemberID `json:"near"`
	NearN     int               `json:"near_n"`
	Elsewhere []orrery.MemberID `json:"elsewhere"`
	ElseN     int               `json:"elsewhere_n"`
	Gone      []orrery.MemberID `json:"gone"`
	GoneN     int               `json:"gone_n"`
}

// Path is how many of those who were first seen on one planet came to another.
type Path struct {
	From      orrery.PlanetID   `json:"from"`
	To        orrery.PlanetID   `json:"to"`
	Quarter   Came              `json:"days_90"`
	Year      Came              `json:"days_365"`
	Otherwise Came              `json:"otherwise"` // the same in 365 days, of those first seen on further planets
	Arrived   Came              `json:"arrived"`   // of all who ever came so, who is in orbit of To today
	Others    Came              `json:"others"`    // of all who came to To otherwise
	People    []orrery.MemberID `json:"people"`    // of Arrived, the newest
}

// Came is how many of so many did something, with Wilson's interval of 95 in 100.
type Came struct {
	Of   int     `json:"of"`
	N    int     `json:"n"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Share is N of Of, 0 where there are none.
func (c Came) Share() float64 { return float64(c.N) / float64(max(1, c.Of)) }

func (c *Came) add(did bool) {
	c.Of++
	if did {
		c.N++
	}
}

// judge fills in the interval (Wilson 1927).
func (c *Came) judge() {
	if c.Of == 0 {
		return
	}
	c.Low, c.High = interval.Wilson(c.Share(), float64(c.Of), interval.Of95)
}

// Sky tells all planets together as of a day (0: as screens answer). It reads the whole past twice
// and each planet's ties once, beside changes: seconds to minutes.
func (s *System) Sky(ctx context.Context, asOf orrery.Day) (Sky, error) {
	sky := Sky{Day: asOf}
	planets := s.Shown()
	slices.SortFunc(planets, func(a, b orrery.Planet) int {
		// Planets of a constellation together, those without one last.
		return cmp.Or(compareBools(a.Constellation == "", b.Constellation == ""), cmp.Compare(a.Constellation, b.Constellation), cmp.Compare(a.ID, b.ID))
	})
	if len(planets) == 0 {
		return sky, nil
	}
	if asOf == 0 {
		err := s.Read(ctx, func(st *State) error {
			for _, p := range planets {
				sky.Day = max(sky.Day, s.answerDay(st, p.ID))
			}
			return nil
		})
		if err != nil {
			return sky, err
		}
	}
	sky.Then = sky.Day - SkyDays
	for _, p := range planets {
		sky.Planets = append(sky.Planets, SkyPlanet{ID: p.ID})
	}
	a, err := s.arrivals(ctx, &sky)
	if err != nil {
		return sky, fmt.Errorf("read when people were where: %w", err)
	}
	var then, now *stands
	err = s.Walk(ctx, []orrery.Day{sky.Then, sky.Day}, func(day orrery.Day, st *State) error {
		if day == sky.Then {
			then = standsOf(st, planets, day)
		} else {
			now = standsOf(st, planets, day)
		}
		return nil
	})
	if err != nil {
		return sky, err
	}
	sky.tell(planets, then, now)
	sky.Paths = a.paths(&sky, now)
	sky.Hours, sky.Zones = a.hours, Zones{}
	if err := s.bridgeZones(ctx, &sky, a); err != nil {
		return sky, err
	}
	return sky, nil
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// stands is how everybody stands around every planet on a day.
type stands struct {
	levels  [][]orrery.Level // by planet and member
	chances [][]float32      // that they come by themselves
	gravity []float64
}

func standsOf(st *State, planets []orrery.Planet, day orrery.Day) *stands {
	s := &stands{gravity: make([]float64, len(planets))}
	for i, p := range planets {
		levels, chances := make([]orrery.Level, len(st.Members)), make([]float32, len(st.Members))
		for at := range st.Engine.Standings(p.ID, st.Forecast(p).Closeness, day, st.IsPerson) {
			levels[at.Member], chances[at.Member] = at.Level, float32(at.Closeness/100)
			s.gravity[i] += at.Closeness / 100
		}
		s.levels, s.chances = append(s.levels, levels), append(s.chances, chances)
	}
	return s
}

// in says whether a member is in orbit of a planet.
func (s *stands) in(planet, member int) bool {
	return member < len(s.levels[planet]) && s.levels[planet][member] != orrery.OutOfOrbit
}

// tell fills in who is where and who left.
func (sky *Sky) tell(planets []orrery.Planet, then, now *stands) {
	members := len(now.levels[0])
	n := len(planets)
	shared := make([][]nearest, n*n)
	for i := range planets {
		sky.Planets[i].Gravity = now.gravity[i]
	}
	var groups [][]int
	for i, p := range planets {
		if i == 0 || planets[i-1].Constellation != p.Constellation {
			groups = append(groups, nil)
			sky.Constellations = append(sky.Constellations, Constellation{Name: p.Constellation})
		}
		g := len(groups) - 1
		groups[g] = append(groups[g], i)
		c := &sky.Constellations[g]
		c.Planets, c.Sum = append(c.Planets, p.ID), c.Sum+now.gravity[i]
		c.Leaks = append(c.Leaks, Leak{Planet: p.ID})
	}
	lists := make([][3][]nearest, n)
	for m := 1; m < members; m++ {
		around := 0
		for i := range planets {
			sky.Planets[i].Levels[now.levels[i][m]]++
			if !now.in(i, m) {
				continue
			}
			around++
			for j := range i {
				if now.in(j, m) {
					shared[j*n+i] = append(shared[j*n+i], nearest{orrery.MemberID(m), min(now.chances[i][m], now.chances[j][m])})
				}
			}
		}
		if around > 0 {
			sky.People++
		}
		for g, group := range groups {
			sky.Constellations[g].count(m, group, around, then, now, lists)
		}
	}
	for i := range planets {
		sky.Planets[i].Levels[orrery.OutOfOrbit] = 0 // who never was here is in there too
		for j := range i {
			if list := shared[j*n+i]; len(list) > 0 {
				sky.Shared = append(sky.Shared, Shared{planets[j].ID, planets[i].ID, len(list), first(list)})
			}
		}
	}
	at := 0
	for g := range sky.Constellations {
		for l := range sky.Constellations[g].Leaks {
			leak := &sky.Constellations[g].Leaks[l]
			leak.Near, leak.Elsewhere, leak.Gone = first(lists[at][0]), first(lists[at][1]), first(lists[at][2])
			leak.NearN, leak.ElseN, leak.GoneN = len(lists[at][0]), len(lists[at][1]), len(lists[at][2])
			at++
		}
	}
}

// count adds a member to a constellation.
func (c *Constellation) count(m int, group []int, around int, then, now *stands, lists [][3][]nearest) {
	here, was := 0, false
	most, none := float64(0), 1.0
	for _, i := range group {
		if now.in(i, m) {
			here++
		}
		was = was || then.in(i, m)
		chance := float64(now.chances[i][m])
		most, none = max(most, chance), none*(1-chance)
	}
	c.Least, c.Most = c.Least+most, c.Most+1-none
	if here > 0 {
		c.People++
	}
	if was {
		c.Was++
		if here == 0 {
			c.Gone++
		}
	}
	for l, i := range group {
		if !then.in(i, m) {
			continue
		}
		c.Leaks[l].Was++
		how := 2
		switch {
		case now.in(i, m):
			c.Leaks[l].Stayed++
			continue
		case here > 0:
			how = 0
		case around > 0:
			how = 1
		}
		lists[i][how] = append(lists[i][how], nearest{orrery.MemberID(m), then.chances[i][m]})
	}
}

// nearest is somebody and how near they are, or were.
type nearest struct {
	who    orrery.MemberID
	chance float32
}

// first keeps the nearest.
func first(list []nearest) (ids []orrery.MemberID) {
	slices.SortFunc(list, func(a, b nearest) int { return cmp.Or(cmp.Compare(b.chance, a.chance), cmp.Compare(a.who, b.who)) })
	for _, p := range list[:min(SkyListed, len(list))] {
		ids = append(ids, p.who)
	}
	return ids
}
