package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/study"
)

const purposesName, purposesVersion = "purposes", 1

// counted is what a planet's study of purposes holds: of each purpose that the planet
// serves, what it was counted by and a tally a measure.
type counted struct {
	Purposes []countedPurpose `json:"purposes"`
}

type countedPurpose struct {
	Number  int64           `json:"number"`
	Print   string          `json:"print"`
	Tallies []purpose.Tally `json:"tallies"`
}

// printOf is what a purpose's figures follow from beside the data.
func printOf(p *purpose.Purpose) string {
	lines := []string{p.Slug}
	for _, m := range p.Measures {
		lines = append(lines, m.String())
	}
	return strings.Join(lines, "\n")
}

func (d *Desk) purposesStudy() study.Study {
	return study.Study{Name: purposesName, Version: purposesVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		list, err := d.system.Purposes(ctx)
		if err != nil {
			return nil, err
		}
		day, err := d.purposeDay(ctx, []orrery.PlanetID{p.ID})
		if err != nil {
			return nil, err
		}
		tallies, err := d.system.TallyPurposes(ctx, p, list, day)
		if err != nil {
			return nil, err
		}
		out := counted{Purposes: []countedPurpose{}}
		for i := range list {
			if list[i].Serves(p.ID) {
				out.Purposes = append(out.Purposes, countedPurpose{list[i].Number, printOf(&list[i]), tallies[list[i].Number]})
			}
		}
		return out, nil
	}}
}

// purposeDay is for which day a purpose around some planets is answered: today, or
// the newest activity's day where they all ended long ago.
func (d *Desk) purposeDay(ctx context.Context, planets []orrery.PlanetID) (day orrery.Day, err error) {
	err = d.system.Read(ctx, func(st *flow.State) error {
		for _, p := range planets {
			answered, _ := d.day(st, p, 0)
			if day = max(day, answered); st.Newest[p] == 0 {
				day = d.system.Now()
			}
		}
		return nil
	})
	return day, err
}

// figures are the tallies of purposes as they were read last: reading a study's
// result costs as much as it has people.
type figures struct {
	mu   sync.Mutex
	kept map[int64]*purposeFigure
	maps map[string]*keptAround
}

type purposeFigure struct {
	print      string
	planets    []orrery.PlanetID
	generation int64
	day        orrery.Day
	read       time.Time
	took       time.Duration

	tallies              []purpose.Tally // a measure each
	there, making, whole bool
	made                 time.Time
}

// Repurpose has figures of purposes looked at anew: a purpose has changed.
func (d *Desk) Repurpose() {
	d.figures.mu.Lock()
	defer d.figures.mu.Unlock()
	d.figures.kept, d.figures.maps = nil, nil
}

// figureOf returns a purpose's tallies, waiting so long at most for what is being
// counted. As of a day in the past they are counted at once.
func (d *Desk) figureOf(ctx context.Context, p *purpose.Purpose, asOf orrery.Day, patience time.Duration) (*purposeFigure, error) {
	if asOf != 0 {
		return d.figureAsOf(ctx, p, asOf)
	}
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	print, today := printOf(p), d.system.Now()
	d.figures.mu.Lock()
	f := d.figures.kept[p.Number]
	d.figures.mu.Unlock()
	if f != nil && f.print == print && f.day == today && slices.Equal(f.planets, p.Planets) && f.there && !f.making &&
		(f.generation == generation && f.whole || patience != study.Forever && time.Since(f.read) < freshFor(f.took)) {
		return f, nil
	}
	began := time.Now()
	f = &purposeFigure{print: print, planets: p.Planets, generation: generation, day: today, there: true, whole: true}
	parts := make([][]purpose.Tally, len(p.Measures))
	for _, id := range p.Planets {
		if err := d.addFigure(ctx, f, p, id, parts, patience); err != nil {
			return nil, err
		}
	}
	for _, part := range parts {
		f.tallies = append(f.tallies, purpose.Join(part...))
	}
	f.read, f.took = time.Now(), time.Since(began)
	d.figures.mu.Lock()
	defer d.figures.mu.Unlock()
	if d.figures.kept == nil {
		d.figures.kept = map[int64]*purposeFigure{}
	}
	d.figures.kept[p.Number] = f
	return f, nil
}

