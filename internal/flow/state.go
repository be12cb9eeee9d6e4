package flow

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
)

// State is the field with what its numbers mean. It is a function of the
// journal, the identity rows, the catalogue and what people decided not to count.
// Read it under the System's Read only.
type State struct {
	Engine  *field.Engine
	Members []orrery.MemberID                     // by IdentityID; index 0 unused
	Others  map[orrery.MemberID]orrery.MemberKind // who is no person: bots, teammates and visitors
	Newest  map[orrery.PlanetID]orrery.Day        // last day with any activity
	Oldest  map[orrery.PlanetID]orrery.Day
	Entries map[orrery.PlanetID]int64 // activities that count
	AsOf    orrery.Day                // 0: now; otherwise later activities are left out

	catalogue *catalogue.Catalogue // by which its engine counts

	uncounted *authentic.Uncounted // what people decided not to count

	fits  map[orrery.PlanetID]Fits  // learned from each planet's past; part of no hash
	kinds map[string]uint16         // kind → index of its rule in the engine
	dead  map[journal.Position]bool // entries that are taken back, as the engine has it; nil before anything was stored
	owing map[orrery.BlockSeq]bool  // blocks that are stored and not in the engine yet
}

// Kind returns whether a member is a person, a bot, a teammate or a visitor.
func (st *State) Kind(m orrery.MemberID) orrery.MemberKind { return st.Others[m] }

// Visitors counts who came to a planet and did not say who they are.
func (st *State) Visitors(planet orrery.PlanetID) (n int) {
	any := false
	for _, kind := range st.Others {
		if any = kind == orrery.Visitor; any {
			break
		}
	}
	if !any {
		return 0
	}
	for orbit := range st.Engine.Orbits(planet) {
		if st.Others[orbit.Member] == orrery.Visitor {
			n++
		}
	}
	return n
}

// IsPerson keeps people and leaves out bots, teammates and visitors.
func (st *State) IsPerson(m orrery.MemberID) bool { return st.Others[m] == orrery.Person }

// Read hands the current state to fn, building it first if there is none. fn
// must not keep it.
func (s *System) Read(ctx context.Context, fn func(*State) error) error {
	s.mu.RLock()
	if s.state == nil {
		s.mu.RUnlock()
		if err := s.prepare(ctx); err != nil {
			return err
		}
		s.mu.RLock()
	}
	defer s.mu.RUnlock()
	if s.state == nil {
		return orrery.Errorf(orrery.Conflict, "the data is being changed: ask again")
	}
	return fn(s.state)
}

func (s *System) prepare(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.ensureState(ctx)
}

// preload loads the snapshot, if it counts, before a change makes it old: what
// follows can then be applied to it. The caller holds s.writing.
func (s *System) preload(ctx context.Context) error {
	if s.state != nil {
		return nil
	}
	st, err := s.loadSnapshot(ctx)
	if err != nil || st == nil {
		return err
	}
	st.owing = map[orrery.BlockSeq]bool{}
	decided, err := s.decided(ctx)
	if err != nil {
		return err
	}
	st.uncounted = decided.uncounted
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = st
	return nil
}

// ensureState loads the snapshot or rebuilds. The caller holds s.writing.
func (s *System) ensureState(ctx context.Context) error {
	if s.state != nil {
		return s.settle(ctx)
	}
	if err := s.preload(ctx); err != nil || s.state != nil {
		return err
	}
	return s.rebuild(ctx)
}

// ReadAsOf hands fn the state as it was on a day: what had happened by then,
// seen with today's identities, catalogue and fit. Changes go on beside it.
func (s *System) ReadAsOf(ctx context.Context, day orrery.Day, fn func(*State) error) error {
	if day == 0 {
		return s.Read(ctx, fn)
	}
	b, err := s.past(ctx, day)
	if err != nil {
		return err
	}
	if _, err := b.build(ctx, day); err != nil {
		return err
	}
	return fn(b.state)
}

// builder holds what a state is built of, so that building needs no lock.
type builder struct {
	state   *State
	journal journal.Still
}

