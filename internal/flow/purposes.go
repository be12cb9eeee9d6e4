package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/purpose"
)

// Purposes lists the purposes by number, closed ones included.
func (s *System) Purposes(ctx context.Context) ([]purpose.Purpose, error) {
	list, err := s.store.Purposes(ctx)
	if err != nil {
		return nil, fmt.Errorf("read purposes: %w", err)
	}
	return list, nil
}

// Purpose finds a purpose by its slug: NotFound where there is none.
func (s *System) Purpose(ctx context.Context, slug string) (purpose.Purpose, error) {
	list, err := s.Purposes(ctx)
	if err != nil {
		return purpose.Purpose{}, err
	}
	for i := range list {
		if list[i].Slug == slug {
			return list[i], nil
		}
	}
	return purpose.Purpose{}, orrery.Errorf(orrery.NotFound, "there is no purpose %q", slug)
}

// SavePurpose keeps a new purpose, one without a number, or the next version of one
// that is there; by is the account that asks for it, 0 for the shell. Conflict where
// another has its slug, or where somebody changed it since it was read.
func (s *System) SavePurpose(ctx context.Context, by int64, p purpose.Purpose) (purpose.Purpose, error) {
	if err := p.Check(); err != nil {
		return p, err
	}
	planets := s.Planets()
	for _, id := range p.Planets {
		if !slices.ContainsFunc(planets, func(known orrery.Planet) bool { return known.ID == id }) {
			return p, orrery.Errorf(orrery.NotFound, "there is no planet %d", id)
		}
	}
	for i := range p.Measures {
		for _, c := range p.Measures[i].Over {
			for _, slug := range c.Planets {
				if !slices.ContainsFunc(planets, func(known orrery.Planet) bool { return known.Slug == slug && p.Serves(known.ID) }) {
					return p, orrery.Errorf(orrery.Invalid, "planet=%s counts nothing: %q is no planet that serves this purpose", slug, slug)
				}
			}
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	known, err := s.Purposes(ctx)
	if err != nil {
		return p, err
	}
	for i := range known {
		switch k := &known[i]; {
		case k.Slug == p.Slug && k.Number != p.Number:
			return p, orrery.Errorf(orrery.Conflict, "there is a purpose %q already: choose another name", p.Slug)
		case k.Number == p.Number && k.Version != p.Version:
			return p, orrery.Errorf(orrery.Conflict, "somebody has changed %s meanwhile: look at it and change it again", p.Slug)
		}
	}
	if p.Opened.IsZero() {
		p.Opened = s.clock().UTC()
	}
	p, err = s.store.PutPurpose(ctx, p, by, s.clock())
	if err != nil {
		return p, fmt.Errorf("keep purpose %s: %w", p.Slug, err)
	}
	return p, nil
}

// UpdatePurpose keeps a text about how a purpose goes.
func (s *System) UpdatePurpose(ctx context.Context, number int64, by, text string) error {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > purpose.MaxUpdate {
		return orrery.Errorf(orrery.Invalid, "an update has 1 to %d letters, this one has %d", purpose.MaxUpdate, n)
	}
	list, err := s.Purposes(ctx)
	if err != nil {
		return err
	}
	now := s.clock().UTC()
	var news []orrery.News
	for i := range list {
		if p := &list[i]; p.Number == number && !p.Sample {
			news = append(news, orrery.News{Type: orrery.NewsPurposeUpdated, At: now, Planet: onlyPlanet(p), Data: orrery.NewsData{Purpose: p.Slug, Path: "/purposes/" + p.Slug}})
		}
	}
	return s.store.PutPurposeUpdate(ctx, number, purpose.Update{At: now, By: by, Text: text}, news...)
}

// onlyPlanet is the planet that serves a purpose, 0 where several do.
func onlyPlanet(p *purpose.Purpose) orrery.PlanetID {
	if len(p.Planets) == 1 {
		return p.Planets[0]
	}
	return 0
}

// DropPurposeUpdate takes a text about how a purpose goes away.
func (s *System) DropPurposeUpdate(ctx context.Context, number, update int64) error {
	return s.store.DeletePurposeUpdate(ctx, number, update)
}

// PurposeUpdates lists the texts about how a purpose goes, newest first.
func (s *System) PurposeUpdates(ctx context.Context, number int64) ([]purpose.Update, error) {
	return s.store.PurposeUpdates(ctx, number)
}

// A counting is what purposes make of the activities of one planet.
type counting struct {
	planet    orrery.Planet
	purposes  []purpose.Purpose // that the planet serves
	until     orrery.Day
	builder   *builder
	journal   *journal.Journal
	catalogue map[string]orrery.Rule
	lookup    func(kind string) orrery.Rule

	looks []purpose.Look // of the block at hand: the most that any measure says of a kind
	ways  []orrery.Strategy
}

func (s *System) counting(ctx context.Context, planet orrery.Planet, purposes []purpose.Purpose, until orrery.Day) (*counting, error) {
	b, err := s.past(ctx, 0)
	if err != nil {
		return nil, err
	}
	c := &counting{planet: planet, until: until, builder: b, catalogue: map[string]orrery.Rule{}, lookup: b.state.catalogue.Lookup}
	for i := range purposes {
		if purposes[i].Serves(planet.ID) {
			c.purposes = append(c.purposes, purposes[i])
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	c.journal = s.journal
	return c, nil
}

// TallyPurposes counts, up to the end of a day, what each measure of some purposes
// counts around a planet that serves them: by the purpose's number, a tally a
// measure. People's activities count; bots', teammates' and visitors' do not, nor
// does what was taken back or was decided not to count.
//
// It replays the journal beside changes, and opens the texts of those activities
// alone of which kind and way to belong do not say all.
func (s *System) TallyPurposes(ctx context.Context, planet orrery.Planet, purposes []purpose.Purpose, until orrery.Day) (map[int64][]purpose.Tally, error) {
	c, err := s.counting(ctx, planet, purposes, until)
	if err != nil {
		return nil, err
	}
	var books []*purpose.Book
	for i := range c.purposes {
		p := &c.purposes[i]
		for m := range p.Measures {
			books = append(books, purpose.NewBook(p.Slug, &p.Measures[m], until))
		}
	}
	if len(books) > 0 {
		err = c.builder.journal.Replay(ctx, func(r *journal.Replayed) error {
			return c.read(ctx, r, nil, func(_ int, _ *journal.Hot, a *purpose.Act) {
				for _, b := range books {
					b.Add(a)
				}
			})
		})
	}
	if err != nil {
		return nil, fmt.Errorf("count what purposes got around %s: %w", planet.Slug, err)
	}
	out := make(map[int64][]purpose.Tally, len(c.purposes))
	for i := range c.purposes {
		p := &c.purposes[i]
		tallies := make([]purpose.Tally, len(p.Measures))
		for m := range tallies {
			tallies[m], books = books[0].Tally(), books[1:]
		}
		out[p.Number] = tallies
	}
	return out, nil
}

// read hands the activities of a block that may count to fn, with their texts where
// these decide. Rows that wanted refuses are passed over.
func (c *counting) read(ctx context.Context, r *journal.Replayed, wanted func(row int) bool, fn func(row int, h *journal.Hot, a *purpose.Act)) error {
	if !c.learn(r) {
		return nil
	}
	act := func(row int, h *journal.Hot) purpose.Act {
		return purpose.Act{
			Member: c.builder.state.member(h.Identity), Planet: h.Planet, Around: c.planet.Slug,
			Day: orrery.DayOfUnix(floorSeconds(h.AtMicros)), Kind: h.Kind, Way: c.ways[r.Kind[row]],
		}
	}
	var closed []int // rows whose texts say nothing more
	open := false
	counts := func(row int) bool {
		if r.Planet[row] != c.planet.ID || c.looks[r.Kind[row]] == purpose.Not || !r.Counts(row) || wanted != nil && !wanted(row) {
			return false
		}
		m := c.builder.state.member(r.Identity[row])
		if m == 0 || !c.builder.state.IsPerson(m) {
			return false
		}
		u := c.builder.state.uncounted
		kind := r.Kinds[r.Kind[row]]
		return u == nil || !u.Whole(c.planet.ID, r.Identity[row], kind, isPraise(kind, r.Valence[row]), r.To(row))
	}
	for row := range r.N {
		switch c.looks[r.Kind[row]] {
		case purpose.Maybe:
			open = true
		case purpose.Sure:
			if counts(row) {
				closed = append(closed, row)
			}
		}
	}
	for _, row := range closed {
		h := journal.Hot{Identity: r.Identity[row], Planet: r.Planet[row], AtMicros: r.AtMicros[row], Offset: r.Offset[row], Origin: r.Origin[row], Valence: r.Valence[row], Kind: r.Kinds[r.Kind[row]]}
		a := act(row, &h)
		fn(row, &h, &a)
	}
	if !open {
		return nil
	}
	return c.journal.Marks(ctx, r, func(row int) bool { return c.looks[r.Kind[row]] == purpose.Maybe && counts(row) }, func(row int, e *journal.Entry) error {
		a := act(row, &e.Hot)
		a.Quantity, a.Unit, a.ObjectType, a.ObjectID, a.Tags, a.Purposes = e.Quantity, e.Unit, e.ObjectType, e.ObjectID, e.Tags, e.Purposes
		fn(row, &e.Hot, &a)
		return nil
	})
}

// learn asks the measures about the kinds of a block, and says whether any of its
// activities may count.
func (c *counting) learn(r *journal.Replayed) bool {
	c.looks, c.ways = c.looks[:0], c.ways[:0]
	any := false
	for _, kind := range r.Kinds {
		rule, ok := c.catalogue[kind]
		if !ok {
			rule = c.lookup(kind)
			c.catalogue[kind] = rule
		}
		look := purpose.Not
		for i := range c.purposes {
			for m := range c.purposes[i].Measures {
				switch said := c.purposes[i].Measures[m].At(kind, rule.Strategy, c.planet.Slug); {
				case said == purpose.Maybe: // the texts must be opened: they serve all
					look = purpose.Maybe
				case look == purpose.Not:
					look = said
				}
			}
		}
		any = any || look != purpose.Not
		c.looks, c.ways = append(c.looks, look), append(c.ways, rule.Strategy)
	}
	return any
}
