package webtest

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// Circles implements web.Reader: three circles of the first people.
func (w *World) Circles(_ context.Context, id orrery.PlanetID, _ orrery.Day, _ time.Duration) (view.Circles, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(id)
	if err != nil {
		return view.Circles{}, err
	}
	out := view.Circles{AsOf: p.AsOf, There: true, Clear: true, Confidence: .93, Modularity: .61, ByChance: .34, People: 40, Ties: 120, None: 4, Steps: []orrery.Day{p.AsOf - 90, p.AsOf}}
	for i, name := range []string{"telescopes, mirrors", "The <b>night</b> walkers", "around somebody"} {
		c := view.Circle{ID: i, Name: name, Named: i == 1, Since: p.AsOf - 400, Sizes: []int{10, 12}, People: 12, InOrbit: 11, Words: []string{"telescopes", "mirrors"}, Kinds: []string{"forum.reply"}, Closeness: 40, Trend: -2.5}
		for _, s := range w.people[3*i : 3*i+3] {
			c.Nearest = append(c.Nearest, s.row)
		}
		c.Next = []view.Joined{{Circle: (i + 1) % 3, Share: .2}}
		out.Circles = append(out.Circles, c)
	}
	out.Bridges = []view.Bridge{{Row: w.people[1].row, Into: []string{"telescopes, mirrors", "around somebody"}, Spread: .5}}
	return out, nil
}

// NameCircle implements web.Settings.
func (*steering) NameCircle(context.Context, view.Account, orrery.PlanetID, int, string) error {
	return nil
}

// Circle implements web.Reader.
func (w *World) Circle(ctx context.Context, planet orrery.PlanetID, id int, asOf orrery.Day, trait string, patience time.Duration) (view.CirclePage, error) {
	all, err := w.Circles(ctx, planet, asOf, patience)
	if err != nil {
		return view.CirclePage{}, err
	}
	if id < 0 || id >= len(all.Circles) {
		return view.CirclePage{}, orrery.Errorf(orrery.NotFound, "there is no circle %d", id)
	}
	out := view.CirclePage{Circle: all.Circles[id], AsOf: all.AsOf, Steps: all.Steps, There: true, Bridges: all.Bridges}
	out.Traits = []view.Trait{{Text: "telescopes", People: 7}, {Text: "forum.reply", Kind: true, People: 9}}
	out.People = out.Nearest
	out.Near = []view.NearCircle{{ID: (id + 1) % 3, Name: all.Circles[(id+1)%3].Name, Share: .2}}
	if trait != "" {
		out.Shown, out.Looked = &out.Traits[0], 12
		out.Behind = []view.TraitAct{{Who: w.someone(0), Happening: view.Happening{At: w.Now(), Title: "Reply: On <i>telescopes</i>", Kind: "forum.reply", URL: "https://forum.example/1", Count: 1}}}
	}
	meet, err := w.Introductions(ctx, planet, 2, patience)
	out.Suggested, out.Made = meet.Suggested, meet.Made
	return out, err
}

func (w *World) someone(i int) view.Someone {
	r := &w.people[i].row
	return view.Someone{ID: r.ID, Name: r.Name, Level: r.Level, Closeness: r.Closeness}
}

// Together implements web.Reader.
func (w *World) Together(_ context.Context, id orrery.PlanetID, a, b orrery.MemberID, _ orrery.Day, _ string) (view.Together, error) {
	p, err := w.planet(id)
	if err != nil {
		return view.Together{}, err
	}
	x, err := w.of(a)
	if err != nil {
		return view.Together{}, err
	}
	y, err := w.of(b)
	if err != nil {
		return view.Together{}, err
	}
	who := func(r *view.Row) view.Someone { return view.Someone{ID: r.ID, Name: r.Name, Level: r.Level} }
	return view.Together{
		A: who(&x.row), B: who(&y.row), AsOf: p.AsOf, Whole: true, Of: 1,
		Tie:  &view.Neighbour{ID: b, Gave: 6, Got: 1, Over: .5, Lean: 1, Acts: 4, Met: 1, Why: language.Join(", ", language.N(4, "addressed each other 1 time", "addressed each other %d times"), language.N(1, "met over 1 thing", "met over %d things")), Since: p.AsOf - 300, Last: p.AsOf - 3, PushedBy: 1.5},
		Acts: []view.Exchange{{At: w.Now(), Title: "Reply: On <i>mirrors</i>", Kind: "forum.reply", Source: "forum.example", URL: "https://forum.example/2", Weight: 3}, {At: w.Now(), Back: true, Title: "Complaint", Kind: "complaint", Weight: 3, Repels: true}},
		Met:  []view.MetThing{{Title: "On mirrors", URL: "https://forum.example/3", A: w.Now(), B: w.Now(), Crowd: true}},
	}, nil
}

// Imbalance implements web.Reader.
func (w *World) Imbalance(_ context.Context, id orrery.PlanetID, received bool, _ int, _ time.Duration) (view.Imbalance, error) {
	p, err := w.planet(id)
	if err != nil {
		return view.Imbalance{}, err
	}
	one := w.someone(2)
	return view.Imbalance{AsOf: p.AsOf, Received: received, There: true, Of: 1, People: 40, Ties: 120, List: []view.Leaning{{
		ID: one.ID, Name: one.Name, Level: one.Level, Gave: 31, Got: 2.5, To: 6, Most: []view.Neighbour{{ID: w.people[1].row.ID, Name: w.people[1].row.Name, Gave: 12, Got: 1}},
	}}}, nil
}

// Introductions implements web.Reader.
func (w *World) Introductions(_ context.Context, id orrery.PlanetID, _ int, _ time.Duration) (view.Introductions, error) {
	p, err := w.planet(id)
	if err != nil {
		return view.Introductions{}, err
	}
	if len(w.people) < 6 {
		return view.Introductions{AsOf: p.AsOf, There: true}, nil
	}
	return view.Introductions{
		AsOf: p.AsOf, There: true, Of: 1, Accepted: 1, Judged: 1, Tied: 1,
		Suggested: []view.Suggested{{A: w.someone(0), B: w.someone(3), Common: []view.Someone{w.someone(1)}, Words: []string{"telescopes"}, Alike: .4, Circles: []string{"telescopes, mirrors"}}},
		Made:      []view.Introduced{{Number: 3, A: w.someone(4), B: w.someone(5), At: w.Now().AddDate(0, 0, -40), Note: "at the <meetup>", State: "accepted", Days: 40, First: p.AsOf - 20, Acts: 2, Within: 30}},
		Aside:     []view.Introduced{{Number: 4, A: w.someone(2), B: w.someone(6), At: w.Now(), State: "set_aside"}},
	}, nil
}

// Introduce implements web.People.
func (*changes) Introduce(context.Context, view.Account, orrery.PlanetID, orrery.MemberID, orrery.MemberID, string, bool) error {
	return nil
}

// DecideIntroduction implements web.People.
func (*changes) DecideIntroduction(_ context.Context, _ view.Account, _ orrery.PlanetID, number int64, _ string) error {
	if number != 3 {
		return orrery.Errorf(orrery.NotFound, "there is no introduction %d", number)
	}
	return nil
}

func (w *World) of(id orrery.MemberID) (*soul, error) {
	if s := w.byID[id]; s != nil {
		return s, nil
	}
	return nil, orrery.Errorf(orrery.NotFound, "nobody here has the number %d", id)
}
