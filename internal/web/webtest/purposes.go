package webtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// sharing is World as web.Purposes: one purpose with two measures, public, and one
// that is not; their figures are made up by seed and folded by package purpose.
type sharing struct {
	*World
	list    []purpose.Purpose
	updates []purpose.Update
}

var _ web.Purposes = (*sharing)(nil)

func newSharing(w *World) *sharing {
	s := &sharing{World: w}
	if len(w.planets) == 0 {
		return s
	}
	day := orrery.DayOf(w.now)
	measure := func(format string) purpose.Measure {
		m, err := purpose.ParseMeasure(fmt.Sprintf(format, day-150, day+120), 0)
		if err != nil {
			panic(err) // a fixed text
		}
		return m
	}
	s.list = []purpose.Purpose{
		{
			Number: 1, Version: 1, Slug: "ten-more-years", Title: "Ten more years", Statement: "Every frame that is mended rides on.", Owner: "Wren",
			Ask: "Bring a frame to mend, or two hours on a Saturday", Planets: []orrery.PlanetID{1}, Partners: []string{"radio-nordvind"}, Public: true,
			Measures: []purpose.Measure{
				measure("sum hours over kind=hours target 900 from %s by %s"), measure("people over marked target 60 from %s by %s"),
			},
			Opened: w.now.AddDate(0, -5, 0),
		},
		{
			Number: 2, Version: 1, Slug: "quiet-streets", Statement: "Children ride to school.", Planets: []orrery.PlanetID{1},
			Measures: []purpose.Measure{measure("count over tag=school target 400 from %s by %s")}, Opened: w.now.AddDate(0, -3, 0),
		},
	}
	if w.options.Hostile {
		s.list[0].Statement, s.list[0].Title = `<script>alert("why")</script><img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`
		s.list[0].Ask = `<img src=x onerror=alert(2)>`
		s.list[0].Owner = `</p><script>alert(3)</script>`
	}
	s.updates = []purpose.Update{{Number: 1, At: w.now.AddDate(0, 0, -3), By: "wren@alder-bikes.example", Text: "Forty frames <b>are</b> on the road again."}}
	return s
}

func (s *sharing) acts(p *purpose.Purpose) []purpose.Act {
	r := rand.New(rand.NewPCG(s.options.Seed, uint64(p.Number)))
	var acts []purpose.Act
	for range min(600, 6*len(s.people)) {
		who := s.people[int(r.ExpFloat64()*float64(len(s.people))/5)%len(s.people)]
		acts = append(acts, purpose.Act{
			Member: who.row.ID, Planet: 1, Around: s.planets[0].Name, Day: orrery.DayOf(s.now) - orrery.Day(r.IntN(150)), Kind: "volunteer.hours",
			Way: orrery.Contribution, Quantity: float64(1 + r.IntN(5)), Unit: "hours", Tags: []string{"school"}, Purposes: []string{p.Slug},
		})
	}
	return acts
}

func (s *sharing) tell(p purpose.Purpose) (view.Purpose, []purpose.Tally) {
	out := view.Purpose{Purpose: p, Brands: s.planets[:1], AsOf: orrery.DayOf(s.now), There: true, Made: s.now}
	if p.Number == 1 {
		out.Updates = s.updates
	}
	acts := s.acts(&p)
	var tallies []purpose.Tally
	people := map[orrery.MemberID]bool{}
	for i := range p.Measures {
		b := purpose.NewBook(p.Slug, &p.Measures[i], out.AsOf)
		for a := range acts {
			if b.Add(&acts[a]) {
				people[acts[a].Member] = true
			}
		}
		tallies = append(tallies, b.Tally())
	}
	for i := range tallies {
		out.Progress = append(out.Progress, purpose.Reckon(&out.Measures[i], &tallies[i], out.AsOf))
	}
	out.People = len(people)
	return out, tallies
}

func (s *sharing) find(slug string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.list, func(p purpose.Purpose) bool { return p.Slug == slug })
	if i < 0 {
		return 0, orrery.Errorf(orrery.NotFound, "there is no purpose %q", slug)
	}
	return i, nil
}

func (s *sharing) Purposes(context.Context, orrery.Day, time.Duration) (out []view.Purpose, err error) {
	for _, p := range s.list {
		one, _ := s.tell(p)
		out = append(out, one)
	}
	return out, nil
}

func (s *sharing) PurposeList(context.Context) ([]purpose.Purpose, error) { return s.list, nil }

func (s *sharing) Purpose(_ context.Context, slug string, _ orrery.Day, _ time.Duration) (view.Purpose, error) {
	i, err := s.find(slug)
	if err != nil {
		return view.Purpose{}, err
	}
	p, _ := s.tell(s.list[i])
	return p, nil
}

func (s *sharing) PurposeGivers(_ context.Context, slug string, _ orrery.Day, _ string, limit int, _ time.Duration) (view.PurposeGivers, error) {
	i, err := s.find(slug)
	if err != nil {
		return view.PurposeGivers{}, err
	}
	p, tallies := s.tell(s.list[i])
	out := view.PurposeGivers{Purpose: p}
	for _, g := range tallies[0].Givers {
		one := view.PurposeGiver{ID: g.Member, Name: s.byID[g.Member].row.Name, Activities: g.Activities, First: g.First, Last: g.Last}
		for range p.Measures {
			one.Amounts, one.Lately = append(one.Amounts, g.Amount), append(one.Lately, g.Lately)
		}
		out.Givers = append(out.Givers, one)
	}
	slices.SortStableFunc(out.Givers, func(a, b view.PurposeGiver) int { return slices.Compare(b.Amounts, a.Amounts) })
	if limit > 0 && len(out.Givers) > limit {
		out.Givers, out.Next = out.Givers[:limit], "2"
	}
	return out, nil
}

