package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
)

// Glance is what can be seen of an activity without opening its texts.
type Glance struct {
	At       journal.Position
	Day      orrery.Day
	Kind     string
	Rule     orrery.Rule
	Origin   orrery.Origin
	Valence  int8                // −1, 0, +1 or journal.NoValence
	Identity orrery.IdentityID   // who acted
	To       []orrery.IdentityID // whom it addressed
	Received bool                // somebody else acted, and addressed one of those asked for
	micros   int64
}

// Glances returns the activities of some identities around one planet from one
// day to another, both included, newest first. It costs a fraction of Recent.
func (s *System) Glances(ctx context.Context, identities []orrery.IdentityID, planet orrery.PlanetID, from, until orrery.Day) ([]Glance, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	p, err := s.posted(ctx)
	if err != nil {
		return nil, err
	}
	since, before := from.Time().UnixMicro(), (until + 1).Time().UnixMicro()
	var list []Glance
	rules := map[string]orrery.Rule{}
	for _, block := range p.blocksOf(identities) {
		if p.spans[block].last < since || p.spans[block].first >= before {
			continue
		}
		err := s.journal.Look(ctx, block, identities, func(r *journal.Sight, row int, received bool) {
			at := r.AtMicros(row)
			if at < since || at >= before || r.Planet(row) != planet {
				return
			}
			hot := r.Hot(row)
			rule, ok := rules[hot.Kind]
			if !ok {
				rule = s.catalogue.Lookup(hot.Kind)
				rules[hot.Kind] = rule
			}
			list = append(list, Glance{
				At: journal.Position{Block: r.Seq, Row: uint32(row)}, Day: orrery.DayOfUnix(floorSeconds(at)), micros: at,
				Kind: hot.Kind, Rule: rule, Origin: hot.Origin, Valence: hot.Valence, Identity: hot.Identity, To: hot.To, Received: received,
			})
		})
		if err != nil {
			return nil, fmt.Errorf("look at block %d: %w", block, err)
		}
	}
	slices.SortFunc(list, func(a, b Glance) int {
		return cmp.Or(cmp.Compare(b.micros, a.micros), cmp.Compare(a.At.Block, b.At.Block), cmp.Compare(a.At.Row, b.At.Row))
	})
	return list, nil
}

// Tell opens what a glance saw.
func (s *System) Tell(ctx context.Context, seen Glance) (Done, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return Done{}, err
	}
	e, err := s.journal.Entry(ctx, seen.At)
	if err != nil {
		return Done{}, err
	}
	return Done{Activity: s.activity(e, g.Actor), Identity: e.Identity, Received: seen.Received, Rule: seen.Rule}, nil
}
