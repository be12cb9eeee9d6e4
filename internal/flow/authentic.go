package flow

import (
	"context"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
)

// Authenticity is what is asked, and what was decided, about whether what is done
// around one planet is real.
type Authenticity struct {
	AsOf    orrery.Day `json:"as_of"`
	Gravity float64    `json:"gravity"` // as it is now
	People  int        `json:"people"`  // who did anything
	Praises int        `json:"praises"` // by which one addressed another
	Open    []Asked    `json:"open"`
	More    int        `json:"more"` // flags beyond those listed, which are the strongest
	Decided []Asked    `json:"decided"`
}

// Asked is a flag with what the flagged activities are worth.
type Asked struct {
	authentic.Flag
	Verdict int64 `json:"verdict,omitempty"` // 0: open, or a mark
	Counts  bool  `json:"counts"`            // as it is now

	Acts           int       `json:"acts"`    // flagged activities
	Gravity        float64   `json:"gravity"` // of the planet with them
	GravityWithout float64   `json:"gravity_without"`
	Worth          []Worth   `json:"worth"` // of each member
	Examples       []Example `json:"examples"`
}

// Worth is how somebody stands with and without the flagged activities.
type Worth struct {
	Member  orrery.MemberID `json:"id"`
	With    Stands          `json:"with"`
	Without Stands          `json:"without"`
}

// Stands is a reading, shortened.
type Stands struct {
	Closeness float64      `json:"closeness"`
	Level     orrery.Level `json:"level"`
	Given     float64      `json:"given"`
	Received  float64      `json:"received"`
}

// Example is one of the flagged activities.
type Example struct {
	Member orrery.MemberID `json:"id"`
	To     orrery.MemberID `json:"to,omitempty"`
	Kind   string          `json:"kind"`
	Micros int64           `json:"at_micros"`
}

const (
	mostFlags    = 300 // that are told with what they are worth
	mostExamples = 6
	gamingFrom   = 40 // activities from which on gaming is looked for
	deviceFrom   = 5  // people on one device or address
)

// Authenticity looks around a planet for programs, rings and gaming, and says for
// each flag, and for all that was decided, what it changes as of a day. It passes
// over the fixed-width half of the journal three times, beside changes, and holds
// some 40 bytes for each pair who praised and at most 128 KB for each person of
// many activities.
func (s *System) Authenticity(ctx context.Context, p orrery.Planet, day orrery.Day) (Authenticity, error) {
	l, err := s.lookAround(ctx, p, day)
	if err != nil {
		return Authenticity{}, err
	}
	if err := l.count(ctx); err != nil {
		return Authenticity{}, fmt.Errorf("count what people did: %w", err)
	}
	groups := l.praises.Candidates()
	if err := l.watch(ctx, groups); err != nil {
		return Authenticity{}, fmt.Errorf("see how people acted: %w", err)
	}
	flags := l.rings(groups)
	flags = append(flags, l.crowds()...)
	flags = append(flags, l.single()...)
	out := Authenticity{AsOf: day, People: len(l.counts), Praises: l.praises.Total()}
	open := l.undecided(flags)
	authentic.Sort(open)
	if len(open) > mostFlags {
		slices.SortStableFunc(open, func(a, b authentic.Flag) int { return int(1000*b.Strength) - int(1000*a.Strength) })
		out.More = len(open) - mostFlags
		open = open[:mostFlags]
		authentic.Sort(open)
	}
	if err := l.weigh(ctx, open, &out); err != nil {
		return Authenticity{}, fmt.Errorf("see what flagged activities are worth: %w", err)
	}
	return out, nil
}

// looking is one look around a planet.
type looking struct {
	system  *System
	planet  orrery.Planet
	day     orrery.Day
	still   journal.Still
	state   *State // of the moment: members, kinds of members, rules; no engine
	decided verdicts
	marked  map[orrery.MemberID]bool
	words   map[orrery.MemberID]string // in names, that speak of programs
	devices [][]orrery.MemberID        // who shares a device or an address

	counts  map[orrery.MemberID]int
	first   map[orrery.MemberID]int64 // Unix seconds
	praises *authentic.Praises
	spoken  int                      // other activities by which one addressed another
	rules   []authentic.Rule         // kinds, by number
	numbers map[string]int           // of kinds
	among   []int                    // by candidate: such activities among its members
	deeds   map[orrery.MemberID]*own // of who did much
	taken   []retracted
}

// own is what one person did.
type own struct {
	deeds []authentic.Deed
	dead  int // taken back
}

// retracted is a deed that was taken back.
type retracted struct {
	member orrery.MemberID
	deed   int
	at     journal.Position
}

func (s *System) lookAround(ctx context.Context, p orrery.Planet, day orrery.Day) (*looking, error) {
	b, err := s.past(ctx, 0)
	if err != nil {
		return nil, err
	}
	l := &looking{
		system: s, planet: p, day: day, still: b.journal, state: b.state,
		words: map[orrery.MemberID]string{}, counts: map[orrery.MemberID]int{}, first: map[orrery.MemberID]int64{},
		praises: authentic.NewPraises(), numbers: map[string]int{}, deeds: map[orrery.MemberID]*own{},
	}
	return l, s.Graph(ctx, func(g *identity.Graph) error {
		decided, err := s.decided(ctx)
		if err != nil {
			return err
		}
		l.decided, l.marked = *decided, g.MarkedMembers()
		programWords(g, l.state.Members, l.words)
		l.devices = sharedDevices(g, l.state.Members)
		return nil
	})
}

