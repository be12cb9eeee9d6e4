package view

import (
	"cmp"
	"context"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/repulsion"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/tie"
)

// Repulsion is what pushes people away from a planet: an axis of its own, never
// taken off anybody's closeness.
type Repulsion struct {
	AsOf      orrery.Day
	Since     orrery.Day // the first day that is looked at
	Everybody repulsion.Group
	Groups    []RepelledGroup // circles and whom partners brought, those of most people first
	Kinds     []repulsion.KindCount
	Bursts    []RepulsionBurst
	Tested    int // how many things and days could have shown a burst
	People    []RepelledPerson
	PeopleN   int
	Staying   []RepelledPerson // who came by themselves since, most days first
	StayingN  int              // of the last repulsion.Span days' RecentN
	RecentN   int
	Balance   Balance

	There  bool // there is a result at all
	Making bool // one is being made
	Made   time.Time
}

// RepelledGroup is a circle, or the people whom a partner brought.
type RepelledGroup struct {
	Kind string // "circle" or "partner"
	ID   int    // the circle's number; of partners a place
	Slug string // of a partner
	Name string
	repulsion.Group
}

// RepulsionBurst is something around which repulsion rose.
type RepulsionBurst struct {
	repulsion.Burst
	Number int    // stands for it in addresses
	Title  string // what it was about; empty: the planet as a whole, or nobody told
	Type   string // of the object, as the source calls it
}

// RepelledPerson is somebody who was pushed away.
type RepelledPerson struct {
	repulsion.Person
	Name  string
	Level orrery.Level
}

// Balance counts triangles of people who all had to do with one another.
type Balance struct {
	Against    int `json:"against"` // ties with more repulsion than attraction
	Triangles  int `json:"triangles"`
	Frustrated int `json:"frustrated"` // with one or three such ties
}

// keptRepulsion is what the study keeps: people by their numbers.
type keptRepulsion struct {
	repulsion.Report
	Circles  int                       `json:"circles"` // so many of the groups are circles
	Names    []string                  `json:"names"`   // of groups
	IDs      []int                     `json:"ids"`
	Slugs    []string                  `json:"slugs"`
	GroupsOf map[orrery.MemberID][]int `json:"groups_of"` // of those who were pushed away
	Balance  Balance                   `json:"balance"`
	Left     int                       `json:"left"` // older activities that are counted and not listed
}

const (
	repulsionVersion = 1
	deedsKept        = 20_000
	repelledShown    = 24
	stayingShown     = 12
	burstsShown      = 8
)

func (d *Desk) repulsionStudy() study.Study {
	return study.Study{Name: "repulsion", Version: repulsionVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		return d.reckonRepulsion(ctx, p, 0)
	}}
}

// reckonRepulsion reads the past. As of an earlier day circles and partners are
// today's.
func (d *Desk) reckonRepulsion(ctx context.Context, p orrery.Planet, asOf orrery.Day) (keptRepulsion, error) {
	var kept keptRepulsion
	var day orrery.Day
	err := d.system.Read(ctx, func(st *flow.State) error {
		day, _ = d.day(st, p.ID, asOf)
		return nil
	})
	if err != nil {
		return kept, err
	}
	groupsOf, err := d.repulsionGroups(ctx, p, day, &kept)
	if err != nil {
		return kept, err
	}
	if kept.Report, err = d.system.Repulsion(ctx, p, day, len(kept.Names), groupsOf); err != nil {
		return kept, err
	}
	kept.GroupsOf = map[orrery.MemberID][]int{}
	for _, person := range kept.People {
		if of := groupsOf(person.Who); len(of) > 0 {
			kept.GroupsOf[person.Who] = of
		}
	}
	if kept.Left = max(0, len(kept.Deeds)-deedsKept); kept.Left > 0 {
		kept.Deeds = kept.Deeds[:deedsKept]
		for i := range kept.Bursts {
			kept.Bursts[i].Deeds = slices.DeleteFunc(kept.Bursts[i].Deeds, func(at int) bool { return at >= deedsKept })
		}
	}
	if len(kept.Deeds) > 0 {
		if kept.Balance, err = d.balance(ctx, p.ID, day); err != nil {
			return kept, err
		}
	}
	return kept, nil
}