func (s *sharing) PurposeActs(_ context.Context, q view.PurposeActsQuery) (view.PurposeActs, error) {
	i, err := s.find(q.Slug)
	if err == nil && (q.Measure < 0 || q.Measure >= len(s.list[i].Measures)) {
		err = orrery.Errorf(orrery.NotFound, "there is no measure %d", q.Measure+1)
	}
	if err != nil {
		return view.PurposeActs{}, err
	}
	p, _ := s.tell(s.list[i])
	out := view.PurposeActs{Purpose: p, Measure: &p.Measures[q.Measure], Index: q.Measure, Member: q.Member}
	for _, a := range s.acts(&s.list[i])[:min(12, 6*len(s.people))] {
		amount, clause, ok := out.Measure.Counts(&a, p.Slug)
		if ok && (q.Member == 0 || a.Member == q.Member) {
			name := s.byID[a.Member].row.Name
			out.Acts = append(out.Acts, view.PurposeAct{
				Happening: view.Happening{At: a.Day.Time(), Title: "Two hours at the stand of " + name, Kind: a.Kind, Count: 1},
				Who:       a.Member, Name: name, Planet: s.planets[0], Amount: amount, Why: clause.Why(&a),
			})
		}
	}
	return out, nil
}

func (s *sharing) PublicPurpose(ctx context.Context, slug string, patience time.Duration) (view.PublicPurpose, error) {
	p, err := s.Purpose(ctx, slug, 0, patience)
	if err == nil && !p.Public {
		err = orrery.Errorf(orrery.NotFound, "there is no purpose %q", slug)
	}
	if err != nil {
		return view.PublicPurpose{}, err
	}
	return view.PublicPurpose{
		Slug: p.Slug, Name: p.Name(), Statement: p.Statement, Ask: p.Ask, Brands: []string{"Alder Bikes"}, Progress: p.Progress, People: p.People,
		AsOf: p.AsOf, Updates: []purpose.Update{{Number: 1, At: s.updates[0].At, Text: s.updates[0].Text}}, Changed: p.Opened, There: true,
	}, nil
}

func (s *sharing) MapAroundPurpose(ctx context.Context, slug string, _ orrery.Day, patience time.Duration) (*view.Around, error) {
	g, err := s.PurposeGivers(ctx, slug, 0, "", 0, patience)
	if err != nil {
		return nil, err
	}
	var people []view.MapPerson
	for _, one := range g.Givers {
		people = append(people, view.MapPerson{ID: one.ID, Name: one.Name, Closeness: 20, Level: orrery.Outer, Was: 20, WasLevel: orrery.Outer})
	}
	a := &view.Around{
		Map: view.LayOut(g.Brands[0], people, []view.Sector{{Circle: "Alder Bikes"}}), Centre: g.Purpose.Name(), Purpose: &g.Purpose, Givers: g.Givers,
		Rings: []string{"50 hours or more", "20 hours or more", "5 hours or more", "less"}, Ringed: []int{0, 0, len(people), 0},
		Bodies: []view.Body{{Kind: "brand", Name: "Alder Bikes", Note: "all", Planet: g.Brands[0], Radius: .345, Size: 1}, {Kind: "partner", Name: "Radio nordvind", Radius: 1.15, Size: .5}},
	}
	return a, nil
}

func (s *sharing) MapAroundPerson(_ context.Context, id orrery.MemberID, _ orrery.Day) (*view.Around, error) {
	who := s.byID[id]
	if who == nil {
		return nil, orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
	}
	planet := s.planets[0]
	return &view.Around{
		Map: view.LayOut(planet, nil, nil), Centre: who.row.Name, Person: &who.row,
		Rings: []string{"half or more", "a fifth or more", "a twentieth or more", "less"}, Ringed: []int{1, 0, 0, 0},
		Turns:  []view.Turn{{Planet: planet, Days: 40, Share: 1, Weight: 200, WeighShare: 1, Activities: 61}},
		Bodies: []view.Body{{Kind: "brand", Name: planet.Title, Note: "100% of their days", Planet: planet, Radius: .3, Size: 1.5}},
	}, nil
}

func (s *sharing) SavePurpose(_ context.Context, _ view.Account, form view.PurposeForm) (string, error) {
	p := purpose.Purpose{
		Number: int64(len(s.list) + 1), Slug: form.Slug, Title: form.Title, Statement: form.Statement, Planets: form.Planets, Partners: form.Partners,
	}
	if p.Slug == "" {
		p.Slug = strings.ReplaceAll(strings.ToLower(form.Title), " ", "-")
	}
	for _, text := range form.Measures {
		m, err := purpose.ParseMeasure(text, orrery.DayOf(s.now))
		if err != nil {
			return "", err
		}
		p.Measures = append(p.Measures, m)
	}
	if err := p.Check(); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, p)
	return p.Slug, nil
}

func (s *sharing) ChangePurpose(_ context.Context, _ view.Account, slug string, c view.PurposeChange) error {
	i, err := s.find(slug)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Ask != nil {
		s.list[i].Ask = *c.Ask
	}
	if c.Public != nil {
		s.list[i].Public = *c.Public
	}
	if c.Closed != nil {
		s.list[i].Closed = s.now
	}
	return nil
}

func (s *sharing) UpdatePurpose(_ context.Context, _ view.Account, _, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates = append(s.updates, purpose.Update{Number: int64(len(s.updates) + 1), At: s.now, Text: text})
	return nil
}

func (s *sharing) DropPurposeUpdate(_ context.Context, _ string, update int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates = slices.DeleteFunc(s.updates, func(u purpose.Update) bool { return u.Number == update })
	return nil
}
