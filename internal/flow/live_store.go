package flow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
	"orrery.dev/orrery/internal/store/sqlite"
)

// liveBooks is what the writer of live ingest remembers from batch to batch. It
// belongs to one goroutine.
type liveBooks struct {
	system  *System
	imports map[liveKey]*liveImport // open ones
	changes int                     // of the System, when imports was filled
	broken  bool                    // the last transaction failed

	warm   bool // the postings were made
	warmed int  // changes of the System, then

	behind  bool // orbits wait to be replayed
	settled time.Time
	took    time.Duration // the last settling
}

// liveKey names an import that stays open for a day, so that a day of a source
// can be undone.
type liveKey struct {
	source orrery.IngestSource
	day    orrery.Day
}

type liveImport struct {
	source orrery.SourceRecord
	record orrery.ImportRecord
}

// part is what a batch holds for one import.
type part struct {
	imp     *liveImport
	entries []journal.Entry
	keys    []keyset.Key // of entries, before the duplicates are taken out
	of      []*handful   // who handed each in
	skipped []orrery.SkippedRow
	holders map[orrery.BlockSeq]int
	block   orrery.BlockSeq
	record  orrery.ImportRecord // after
}

// store makes a batch durable, moves the field and fills in the receipts.
func (b *liveBooks) store(ctx context.Context, batch []*handful) {
	s := b.system
	s.writing.Lock()
	defer s.writing.Unlock()
	blocks, err := b.commit(ctx, batch)
	if err != nil {
		for _, h := range batch {
			if h.err == nil {
				h.err, h.receipt = err, orrery.Receipt{}
			}
		}
		return
	}
	for _, block := range blocks {
		s.owe(block)
	}
	if err := s.follow(ctx, blocks); err != nil {
		b.drop(err)
		return
	}
	if b.behind = len(s.late.set) > 0; b.behind && (b.untidyFor() <= 0 || s.settlesFast()) {
		b.settle(ctx)
	}
}

// drops returns how often memory was dropped.
func (s *System) drops() int {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.changes
}

// drop gives the state up where it could not follow: what is stored is stored,
// and whoever reads next builds it anew.
func (b *liveBooks) drop(err error) {
	s := b.system
	s.log.Error("field is rebuilt after it could not follow", "reason", err.Error())
	s.mu.Lock()
	s.state, s.late = nil, orbits{}
	s.mu.Unlock()
	b.behind = false
}

// settlesFast says whether the orbits that wait can be replayed while whoever
// handed the activities in waits for it.
func (s *System) settlesFast() bool {
	const orbitsAtOnce, blocksAtOnce = 64, 128
	if s.postings == nil || len(s.late.set) > orbitsAtOnce {
		return false
	}
	return s.postings.occurs(s.lateIdentities(), blocksAtOnce) < blocksAtOnce
}

// Settling many orbits waits until more have gathered: it takes no more than a
// tenth of the time.
const (
	settleEvery = 500 * time.Millisecond
	settleShare = 10
)

// untidyFor returns how long orbits may still wait.
func (b *liveBooks) untidyFor() time.Duration {
	if !b.behind {
		return time.Hour
	}
	return time.Until(b.settled.Add(max(settleEvery, settleShare*b.took)))
}

// tidy replays the orbits that wait.
func (b *liveBooks) tidy(ctx context.Context) {
	if !b.behind {
		return
	}
	b.system.writing.Lock()
	defer b.system.writing.Unlock()
	b.settle(ctx)
}

func (b *liveBooks) settle(ctx context.Context) {
	began := time.Now()
	if err := b.system.settle(ctx); err != nil {
		b.drop(err)
	}
	b.behind, b.settled = false, time.Now()
	b.took = b.settled.Sub(began)
}

// commit stores a batch in one transaction, one block an import, and returns the
// blocks. On an error nothing of the batch is stored.
func (b *liveBooks) commit(ctx context.Context, batch []*handful) ([]orrery.BlockSeq, error) {
	s := b.system
	if b.broken {
		// Ask before everything is read again: a disk that failed stays refused.
		if err := s.store.Write(ctx, func(*sqlite.Tx) error { return nil }); err != nil {
			return nil, err
		}
		b.broken = false
	}
	if err := s.preload(ctx); err != nil {
		return nil, err
	}
	g, err := s.identities(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.noteTaken(ctx); err != nil {
		return nil, err
	}
	parts, err := b.parts(ctx, batch, g)
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, p := range parts {
			if err := p.put(ctx, s, tx); err != nil {
				return err
			}
		}
		return g.Flush(tx)
	})
	if err != nil {
		// Memory is ahead of the disk now: read it again before anything else.
		b.broken = true
		s.forget()
		if reopened, openErr := journal.Open(ctx, s.store, s.secret); openErr == nil {
			s.journal = reopened
		}
		return nil, err
	}
	var blocks []orrery.BlockSeq
	for _, p := range parts {
		p.imp.record = p.record
		if p.block != 0 {
			blocks = append(blocks, p.block)
		}
	}
	return blocks, nil
}