// addFigure adds what was counted around one planet.
func (d *Desk) addFigure(ctx context.Context, f *purposeFigure, p *purpose.Purpose, id orrery.PlanetID, parts [][]purpose.Tally, patience time.Duration) error {
	planet, err := d.planetByID(id)
	if orrery.CodeOf(err) == orrery.NotFound {
		return nil // it went with the sample
	} else if err != nil {
		return err
	}
	for again := range 2 {
		r, err := study.Get[counted](ctx, d.shelf, purposesName, planet, patience)
		if err != nil {
			return err
		}
		f.making = f.making || r.Making
		f.whole = f.whole && r.Current
		at := slices.IndexFunc(r.Value.Purposes, func(c countedPurpose) bool { return c.Number == p.Number && c.Print == f.print })
		if at >= 0 {
			for m, tally := range r.Value.Purposes[at].Tallies {
				parts[m] = append(parts[m], tally)
			}
			if f.made.IsZero() || r.Made.Before(f.made) {
				f.made = r.Made
			}
			return nil
		}
		if !r.There || again > 0 {
			break
		}
		d.shelf.Forget(purposesName, id) // it was counted by another definition
	}
	f.there = false
	return nil
}

func (d *Desk) figureAsOf(ctx context.Context, p *purpose.Purpose, asOf orrery.Day) (*purposeFigure, error) {
	f := &purposeFigure{there: true, whole: true, day: asOf, made: d.system.Clock()}
	parts := make([][]purpose.Tally, len(p.Measures))
	for _, id := range p.Planets {
		planet, err := d.planetByID(id)
		if err != nil {
			continue
		}
		tallies, err := d.system.TallyPurposes(ctx, planet, []purpose.Purpose{*p}, asOf)
		if err != nil {
			return nil, err
		}
		for m, tally := range tallies[p.Number] {
			parts[m] = append(parts[m], tally)
		}
	}
	for _, part := range parts {
		f.tallies = append(f.tallies, purpose.Join(part...))
	}
	return f, nil
}

// told joins a purpose with its figures.
func (d *Desk) told(ctx context.Context, p purpose.Purpose, asOf orrery.Day, patience time.Duration) (Purpose, *purposeFigure, error) {
	out := Purpose{Purpose: p, AsOf: asOf}
	f, err := d.figureOf(ctx, &p, asOf, patience)
	if err != nil {
		return out, nil, err
	}
	if asOf == 0 {
		if out.AsOf, err = d.purposeDay(ctx, p.Planets); err != nil {
			return out, nil, err
		}
	}
	cards, err := d.Cards(ctx)
	if err != nil {
		return out, nil, err
	}
	for _, card := range cards {
		if p.Serves(card.ID) {
			out.Brands = append(out.Brands, card)
		}
	}
	out.There, out.Making, out.Made = f.there, f.making, f.made
	if !f.there {
		return out, f, nil
	}
	all := map[orrery.MemberID]bool{}
	for i := range f.tallies {
		out.Progress = append(out.Progress, purpose.Reckon(&out.Measures[i], &f.tallies[i], out.AsOf))
		for _, g := range f.tallies[i].Givers {
			all[g.Member] = true
		}
	}
	out.People = len(all)
	return out, f, nil
}

