package flow

import (
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
)

// manyNames is from how many identities on reading all of them is less work
// than reading one by one.
const manyNames = 20_000

// Names returns what to call some members. Nobody is left without a name: at
// worst it is the value of an identity, or the number.
func (s *System) Names(ctx context.Context, of map[orrery.MemberID][]orrery.IdentityID) (map[orrery.MemberID]string, error) {
	total := 0
	for _, ids := range of {
		total += len(ids)
	}
	identities, err := s.identitySource(ctx, total)
	if err != nil {
		return nil, err
	}
	names := make(map[orrery.MemberID]string, len(of))
	for m, ids := range of {
		list, err := identities(ids)
		if err != nil {
			return nil, fmt.Errorf("read names: %w", err)
		}
		name := identity.Name(list)
		if name == "" {
			name = fmt.Sprintf("person %d", m)
		}
		names[m] = name
	}
	return names, nil
}

// identitySource returns a way to read identities: out of memory where they are
// there or many are wanted, else from storage.
func (s *System) identitySource(ctx context.Context, wanted int) (func([]orrery.IdentityID) ([]identity.Identity, error), error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.graph == nil && wanted < manyNames {
		return func(ids []orrery.IdentityID) ([]identity.Identity, error) {
			return s.store.IdentitiesByID(ctx, ids)
		}, nil
	}
	g, err := s.identities(ctx)
	if err != nil {
		return nil, err
	}
	return func(ids []orrery.IdentityID) ([]identity.Identity, error) {
		s.writing.Lock()
		defer s.writing.Unlock()
		list := make([]identity.Identity, 0, len(ids))
		for _, id := range ids {
			if i, ok := g.Identity(id); ok {
				list = append(list, i)
			}
		}
		return list, nil
	}, nil
}
