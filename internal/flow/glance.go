package flow

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
)

// Glance is what can be seen of an activity without opening its texts.
type Glance struct {
	journal.Hot
	At       journal.Position
	Day      orrery.Day
	Rule     orrery.Rule
	Received bool // somebody else acted, and addressed one of those asked for
}

// Glances returns the activities of some identities around one planet (0: all)
// from one day to another, both included, newest first. It costs a fraction of
// Recent.
func (s *System) Glances(ctx context.Context, identities []orrery.IdentityID, planet orrery.PlanetID, from, until orrery.Day) ([]Glance, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	p, err := s.posted(ctx)
	if err != nil {
		return nil, err
	}
	still, err := s.journal.Still(ctx)
	if err != nil {
		return nil, err
	}
	decided, err := s.decided(ctx)
	if err != nil {
		return nil, err
	}
	since, before := from.Time().UnixMicro(), (until + 1).Time().UnixMicro()
	blocks := slices.DeleteFunc(p.blocksOf(identities), func(b orrery.BlockSeq) bool {
		return p.spans[b].last < since || p.spans[b].first >= before
	})
	parts := make([][]Glance, min(len(blocks), runtime.GOMAXPROCS(0)))
	group, ctx := errgroup.WithContext(ctx)
	for part := range parts {
		group.Go(func() error {
			var list []Glance
			rules := map[string]orrery.Rule{}
			for i := part; i < len(blocks); i += len(parts) {
				err := still.Look(ctx, blocks[i], identities, func(r *journal.Sight, row int, received bool) {
					at := r.AtMicros(row)
					if at < since || at >= before || planet != 0 && r.Planet(row) != planet {
						return
					}
					hot := r.Hot(row)
					rule, ok := rules[hot.Kind]
					if !ok {
						rule = s.catalogue.Lookup(hot.Kind)
						rules[hot.Kind] = rule
					}
					list = append(list, Glance{
						Hot: hot, At: journal.Position{Block: r.Seq, Row: uint32(row)}, Day: orrery.DayOfUnix(floorSeconds(at)),
						Rule: worthNow(decided.uncounted, rule, &hot), Received: received,
					})
				})
				if err != nil {
					return fmt.Errorf("look at block %d: %w", blocks[i], err)
				}
			}
			parts[part] = list
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	list := slices.Concat(parts...)
	slices.SortFunc(list, func(a, b Glance) int {
		return cmp.Or(cmp.Compare(b.AtMicros, a.AtMicros), cmp.Compare(a.At.Block, b.At.Block), cmp.Compare(a.At.Row, b.At.Row))
	})
	return list, nil
}

// Tell opens what glances saw, in their order.
func (s *System) Tell(ctx context.Context, seen []Glance) ([]Done, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	found := make([]recentRow, len(seen))
	for i := range seen {
		found[i] = recentRow{seen[i].At, seen[i].Hot, seen[i].Received}
	}
	return s.tell(ctx, found)
}
