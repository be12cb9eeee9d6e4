package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/journal"
)

// Talk is a conversation of a planet as it stands.
type Talk struct {
	Thread conversation.ThreadID `json:"thread"`
	conversation.Reading
	Newcomer bool      `json:"newcomer"` // who opened it had come to the planet less than NewcomerDays before
	Rows     []TalkRow `json:"rows"`     // where its activities lie, in the order of their times: the first and the newest, MostTalkRows
}

// TalkRow is where an activity lies in the journal.
type TalkRow struct {
	Block orrery.BlockSeq `json:"b"`
	Row   uint32          `json:"r"`
}

// Talks are a planet's conversations as they stood at a moment.
type Talks struct {
	AsOf     time.Time     `json:"as_of"`
	Rest     time.Duration `json:"rest"`     // after so long without a word a conversation rests
	Threads  int           `json:"threads"`  // all conversations that people spoke in
	States   [6]int        `json:"states"`   // how many are in each conversation.State
	Newcomer [6]int        `json:"newcomer"` // those that newcomers opened
	Peer     int           `json:"peer"`     // first answered by a peer, of all
	Team     int           `json:"team"`     // by the team
	Nobody   int           `json:"nobody"`   // opened from outside, and never answered

	// List holds those in which somebody waits, and then the newest of those that
	// rest and of those that are settled, so many of each at most.
	List []Talk `json:"list"`

	Answers conversation.Answers `json:"answers"`
}

const (
	// NewcomerDays is how long after their first activity somebody is a newcomer.
	NewcomerDays = 30
	// MostTalkRows is how many activities of a conversation are found at once.
	MostTalkRows = 40

	mostWaiting = 20_000
	mostResting = 1_000
	mostSettled = 1_000
)

// said is a row of the journal as conversations need it.
type said struct {
	thread uint64
	at     int64 // seconds
	who    orrery.MemberID
	block  orrery.BlockSeq
	row    uint32
	side   conversation.Side
	move   conversation.Move
	gist   orrery.Gist
	to     uint8 // 1: somebody of us, 2: somebody outside
}

// visited is that somebody from outside did something.
type visited struct {
	who orrery.MemberID
	at  int64
}

// Talks reads a planet's conversations as they stood at the end of a day, out of the
// journal's marks: no text is opened. Changes go on beside it.
func (s *System) Talks(ctx context.Context, p orrery.Planet, asOf orrery.Day) (*Talks, error) {
	now := s.endOf(asOf)
	b, err := s.past(ctx, 0)
	if err != nil {
		return nil, err
	}
	r := talkReader{state: b.state, planet: p.ID, until: now.Unix()}
	if err := r.replay(ctx, b.journal); err != nil {
		return nil, fmt.Errorf("read the conversations of %s: %w", p.Slug, err)
	}
	t := &Talks{AsOf: now, Rest: conversation.Rest(r.gaps()), List: []Talk{}}
	r.read(t)
	t.Answers.HorizonDays = max(p.RhythmDays, 28)
	r.answers(t)
	t.cut()
	return t, ctx.Err()
}

// Talk reads one conversation, whatever became of it. Rest is after how long it
// rests, as Talks learned it.
func (s *System) Talk(ctx context.Context, p orrery.Planet, id conversation.ThreadID, asOf orrery.Day, rest time.Duration) (*Talk, error) {
	now := s.endOf(asOf)
	b, err := s.past(ctx, 0)
	if err != nil {
		return nil, err
	}
	r := talkReader{state: b.state, planet: p.ID, until: now.Unix(), only: uint64(id)}
	if err := r.replay(ctx, b.journal); err != nil {
		return nil, fmt.Errorf("read a conversation of %s: %w", p.Slug, err)
	}
	reading, ok := conversation.Read(acts(nil, r.said), now, rest)
	if !ok {
		return nil, orrery.Errorf(orrery.NotFound, "there is no conversation %s around %s", id, p.Slug)
	}
	return &Talk{Thread: id, Reading: reading, Newcomer: r.newcomer(&reading), Rows: rowsOf(r.said)}, nil
}

