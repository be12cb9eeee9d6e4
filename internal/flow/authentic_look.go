package flow

import (
	"context"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
)

// takenFrom is how many activities somebody took back before it is looked up when.
const takenFrom = 20

// addTaken tells, of those who took much back, how soon.
func (l *looking) addTaken(ctx context.Context) error {
	inBlock := map[orrery.BlockSeq][]retracted{}
	for _, t := range l.taken {
		if l.deeds[t.member].dead >= takenFrom {
			inBlock[t.at.Block] = append(inBlock[t.at.Block], t)
		}
	}
	if len(inBlock) == 0 {
		return nil
	}
	when := map[keyset.Key]int64{} // the first time that something was taken back
	err := l.still.Replay(ctx, func(r *journal.Replayed) error {
		for _, ret := range r.Retracts {
			at := floorSeconds(r.AtMicros[ret.Row])
			if known, ok := when[ret.Key]; !ok || at < known {
				when[ret.Key] = at
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for block, list := range inBlock {
		keys, err := l.keysOf(ctx, block)
		if err != nil {
			return err
		}
		for _, t := range list {
			if at, ok := when[keys[t.at.Row]]; ok {
				d := &l.deeds[t.member].deeds[t.deed]
				d.Back = max(0, at-d.At)
			}
		}
	}
	return nil
}

func (l *looking) keysOf(ctx context.Context, block orrery.BlockSeq) ([]keyset.Key, error) {
	l.system.writing.Lock()
	defer l.system.writing.Unlock()
	return l.system.journal.KeysOf(ctx, block)
}

// rings judges the candidates.
func (l *looking) rings(groups [][]orrery.MemberID) (flags []authentic.Flag) {
	for i, members := range groups {
		if f, ok := l.praises.Judge(members, authentic.Dealings{Among: l.among[i], Total: l.spoken}); ok {
			flags = append(flags, f)
		}
	}
	return flags
}

// crowds looks for accounts that came together to praise one person: those on one
// device first, then those of whose device nothing is known.
func (l *looking) crowds() (flags []authentic.Flag) {
	account := func(m orrery.MemberID) authentic.Account {
		return authentic.Account{Member: m, First: l.first[m], Acts: l.counts[m]}
	}
	taken := map[orrery.MemberID]bool{}
	ask := func(accounts []authentic.Account, together bool) bool {
		f, ok := l.praises.Crowd(accounts, together)
		if !ok || taken[f.Toward] {
			return false
		}
		taken[f.Toward] = true
		flags = append(flags, f)
		return true
	}
	for _, members := range l.devices {
		var accounts []authentic.Account
		for _, m := range members {
			if l.counts[m] > 0 {
				accounts = append(accounts, account(m))
			}
		}
		ask(accounts, true)
	}
	var all []authentic.Account
	for _, m := range l.praises.Givers() {
		all = append(all, account(m))
	}
	for len(all) > 0 && ask(all, false) {
		last := flags[len(flags)-1]
		all = slices.DeleteFunc(all, func(a authentic.Account) bool {
			_, found := slices.BinarySearch(last.Members, a.Member)
			return found
		})
	}
	return flags
}

// single asks about people one by one: programs and gaming.
func (l *looking) single() (flags []authentic.Flag) {
	for _, m := range sortedIDs(l.counts) {
		o := l.deeds[m]
		if o == nil {
			o = &own{}
		}
		times, objects := o.behaviour()
		signs := authentic.ProgramSigns(times, authentic.ObjectsIn(objects))
		if f, ok := authentic.ProgramFlag(m, signs, l.words[m]); ok && !l.marked[m] {
			flags = append(flags, f)
		}
		flags = append(flags, authentic.GamingFlags(m, o.deeds, l.rules)...)
	}
	return flags
}

// behaviour returns the times and the objects of what was not taken back.
func (o *own) behaviour() (times []int64, objects []uint64) {
	for i := range o.deeds {
		if d := &o.deeds[i]; d.Back == authentic.Kept {
			times, objects = append(times, d.At), append(objects, d.Object)
		}
	}
	return times, objects
}

// undecided leaves out flags that a person decided about: of whom all are part of
// one verdict of the kind. Where somebody new is in it, it is asked about again.
func (l *looking) undecided(flags []authentic.Flag) []authentic.Flag {
	return slices.DeleteFunc(flags, func(f authentic.Flag) bool {
		for i := range l.decided.list {
			v := &l.decided.list[i]
			if v.Planet == l.planet.ID && v.Kind == f.Kind && v.Activity == f.Activity && containsAll(l.membersOf(v), f.Members) {
				return true
			}
		}
		return false
	})
}

// membersOf returns the members whom a verdict is about, rising.
func (l *looking) membersOf(v *authentic.Verdict) []orrery.MemberID {
	set := map[orrery.MemberID]bool{}
	for _, id := range v.Identities {
		if m := l.state.member(id); m != 0 {
			set[m] = true
		}
	}
	return sortedIDs(set)
}

// containsAll says whether all of a sorted list are in another.
func containsAll(list, wanted []orrery.MemberID) bool {
	for _, m := range wanted {
		if _, found := slices.BinarySearch(list, m); !found {
			return false
		}
	}
	return true
}
