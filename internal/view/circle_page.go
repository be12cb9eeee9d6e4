package view

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
)

// CirclePage is all of one circle.
type CirclePage struct {
	Circle
	AsOf      orrery.Day
	Steps     []orrery.Day // of Sizes
	People    []Row        // nearest first, a few
	Traits    []Trait      // what sets it apart, the surest first
	Shown     *Trait       // the one whose activities are told
	Behind    []TraitAct   // newest first
	Looked    int          // at how many of the nearest people's activities
	Bridges   []Bridge     // who leads out of it or into it
	Near      []NearCircle // where its ties lead
	Suggested []Suggested  // who should meet in it
	Made      []Introduced // who was introduced in it
	There     bool
	Making    bool
}

// Trait is a word or a kind that sets a circle apart.
type Trait struct {
	Text   string
	Kind   bool // it is a kind of activity, otherwise a word of what they worked on
	People int  // of the circle, who have it
}

// NearCircle is where some of a circle's ties lead.
type NearCircle struct {
	ID    int
	Name  string
	Share float64 // of its ties
}

// TraitAct is an activity behind a trait.
type TraitAct struct {
	Who       Someone
	Happening Happening
}

const (
	circlePeople   = 20
	circleMeetings = 6
	traitPeople    = 40  // of whom the activities behind a trait are told
	traitActs      = 30  // told
	traitRead      = 600 // titles at most
)

// Circle tells all of one circle as of a day (0: as screens answer); with a trait,
// the activities behind it.
func (d *Desk) Circle(ctx context.Context, planet orrery.PlanetID, id int, asOf orrery.Day, trait string, patience time.Duration) (CirclePage, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return CirclePage{}, err
	}
	found, all, err := d.foundCircles(ctx, p, asOf, patience)
	if err != nil {
		return CirclePage{}, err
	}
	out := CirclePage{AsOf: all.AsOf, There: all.There, Making: all.Making, Steps: all.Steps}
	if !all.There {
		return out, nil
	}
	at := slices.IndexFunc(all.Circles, func(c Circle) bool { return c.ID == id })
	if at < 0 {
		return CirclePage{}, orrery.Errorf(orrery.NotFound, "there is no circle %d around here now: look at the circles again", id)
	}
	out.Circle = all.Circles[at]
	f := &found.Circles[at]
	for _, t := range f.Apart {
		out.Traits = append(out.Traits, Trait{t.Text, t.Kind, t.Members})
		if t.Text == trait {
			out.Shown = &out.Traits[len(out.Traits)-1]
		}
	}
	if trait != "" && out.Shown == nil {
		return CirclePage{}, orrery.Errorf(orrery.NotFound, "%q does not set this circle apart any more: look at the circle again", trait)
	}
	if out.Shown != nil {
		shown := *out.Shown // the list it stood in may have moved
		out.Shown = &shown
	}
	for _, b := range all.Bridges {
		if slices.Contains(b.Into, out.Name) {
			out.Bridges = append(out.Bridges, b)
		}
	}
	for _, n := range out.Next {
		out.Near = append(out.Near, NearCircle{all.Circles[n.Circle].ID, all.Circles[n.Circle].Name, n.Share})
	}
	if err := d.addCirclePeople(ctx, p, asOf, f.Members, &out); err != nil {
		return CirclePage{}, err
	}
	if asOf == 0 {
		inside := func(m orrery.MemberID) bool { _, ok := slices.BinarySearch(f.Members, m); return ok }
		meet, err := d.introductions(ctx, p, circleMeetings, 0, func(a, b orrery.MemberID) bool { return inside(a) && inside(b) })
		if err != nil {
			return CirclePage{}, err
		}
		out.Suggested, out.Made = meet.Suggested, meet.Made
	}
	return out, nil
}

// foundCircles returns the circles as they were found and as they are told.
func (d *Desk) foundCircles(ctx context.Context, p orrery.Planet, asOf orrery.Day, patience time.Duration) (flow.Circles, Circles, error) {
	var out Circles
	var found flow.Circles
	var err error
	if asOf != 0 {
		if found, err = d.pastCircles(ctx, p, asOf); err != nil {
			return found, out, err
		}
		out.There = true
	} else {
		r, err := study.Get[flow.Circles](ctx, d.shelf, "circles", p, patience)
		if err != nil {
			return found, out, err
		}
		found, out.There, out.Making, out.Made = r.Value, r.There, r.Making, r.Made
	}
	if !out.There {
		return found, out, nil
	}
	return found, out, d.tellCircles(ctx, p, asOf, &found, &out)
}

// addCirclePeople names the nearest of a circle and what they did that sets it
// apart.
func (d *Desk) addCirclePeople(ctx context.Context, p orrery.Planet, asOf orrery.Day, members []orrery.MemberID, out *CirclePage) error {
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
	var lines []*person
	for _, m := range members {
		if line := r.of(m); line != nil {
			lines = append(lines, line)
		}
	}
	slices.SortFunc(lines, func(a, b *person) int { return cmp.Or(cmp.Compare(b.Closeness, a.Closeness), cmp.Compare(a.ID, b.ID)) })
	for _, line := range lines[:min(circlePeople, len(lines))] {
		out.People = append(out.People, line.row(tags))
	}
	if out.Shown == nil {
		return nil
	}
	lines = lines[:min(traitPeople, len(lines))]
	out.Looked = len(lines)
	return d.addBehind(ctx, p, lines, out)
}

// addBehind tells the newest activities behind a trait.
func (d *Desk) addBehind(ctx context.Context, p orrery.Planet, lines []*person, out *CirclePage) error {
	names, wanted := map[orrery.MemberID]Someone{}, map[orrery.MemberID]bool{}
	for _, line := range lines {
		names[line.ID] = Someone{line.ID, line.Name, line.Level, line.Closeness}
		wanted[line.ID] = true
	}
	var ids []orrery.IdentityID
	var of []orrery.MemberID
	err := d.system.Read(ctx, func(st *flow.State) error {
		for _, list := range st.IdentitiesOf(wanted) {
			ids = append(ids, list...)
		}
		of = slices.Clone(st.Members)
		return nil
	})
	if err != nil {
		return err
	}
	seen, err := d.system.Glances(ctx, ids, p.ID, 0, out.AsOf)
	if err != nil {
		return err
	}
	seen = slices.DeleteFunc(seen, func(g flow.Glance) bool { return g.Received || out.Shown.Kind && g.Kind != out.Shown.Text })
	if out.Shown.Kind {
		seen = seen[:min(traitActs, len(seen))]
	} else {
		seen = seen[:min(traitRead, len(seen))]
	}
	done, err := d.system.Tell(ctx, seen)
	if err != nil {
		return err
	}
	for i := range done {
		if len(out.Behind) == traitActs {
			break
		}
		a := &done[i]
		if !out.Shown.Kind && !flow.Says(a.Object.Title, out.Shown.Text) {
			continue
		}
		out.Behind = append(out.Behind, TraitAct{names[of[a.Identity]], Happening{
			At: a.At, Way: a.Rule.Strategy, Origin: a.Origin, Title: title(a), Kind: a.Kind, Source: a.Namespace, URL: safeURL(a.Object.URL), Count: 1,
		}})
	}
	return nil
}
