package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
)

// Recent returns the newest activities of some identities around one planet
// (0: all), those that addressed them included, newest first, at most limit
// before a time (zero: now on). It looks into the blocks in which the identities
// occur, newest first, for as long as they can hold what is asked. The first one
// notes who occurs where, unless live ingest has done so.
func (s *System) Recent(ctx context.Context, identities []orrery.IdentityID, planet orrery.PlanetID, before time.Time, limit int) ([]Done, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.recent(ctx, identities, planet, before, limit)
}

func (s *System) recent(ctx context.Context, identities []orrery.IdentityID, planet orrery.PlanetID, before time.Time, limit int) ([]Done, error) {
	p, err := s.posted(ctx)
	if err != nil {
		return nil, err
	}
	until := int64(math.MaxInt64)
	if !before.IsZero() {
		until = before.UnixMicro()
	}
	still, err := s.journal.Still(ctx)
	if err != nil {
		return nil, err
	}
	q := recent{planet: planet, until: until, limit: limit, least: math.MinInt64}
	blocks := p.blocksOf(identities)
	slices.SortFunc(blocks, func(a, b orrery.BlockSeq) int {
		return cmp.Or(cmp.Compare(p.spans[b].last, p.spans[a].last), cmp.Compare(b, a))
	})
	blocks = slices.DeleteFunc(blocks, func(b orrery.BlockSeq) bool { return p.spans[b].first >= until })
	for len(blocks) > 0 {
		if len(q.found) == limit && (limit == 0 || q.found[limit-1].hot.AtMicros > p.spans[blocks[0]].last) {
			break
		}
		n := min(len(blocks), blocksAtOnce)
		if err := q.look(ctx, still, blocks[:n], identities); err != nil {
			return nil, fmt.Errorf("find a timeline: %w", err)
		}
		blocks = blocks[n:]
	}
	return s.tell(ctx, q.found)
}

// tell opens the texts of rows that were found. The caller holds s.writing.
func (s *System) tell(ctx context.Context, found []recentRow) ([]Done, error) {
	g, err := s.identities(ctx)
	if err != nil {
		return nil, err
	}
	places := make([]journal.Position, len(found))
	for i, f := range found {
		places[i] = f.at
	}
	cold, err := s.journal.ColdRows(ctx, places)
	if err != nil {
		return nil, err
	}
	list := make([]Done, 0, len(found))
	for i, f := range found {
		e := journal.Entry{Hot: f.hot, Cold: cold[i]}
		list = append(list, Done{
			Activity: s.activity(&e, g.Actor), Identity: e.Identity, Received: f.received, Rule: s.catalogue.Lookup(e.Kind),
		})
	}
	return list, nil
}

// recent is a search for the newest rows of some identities.
type recent struct {
	planet orrery.PlanetID
	until  int64
	least  int64 // what is older is not among them
	limit  int
	found  []recentRow // the newest so far, newest first, at most limit
}

type recentRow struct {
	at       journal.Position
	hot      journal.Hot
	received bool
}

// blocksAtOnce is how many blocks are looked into before those that are left are
// judged anew.
const blocksAtOnce = 8

// look looks into some blocks, several at a time.
func (q *recent) look(ctx context.Context, still journal.Still, blocks []orrery.BlockSeq, identities []orrery.IdentityID) error {
	parts := make([]recent, len(blocks))
	workers := min(len(blocks), runtime.GOMAXPROCS(0)) // few: SQLite makes each one's stack grow
	group, ctx := errgroup.WithContext(ctx)
	for worker := range workers {
		group.Go(func() error {
			for i := worker; i < len(blocks); i += workers {
				part := &parts[i]
				*part = *q
				part.found = nil
				if err := still.Look(ctx, blocks[i], identities, part.see); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i := range parts {
		q.found = append(q.found, parts[i].found...)
	}
	q.trim()
	return nil
}

func (q *recent) see(s *journal.Sight, row int, received bool) {
	at := s.AtMicros(row)
	if at >= q.until || q.planet != 0 && s.Planet(row) != q.planet || at < q.least {
		return
	}
	q.found = append(q.found, recentRow{journal.Position{Block: s.Seq, Row: uint32(row)}, s.Hot(row), received})
	if len(q.found) > 4*q.limit+1024 {
		q.trim()
	}
}

// trim keeps the newest.
func (q *recent) trim() {
	slices.SortFunc(q.found, func(a, b recentRow) int {
		return cmp.Or(
			cmp.Compare(b.hot.AtMicros, a.hot.AtMicros),
			cmp.Compare(a.at.Block, b.at.Block), cmp.Compare(a.at.Row, b.at.Row),
		)
	})
	q.found = q.found[:min(q.limit, len(q.found))]
	if len(q.found) == q.limit && q.limit > 0 {
		q.least = q.found[q.limit-1].hot.AtMicros
	}
}

// pageScan is how many activities a page looks through at most: with a planet
// that has few of many, pages are short.
const pageScan = 100_000

var errPageFull = errors.New("the page is full")

// Page returns activities in the order of arrival from a position on, at most
// limit, and the position to go on from, be it later, when more has arrived;
// more says whether there may be any already. With a planet other than 0 it is only
// that planet's. What was taken back is left out.
func (s *System) Page(ctx context.Context, planet orrery.PlanetID, from journal.Position, limit int) (list []orrery.Activity, next journal.Position, more bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return nil, next, false, err
	}
	names, err := s.namesOfBlocks(ctx)
	if err != nil {
		return nil, next, false, err
	}
	scanned := 0
	err = s.journal.Replay(ctx, max(from.Block, 1)-1, func(r *journal.Replayed) error {
		if scanned > pageScan {
			next, more = journal.Position{Block: r.Seq}, true
			return errPageFull
		}
		scanned += r.N
		wanted := func(row int) bool {
			return !r.TakenBack(row) && (planet == 0 || r.Planet[row] == planet) && (r.Seq > from.Block || row >= int(from.Row))
		}
		return s.journal.Entries(ctx, r, wanted, func(row int, e *journal.Entry) error {
			if len(list) == limit {
				next, more = journal.Position{Block: r.Seq, Row: uint32(row)}, true
				return errPageFull
			}
			a := s.activity(e, g.Actor)
			a.Source = names[r.Import]
			list = append(list, a)
			return nil
		})
	})
	if err != nil && !errors.Is(err, errPageFull) {
		return nil, next, false, fmt.Errorf("read activities: %w", err)
	}
	if !more {
		next = journal.Position{Block: max(from.Block, s.journal.Seq()+1)}
	}
	return list, next, more, nil
}
