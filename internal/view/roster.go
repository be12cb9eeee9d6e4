package view

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/search"
)

// A roster is everybody around one planet on one day, nearest first, with where
// they stood 90 days before. Lists, Today and the map are cut out of it. It is
// made at once and never changed; many readers share it.
type roster struct {
	planet     Planet
	generation int64
	changes    int // of the rosters, before it was made
	made       time.Time
	took       time.Duration

	all      []person     // in orbit, nearest first; then who is out of orbit, bots and teammates
	visitors int          // who are in none of the lists
	orbits   int          // how many of all are in orbit
	place    []int32      // by MemberID: a place in all, and 1; 0 for nobody
	seats    search.Seats // by IdentityID: places in all, and 1
	lists    map[Preset][]int32
	circles  *circleBook // nil: no clear circles, or none known yet
	hellos   []int32     // places of who is worth a hello, most worth first
	bands    []Band
	weeks    []WeekMoves
	now      Gravity
	pull     PullShare
	chart    *Map
}

// person is one line of a roster.
type person struct {
	Member
	was      float64
	wasLevel orrery.Level
	way      orrery.Strategy
	first    orrery.Day
	gap      float64    // usual days between their days, 0: not known
	came     orrery.Day // last came by themselves with something meaningful
	worth    float64    // see Hello.Worth
	monthAgo float64    // closeness a month before
	days     int        // on which they came, as far as nine weeks back from the last
}

const (
	lookBack   = 90 // days that screens compare with
	weeksShown = 13
)

// freshFor is how long a roster may be served although the data has moved on: a
// second, or twenty times what it took to make.
func (r *roster) freshFor() time.Duration { return freshFor(r.took) }

func freshFor(took time.Duration) time.Duration { return max(time.Second, 20*took) }