// endOf is the last second of a day, or now where that is earlier.
func (s *System) endOf(day orrery.Day) time.Time {
	end := (day + 1).Time().Add(-time.Second)
	if now := s.clock().UTC(); now.Before(end) {
		return now
	}
	return end
}

// talkReader gathers what was said.
type talkReader struct {
	state  *State
	planet orrery.PlanetID
	until  int64
	only   uint64 // the one thread that is asked for; 0: all
	said   []said
	deeds  []visited
	kinds  []conversation.Move
	newest []Talk // openings of newcomers, for Answers
}

func (r *talkReader) replay(ctx context.Context, past journal.Still) error {
	if err := past.Replay(ctx, r.take); err != nil {
		return err
	}
	r.sort()
	return nil
}

func (r *talkReader) take(rows *journal.Replayed) error {
	r.kinds = r.kinds[:0]
	for _, kind := range rows.Kinds {
		r.kinds = append(r.kinds, conversation.MoveOf(kind))
	}
	for row := range rows.N {
		if rows.Planet[row] != r.planet || !rows.Counts(row) {
			continue
		}
		at := floorSeconds(rows.AtMicros[row])
		who := r.state.member(rows.Identity[row])
		if who == 0 || at > r.until {
			continue
		}
		side := r.side(who)
		if side == conversation.Outside {
			r.deeds = append(r.deeds, visited{who, at})
		}
		move := r.kinds[rows.Kind[row]]
		if rows.InThread[row] == 0 || move == conversation.Nothing || r.only != 0 && rows.InThread[row] != r.only {
			continue
		}
		one := said{
			thread: rows.InThread[row], at: at, who: who, block: rows.Seq, row: uint32(row), side: side, move: move, gist: rows.Flags[row].Gist(),
		}
		for _, id := range rows.To(row) {
			switch to := r.state.member(id); {
			case to == 0 || to == who:
			case r.side(to) == conversation.Team:
				one.to |= 1
			case r.side(to) == conversation.Outside:
				one.to |= 2
			}
		}
		r.said = append(r.said, one)
	}
	return nil
}

func (r *talkReader) side(m orrery.MemberID) conversation.Side {
	switch r.state.Kind(m) {
	case orrery.Teammate:
		return conversation.Team
	case orrery.Bot:
		return conversation.Machine
	}
	return conversation.Outside
}

func (r *talkReader) sort() {
	slices.SortFunc(r.said, func(a, b said) int {
		if a.thread != b.thread {
			return cmp.Compare(a.thread, b.thread)
		}
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.block, b.block), cmp.Compare(a.row, b.row))
	})
	slices.SortFunc(r.deeds, func(a, b visited) int { return cmp.Or(cmp.Compare(a.who, b.who), cmp.Compare(a.at, b.at)) })
}

// gaps are the seconds from one act to the next in the same thread.
func (r *talkReader) gaps() (list []int64) {
	for i := 1; i < len(r.said); i++ {
		if a, b := &r.said[i-1], &r.said[i]; a.thread == b.thread {
			list = append(list, b.at-a.at)
		}
	}
	return list
}

// read reads thread after thread.
func (r *talkReader) read(t *Talks) {
	var memory []conversation.Act
	for rest := r.said; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].thread == rest[0].thread {
			n++
		}
		rows := rest[:n]
		rest = rest[n:]
		memory = acts(memory[:0], rows)
		reading, ok := conversation.Read(memory, t.AsOf, t.Rest)
		if !ok {
			continue
		}
		talk := Talk{Thread: conversation.ThreadID(rows[0].thread), Reading: reading, Newcomer: r.newcomer(&reading)}
		t.count(&talk)
		if talk.Newcomer && r.first(reading.Opener) == reading.Opened.Unix() {
			r.newest = append(r.newest, talk)
		}
		if talk.Turn != conversation.Nobody || talk.State == conversation.Answered {
			talk.Rows = rowsOf(rows)
			t.List = append(t.List, talk)
		}
	}
}

