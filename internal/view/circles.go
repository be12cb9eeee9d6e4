package view

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
)

// Circles are a planet's networks of like minds.
type Circles struct {
	AsOf       orrery.Day
	Clear      bool // otherwise there are none to tell
	Confidence float64
	Modularity float64
	ByChance   float64
	People     int // who have ties
	Ties       int
	None       int // people with ties and without a circle
	Steps      []orrery.Day
	Circles    []Circle // largest first
	Bridges    []Bridge

	There  bool // there is a result at all
	Making bool // one is being made
	Made   time.Time
}

// Circle is one of them.
type Circle struct {
	ID        int
	Name      string // what people call it, else what sets it apart
	Named     bool   // people called it so
	Since     orrery.Day
	Sizes     []int // at each of Circles.Steps
	People    int
	Words     []string // what its people work on and others do not
	Kinds     []string // what they do more than others
	Nearest   []Row    // a few, nearest first
	InOrbit   int
	Closeness float64 // mean of who is in orbit
	Trend     float64 // mean change of theirs in 90 days
	Next      []Joined
}

// Joined is how much leads from one circle to another.
type Joined struct {
	Circle int // a place in Circles.Circles
	Share  float64
}

// Bridge is somebody whose ties lead into several circles.
type Bridge struct {
	Row
	Into   []string // names of the circles, the strongest first
	Spread float64  // participation coefficient, 0–1
}

const (
	circlesVersion = 3
	nearestShown   = 5
	bridgesShown   = 12
	wordsShown     = 5
)

func (d *Desk) circlesStudy() study.Study {
	return study.Study{Name: "circles", Version: circlesVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		return d.system.Circles(ctx, p.ID, 0)
	}}
}

// Circles tells a planet's circles: what was found last, at once or after so much
// patience at most. As of an earlier day they are found on the spot.
func (d *Desk) Circles(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (Circles, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Circles{}, err
	}
	_, out, err := d.foundCircles(ctx, p, asOf, patience)
	return out, err
}

func (d *Desk) tellCircles(ctx context.Context, p orrery.Planet, asOf orrery.Day, found *flow.Circles, out *Circles) error {
	names, err := d.circleNames(ctx, p.ID, found)
	if err != nil {
		return err
	}
	r, err := d.rosterAsOf(ctx, p.ID, asOf)
	for errors.Is(err, ErrMaking) && asOf == 0 && ctx.Err() == nil {
		r, err = d.rosterAsOf(ctx, p.ID, asOf)
	}
	if err != nil {
		return err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return err
	}
	middles, err := d.middles(ctx, found)
	if err != nil {
		return err
	}
	out.AsOf, out.Clear, out.Confidence, out.Modularity, out.ByChance = found.Day, found.Clear, found.Confidence, found.Modularity, found.ByChance
	out.People, out.Ties, out.None, out.Steps = found.People, found.Ties, found.None, found.Steps
	for i := range found.Circles {
		f := &found.Circles[i]
		c := Circle{ID: f.ID, Since: f.Since, Sizes: f.Sizes, People: len(f.Members)}
		for _, t := range f.Apart {
			if t.Kind && len(c.Kinds) < wordsShown {
				c.Kinds = append(c.Kinds, t.Text)
			} else if !t.Kind && len(c.Words) < wordsShown {
				c.Words = append(c.Words, t.Text)
			}
		}
		c.gather(r, f.Members, tags)
		c.Name, c.Named = names[f.ID], names[f.ID] != ""
		if !c.Named {
			c.Name = c.label(middles)
		}
		if i < len(found.Between) {
			c.Next = joined(found.Between[i], i)
		}
		out.Circles = append(out.Circles, c)
	}
	for _, b := range found.Bridges {
		line := r.of(b.Member)
		if line == nil || line.Level <= orrery.Edge || len(out.Bridges) == bridgesShown {
			continue // erased or merged since, or hardly there: who is gone bridges nothing
		}
		told := Bridge{Row: line.row(tags), Spread: b.Spread}
		for _, at := range b.Into {
			told.Into = append(told.Into, out.Circles[at].Name)
		}
		out.Bridges = append(out.Bridges, told)
	}
	return nil
}

