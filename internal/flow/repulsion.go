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

// Opened is an activity that repelled, with its texts, and whose it is now.
type Opened struct {
	Done
	Member orrery.MemberID
}

// OpenDeeds opens the texts of activities that a report told of, in their order.
// Those that were taken away since, or are somebody else's place now, are left out.
func (s *System) OpenDeeds(ctx context.Context, planet orrery.PlanetID, deeds []repulsion.Deed) ([]Opened, error) {
	b, err := s.past(ctx, 0)
	if err != nil {
		return nil, err
	}
	wanted := map[orrery.BlockSeq]map[uint32]int{}
	for i, d := range deeds {
		if wanted[d.Block] == nil {
			wanted[d.Block] = map[uint32]int{}
		}
		wanted[d.Block][d.Row] = i
	}
	found := make([]*recentRow, len(deeds))
	members := make([]orrery.MemberID, len(deeds))
	for block, rows := range wanted {
		err := b.journal.ReplayBlock(ctx, block, func(r *journal.Replayed) error {
			for row, i := range rows {
				at := int(row)
				if at >= r.N || r.Planet[at] != planet || !r.Counts(at) || orrery.DayOfUnix(floorSeconds(r.AtMicros[at])) != deeds[i].Day {
					continue
				}
				kind := r.Kinds[r.Kind[at]]
				rule := b.state.catalogue.Lookup(kind)
				if members[i] = b.state.member(r.Identity[at]); members[i] == 0 || !repels(&rule, r.Valence[at]) {
					continue
				}
				found[i] = &recentRow{at: journal.Position{Block: block, Row: row}, hot: journal.Hot{
					Identity: r.Identity[at], Planet: planet, AtMicros: r.AtMicros[at], Offset: r.Offset[at], Origin: r.Origin[at],
					Valence: r.Valence[at], Flags: r.Flags[at], Kind: kind, KindIndex: r.Kind[at], InThread: r.InThread[at], OnObject: r.OnObject[at],
				}}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("open what pushed away: %w", err)
		}
	}
	var rows []recentRow
	var whose []orrery.MemberID
	for i, f := range found {
		if f != nil {
			rows, whose = append(rows, *f), append(whose, members[i])
		}
	}
	s.writing.Lock()
	done, err := s.tell(ctx, rows)
	s.writing.Unlock()
	if err != nil {
		return nil, err
	}
	out := make([]Opened, len(done))
	for i := range done {
		out[i] = Opened{done[i], whose[i]}
	}
	return out, nil
}
