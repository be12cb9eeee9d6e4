package flow

import (
	"cmp"
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/newcomer"
)

// NewcomersPast follows those who came to a planet first within the last so many
// days up to a day: teammates, bots, visitors and what was decided not to count are
// out. It reads the fixed-width half of the journal three times, beside changes: who
// came when, what they did after it, who answered.
func (s *System) NewcomersPast(ctx context.Context, p orrery.Planet, asOf orrery.Day, days int) (newcomer.Past, error) {
	until := s.endOf(asOf).Unix() + 1
	r := newcomersReader{planet: p.ID, past: newcomer.Past{
		Until: until, Since: asOf - orrery.Day(days) + 1, Later: newcomer.Later(p.RhythmDays), People: []newcomer.Person{},
	}}
	var err error
	if r.builder, err = s.past(ctx, 0); err != nil {
		return r.past, err
	}
	if r.sources, err = s.sourcesOfImports(ctx); err != nil {
		return r.past, err
	}
	for _, step := range []func(context.Context) error{r.readFirst, r.readLater, r.readAnswers} {
		if err := step(ctx); err != nil {
			return r.past, fmt.Errorf("follow the newcomers of %s: %w", p.Slug, err)
		}
	}
	r.past.Sort()
	return r.past, nil
}

// newcomersReader gathers what is known of them.
type newcomersReader struct {
	planet  orrery.PlanetID
	past    newcomer.Past
	builder *builder
	sources map[orrery.ImportID]string
	at      []int32  // by member: a place among the people and 1
	things  []uint64 // by place: what they spoke of, where it is in no conversation
}

// each hands fn the rows before the end that count and are somebody's of a kind that
// is wanted.
func (r *newcomersReader) each(ctx context.Context, wanted func(orrery.MemberKind) bool, fn func(m orrery.MemberID, at int64, b *journal.Replayed, row int, rule *orrery.Rule)) error {
	st := r.builder.state
	return r.builder.journal.Replay(ctx, func(b *journal.Replayed) error {
		rules := make([]orrery.Rule, len(b.Kinds))
		for i, kind := range b.Kinds {
			rules[i] = st.catalogue.Lookup(kind)
		}
		for row := range b.N {
			if b.Planet[row] != r.planet || !b.Counts(row) {
				continue
			}
			m, at := st.member(b.Identity[row]), floorSeconds(b.AtMicros[row])
			if m == 0 || at >= r.past.Until || !wanted(st.Kind(m)) {
				continue
			}
			kind := b.Kinds[b.Kind[row]]
			if u := st.uncounted; u != nil && u.Whole(r.planet, b.Identity[row], kind, isPraise(kind, b.Valence[row]), b.To(row)) {
				continue
			}
			fn(m, at, b, row, &rules[b.Kind[row]])
		}
		return nil
	})
}

func isAPerson(k orrery.MemberKind) bool { return k == orrery.Person }

// readFirst finds who came first when, by which way and through which source.
func (r *newcomersReader) readFirst(ctx context.Context) error {
	type beginning struct {
		at     int64 // and 1; 0: none
		way    orrery.Strategy
		source int32
	}
	first := make([]beginning, len(r.builder.state.Members))
	places := map[string]int32{}
	err := r.each(ctx, isAPerson, func(m orrery.MemberID, at int64, b *journal.Replayed, _ int, rule *orrery.Rule) {
		if field.Silent(rule) {
			return
		}
		f := &first[m]
		if f.at != 0 && f.at < at+1 {
			return
		}
		name := r.sources[b.Import]
		place, ok := places[name]
		if !ok {
			place = int32(len(r.past.Sources))
			places[name], r.past.Sources = place, append(r.past.Sources, name)
		}
		now := beginning{at + 1, rule.Strategy, place}
		if f.at == now.at && cmp.Or(cmp.Compare(f.way, now.way), cmp.Compare(r.past.Sources[f.source], name)) <= 0 {
			return // at one moment, whatever arrived first
		}
		*f = now
	})
	if err != nil {
		return err
	}
	r.at = make([]int32, len(first))
	for m := range first {
		if f := &first[m]; f.at != 0 && orrery.DayOfUnix(f.at-1) >= r.past.Since {
			r.past.People = append(r.past.People, newcomer.Person{Member: orrery.MemberID(m), First: f.at - 1, Way: f.way, Source: int(f.source)})
			r.at[m] = int32(len(r.past.People))
		}
	}
	return nil
}

