package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
	"orrery.dev/orrery/internal/store/sqlite"
)

const (
	batchSize   = 4096
	maxSkipped  = 10_000 // skipped rows kept of one import; the rest is only counted
	batchesHeld = 2      // read ahead of the writer
)

// ImportPlan says how an import is to be stored.
type ImportPlan struct {
	Planet string // slug; empty: the only planet, else what the connector suggests
	Source string // name; empty: what the connector says
	// Daily goes on with the import of the source that began on this day and
	// ended well, if there is one: what is asked often is one import a day, which
	// can be undone as one.
	Daily bool
	// Started is called once, when the import has its number, or is nil. It may
	// still wait for another import to end.
	Started func(orrery.ImportID)
	// Progress is called from one goroutine, often; or nil.
	Progress func(ImportProgress)
}

// ImportProgress is how far an import is.
type ImportProgress struct {
	Import orrery.ImportID
	collect.Progress
}

// ImportResult is what an import did.
type ImportResult struct {
	orrery.ImportRecord
	PlanetSlug string
	SourceName string
	Members    int64         // whom the added activities belong to
	Resumed    bool          // it took up an import that had been cut off
	Took       time.Duration // whole
}

// Import runs a connector from the source's cursor on and stores what it emits.
// What was acknowledged to the connector's sink in full batches stays, whatever
// happens after; running it again completes it without doubling.
func (s *System) Import(ctx context.Context, c collect.Connector, plan ImportPlan) (ImportResult, error) {
	began := s.clock()
	described, err := c.Source(ctx)
	if err != nil {
		return ImportResult{}, err
	}
	planet, source, imp, resumed, err := s.begin(ctx, described, plan)
	if err != nil {
		return ImportResult{}, err
	}
	defer s.ended(imp.ID)
	if plan.Started != nil {
		plan.Started(imp.ID)
	}
	s.importing.Lock()
	defer s.importing.Unlock()
	run := importRun{system: s, source: source, imp: imp, plan: plan}
	if described.Mirror {
		if run.seen, err = s.toBeSeen(ctx, source.ID, imp.ID, resumed); err != nil {
			return ImportResult{}, err
		}
	}
	err = run.run(ctx, c)
	result := ImportResult{PlanetSlug: planet.Slug, SourceName: source.Name, Resumed: resumed}
	if err != nil {
		s.failed(ctx, &run, err)
	} else {
		var folding sync.WaitGroup
		folding.Go(func() { _ = s.store.Fold(ctx) }) // what is not folded now is folded on closing
		if result.Members, err = s.caughtUp(ctx, &run); err == nil {
			err = s.refitAside(ctx, true)
		}
		folding.Wait()
	}
	result.ImportRecord, result.Took = run.imp, s.clock().Sub(began)
	return result, err
}

// failed says that an import did not end well. What is stored stays. The store
// may be what failed, so this is best effort.
func (s *System) failed(ctx context.Context, run *importRun, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	run.err = err
	run.imp.State, run.imp.Error, run.imp.Finished = orrery.ImportFailed, err.Error(), s.clock()
	failed := run.imp
	if writeErr := s.store.Write(context.WithoutCancel(ctx), func(tx *sqlite.Tx) error {
		if run.rests {
			if _, err := tx.PutSource(run.source); err != nil {
				return err
			}
		}
		if _, err := tx.PutImport(failed); err != nil || errors.Is(run.err, context.Canceled) {
			return err
		}
		return tx.PutNews(run.news(orrery.NewsImportFailed, failed))
	}); writeErr != nil {
		s.log.Warn("import left open", "import", failed.ID, "reason", writeErr.Error())
	}
	s.dropState()
}

// caughtUp brings the state up to date with what an import stored, and counts
// whose activities they were.
func (s *System) caughtUp(ctx context.Context, run *importRun) (members int64, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.catchUp(ctx, run.blocks); err != nil {
		s.dropState()
		return 0, err
	}
	return int64(run.members(s.state)), nil
}

func (s *System) begin(ctx context.Context, d collect.Source, plan ImportPlan) (planet orrery.Planet, source orrery.SourceRecord, imp orrery.ImportRecord, resumed bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err = s.preload(ctx); err != nil {
		return planet, source, imp, false, err
	}
	if planet, source, err = s.place(ctx, d, plan); err != nil {
		return planet, source, imp, false, err
	}
	if imp, resumed, err = s.beginImport(ctx, source, planet.ID, plan.Daily); err == nil {
		s.activeMu.Lock()
		defer s.activeMu.Unlock()
		s.active[imp.ID] = true
	}
	return planet, source, imp, resumed, err
}

// ended forgets an import that is no longer under way.
func (s *System) ended(id orrery.ImportID) {
	s.activeMu.Lock()
	defer s.activeMu.Unlock()
	delete(s.active, id)
}