// repulsionGroups names the circles and partners and says who is in which.
func (d *Desk) repulsionGroups(ctx context.Context, p orrery.Planet, day orrery.Day, kept *keptRepulsion) (func(orrery.MemberID) []int, error) {
	circles, err := d.circles(ctx, p)
	if err != nil {
		return nil, err
	}
	if circles != nil {
		kept.Names, kept.IDs = slices.Clone(circles.names), slices.Clone(circles.ids)
		kept.Slugs = make([]string, len(kept.Names))
	}
	kept.Circles = len(kept.Names)
	brought := map[orrery.MemberID][]int{}
	partners, err := d.system.Partners(ctx)
	if err != nil {
		return nil, err
	}
	if len(partners) > 0 {
		past, err := d.system.PartnersPast(ctx, p, partners, day, func(orrery.MemberID) int { return -1 })
		if err != nil {
			return nil, err
		}
		for i := range past.Partners {
			at := &past.Partners[i]
			if len(at.Brought) == 0 {
				continue
			}
			for _, a := range at.Brought {
				brought[a.Member] = append(brought[a.Member], len(kept.Names))
			}
			name := at.Slug
			for k := range partners {
				if partners[k].Slug == at.Slug {
					name = cmp.Or(partners[k].Title, name)
				}
			}
			kept.Names, kept.IDs, kept.Slugs = append(kept.Names, name), append(kept.IDs, i), append(kept.Slugs, at.Slug)
		}
	}
	return func(m orrery.MemberID) (of []int) {
		if circles != nil {
			if at := circles.of[m]; at > 0 {
				of = append(of, int(at)-1)
			}
		}
		return append(of, brought[m]...)
	}, nil
}

// balance counts the triangles of people around a planet that are at odds with
// themselves.
func (d *Desk) balance(ctx context.Context, planet orrery.PlanetID, day orrery.Day) (Balance, error) {
	past, err := d.system.Ties(ctx, planet, day)
	if err != nil {
		return Balance{}, err
	}
	book := past.Book(day)
	ratings := make([]tie.Rating, 0, len(book.Ties))
	var b Balance
	for i := range book.Ties {
		t := &book.Ties[i]
		gave, got := t.Given(t.A)
		did, had := t.Pushed(t.A)
		value := gave + got - did - had // the sign alone counts: meeting over a thing says nothing of it
		if value != 0 {
			ratings = append(ratings, tie.Rating{From: uint32(t.A), To: uint32(t.B), Value: value})
		}
		if value < 0 {
			b.Against++
		}
	}
	if b.Against > 0 {
		b.Triangles, b.Frustrated = tie.Balance(ratings)
	}
	return b, nil
}

// keptRepulsion returns what was reckoned last, or as of a day on the spot.
func (d *Desk) keptRepulsion(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (study.Result[keptRepulsion], orrery.Planet, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return study.Result[keptRepulsion]{}, p, err
	}
	if asOf == 0 {
		r, err := study.Get[keptRepulsion](ctx, d.shelf, "repulsion", p, patience)
		return r, p, err
	}
	if err := d.mayAsk(ctx, p, asOf); err != nil {
		return study.Result[keptRepulsion]{}, p, err
	}
	kept, err := d.reckonRepulsion(ctx, p, asOf)
	return study.Result[keptRepulsion]{Value: kept, There: err == nil, Current: true}, p, err
}

