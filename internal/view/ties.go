package view

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/tie"
)

// A tieBook is all ties around a planet, kept in memory, never changed.
type tieBook struct {
	*tie.Book
	acted  []bool   // by MemberID: they did something themselves
	crowds []uint64 // what brought too many together to tie any two, rising
	others map[orrery.MemberID]orrery.MemberKind
}

func (b *tieBook) joined(m orrery.MemberID) bool { return int(m) < len(b.acted) && b.acted[m] }

// tieBooks keeps the newest book of each planet that was asked for.
type tieBooks struct {
	mu    sync.Mutex
	kept  map[orrery.PlanetID]*tieBook
	epoch int // how often all were dropped
}

func (t *tieBooks) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.kept)
	t.epoch++
}

func (t *tieBooks) now() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.epoch
}

// put keeps a book that was begun in an epoch, unless somebody was erased since.
func (t *tieBooks) put(planet orrery.PlanetID, b *tieBook, epoch int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil {
		t.kept = map[orrery.PlanetID]*tieBook{}
	}
	if epoch == t.epoch {
		t.kept[planet] = b
	}
}

func (t *tieBooks) of(planet orrery.PlanetID) *tieBook {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept[planet]
}

// tiesFound is what is kept of ties on disk: who gave and got unevenly, and who
// should meet.
type tiesFound struct {
	Day    orrery.Day     `json:"day"`
	People int            `json:"people"`
	Ties   int            `json:"ties"`
	Gave   []tie.Leaning  `json:"gave"` // much more than they got
	Got    []tie.Leaning  `json:"got"`  // much more than they gave
	GaveN  int            `json:"gave_n"`
	GotN   int            `json:"got_n"`
	Meet   []flow.Meeting `json:"meet"`
}

const (
	tiesVersion   = 1
	leaningsKept  = 200
	leaningFrom   = 3. // weight that is worth a thank-you
	unevenBy      = 3. // times as much
	reachableDays = 90
)

func (d *Desk) tiesStudy() study.Study {
	return study.Study{Name: "ties", Version: tiesVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		epoch := d.tieBooks.now()
		past, book, err := d.bookOfTies(ctx, p, 0)
		if err != nil {
			return nil, err
		}
		kept := &tieBook{Book: book, acted: past.Acted, crowds: slices.Clone(past.Crowds()), others: past.Others}
		out := kept.lean()
		if out.Meet, err = d.whoShouldMeet(ctx, p, &past, book); err != nil {
			return nil, err
		}
		d.tieBooks.put(p.ID, kept, epoch)
		return out, nil
	}}
}

// bookOfTies reads how ties stand as of a day (0: as screens answer).
func (d *Desk) bookOfTies(ctx context.Context, p orrery.Planet, asOf orrery.Day) (flow.TiePast, *tie.Book, error) {
	var day orrery.Day
	err := d.system.Read(ctx, func(st *flow.State) error {
		day, _ = d.day(st, p.ID, asOf)
		return nil
	})
	if err != nil {
		return flow.TiePast{}, nil, err
	}
	past, err := d.system.Ties(ctx, p.ID, day)
	if err != nil {
		return flow.TiePast{}, nil, err
	}
	return past, past.Book(day), nil
}

// lean finds who gave and got unevenly. Teammates are no people to be thanked for
// their work here, and who did nothing yet cannot have given anything back.
func (b *tieBook) lean() tiesFound {
	out := tiesFound{Day: b.Day, Ties: len(b.Ties)}
	for _, l := range b.Leanings() {
		if b.others[l.Who] != orrery.Person || !b.joined(l.Who) {
			continue
		}
		out.People++
		switch {
		case l.Gave >= leaningFrom && l.Gave >= unevenBy*l.Got:
			out.Gave = append(out.Gave, l)
		case l.Got >= leaningFrom && l.Got >= unevenBy*l.Gave:
			out.Got = append(out.Got, l)
		}
	}
	by := func(how func(l *tie.Leaning) float64) func(x, y tie.Leaning) int {
		return func(x, y tie.Leaning) int { return cmp.Or(cmp.Compare(how(&y), how(&x)), cmp.Compare(x.Who, y.Who)) }
	}
	slices.SortFunc(out.Gave, by(func(l *tie.Leaning) float64 { return l.Gave - l.Got }))
	slices.SortFunc(out.Got, by(func(l *tie.Leaning) float64 { return l.Got - l.Gave }))
	out.GaveN, out.GotN = len(out.Gave), len(out.Got)
	out.Gave, out.Got = out.Gave[:min(leaningsKept, len(out.Gave))], out.Got[:min(leaningsKept, len(out.Got))]
	return out
}