// place finds or makes the planet and the source of an import.
func (s *System) place(ctx context.Context, d collect.Source, plan ImportPlan) (orrery.Planet, orrery.SourceRecord, error) {
	slug := plan.Planet
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return orrery.Planet{}, orrery.SourceRecord{}, fmt.Errorf("read sources: %w", err)
	}
	name := plan.Source
	if name == "" {
		name = d.Name
	}
	// A source that is known goes on where it went before, unless told otherwise.
	for _, src := range sources {
		if src.Name == name && src.Origin == d.Origin && slug == "" {
			for _, p := range s.planets {
				if p.ID == src.Planet {
					return p, src, nil
				}
			}
		}
	}
	if slug == "" {
		slug = d.Planet
		if len(s.planets) == 1 {
			slug = s.planets[0].Slug
		}
	}
	if d.Kind == "csv" && plan.Source == "" {
		name = "csv/" + slug
	}
	if err := CheckSlug(slug); err != nil {
		return orrery.Planet{}, orrery.SourceRecord{}, err
	}
	var planet orrery.Planet
	for _, p := range s.planets {
		if p.Slug == slug {
			planet = p
		}
	}
	var source orrery.SourceRecord
	for _, src := range sources {
		if src.Name == name {
			source = src
		}
	}
	if source.ID != 0 && source.Kind != d.Kind {
		return planet, source, orrery.Errorf(orrery.Conflict, "the source %q is of kind %s, not %s: choose another name with --source", name, source.Kind, d.Kind)
	}
	if source.ID != 0 && planet.ID != source.Planet && d.Kind == "git" {
		// The cursor of a source counts for one planet: the same repository around
		// another planet is another source.
		name += "@" + slug
		source = orrery.SourceRecord{}
		for _, src := range sources {
			if src.Name == name {
				source = src
			}
		}
	}
	if source.ID != 0 && (source.Origin != d.Origin || source.Planet != planet.ID) {
		source.Cursor = nil // another file or clone under the same name, or around another planet: read it all
	}
	err = s.changeLocked(ctx, func(tx *sqlite.Tx) (err error) {
		if planet.ID == 0 {
			planet = orrery.Planet{Slug: slug, RhythmDays: orrery.DefaultRhythmDays}
			if planet.ID, err = tx.PutPlanet(planet); err != nil {
				return err
			}
		}
		source.Name, source.Kind, source.Planet, source.Origin = name, d.Kind, planet.ID, d.Origin
		source.ID, err = tx.PutSource(source)
		return err
	}, func() (err error) {
		s.planets, err = s.store.Planets(context.WithoutCancel(ctx)) // what is stored must be known
		return err
	})
	return planet, source, err
}

// CheckSlug says whether a text can name a planet: Invalid where it cannot.
func CheckSlug(slug string) error {
	if slug == "" || len(slug) > 63 {
		return orrery.Errorf(orrery.Invalid, "a planet needs a name of 1 to 63 letters, digits and dashes: give it with --planet")
	}
	for _, r := range slug {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.' {
			return orrery.Errorf(orrery.Invalid, "%q cannot name a planet: use lower-case letters, digits and dashes, as in --planet night-radio", slug)
		}
	}
	return nil
}

// beginImport opens an import, or takes up the one that a crash cut off, or
// today's where that is wanted.
func (s *System) beginImport(ctx context.Context, source orrery.SourceRecord, planet orrery.PlanetID, daily bool) (orrery.ImportRecord, bool, error) {
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return orrery.ImportRecord{}, false, fmt.Errorf("read imports: %w", err)
	}
	imp := orrery.ImportRecord{Source: source.ID, Planet: planet, Started: s.clock(), Before: source.Cursor}
	resumed, kept := false, false
	for _, i := range imports {
		if i.Source != source.ID || i.Planet != planet {
			continue
		}
		if s.isActive(i.ID) {
			return imp, false, orrery.Errorf(orrery.Conflict, "%s is being imported already, as import %d", source.Name, i.ID)
		}
		today := daily && !i.Live && orrery.DayOf(i.Started) == s.Now()
		if i.State == orrery.ImportRunning || i.State == orrery.ImportFailed || today && i.State == orrery.ImportDone {
			imp, resumed, kept = i, true, today
			imp.Error, imp.Finished = "", time.Time{}
		}
	}
	imp.State = orrery.ImportRunning
	if resumed && !kept { // it is read from its beginning once more
		imp.Read, imp.Duplicates, imp.Skipped = 0, 0, 0
	}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) (err error) {
		if resumed && !kept {
			if err := tx.DeleteSkipped(imp.ID); err != nil {
				return err
			}
		}
		imp.ID, err = tx.PutImport(imp)
		audit.About(ctx, audit.Number("import", imp.ID))
		return err
	})
	return imp, resumed, err
}