// builder gathers what a state is built of. The caller holds s.writing.
func (s *System) builder(ctx context.Context, asOf orrery.Day) (*builder, error) {
	g, err := s.identities(ctx)
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
	return &builder{
		state: &State{
			uncounted: decided.uncounted, Members: g.Members(), Others: g.Others(), AsOf: asOf,
			Newest: map[orrery.PlanetID]orrery.Day{}, Oldest: map[orrery.PlanetID]orrery.Day{}, Entries: map[orrery.PlanetID]int64{},
			kinds: map[string]uint16{}, owing: map[orrery.BlockSeq]bool{}, dead: still.TakenBack(),
			catalogue: s.catalogue,
		},
		journal: still,
	}, nil
}

// past gathers what a state of the past is built of, under today's fits.
func (s *System) past(ctx context.Context, asOf orrery.Day) (*builder, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ensureState(ctx); err != nil {
		return nil, err
	}
	b, err := s.builder(ctx, asOf)
	if err != nil {
		return nil, err
	}
	b.state.Members, b.state.fits = slices.Clone(b.state.Members), s.state.fits
	return b, nil
}

// build replays the journal into a new state. The caller holds s.writing.
func (s *System) build(ctx context.Context) (*State, error) {
	b, err := s.builder(ctx, 0)
	if err != nil {
		return nil, err
	}
	_, err = b.build(ctx, math.MaxInt32)
	return b.state, err
}

// build replays the journal into the state: the engine takes what happened by a
// day, the rest is returned by day, so that the engine can be moved on.
func (b *builder) build(ctx context.Context, until orrery.Day) (rest []field.Row, err error) {
	st := b.state
	// The engine needs all rules before the first row.
	var rules []orrery.Rule
	var blocks [][]field.Row
	var rows []field.Row
	err = b.journal.Replay(ctx, func(r *journal.Replayed) error {
		rules = append(rules, st.learnKinds(r)...)
		rows = st.rows(rows[:0], r, nil)
		kept := make([]field.Row, 0, len(rows))
		for _, row := range rows {
			if row.Day <= until {
				kept = append(kept, row)
			} else {
				rest = append(rest, row)
			}
		}
		blocks = append(blocks, kept)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("replay the journal: %w", err)
	}
	st.Engine = field.Build(rules, func(yield func([]field.Row) bool) {
		for i := range blocks {
			if !yield(blocks[i]) {
				return
			}
			blocks[i] = nil // the engine holds them now
		}
	})
	slices.SortFunc(rest, func(a, b field.Row) int { return cmp.Compare(a.Day, b.Day) })
	return rest, nil
}

// maxKinds is how many kinds of activity have a rule of their own; more, which
// only nonsense brings, share the last.
const maxKinds = 1 << 16

// learnKinds gives the kinds of a block that are new their numbers and returns
// their rules.
func (st *State) learnKinds(r *journal.Replayed) []orrery.Rule {
	var rules []orrery.Rule
	for _, kind := range r.Kinds {
		if _, ok := st.kinds[kind]; ok {
			continue
		}
		if len(st.kinds) < maxKinds {
			rules = append(rules, st.catalogue.Lookup(kind))
		}
		st.kinds[kind] = uint16(min(len(st.kinds), maxKinds-1))
	}
	return rules
}

// rebuild builds the state from the whole journal.
func (s *System) rebuild(ctx context.Context) error {
	st, err := s.build(ctx)
	if err != nil {
		s.dropState() // what called for this has overtaken it
		return err
	}
	s.mu.Lock()
	if s.state != nil {
		st.fits = s.state.fits
	}
	s.state, s.unsaved, s.late = st, true, orbits{}
	s.builds++
	s.mu.Unlock()
	return s.refit(ctx)
}

// dropState gives up a state that could not be brought up to date: whoever reads
// next builds it anew.
func (s *System) dropState() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.late = nil, orbits{}
}

