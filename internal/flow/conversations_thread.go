package flow

import (
	"context"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/store/sqlite"
)

// TellRows opens activities of the journal, in their order. Rows that are gone since
// they were found, or that changed, are left out: a conversation keeps its own.
func (s *System) TellRows(ctx context.Context, thread conversation.ThreadID, at []TalkRow) ([]Done, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	hot := map[TalkRow]journal.Hot{}
	blocks := map[orrery.BlockSeq]bool{}
	for _, row := range at {
		blocks[row.Block] = true
	}
	for block := range blocks {
		err := s.journal.ReplayBlock(ctx, block, func(r *journal.Replayed) error {
			for _, row := range at {
				if row.Block == block && int(row.Row) < r.N && r.InThread[row.Row] == uint64(thread) && r.Counts(int(row.Row)) {
					h := r.Hot(int(row.Row))
					h.To = slices.Clone(h.To)
					hot[row] = h
				}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("look at block %d: %w", block, err)
		}
	}
	found := make([]recentRow, 0, len(at))
	for _, row := range at {
		if h, ok := hot[row]; ok {
			found = append(found, recentRow{journal.Position{Block: row.Block, Row: row.Row}, h, false})
		}
	}
	return s.tell(ctx, found)
}

// Openings tells the words by which conversations are known: for each, its first and
// its newest activity's cold part; an empty one where it is gone.
func (s *System) Openings(ctx context.Context, at []TalkRow) ([]journal.Cold, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	positions := make([]journal.Position, len(at))
	for i, row := range at {
		positions[i] = journal.Position{Block: row.Block, Row: row.Row}
	}
	return s.journal.ColdRows(ctx, positions)
}

// TalkDecisions lists what people decided about the conversations of a planet.
func (s *System) TalkDecisions(ctx context.Context, planet orrery.PlanetID) (map[conversation.ThreadID]*conversation.Decision, error) {
	list, err := s.store.Conversations(ctx, planet)
	if err != nil {
		return nil, fmt.Errorf("read what was decided about conversations: %w", err)
	}
	decided := make(map[conversation.ThreadID]*conversation.Decision, len(list))
	for i := range list {
		decided[conversation.ThreadID(list[i].Thread)] = &list[i]
	}
	return decided, nil
}

// DecideTalk changes what is decided about a conversation of a planet: change gets
// what was decided before, and edits it. What moves the field is not touched.
func (s *System) DecideTalk(ctx context.Context, planet orrery.PlanetID, thread conversation.ThreadID, by int64, change func(*conversation.Decision) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if !slices.ContainsFunc(s.planets, func(p orrery.Planet) bool { return p.ID == planet }) {
		return orrery.Errorf(orrery.NotFound, "there is no such planet")
	}
	if err := s.ensureState(ctx); err != nil { // it stands as it is, and is newer than its snapshot
		return err
	}
	list, err := s.store.Conversations(ctx, planet)
	if err != nil {
		return fmt.Errorf("read what was decided about conversations: %w", err)
	}
	d := conversation.Decision{Planet: planet, Thread: uint64(thread)}
	for i := range list {
		if list[i].Thread == uint64(thread) {
			d = list[i]
		}
	}
	d.At, d.By = s.clock().UTC(), by
	if err := change(&d); err != nil {
		return err
	}
	if d.Owner != 0 {
		g, err := s.identities(ctx)
		if err != nil {
			return err
		}
		if _, ok := g.Identity(d.Owner); !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", d.Owner)
		}
	}
	return s.changeLocked(ctx, func(tx *sqlite.Tx) error { return tx.PutConversation(&d) }, nil)
}
