package flow

import (
	"context"
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
)

// arrivals is who was seen where first, and when people are there.
type arrivals struct {
	first   [][]orrery.Day // by planet and member; never where they were not
	hours   Hours
	offsets map[uint64]uint32 // member<<16 | offset in minutes
}

const notSeen = orrery.Day(math.MaxInt32)

// arrivals reads the past once.
func (s *System) arrivals(ctx context.Context, sky *Sky) (*arrivals, error) {
	b, err := s.past(ctx, 0)
	if err != nil {
		return nil, err
	}
	st := b.state
	a := &arrivals{offsets: map[uint64]uint32{}}
	place := map[orrery.PlanetID]int{}
	for i, p := range sky.Planets {
		place[p.ID] = i
		days := make([]orrery.Day, len(st.Members))
		for m := range days {
			days[m] = notSeen
		}
		a.first = append(a.first, days)
	}
	return a, b.journal.Replay(ctx, func(r *journal.Replayed) error {
		silent := make([]bool, len(r.Kinds))
		for i, kind := range r.Kinds {
			rule := st.catalogue.Lookup(kind)
			silent[i] = field.Silent(&rule)
		}
		for row := range r.N {
			m := st.member(r.Identity[row])
			at, ok := place[r.Planet[row]]
			if !ok || m == 0 || silent[r.Kind[row]] || !r.Counts(row) || !st.IsPerson(m) {
				continue
			}
			seconds := floorSeconds(r.AtMicros[row])
			day := orrery.DayOfUnix(seconds)
			if day > sky.Day {
				continue
			}
			a.first[at][m] = min(a.first[at][m], day)
			sky.Planets[at].Activities++
			if sky.Day-day < hoursDays {
				sky.Planets[at].Hours[hourOfWeek(seconds)]++
				a.note(m, seconds, r.Offset[row])
			}
		}
		return nil
	})
}

// paths tells who came from where to where.
func (a *arrivals) paths(sky *Sky, now *stands) (list []Path) {
	n := len(sky.Planets)
	if n < 2 {
		return nil
	}
	opened := make([]orrery.Day, n)
	began := make([]int, len(a.first[0])) // the planet on which each was first seen alone, or −1
	for i := range opened {
		opened[i] = slices.Min(a.first[i])
	}
	for m := range began {
		began[m] = a.began(m)
	}
	for from := range n {
		for to := range n {
			if from == to || opened[from] == notSeen || opened[to] == notSeen {
				continue
			}
			p := Path{From: sky.Planets[from].ID, To: sky.Planets[to].ID}
			var people []nearest
			for m, home := range began {
				came := a.first[to][m]
				if came != notSeen {
					if home == from {
						p.Arrived.add(now.in(to, m))
						people = append(people, nearest{orrery.MemberID(m), float32(came)})
					} else {
						p.Others.add(now.in(to, m))
					}
				}
				if home < 0 || home == to {
					continue
				}
				begin := a.first[home][m]
				if begin < opened[to] {
					continue // there was nothing to come to
				}
				within := func(days orrery.Day) (did, known bool) { return came <= begin+days, begin+days <= sky.Day }
				if did, known := within(365); known && home == from {
					p.Year.add(did)
				} else if known {
					p.Otherwise.add(did)
				}
				if did, known := within(90); known && home == from {
					p.Quarter.add(did)
				}
			}
			for _, c := range []*Came{&p.Quarter, &p.Year, &p.Otherwise, &p.Arrived, &p.Others} {
				c.judge()
			}
			p.People = first(people)
			list = append(list, p)
		}
	}
	return list
}

// began returns the planet on which somebody was first seen; −1 where they were
// notSeen, or on several on that day.
func (a *arrivals) began(m int) int {
	home, day := -1, notSeen
	for i := range a.first {
		switch at := a.first[i][m]; {
		case at < day:
			home, day = i, at
		case at == day && at != notSeen:
			home = -1
		}
	}
	return home
}
