package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/ways"
)

// mostTags is how many tags ways to belong are told of at most, those of most
// people: each one more makes all intervals wider.
const mostTags = 24

// Ways is what is known of a planet's ways to belong.
type Ways struct {
	AsOf        orrery.Day  `json:"as_of"`
	HorizonDays int         `json:"horizon_days"`
	FirstDays   int         `json:"first_days"`
	Groups      []WaysGroup `json:"groups"`    // everybody first, then circles and tags by how many people they have
	TagsLeft    int         `json:"tags_left"` // tags that are not told of: they have fewer people

	There  bool      `json:"-"` // there is a result at all
	Making bool      `json:"-"` // one is being made
	Made   time.Time `json:"-"`
}

// WaysGroup is a group of people and the ways that hold them.
type WaysGroup struct {
	Tag    string `json:"tag,omitempty"`    // a tag, or a circle's name; empty: everybody
	Circle int    `json:"circle,omitempty"` // a circle's number and 1; 0: no circle
	ways.Group
}

// Key and Value are what an address says of the group.
func (g *WaysGroup) Key() string {
	if g.Circle > 0 {
		return "circle"
	}
	return "tag"
}

// Value is the circle's number or the tag.
func (g *WaysGroup) Value() string {
	if g.Circle > 0 {
		return strconv.Itoa(g.Circle - 1)
	}
	return g.Tag
}

// waysVersion is raised whenever Ways changes its shape or meaning.
const waysVersion = 4

func (d *Desk) waysStudy() study.Study {
	return study.Study{Name: "ways", Version: waysVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		return d.reckonWays(ctx, p, 0)
	}}
}

// Ways tells which ways to belong hold whom: what was reckoned last, at once or
// after so much patience at most. As of a day in the past they are reckoned at
// once, one day at a time.
func (d *Desk) Ways(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (Ways, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Ways{}, err
	}
	if asOf != 0 {
		return d.waysOn(ctx, p, asOf)
	}
	r, err := study.Get[Ways](ctx, d.shelf, "ways", p, patience)
	if err != nil {
		return Ways{}, err
	}
	r.Value.There, r.Value.Making, r.Value.Made = r.There, r.Making, r.Made
	return r.Value, nil
}

func (d *Desk) waysOn(ctx context.Context, p orrery.Planet, day orrery.Day) (Ways, error) {
	r, err := d.pastWays.get(ctx, d, dayMark{p, day}, study.Forever, func(ctx context.Context) (Ways, error) { return d.reckonWays(ctx, p, day) })
	r.Value.There = r.There
	return r.Value, err
}

func (d *Desk) reckonWays(ctx context.Context, p orrery.Planet, asOf orrery.Day) (Ways, error) {
	var day orrery.Day
	err := d.system.Read(ctx, func(st *flow.State) error {
		day, _ = d.day(st, p.ID, asOf)
		return nil
	})
	if err != nil {
		return Ways{}, err
	}
	book, err := d.tagged(ctx)
	if err != nil {
		return Ways{}, err
	}
	circles, err := d.circlesOn(ctx, p, asOf)
	if err != nil {
		return Ways{}, err
	}
	tags, groupsOf := book.groupsWith(circles)
	first := len(tags)
	report, err := d.system.Ways(ctx, p, day, len(tags)+circles.grouped(), groupsOf)
	if err != nil {
		return Ways{}, err
	}
	w := Ways{
		AsOf: report.AsOf, HorizonDays: report.HorizonDays, FirstDays: report.FirstDays,
		Groups: []WaysGroup{{Group: report.Everybody}}, TagsLeft: len(book.known) - len(tags),
	}
	for g, tag := range tags {
		if report.Groups[g].People > 0 {
			w.Groups = append(w.Groups, WaysGroup{Tag: tag, Group: report.Groups[g]})
		}
	}
	for at := range circles.grouped() {
		if report.Groups[first+at].People > 0 {
			w.Groups = append(w.Groups, WaysGroup{Tag: circles.names[at], Circle: circles.ids[at] + 1, Group: report.Groups[first+at]})
		}
	}
	slices.SortStableFunc(w.Groups[1:], func(a, b WaysGroup) int { return cmp.Compare(b.People, a.People) })
	return w, nil
}

// groupsWith numbers tags and, behind them, circles, and tells a member's.
func (b *tagBook) groupsWith(circles *circleBook) (tags []string, of func(orrery.MemberID) []int) {
	tags, tagsOf := b.groups(mostTags - circles.grouped())
	return tags, func(m orrery.MemberID) []int {
		groups := tagsOf(m)
		if at := circles.place(m); at > 0 {
			groups = append(groups, len(tags)+at-1)
		}
		return groups
	}
}

// groups numbers the tags that most people have, and tells a member's.
func (b *tagBook) groups(most int) (tags []string, of func(orrery.MemberID) []int) {
	people := map[string]int{}
	for _, list := range b.of {
		for _, tag := range list {
			people[tag]++
		}
	}
	tags = slices.Clone(b.known)
	slices.SortStableFunc(tags, func(x, y string) int { return cmp.Compare(people[y], people[x]) })
	tags = tags[:min(most, len(tags))]
	number := make(map[string]int, len(tags))
	for i, tag := range tags {
		number[tag] = i
	}
	return tags, func(m orrery.MemberID) (groups []int) {
		for _, tag := range b.of[m] {
			if i, ok := number[tag]; ok {
				groups = append(groups, i)
			}
		}
		return groups
	}
}
