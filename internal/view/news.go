package view

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/study"
)

// How old what is told may be when it is noticed.
const (
	firstActDays = 2
	waitingFresh = 2 * 24 * time.Hour
	aloneAfter   = 24 * time.Hour
	aloneUntil   = 7 * 24 * time.Hour
)

// Watched is something that is looked at again and again for what is worth
// telling: who is near to a planet, which conversations wait.
type Watched struct {
	// Subject names it: small letters, a slash and a number.
	Subject string
	// Look returns the numbers of what is seen now, rising, and what is new against
	// those that were seen before. It may say ErrMaking.
	Look func(ctx context.Context, before []uint64) (seen []uint64, news []orrery.News, err error)
}

// Watched lists what is looked at around all planets but those of the sample and archived ones.
func (d *Desk) Watched() []Watched {
	list := []Watched{{"purposes/0", d.lookAtPurposes}}
	for _, p := range d.system.Shown() {
		if p.Sample {
			continue
		}
		look := func(what string, fn func(context.Context, orrery.Planet) (map[uint64]orrery.News, func(uint64) (orrery.News, bool), error)) {
			list = append(list, Watched{fmt.Sprintf("%s/%d", what, p.ID), func(ctx context.Context, before []uint64) ([]uint64, []orrery.News, error) {
				now, gone, err := fn(ctx, p)
				if err != nil {
					return nil, nil, err
				}
				seen, news := changesOf(before, now, gone)
				return seen, news, nil
			}})
		}
		look("near", d.lookAtNear)
		look("first", d.lookAtNewcomers)
		look("waiting", d.lookAtWaiting)
		look("alone", d.lookAtAlone)
	}
	return list
}

// changesOf compares what is seen now with what was: what came, and with gone what
// went and is worth telling.
func changesOf(before []uint64, now map[uint64]orrery.News, gone func(uint64) (orrery.News, bool)) (seen []uint64, news []orrery.News) {
	was := make(map[uint64]bool, len(before))
	for _, n := range before {
		was[n] = true
		if _, still := now[n]; !still && gone != nil {
			if one, tell := gone(n); tell {
				news = append(news, one)
			}
		}
	}
	seen = slices.Sorted(maps.Keys(now))
	for _, n := range seen {
		if !was[n] {
			news = append(news, now[n])
		}
	}
	return seen, news
}

// newsNumber makes a number of words.
func newsNumber(words ...any) uint64 {
	h := fnv.New64a()
	fmt.Fprintln(h, words...)
	return h.Sum64()
}

func (d *Desk) newsOf(t orrery.NewsType, p orrery.Planet, path string) orrery.News {
	return orrery.News{Type: t, At: d.system.Clock().UTC(), Planet: p.ID, Data: orrery.NewsData{Planet: p.Slug, Path: path + "?planet=" + p.Slug}}
}

func (d *Desk) newsOfPerson(t orrery.NewsType, p orrery.Planet, one *person) orrery.News {
	n := d.newsOf(t, p, fmt.Sprint("/people/", one.ID))
	closeness := int(one.Closeness + .5)
	n.Data.Person, n.Data.Level, n.Data.Closeness = one.ID, one.Level.String(), &closeness
	return n
}

// lookAtNear sees who is on the two nearest levels.
func (d *Desk) lookAtNear(ctx context.Context, p orrery.Planet) (map[uint64]orrery.News, func(uint64) (orrery.News, bool), error) {
	r, err := d.rosterAsOf(ctx, p.ID, 0)
	if err != nil {
		return nil, nil, err
	}
	now := map[uint64]orrery.News{}
	for i := range r.people() {
		if one := &r.all[i]; one.Level >= orrery.Inner {
			now[uint64(one.ID)] = d.newsOfPerson(orrery.NewsPersonNear, p, one)
		}
	}
	return now, func(n uint64) (orrery.News, bool) {
		one := r.of(orrery.MemberID(n))
		if one == nil || one.Kind != orrery.Person { // erased, merged, or no person: that is no drift
			return orrery.News{}, false
		}
		return d.newsOfPerson(orrery.NewsPersonDrifted, p, one), true
	}, nil
}

