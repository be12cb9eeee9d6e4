package view

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/study"
)

const partnersVersion = 2

func (d *Desk) partnersStudy() study.Study {
	return study.Study{Name: "partners", Version: partnersVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		return d.reckonPartners(ctx, p, 0)
	}}
}

// reckonPartners tells of partners by the circles that were found last.
func (d *Desk) reckonPartners(ctx context.Context, p orrery.Planet, asOf orrery.Day) (partner.Past, error) {
	list, err := d.system.Partners(ctx)
	if err != nil {
		return partner.Past{}, err
	}
	var day orrery.Day
	err = d.system.Read(ctx, func(st *flow.State) error {
		day, _ = d.day(st, p.ID, asOf)
		return nil
	})
	if err != nil {
		return partner.Past{}, err
	}
	known, err := study.Get[flow.Circles](ctx, d.shelf, "circles", p, 0) // its turn comes after this
	if err != nil {
		return partner.Past{}, err
	}
	of := map[orrery.MemberID]int{}
	if known.Value.Clear {
		for _, c := range known.Value.Circles {
			for _, m := range c.Members {
				of[m] = c.ID
			}
		}
	}
	return d.system.PartnersPast(ctx, p, list, day, func(m orrery.MemberID) int {
		if c, ok := of[m]; ok {
			return c
		}
		return -1
	})
}

// partnersPast returns what was reckoned last. Circles come first, for partners are
// told by them.
func (d *Desk) partnersPast(ctx context.Context, p orrery.Planet, asOf orrery.Day, patience time.Duration) (r study.Result[partner.Past], err error) {
	circles, err := study.Get[flow.Circles](ctx, d.shelf, "circles", p, patience)
	if err != nil || !circles.There {
		r.Making = true
		return r, err
	}
	if asOf != 0 {
		if err := d.mayAsk(ctx, p, asOf); err != nil {
			return r, err
		}
		return d.pastSides.get(ctx, d, dayMark{p, asOf}, patience, func(ctx context.Context) (partner.Past, error) { return d.reckonPartners(ctx, p, asOf) })
	}
	return study.Get[partner.Past](ctx, d.shelf, "partners", p, patience)
}

// Partners tells of a planet's partners: what was reckoned last, after so much
// patience at most.
func (d *Desk) Partners(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (Partners, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Partners{}, err
	}
	list, err := d.system.Partners(ctx)
	if err != nil || len(list) == 0 {
		return Partners{There: true}, err
	}
	r, err := d.partnersPast(ctx, p, asOf, patience)
	if err != nil {
		return Partners{}, err
	}
	past := &r.Value
	out := Partners{
		AsOf: past.AsOf, Newcomers: past.Newcomers, Year: past.Year, Quarter: past.Quarter, Crowded: past.Crowded,
		There: r.There, Making: r.Making, Made: r.Made,
	}
	for i := range list {
		out.Partners = append(out.Partners, partnerRow(&list[i], past, r.There))
	}
	slices.SortStableFunc(out.Partners, func(a, b PartnerRow) int { return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(b.Ever, a.Ever)) })
	return out, nil
}

func partnerRow(p *partner.Partner, past *partner.Past, there bool) PartnerRow {
	row := PartnerRow{Partner: *p}
	at := slices.IndexFunc(past.Partners, func(known partner.Seen) bool { return known.Slug == p.Slug })
	if !there || at < 0 {
		return row // made since: it is being reckoned
	}
	row.Known, row.Past = true, past.Partners[at]
	row.Ever = len(row.Past.Brought)
	for _, a := range row.Past.Brought {
		if a.Day > past.AsOf-365 {
			row.Year++
		}
		if a.Day > past.AsOf-90 {
			row.Quarter++
		}
	}
	row.InOrbit = row.Ever - row.Past.Now.Levels[orrery.OutOfOrbit.String()]
	return row
}

// Partner tells all of one partner around a planet: NotFound where there is none.
func (d *Desk) Partner(ctx context.Context, planet orrery.PlanetID, slug string, asOf orrery.Day, patience time.Duration) (PartnerStory, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return PartnerStory{}, err
	}
	one, err := d.system.Partner(ctx, slug)
	if err != nil {
		return PartnerStory{}, err
	}
	r, err := d.partnersPast(ctx, p, asOf, patience)
	if err != nil {
		return PartnerStory{}, err
	}
	s := PartnerStory{
		PartnerRow: partnerRow(&one, &r.Value, r.There), AsOf: r.Value.AsOf, Newcomers: r.Value.Newcomers, Crowded: r.Value.Crowded,
		There: r.There, Making: r.Making,
	}
	s.There = s.There && s.Known
	if s.Circles, err = d.partnerCircles(ctx, p, s.Past.Joined); err != nil {
		return s, err
	}
	purposes, err := d.system.Purposes(ctx)
	if err != nil {
		return s, err
	}
	for i := range purposes {
		if slices.Contains(purposes[i].Partners, slug) {
			s.Purposes = append(s.Purposes, SharedPurpose{purposes[i].Slug, purposes[i].Name()})
		}
	}
	rooms, err := d.system.Rooms(ctx, slug)
	if err != nil {
		return s, err
	}
	for _, room := range rooms {
		if room.Planet == planet && d.system.Clock().Before(room.Expires) {
			s.Rooms = append(s.Rooms, room)
		}
	}
	s.Updates, err = d.system.RoomUpdates(ctx, slug)
	return s, err
}