// Purposes lists the purposes with their figures: open ones first, the newest first
// among them.
func (d *Desk) Purposes(ctx context.Context, asOf orrery.Day, patience time.Duration) ([]Purpose, error) {
	list, err := d.system.Purposes(ctx)
	if err != nil {
		return nil, err
	}
	list = seen(ctx, list)
	slices.SortStableFunc(list, func(a, b purpose.Purpose) int {
		return cmp.Or(a.Closed.Compare(b.Closed), b.Opened.Compare(a.Opened), cmp.Compare(a.Number, b.Number))
	})
	out := make([]Purpose, 0, len(list))
	for _, p := range list {
		one, _, err := d.told(ctx, p, asOf, patience)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// PurposeList lists the purposes that are open, by name, without their figures.
func (d *Desk) PurposeList(ctx context.Context) ([]purpose.Purpose, error) {
	list, err := d.system.Purposes(ctx)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(seen(ctx, list), func(p purpose.Purpose) bool { return !p.Closed.IsZero() })
	slices.SortFunc(list, func(a, b purpose.Purpose) int {
		return cmp.Or(cmp.Compare(a.Name(), b.Name()), cmp.Compare(a.Slug, b.Slug))
	})
	return list, nil
}

// Purpose tells all of one purpose: NotFound where there is none.
func (d *Desk) Purpose(ctx context.Context, slug string, asOf orrery.Day, patience time.Duration) (Purpose, error) {
	p, _, err := d.purpose(ctx, slug, asOf, patience)
	if err != nil {
		return p, err
	}
	p.Updates, err = d.system.PurposeUpdates(ctx, p.Number)
	if asOf != 0 {
		p.Updates = slices.DeleteFunc(p.Updates, func(u purpose.Update) bool { return orrery.DayOf(u.At) > asOf })
	}
	return p, err
}

func (d *Desk) purpose(ctx context.Context, slug string, asOf orrery.Day, patience time.Duration) (Purpose, *purposeFigure, error) {
	p, err := d.system.Purpose(ctx, slug)
	if err != nil {
		return Purpose{}, nil, err
	}
	return d.told(ctx, p, asOf, patience)
}

// PurposeGivers lists who gave to a purpose, limit a page (0: all).
func (d *Desk) PurposeGivers(ctx context.Context, slug string, asOf orrery.Day, cursor string, limit int, patience time.Duration) (PurposeGivers, error) {
	p, f, err := d.purpose(ctx, slug, asOf, patience)
	out := PurposeGivers{Purpose: p}
	if err != nil {
		return out, err
	}
	start := 0
	if cursor != "" {
		if start, err = strconv.Atoi(cursor); err != nil || start < 0 {
			return out, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	all := giversOf(f)
	end := len(all)
	if limit > 0 {
		end = min(end, start+limit)
	}
	out.Givers = all[min(start, len(all)):max(end, min(start, len(all)))]
	if end < len(all) {
		out.Next = strconv.Itoa(end)
	}
	wanted := map[orrery.MemberID]bool{}
	for _, g := range out.Givers {
		wanted[g.ID] = true
	}
	names, err := d.namesOf(ctx, wanted)
	if err != nil {
		return out, err
	}
	for i := range out.Givers {
		out.Givers[i].Name = names[out.Givers[i].ID]
	}
	return out, nil
}

func (d *Desk) namesOf(ctx context.Context, wanted map[orrery.MemberID]bool) (map[orrery.MemberID]string, error) {
	var identities map[orrery.MemberID][]orrery.IdentityID
	err := d.system.Read(ctx, func(st *flow.State) error {
		identities = st.IdentitiesOf(wanted)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d.system.Names(ctx, identities)
}

// giversOf joins the givers of all measures, who gave most first.
func giversOf(f *purposeFigure) []PurposeGiver {
	at := map[orrery.MemberID]int{}
	var list []PurposeGiver
	for m := range f.tallies {
		for _, g := range f.tallies[m].Givers {
			i, ok := at[g.Member]
			if !ok {
				i = len(list)
				at[g.Member] = i
				list = append(list, PurposeGiver{
					ID: g.Member, First: g.First, Last: g.Last, Amounts: make([]purpose.Amount, len(f.tallies)), Lately: make([]purpose.Amount, len(f.tallies)),
				})
			}
			one := &list[i]
			one.Amounts[m], one.Lately[m] = g.Amount, g.Lately
			one.Activities += g.Activities
			one.First, one.Last = min(one.First, g.First), max(one.Last, g.Last)
		}
	}
	slices.SortFunc(list, func(a, b PurposeGiver) int {
		return cmp.Or(slices.Compare(b.Amounts, a.Amounts), cmp.Compare(b.Activities, a.Activities), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// PurposeActs lists the activities behind a figure, each with why it counts.
func (d *Desk) PurposeActs(ctx context.Context, q PurposeActsQuery) (PurposeActs, error) {
	p, _, err := d.purpose(ctx, q.Slug, 0, 0)
	out := PurposeActs{Purpose: p, Index: q.Measure, Member: q.Member, From: q.From, Until: q.Until}
	if err != nil {
		return out, err
	}
	if q.Measure < 0 || q.Measure >= len(p.Measures) {
		return out, orrery.Errorf(orrery.NotFound, "%s has no measure %d", p.Slug, q.Measure+1)
	}
	out.Measure = &out.Measures[q.Measure]
	found, next, err := d.system.Aligned(ctx, flow.AlignedQuery{
		Purpose: p.Purpose, Measure: q.Measure, Member: q.Member, From: q.From, Until: q.Until, Before: q.Before, Limit: q.Limit,
	})
	if err != nil {
		return out, err
	}
	wanted := map[orrery.MemberID]bool{}
	if q.Member != 0 {
		wanted[q.Member] = true
	}
	for _, a := range found {
		wanted[a.Member] = true
	}
	names, err := d.namesOf(ctx, wanted)
	if err != nil {
		return out, err
	}
	out.Next, out.Name = next, names[q.Member]
	for i := range found {
		a := &found[i]
		act := PurposeAct{
			Happening: happeningOf(&a.Done), Who: a.Member, Name: names[a.Member], Amount: a.Amount, Why: a.Why,
		}
		for _, b := range p.Brands {
			if b.Name == a.Planet {
				act.Planet = b
			}
		}
		out.Acts = append(out.Acts, act)
	}
	return out, nil
}

// PublicPurpose tells what everybody may read of a purpose: NotFound where there is
// none, and where it is not public.
func (d *Desk) PublicPurpose(ctx context.Context, slug string, patience time.Duration) (PublicPurpose, error) {
	p, err := d.Purpose(ctx, slug, 0, patience)
	if err == nil && !p.Public {
		err = orrery.Errorf(orrery.NotFound, "there is no purpose %q", slug)
	}
	if err != nil {
		return PublicPurpose{}, err
	}
	return openly(p), nil
}

// openly leaves out of a purpose what tells of people, and figures of few.
func openly(p Purpose) PublicPurpose {
	out := PublicPurpose{
		Slug: p.Slug, Name: p.Name(), Statement: p.Statement, Ask: p.Ask, Progress: p.Progress, AsOf: p.AsOf,
		Changed: p.Opened, Closed: !p.Closed.IsZero(), There: p.There,
	}
	if p.People >= FewPeople {
		out.People = p.People
	}
	for i := range out.Progress {
		if m := out.Progress[i].Measure; m.Takes == purpose.People && out.Progress[i].Value < FewPeople*purpose.One {
			out.Progress[i].Value, out.Progress[i].Points = 0, nil
		}
	}
	for _, b := range p.Brands {
		out.Brands = append(out.Brands, cmp.Or(b.Title, b.Name))
	}
	for _, u := range p.Updates {
		u.By = ""
		out.Updates = append(out.Updates, u)
		if u.At.After(out.Changed) {
			out.Changed = u.At
		}
	}
	return out
}

// happeningOf tells an activity in words.
func happeningOf(a *flow.Done) Happening {
	h := Happening{
		At: a.At, Way: a.Rule.Strategy, Origin: a.Origin, Title: title(a), Kind: a.Kind, Source: a.Namespace, Count: 1,
	}
	if strings.HasPrefix(a.Object.URL, "https://") || strings.HasPrefix(a.Object.URL, "http://") {
		h.URL = a.Object.URL
	}
	return h
}
