package flow

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/store/sqlite"
	"orrery.dev/orrery/internal/tie"
)

// Meeting is two people who should meet, and why.
type Meeting struct {
	A      orrery.MemberID   `json:"a"` // A < B
	B      orrery.MemberID   `json:"b"`
	Score  float64           `json:"score"`  // of those who know both, and more where they work on like things
	Common []orrery.MemberID `json:"common"` // who knows both, a few
	Words  []string          `json:"words"`  // what both work on and few others do, a few
	Alike  float64           `json:"alike"`  // likeness of what they work on, 0–1
}

const (
	strangersEach   = 8     // looked at of each person
	strangersWeigh  = 2_000 // pairs whose work is compared
	MeetingsEach    = 2     // suggestions a person
	meetingsTold    = 200
	wordsInCommon   = 3
	alikeWeight     = 2.   // by how much equal words raise a score: threefold
	neighbourCircle = .02  // of a circle's ties lead to a neighbouring one
	mostNote        = 1000 // letters
)

// WhoShouldMeet tells, of the people whom reachable lets pass, who should meet:
// both in one circle or in neighbouring ones where circles are clear, without any
// tie ever, known by the same people, and the more so where they work on like
// things. Apart says of whom not to speak. Nobody is suggested more than
// MeetingsEach times; the strongest come first.
func (s *System) WhoShouldMeet(ctx context.Context, planet orrery.PlanetID, past *TiePast, book *tie.Book, circles *Circles, reachable func(orrery.MemberID) bool, apart func(x, y orrery.MemberID) bool) ([]Meeting, error) {
	near := circles.neighbours()
	pairs := book.Strangers(reachable, func(x, y orrery.MemberID) bool {
		return !near(x, y) || apart(x, y) || past.Tied(x, y, book.Day)
	}, strangersEach)
	pairs = pairs[:min(strangersWeigh, len(pairs))]
	node := map[orrery.MemberID]int{}
	for _, p := range pairs {
		for _, m := range [2]orrery.MemberID{p.A, p.B} {
			if _, ok := node[m]; !ok {
				node[m] = len(node)
			}
		}
	}
	if len(node) == 0 {
		return nil, nil
	}
	worked, err := s.worked(ctx, planet, book.Day, past.Members, node)
	if err != nil {
		return nil, err
	}
	list := make([]Meeting, len(pairs))
	for i, p := range pairs {
		m := Meeting{A: p.A, B: p.B}
		m.Alike, m.Words = worked.alike(node[p.A], node[p.B])
		m.Score = p.Score * (1 + alikeWeight*m.Alike)
		list[i] = m
	}
	list = Few(list)
	list = list[:min(meetingsTold, len(list))]
	for i := range list {
		list[i].Common = book.Common(list[i].A, list[i].B)
	}
	return list, nil
}