// lookAtNewcomers sees whose first act was just now.
func (d *Desk) lookAtNewcomers(ctx context.Context, p orrery.Planet) (map[uint64]orrery.News, func(uint64) (orrery.News, bool), error) {
	r, err := d.rosterAsOf(ctx, p.ID, 0)
	if err != nil {
		return nil, nil, err
	}
	now := map[uint64]orrery.News{}
	for i := range r.people() {
		if one := &r.all[i]; d.system.Now()-one.first < firstActDays {
			now[uint64(one.ID)] = d.newsOfPerson(orrery.NewsPersonFirst, p, one)
		}
	}
	return now, nil, nil
}

// newsTalks lists a planet's conversations in which people wait for us.
func (d *Desk) newsTalks(ctx context.Context, p orrery.Planet, fn func(*Talk, time.Duration)) error {
	r, err := d.talks(ctx, p, 0, study.Forever)
	if err != nil {
		return err
	}
	decided, err := d.system.TalkDecisions(ctx, p.ID)
	if err != nil {
		return err
	}
	page := TalksPage{AsOf: orrery.DayOf(r.Value.AsOf), Now: r.Value.AsOf}
	for i := range r.Value.List {
		t := &r.Value.List[i]
		one := d.talk(t, decided[t.Thread], &page, 0)
		if one.fits(&TalksQuery{Filter: TalksUs}) {
			fn(&one, d.system.Clock().Sub(one.Since))
		}
	}
	return nil
}

func (d *Desk) newsOfTalk(t orrery.NewsType, p orrery.Planet, talk *Talk) orrery.News {
	n := d.newsOf(t, p, "/conversations/"+talk.Thread.String())
	since := talk.Since.UTC()
	n.Data.Conversation, n.Data.Person, n.Data.WaitingSince = talk.Thread.String(), talk.Opener.ID, &since
	return n
}

// lookAtWaiting sees the conversations that it is our turn in since a short time.
func (d *Desk) lookAtWaiting(ctx context.Context, p orrery.Planet) (map[uint64]orrery.News, func(uint64) (orrery.News, bool), error) {
	now := map[uint64]orrery.News{}
	err := d.newsTalks(ctx, p, func(t *Talk, waited time.Duration) {
		if waited < waitingFresh {
			now[newsNumber(t.Thread, t.Since.UnixMicro())] = d.newsOfTalk(orrery.NewsConversation, p, t)
		}
	})
	return now, nil, err
}

// lookAtAlone sees the newcomers whom nobody answered for a day.
func (d *Desk) lookAtAlone(ctx context.Context, p orrery.Planet) (map[uint64]orrery.News, func(uint64) (orrery.News, bool), error) {
	now := map[uint64]orrery.News{}
	err := d.newsTalks(ctx, p, func(t *Talk, waited time.Duration) {
		if t.Newcomer && t.Answer == nil && t.State != conversation.Resting && waited >= aloneAfter && waited < aloneUntil {
			now[newsNumber(t.Thread)] = d.newsOfTalk(orrery.NewsNewcomerAlone, p, t)
		}
	})
	return now, nil, err
}

// lookAtPurposes sees the measures that were reached.
func (d *Desk) lookAtPurposes(ctx context.Context, before []uint64) ([]uint64, []orrery.News, error) {
	list, err := d.Purposes(ctx, 0, study.Forever)
	if err != nil {
		return nil, nil, err
	}
	now := map[uint64]orrery.News{}
	for i := range list {
		p := &list[i]
		for j := range p.Progress {
			if p.Sample || !p.There || p.Progress[j].Verdict != purpose.Reached {
				continue
			}
			n := orrery.News{Type: orrery.NewsPurposeReached, At: d.system.Clock().UTC(), Data: orrery.NewsData{Purpose: p.Slug, Measure: j + 1, Path: "/purposes/" + p.Slug}}
			if len(p.Planets) == 1 {
				n.Planet = p.Planets[0]
			}
			now[newsNumber(p.Number, j, p.Measures[j].Target)] = n
		}
	}
	seen, news := changesOf(before, now, nil)
	return seen, news, nil
}

// NameOf tells what to call somebody: empty where nobody knows.
func (d *Desk) NameOf(ctx context.Context, id orrery.MemberID) (string, error) {
	names, err := d.namesOf(ctx, map[orrery.MemberID]bool{id: true})
	if err != nil || names[id] == fmt.Sprintf("person %d", id) {
		return "", err
	}
	return names[id], nil
}
