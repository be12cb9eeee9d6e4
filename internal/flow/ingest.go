package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
	"orrery.dev/orrery/internal/store/sqlite"
)

// Bounds of what an activity may claim about its time.
const (
	aheadAllowed = 48 * time.Hour
	maxAddressed = 255
	textCap      = 4096 // bytes of any one text of an activity
)

// batch is what one transaction stores of one import.
type batch struct {
	activities   []orrery.Activity
	links        []orrery.Link
	affiliations []orrery.Affiliation
	skipped      []orrery.SkippedRow
	unkept       int64 // rows that were skipped and are not kept

	entries []journal.Entry // that activities become; memory to use again
}

// reset empties a batch that was stored and keeps its memory.
func (b *batch) reset() {
	clear(b.activities)
	clear(b.entries)
	*b = batch{activities: b.activities[:0], entries: b.entries[:0]}
}

func (b *batch) empty() bool {
	return len(b.activities)+len(b.links)+len(b.affiliations)+len(b.skipped) == 0 && b.unkept == 0
}

// tally is what became of a batch.
type tally struct {
	added, duplicates, skipped int64
	actors                     []orrery.IdentityID // of what was added, one for each
	block                      orrery.BlockSeq     // that holds what was added; 0: nothing was
}

// storeBatch makes a batch durable: identities, evidence and the block in one
// transaction. more runs in it too; seen, if not nil, takes the keys of all that
// was read.
// The caller holds s.writing.
func (s *System) storeBatch(ctx context.Context, b *batch, imp *orrery.ImportRecord, source orrery.SourceRecord, seen *keyset.Set, more func(*sqlite.Tx) error) (tally, error) {
	g, err := s.identities(ctx)
	if err != nil {
		return tally{}, err
	}
	if err := s.noteTaken(ctx); err != nil {
		return tally{}, err
	}
	if err := s.makePlanets(ctx, b.activities); err != nil {
		return tally{}, err
	}
	var t tally
	entries := b.entries[:0]
	skipped := b.skipped
	for i := range b.activities {
		entry, err := s.entry(&b.activities[i], g, imp, source)
		switch {
		case errors.Is(err, identity.ErrErased):
			t.skipped++
			continue
		case orrery.CodeOf(err) == orrery.Invalid:
			if imp.Skipped+t.skipped+int64(len(skipped)) < maxSkipped {
				skipped = append(skipped, orrery.SkippedRow{Reason: err.Error()})
			} else {
				t.skipped++
			}
			continue
		case err != nil:
			return tally{}, err
		}
		entries = append(entries, entry)
	}
	b.entries = entries
	if err := s.tellPeers(ctx, g, entries); err != nil {
		return tally{}, err
	}
	for _, l := range b.links {
		if err := g.Link(l, source.Name, imp.ID); err != nil && !errors.Is(err, identity.ErrErased) && orrery.CodeOf(err) != orrery.Invalid {
			return tally{}, err
		}
	}
	for _, a := range b.affiliations {
		if err := g.Affiliate(a, source.Name, imp.ID); err != nil && !errors.Is(err, identity.ErrErased) && orrery.CodeOf(err) != orrery.Invalid {
			return tally{}, err
		}
	}
	for i := range skipped {
		if g.TellsOfErased(skipped[i].Excerpt, source.Name) || g.TellsOfErased(skipped[i].Reason, source.Name) {
			skipped[i].Excerpt, skipped[i].Reason = "", "the row could not be used; it told of somebody who was erased"
		}
	}
	t.skipped += int64(len(skipped)) + b.unkept
	read := len(entries)
	if seen != nil {
		for i := range entries {
			seen.Put(entries[i].Key, 1)
		}
	}
	holders := map[orrery.BlockSeq]int{}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error {
		added, block, err := s.journal.Append(ctx, tx, imp.ID, entries, func(of orrery.BlockSeq) { holders[of]++ })
		if err != nil {
			return err
		}
		t.actors = make([]orrery.IdentityID, 0, added)
		for i := range entries[:added] {
			t.actors = append(t.actors, entries[i].Identity)
		}
		t.block = block
		s.noteBlock(block, imp.ID)
		t.added, t.duplicates = int64(added), int64(read-added)
		if err := g.Flush(tx); err != nil {
			return err
		}
		for _, row := range skipped {
			if err := tx.PutSkipped(imp.ID, row); err != nil {
				return err
			}
		}
		if err := s.countHolders(ctx, tx, imp.ID, holders); err != nil {
			return err
		}
		imp.Read += int64(read) + t.skipped
		imp.Added += t.added
		imp.Duplicates += t.duplicates
		imp.Skipped += t.skipped
		if more != nil {
			if err := more(tx); err != nil {
				return err
			}
		}
		_, err = tx.PutImport(*imp)
		return err
	})
	if err != nil {
		// Memory is ahead of the disk now: read it again before anything else.
		s.forget()
		if reopened, openErr := journal.Open(ctx, s.store, s.secret); openErr == nil {
			s.journal = reopened
		}
		return tally{}, err
	}
	s.owe(t.block)
	return t, nil
}

// maxPlanetsMade is how many planets there may be for a file to make one more:
// a column that was taken for the planet must not make thousands.
const maxPlanetsMade = 500

