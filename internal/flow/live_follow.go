package flow

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
)

// A change is followed orbit by orbit while it touches few; beyond, building
// everything anew is less work.
const (
	fewOrbits  = 1000
	manyOrbits = 8 // one in so many
)

// orbits is a set of orbits with a quick answer for members that have none in
// it.
type orbits struct {
	set     map[field.Orbit]bool
	members []uint64 // a bit a member
}

func (o *orbits) add(orbit field.Orbit) {
	if o.set == nil {
		o.set = map[field.Orbit]bool{}
	}
	o.set[orbit] = true
	word := int(orbit.Member >> 6)
	if word >= len(o.members) {
		o.members = append(o.members, make([]uint64, word+1-len(o.members)+word/8)...)
	}
	o.members[word] |= 1 << (orbit.Member & 63)
}

// has says whether the set holds an orbit; no set at all holds every orbit.
func (o *orbits) has(member orrery.MemberID, planet orrery.PlanetID) bool {
	if o == nil {
		return true
	}
	word := int(member >> 6)
	return word < len(o.members) && o.members[word]>>(member&63)&1 == 1 && o.set[field.Orbit{Member: member, Planet: planet}]
}

// owe notes a block that is stored and not yet in the state. The caller holds
// s.writing.
func (s *System) owe(block orrery.BlockSeq) {
	if s.state != nil && block != 0 {
		s.state.owing[block] = true
	}
}

// noteTaken remembers what is taken back before anything is stored, to see the
// difference after. The caller holds s.writing.
func (s *System) noteTaken(ctx context.Context) (err error) {
	if s.state != nil && s.state.dead == nil {
		s.state.dead, err = s.journal.TakenBack(ctx)
	}
	return err
}

// follow brings the state up to date with blocks that were stored since, and
// with all that changed among identities and retractions. Orbits that have to
// be replayed for it wait for settle. The caller holds s.writing.
func (s *System) follow(ctx context.Context, blocks []orrery.BlockSeq) error {
	st := s.state
	if st == nil {
		return nil
	}
	g, err := s.identities(ctx)
	if err != nil {
		return err
	}
	before, members := st.Members, g.Members()
	moved, ok := movedSince(before, members)
	if !ok || len(moved) > fewOrbits {
		return s.rebuild(ctx)
	}
	dead, err := s.journal.TakenBack(ctx)
	if err != nil {
		return err
	}
	if st.dead == nil {
		st.dead = dead // nothing was stored since the state was loaded
	}
	taken := differing(st.dead, dead)
	if len(taken) > fewOrbits*manyOrbits {
		return s.rebuild(ctx)
	}
	s.mu.Lock()
	s.unsaved = true
	st.Members, st.dead = members, dead
	g.AddOthers(st.Others, orrery.IdentityID(len(before)-1))
	s.mu.Unlock()
	if err := s.apply(ctx, blocks); err != nil {
		return err
	}
	if err := s.replaceMoved(ctx, g, before, moved); err != nil {
		return err
	}
	return s.replaceTaken(ctx, taken)
}

// movedSince returns the identities whose member is another now; ok is false
// where identities went away.
func movedSince(before, now []orrery.MemberID) (moved []orrery.IdentityID, ok bool) {
	if len(now) < len(before) {
		return nil, false
	}
	if len(before) > 0 && &before[0] == &now[0] {
		return nil, true // the same memory, which never changes
	}
	for id := range before {
		if before[id] != now[id] {
			moved = append(moved, orrery.IdentityID(id))
		}
	}
	return moved, true
}

// differing returns the entries that are taken back in one of two answers, with
// whether they are now.
func differing(before, now map[journal.Position]bool) map[journal.Position]bool {
	if len(before) == 0 && len(now) == 0 {
		return nil
	}
	changed := map[journal.Position]bool{}
	for at := range now {
		if !before[at] {
			changed[at] = true
		}
	}
	for at := range before {
		if !now[at] {
			changed[at] = false
		}
	}
	return changed
}

// apply moves the field by the rows of blocks that are owing.
func (s *System) apply(ctx context.Context, blocks []orrery.BlockSeq) error {
	var rows []field.Row
	take := func(r *journal.Replayed) error {
		st := s.state
		s.mu.Lock()
		defer s.mu.Unlock()
		st.Engine.Extend(st.learnKinds(r)...)
		rows = st.rows(rows[:0], r, nil)
		for _, orbit := range st.Engine.Apply(rows) {
			s.late.add(orbit)
		}
		delete(st.owing, r.Seq)
		if s.postings != nil && s.postings.upTo+1 == r.Seq {
			s.postings.add(r)
		}
		return nil
	}
	for _, seq := range blocks {
		if !s.state.owing[seq] {
			continue // a rebuild has it in already
		}
		if err := s.journal.ReplayBlock(ctx, seq, take); err != nil {
			return fmt.Errorf("apply block %d: %w", seq, err)
		}
	}
	return nil
}

