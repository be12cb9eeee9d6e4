package flow

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
)

// answeredBlocks is how many blocks are searched, at most, for what a batch
// answers.
const answeredBlocks = 64

// tellPeers marks what answers another person's activity as drawn by people,
// where the source does not say what brought it about and what is answered is
// stored already or in the same batch. It says so for pull shares and
// timelines; closeness counts both alike, so the order of arrival does not show
// in the field. The caller holds s.writing.
func (s *System) tellPeers(ctx context.Context, g *identity.Graph, entries []journal.Entry) error {
	wanted := map[keyset.Key]bool{}
	for i := range entries {
		if e := &entries[i]; e.ParentKey != (keyset.Key{}) {
			wanted[e.ParentKey] = true
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	authors, err := s.journal.Authors(ctx, wanted, answeredBlocks)
	if err != nil {
		return err
	}
	for i := range entries {
		if wanted[entries[i].Key] {
			authors[entries[i].Key] = entries[i].Identity
		}
	}
	members := g.Members()
	for i := range entries {
		e := &entries[i]
		if author := authors[e.ParentKey]; author != 0 && members[author] != members[e.Identity] {
			e.Origin = orrery.Peer
		}
	}
	return nil
}