// readLater finds what they did next.
func (r *newcomersReader) readLater(ctx context.Context) error {
	r.things = make([]uint64, len(r.past.People))
	words := map[string]bool{}
	return r.each(ctx, isAPerson, func(m orrery.MemberID, at int64, b *journal.Replayed, row int, rule *orrery.Rule) {
		place := r.at[m]
		if place == 0 || field.Silent(rule) {
			return
		}
		one := &r.past.People[place-1]
		day, first := orrery.DayOfUnix(at), one.Day()
		if day > first && day <= first+newcomer.SecondDays && (one.Second == 0 || day < one.Second) {
			one.Second = day
		}
		if from := first + newcomer.SecondDays; day > from && day <= from+orrery.Day(r.past.Later) && (one.Back == 0 || day < one.Back) &&
			field.Qualifies(rule, b.Origin[row], b.Valence[row]) {
			one.Back = day
		}
		kind := b.Kinds[b.Kind[row]]
		speaks, ok := words[kind]
		if !ok {
			speaks = conversation.MoveOf(kind).Words()
			words[kind] = speaks
		}
		thread, thing := b.InThread[row], b.OnObject[row]
		if !speaks || thread == 0 && thing == 0 || at < one.First || at > one.First+newcomer.AskDays*86400 {
			return
		}
		if thread != 0 {
			thing = 0
		}
		known := &r.things[place-1]
		if one.Asked != 0 && cmp.Or(cmp.Compare(one.Asked, at), cmp.Compare(one.Thread, thread), cmp.Compare(*known, thing)) <= 0 {
			return
		}
		one.Asked, one.Thread, *known = at, thread, thing
		one.Block, one.Row = b.Seq, uint32(row)
	})
}

// readAnswers finds who came again later, and the first words of somebody else after
// what was asked: in the
// same conversation, or addressed to who asked; on a thing, which many may speak of,
// those of one of us.
func (r *newcomersReader) readAnswers(ctx context.Context) error {
	in, on := map[uint64][]int32{}, map[uint64][]int32{}
	for i := range r.past.People {
		switch one := &r.past.People[i]; {
		case one.Asked == 0:
		case one.Thread != 0:
			in[one.Thread] = append(in[one.Thread], int32(i))
		default:
			on[r.things[i]] = append(on[r.things[i]], int32(i))
		}
	}
	st := r.builder.state
	human := func(k orrery.MemberKind) bool { return k == orrery.Person || k == orrery.Teammate }
	return r.each(ctx, human, func(m orrery.MemberID, at int64, b *journal.Replayed, row int, rule *orrery.Rule) {
		if place := r.at[m]; place != 0 && !field.Silent(rule) {
			one := &r.past.People[place-1]
			after := at - one.Asked - newcomer.AskDays*86400
			one.Again = one.Again || one.Asked != 0 && after > 0 && after <= newcomer.SecondDays*86400
		}
		if !conversation.MoveOf(b.Kinds[b.Kind[row]]).Words() {
			return
		}
		team := st.Kind(m) == orrery.Teammate
		answer := func(one *newcomer.Person) {
			if one.Asked == 0 || one.Member == m || at <= one.Asked || at > one.Asked+newcomer.AnswerDays*86400 {
				return
			}
			if one.Answered != 0 && cmp.Or(cmp.Compare(one.Answered, at), cmp.Compare(one.By, m)) <= 0 {
				return
			}
			one.Answered, one.By, one.Team = at, m, team
		}
		if thread := b.InThread[row]; thread != 0 {
			for _, i := range in[thread] {
				answer(&r.past.People[i])
			}
		}
		if thing := b.OnObject[row]; thing != 0 && team {
			for _, i := range on[thing] {
				answer(&r.past.People[i])
			}
		}
		for _, id := range b.To(row) {
			if to := st.member(id); to != 0 && r.at[to] != 0 {
				answer(&r.past.People[r.at[to]-1])
			}
		}
	})
}