// Repulsion tells what pushes people away: what was reckoned last, after so much
// patience at most; as of a day in the past on the spot.
func (d *Desk) Repulsion(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (Repulsion, error) {
	r, p, err := d.keptRepulsion(ctx, planet, asOf, patience)
	out := Repulsion{There: r.There, Making: r.Making, Made: r.Made}
	if err != nil || !r.There {
		return out, err
	}
	kept := &r.Value
	out.AsOf, out.Since, out.Everybody, out.Tested, out.Balance = kept.AsOf, kept.Since, kept.Everybody, kept.Tested, kept.Balance
	out.Kinds = slices.Clone(kept.Kinds)
	slices.SortStableFunc(out.Kinds, func(a, b repulsion.KindCount) int {
		return cmp.Or(cmp.Compare(b.Now, a.Now), cmp.Compare(b.All, a.All))
	})
	for g := range kept.Groups {
		group := RepelledGroup{Kind: "circle", ID: kept.IDs[g], Slug: kept.Slugs[g], Name: kept.Names[g], Group: kept.Groups[g]}
		if g >= kept.Circles {
			group.Kind = "partner"
		}
		out.Groups = append(out.Groups, group)
	}
	slices.SortStableFunc(out.Groups, func(a, b RepelledGroup) int {
		return cmp.Or(cmp.Compare(b.Now.People, a.Now.People), cmp.Compare(b.All.People, a.All.People))
	})
	var staying []repulsion.Person
	for _, person := range kept.People {
		if kept.AsOf-person.Last < repulsion.Span {
			out.RecentN++
			if person.Came > 0 {
				staying = append(staying, person)
			}
		}
	}
	slices.SortStableFunc(staying, func(a, b repulsion.Person) int { return cmp.Compare(b.Came, a.Came) })
	out.StayingN, out.PeopleN = len(staying), len(kept.People)
	if out.Staying, err = d.repelled(ctx, p, staying[:min(stayingShown, len(staying))], kept.AsOf); err != nil {
		return out, err
	}
	if out.People, err = d.repelled(ctx, p, kept.People[:min(repelledShown, len(kept.People))], kept.AsOf); err != nil {
		return out, err
	}
	return out, d.tellBursts(ctx, p.ID, kept, &out)
}

// RepulsionNow tells how much pushed everybody away, by what was reckoned last;
// nothing where nothing is known.
func (d *Desk) RepulsionNow(ctx context.Context, planet orrery.PlanetID) (repulsion.Group, error) {
	r, _, err := d.keptRepulsion(ctx, planet, 0, 0)
	return r.Value.Everybody, err
}

// tellBursts reads what bursts were about.
func (d *Desk) tellBursts(ctx context.Context, planet orrery.PlanetID, kept *keptRepulsion, out *Repulsion) error {
	for i := range kept.Bursts[:min(burstsShown, len(kept.Bursts))] {
		b := RepulsionBurst{Burst: kept.Bursts[i], Number: i}
		if len(b.Deeds) > 0 && (b.On != 0 || b.In != 0) {
			opened, err := d.system.OpenDeeds(ctx, planet, []repulsion.Deed{kept.Deeds[b.Deeds[0]]})
			if err != nil {
				return err
			}
			if len(opened) > 0 {
				a := &opened[0]
				b.Title, b.Type = cmp.Or(a.Object.Title, a.Object.ID), a.Object.Type
				if b.In != 0 {
					b.Title, b.Type = cmp.Or(a.Object.Title, a.Thread), "conversation"
				}
			}
		}
		out.Bursts = append(out.Bursts, b)
	}
	return nil
}

// repelled names people, those left out whom nobody knows any more.
func (d *Desk) repelled(ctx context.Context, p orrery.Planet, list []repulsion.Person, day orrery.Day) (out []RepelledPerson, err error) {
	wanted := map[orrery.MemberID]bool{}
	for _, person := range list {
		wanted[person.Who] = true
	}
	names, err := d.called(ctx, wanted)
	if err != nil {
		return nil, err
	}
	err = d.system.Read(ctx, func(st *flow.State) error {
		for _, person := range list {
			name, ok := names[person.Who]
			if !ok {
				continue
			}
			line := RepelledPerson{Person: person, Name: name}
			if reading, ok := st.Engine.Read(orbitOf(person.Who, p.ID), st.Forecast(p), day); ok {
				line.Level = reading.Level
			}
			out = append(out, line)
		}
		return nil
	})
	return out, err
}

// called returns what to call members; who was erased or became part of somebody
// else since is left out.
func (d *Desk) called(ctx context.Context, wanted map[orrery.MemberID]bool) (map[orrery.MemberID]string, error) {
	var identities map[orrery.MemberID][]orrery.IdentityID
	err := d.system.Read(ctx, func(st *flow.State) error {
		for m := range wanted {
			if int(m) >= len(st.Members) || st.Members[m] != m {
				delete(wanted, m)
			}
		}
		identities = st.IdentitiesOf(wanted)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d.system.Names(ctx, identities)
}
