package view

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
)

// circleBook is who is in which circle, for lists and the map. It is made at once
// and never changed.
type circleBook struct {
	names []string                  // by place, the largest circle first
	ids   []int                     // numbers of the circles, likewise
	of    map[orrery.MemberID]uint8 // a place and 1; nobody without a circle
}

// mostCircles is how many circles lists and the map tell apart; the rest are
// together.
const mostCircles = 24

// circleBooks keeps the newest book of each planet.
type circleBooks struct {
	mu   sync.Mutex
	kept map[orrery.PlanetID]*keptCircles
}

type keptCircles struct {
	book *circleBook
	made time.Time // of the result that it was cut from
}

func (b *circleBooks) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.kept)
}

// circles returns who is in which circle now; nil where there are no clear circles
// or nothing is known yet, and then it is being found out.
func (d *Desk) circles(ctx context.Context, p orrery.Planet) (*circleBook, error) {
	r, err := study.Get[flow.Circles](ctx, d.shelf, "circles", p, 0)
	if err != nil || !r.There || !r.Value.Clear {
		return nil, err
	}
	b := &d.circleBooks
	b.mu.Lock()
	kept := b.kept[p.ID]
	b.mu.Unlock()
	if kept != nil && kept.made.Equal(r.Made) {
		return kept.book, nil
	}
	book, err := d.bookOfCircles(ctx, p, &r.Value)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept == nil {
		b.kept = map[orrery.PlanetID]*keptCircles{}
	}
	b.kept[p.ID] = &keptCircles{book, r.Made}
	return book, nil
}

// placeOf returns what of says of the people of a circle, by its number; 255 where
// there is no such circle.
func (b *circleBook) placeOf(id int) uint8 {
	if b != nil {
		for i, known := range b.ids {
			if known == id {
				return uint8(i + 1)
			}
		}
	}
	return 255
}

// sectorsShown is how many circles the map gives room of their own.
const sectorsShown = 8

// sectors gives the circles with most people on the map their room, and the rest
// one together; nil where there are no circles to tell.
func (b *circleBook) sectors(people []MapPerson) (sectors []Sector) {
	if b == nil {
		return nil
	}
	count := make([]int, len(b.names)+1)
	for i := range people {
		count[b.of[people[i].ID]]++
	}
	order := make([]int, 0, len(b.names))
	for i := range b.names {
		if count[i+1] > 0 {
			order = append(order, i)
		}
	}
	if len(order) < 2 {
		return nil
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Or(cmp.Compare(count[y+1], count[x+1]), cmp.Compare(x, y)) })
	order = order[:min(sectorsShown, len(order))]
	slices.Sort(order) // where a circle stands does not follow from who came today
	place := make([]uint8, len(b.names)+1)
	for i := range place {
		place[i] = uint8(len(order))
	}
	for i, at := range order {
		place[at+1] = uint8(i)
		sectors = append(sectors, Sector{Circle: b.names[at], CircleID: b.ids[at]})
	}
	rest := false
	for i := range people {
		people[i].Sector = place[b.of[people[i].ID]]
		rest = rest || int(people[i].Sector) == len(order)
	}
	if rest {
		sectors = append(sectors, Sector{Circle: "others", CircleID: -1})
	}
	return sectors
}

// named lists the circles to choose from.
func (b *circleBook) named() (list []NamedCircle) {
	if b != nil {
		for i := range b.names {
			list = append(list, NamedCircle{b.ids[i], b.names[i]})
		}
	}
	return list
}

// bookOfCircles notes who is in which of some circles.
func (d *Desk) bookOfCircles(ctx context.Context, p orrery.Planet, found *flow.Circles) (*circleBook, error) {
	names, err := d.circleNames(ctx, p.ID, found)
	if err != nil {
		return nil, err
	}
	middles, err := d.middles(ctx, found)
	if err != nil {
		return nil, err
	}
	book := &circleBook{of: map[orrery.MemberID]uint8{}}
	for i := range found.Circles[:min(mostCircles, len(found.Circles))] {
		f := found.Circles[i]
		c := Circle{ID: f.ID}
		for _, t := range f.Apart {
			if !t.Kind {
				c.Words = append(c.Words, t.Text)
			}
		}
		name := names[f.ID]
		if name == "" {
			name = c.label(middles)
		}
		book.names, book.ids = append(book.names, name), append(book.ids, f.ID)
		for _, m := range f.Members {
			book.of[m] = uint8(i + 1)
		}
	}
	return book, nil
}

// circlesGrouped is how many circles, the largest, are told of beside tags: each one
// more makes all intervals wider.
const circlesGrouped = 12

func (b *circleBook) grouped() int {
	if b == nil {
		return 0
	}
	return min(circlesGrouped, len(b.names))
}

// place returns the place and 1 of somebody's circle among those that are told of; 0:
// they are in none.
func (b *circleBook) place(m orrery.MemberID) int {
	if b == nil || int(b.of[m]) > b.grouped() {
		return 0
	}
	return int(b.of[m])
}

// pastCircles finds a planet's circles as of a day in the past.
func (d *Desk) pastCircles(ctx context.Context, p orrery.Planet, day orrery.Day) (flow.Circles, error) {
	r, err := d.circlesOnce.get(ctx, d, dayMark{p, day}, study.Forever, func(ctx context.Context) (flow.Circles, error) { return d.system.Circles(ctx, p.ID, day) })
	return r.Value, err
}

// circlesOn returns who was in which circle as of a day (0: as is known now).
func (d *Desk) circlesOn(ctx context.Context, p orrery.Planet, asOf orrery.Day) (*circleBook, error) {
	if asOf == 0 {
		return d.circles(ctx, p)
	}
	found, err := d.pastCircles(ctx, p, asOf)
	if err != nil || !found.Clear {
		return nil, err
	}
	return d.bookOfCircles(ctx, p, &found)
}

// regroup has what is told by circle made anew where the circles are others than it
// was made with.
func (d *Desk) regroup(planet orrery.PlanetID) {
	p, err := d.planetByID(planet)
	if err != nil {
		return
	}
	circles, err := d.circles(d.ctx, p)
	if err != nil {
		return
	}
	if ways, err := study.Get[Ways](d.ctx, d.shelf, "ways", p, -1); err == nil && ways.There {
		var told []int
		for i := range ways.Value.Groups {
			told = append(told, ways.Value.Groups[i].Circle)
		}
		if !circles.areTold(told) {
			d.shelf.Forget("ways", planet)
		}
	}
	if brought, err := study.Get[Brought](d.ctx, d.shelf, "origin", p, -1); err == nil && brought.There {
		var told []int
		for i := range brought.Value.Tags {
			told = append(told, brought.Value.Tags[i].Circle)
		}
		if !circles.areTold(told) {
			d.shelf.Forget("origin", planet)
		}
	}
}

// areTold says whether groups, numbers of circles and 1 or 0 for none, are of these
// circles.
func (b *circleBook) areTold(groups []int) bool {
	known := 0
	for _, circle := range groups {
		if circle == 0 {
			continue
		}
		if b.placeOf(circle-1) == 255 {
			return false
		}
		known++
	}
	return known > 0 || b.grouped() == 0
}
