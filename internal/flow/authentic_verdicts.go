package flow

import (
	"context"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/store/sqlite"
)

// verdicts are what people decided about flags, and what follows from it for the
// field.
type verdicts struct {
	list      []authentic.Verdict
	uncounted *authentic.Uncounted
}

// decided returns the verdicts, reading them first where nobody needed them yet.
// The caller holds s.writing.
func (s *System) decided(ctx context.Context) (*verdicts, error) {
	if s.verdicts != nil {
		return s.verdicts, nil
	}
	list, err := s.store.Verdicts(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what was decided about flags: %w", err)
	}
	v := &verdicts{list, authentic.NewUncounted(list)}
	s.mu.Lock()
	s.verdicts = v
	s.mu.Unlock()
	return v, nil
}

// Verdicts lists what people decided about flags, oldest first.
func (s *System) Verdicts(ctx context.Context) ([]authentic.Verdict, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	v, err := s.decided(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(v.list), nil
}

// Rule stores what a person decided about a flag around a planet: leave it as it
// is, or let what is flagged not count. In the second case the field is replayed;
// Overrule takes it back without loss. It returns the verdict's number. Whether
// somebody is a program is decided with Mark.
func (s *System) Rule(ctx context.Context, planet orrery.PlanetID, f authentic.Flag, counts bool) (int64, error) {
	switch {
	case f.Kind == authentic.Program:
		return 0, orrery.Errorf(orrery.Invalid, "whether somebody is a program is decided by saying what they are: person or bot")
	case len(f.Members) == 0:
		return 0, orrery.Errorf(orrery.Invalid, "a decision needs people that it is about")
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return 0, err
	}
	v := authentic.Verdict{Kind: f.Kind, Planet: planet, Activity: f.Activity, Counts: counts, AtMicros: s.clock().UnixMicro()}
	for _, m := range f.Members {
		list := g.Of(m)
		if len(list) == 0 {
			return 0, orrery.Errorf(orrery.NotFound, "there is nobody with the number %d any more", m)
		}
		for i := range list {
			v.Identities = append(v.Identities, list[i].ID)
		}
	}
	err = s.changeVerdicts(ctx, counts, func(tx *sqlite.Tx) (err error) {
		v.Number, err = tx.PutVerdict(v)
		return err
	})
	return v.Number, err
}

// Overrule takes a verdict back: what did not count counts again, and the flag
// may be asked about again. NotFound where there is no such verdict.
func (s *System) Overrule(ctx context.Context, number int64) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	v, err := s.decided(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(v.list, func(v authentic.Verdict) bool { return v.Number == number })
	if at < 0 || !orrery.ViewerOf(ctx).Sees(v.list[at].Planet) {
		return orrery.Errorf(orrery.NotFound, "there is no decision %d: it may have been taken back already", number)
	}
	return s.changeVerdicts(ctx, v.list[at].Counts, func(tx *sqlite.Tx) error {
		_, err := tx.DeleteVerdict(number)
		return err
	})
}

// changeVerdicts stores a change and has the field follow, unless nothing in it
// moves. The caller holds s.writing.
func (s *System) changeVerdicts(ctx context.Context, same bool, write func(*sqlite.Tx) error) error {
	if same { // the state stands as it is, and is newer than its snapshot
		if err := s.ensureState(ctx); err != nil {
			return err
		}
	}
	if err := s.changeLocked(ctx, write, func() error {
		s.verdicts = nil
		return nil
	}); err != nil {
		return err
	}
	if same {
		return nil
	}
	return s.rebuild(ctx)
}

// praises says which kinds of a block may be praise; nil where everything counts.
func (st *State) praises(r *journal.Replayed) []bool {
	if st.uncounted == nil {
		return nil
	}
	list := make([]bool, len(r.Kinds))
	for i, kind := range r.Kinds {
		list[i] = authentic.IsPraise(kind, 1, true)
	}
	return list
}

// isPraise says whether a row of a kind is praise.
func isPraise(kind string, valence int8) bool {
	return authentic.IsPraise(kind, valence, valence != field.NoValence)
}

// worthNow is what a kind's rule is for an activity: nothing where somebody
// decided that it does not count.
func worthNow(u *authentic.Uncounted, rule orrery.Rule, h *journal.Hot) orrery.Rule {
	if u != nil && u.Whole(h.Planet, h.Identity, h.Kind, isPraise(h.Kind, h.Valence), h.To) {
		return orrery.Rule{Strategy: rule.Strategy}
	}
	return rule
}
