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
