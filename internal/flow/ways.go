package flow

import (
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/ways"
)

// Ways tells which ways to belong hold the people of a planet, as of a day, in
// groups that groupsOf numbers below groups. It reads the fixed-width half of the
// journal once, beside changes, and keeps some ten bytes for each day and way of
// somebody's first weeks and the horizon after them.
func (s *System) Ways(ctx context.Context, p orrery.Planet, asOf orrery.Day, groups int, groupsOf func(orrery.MemberID) []int) (ways.Report, error) {
	past := ways.NewPast(p.RhythmDays, asOf, groups, groupsOf)
	rules := map[string]orrery.Rule{}
	catalogue := s.Catalogue()
	err := s.History(ctx, p.ID, func(m orrery.MemberID, r *journal.Replayed, row int) {
		kind := r.Kinds[r.Kind[row]]
		rule, ok := rules[kind]
		if !ok {
			rule = catalogue.Lookup(kind)
			rules[kind] = rule
		}
		if d, ok := deedOf(&rule, r, row); ok {
			d.Member = m
			past.Add(d)
		}
	})
	if err != nil {
		return ways.Report{}, fmt.Errorf("read the past of %s: %w", p.Slug, err)
	}
	return past.Report(), nil
}

// deedOf reads a row as something that somebody did of their own; false where it
// says nothing of anybody's presence, or repels.
func deedOf(rule *orrery.Rule, r *journal.Replayed, row int) (ways.Deed, bool) {
	valence := r.Valence[row]
	if valence == journal.NoValence {
		valence = rule.Valence
	}
	if valence < 0 || rule.WeightMilli == 0 && rule.Valence == 0 {
		return ways.Deed{}, false
	}
	origin := r.Origin[row]
	return ways.Deed{
		Day: orrery.DayOfUnix(floorSeconds(r.AtMicros[row])), Way: rule.Strategy, Origin: origin,
		Qualifies: rule.Meaningful && origin != orrery.Prompted,
	}, true
}
