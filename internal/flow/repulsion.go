package flow

import (
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/repulsion"
)

// Repulsion tells what pushes people away from a planet, as of a day, in groups
// that groupsOf numbers below groups: circles, or those whom a partner brought. It
// reads the fixed-width half of the journal once, beside changes.
func (s *System) Repulsion(ctx context.Context, p orrery.Planet, asOf orrery.Day, groups int, groupsOf func(orrery.MemberID) []int) (repulsion.Report, error) {
	past := repulsion.NewPast(asOf, groups, groupsOf)
	b, err := s.past(ctx, 0)
	if err != nil {
		return repulsion.Report{}, err
	}
	st := b.state
	err = b.journal.Replay(ctx, func(r *journal.Replayed) error {
		rules := make([]orrery.Rule, len(r.Kinds))
		for i, kind := range r.Kinds {
			rules[i] = st.catalogue.Lookup(kind)
		}
		for row := range r.N {
			if r.Planet[row] != p.ID || !r.Counts(row) {
				continue
			}
			rule, kind := &rules[r.Kind[row]], r.Kinds[r.Kind[row]]
			m := st.member(r.Identity[row])
			if m == 0 || !st.IsPerson(m) || field.Silent(rule) || st.uncounted != nil &&
				st.uncounted.Whole(p.ID, r.Identity[row], kind, isPraise(kind, r.Valence[row]), r.To(row)) {
				continue
			}
			past.Add(repulsion.Act{
				Day: orrery.DayOfUnix(floorSeconds(r.AtMicros[row])), Who: m, Kind: kind,
				On: r.OnObject[row], In: r.InThread[row], Block: r.Seq, Row: uint32(row),
				Repels: repels(rule, r.Valence[row]), Own: field.Qualifies(rule, r.Origin[row], r.Valence[row]),
			})
		}
		return nil
	})
	if err != nil {
		return repulsion.Report{}, fmt.Errorf("read the past of %s: %w", p.Slug, err)
	}
	return past.Report(), nil
}

// repels says whether an activity pushes away: its own valence, else its kind's.
func repels(rule *orrery.Rule, valence int8) bool {
	if valence == journal.NoValence {
		valence = rule.Valence
	}
	return valence < 0
}

// Repels says whether a glance shows something that pushes away.
func (g *Glance) Repels() bool { return repels(&g.Rule, g.Valence) }