func (d *Desk) partnerCircles(ctx context.Context, p orrery.Planet, joined []partner.Joined) (list []PartnerCircle, err error) {
	if len(joined) == 0 {
		return nil, nil
	}
	book, err := d.circles(ctx, p)
	if err != nil || book == nil {
		return nil, err
	}
	for _, j := range joined {
		if at := slices.Index(book.ids, j.Circle); at >= 0 {
			list = append(list, PartnerCircle{j.Circle, book.names[at], j.People})
		}
	}
	return list, nil
}

// Room tells what the token of a partner's room opens.
func (d *Desk) Room(ctx context.Context, token string, patience time.Duration) (RoomPage, error) {
	room, one, err := d.system.Room(ctx, token)
	if err != nil {
		return RoomPage{}, err
	}
	p, err := d.planetByID(room.Planet)
	if err != nil {
		return RoomPage{}, err
	}
	s, err := d.Partner(ctx, room.Planet, one.Slug, 0, patience)
	if err != nil {
		return RoomPage{}, err
	}
	page := RoomPage{
		Partner: one.Name(), Brand: cmp.Or(p.Title, p.Slug), About: one.Statement, Updates: s.Updates,
		AsOf: s.AsOf, Expires: room.Expires, There: s.There,
	}
	if s.There {
		page.Brought = []RoomFigure{
			{"first seen through you in the last 90 days", cell(s.Quarter, s.Quarter)},
			{"in the last year", cell(s.Year, s.Year)},
			{"since the beginning", cell(s.Ever, s.Ever)},
			{"of them are around " + page.Brand + " now", cell(s.InOrbit, s.Ever)},
		}
	}
	if room.Purpose != "" {
		shared, err := d.Purpose(ctx, room.Purpose, 0, patience)
		switch {
		case orrery.CodeOf(err) == orrery.NotFound:
		case err != nil:
			return RoomPage{}, err
		default:
			public := openly(shared)
			public.fewer(partner.LeastCell)
			page.Purpose = &public
		}
	}
	return page, nil
}

// fewer leaves out numbers of people under a least one.
func (p *PublicPurpose) fewer(least int) {
	if p.People < least {
		p.People = 0
	}
	p.Progress = slices.Clone(p.Progress)
	for i := range p.Progress {
		if one := &p.Progress[i]; one.Measure.Takes == purpose.People && one.Value < purpose.Amount(least)*purpose.One {
			one.Value, one.Points = 0, nil
		}
	}
}

// cell tells a number of people out of some, and none that is small: nor one from
// which with the other a small one follows.
func cell(n, of int) string {
	switch {
	case n < partner.LeastCell:
		return fmt.Sprintf("fewer than %d", partner.LeastCell)
	case n < of && of-n < partner.LeastCell:
		return "nearly all"
	default:
		return thousands(n)
	}
}

// thousands writes a whole number with its thousands apart.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// TrialSides lists the people whom a trial of a partner is about, with their names,
// and who of them is held out.
func (d *Desk) TrialSides(ctx context.Context, slug, name string) ([]TrialSide, error) {
	one, err := d.system.Partner(ctx, slug)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(one.Trials, func(t partner.Trial) bool { return t.Name == name })
	if at < 0 {
		return nil, orrery.Errorf(orrery.NotFound, "%s has no trial %q", one.Name(), name)
	}
	sides, err := d.system.TrialSides(ctx, one.Trials[at])
	if err != nil {
		return nil, err
	}
	wanted := make(map[orrery.MemberID]bool, len(sides))
	for _, s := range sides {
		wanted[s.Member] = true
	}
	names, err := d.namesOf(ctx, wanted)
	if err != nil {
		return nil, err
	}
	list := make([]TrialSide, len(sides))
	for i, s := range sides {
		list[i] = TrialSide{s.Member, names[s.Member], s.Held}
	}
	return list, nil
}
