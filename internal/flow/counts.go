package flow

import (
	"context"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/store/sqlite"
)

// Loaded says whether the field is there: reading it will not wait.
func (s *System) Loaded() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state != nil
}

// Arrived returns how many activities of a planet count, and false while the field is
// being loaded or built: it waits for nothing.
func (s *System) Arrived(planet orrery.PlanetID) (int64, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.state == nil {
		return 0, false
	}
	return s.state.Entries[planet], true
}

// Counts returns how many members, visitors not, have an orbit, and how many of their
// identities turned out to be somebody already known.
func (s *System) Counts(ctx context.Context) (members, merged int, err error) {
	err = s.Read(ctx, func(st *State) error {
		seen := make([]bool, len(st.Members))
		for _, p := range s.planets {
			for orbit := range st.Engine.Orbits(p.ID) {
				if !seen[orbit.Member] && st.Others[orbit.Member] != orrery.Visitor {
					seen[orbit.Member] = true
					members++
				}
			}
		}
		for id, m := range st.Members {
			if orrery.IdentityID(m) != orrery.IdentityID(id) && seen[m] {
				merged++
			}
		}
		return nil
	})
	return members, merged, err
}

// Separate says that an identity is not the person it hangs on: it is kept
// apart from every other identity of theirs that it does not hang on by itself.
// It returns who the identity is now.
func (s *System) Separate(ctx context.Context, m orrery.MemberID, not orrery.IdentityID) (orrery.MemberID, error) {
	var rest []orrery.IdentityID
	err := s.Graph(ctx, func(g *identity.Graph) error {
		current, ok := g.MemberOf(not)
		of, known := g.MemberOf(orrery.IdentityID(m))
		if !ok || !known || current != of {
			return orrery.Errorf(orrery.NotFound, "identity %d is not one of this person's", not)
		}
		for _, i := range g.Of(of) {
			if i.ID != not {
				rest = append(rest, i.ID)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(rest) == 0 {
		return 0, orrery.Errorf(orrery.Invalid, "this is the person's only identity: there is nothing to part it from")
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return 0, err
	}
	if err := s.changeLocked(ctx, func(tx *sqlite.Tx) error {
		for _, other := range rest {
			if err := g.Unmerge(tx, not, other, s.clock().UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	}, nil); err != nil {
		return 0, err
	}
	if err := s.rebuild(ctx); err != nil {
		return 0, err
	}
	now, _ := g.MemberOf(not)
	return now, nil
}

// SetTeammates replaces the domains whose people are us; rules that name one
// whole address stay.
func (s *System) SetTeammates(ctx context.Context, domains []string) error {
	var wanted []string
	for _, d := range domains {
		if d = strings.TrimSpace(d); d == "" {
			continue
		}
		rule, err := identity.ParseTeammates("@" + strings.TrimPrefix(d, "@"))
		if err != nil {
			return err
		}
		wanted = append(wanted, rule)
	}
	have, err := s.Teammates(ctx)
	if err != nil {
		return err
	}
	return s.changeRules(ctx, func(tx *sqlite.Tx) error {
		for _, rule := range have {
			if strings.HasPrefix(rule, "@") && !slices.Contains(wanted, rule) {
				if _, err := tx.DeleteTeammates(rule); err != nil {
					return err
				}
			}
		}
		for _, rule := range wanted {
			if err := tx.PutTeammates(rule, s.clock().UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
}