func (d *Desk) circleNames(ctx context.Context, planet orrery.PlanetID, found *flow.Circles) (map[int]string, error) {
	return d.system.CircleNames(ctx, planet, found.Circles)
}

// gather finds the nearest of a circle's people and how all of them move.
func (c *Circle) gather(r *roster, members []orrery.MemberID, tags *tagBook) {
	var lines []*person
	for _, m := range members {
		line := r.of(m)
		if line == nil || line.Level == orrery.OutOfOrbit {
			continue
		}
		lines = append(lines, line)
		c.InOrbit++
		c.Closeness += line.Closeness
		c.Trend += line.Closeness - line.was
	}
	if c.InOrbit > 0 {
		c.Closeness /= float64(c.InOrbit)
		c.Trend /= float64(c.InOrbit)
	}
	slices.SortFunc(lines, func(a, b *person) int { return cmp.Or(cmp.Compare(b.Closeness, a.Closeness), cmp.Compare(a.ID, b.ID)) })
	for _, line := range lines[:min(nearestShown, len(lines))] {
		c.Nearest = append(c.Nearest, line.row(tags))
	}
}

// label tells a circle by what sets it apart, and where nothing does by who is in
// its middle.
func (c *Circle) label(middles map[int]string) string {
	switch {
	case len(c.Words) > 1:
		return c.Words[0] + ", " + c.Words[1]
	case len(c.Words) == 1:
		return c.Words[0]
	case middles[c.ID] != "":
		return "around " + middles[c.ID]
	default:
		return fmt.Sprintf("circle %d", c.ID)
	}
}

// middles names who is in the middle of those circles that no word sets apart.
func (d *Desk) middles(ctx context.Context, found *flow.Circles) (map[int]string, error) {
	wanted := map[orrery.MemberID]bool{}
	wordless := func(c *flow.Circle) bool {
		return !slices.ContainsFunc(c.Apart, func(t flow.Trait) bool { return !t.Kind })
	}
	for i := range found.Circles {
		if c := &found.Circles[i]; wordless(c) && c.Middle != 0 {
			wanted[c.Middle] = true
		}
	}
	names, err := d.namesOf(ctx, wanted)
	if err != nil {
		return nil, err
	}
	middles := map[int]string{}
	for i := range found.Circles {
		if c := &found.Circles[i]; wordless(c) {
			middles[c.ID] = names[c.Middle]
		}
	}
	return middles, nil
}

// joined lists where a circle's ties lead beside itself, the strongest first.
func joined(to []float64, own int) (list []Joined) {
	var all float64
	for _, w := range to {
		all += w
	}
	for i, w := range to {
		if i != own && w > 0 && w >= .02*all {
			list = append(list, Joined{i, w / all})
		}
	}
	slices.SortFunc(list, func(a, b Joined) int { return cmp.Compare(b.Share, a.Share) })
	return list[:min(3, len(list))]
}

// NameCircle keeps what people call a circle; an empty name gives it back the one
// that tells what sets it apart.
func (d *Desk) NameCircle(ctx context.Context, planet orrery.PlanetID, id int, name string) error {
	p, err := d.planetByID(planet)
	if err != nil {
		return err
	}
	r, err := study.Get[flow.Circles](ctx, d.shelf, "circles", p, shortPatience)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(r.Value.Circles, func(c flow.Circle) bool { return c.ID == id })
	if at < 0 {
		return orrery.Errorf(orrery.NotFound, "there is no circle %d any more: look at the circles again", id)
	}
	defer d.shelf.Forget("ways", planet) // it tells of circles by name
	defer d.circleBooks.forget()
	return d.system.NameCircle(ctx, planet, &r.Value.Circles[at], strings.TrimSpace(name))
}