// Few sorts meetings by score and leaves out those of people who have enough of
// stronger ones.
func Few(list []Meeting) []Meeting {
	slices.SortFunc(list, func(x, y Meeting) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	of := map[orrery.MemberID]int{}
	return slices.DeleteFunc(list, func(m Meeting) bool {
		if of[m.A] == MeetingsEach || of[m.B] == MeetingsEach {
			return true
		}
		of[m.A]++
		of[m.B]++
		return false
	})
}

// neighbours tells whether two people are in one circle or in neighbouring ones;
// everybody is where there are no clear circles.
func (c *Circles) neighbours() func(x, y orrery.MemberID) bool {
	if c == nil || !c.Clear || len(c.Circles) < 2 {
		return func(x, y orrery.MemberID) bool { return true }
	}
	in := map[orrery.MemberID]int{}
	for i := range c.Circles {
		for _, m := range c.Circles[i].Members {
			in[m] = i
		}
	}
	joined := make([][]bool, len(c.Circles))
	for i := range joined {
		joined[i] = make([]bool, len(c.Circles))
		var all float64
		for _, w := range c.Between[i] {
			all += w
		}
		for j, w := range c.Between[i] {
			joined[i][j] = i == j || w >= neighbourCircle*all
		}
	}
	return func(x, y orrery.MemberID) bool {
		i, isX := in[x]
		j, isY := in[y]
		return isX && isY && (joined[i][j] || joined[j][i])
	}
}

// work is what people worked on, in words, weighed by how few work on it.
type work struct {
	words []map[string]float64 // of length 1
}

// worked reads the titles of what some people did last.
func (s *System) worked(ctx context.Context, planet orrery.PlanetID, until orrery.Day, members []orrery.MemberID, node map[orrery.MemberID]int) (*work, error) {
	features := make([]map[string]float64, len(node))
	for i := range features {
		features[i] = map[string]float64{}
	}
	newest, err := s.newest(ctx, planet, until, members, node, features)
	if err != nil {
		return nil, err
	}
	for i := range features {
		clear(features[i]) // of the kinds that were counted on the way
	}
	if err := s.readTitles(ctx, newest, features); err != nil {
		return nil, err
	}
	return newWork(features), nil
}

func newWork(features []map[string]float64) *work {
	have := map[string]float64{}
	for _, of := range features {
		for word := range of {
			have[word]++
		}
	}
	for _, of := range features {
		length := 0.
		for _, word := range slices.Sorted(maps.Keys(of)) {
			of[word] = (1 + math.Log(of[word])) * math.Log(float64(len(features))/have[word])
			length += of[word] * of[word]
		}
		for word := range of {
			of[word] /= max(math.Sqrt(length), 1e-12)
		}
	}
	return &work{features}
}

// alike returns the cosine between what two people work on, and the words that
// make most of it.
func (w *work) alike(a, b int) (cosine float64, words []string) {
	type shared struct {
		word string
		part float64
	}
	var both []shared
	for word, x := range w.words[a] {
		if y := w.words[b][word]; x*y > 0 {
			both = append(both, shared{word, x * y})
		}
	}
	slices.SortFunc(both, func(x, y shared) int { return cmp.Or(cmp.Compare(y.part, x.part), cmp.Compare(x.word, y.word)) })
	for i, s := range both {
		cosine += s.part
		if i < wordsInCommon {
			words = append(words, strings.TrimPrefix(s.word, "w"))
		}
	}
	return min(1, cosine), words
}

// Introduction states.
const (
	IntroductionMade     = "made"
	IntroductionAccepted = "accepted"
	IntroductionDeclined = "declined"
	IntroductionAside    = "set_aside" // nobody introduced them, and nobody is to
)

// Introduction is that somebody brought two people together, or decided not to.
type Introduction struct {
	sqlite.Introduction
	Members [2]orrery.MemberID // who they are now; equal: they turned out to be one person
}

// Introduce notes that somebody introduced two people to each other, or that they
// are not to be suggested any more. By is an account, 0 the shell.
func (s *System) Introduce(ctx context.Context, planet orrery.PlanetID, a, b orrery.IdentityID, by int64, note, state string) (int64, error) {
	note = strings.TrimSpace(note)
	switch {
	case utf8.RuneCountInString(note) > mostNote:
		return 0, orrery.Errorf(orrery.Invalid, "a note on an introduction has at most %d letters", mostNote)
	case state != IntroductionMade && state != IntroductionAside:
		return 0, orrery.Errorf(orrery.Invalid, "%q is no way to begin an introduction: choose made or set_aside", state)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return 0, err
	}
	x, isX := g.MemberOf(a)
	y, isY := g.MemberOf(b)
	switch {
	case !isX || !isY:
		return 0, orrery.Errorf(orrery.NotFound, "one of the two is not there any more: look at the list again")
	case x == y:
		return 0, orrery.Errorf(orrery.Invalid, "both are the same person: nobody needs an introduction to themselves")
	}
	var number int64
	err = s.changeLocked(ctx, func(tx *sqlite.Tx) (err error) {
		number, err = tx.AddIntroduction(sqlite.Introduction{Planet: planet, A: a, B: b, At: s.clock(), By: by, Note: note, State: state})
		return err
	}, nil)
	return number, err
}

// DecideIntroduction says what became of an introduction: accepted, declined, or
// made once more. An empty state forgets it.
func (s *System) DecideIntroduction(ctx context.Context, planet orrery.PlanetID, number int64, state string) error {
	known := []string{IntroductionMade, IntroductionAccepted, IntroductionDeclined, IntroductionAside, ""}
	if !slices.Contains(known, state) {
		return orrery.Errorf(orrery.Invalid, "%q is nothing that an introduction can be: choose %s", state, strings.Join(known[:3], ", "))
	}
	return s.change(ctx, func(tx *sqlite.Tx) error {
		set := func() (bool, error) { return tx.SetIntroduction(planet, number, state, s.clock()) }
		if state == "" {
			set = func() (bool, error) { return tx.DeleteIntroduction(planet, number) }
		}
		if found, err := set(); err != nil || found {
			return err
		}
		return orrery.Errorf(orrery.NotFound, "there is no introduction %d around this planet", number)
	}, nil)
}

// Introductions lists a planet's introductions, the newest first, with who the two
// are now.
func (s *System) Introductions(ctx context.Context, planet orrery.PlanetID) ([]Introduction, error) {
	stored, err := s.store.Introductions(ctx, planet)
	if err != nil || len(stored) == 0 {
		return nil, err
	}
	list := make([]Introduction, len(stored))
	err = s.Read(ctx, func(st *State) error {
		for i, one := range stored {
			list[i] = Introduction{one, [2]orrery.MemberID{st.member(one.A), st.member(one.B)}}
		}
		return nil
	})
	return list, err
}

// Common is what two people did with each other, newest first.
type Common struct {
	Direct []Glance // one addressed the other
	Met    []Met    // what both acted on, the newest first
}

// Met is a conversation or an object on which two people acted.
type Met struct {
	Key  uint64
	Last [2]Glance // the newest activity of each
}

// At is when the second of them came.
func (m *Met) At() time.Time {
	return time.UnixMicro(max(m.Last[0].AtMicros, m.Last[1].AtMicros)).UTC()
}

// Between tells what two people, each by their identities, did with each other
// around a planet from one day to another, both included.
func (s *System) Between(ctx context.Context, planet orrery.PlanetID, a, b []orrery.IdentityID, from, until orrery.Day) (Common, error) {
	var out Common
	var own [2]map[uint64]Glance
	for side, ids := range [2][]orrery.IdentityID{a, b} {
		seen, err := s.Glances(ctx, ids, planet, from, until)
		if err != nil {
			return Common{}, err
		}
		others := b
		if side == 1 {
			others = a
		}
		own[side] = map[uint64]Glance{}
		for _, g := range seen {
			if g.Received || g.Flags&journal.FlagRetraction != 0 {
				continue
			}
			if slices.ContainsFunc(g.To, func(id orrery.IdentityID) bool { return slices.Contains(others, id) }) {
				out.Direct = append(out.Direct, g)
			}
			if key := MetOver(&g); key != 0 {
				if _, ok := own[side][key]; !ok {
					own[side][key] = g
				}
			}
		}
	}
	slices.SortFunc(out.Direct, func(x, y Glance) int {
		return cmp.Or(cmp.Compare(y.AtMicros, x.AtMicros), cmp.Compare(x.At.Block, y.At.Block), cmp.Compare(x.At.Row, y.At.Row))
	})
	for key, first := range own[0] {
		if second, ok := own[1][key]; ok {
			out.Met = append(out.Met, Met{key, [2]Glance{first, second}})
		}
	}
	slices.SortFunc(out.Met, func(x, y Met) int { return cmp.Or(y.At().Compare(x.At()), cmp.Compare(x.Key, y.Key)) })
	return out, nil
}

// MetOver returns the conversation or object over which an activity lets people
// meet; 0: none.
func MetOver(g *Glance) uint64 {
	valence := g.Rule.Valence
	if g.Valence != journal.NoValence {
		valence = g.Valence
	}
	if !g.Rule.Meaningful || g.Rule.WeightMilli == 0 || valence < 0 {
		return 0
	}
	return cmp.Or(g.InThread, g.OnObject)
}

// ActsOf hands fn an activity as ties see it, once for each person whom it
// addresses.
func (st *State) ActsOf(g *Glance, fn func(tie.Act)) {
	here := func(id orrery.IdentityID) orrery.MemberID {
		m := st.member(id)
		if kind := st.Others[m]; kind == orrery.Bot || kind == orrery.Visitor {
			return 0
		}
		return m
	}
	valence := g.Rule.Valence
	if g.Valence != journal.NoValence {
		valence = g.Valence
	}
	act := tie.Act{Day: g.Day, From: here(g.Identity), Weight: float32(g.Rule.WeightMilli) / 1000, Repels: valence < 0}
	if act.From == 0 || g.Rule.WeightMilli == 0 {
		return
	}
	for _, id := range g.To {
		if act.To = here(id); act.To != 0 {
			fn(act)
		}
	}
}

// CircleOf returns the place of a member's circle, or −1.
func (c *Circles) CircleOf(m orrery.MemberID) int {
	return slices.IndexFunc(c.Circles, func(c Circle) bool { _, ok := slices.BinarySearch(c.Members, m); return ok })
}