// programWords gathers words in names that speak of programs.
func programWords(g *identity.Graph, members []orrery.MemberID, words map[orrery.MemberID]string) {
	for id := orrery.IdentityID(1); int(id) < len(members); id++ {
		i, ok := g.Identity(id)
		if !ok {
			continue
		}
		m := members[id]
		if w, found := identity.ProgramWord(i); found && (words[m] == "" || w < words[m]) {
			words[m] = w
		}
	}
}

// sharedDevices lists who has a device or an address in common with many, though
// they are held to be several people.
func sharedDevices(g *identity.Graph, members []orrery.MemberID) [][]orrery.MemberID {
	users := map[orrery.IdentityID]map[orrery.MemberID]bool{}
	note := func(hub, user orrery.IdentityID) {
		i, ok := g.Identity(hub)
		if !ok || i.Key.Type != orrery.TypeAnonymous && i.Key.Type != orrery.TypeEmail || int(user) >= len(members) {
			return
		}
		if users[hub] == nil {
			users[hub] = map[orrery.MemberID]bool{}
		}
		users[hub][members[user]] = true
	}
	for _, e := range g.Evidence() {
		note(e.A, e.B)
		note(e.B, e.A)
	}
	var list [][]orrery.MemberID
	for _, id := range sortedIDs(users) {
		if len(users[id]) >= deviceFrom {
			list = append(list, sortedIDs(users[id]))
		}
	}
	return list
}

func sortedIDs[K ~uint32, V any](set map[K]V) []K {
	list := make([]K, 0, len(set))
	for id := range set {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

// each hands the rows of the planet's people to fn; dead says that a row was
// taken back.
func (l *looking) each(ctx context.Context, fn func(m orrery.MemberID, r *journal.Replayed, row int, dead bool) error) error {
	return l.still.Replay(ctx, func(r *journal.Replayed) error {
		for row := range r.N {
			if r.Planet[row] != l.planet.ID || r.Flags[row]&journal.FlagRetraction != 0 || floorSeconds(r.AtMicros[row]) >= (l.day+1).Time().Unix() {
				continue
			}
			if m := l.state.member(r.Identity[row]); m != 0 && l.state.IsPerson(m) {
				if err := fn(m, r, row, r.TakenBack(row)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// count is the first pass: how much everybody did, and who praised whom.
func (l *looking) count(ctx context.Context) error {
	return l.each(ctx, func(m orrery.MemberID, r *journal.Replayed, row int, dead bool) error {
		l.counts[m]++
		at := floorSeconds(r.AtMicros[row])
		if first, ok := l.first[m]; !ok || at < first {
			l.first[m] = at
		}
		if dead {
			return nil
		}
		to := r.To(row)
		praise := len(to) > 0 && isPraise(r.Kinds[r.Kind[row]], r.Valence[row])
		for _, id := range to {
			switch other := l.state.member(id); {
			case other == 0 || other == m:
			case praise:
				l.praises.Add(m, other)
			default:
				l.spoken++
			}
		}
		return nil
	})
}

// watch is the second pass: what those did who did much, and what the members of
// candidates have to do with each other besides.
func (l *looking) watch(ctx context.Context, groups [][]orrery.MemberID) error {
	in := map[orrery.MemberID]int{} // 1 + number of the candidate
	for i, members := range groups {
		for _, m := range members {
			in[m] = i + 1
		}
	}
	l.among = make([]int, len(groups))
	err := l.each(ctx, func(m orrery.MemberID, r *journal.Replayed, row int, dead bool) error {
		kind := r.Kinds[r.Kind[row]]
		if g := in[m]; g > 0 && !dead && !isPraise(kind, r.Valence[row]) {
			for _, id := range r.To(row) {
				if other := l.state.member(id); other != m && in[other] == g {
					l.among[g-1]++
				}
			}
		}
		if l.counts[m] < gamingFrom {
			return nil
		}
		o := l.deeds[m]
		if o == nil {
			o = &own{}
			l.deeds[m] = o
		}
		if len(o.deeds) >= authentic.WatchedMost {
			return nil
		}
		if dead {
			o.dead++
			l.taken = append(l.taken, retracted{m, len(o.deeds), journal.Position{Block: r.Seq, Row: uint32(row)}})
		}
		o.deeds = append(o.deeds, authentic.Deed{
			At: floorSeconds(r.AtMicros[row]), Kind: l.number(kind), Object: r.OnObject[row], Back: authentic.Kept,
		})
		return nil
	})
	if err != nil {
		return err
	}
	return l.addTaken(ctx)
}

// number returns the number of a kind.
func (l *looking) number(kind string) int {
	n, ok := l.numbers[kind]
	if !ok {
		n = len(l.rules)
		l.numbers[kind] = n
		l.rules = append(l.rules, authentic.Rule{Kind: kind, DailyCap: int(l.system.Catalogue().Lookup(kind).DailyCap)})
	}
	return n
}
