package flow

import (
	"cmp"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/journal"
)

// Thank is somebody who gave much lately, and to whom none of us, and nobody with
// thanks, has said a word for it.
type Thank struct {
	Member      orrery.MemberID `json:"member"`
	Answered    int             `json:"answered"`    // conversations of others that they spoke in, and people they addressed outside of any
	Contributed int             `json:"contributed"` // times they contributed or worked along
	Brought     int             `json:"brought"`     // times they brought somebody
	Weight      float64         `json:"weight"`      // of it all
	Last        orrery.Day      `json:"last"`
	Thanked     orrery.Day      `json:"thanked"` // when a word came last within those days; 0: none
}

const (
	// ThanksDays is how far back it is looked who gave.
	ThanksDays = 60

	thankedDays  = 30  // after a word so near nobody is owed another
	leastGiven   = 20. // weight: three answers, or two contributions and a word
	leastGivings = 3
	thanksKept   = 200
)

// gift is what somebody gave, or a word to somebody who gave.
type gift struct {
	thread uint64
	at     int64
	who    orrery.MemberID
	word   bool // one of us speaks, or somebody thanks
}

// thanksReader gathers who gave, and who was told so.
type thanksReader struct {
	from, until orrery.Day
	opener      map[uint64]gift // who spoke first in each conversation
	gifts       []gift
	given       map[orrery.MemberID]*giving
	repelled    map[orrery.MemberID]bool
}

type giving struct {
	Thank
	spoke map[uint64]bool          // conversations
	to    map[orrery.MemberID]bool // outside of any
}

func newThanksReader(day orrery.Day) *thanksReader {
	return &thanksReader{
		from: day - ThanksDays + 1, until: day, opener: map[uint64]gift{}, given: map[orrery.MemberID]*giving{}, repelled: map[orrery.MemberID]bool{},
	}
}

func (t *thanksReader) of(m orrery.MemberID) *giving {
	g := t.given[m]
	if g == nil {
		g = &giving{Thank: Thank{Member: m}, spoke: map[uint64]bool{}, to: map[orrery.MemberID]bool{}}
		t.given[m] = g
	}
	return g
}

func (t *thanksReader) take(st *State, r *journal.Replayed, row int, m orrery.MemberID, day orrery.Day, rule *orrery.Rule, move conversation.Move) {
	at, thread := r.AtMicros[row], r.InThread[row]
	if thread != 0 && move != conversation.Nothing {
		if first, ok := t.opener[thread]; !ok || at < first.at {
			t.opener[thread] = gift{thread: thread, at: at, who: m}
		}
	}
	kind := st.Kind(m)
	if day < t.from || kind == orrery.Bot || kind == orrery.Visitor {
		return
	}
	valence := rule.Valence
	if v := r.Valence[row]; v != journal.NoValence {
		valence = v
	}
	word := kind == orrery.Teammate || r.Flags[row].Gist().Has(orrery.Thanks)
	if word {
		for _, id := range r.To(row) {
			if to := st.member(id); to != 0 && to != m {
				t.of(to).Thanked = max(t.of(to).Thanked, day)
			}
		}
	}
	if thread != 0 {
		t.gifts = append(t.gifts, gift{thread, at, m, word})
	}
	if kind != orrery.Person {
		return
	}
	if valence < 0 {
		t.repelled[m] = true
		return
	}
	if !rule.Meaningful || rule.WeightMilli == 0 {
		return
	}
	t.give(st, r, row, m, day, rule)
}

// give notes what somebody gave to others.
func (t *thanksReader) give(st *State, r *journal.Replayed, row int, m orrery.MemberID, day orrery.Day, rule *orrery.Rule) {
	g := t.of(m)
	gave := false
	kind := r.Kinds[r.Kind[row]]
	switch end := kind[strings.LastIndexByte(kind, '.')+1:]; {
	case end == "referral" || end == "referred":
		g.Brought++
		gave = true
	case rule.Strategy == orrery.Contribution || rule.Strategy == orrery.Collaboration:
		g.Contributed++
		gave = true
	case rule.Strategy == orrery.Conversation && r.InThread[row] != 0:
		g.spoke[r.InThread[row]] = true // weighed once it is known who opened it
	case rule.Strategy == orrery.Conversation:
		for _, id := range r.To(row) {
			if to := st.member(id); to != 0 && to != m {
				g.to[to] = true
				gave = true
			}
		}
	}
	if gave {
		g.Weight += float64(rule.WeightMilli) / 1000
	}
	g.Last = max(g.Last, day)
}

// answerWeight is what having spoken in a conversation of somebody else weighs.
const answerWeight = 5

// due lists who gave much and was not told so, who gave most first, and how many there
// are.
func (t *thanksReader) due() ([]Thank, int) {
	t.tell()
	var list []Thank
	for m, g := range t.given {
		for thread := range g.spoke {
			if t.opener[thread].who != m {
				g.Answered++
				g.Weight += answerWeight
			}
		}
		g.Answered += len(g.to)
		if t.repelled[m] || g.Weight < leastGiven || g.Answered+g.Contributed+g.Brought < leastGivings {
			continue
		}
		if g.Thanked != 0 && g.Thanked > t.until-thankedDays {
			continue
		}
		list = append(list, g.Thank)
	}
	slices.SortFunc(list, func(a, b Thank) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Member, b.Member)) })
	return list[:min(thanksKept, len(list))], len(list)
}

// tell notes in which conversations a word followed what somebody gave there.
func (t *thanksReader) tell() {
	slices.SortFunc(t.gifts, func(a, b gift) int { return cmp.Or(cmp.Compare(a.thread, b.thread), cmp.Compare(a.at, b.at)) })
	for rest := t.gifts; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].thread == rest[0].thread {
			n++
		}
		before := map[orrery.MemberID]bool{}
		for _, one := range rest[:n] {
			if one.word {
				day := orrery.DayOfUnix(floorSeconds(one.at))
				for m := range before {
					if g := t.given[m]; g != nil && m != one.who {
						g.Thanked = max(g.Thanked, day)
					}
				}
			}
			before[one.who] = true
		}
		rest = rest[n:]
	}
}
