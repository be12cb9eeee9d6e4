package flow

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
)

// A program shows in what it does: it acts at all hours, on nearly every day, in
// quick succession, at the same minute. Each sign alone is somebody's habit; from
// two on a person is asked. The signs and their order of worth are those of
// SCIENCE §6: active days (AUC .90), gaps under ten seconds (.75), minutes (.73),
// few objects (.71, which would need the cold half of the journal and is left
// out).
const (
	watchedFrom = 100  // activities from which on behaviour says anything
	watchedMost = 4096 // activities of one person that are looked at
	daysFrom    = 60   // days between the first and the last of them
	activeShare = .85  // of those days, on which something was done
	quickShare  = .3   // of the gaps, under ten seconds
	quickGap    = 10   // seconds
	sameMinute  = .5   // of the activities, in the same minute of an hour
	hoursEven   = .97  // entropy of the hours of the day, of what it could be
	hoursFrom   = 200  // activities from which on hours say anything
	manyADay    = 150  // activities on the middle one of the active days
	flagged     = 2    // signs from which on somebody is asked about
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
// beside changes, and holds four bytes an identity and at most 32 KB for each
// person of a hundred activities or more.
func (s *System) BotFlags(ctx context.Context) ([]BotFlag, error) {
	var members []orrery.MemberID
	asked := map[orrery.MemberID]bool{}
	words := map[orrery.MemberID]string{}
	err := s.Graph(ctx, func(g *identity.Graph) error {
		members = slices.Clone(g.Members())
		others, decided := g.Others(), g.MarkedMembers()
		for id := orrery.IdentityID(1); int(id) <= g.Len(); id++ {
			i, ok := g.Identity(id)
			if m := members[id]; ok && others[m] == orrery.Person && !decided[m] {
				asked[m] = true
				if w, found := identity.ProgramWord(i); found && (words[m] == "" || w < words[m]) {
					words[m] = w
				}
			}
		}
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
		f := BotFlag{Member: m, Acts: acts.counts[m]}
		f.Reasons = signs(acts.times[m])
		f.Signs = len(f.Reasons)
		if w := words[m]; w != "" {
			f.Reasons = append(f.Reasons, fmt.Sprintf("their name or address says “%s”", w))
			f.Signs++
		}
		if f.Signs >= flagged || words[m] != "" {
			flags = append(flags, f)
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
		for i := len(seen) - 1; i >= 0 && len(times) < watchedMost; i-- {
			if !seen[i].Received {
				times = append(times, floorSeconds(seen[i].AtMicros))
			}
		}
		found := signs(times)
		if word == "" && len(found) < flagged {
			return nil
		}
		if word != "" {
			found = append(found, fmt.Sprintf("their name or address says “%s”", word))
		}
		reasons = found
		return nil
	})
	return reasons, err
}

// watched is what was seen of those asked about.
type watched struct {
	counts []int // by MemberID
	times  map[orrery.MemberID][]int64
}

// watch counts what everybody did, and keeps the times of those who did enough.
func (s *System) watch(ctx context.Context, members []orrery.MemberID, asked map[orrery.MemberID]bool) (watched, error) {
	s.writing.Lock()
	still, err := s.journal.Still(ctx)
	s.writing.Unlock()
	if err != nil {
		return watched{}, err
	}
	w := watched{make([]int, len(members)), map[orrery.MemberID][]int64{}}
	each := func(fn func(m orrery.MemberID, at int64)) error {
		return still.Replay(ctx, func(r *journal.Replayed) error {
			for row := range r.N {
				if id := r.Identity[row]; int(id) < len(members) && r.Counts(row) {
					fn(members[id], floorSeconds(r.AtMicros[row]))
				}
			}
			return nil
		})
	}
	if err := each(func(m orrery.MemberID, _ int64) { w.counts[m]++ }); err != nil {
		return watched{}, fmt.Errorf("count what people did: %w", err)
	}
	err = each(func(m orrery.MemberID, at int64) {
		if w.counts[m] >= watchedFrom && asked[m] && len(w.times[m]) < watchedMost {
			w.times[m] = append(w.times[m], at)
		}
	})
	if err != nil {
		return watched{}, fmt.Errorf("see when people acted: %w", err)
	}
	return w, nil
}

// signs tells in words what of somebody's times, in seconds, is like a program's.
func signs(times []int64) (reasons []string) {
	if len(times) < watchedFrom {
		return nil
	}
	slices.Sort(times)
	n := float64(len(times))
	perDay := map[orrery.Day]int{}
	var hours [24]float64
	var minutes [60]float64
	quick := 0.
	for i, at := range times {
		perDay[orrery.DayOfUnix(at)]++
		hours[((at/3600)%24+24)%24]++
		minutes[((at/60)%60+60)%60]++
		if i > 0 && at-times[i-1] < quickGap {
			quick++
		}
	}
	between := float64(orrery.DayOfUnix(times[len(times)-1])-orrery.DayOfUnix(times[0])) + 1
	if share := float64(len(perDay)) / between; between >= daysFrom && share >= activeShare {
		reasons = append(reasons, fmt.Sprintf("active on %.0f %% of %.0f days", 100*share, between))
	}
	if even := entropy(hours[:]) / math.Log2(24); len(times) >= hoursFrom && even >= hoursEven {
		reasons = append(reasons, "at work at every hour of the day alike")
	}
	if share := quick / (n - 1); share >= quickShare {
		reasons = append(reasons, fmt.Sprintf("%.0f %% of what they do follows within ten seconds", 100*share))
	}
	if most := slices.Max(minutes[:]) / n; most >= sameMinute {
		at := slices.Index(minutes[:], slices.Max(minutes[:]))
		reasons = append(reasons, fmt.Sprintf("%.0f %% of it in minute %d of an hour", 100*most, at))
	}
	if middle := median(perDay); middle >= manyADay {
		reasons = append(reasons, fmt.Sprintf("%d activities on an ordinary day", middle))
	}
	return reasons
}

func median(perDay map[orrery.Day]int) int {
	list := make([]int, 0, len(perDay))
	for _, n := range perDay {
		list = append(list, n)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// entropy of counts, in bits.
func entropy(counts []float64) (bits float64) {
	total := 0.
	for _, c := range counts {
		total += c
	}
	for _, c := range counts {
		if c > 0 {
			bits -= c / total * math.Log2(c/total)
		}
	}
	return bits
}
