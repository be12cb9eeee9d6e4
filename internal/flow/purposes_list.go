package flow

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/purpose"
)

// AlignedQuery asks for the activities behind a figure of a purpose.
type AlignedQuery struct {
	Purpose     purpose.Purpose
	Measure     int             // index in Purpose.Measures
	Member      orrery.MemberID // 0: anybody
	From, Until orrery.Day      // both included; Until 0: now
	Before      string          // Next of the page before; empty: the newest
	Limit       int
}

// Aligned is an activity that counts for a purpose, and why.
type Aligned struct {
	Done
	Member orrery.MemberID
	Amount purpose.Amount
	Why    string // in words
}

// place is where an activity stands in a list: newest first, as they arrived among
// equals.
type place struct {
	micros int64
	at     journal.Position
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(q.micros, p.micros), cmp.Compare(p.at.Block, q.at.Block), cmp.Compare(p.at.Row, q.at.Row))
}

func (p place) String() string { return fmt.Sprintf("%d.%d.%d", p.micros, p.at.Block, p.at.Row) }

func parsePlace(text string) (p place, err error) {
	if n, err := fmt.Sscanf(text, "%d.%d.%d", &p.micros, &p.at.Block, &p.at.Row); err != nil || n != 3 || p.String() != text {
		return p, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
	}
	return p, nil
}

type alignedRow struct {
	place
	hot    journal.Hot
	member orrery.MemberID
	amount purpose.Amount
	why    string
}

// Aligned lists the activities that a measure counts, newest first, and where the
// next page goes on: empty on the last. It looks into blocks for as long as they can
// hold what is asked.
func (s *System) Aligned(ctx context.Context, q AlignedQuery) (list []Aligned, next string, err error) {
	if q.Measure < 0 || q.Measure >= len(q.Purpose.Measures) {
		return nil, "", orrery.Errorf(orrery.NotFound, "%s has no measure %d", q.Purpose.Slug, q.Measure+1)
	}
	after := place{micros: math.MaxInt64}
	if q.Before != "" {
		if after, err = parsePlace(q.Before); err != nil {
			return nil, "", err
		}
	}
	found, err := s.findAligned(ctx, q, after)
	if err != nil {
		return nil, "", fmt.Errorf("find what counts for %s: %w", q.Purpose.Slug, err)
	}
	if len(found) > q.Limit {
		found = found[:q.Limit]
		next = found[q.Limit-1].String()
	}
	rows := make([]recentRow, len(found))
	for i, f := range found {
		rows[i] = recentRow{at: f.at, hot: f.hot}
	}
	s.writing.Lock()
	done, err := s.tell(ctx, rows)
	s.writing.Unlock()
	if err != nil {
		return nil, "", err
	}
	for i, f := range found {
		list = append(list, Aligned{Done: done[i], Member: f.member, Amount: f.amount, Why: f.why})
	}
	return list, next, nil
}

// findAligned returns one more than was asked for where there are more.
func (s *System) findAligned(ctx context.Context, q AlignedQuery, after place) ([]alignedRow, error) {
	m := &q.Purpose.Measures[q.Measure]
	only := q.Purpose
	only.Measures = only.Measures[q.Measure : q.Measure+1]
	first := max(q.From, m.From).Time().UnixMicro()
	last := int64(math.MaxInt64)
	if q.Until != 0 {
		last = (q.Until + 1).Time().UnixMicro() - 1
	}
	var countings []*counting
	for _, planet := range s.Planets() {
		if only.Serves(planet.ID) {
			c, err := s.counting(ctx, planet, []purpose.Purpose{only}, q.Until)
			if err != nil {
				return nil, err
			}
			countings = append(countings, c)
		}
	}
	blocks, spans, err := s.blocksBetween(ctx, q.Member, first, min(last, after.micros))
	if err != nil || len(countings) == 0 {
		return nil, err
	}
	var found []alignedRow
	still := countings[0].builder.journal
	for i, block := range blocks {
		if len(found) > q.Limit {
			slices.SortFunc(found, func(a, b alignedRow) int { return a.compare(b.place) })
			found = found[:q.Limit+1]
			if found[q.Limit].micros > spans[i].last {
				return found, nil
			}
		}
		err := still.ReplayBlock(ctx, block, func(r *journal.Replayed) error {
			wanted := func(row int) bool {
				at := place{r.AtMicros[row], journal.Position{Block: r.Seq, Row: uint32(row)}}
				return at.micros >= first && at.micros <= last && after.compare(at) < 0 &&
					(q.Member == 0 || countings[0].builder.state.member(r.Identity[row]) == q.Member)
			}
			for _, c := range countings {
				err := c.read(ctx, r, wanted, func(row int, h *journal.Hot, a *purpose.Act) {
					if amount, clause, ok := m.Counts(a, q.Purpose.Slug); ok {
						at := place{h.AtMicros, journal.Position{Block: r.Seq, Row: uint32(row)}}
						hot := *h
						hot.To = slices.Clone(h.To)
						found = append(found, alignedRow{at, hot, a.Member, amount, clause.Why(a)})
					}
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found, func(a, b alignedRow) int { return a.compare(b.place) })
	return found[:min(q.Limit+1, len(found))], nil
}

// blocksBetween lists the blocks that may hold activities of a time, those that end
// last first; of one member's alone where it is not 0.
func (s *System) blocksBetween(ctx context.Context, m orrery.MemberID, first, last int64) ([]orrery.BlockSeq, []span, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	p, err := s.posted(ctx)
	if err != nil {
		return nil, nil, err
	}
	var blocks []orrery.BlockSeq
	if m != 0 {
		g, err := s.identities(ctx)
		if err != nil {
			return nil, nil, err
		}
		var ids []orrery.IdentityID
		for _, i := range g.Of(m) {
			ids = append(ids, i.ID)
		}
		blocks = p.blocksOf(ids)
	} else {
		for block := range p.spans {
			blocks = append(blocks, block)
		}
	}
	blocks = slices.DeleteFunc(blocks, func(b orrery.BlockSeq) bool { return p.spans[b].last < first || p.spans[b].first > last })
	slices.SortFunc(blocks, func(a, b orrery.BlockSeq) int {
		return cmp.Or(cmp.Compare(p.spans[b].last, p.spans[a].last), cmp.Compare(b, a))
	})
	spans := make([]span, len(blocks))
	for i, b := range blocks {
		spans[i] = p.spans[b]
	}
	return blocks, spans, nil
}