// replaceMoved has the orbits replayed that a change of members touches: those
// of the members, and of all whom they met, since whom one met counts members.
func (s *System) replaceMoved(ctx context.Context, g *identity.Graph, before []orrery.MemberID, moved []orrery.IdentityID) error {
	if len(moved) == 0 {
		return nil
	}
	p, err := s.posted(ctx)
	if err != nil {
		return err
	}
	st := s.state
	is := map[orrery.IdentityID]bool{}
	changed := map[orrery.MemberID]bool{}
	for _, id := range moved {
		is[id] = true
		changed[before[id]], changed[st.Members[id]] = true, true
	}
	for m := range changed {
		for orbit := range st.Engine.OrbitsOf(m) {
			s.late.add(orbit)
		}
	}
	err = s.replayBlocks(ctx, p.blocksOf(moved), func(r *journal.Replayed) error {
		for row := range r.N {
			to := r.To(row)
			if is[r.Identity[row]] || len(to) > 0 && slices.ContainsFunc(to, func(id orrery.IdentityID) bool { return is[id] }) {
				s.replaceRow(r, row)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.kin.follow(st.Members)
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []orrery.IdentityID
	for m := range changed {
		delete(st.Others, m)
		ids = s.kin.of(ids[:0], m)
		if st.Members[ids[0]] == m {
			g.AddOthersOf(st.Others, m, ids)
		}
	}
	return nil
}

// replaceRow has the orbits replayed that a row moves.
func (s *System) replaceRow(r *journal.Replayed, row int) {
	actor := s.state.member(r.Identity[row])
	if actor == 0 {
		return
	}
	s.late.add(field.Orbit{Member: actor, Planet: r.Planet[row]})
	for _, id := range r.To(row) {
		if m := s.state.member(id); m != 0 {
			s.late.add(field.Orbit{Member: m, Planet: r.Planet[row]})
		}
	}
}

// replaceTaken has the orbits replayed of which an entry was taken back or came
// back. The first and last day of a planet stay as they are until the next
// rebuild.
func (s *System) replaceTaken(ctx context.Context, taken map[journal.Position]bool) error {
	if len(taken) == 0 {
		return nil
	}
	inBlock := map[orrery.BlockSeq][]int{}
	for at := range taken {
		if !s.state.owing[at.Block] {
			inBlock[at.Block] = append(inBlock[at.Block], int(at.Row))
		}
	}
	blocks := slices.Sorted(maps.Keys(inBlock))
	return s.replayBlocks(ctx, blocks, func(r *journal.Replayed) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, row := range inBlock[r.Seq] {
			if r.Flags[row]&journal.FlagRetraction != 0 || s.state.member(r.Identity[row]) == 0 {
				continue
			}
			s.replaceRow(r, row)
			if taken[journal.Position{Block: r.Seq, Row: uint32(row)}] {
				s.state.Entries[r.Planet[row]]--
			} else {
				s.state.saw(r.Planet[row], orrery.DayOfUnix(floorSeconds(r.AtMicros[row])))
			}
		}
		return nil
	})
}

// replayBlocks hands the blocks, in order, to fn; those that are owing are left
// out.
func (s *System) replayBlocks(ctx context.Context, blocks []orrery.BlockSeq, fn func(*journal.Replayed) error) error {
	if total := int(s.journal.Seq()); len(blocks) > 100 && len(blocks) > total/2 {
		wanted := make(map[orrery.BlockSeq]bool, len(blocks))
		for _, seq := range blocks {
			wanted[seq] = !s.state.owing[seq]
		}
		return s.journal.Replay(ctx, blocks[0]-1, func(r *journal.Replayed) error {
			if !wanted[r.Seq] {
				return nil
			}
			return fn(r)
		})
	}
	for _, seq := range blocks {
		if s.state.owing[seq] {
			continue
		}
		if err := s.journal.ReplayBlock(ctx, seq, fn); err != nil {
			return fmt.Errorf("replay block %d: %w", seq, err)
		}
	}
	return nil
}

// settle replays the orbits that wait for it. The caller holds s.writing.
func (s *System) settle(ctx context.Context) error {
	if len(s.late.set) == 0 || s.state == nil {
		return nil
	}
	st := s.state
	if len(s.late.set) > fewOrbits && len(s.late.set) > st.Engine.Len()/manyOrbits {
		return s.rebuild(ctx)
	}
	p, err := s.posted(ctx)
	if err != nil {
		return err
	}
	late := s.late
	byOrbit := make(map[field.Orbit][]field.Row, len(late.set))
	var rows []field.Row
	err = s.replayBlocks(ctx, p.blocksOf(s.lateIdentities()), func(r *journal.Replayed) error {
		rows = st.rows(rows[:0], r, &late)
		for _, row := range rows {
			o := field.Orbit{Member: row.Member, Planet: row.Planet}
			byOrbit[o] = append(byOrbit[o], row)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("replay late activities: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for orbit := range late.set {
		st.Engine.Replace(orbit, byOrbit[orbit])
	}
	s.late = orbits{}
	return nil
}

// lateIdentities returns the identities of whom an orbit waits to be replayed.
func (s *System) lateIdentities() []orrery.IdentityID {
	s.kin.follow(s.state.Members)
	var ids []orrery.IdentityID
	for orbit := range s.late.set {
		ids = s.kin.of(ids, orbit.Member)
	}
	return ids
}

// catchUp brings the state up to date after an import, building it where there
// is none. The caller holds s.writing.
func (s *System) catchUp(ctx context.Context, blocks []orrery.BlockSeq) error {
	if s.state == nil {
		return s.rebuild(ctx)
	}
	if err := s.follow(ctx, blocks); err != nil {
		return err
	}
	return s.settle(ctx)
}