// ties returns a planet's ties as they were reckoned last, after so much patience
// at most; no book while none is known.
func (d *Desk) ties(ctx context.Context, p orrery.Planet, patience time.Duration) (*tieBook, study.Result[tiesFound], error) {
	// Who should meet depends on who is in which circle and who is asked about: as
	// long as those are not known, ties wait for them.
	if waits, err := d.firstKnown(ctx, p, patience); err != nil || waits {
		return nil, study.Result[tiesFound]{Making: waits}, err
	}
	r, err := study.Get[tiesFound](ctx, d.shelf, "ties", p, patience)
	if err != nil {
		return nil, r, err
	}
	if r.There && d.tieBooks.of(p.ID) == nil { // a file is left from before the start; the book is not
		d.shelf.Forget("ties", p.ID)
		if r, err = study.Get[tiesFound](ctx, d.shelf, "ties", p, patience); err != nil {
			return nil, r, err
		}
	}
	book := d.tieBooks.of(p.ID)
	r.There = r.There && book != nil
	return book, r, nil
}

// firstKnown says whether what ties wait for is still being found out.
func (d *Desk) firstKnown(ctx context.Context, p orrery.Planet, patience time.Duration) (waits bool, err error) {
	doubts, err := study.Get[flow.Authenticity](ctx, d.shelf, "authenticity", p, patience)
	if err != nil {
		return false, err
	}
	circles, err := study.Get[flow.Circles](ctx, d.shelf, "circles", p, patience)
	return !doubts.There && doubts.Making || !circles.There && circles.Making, err
}

// neighbour tells of a tie as one of the two sees it.
func neighbour(t *tie.Tie, from orrery.MemberID) Neighbour {
	n := Neighbour{ID: t.Other(from), Tie: t.Strength(), Over: float64(t.Over), Acts: int(t.Acts), Met: int(t.Met), Since: t.Since, Last: t.Last}
	n.Gave, n.Got = t.Given(from)
	n.Pushed, n.PushedBy = t.Pushed(from)
	n.Why = dealings(&n)
	n.Lean = lean(n.Gave, n.Got)
	return n
}

// lean says which way a tie leans: 1, they gave much more than they received; −1,
// the other way; 0, neither.
func lean(gave, got float64) int {
	switch {
	case gave >= 1 && gave >= unevenBy*got:
		return 1
	case got >= 1 && got >= unevenBy*gave:
		return -1
	}
	return 0
}

// dealings tells how often two had to do with each other.
func dealings(n *Neighbour) language.Text {
	addressed := language.N(n.Acts, "addressed each other 1 time", "addressed each other %d times")
	over := language.N(n.Met, "met over 1 thing", "met over %d things")
	switch {
	case n.Acts == 0:
		return over
	case n.Met == 0:
		return addressed
	}
	return language.Join(", ", addressed, over)
}

// meetings tells how often somebody met another.
func meetings(n int) language.Text { return language.N(n, "met once", "met %d times") }

// pushersShown is how many of those who pushed somebody away, or whom they did,
// are told beside the strongest ties.
const pushersShown = 3

// addAround tells whom the person has ties with, from the book of all ties where
// there is one, else from what they did and received themselves: then what they met
// over is not known.
func (d *Desk) addAround(ctx context.Context, planet orrery.Planet, seen []flow.Glance, asOf orrery.Day, p *Person) error {
	var book *tieBook
	if asOf == 0 {
		var err error
		if book, _, err = d.ties(ctx, planet, 0); err != nil {
			return err
		}
	}
	if book != nil {
		p.addReach(book)
		p.pick(book.Of(p.ID), func(m orrery.MemberID) bool { return book.joined(m) })
	} else {
		own, err := d.ownTies(ctx, seen, p)
		if err != nil {
			return err
		}
		p.pick(own.Of(p.ID), func(orrery.MemberID) bool { return true })
	}
	var members []orrery.MemberID
	if asOf != 0 {
		for _, n := range p.Around {
			members = append(members, n.ID)
		}
	}
	err := d.readOn(ctx, asOf, members, func(st *flow.State) error {
		f := st.Forecast(planet)
		near := p.Around[:0]
		for _, n := range p.Around {
			if reading, ok := st.Engine.Read(field.Orbit{Member: n.ID, Planet: planet.ID}, f, p.AsOf); ok && reading.HasCome {
				n.Level = reading.Level
				near = append(near, n)
			}
		}
		p.Around = near[:min(aroundShown+pushersShown, len(near))]
		return nil
	})
	if err != nil {
		return err
	}
	return d.system.Graph(ctx, func(g *identity.Graph) error {
		for i := range p.Around {
			n := &p.Around[i]
			n.Name = cmp.Or(identity.Name(g.Of(n.ID)), fmt.Sprintf("person %d", n.ID))
		}
		return nil
	})
}

// ownTies makes the ties of one person from what they did and received.
func (d *Desk) ownTies(ctx context.Context, seen []flow.Glance, p *Person) (*tie.Book, error) {
	var past tie.Past
	err := d.system.Read(ctx, func(st *flow.State) error {
		for i := range seen {
			st.ActsOf(&seen[i], func(a tie.Act) {
				if a.From == p.ID || a.To == p.ID {
					past.Add(a)
				}
			})
		}
		return nil
	})
	return past.Book(p.AsOf), err
}

