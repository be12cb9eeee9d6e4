package view

import (
	"context"
	"net/url"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

// SavedList is a list of people that somebody keeps under a name. It is a question
// that is asked anew each time, or with Fixed it holds who was put on it.
type SavedList struct {
	Number int64
	Name   string
	Mine   bool
	Shared bool // everybody of the team sees it
	Fixed  bool
	Query  string // what is asked for, as ParsePeople reads it
	People int    // as of now
	Known  bool   // whether it is known how many there were a week ago
	Change int    // since a week ago
}

// ListForm is what somebody says about a list.
type ListForm struct {
	Number int64 // 0: a new one
	Name   string
	Shared bool
	Fixed  bool
	Query  string
}

// asked is what a list asks for around its planet.
func (l *SavedList) asked(planet orrery.PlanetID, asOf orrery.Day) (PeopleQuery, error) {
	values, err := url.ParseQuery(l.Query)
	if err != nil {
		return PeopleQuery{}, orrery.Errorf(orrery.Invalid, "the list “%s” cannot be read: remove it and save it anew", l.Name)
	}
	q, err := ParsePeople(values)
	q.Planet, q.AsOf = planet, asOf
	if l.Fixed {
		q.List = l.Number
	}
	return q, err
}

// Lists tells the lists of a planet that an account sees, as of now, by name.
func (d *Desk) Lists(ctx context.Context, planet orrery.PlanetID, account int64) ([]SavedList, error) {
	kept, err := d.system.SavedLists(ctx, planet, account)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	r, err := d.rosterAsOf(ctx, planet, 0)
	if err != nil {
		return nil, err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]SavedList, 0, len(kept))
	for _, k := range kept {
		l := SavedList{Number: k.Number, Name: k.Name, Mine: k.Owner == account, Shared: k.Shared, Fixed: k.Fixed, Query: k.Query}
		if err := d.countList(ctx, r, tags, &l); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// List tells one of them.
func (d *Desk) List(ctx context.Context, planet orrery.PlanetID, account, number int64) (SavedList, PeopleQuery, error) {
	k, err := d.system.SavedList(ctx, planet, account, number)
	if err != nil {
		return SavedList{}, PeopleQuery{}, err
	}
	l := SavedList{Number: k.Number, Name: k.Name, Mine: k.Owner == account, Shared: k.Shared, Fixed: k.Fixed, Query: k.Query}
	q, err := l.asked(planet, 0)
	return l, q, err
}

func (d *Desk) countList(ctx context.Context, r *roster, tags *tagBook, l *SavedList) error {
	q, err := l.asked(r.planet.ID, 0)
	if err != nil {
		return nil //nolint:nilerr // a list that cannot be read is opened to see why
	}
	if l.Fixed {
		return d.countFixed(ctx, r, l)
	}
	c := &d.listCounts
	c.mu.Lock()
	kept, ok := c.now[l.Number]
	c.mu.Unlock()
	addresses := orrery.ViewerOf(ctx).Addresses // who may not see them finds others
	if !ok || kept.roster != r || kept.tags != tags || kept.query != l.Query || kept.addresses != addresses {
		matching, err := d.matching(ctx, r, &q, tags)
		if err != nil {
			return err
		}
		kept = listCount{r, tags, l.Query, len(matching), addresses}
		c.mu.Lock()
		if c.now == nil {
			c.now = map[int64]listCount{}
		}
		c.now[l.Number] = kept
		c.mu.Unlock()
	}
	l.People = kept.people
	if q.Search != "" && !addresses {
		return nil // what was a week ago is counted for everybody alike
	}
	if q.Circle != 0 {
		return nil // circles of other days are other circles
	}
	if before, ok := d.weekAgo(r.planet.ID, r.planet.AsOf-7, l.Query); ok {
		l.Known, l.Change = true, l.People-before
	}
	return nil
}

// countFixed counts who is on a fixed list and orbits, and who came onto it within
// a week.
func (d *Desk) countFixed(ctx context.Context, r *roster, l *SavedList) error {
	on, err := d.system.OnList(ctx, l.Number)
	if err != nil {
		return err
	}
	since := map[int32]time.Time{}
	for _, p := range on {
		if at, ok := r.seat(p.Identity); ok && r.all[at].in(Everyone, r.planet.AsOf) {
			if was, twice := since[at]; !twice || p.At.Before(was) {
				since[at] = p.At
			}
		}
	}
	weekAgo := d.system.Clock().AddDate(0, 0, -7)
	l.People, l.Known = len(since), true
	for _, at := range since {
		if at.After(weekAgo) {
			l.Change++
		}
	}
	return nil
}

// seat is the place of an identity in r.all.
func (r *roster) seat(id orrery.IdentityID) (int32, bool) {
	if int(id) >= len(r.seats) || r.seats[id] == 0 {
		return 0, false
	}
	return r.seats[id] - 1, true
}

// putOn lists the places of who was put on a fixed list.
func (d *Desk) putOn(ctx context.Context, r *roster, number int64) (map[int32]bool, error) {
	on, err := d.system.OnList(ctx, number)
	if err != nil {
		return nil, err
	}
	put := make(map[int32]bool, len(on))
	for _, p := range on {
		if at, ok := r.seat(p.Identity); ok {
			put[at] = true
		}
	}
	return put, nil
}

// listCounts keeps how many people lists find: now, by the number of the list, and
// a week ago.
type listCounts struct {
	mu     sync.Mutex
	now    map[int64]listCount
	before map[askedOn]int
	making map[askedOn]bool
}

type listCount struct {
	roster *roster
	tags   *tagBook
	query  string
	people int

	addresses bool
}

type askedOn struct {
	planet orrery.PlanetID
	day    orrery.Day
	query  string
}

// weeksKept is how many counts of past days are kept.
const weeksKept = 2_000

// weekAgo tells how many a query found on a day, and false while that is being
// counted in the background.
func (d *Desk) weekAgo(planet orrery.PlanetID, day orrery.Day, query string) (int, bool) {
	c, at := &d.listCounts, askedOn{planet, day, query}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n, ok := c.before[at]; ok || c.making[at] {
		return n, ok
	}
	if c.before == nil || len(c.before) > weeksKept {
		c.before, c.making = map[askedOn]int{}, map[askedOn]bool{}
	}
	c.making[at] = true
	d.work.Go(func() {
		n, err := d.countOn(d.ctx, at)
		c.mu.Lock()
		defer c.mu.Unlock()
		if err == nil {
			c.before[at] = n
		} // else it is not asked again before the data moves on
	})
	return 0, false
}

func (d *Desk) countOn(ctx context.Context, at askedOn) (int, error) {
	l := SavedList{Query: at.query}
	q, err := l.asked(at.planet, at.day)
	if err != nil {
		return 0, err
	}
	for {
		n := 0
		err := d.EachPerson(ctx, q, func(*Row) error { n++; return nil })
		if err == nil || orrery.CodeOf(err) != orrery.Exhausted {
			return n, err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (c *listCounts) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.before, c.making = nil, nil, nil
}

// SaveList keeps a list for an account and returns its number.
func (d *Desk) SaveList(ctx context.Context, planet orrery.PlanetID, account int64, form ListForm) (int64, error) {
	l := flow.SavedList{Number: form.Number, Planet: planet, Name: form.Name, Shared: form.Shared, Fixed: form.Fixed}
	if !form.Fixed {
		values, err := url.ParseQuery(form.Query)
		if err != nil {
			return 0, orrery.Errorf(orrery.Invalid, "%q is no filter of people", form.Query)
		}
		q, err := ParsePeople(values)
		if err != nil {
			return 0, err
		}
		l.Query = q.Values().Encode()
	}
	return d.system.SaveList(ctx, l, account)
}

// RemoveList forgets a list that an account sees. The people stay.
func (d *Desk) RemoveList(ctx context.Context, planet orrery.PlanetID, account, number int64) error {
	return d.system.RemoveList(ctx, planet, account, number)
}

// FillList puts people on a fixed list, or takes them off it.
func (d *Desk) FillList(ctx context.Context, planet orrery.PlanetID, account, number int64, ids []orrery.MemberID, on bool) error {
	return d.system.FillList(ctx, planet, account, number, ids, on)
}

// WithTag returns those of some people who have a tag, or with not those who have
// not.
func (d *Desk) WithTag(ctx context.Context, ids []orrery.MemberID, tag string, not bool) ([]orrery.MemberID, error) {
	tags, err := d.tagged(ctx)
	if err != nil {
		return nil, err
	}
	var list []orrery.MemberID
	for _, id := range ids {
		if tags.has(id, tag) != not {
			list = append(list, id)
		}
	}
	return list, nil
}
