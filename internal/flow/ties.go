package flow

import (
	"cmp"
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/tie"
)

// TiePast is everything that ties people around a planet, and who of them are
// people: teammates are in it, programs and visitors are not.
type TiePast struct {
	*tie.Past
	Members []orrery.MemberID                     // by IdentityID; index 0 unused
	Others  map[orrery.MemberID]orrery.MemberKind // who is no person
	Acted   []bool                                // by MemberID: they did something themselves; others were only addressed
}

// Ties gathers what ties people around a planet, up to a day (0: all). Changes go
// on beside it.
func (s *System) Ties(ctx context.Context, planet orrery.PlanetID, until orrery.Day) (TiePast, error) {
	b, err := s.past(ctx, until)
	if err != nil {
		return TiePast{}, err
	}
	st := b.state
	out := TiePast{Past: &tie.Past{}, Members: st.Members, Others: st.Others, Acted: make([]bool, len(st.Members))}
	here := func(id orrery.IdentityID) orrery.MemberID {
		m := st.member(id)
		if kind := st.Others[m]; kind == orrery.Bot || kind == orrery.Visitor {
			return 0
		}
		return m
	}
	err = b.journal.Replay(ctx, func(r *journal.Replayed) error {
		rules := make([]orrery.Rule, len(r.Kinds))
		for i, kind := range r.Kinds {
			rules[i] = st.catalogue.Lookup(kind)
		}
		for row := range r.N {
			if r.Planet[row] != planet || !r.Counts(row) {
				continue
			}
			from := here(r.Identity[row])
			day := orrery.DayOfUnix(floorSeconds(r.AtMicros[row]))
			if from == 0 || until != 0 && day > until {
				continue
			}
			out.Acted[from] = true
			rule, kind := rules[r.Kind[row]], r.Kinds[r.Kind[row]]
			if rule.WeightMilli == 0 || st.uncounted != nil &&
				st.uncounted.Whole(planet, r.Identity[row], kind, isPraise(kind, r.Valence[row]), r.To(row)) {
				continue
			}
			valence := rule.Valence
			if v := r.Valence[row]; v != journal.NoValence {
				valence = v
			}
			act := tie.Act{
				Day: day, From: from, Met: cmp.Or(r.InThread[row], r.OnObject[row]),
				Weight: float32(rule.WeightMilli) / 1000, Repels: valence < 0,
			}
			for _, id := range r.To(row) {
				if act.To = here(id); act.To != 0 {
					out.Add(act)
				}
			}
			if rule.Meaningful && valence >= 0 {
				act.To, act.Together = 0, true
				out.Add(act)
			}
		}
		return nil
	})
	return out, err
}