// acts appends what was said as acts.
func acts(list []conversation.Act, rows []said) []conversation.Act {
	for i := range rows {
		a := &rows[i]
		list = append(list, conversation.Act{
			At: a.at, Who: a.who, Side: a.side, Move: a.move, Gist: a.gist, ToTeam: a.to&1 != 0, ToOutside: a.to&2 != 0,
		})
	}
	return list
}

// rowsOf returns where the first act and the newest ones lie.
func rowsOf(rows []said) []TalkRow {
	list := make([]TalkRow, 0, min(len(rows), MostTalkRows))
	for i := range rows {
		if i == 0 || i > len(rows)-MostTalkRows {
			list = append(list, TalkRow{rows[i].block, rows[i].row})
		}
	}
	return list
}

func (t *Talks) count(talk *Talk) {
	t.Threads++
	t.States[talk.State]++
	if talk.Newcomer {
		t.Newcomer[talk.State]++
	}
	switch {
	case talk.Side != conversation.Outside:
	case talk.Answer.By == 0:
		t.Nobody++
	case talk.Answer.Team:
		t.Team++
	default:
		t.Peer++
	}
}

// first returns when somebody first did anything around the planet.
func (r *talkReader) first(m orrery.MemberID) int64 {
	i, ok := slices.BinarySearchFunc(r.deeds, m, func(d visited, m orrery.MemberID) int { return cmp.Compare(d.who, m) })
	if !ok {
		return 0
	}
	return r.deeds[i].at
}

func (r *talkReader) newcomer(t *conversation.Reading) bool {
	first := r.first(t.Opener)
	return t.Side == conversation.Outside && first != 0 && t.Opened.Unix()-first <= NewcomerDays*86400
}

// answers sets the first answers of newcomers against whether they came back: of
// those whose first activity opened a conversation, once the horizon is over.
func (r *talkReader) answers(t *Talks) {
	seen := map[orrery.MemberID]bool{}
	for i := range r.newest {
		talk := &r.newest[i]
		from := talk.Opened.AddDate(0, 0, conversation.LandmarkDays).Unix()
		until := talk.Opened.AddDate(0, 0, conversation.LandmarkDays+t.Answers.HorizonDays).Unix()
		if until > t.AsOf.Unix() || seen[talk.Opener] {
			continue
		}
		seen[talk.Opener] = true
		at, _ := slices.BinarySearchFunc(r.deeds, visited{talk.Opener, from + 1}, func(a, b visited) int {
			return cmp.Or(cmp.Compare(a.who, b.who), cmp.Compare(a.at, b.at))
		})
		back := at < len(r.deeds) && r.deeds[at].who == talk.Opener && r.deeds[at].at <= until
		t.Answers.Add(talk.Answer, back)
	}
}

// cut orders the list and leaves out what is too much: who waits first, newcomers
// without an answer before all, then those who have waited longest; then the newest
// of the others.
func (t *Talks) cut() {
	rank := func(a *Talk) int {
		switch {
		case a.State == conversation.Open && a.Newcomer:
			return 0
		case a.State == conversation.Open || a.State == conversation.WaitingOnUs:
			return 1
		case a.State == conversation.WaitingOnThem:
			return 2
		case a.State == conversation.Answered:
			return 3
		}
		return 4
	}
	slices.SortFunc(t.List, func(a, b Talk) int {
		x, y := rank(&a), rank(&b)
		if x != y {
			return cmp.Compare(x, y)
		}
		if x <= 2 {
			return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Thread, b.Thread))
		}
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Thread, b.Thread))
	})
	most := [5]int{mostWaiting, mostWaiting, mostWaiting, mostSettled, mostResting}
	var kept [5]int
	t.List = slices.DeleteFunc(t.List, func(a Talk) bool {
		r := rank(&a)
		kept[r]++
		return kept[r] > most[r]
	})
}