// rowsOf turns a block into the rows of all orbits, and counts nothing.
func (st *State) rowsOf(dst []field.Row, r *journal.Replayed) []field.Row {
	seen := *st
	seen.Newest, seen.Oldest, seen.Entries = map[orrery.PlanetID]orrery.Day{}, map[orrery.PlanetID]orrery.Day{}, map[orrery.PlanetID]int64{}
	return seen.rows(dst, r, nil)
}

// rows turns a block into the field's rows: one for whoever acted, one for each
// they addressed. With wanted, only rows of those orbits.
func (st *State) rows(dst []field.Row, r *journal.Replayed, wanted *orbits) []field.Row {
	index := make([]uint16, len(r.Kinds))
	for i, kind := range r.Kinds {
		index[i] = st.kinds[kind]
	}
	praises := st.praises(r)
	var seen sighting
	for i := range r.N {
		if !r.Counts(i) {
			continue
		}
		day := orrery.DayOfUnix(floorSeconds(r.AtMicros[i]))
		if st.AsOf != 0 && day > st.AsOf {
			continue
		}
		planet := r.Planet[i]
		actor := st.member(r.Identity[i])
		if actor == 0 {
			continue
		}
		if planet != seen.planet {
			if wanted == nil {
				st.see(seen)
			}
			seen = sighting{planet: planet, oldest: day, newest: day}
		}
		seen.entries++
		seen.oldest, seen.newest = min(seen.oldest, day), max(seen.newest, day)
		row := field.Row{
			Member: actor, Day: day, Planet: planet, Kind: index[r.Kind[i]],
			Origin: r.Origin[i], Valence: r.Valence[i],
		}
		to := r.To(i)
		if st.uncounted != nil && st.uncounted.Own(planet, r.Identity[i], r.Kinds[r.Kind[i]]) {
			continue
		}
		praise := praises != nil && praises[r.Kind[i]] && isPraise(r.Kinds[r.Kind[i]], r.Valence[i])
		if praise && st.uncounted.Whole(planet, r.Identity[i], "", praise, to) {
			continue
		}
		for _, id := range to {
			if praise && st.uncounted.Praises(planet, r.Identity[i], id) {
				continue
			}
			if other := st.member(id); other != 0 && other != actor {
				if row.With == 0 {
					row.With = other
				}
				if wanted.has(other, planet) {
					got := row
					got.Member, got.With, got.Receives = other, actor, true
					dst = append(dst, got)
				}
			}
		}
		if wanted.has(actor, planet) {
			dst = append(dst, row)
		}
	}
	if wanted == nil {
		st.see(seen)
	}
	return dst
}

func (st *State) member(id orrery.IdentityID) orrery.MemberID {
	if int(id) >= len(st.Members) {
		return 0
	}
	return st.Members[id]
}

// sighting is what some activities of one planet say about it.
type sighting struct {
	planet         orrery.PlanetID
	oldest, newest orrery.Day
	entries        int64
}

// saw takes in one more activity.
func (st *State) saw(planet orrery.PlanetID, day orrery.Day) { st.see(sighting{planet, day, day, 1}) }

func (st *State) see(s sighting) {
	if s.entries == 0 {
		return
	}
	if newest, ok := st.Newest[s.planet]; !ok || s.newest > newest {
		st.Newest[s.planet] = s.newest
	}
	if oldest, ok := st.Oldest[s.planet]; !ok || s.oldest < oldest {
		st.Oldest[s.planet] = s.oldest
	}
	st.Entries[s.planet] += s.entries
}

func floorSeconds(micros int64) int64 {
	seconds := micros / 1e6
	if micros%1e6 < 0 {
		seconds--
	}
	return seconds
}

// IdentitiesOf returns the identities of some members, in order of ID.
func (st *State) IdentitiesOf(members map[orrery.MemberID]bool) map[orrery.MemberID][]orrery.IdentityID {
	of := make(map[orrery.MemberID][]orrery.IdentityID, len(members))
	for id := 1; id < len(st.Members); id++ {
		if m := st.Members[id]; members[m] {
			of[m] = append(of[m], orrery.IdentityID(id))
		}
	}
	return of
}
