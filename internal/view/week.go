package view

import (
	"cmp"
	"context"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/task"
)

// Week is what moved most in a planet's last seven days, and whom to thank.
type Week struct {
	AsOf     orrery.Day
	Weeks    int       // with how many weeks before it is compared; 0: too few
	Stirred  []Stirred // what stands out, the most first; none: it moved as in most weeks
	Thanks   []Thanked // who gave most first
	ThanksOf int

	There  bool
	Making bool
}

// Stirred is a band or a circle that moved unlike most weeks.
type Stirred struct {
	Level    orrery.Level // of a band; OutOfOrbit: it is a circle
	Circle   string
	CircleID int
	People   int
	Moved    float64 // mean points of closeness
	Usual    float64
	Closer   bool
	Kinds    []StirredKind
}

// StirredKind is a kind of activity that differed beside it.
type StirredKind struct {
	Words string
	Kind  string
	Now   int
	Usual float64
}

// Thanked is somebody who gave much lately and was not told so.
type Thanked struct {
	Someone
	Answered, Contributed, Brought int
	Last                           orrery.Day
	Before                         orrery.Day // when a word came last; 0: not within ThanksDays
	Why                            language.Text
}

// ThanksDays is how far back it is looked who gave.
const ThanksDays = flow.ThanksDays

// weekVersion is raised whenever flow.Week changes its shape or meaning.
const weekVersion = 1

func (d *Desk) weekStudy() study.Study {
	return study.Study{Name: "week", Version: weekVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		day, err := d.talkDay(ctx, p.ID, 0)
		if err != nil {
			return nil, err
		}
		circles, err := study.Get[flow.Circles](ctx, d.shelf, "circles", p, -1)
		if err != nil {
			return nil, err
		}
		return d.system.LastWeek(ctx, p, day, &circles.Value)
	}}
}

// Week tells what moved most in the last seven days and whom to thank, n people at
// most: what was reckoned last, after so much patience at most.
func (d *Desk) Week(ctx context.Context, planet orrery.PlanetID, n int, patience time.Duration) (Week, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Week{}, err
	}
	if waits, err := d.firstKnown(ctx, p, patience); err != nil || waits { // circles are told of
		return Week{Making: waits}, err
	}
	r, err := study.Get[flow.Week](ctx, d.shelf, "week", p, patience)
	if err != nil || !r.There {
		return Week{Making: r.Making}, err
	}
	out := Week{AsOf: r.Value.Day, Weeks: r.Value.Weeks, There: true, Making: r.Making}
	circles, err := d.circles(ctx, p)
	if err != nil {
		return out, err
	}
	for i := range r.Value.Stir {
		found := &r.Value.Stir[i]
		s := Stirred{CircleID: -1, People: found.People, Moved: found.Moved, Usual: found.Usual, Closer: found.Closer()}
		for level := orrery.Edge; level <= orrery.Core; level++ {
			if found.Name == flow.LevelGroup(level) {
				s.Level = level
			}
		}
		for _, c := range circles.named() {
			if found.Name == flow.CircleGroup(c.ID) {
				s.Circle, s.CircleID = c.Name, c.ID
			}
		}
		if s.Level == orrery.OutOfOrbit && s.Circle == "" {
			continue // a circle that is not told of any more
		}
		for _, k := range found.Kinds {
			s.Kinds = append(s.Kinds, StirredKind{Words: deed(k.Name), Kind: k.Name, Now: k.Now, Usual: k.Usual})
		}
		out.Stirred = append(out.Stirred, s)
	}
	return out, d.addThanks(ctx, p, &r.Value, n, &out)
}

// addThanks tells whom to thank, without those whom a task of the last weeks says that
// somebody thanked, and those of whom it is asked whether what they do is real.
func (d *Desk) addThanks(ctx context.Context, p orrery.Planet, w *flow.Week, n int, out *Week) error {
	skip, err := d.flagged(ctx, p)
	if err != nil {
		return err
	}
	tasks, err := d.system.Tasks(ctx, p.ID)
	if err != nil {
		return err
	}
	for i := range tasks {
		t := &tasks[i]
		if t.Done && t.Kind == task.Thank && t.Outcome != task.NoAnswer && orrery.DayOf(t.Ended) > w.Day-ThanksDays {
			skip[t.Member] = true
		}
	}
	list := slices.DeleteFunc(slices.Clone(w.Thanks), func(t flow.Thank) bool { return skip[t.Member] })
	out.ThanksOf = max(0, w.ThanksN-(len(w.Thanks)-len(list)))
	list = list[:min(n, len(list))]
	var members []orrery.MemberID
	for i := range list {
		members = append(members, list[i].Member)
	}
	known, err := d.known(ctx, p, w.Day, members)
	if err != nil {
		return err
	}
	for i := range list {
		t := &list[i]
		who, ok := known[t.Member]
		if !ok {
			continue // merged or erased since
		}
		one := Thanked{Someone: who, Answered: t.Answered, Contributed: t.Contributed, Brought: t.Brought, Last: t.Last, Before: t.Thanked}
		one.Why = one.why()
		out.Thanks = append(out.Thanks, one)
	}
	return nil
}

// why tells what somebody gave.
func (t *Thanked) why() language.Text {
	var parts []language.Text
	if t.Answered > 0 {
		parts = append(parts, language.N(t.Answered, "spoke up for others 1 time", "spoke up for others %d times"))
	}
	if t.Contributed > 0 {
		parts = append(parts, language.N(t.Contributed, "contributed 1 time", "contributed %d times"))
	}
	if t.Brought > 0 {
		parts = append(parts, language.N(t.Brought, "brought somebody 1 time", "brought somebody %d times"))
	}
	return language.T("%s in %d days", language.Join(", ", parts...), ThanksDays)
}

// Anniversary is that somebody first came so many years ago.
type Anniversary struct {
	Row
	Years int
	Day   orrery.Day
}

// Anniversaries are those of the seven days from a day on.
type Anniversaries struct {
	AsOf orrery.Day
	List []Anniversary // the longest first
	Of   int
}

const (
	anniversaryDays = 7
	stillComeDays   = 60
	// sinceDays: who came in the first days of what is known may have come before.
	sinceDays = 30
)

// roundYears are worth a word.
var roundYears = []int{1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50}

// Anniversaries lists who first came a year, two, five or more ago within the week
// from a day on (0: as screens answer) and still comes, n people at most. Who came in
// the first month of what is known is left out: they may have come before.
func (d *Desk) Anniversaries(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, n int) (Anniversaries, error) {
	r, err := d.rosterAsOf(ctx, planet, asOf)
	if err != nil {
		return Anniversaries{}, err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return Anniversaries{}, err
	}
	out := Anniversaries{AsOf: r.planet.AsOf}
	for i := range r.people() {
		p := &r.all[i]
		if p.Kind != orrery.Person || out.AsOf-p.LastActive >= stillComeDays || p.first-r.planet.First < sinceDays {
			continue
		}
		for _, years := range roundYears {
			day := orrery.DayOf(p.first.Time().AddDate(years, 0, 0))
			if day >= out.AsOf && day < out.AsOf+anniversaryDays {
				out.List = append(out.List, Anniversary{Row: p.row(tags), Years: years, Day: day})
			}
		}
	}
	slices.SortStableFunc(out.List, func(a, b Anniversary) int {
		return cmp.Or(cmp.Compare(b.Years, a.Years), cmp.Compare(b.Closeness, a.Closeness), cmp.Compare(a.ID, b.ID))
	})
	out.Of = len(out.List)
	out.List = out.List[:min(n, len(out.List))]
	return out, nil
}