func (s *System) isActive(id orrery.ImportID) bool {
	s.activeMu.Lock()
	defer s.activeMu.Unlock()
	return s.active[id]
}

// toBeSeen returns where the keys of a complete reading are to be gathered; nil
// where nothing of the source is stored that it could lack.
func (s *System) toBeSeen(ctx context.Context, source orrery.SourceID, current orrery.ImportID, resumed bool) (*keyset.Set, error) {
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	for _, i := range imports {
		if i.Source == source && (i.ID != current || resumed) {
			return &keyset.Set{}, nil
		}
	}
	return nil, nil
}

// importRun is one import under way: the connector reads in one goroutine, the
// writer stores in another.
type importRun struct {
	system *System
	source orrery.SourceRecord
	imp    orrery.ImportRecord
	plan   ImportPlan

	actors []bool            // by IdentityID: who did something of what was added
	blocks []orrery.BlockSeq // that hold it
	seen   *keyset.Set       // keys of all that was read; only of sources that may say they showed everything
	spare  chan *batch       // that were stored, to be filled again
	err    error             // why it failed
	rests  bool              // it did not end, and goes on from the source's cursor
}

// members counts whom the added activities belong to.
func (r *importRun) members(st *State) int {
	n := 0
	counted := make([]bool, len(st.Members))
	for id, acted := range r.actors {
		if m := st.member(orrery.IdentityID(id)); acted && !counted[m] && st.Others[m] != orrery.Visitor {
			counted[m] = true
			n++
		}
	}
	return n
}