// makeRoster makes a planet's roster as of a day (0: as screens answer).
func (d *Desk) makeRoster(ctx context.Context, p orrery.Planet, asOf orrery.Day, generation int64) (*roster, error) {
	began := time.Now()
	r := &roster{generation: generation}
	fill := func(st *flow.State) error {
		d.fill(r, st, p, asOf)
		return nil
	}
	day := asOf
	if asOf == 0 {
		if err := d.system.Read(ctx, fill); err != nil {
			return nil, err
		}
		day = r.planet.AsOf
	}
	past := newLookback(day)
	err := d.system.Walk(ctx, past.days, func(on orrery.Day, st *flow.State) error {
		past.take(on, st, p)
		if asOf != 0 && on == asOf {
			return fill(st)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look %d days back: %w", lookBack, err)
	}
	past.tell(r)
	if err := d.addNames(ctx, r); err != nil {
		return nil, err
	}
	if r.pull, err = d.pull(ctx, r); err != nil {
		return nil, err
	}
	if asOf == 0 {
		if r.circles, err = d.circles(ctx, p); err != nil {
			return nil, err
		}
	}
	r.addLists()
	r.addHellos()
	r.chart = r.drawn()
	r.made, r.took = time.Now(), time.Since(began)
	if d.names.wanted() {
		_, err = d.nameBook(ctx, generation, 0)
	}
	return r, err
}

// fill puts everybody in their place.
func (d *Desk) fill(r *roster, st *flow.State, p orrery.Planet, asOf orrery.Day) {
	r.planet = d.planet(st, p, asOf)
	survey := st.Engine.Survey(p.ID, st.Forecast(p).Closeness, r.planet.AsOf, -1, nil)
	r.place = make([]int32, len(st.Members))
	r.all = make([]person, 0, len(survey.Closest))
	var others []person
	for _, s := range survey.Closest {
		line, ok := rosterLine(st, p, s.Member, r.planet.AsOf)
		switch {
		case !ok:
		case line.Kind == orrery.Visitor:
			r.visitors++
		case line.Kind == orrery.Person && line.Level != orrery.OutOfOrbit:
			r.all = append(r.all, line)
		default:
			others = append(others, line)
		}
	}
	r.orbits = len(r.all)
	r.all = append(r.all, others...)
	for i := range r.all {
		r.place[r.all[i].ID] = int32(i) + 1
	}
	g := st.Engine.Survey(p.ID, st.Forecast(p).Closeness, r.planet.AsOf, 0, st.IsPerson).Gravity
	r.now = Gravity{Now: g.Expected, Low: g.Low, High: g.High, RhythmDays: p.RhythmDays}
}

// people are those in orbit, others the rest.
func (r *roster) people() []person { return r.all[:r.orbits] }
func (r *roster) others() []person { return r.all[r.orbits:] }

// of finds a member's line, or nil.
func (r *roster) of(m orrery.MemberID) *person {
	if int(m) >= len(r.place) || r.place[m] == 0 {
		return nil
	}
	return &r.all[r.place[m]-1]
}

func rosterLine(st *flow.State, p orrery.Planet, m orrery.MemberID, day orrery.Day) (person, bool) {
	reading, ok := st.Engine.Read(field.Orbit{Member: m, Planet: p.ID}, st.Forecast(p), day)
	if !ok || !reading.HasCome {
		return person{}, false
	}
	line := person{
		Member: Member{
			ID: m, Kind: st.Kind(m), Planet: p.Slug, Level: reading.Level, Closeness: reading.Closeness,
			Return: reading.Return, Given: field.Sum(reading.Given), Received: field.Sum(reading.Received),
			Reach: float64(reading.Reach), Drift: reading.Drift, Endurance: reading.Endurance.Share(), LastActive: reading.Last,
		},
		first: reading.First,
	}
	line.way = mainWay(reading.Given)
	if n := recent(&reading.Days, reading.Days.Last, 64); n > 1 {
		line.gap = 64 / float64(n)
	}
	f := st.Forecast(p).Closeness
	line.addWorth(&f, &reading.Days, day)
	return line, true
}

// mainWay returns the way to belong that somebody gave most by.
func mainWay(given [orrery.Strategies]float64) orrery.Strategy {
	var first orrery.Strategy
	for way := range orrery.Strategies {
		if given[way] > given[first] {
			first = way
		}
	}
	return first
}

// A lookback tells where everybody stood 90 days before a day and counts the
// moves between levels week by week.
type lookback struct {
	days   []orrery.Day
	start  orrery.Day
	was    []stood        // by MemberID, at the start
	levels []orrery.Level // by MemberID, on the day taken last
	before float64        // the gravity at the start
	weeks  []WeekMoves
}

type stood struct {
	closeness float64
	level     orrery.Level
}

func newLookback(day orrery.Day) *lookback {
	l := &lookback{start: day - lookBack, days: []orrery.Day{day - lookBack, day}}
	monday := day - (day+3)%7 // 1970-01-01 was a Thursday
	for w := range weeksShown {
		if day := monday - 1 - orrery.Day(7*w); day > l.start {
			l.days = append(l.days, day)
		}
	}
	return l
}

// take takes in how everybody stood on one of the days, which rise.
func (l *lookback) take(day orrery.Day, st *flow.State, p orrery.Planet) {
	if len(l.levels) < len(st.Members) {
		l.levels = append(l.levels, make([]orrery.Level, len(st.Members)-len(l.levels))...)
	}
	f := st.Forecast(p).Closeness
	if day == l.start {
		l.was = make([]stood, len(st.Members))
		for s := range st.Engine.Standings(p.ID, f, day, st.IsPerson) {
			l.was[s.Member], l.levels[s.Member] = stood{s.Closeness, s.Level}, s.Level
		}
		l.before = st.Engine.Survey(p.ID, f, day, 0, st.IsPerson).Gravity.Expected
		return
	}
	week := WeekMoves{Monday: day - (day+3)%7}
	for s := range st.Engine.Standings(p.ID, f, day, st.IsPerson) {
		if was := l.levels[s.Member]; s.Level > was {
			week.In++
		} else if s.Level < was {
			week.Out++
		}
		l.levels[s.Member] = s.Level
	}
	l.weeks = append(l.weeks, week)
}

// tell fills the roster in.
func (l *lookback) tell(r *roster) {
	for i := range r.all {
		if line := &r.all[i]; int(line.ID) < len(l.was) {
			line.was, line.wasLevel = l.was[line.ID].closeness, l.was[line.ID].level
		}
	}
	r.now.Before = l.before
	slices.SortFunc(l.weeks, func(a, b WeekMoves) int { return cmp.Compare(a.Monday, b.Monday) })
	r.weeks = slices.CompactFunc(l.weeks, func(a, b WeekMoves) bool { return a.Monday == b.Monday })
	for _, b := range []orrery.Level{orrery.Core, orrery.Inner, orrery.Outer, orrery.Edge} {
		r.bands = append(r.bands, Band{Level: b})
	}
	for i := range r.people() {
		line := &r.all[i]
		now := &r.bands[orrery.Core-line.Level]
		now.People++
		if line.Level > line.wasLevel {
			now.In++
		} else if line.Level < line.wasLevel {
			r.bands[orrery.Core-line.wasLevel].Out++
		}
	}
	for i := range r.others() {
		if line := &r.others()[i]; line.Kind == orrery.Person && line.wasLevel != orrery.OutOfOrbit {
			r.bands[orrery.Core-line.wasLevel].Out++
		}
	}
}

func (d *Desk) addNames(ctx context.Context, r *roster) error {
	known := make([][]identity.Identity, len(r.all))
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		members := g.Members()
		r.seats = make(search.Seats, len(members))
		ones := make([]identity.Identity, 0, len(r.all)) // most are known in one way
		for id := 1; id < len(members); id++ {
			if r.of(members[id]) == nil {
				continue
			}
			i, ok := g.Identity(orrery.IdentityID(id))
			if !ok {
				continue
			}
			at := r.place[members[id]] - 1
			r.seats[id] = at + 1
			if known[at] == nil && len(ones) < cap(ones) {
				ones = append(ones, i)
				known[at] = ones[len(ones)-1 : len(ones) : len(ones)]
				continue
			}
			known[at] = append(known[at], i)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for at, list := range known {
		line := &r.all[at]
		line.Name = cmp.Or(identity.Name(list), fmt.Sprintf("person %d", line.ID))
	}
	return nil
}

// row makes a list's line of a person.
func (p *person) row(tags *tagBook) Row {
	return Row{Member: p.Member, Was: p.was, WasLevel: p.wasLevel, Way: p.way, FirstActive: p.first, Tags: tags.of[p.ID]}
}