// makePlanets makes the planets that activities name and that are not there
// yet: what was exported elsewhere keeps its planets. A name that cannot be one
// is left to be refused row by row.
func (s *System) makePlanets(ctx context.Context, activities []orrery.Activity) error {
	var missing []string
	for i := range activities {
		slug := activities[i].Planet
		if slug == "" || slices.Contains(missing, slug) || CheckSlug(slug) != nil || len(s.planets)+len(missing) >= maxPlanetsMade {
			continue
		}
		if _, err := s.planetID(slug); err != nil {
			missing = append(missing, slug)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return s.changeLocked(ctx, func(tx *sqlite.Tx) error {
		for _, slug := range missing {
			if _, err := tx.PutPlanet(orrery.Planet{Slug: slug, RhythmDays: orrery.DefaultRhythmDays}); err != nil {
				return err
			}
		}
		return nil
	}, func() (err error) {
		s.planets, err = s.store.Planets(context.WithoutCancel(ctx)) // what is stored must be known
		return err
	})
}

// countHolders notes which imports hold what this one brought again, so that
// undoing one of them can say what comes back from where.
func (s *System) countHolders(ctx context.Context, tx *sqlite.Tx, id orrery.ImportID, holders map[orrery.BlockSeq]int) error {
	if len(holders) == 0 {
		return nil
	}
	counts := map[orrery.ImportID]int{}
	for seq, n := range holders {
		holder, err := s.importOf(ctx, seq)
		if err != nil {
			return err
		}
		if holder != 0 && holder != id {
			counts[holder] += n
		}
	}
	for holder, n := range counts {
		if err := tx.AddDuplicates(id, holder, n); err != nil {
			return err
		}
	}
	return nil
}

// importOf returns the import of a block. The caller holds s.writing.
func (s *System) importOf(ctx context.Context, block orrery.BlockSeq) (orrery.ImportID, error) {
	if holder, ok := s.blockImports[block]; ok {
		return holder, nil
	}
	if block < s.journal.Seq() || s.blockImports == nil {
		imports, err := s.store.BlockImports(ctx)
		if err != nil {
			return 0, fmt.Errorf("find imports of blocks: %w", err)
		}
		s.blockImports = imports
	}
	return s.blockImports[block], nil
}

// noteBlock remembers the import of a new block.
func (s *System) noteBlock(block orrery.BlockSeq, imp orrery.ImportID) {
	if s.blockImports != nil && block != 0 {
		s.blockImports[block] = imp
	}
}

// entry turns an activity into what the journal keeps.
func (s *System) entry(a *orrery.Activity, g *identity.Graph, imp *orrery.ImportRecord, source orrery.SourceRecord) (journal.Entry, error) {
	if a.ExternalID == "" {
		return journal.Entry{}, orrery.Errorf(orrery.Invalid, "the activity has no external_id: without one it could not be told from another")
	}
	if a.Kind == "" {
		return journal.Entry{}, orrery.Errorf(orrery.Invalid, "activity %.80q has no kind", a.ExternalID)
	}
	now := s.clock()
	if a.At.UTC().Year() < 1970 || a.At.After(now.Add(aheadAllowed)) {
		return journal.Entry{}, orrery.Errorf(orrery.Invalid, "activity %.80q happened at %s, before 1970 or more than 48 hours ahead", a.ExternalID, a.At.Format(time.RFC3339))
	}
	at := a.At.UnixMicro()
	planet := imp.Planet
	if a.Planet != "" {
		p, err := s.planetID(a.Planet)
		if err != nil {
			return journal.Entry{}, err
		}
		planet = p
	}
	who, err := g.Resolve(a.Actor, source.Name, imp.ID, at)
	if err != nil {
		return journal.Entry{}, err
	}
	namespace := a.Namespace
	if namespace == "" {
		namespace = source.Name
	}
	_, offset := a.At.Zone()
	e := journal.Entry{
		Hot: journal.Hot{
			Identity: who, Planet: planet, AtMicros: at, Offset: int16(offset / 60),
			Origin: a.Origin, Valence: journal.NoValence, Kind: a.Kind,
		},
		Cold: journal.Cold{
			ExternalID: a.ExternalID, Namespace: namespace, Name: a.Name,
			ObjectID: a.Object.ID, ObjectType: a.Object.Type, ObjectTitle: a.Object.Title, ObjectURL: a.Object.URL,
			Thread: a.Thread, Parent: a.Parent, PromptedBy: a.PromptedBy, Unit: a.Unit, Partner: a.Partner,
			Quantity: a.Quantity, Purposes: a.Purposes, Tags: a.Tags,
		},
		Key: s.journal.Key(planet, namespace, a.ExternalID),
	}
	if a.Parent != "" && a.Origin == orrery.OriginUnknown {
		e.ParentKey = s.journal.Key(planet, namespace, a.Parent)
	}
	if a.Valence != nil {
		e.Valence = max(-1, min(1, *a.Valence))
	}
	e.Flags = journal.FlagsOf(a.Gist)
	if a.TimeClamped {
		e.Flags |= journal.FlagTimeClamped
	}
	if a.Retracts != "" {
		e.Flags |= journal.FlagRetraction
		e.Retracts = a.Retracts
		e.RetractsKey = s.journal.Key(planet, namespace, a.Retracts)
	}
	for _, to := range a.To[:min(len(a.To), maxAddressed)] {
		id, err := g.Resolve(to, source.Name, imp.ID, at)
		if errors.Is(err, identity.ErrErased) || orrery.CodeOf(err) == orrery.Invalid {
			continue
		} else if err != nil {
			return journal.Entry{}, err
		}
		if !slices.Contains(e.To, id) {
			e.To = append(e.To, id)
		}
	}
	return e, nil
}

func (s *System) planetID(slug string) (orrery.PlanetID, error) {
	for i := range s.planets {
		if s.planets[i].Slug == slug {
			return s.planets[i].ID, nil
		}
	}
	return 0, orrery.Errorf(orrery.Invalid, "there is no planet %q", slug)
}
