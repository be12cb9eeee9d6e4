package flow

import (
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/repulsion"
)

// Opened is an activity that a report told of, with its texts, and whose it is now.
type Opened struct {
	Done
	Member orrery.MemberID
	Nth    int // of what was asked for
}

// OpenDeeds opens the texts of activities that a report told of, in their order.
// Those that were taken away since, or are somebody else's place now, are left out.
func (s *System) OpenDeeds(ctx context.Context, planet orrery.PlanetID, deeds []repulsion.Deed) ([]Opened, error) {
	spots := make([]spot, len(deeds))
	for i, d := range deeds {
		spots[i] = spot{journal.Position{Block: d.Block, Row: d.Row}, d.Day}
	}
	return s.openSpots(ctx, planet, spots, repels)
}

// OpenPartnerDeeds opens the texts of activities that stand behind a partner's
// figures, as OpenDeeds does.
func (s *System) OpenPartnerDeeds(ctx context.Context, planet orrery.PlanetID, deeds []partner.Deed) ([]Opened, error) {
	spots := make([]spot, len(deeds))
	for i, d := range deeds {
		spots[i] = spot{journal.Position{Block: d.Block, Row: d.Row}, orrery.DayOfUnix(floorSeconds(d.AtMicros))}
	}
	return s.openSpots(ctx, planet, spots, func(*orrery.Rule, int8) bool { return true })
}

// spot is where an activity of a day stood when it was read.
type spot struct {
	at  journal.Position
	day orrery.Day
}

func (s *System) openSpots(ctx context.Context, planet orrery.PlanetID, spots []spot, keep func(*orrery.Rule, int8) bool) ([]Opened, error) {
	b, err := s.past(ctx, 0)
	if err != nil {
		return nil, err
	}
	wanted := map[orrery.BlockSeq]map[uint32]int{}
	for i, d := range spots {
		if wanted[d.at.Block] == nil {
			wanted[d.at.Block] = map[uint32]int{}
		}
		wanted[d.at.Block][d.at.Row] = i
	}
	found := make([]*recentRow, len(spots))
	members := make([]orrery.MemberID, len(spots))
	for block, rows := range wanted {
		err := b.journal.ReplayBlock(ctx, block, func(r *journal.Replayed) error {
			for row, i := range rows {
				at := int(row)
				if at >= r.N || r.Planet[at] != planet || !r.Counts(at) || orrery.DayOfUnix(floorSeconds(r.AtMicros[at])) != spots[i].day {
					continue
				}
				kind := r.Kinds[r.Kind[at]]
				rule := b.state.catalogue.Lookup(kind)
				if members[i] = b.state.member(r.Identity[at]); members[i] == 0 || !keep(&rule, r.Valence[at]) {
					continue
				}
				found[i] = &recentRow{at: journal.Position{Block: block, Row: row}, hot: journal.Hot{
					Identity: r.Identity[at], Planet: planet, AtMicros: r.AtMicros[at], Offset: r.Offset[at], Origin: r.Origin[at],
					Valence: r.Valence[at], Flags: r.Flags[at], Kind: kind, KindIndex: r.Kind[at], InThread: r.InThread[at], OnObject: r.OnObject[at],
				}}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("open what was told of: %w", err)
		}
	}
	var rows []recentRow
	var nth []int
	for i, f := range found {
		if f != nil {
			rows, nth = append(rows, *f), append(nth, i)
		}
	}
	s.writing.Lock()
	done, err := s.tell(ctx, rows)
	s.writing.Unlock()
	if err != nil {
		return nil, err
	}
	out := make([]Opened, len(done))
	for i := range done {
		out[i] = Opened{done[i], members[nth[i]], nth[i]}
	}
	return out, nil
}
