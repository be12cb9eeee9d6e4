package flow

import (
	"context"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/store/sqlite"
)

// FindIdentity finds an identity by its number, its address, or
// "namespace:type:value".
func (s *System) FindIdentity(ctx context.Context, name string) (orrery.IdentityID, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.findIdentity(ctx, name)
}

func (s *System) findIdentity(ctx context.Context, name string) (orrery.IdentityID, error) {
	g, err := s.identities(ctx)
	if err != nil {
		return 0, err
	}
	name = strings.TrimSpace(name)
	if n, err := strconv.ParseUint(name, 10, 32); err == nil {
		id := orrery.IdentityID(n)
		if _, ok := g.Identity(id); !ok {
			return 0, orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", n)
		}
		return id, nil
	}
	if namespace, rest, ok := strings.Cut(name, ":"); ok {
		if kind, value, ok := strings.Cut(rest, ":"); ok {
			if id, ok := g.Find(orrery.Key{Namespace: namespace, Type: kind, Value: value}); ok {
				return id, nil
			}
		}
	}
	if strings.Contains(name, "@") && !strings.Contains(name, "<") {
		if id, ok := g.Find(identity.EmailKey(name)); ok {
			return id, nil
		}
	}
	return g.ByName(name)
}

// Merge says that two people are one.
func (s *System) Merge(ctx context.Context, a, b orrery.IdentityID) (orrery.MemberID, error) {
	return s.decide(ctx, a, b, (*identity.Graph).Merge)
}

// Unmerge says that two identities are never the same person, and takes back an
// earlier Merge of the two.
func (s *System) Unmerge(ctx context.Context, a, b orrery.IdentityID) (orrery.MemberID, error) {
	return s.decide(ctx, a, b, (*identity.Graph).Unmerge)
}

func (s *System) decide(ctx context.Context, a, b orrery.IdentityID, how func(*identity.Graph, identity.Writer, orrery.IdentityID, orrery.IdentityID, int64) error) (orrery.MemberID, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.preload(ctx); err != nil {
		return 0, err
	}
	g, err := s.identities(ctx)
	if err != nil {
		return 0, err
	}
	if err := s.changeLocked(ctx, func(tx *sqlite.Tx) error {
		return how(g, tx, a, b, s.clock().UnixMicro())
	}, nil); err != nil {
		if code := orrery.CodeOf(err); code != orrery.NotFound && code != orrery.Invalid {
			s.forget() // memory may be ahead of the disk
		}
		return 0, err
	}
	if err := s.catchUp(ctx, nil); err != nil {
		return 0, err
	}
	m, _ := g.MemberOf(a)
	return m, nil
}

// AddTeammates makes everybody whose address fits the rule one of us.
func (s *System) AddTeammates(ctx context.Context, rule string) error {
	rule, err := identity.ParseTeammates(rule)
	if err != nil {
		return err
	}
	return s.changeRules(ctx, func(tx *sqlite.Tx) error { return tx.PutTeammates(rule, s.clock().UnixMicro()) })
}

// RemoveTeammates takes a rule back.
func (s *System) RemoveTeammates(ctx context.Context, rule string) error {
	rule, err := identity.ParseTeammates(rule)
	if err != nil {
		return err
	}
	return s.changeRules(ctx, func(tx *sqlite.Tx) error {
		found, err := tx.DeleteTeammates(rule)
		if err == nil && !found {
			return orrery.Errorf(orrery.NotFound, "there is no rule %s for teammates", rule)
		}
		return err
	})
}

// Mark says what kind of member an identity's person is.
func (s *System) Mark(ctx context.Context, id orrery.IdentityID, kind orrery.MemberKind) error {
	return s.changeRules(ctx, func(tx *sqlite.Tx) error {
		if _, ok := s.graph.Identity(id); !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
		}
		return tx.PutMark(identity.Mark{Identity: id, Kind: kind}, s.clock().UnixMicro())
	})
}

// Teammates lists the rules.
func (s *System) Teammates(ctx context.Context) ([]string, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return nil, err
	}
	return g.Rules(), nil
}

// changeRules changes who is a person, which moves nobody's orbit: only the
// kinds of members are read again.
func (s *System) changeRules(ctx context.Context, write func(*sqlite.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ensureState(ctx); err != nil {
		return err
	}
	if _, err := s.identities(ctx); err != nil {
		return err
	}
	if err := s.changeLocked(ctx, write, func() error {
		s.graph = nil
		return nil
	}); err != nil {
		return err
	}
	g, err := s.identities(ctx)
	if err != nil {
		s.dropState()
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Others = g.Others()
	return nil
}

// Graph hands the identities to fn. fn must not keep them.
func (s *System) Graph(ctx context.Context, fn func(*identity.Graph) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return err
	}
	return fn(g)
}
