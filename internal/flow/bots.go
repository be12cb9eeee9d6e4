package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
)

// BotFlag says why somebody may be a program. It is a question: nothing follows
// from it until a person decides.
type BotFlag struct {
	Member  orrery.MemberID
	Name    string
	Reasons []string // strongest first
	Signs   int      // how much speaks for it: a word in the name is one
	Acts    int      // activities
}

// BotFlags lists people who may be programs, most signs first. Whom a person
// marked is left out. It passes over the fixed-width half of the journal twice,
// beside changes, and holds four bytes an identity and at most 64 KB for each
// person of a hundred activities or more.
func (s *System) BotFlags(ctx context.Context) ([]BotFlag, error) {
	var members []orrery.MemberID
	asked := map[orrery.MemberID]bool{}
	words := map[orrery.MemberID]string{}
	err := s.Graph(ctx, func(g *identity.Graph) error {
		members = slices.Clone(g.Members())
		others, decided := g.Others(), g.MarkedMembers()
		for _, m := range members {
			if m != 0 && others[m] == orrery.Person && !decided[m] {
				asked[m] = true
			}
		}
		programWords(g, members, words)
		return nil
	})
	if err != nil {
		return nil, err
	}
	acts, err := s.watch(ctx, members, asked)
	if err != nil {
		return nil, err
	}
	var flags []BotFlag
	for m := range asked {
		if acts.counts[m] == 0 {
			continue
		}
		if f, ok := authentic.ProgramFlag(m, authentic.ProgramSigns(acts.times[m], authentic.ObjectsIn(acts.objects[m])), words[m]); ok {
			flags = append(flags, BotFlag{Member: m, Acts: acts.counts[m], Reasons: f.Reasons, Signs: len(f.Reasons)})
		}
	}
	slices.SortFunc(flags, func(a, b BotFlag) int {
		return cmp.Or(cmp.Compare(b.Signs, a.Signs), cmp.Compare(b.Acts, a.Acts), cmp.Compare(a.Member, b.Member))
	})
	return flags, s.Graph(ctx, func(g *identity.Graph) error {
		wanted := map[orrery.MemberID]bool{}
		for i := range flags {
			wanted[flags[i].Member] = true
		}
		names := g.Names(wanted)
		for i := range flags {
			flags[i].Name = names[flags[i].Member]
		}
		return nil
	})
}

// BotReasons tells why one person may be a program; none where nothing says so.
// seen is what they did, as Glances tells it.
func (s *System) BotReasons(ctx context.Context, m orrery.MemberID, seen []Glance) (reasons []string, err error) {
	err = s.Graph(ctx, func(g *identity.Graph) error {
		list := g.Of(m)
		others := map[orrery.MemberID]orrery.MemberKind{}
		word := ""
		var ids []orrery.IdentityID
		for _, i := range list {
			ids = append(ids, i.ID)
			if w, found := identity.ProgramWord(i); found && (word == "" || w < word) {
				word = w
			}
		}
		if g.AddOthersOf(others, m, ids); others[m] != orrery.Person || g.MarkedMembers()[m] {
			return nil
		}
		var times []int64
		var objects []uint64
		for i := len(seen) - 1; i >= 0 && len(times) < authentic.WatchedMost; i-- {
			if !seen[i].Received {
				times, objects = append(times, floorSeconds(seen[i].AtMicros)), append(objects, seen[i].OnObject)
			}
		}
		if f, ok := authentic.ProgramFlag(m, authentic.ProgramSigns(times, authentic.ObjectsIn(objects)), word); ok {
			reasons = f.Reasons
		}
		return nil
	})
	return reasons, err
}

// watched is what was seen of those asked about.
type watched struct {
	counts  []int // by MemberID
	times   map[orrery.MemberID][]int64
	objects map[orrery.MemberID][]uint64
}

// watch counts what everybody did, and keeps the times of those who did enough.
func (s *System) watch(ctx context.Context, members []orrery.MemberID, asked map[orrery.MemberID]bool) (watched, error) {
	s.writing.Lock()
	still, err := s.journal.Still(ctx)
	s.writing.Unlock()
	if err != nil {
		return watched{}, err
	}
	w := watched{make([]int, len(members)), map[orrery.MemberID][]int64{}, map[orrery.MemberID][]uint64{}}
	each := func(fn func(m orrery.MemberID, at int64, object uint64)) error {
		return still.Replay(ctx, func(r *journal.Replayed) error {
			for row := range r.N {
				if id := r.Identity[row]; int(id) < len(members) && r.Counts(row) {
					fn(members[id], floorSeconds(r.AtMicros[row]), r.OnObject[row])
				}
			}
			return nil
		})
	}
	if err := each(func(m orrery.MemberID, _ int64, _ uint64) { w.counts[m]++ }); err != nil {
		return watched{}, fmt.Errorf("count what people did: %w", err)
	}
	err = each(func(m orrery.MemberID, at int64, object uint64) {
		if w.counts[m] >= authentic.WatchedFrom && asked[m] && len(w.times[m]) < authentic.WatchedMost {
			w.times[m], w.objects[m] = append(w.times[m], at), append(w.objects[m], object)
		}
	})
	if err != nil {
		return watched{}, fmt.Errorf("see when people acted: %w", err)
	}
	return w, nil
}