// parts sorts a batch by import and turns activities into entries.
func (b *liveBooks) parts(ctx context.Context, batch []*handful, g *identity.Graph) ([]*part, error) {
	var parts []*part
	of := map[*liveImport]*part{}
	for _, h := range batch {
		imp, err := b.open(ctx, h.source)
		if code := orrery.CodeOf(err); code == orrery.NotFound || code == orrery.Conflict || code == orrery.Invalid {
			h.err = err
			continue
		} else if err != nil {
			return nil, err
		}
		p := of[imp]
		if p == nil {
			p = &part{imp: imp, record: imp.record, holders: map[orrery.BlockSeq]int{}}
			of[imp] = p
			parts = append(parts, p)
		}
		p.add(b.system, g, h)
	}
	for _, p := range parts {
		if err := b.system.tellPeers(ctx, g, p.entries); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// add turns the activities of a handful into entries.
func (p *part) add(s *System, g *identity.Graph, h *handful) {
	if p.entries == nil {
		p.entries = make([]journal.Entry, 0, len(h.told.Activities))
	}
	for i := range h.told.Activities {
		p.record.Read++
		entry, err := s.entry(&h.told.Activities[i], g, &p.imp.record, p.imp.source)
		switch {
		case err == nil:
			p.entries = append(p.entries, entry)
			p.keys = append(p.keys, entry.Key)
			p.of = append(p.of, h)
		case errors.Is(err, identity.ErrErased):
			p.record.Skipped++
			h.receipt.Erased++
		default:
			if p.record.Skipped < maxSkipped {
				p.skipped = append(p.skipped, orrery.SkippedRow{Row: p.record.Read, Reason: err.Error()})
			}
			p.record.Skipped++
			h.receipt.Refused = append(h.receipt.Refused, orrery.Refusal{Index: i, Reason: err.Error()})
		}
	}
	for _, l := range h.told.Links {
		p.count(h, g.Link(l, p.imp.source.Name, p.record.ID))
	}
	for _, a := range h.told.Affiliations {
		p.count(h, g.Affiliate(a, p.imp.source.Name, p.record.ID))
	}
}

// count notes what was said of somebody and could not be taken in.
func (p *part) count(h *handful, err error) {
	switch {
	case err == nil:
	case errors.Is(err, identity.ErrErased):
		h.receipt.Erased++
	default:
		p.skipped = append(p.skipped, orrery.SkippedRow{Row: p.record.Read, Reason: err.Error()})
		p.record.Skipped++
	}
}

// put stores a part and counts what became of it for whoever handed it in.
func (p *part) put(ctx context.Context, s *System, tx *sqlite.Tx) error {
	added, block, err := s.journal.Append(ctx, tx, p.imp.record.ID, p.entries, func(of orrery.BlockSeq) { p.holders[of]++ })
	if err != nil {
		return err
	}
	p.block = block
	s.noteBlock(block, p.imp.record.ID)
	next := 0 // of those that were added, which keep their order
	for i, key := range p.keys {
		receipt := &p.of[i].receipt
		if next < added && p.entries[next].Key == key {
			next++
			receipt.Added++
			if n := len(receipt.Imports); n == 0 || receipt.Imports[n-1] != p.record.ID {
				receipt.Imports = append(receipt.Imports, p.record.ID)
			}
		} else {
			receipt.Duplicates++
		}
	}
	p.record.Added += int64(added)
	p.record.Duplicates += int64(len(p.keys) - added)
	p.record.Finished = s.clock()
	for _, row := range p.skipped {
		if err := tx.PutSkipped(p.record.ID, row); err != nil {
			return err
		}
	}
	if err := s.countHolders(ctx, tx, p.record.ID, p.holders); err != nil {
		return err
	}
	_, err = tx.PutImport(p.record)
	return err
}

// open finds or makes the import of a source and this day.
func (b *liveBooks) open(ctx context.Context, source orrery.IngestSource) (*liveImport, error) {
	s := b.system
	key := liveKey{source, s.Now()}
	if b.imports == nil || b.changes != s.changes {
		b.imports, b.changes = map[liveKey]*liveImport{}, s.changes
	}
	if imp := b.imports[key]; imp != nil {
		return imp, nil
	}
	planet, err := s.planetID(source.Planet)
	if err != nil {
		return nil, orrery.Errorf(orrery.NotFound, "%w: name one that exists, or make it first", err)
	}
	imp, err := b.find(ctx, key, planet)
	if err != nil {
		return nil, err
	}
	err = s.changeLocked(ctx, func(tx *sqlite.Tx) (err error) {
		if imp.source.ID == 0 {
			if imp.source.ID, err = tx.PutSource(imp.source); err != nil {
				return err
			}
		}
		if imp.record.ID == 0 {
			imp.record.Source = imp.source.ID
			imp.record.ID, err = tx.PutImport(imp.record)
		}
		return err
	}, nil)
	if err != nil {
		return nil, fmt.Errorf("open the day's import of %s: %w", source.Name, err)
	}
	for old := range b.imports {
		if old.day != key.day {
			delete(b.imports, old)
		}
	}
	b.imports[key] = imp
	return imp, nil
}

// find looks for the import among those that are stored; what is not there yet
// has no number. An import of a day counts as done at any moment: nothing has to
// be taken up after a crash.
func (b *liveBooks) find(ctx context.Context, key liveKey, planet orrery.PlanetID) (*liveImport, error) {
	s := b.system
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	imp := &liveImport{
		source: orrery.SourceRecord{Name: key.source.Name, Kind: key.source.Kind, Planet: planet},
		record: orrery.ImportRecord{Planet: planet, State: orrery.ImportDone, Started: s.clock(), Finished: s.clock(), Live: true},
	}
	for _, src := range sources {
		if src.Name == key.source.Name {
			imp.source = src
		}
	}
	if imp.source.Kind != key.source.Kind {
		return nil, orrery.Errorf(orrery.Conflict, "the source %q is of kind %s, not %s: choose another name", imp.source.Name, imp.source.Kind, key.source.Kind)
	}
	if imp.source.Name == "" {
		return nil, orrery.Errorf(orrery.Invalid, "the source has no name")
	}
	for _, i := range imports {
		if i.Live && i.Source == imp.source.ID && i.Planet == planet && i.State == orrery.ImportDone && orrery.DayOf(i.Started) == key.day {
			imp.record = i
		}
	}
	return imp, nil
}
