package view

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/mask"
	"orrery.dev/orrery/internal/search"
	"orrery.dev/orrery/internal/study"
)

// Search looks for a text among all that a planet's pages are about, best first.
func (d *Desk) Search(ctx context.Context, q SearchQuery) (Search, error) {
	out := Search{}
	asked := search.Ask(q.Text)
	if asked.Empty() {
		return out, nil
	}
	p, err := d.planetByID(q.Planet)
	if err != nil {
		return out, err
	}
	r, err := d.rosterAsOf(ctx, q.Planet, q.AsOf)
	if err == nil {
		err = d.searchPeople(ctx, r, &q, &out)
	}
	if errors.Is(err, ErrMaking) {
		out.Making, err = true, nil
	}
	if err != nil {
		return out, err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return out, err
	}
	out.Tags = best(asked, tags.known, q.Limit, func(tag string) string { return tag })
	if r != nil {
		out.Circles = best(asked, r.circles.named(), q.Limit, func(c NamedCircle) string { return c.Name })
	}
	purposes, err := d.system.Purposes(ctx)
	if err != nil {
		return out, err
	}
	purposes = seen(ctx, purposes)
	for i := range purposes {
		one := &purposes[i]
		out.Purposes = append(out.Purposes, Named{one.Slug, one.Title})
	}
	out.Purposes = best(asked, out.Purposes, q.Limit, func(n Named) string { return n.Title + " " + n.Slug })
	partners, err := d.system.Partners(ctx)
	if err != nil {
		return out, err
	}
	if orrery.ViewerOf(ctx).Limited() { // they are of all planets together
		partners = nil
	}
	for i := range partners {
		out.Partners = append(out.Partners, Named{partners[i].Slug, partners[i].Name()})
	}
	out.Partners = best(asked, out.Partners, q.Limit, func(n Named) string { return n.Title + " " + n.Slug })
	titles, err := d.talkTitles(ctx, p)
	if err != nil {
		return out, err
	}
	if q.NoAddresses || !orrery.ViewerOf(ctx).Addresses { // nor is a title found by one
		titles, out.Tags = mask.Deep(titles), best(asked, mask.Deep(tags.known), q.Limit, func(tag string) string { return tag })
	}
	out.Talks = best(asked, titles, q.Limit, func(t TalkTitle) string { return t.Title })
	return out, nil
}

// searchPeople lists who is found: whole words before beginnings, the nearest
// first.
func (d *Desk) searchPeople(ctx context.Context, r *roster, q *SearchQuery, out *Search) error {
	limit := cmp.Or(q.Limit, len(r.all))
	found, err := d.find(ctx, r, q.Text, !q.NoAddresses && orrery.ViewerOf(ctx).Addresses, limit)
	if err != nil {
		return err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return err
	}
	out.PeopleOf = found.Len()
	for at := range found.Places() {
		if len(out.People) == limit {
			break
		}
		out.People = append(out.People, r.all[at].row(tags))
	}
	return nil
}

// best returns those whose text fits, the best first and otherwise as they are, so
// many at most (0: all).
func best[T any](q search.Query, all []T, limit int, text func(T) string) []T {
	type fit struct {
		one T
		how search.Match
	}
	var fits []fit
	for _, one := range all {
		if how, ok := q.In(text(one)); ok {
			fits = append(fits, fit{one, how})
		}
	}
	slices.SortStableFunc(fits, func(a, b fit) int { return cmp.Compare(a.how, b.how) })
	var out []T
	for _, f := range fits {
		if limit > 0 && len(out) == limit {
			break
		}
		out = append(out, f.one)
	}
	return out
}

// titles keeps what conversations are called, by planet.
type titles struct {
	mu   sync.Mutex
	kept map[orrery.PlanetID]*planetTitles
}

type planetTitles struct {
	made   time.Time // of the conversations
	list   []TalkTitle
	making bool
}

// titlesRead is how many conversations are known by what they are called: those
// in which somebody waits, and then the newest.
const titlesRead = 2_000

// talkTitles returns what is known of the titles of a planet's conversations, and
// reads them in the background where there are newer ones.
func (d *Desk) talkTitles(ctx context.Context, p orrery.Planet) ([]TalkTitle, error) {
	talks, err := study.Get[flow.Talks](ctx, d.shelf, "conversations", p, 0)
	if err != nil || !talks.There {
		return nil, err
	}
	d.titles.mu.Lock()
	defer d.titles.mu.Unlock()
	if d.titles.kept == nil {
		d.titles.kept = map[orrery.PlanetID]*planetTitles{}
	}
	known := d.titles.kept[p.ID]
	if known == nil {
		known = &planetTitles{}
		d.titles.kept[p.ID] = known
	}
	if !known.making && !known.made.Equal(talks.Made) {
		known.making = true
		d.work.Go(func() {
			list, err := d.readTitles(d.ctx, talks.Value.List)
			d.titles.mu.Lock()
			defer d.titles.mu.Unlock()
			known.making = false
			if err == nil {
				known.list, known.made = list, talks.Made
			} else if d.ctx.Err() == nil {
				d.system.Log().Error("titles of conversations not read", "error", err.Error())
			}
		})
	}
	return known.list, nil
}

func (d *Desk) readTitles(ctx context.Context, talks []flow.Talk) (list []TalkTitle, err error) {
	for part := range slices.Chunk(talks[:min(titlesRead, len(talks))], 50) { // others may read and write between
		rows := make([]flow.TalkRow, len(part))
		for i := range part {
			rows[i] = part[i].Rows[0]
		}
		cold, err := d.system.Openings(ctx, rows)
		if err != nil {
			return nil, err
		}
		for i := range part {
			if title := cold[i].ObjectTitle; title != "" {
				list = append(list, TalkTitle{Thread: part[i].Thread, Title: title, Last: part[i].Last})
			}
		}
	}
	return list, nil
}

func (t *titles) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = nil
}

// SearchQuery asks for all that a text may mean.
type SearchQuery struct {
	Planet      orrery.PlanetID
	AsOf        orrery.Day // 0: as screens answer
	Text        string
	NoAddresses bool // nobody is found by an address: whoever asks may not see them
	Limit       int  // of each kind at most; 0: all
}

// Search is what a text was found in.
type Search struct {
	People   []Row // best first, of these the nearest
	PeopleOf int   // how many people were found
	Making   bool  // the people are taking their places: ask again in a moment
	Tags     []string
	Circles  []NamedCircle
	Talks    []TalkTitle
	Purposes []Named
	Partners []Named
}

// Named is something that has an address and a title.
type Named struct{ Slug, Title string }

// TalkTitle is a conversation by what its source calls it.
type TalkTitle struct {
	Thread conversation.ThreadID
	Title  string
	Last   time.Time
}
