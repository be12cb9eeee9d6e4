package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
)

// Walk hands fn the state as it was at the end of each of some days, oldest
// first, seen with today's identities and catalogue. The state is built once,
// for the first day, and moved on from there. fn must not keep it.
func (s *System) Walk(ctx context.Context, days []orrery.Day, fn func(orrery.Day, *State) error) error {
	days = slices.Clone(days)
	slices.Sort(days)
	days = slices.Compact(days)
	if len(days) == 0 {
		return nil
	}
	b, err := s.past(ctx, days[len(days)-1])
	if err != nil {
		return err
	}
	rows, err := b.build(ctx, days[0])
	if err != nil {
		return err
	}
	st := b.state
	for _, day := range days {
		n, _ := slices.BinarySearchFunc(rows, day, func(r field.Row, day orrery.Day) int { return cmp.Compare(r.Day, day+1) })
		if late := st.Engine.Apply(rows[:n]); len(late) > 0 {
			return fmt.Errorf("walk through the past: %d activities out of order", len(late))
		}
		rows = rows[n:]
		st.AsOf = day
		if err := fn(day, st); err != nil {
			return err
		}
	}
	return nil
}

// Origins counts the activities of a planet's people between two days, both
// included, by what brought them about.
func (s *System) Origins(ctx context.Context, planet orrery.PlanetID, from, until orrery.Day) ([orrery.Prompted + 1]int, error) {
	var counts [orrery.Prompted + 1]int
	since, before := from.Time().UnixMicro(), (until + 1).Time().UnixMicro()
	err := s.History(ctx, planet, func(_ orrery.MemberID, r *journal.Replayed, row int) {
		if at := r.AtMicros[row]; at >= since && at < before && r.Origin[row] <= orrery.Prompted {
			counts[r.Origin[row]]++
		}
	})
	return counts, err
}

// Orbit hands fn an engine that holds one orbit alone, moved on to the end of
// each of some days, oldest first: how one person came to where they are.
func (s *System) Orbit(ctx context.Context, orbit field.Orbit, days []orrery.Day, fn func(orrery.Day, *field.Engine)) error {
	rows, rules, err := s.orbitRows(ctx, orbit)
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b field.Row) int { return cmp.Compare(a.Day, b.Day) })
	days = slices.Sorted(slices.Values(days))
	e := field.New(rules...)
	for _, day := range days {
		n, _ := slices.BinarySearchFunc(rows, day, func(r field.Row, day orrery.Day) int { return cmp.Compare(r.Day, day+1) })
		e.Apply(rows[:n])
		rows = rows[n:]
		fn(day, e)
	}
	return nil
}

func (s *System) orbitRows(ctx context.Context, orbit field.Orbit) ([]field.Row, []orrery.Rule, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ensureState(ctx); err != nil {
		return nil, nil, err
	}
	p, err := s.posted(ctx)
	if err != nil {
		return nil, nil, err
	}
	var wanted orbits
	wanted.add(orbit)
	s.kin.follow(s.state.Members)
	var rows, some []field.Row
	err = s.replayBlocks(ctx, p.blocksOf(s.kin.of(nil, orbit.Member)), func(r *journal.Replayed) error {
		some = s.state.rows(some[:0], r, &wanted)
		for _, row := range some {
			if row.Member == orbit.Member {
				rows = append(rows, row)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("replay an orbit: %w", err)
	}
	rules := make([]orrery.Rule, s.state.Engine.Rules())
	for kind, i := range s.state.kinds {
		rules[i] = s.catalogue.Lookup(kind)
	}
	return rows, rules, nil
}
