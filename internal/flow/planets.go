package flow

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/store/sqlite"
)

// InOrder returns planets in the order in which people see them: by place, those
// without one behind, and each constellation as a whole where its first planet is.
func InOrder(planets []orrery.Planet) []orrery.Planet {
	place := func(p *orrery.Planet) int {
		if p.Place == 0 {
			return math.MaxInt
		}
		return p.Place
	}
	list := slices.Clone(planets)
	slices.SortFunc(list, func(a, b orrery.Planet) int {
		return cmp.Or(cmp.Compare(place(&a), place(&b)), cmp.Compare(a.ID, b.ID))
	})
	first := map[string]int{}
	for i := range list {
		if _, known := first[list[i].Constellation]; !known {
			first[list[i].Constellation] = i
		}
	}
	slices.SortStableFunc(list, func(a, b orrery.Planet) int { return cmp.Compare(first[a.Constellation], first[b.Constellation]) })
	return list
}

func shown(planets []orrery.Planet) []orrery.Planet {
	return slices.DeleteFunc(InOrder(planets), func(p orrery.Planet) bool { return p.Archived })
}

// Shown lists the planets that people see, in their order: all but archived ones.
func (s *System) Shown() []orrery.Planet {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return shown(s.planets)
}

// SavePlanet changes the title, the constellation and the rhythm of a planet that
// exists. What another rhythm reads by is learned before it is in force.
func (s *System) SavePlanet(ctx context.Context, p orrery.Planet) error {
	if _, err := field.ParseHorizon(p.RhythmDays); err != nil {
		return err
	}
	now, err := planetOf(s.Planets(), p.ID)
	if err != nil {
		return err
	}
	if now.RhythmDays != p.RhythmDays {
		if fitted, err := s.Fitted(ctx, p.ID, field.Horizon(p.RhythmDays)); err != nil {
			return err
		} else if !fitted {
			if err := s.Refit(ctx); err != nil {
				return err
			}
		}
	}
	return s.changePlanets(ctx, func(planets []orrery.Planet) error {
		old, err := planetOf(planets, p.ID)
		if err == nil {
			old.Title, old.Constellation, old.RhythmDays = p.Title, p.Constellation, p.RhythmDays
		}
		return err
	})
}

// Fitted says whether what a planet is read by over a horizon was learned from its
// past, or there is none.
func (s *System) Fitted(ctx context.Context, id orrery.PlanetID, h field.Horizon) (is bool, err error) {
	err = s.Read(ctx, func(st *State) error {
		is = st.Fitted(id, h)
		return nil
	})
	return is, err
}

// Fitted says whether what a planet is read by over a horizon was learned from its
// past, or there is none.
func (st *State) Fitted(id orrery.PlanetID, h field.Horizon) bool {
	_, ok := st.fits[id][h]
	return ok || st.Entries[id] == 0
}

// ArchivePlanet hides a planet or brings it back. Its data stays, and what its
// sources bring goes on arriving. Conflict for the last one that is shown.
func (s *System) ArchivePlanet(ctx context.Context, id orrery.PlanetID, archived bool) error {
	return s.changePlanets(ctx, func(planets []orrery.Planet) error {
		p, err := planetOf(planets, id)
		if err != nil {
			return err
		}
		p.Archived = archived
		if len(shown(planets)) == 0 {
			return orrery.Errorf(orrery.Conflict, "this is the only planet that is shown: name another or bring one back first")
		}
		return nil
	})
}

// MovePlanet puts a planet before the one above it in its constellation, or behind
// the one below; its whole constellation before or behind the next one if so asked.
// At an end nothing happens. Archived ones keep their places beside the others.
func (s *System) MovePlanet(ctx context.Context, id orrery.PlanetID, up, whole bool) error {
	return s.changePlanets(ctx, func(planets []orrery.Planet) error {
		p, err := planetOf(planets, id)
		if err != nil {
			return err
		}
		list := moved(planets, *p, up, whole)
		for i := range list {
			at, _ := planetOf(planets, list[i].ID)
			at.Place = i + 1
		}
		return nil
	})
}

// moved returns planets in the order that follows a move.
func moved(planets []orrery.Planet, p orrery.Planet, up, whole bool) []orrery.Planet {
	var groups [][]orrery.Planet
	for _, one := range InOrder(planets) {
		if n := len(groups); n > 0 && groups[n-1][0].Constellation == one.Constellation {
			groups[n-1] = append(groups[n-1], one)
			continue
		}
		groups = append(groups, []orrery.Planet{one})
	}
	at := slices.IndexFunc(groups, func(g []orrery.Planet) bool { return g[0].Constellation == p.Constellation })
	if whole {
		swapShown(groups, at, up, func(g []orrery.Planet) bool { return len(shown(g)) > 0 })
	} else {
		in := slices.IndexFunc(groups[at], func(one orrery.Planet) bool { return one.ID == p.ID })
		swapShown(groups[at], in, up, func(one orrery.Planet) bool { return !one.Archived })
	}
	return slices.Concat(groups...)
}

// swapShown exchanges an element with the next one above or below that is shown.
func swapShown[T any](list []T, at int, up bool, isShown func(T) bool) {
	step := 1
	if up {
		step = -1
	}
	for next := at + step; next >= 0 && next < len(list); next += step {
		if isShown(list[next]) {
			list[at], list[next] = list[next], list[at]
			return
		}
	}
}

func planetOf(planets []orrery.Planet, id orrery.PlanetID) (*orrery.Planet, error) {
	for i := range planets {
		if planets[i].ID == id {
			return &planets[i], nil
		}
	}
	return nil, orrery.Errorf(orrery.NotFound, "there is no planet %d", id)
}

// changePlanets lets fn change a copy of the planets and stores those that differ.
func (s *System) changePlanets(ctx context.Context, fn func([]orrery.Planet) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	next := s.Planets()
	if err := fn(next); err != nil {
		return err
	}
	return s.changeLocked(ctx, func(tx *sqlite.Tx) error {
		for i, p := range next {
			if p == s.planets[i] {
				continue
			}
			if _, err := tx.PutPlanet(p); err != nil {
				return err
			}
		}
		return nil
	}, func() error {
		s.planets = next
		return nil
	})
}