func (r *importRun) run(ctx context.Context, c collect.Connector) error {
	batches := make(chan *batch, batchesHeld)
	r.spare = make(chan *batch, batchesHeld)
	sink := &importSink{run: r, out: batches, next: &batch{}, kept: int(min(r.imp.Skipped, maxSkipped))}
	var (
		cursor        collect.Cursor
		rests, broken bool
	)
	group, running := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		defer close(batches)
		if cursor, err = c.Collect(running, r.source.Cursor, sink); err != nil {
			flushed := sink.flush(context.WithoutCancel(ctx))
			rests = flushed == nil && cursor != nil && orrery.CodeOf(err) == orrery.Exhausted
			return errors.Join(err, flushed)
		}
		if sink.complete && r.seen != nil {
			return sink.flush(running) // all must be seen before what is missing is
		}
		return nil
	})
	group.Go(func() error {
		for b := range batches {
			if err := r.store(context.WithoutCancel(ctx), b, nil); err != nil {
				broken = true
				go func() { // let the connector run into the cancelled context
					for range batches { //nolint:revive // drain
					}
				}()
				return err
			}
			b.reset()
			select {
			case r.spare <- b:
			default:
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		if rests && !broken {
			r.source.Cursor, r.rests = cursor, true
		}
		return err
	}
	if sink.complete && r.seen != nil {
		if err := r.retractMissing(ctx); err != nil {
			return err
		}
	}
	r.source.Cursor = cursor
	r.imp.State, r.imp.Finished = orrery.ImportDone, r.system.clock()
	rest := sink.next // goes with the cursor: one sync less
	return r.store(ctx, rest, func(tx *sqlite.Tx) error {
		if _, err := tx.PutSource(r.source); err != nil || r.plan.Daily {
			return err // what is asked every few minutes ends as often, and nobody wants to hear of it
		}
		return tx.PutNews(r.news(orrery.NewsImportEnded, r.imp))
	})
}

// news tells how an import ended.
func (r *importRun) news(t orrery.NewsType, imp orrery.ImportRecord) orrery.News {
	n := orrery.News{Type: t, At: imp.Finished, Planet: imp.Planet, Data: orrery.NewsData{Import: imp.ID, Source: r.source.Name, Path: "/sources"}}
	for _, p := range r.system.planets {
		if p.ID == imp.Planet {
			n.Data.Planet = p.Slug
		}
	}
	if t == orrery.NewsImportFailed {
		n.Data.Reason = orrery.CodeOf(r.err).String()
		return n
	}
	n.Data.Added, n.Data.Skipped = &imp.Added, &imp.Skipped
	if imp.Skipped > 0 {
		n.Data.Path = fmt.Sprintf("/imports/%d/skipped", imp.ID)
	}
	return n
}

func (r *importRun) store(ctx context.Context, b *batch, more func(*sqlite.Tx) error) error {
	if b.empty() && more == nil {
		return nil
	}
	r.system.writing.Lock()
	defer r.system.writing.Unlock()
	t, err := r.system.storeBatch(ctx, b, &r.imp, r.source, r.seen, more)
	if err != nil {
		return err
	}
	for _, id := range t.actors {
		if grow := int(id) + 1 - len(r.actors); grow > 0 {
			r.actors = append(r.actors, make([]bool, grow)...)
		}
		r.actors[id] = true
	}
	if t.block != 0 {
		r.blocks = append(r.blocks, t.block)
	}
	return nil
}

// retractMissing takes back what earlier imports of the source hold and this
// complete reading did not show again, and brings back what an earlier reading
// took back and this one showed.
func (r *importRun) retractMissing(ctx context.Context) error {
	s := r.system
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return err
	}
	ofSource := map[orrery.ImportID]bool{}
	for _, i := range imports {
		ofSource[i.ID] = i.Source == r.source.ID
	}
	b, err := r.missing(ctx, ofSource)
	if err != nil {
		return fmt.Errorf("compare with what the source no longer shows: %w", err)
	}
	for len(b.activities) > 0 {
		n := min(batchSize, len(b.activities))
		if err := r.store(ctx, &batch{activities: b.activities[:n]}, nil); err != nil {
			return err
		}
		b.activities = b.activities[n:]
	}
	return nil
}

func (r *importRun) missing(ctx context.Context, ofSource map[orrery.ImportID]bool) (*batch, error) {
	s := r.system
	s.writing.Lock()
	defer s.writing.Unlock()
	b := &batch{}
	now := s.clock()
	suffix := fmt.Sprintf("/gone@%d", r.imp.ID)
	err := s.journal.Replay(ctx, 0, func(block *journal.Replayed) error {
		if !ofSource[block.Import] {
			return nil
		}
		keys, err := s.journal.KeysOf(ctx, block.Seq)
		if err != nil {
			return err
		}
		gone := map[int]bool{}
		for row := range block.N {
			if _, shown := r.seen.Get(keys[row]); !shown && block.Counts(row) {
				gone[row] = true
			}
		}
		for _, retraction := range block.Retracts { // of something that is back
			if _, shown := r.seen.Get(retraction.Key); shown && !block.TakenBack(int(retraction.Row)) {
				gone[int(retraction.Row)] = true
			}
		}
		return s.journal.Entries(ctx, block, func(row int) bool { return gone[row] }, func(_ int, e *journal.Entry) error {
			who, ok := s.graph.Identity(e.Identity)
			if !ok {
				return nil
			}
			b.activities = append(b.activities, orrery.Activity{
				ExternalID: e.ExternalID + suffix, Namespace: e.Namespace, Planet: s.slug(e.Planet), Kind: e.Kind, At: now, Retracts: e.ExternalID,
				Actor: orrery.Actor{Namespace: who.Key.Namespace, Type: who.Key.Type, Value: who.Key.Value},
			})
			return nil
		})
	})
	return b, err
}

// importSink gathers what a connector emits into batches.
type importSink struct {
	run      *importRun
	out      chan<- *batch
	next     *batch
	kept     int // skipped rows kept
	complete bool
}

var _ collect.Sink = (*importSink)(nil)

func (k *importSink) Activity(ctx context.Context, a *orrery.Activity) error {
	k.next.activities = append(k.next.activities, *a)
	last := &k.next.activities[len(k.next.activities)-1]
	last.To, last.Purposes, last.Tags = slices.Clone(a.To), slices.Clone(a.Purposes), slices.Clone(a.Tags)
	if a.Valence != nil {
		valence := *a.Valence
		last.Valence = &valence
	}
	if len(k.next.activities) >= batchSize {
		return k.flush(ctx)
	}
	return nil
}

func (k *importSink) Link(_ context.Context, l orrery.Link) error {
	k.next.links = append(k.next.links, l)
	return nil
}

func (k *importSink) Affiliation(_ context.Context, a orrery.Affiliation) error {
	k.next.affiliations = append(k.next.affiliations, a)
	return nil
}

func (k *importSink) Skip(ctx context.Context, row collect.Skipped) error {
	if k.kept >= maxSkipped {
		k.next.unkept++
		return nil
	}
	k.kept++
	k.next.skipped = append(k.next.skipped, orrery.SkippedRow(row))
	if len(k.next.skipped) >= batchSize {
		return k.flush(ctx)
	}
	return nil
}

func (k *importSink) Progress(p collect.Progress) {
	if k.run.plan.Progress != nil {
		k.run.plan.Progress(ImportProgress{Import: k.run.imp.ID, Progress: p})
	}
}

func (k *importSink) Complete() { k.complete = true }

func (k *importSink) flush(ctx context.Context) error {
	if k.next.empty() {
		return nil
	}
	select {
	case k.out <- k.next:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case k.next = <-k.run.spare:
	default:
		k.next = &batch{activities: make([]orrery.Activity, 0, batchSize)}
	}
	return nil
}
