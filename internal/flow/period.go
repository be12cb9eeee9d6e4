package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/journal"
)

// Within is what happened around a planet within some days.
type Within struct {
	Activities int                      // of people
	People     int                      // who did anything
	Origins    [orrery.Prompted + 1]int // activities by what brought them about, as sources tell
	Late       time.Time                // when the last import began that reached into the days or before, after they were over; zero: none did
}

// Within counts what people did around a planet within some days, both included.
func (s *System) Within(ctx context.Context, p orrery.Planet, from, until orrery.Day) (Within, error) {
	var w Within
	imports, err := s.Imports(ctx)
	if err != nil {
		return w, err
	}
	end := (until + 1).Time()
	late := map[orrery.ImportID]time.Time{}
	for _, i := range imports {
		if i.Started.After(end) {
			late[i.ID] = i.Started
		}
	}
	people := map[orrery.MemberID]bool{}
	err = s.History(ctx, p.ID, func(m orrery.MemberID, r *journal.Replayed, row int) {
		day := orrery.DayOfUnix(floorSeconds(r.AtMicros[row]))
		if day > until {
			return
		}
		if at, ok := late[r.Import]; ok && at.After(w.Late) {
			w.Late = at
		}
		if day < from {
			return
		}
		w.Activities++
		people[m] = true
		if of := r.Origin[row]; of <= orrery.Prompted {
			w.Origins[of]++
		}
	})
	w.People = len(people)
	if err != nil {
		return w, fmt.Errorf("read some days of %s: %w", p.Slug, err)
	}
	return w, nil
}

// OpenedTalks are the conversations that people from outside opened within some days.
type OpenedTalks struct {
	Threads    int
	Answered   int           // by the end of the days
	Team       int           // of those, first by one of us
	Half, Most time.Duration // within which half and nine in ten of the answered were; zero where nobody was
}

// TalksOpened counts a planet's conversations that were opened within some days, both
// included, as they stood at the end of them.
func (s *System) TalksOpened(ctx context.Context, p orrery.Planet, from, until orrery.Day) (OpenedTalks, error) {
	var o OpenedTalks
	b, err := s.past(ctx, 0)
	if err != nil {
		return o, err
	}
	now := s.endOf(until)
	r := talkReader{state: b.state, planet: p.ID, until: now.Unix()}
	if err := r.replay(ctx, b.journal); err != nil {
		return o, fmt.Errorf("read the conversations of %s: %w", p.Slug, err)
	}
	var memory []conversation.Act
	var waits []time.Duration
	for rest := r.said; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].thread == rest[0].thread {
			n++
		}
		memory = acts(memory[:0], rest[:n])
		rest = rest[n:]
		reading, ok := conversation.Read(memory, now, conversation.RestLeast)
		if !ok || reading.Side != conversation.Outside || reading.Opened.Before(from.Time()) {
			continue
		}
		o.Threads++
		if reading.Answer.By == 0 {
			continue
		}
		o.Answered++
		if reading.Answer.Team {
			o.Team++
		}
		waits = append(waits, reading.Answer.After)
	}
	if n := len(waits); n > 0 {
		slices.Sort(waits)
		o.Half, o.Most = waits[(n+1)/2-1], waits[(9*n+9)/10-1]
	}
	return o, ctx.Err()
}
