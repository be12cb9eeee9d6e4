package flow

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery.dev/orrery"
)

// Hours are the activities of the last year by hour of the week, from Monday at 0 on:
// all in UTC, and by the actors' own clocks those of which a source told how far they
// are from it. An offset of 0 is taken as not told: most platforms write UTC
// whoever acts.
type Hours struct {
	UTC   [7 * 24]uint32 `json:"utc"`
	Local [7 * 24]uint32 `json:"local"`
}

// Zones tells who joins people whose clocks are far apart.
type Zones struct {
	People  int      `json:"people"` // whose clock is known
	Ties    int      `json:"ties"`   // between two of them
	Far     int      `json:"far"`    // of them FarMinutes apart or more
	Bridges []Zoned  `json:"bridges"`
	Offsets []Offset `json:"offsets"` // from west to east
}

// Offset is how many people live so many minutes east of UTC.
type Offset struct {
	Minutes int `json:"minutes"`
	People  int `json:"people"`
}

// Zoned is somebody with ties to people far away.
type Zoned struct {
	Who      orrery.MemberID `json:"who"`
	Minutes  int             `json:"minutes"`
	Ties     int             `json:"ties"` // to people far away
	Strength float64         `json:"strength"`
	With     []int           `json:"with"` // offsets of those, the strongest ties first
}

const (
	hoursDays    = 364
	FarMinutes   = 5 * 60 // from so many minutes on two clocks are far apart
	zonedTold    = 30
	clockActs    = 3 // activities at an offset make it somebody's
	clockWith    = 4 // offsets told of each
	dayMinutes   = 24 * 60
	thursday1970 = 3 // 1970-01-01, counted from Monday
)

func hourOfWeek(seconds int64) int {
	hours := floorDiv(seconds, 3600) + thursday1970*24
	return int(((hours % 168) + 168) % 168)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func (a *arrivals) note(m orrery.MemberID, seconds int64, offset int16) {
	a.hours.UTC[hourOfWeek(seconds)]++
	if offset != 0 {
		a.hours.Local[hourOfWeek(seconds+60*int64(offset))]++
		a.offsets[uint64(m)<<16|uint64(uint16(offset))]++
	}
}

// clocks returns the offset at which each person is most often.
func (a *arrivals) clocks() map[orrery.MemberID]int {
	most := map[orrery.MemberID]uint32{}
	clocks := map[orrery.MemberID]int{}
	for key, n := range a.offsets {
		m, offset := orrery.MemberID(key>>16), int(int16(uint16(key)))
		if n >= clockActs && (n > most[m] || n == most[m] && offset < clocks[m]) {
			most[m], clocks[m] = n, offset
		}
	}
	return clocks
}

// apartMinutes is how far two clocks are apart, the short way around the world.
func apartMinutes(a, b int) int {
	d := a - b
	if d < 0 {
		d = -d
	}
	return min(d, max(0, dayMinutes-d))
}

// bridgeZones finds who joins people whose clocks are far apart, over all planets.
func (s *System) bridgeZones(ctx context.Context, sky *Sky, a *arrivals) error {
	clocks := a.clocks()
	z := &sky.Zones
	z.People = len(clocks)
	people := map[int]int{}
	for _, offset := range clocks {
		people[offset]++
	}
	for offset, n := range people {
		z.Offsets = append(z.Offsets, Offset{offset, n})
	}
	slices.SortFunc(z.Offsets, func(a, b Offset) int { return cmp.Compare(a.Minutes, b.Minutes) })
	if len(clocks) < 2 {
		return nil
	}
	type far struct {
		ties     map[orrery.MemberID]bool
		strength map[int]float64
	}
	of := map[orrery.MemberID]*far{}
	known, apart := map[uint64]bool{}, map[uint64]bool{}
	for _, p := range sky.Planets {
		past, err := s.Ties(ctx, p.ID, sky.Day)
		if err != nil {
			return err
		}
		book := past.Book(sky.Day)
		for i := range book.Ties {
			t := &book.Ties[i]
			x, ok := clocks[t.A]
			y, too := clocks[t.B]
			if !ok || !too || past.Others[t.A] != orrery.Person || past.Others[t.B] != orrery.Person || t.Strength() <= 0 {
				continue
			}
			pair := uint64(t.A)<<32 | uint64(t.B)
			known[pair] = true
			if apartMinutes(x, y) < FarMinutes {
				continue
			}
			apart[pair] = true
			for _, end := range [2]struct {
				who, other orrery.MemberID
				offset     int
			}{{t.A, t.B, y}, {t.B, t.A, x}} {
				f := of[end.who]
				if f == nil {
					f = &far{map[orrery.MemberID]bool{}, map[int]float64{}}
					of[end.who] = f
				}
				f.ties[end.other] = true
				f.strength[end.offset] += t.Strength()
			}
		}
	}
	z.Ties, z.Far = len(known), len(apart)
	for who, f := range of {
		b := Zoned{Who: who, Minutes: clocks[who], Ties: len(f.ties)}
		for offset, strength := range f.strength {
			b.Strength += strength
			b.With = append(b.With, offset)
		}
		slices.SortFunc(b.With, func(x, y int) int { return cmp.Or(cmp.Compare(f.strength[y], f.strength[x]), cmp.Compare(x, y)) })
		b.With = b.With[:min(clockWith, len(b.With))]
		z.Bridges = append(z.Bridges, b)
	}
	// Many far ties and strong ones: neither alone bridges much.
	reach := func(b *Zoned) float64 { return float64(b.Ties) * math.Log1p(b.Strength) }
	slices.SortFunc(z.Bridges, func(a, b Zoned) int { return cmp.Or(cmp.Compare(reach(&b), reach(&a)), cmp.Compare(a.Who, b.Who)) })
	z.Bridges = z.Bridges[:min(zonedTold, len(z.Bridges))]
	return nil
}
