package flow

import (
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
)

// spans are the days in which identities acted or were addressed, by IdentityID.
type spans []identity.Span

// never is the span of who did nothing.
var never = identity.Span{First: 1, Last: 0}

func (s spans) of(id orrery.IdentityID) (identity.Span, bool) {
	if int(id) >= len(s) || s[id] == never {
		return identity.Span{}, false
	}
	return s[id], true
}

func (s spans) see(id orrery.IdentityID, day orrery.Day) {
	if int(id) >= len(s) {
		return // came meanwhile
	}
	if span := &s[id]; *span == never {
		*span = identity.Span{First: day, Last: day}
	} else {
		span.First, span.Last = min(span.First, day), max(span.Last, day)
	}
}

// seen reads when each identity acted or was addressed: one pass over the fixed-width half of the
// journal, beside changes.
func (s *System) seen(ctx context.Context) (spans, error) {
	still, n, err := s.stillWithIdentities(ctx)
	if err != nil {
		return nil, err
	}
	list := make(spans, n+1)
	for i := range list {
		list[i] = never
	}
	err = still.Replay(ctx, func(r *journal.Replayed) error {
		addresses := r.Addresses()
		for row := range r.N {
			if !r.Counts(row) {
				continue
			}
			day := orrery.DayOfUnix(floorSeconds(r.AtMicros[row]))
			list.see(r.Identity[row], day)
			if addresses {
				for _, id := range r.To(row) {
					list.see(id, day)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("see when people acted: %w", err)
	}
	return list, nil
}

func (s *System) stillWithIdentities(ctx context.Context) (journal.Still, int, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return journal.Still{}, 0, err
	}
	still, err := s.journal.Still(ctx)
	return still, g.Len(), err
}

// Suggested is a pair of members who may be one person, with what to call them.
type Suggested struct {
	identity.Suggestion
	NameA, NameB string
}

// Suggestions lists the pairs of people who may be one, with a chance of at least
// so much, most likely first. It reads the journal once and compares beside
// changes; nothing is stored. At a hundred thousand identities it takes seconds:
// keep the answer.
func (s *System) Suggestions(ctx context.Context, least float64) ([]Suggested, error) {
	when, err := s.seen(ctx)
	if err != nil {
		return nil, err
	}
	var compared *identity.Comparison
	err = s.Graph(ctx, func(g *identity.Graph) error {
		compared = g.Compare(when.of)
		return nil
	})
	if err != nil {
		return nil, err
	}
	found, err := compared.Suggestions(ctx, least)
	if err != nil {
		return nil, err
	}
	list := make([]Suggested, 0, len(found))
	err = s.Graph(ctx, func(g *identity.Graph) error {
		wanted := map[orrery.MemberID]bool{}
		for i := range found {
			wanted[found[i].A], wanted[found[i].B] = true, true
		}
		names := g.Names(wanted)
		for i := range found {
			list = append(list, Suggested{found[i], names[found[i].A], names[found[i].B]})
		}
		return nil
	})
	return list, err
}

// Undecided keeps the suggestions that nobody decided about since they were made.
func (s *System) Undecided(ctx context.Context, list []Suggested) ([]Suggested, error) {
	var left []Suggested
	err := s.Graph(ctx, func(g *identity.Graph) error {
		undecided := g.Undecided()
		for i := range list {
			if undecided(list[i].Suggestion) {
				left = append(left, list[i])
			}
		}
		return nil
	})
	return left, err
}

// Accept says that two people are one, as Merge does.
func (s *System) Accept(ctx context.Context, a, b orrery.IdentityID) (orrery.MemberID, error) {
	if err := s.twoPeople(ctx, a, b); err != nil {
		return 0, err
	}
	return s.Merge(ctx, a, b)
}

// Reject says that two people are never one: nobody is asked about them again.
func (s *System) Reject(ctx context.Context, a, b orrery.IdentityID) (orrery.MemberID, error) {
	if err := s.twoPeople(ctx, a, b); err != nil {
		return 0, err
	}
	return s.Unmerge(ctx, a, b)
}

// twoPeople refuses what was decided meanwhile.
func (s *System) twoPeople(ctx context.Context, a, b orrery.IdentityID) error {
	return s.Graph(ctx, func(g *identity.Graph) error {
		m, ok := g.MemberOf(a)
		n, known := g.MemberOf(b)
		switch {
		case !ok || !known:
			return orrery.Errorf(orrery.NotFound, "one of the two is not there any more")
		case m == n:
			return orrery.Errorf(orrery.Conflict, "%d and %d are one person already: `orrery unmerge` parts them", a, b)
		}
		return nil
	})
}

// ScoreIdentities compares who is who with a truth.
func (s *System) ScoreIdentities(ctx context.Context, truth *identity.Truth, threshold float64) (identity.Scored, error) {
	suggested, err := s.Suggestions(ctx, threshold)
	if err != nil {
		return identity.Scored{}, err
	}
	pairs := make([]identity.Suggestion, len(suggested))
	for i := range suggested {
		pairs[i] = suggested[i].Suggestion
	}
	var out identity.Scored
	err = s.Graph(ctx, func(g *identity.Graph) error {
		out = g.Score(truth, pairs, threshold)
		return nil
	})
	return out, err
}