// pick chooses the strongest ties, and some that repel most.
func (p *Person) pick(ties []*tie.Tie, joined func(orrery.MemberID) bool) {
	var pushers []Neighbour
	for _, t := range ties {
		if !joined(t.Other(p.ID)) {
			continue
		}
		n := neighbour(t, p.ID)
		switch {
		case n.Tie >= tie.Faint && len(p.Around) < aroundRead:
			p.Around = append(p.Around, n)
		case n.Pushed+n.PushedBy >= tie.Faint:
			pushers = append(pushers, n)
		}
	}
	slices.SortStableFunc(pushers, func(a, b Neighbour) int { return cmp.Compare(b.Pushed+b.PushedBy, a.Pushed+a.PushedBy) })
	p.Around = append(p.Around[:min(aroundShown, len(p.Around))], pushers[:min(pushersShown, len(pushers))]...)
}

// addReach counts who is around the person, one and two steps away.
func (p *Person) addReach(b *tieBook) {
	p.Near = &Near{}
	b.Reach(p.ID, func(m orrery.MemberID, second bool) {
		switch joined := b.joined(m); {
		case !second && joined:
			p.Near.First++
		case !second:
			p.Near.FirstNamed++
		case joined:
			p.Near.Second++
		default:
			p.Near.SecondNamed++
		}
	})
}

// Leaning is somebody who gave people much more than they received, or the other
// way.
type Leaning struct {
	ID        orrery.MemberID
	Name      string
	Level     orrery.Level
	Closeness float64
	Gave, Got float64 // decayed weight of what they gave people and received from them
	To        int     // how many people
	Most      []Neighbour
}

// Imbalance is who gave people much more than they received, most first; or, asked
// the other way, who received much more.
type Imbalance struct {
	AsOf     orrery.Day
	Received bool
	List     []Leaning
	Of       int // in all
	People   int // with ties
	Ties     int

	There  bool
	Making bool
}

// Imbalance lists who gave people around a planet much and received little, or the
// other way, n at most, after so much patience.
func (d *Desk) Imbalance(ctx context.Context, planet orrery.PlanetID, received bool, n int, patience time.Duration) (Imbalance, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Imbalance{}, err
	}
	book, r, err := d.ties(ctx, p, patience)
	if err != nil {
		return Imbalance{}, err
	}
	out := Imbalance{AsOf: r.Value.Day, Received: received, There: r.There, Making: r.Making, People: r.Value.People, Ties: r.Value.Ties}
	if !out.There {
		return out, nil
	}
	list := r.Value.Gave
	out.Of = r.Value.GaveN
	if received {
		list, out.Of = r.Value.Got, r.Value.GotN
	}
	const most = 3
	var members []orrery.MemberID
	for _, l := range list[:min(n, len(list))] {
		one := Leaning{ID: l.Who, Gave: l.Gave, Got: l.Got, To: l.To}
		var ties []Neighbour
		for _, t := range book.Of(l.Who) {
			ties = append(ties, neighbour(t, l.Who))
		}
		slices.SortStableFunc(ties, func(a, b Neighbour) int {
			if received {
				return cmp.Compare(b.Got-b.Gave, a.Got-a.Gave)
			}
			return cmp.Compare(b.Gave-b.Got, a.Gave-a.Got)
		})
		for _, t := range ties {
			if len(one.Most) < most && book.joined(t.ID) && t.Gave+t.Got > 0 {
				one.Most = append(one.Most, t)
				members = append(members, t.ID)
			}
		}
		out.List = append(out.List, one)
		members = append(members, l.Who)
	}
	known, err := d.known(ctx, p, out.AsOf, members)
	if err != nil {
		return Imbalance{}, err
	}
	for i := range out.List {
		l := &out.List[i]
		who := known[l.ID]
		l.Name, l.Level, l.Closeness = who.Name, who.Level, who.Closeness
		for j := range l.Most {
			l.Most[j].Name, l.Most[j].Level = known[l.Most[j].ID].Name, known[l.Most[j].ID].Level
		}
	}
	out.List = slices.DeleteFunc(out.List, func(l Leaning) bool { return l.Name == "" })
	return out, nil
}

// Someone is a person in a sentence.
type Someone struct {
	ID        orrery.MemberID
	Name      string
	Level     orrery.Level
	Closeness float64
}

// known tells who some members are and where they stand now; who is not there any
// more is left out.
func (d *Desk) known(ctx context.Context, p orrery.Planet, day orrery.Day, members []orrery.MemberID) (map[orrery.MemberID]Someone, error) {
	out := make(map[orrery.MemberID]Someone, len(members))
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		for _, m := range members {
			if now, ok := g.MemberOf(orrery.IdentityID(m)); ok && now == m {
				out[m] = Someone{ID: m, Name: cmp.Or(identity.Name(g.Of(m)), fmt.Sprintf("person %d", m))}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.system.Read(ctx, func(st *flow.State) error {
		f := st.Forecast(p)
		for m, one := range out {
			if reading, ok := st.Engine.Read(field.Orbit{Member: m, Planet: p.ID}, f, day); ok && reading.HasCome {
				one.Level, one.Closeness = reading.Level, reading.Closeness
				out[m] = one
			}
		}
		return nil
	})
	return out, err
}
