package view

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/origin"
	"orrery.dev/orrery/internal/study"
)

// SharesDays is how many days back screens tell what brought people.
const SharesDays = 365

// Brought is what brought a planet's people: by themselves, drawn by people,
// prompted by us.
type Brought struct {
	flow.Brought
	Days     int         `json:"days"` // shares are of so many days; 0: all
	Tags     []TagShares `json:"tags"` // circles, and the tags of most people
	TagsLeft int         `json:"tags_left"`

	There  bool      `json:"-"` // there is a result at all
	Making bool      `json:"-"` // one is being made
	Made   time.Time `json:"-"`
}

// TagShares are the shares of the people with a tag, or in a circle.
type TagShares struct {
	Tag    string `json:"tag"`              // or the circle's name
	Circle int    `json:"circle,omitempty"` // a circle's number and 1; 0: a tag
	origin.Shares
}

// sharesVersion is raised whenever Brought changes its shape or meaning.
const sharesVersion = 3

func (d *Desk) sharesStudy() study.Study {
	return study.Study{Name: "origin", Version: sharesVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		return d.reckonShares(ctx, p, 0, SharesDays)
	}}
}

// Brought tells what brought people in the year up to a day (0: as screens answer):
// what was reckoned last, at once or after so much patience at most.
func (d *Desk) Brought(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (Brought, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Brought{}, err
	}
	var r study.Result[Brought]
	if asOf == 0 {
		r, err = study.Get[Brought](ctx, d.shelf, "origin", p, patience)
	} else if err = d.mayAsk(ctx, p, asOf); err == nil {
		r, err = d.pastShares.get(ctx, d, dayMark{p, asOf}, patience, func(ctx context.Context) (Brought, error) { return d.reckonShares(ctx, p, asOf, SharesDays) })
	}
	if err != nil {
		return Brought{}, err
	}
	r.Value.There, r.Value.Making, r.Value.Made = r.There, r.Making, r.Made
	return r.Value, nil
}

// BroughtAsOf reckons it as of a day (0: as screens answer), for so many days up to
// it (0: all). It takes seconds to minutes.
func (d *Desk) BroughtAsOf(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, days int) (Brought, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Brought{}, err
	}
	b, err := d.reckonShares(ctx, p, asOf, days)
	b.There = err == nil
	return b, err
}

// BroughtBehind are the people of whose activities sources told an origin, by what
// was reckoned last, those of most first.
type BroughtBehind struct {
	Origin orrery.Origin
	Since  orrery.Day
	Until  orrery.Day
	People []BehindRow
	Cut    bool // there may be more people
}

// BehindRow is a person and how many of their activities it is known of.
type BehindRow struct {
	ID   orrery.MemberID
	Name string
	N    int
}

// BroughtBehind names the people behind an observed number, as of a day (0: as screens
// answer).
func (d *Desk) BroughtBehind(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, of orrery.Origin) (BroughtBehind, error) {
	b, err := d.Brought(ctx, planet, asOf, shortPatience)
	if err != nil || of > orrery.Prompted {
		return BroughtBehind{}, err
	}
	wanted := map[orrery.MemberID]bool{}
	for _, p := range b.Behind[of] {
		wanted[p.Member] = true
	}
	var identities map[orrery.MemberID][]orrery.IdentityID
	var members []orrery.MemberID // now: two may have become one since
	err = d.system.Read(ctx, func(st *flow.State) error {
		identities, members = st.IdentitiesOf(wanted), st.Members
		return nil
	})
	if err != nil {
		return BroughtBehind{}, err
	}
	names, err := d.system.Names(ctx, identities)
	if err != nil {
		return BroughtBehind{}, err
	}
	out := BroughtBehind{Origin: of, Since: b.Since, Until: b.Until, Cut: len(b.Behind[of]) == flow.MostBehind}
	for _, p := range b.Behind[of] {
		if name, ok := names[p.Member]; ok && int(p.Member) < len(members) && members[p.Member] == p.Member {
			out.People = append(out.People, BehindRow{p.Member, name, p.N})
		}
	}
	return out, nil
}

func (d *Desk) reckonShares(ctx context.Context, p orrery.Planet, asOf orrery.Day, days int) (Brought, error) {
	var day orrery.Day
	err := d.system.Read(ctx, func(st *flow.State) error {
		day, _ = d.day(st, p.ID, asOf)
		return nil
	})
	if err != nil {
		return Brought{}, err
	}
	book, err := d.tagged(ctx)
	if err != nil {
		return Brought{}, err
	}
	circles, err := d.circlesOn(ctx, p, asOf)
	if err != nil {
		return Brought{}, err
	}
	tags, groupsOf := book.groupsWith(circles)
	r, err := d.system.Brought(ctx, flow.SharesQuery{
		Planet: p, AsOf: day, Days: days, Groups: len(tags) + circles.grouped(), GroupsOf: groupsOf, Config: origin.Config{Seed: uint64(p.ID)},
	})
	if err != nil {
		return Brought{}, err
	}
	b := Brought{Brought: *r, Days: days, TagsLeft: len(book.known) - len(tags)}
	for g, tag := range tags {
		if r.Groups[g].Activities > 0 {
			b.Tags = append(b.Tags, TagShares{Tag: tag, Shares: r.Groups[g]})
		}
	}
	for at := range circles.grouped() {
		if shares := r.Groups[len(tags)+at]; shares.Activities > 0 {
			b.Tags = append(b.Tags, TagShares{Tag: circles.names[at], Circle: circles.ids[at] + 1, Shares: shares})
		}
	}
	b.Groups = nil // they stand by their tags
	return b, nil
}
