package view

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/study"
)

// staleDays is how old a planet's newest activity may be before answers are
// given as of that activity's day.
const staleDays = 60

// Desk answers the questions of screens, API and command line. It is safe for
// concurrent use. Whoever asked for lists, people or the map must Stop it.
type Desk struct {
	system  *flow.System
	rosters rosters
	cards   cards
	tags    tags
	names   names
	titles  titles

	listCounts listCounts

	suggestions   suggestions
	trials        trials
	circleBooks   circleBooks
	circlesOnce   pastDay[flow.Circles]
	tieBooks      tieBooks
	pastNewcomers pastDay[keptNewcomers]
	reports       reports
	shelf         *study.Shelf
	pastWays      pastDay[Ways]
	pastTalks     pastDay[*flow.Talks]
	pastShares    pastDay[Brought]
	pastSky       pastDay[flow.Sky]
	pastSides     pastDay[partner.Past]
	histories     histories
	figures       figures // of purposes
	partnered     partnered

	ctx    context.Context //nolint:containedctx // of what is made in the background, ended by Stop
	cancel context.CancelFunc
	work   sync.WaitGroup
}

// cards are the planets as they were told last.
type cards struct {
	mu         sync.Mutex
	list       []Planet
	generation int64
	day        orrery.Day
	made       time.Time
	took       time.Duration
}

func (c *cards) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = nil
}

// NewDesk returns a Desk over a System.
func NewDesk(system *flow.System) *Desk {
	ctx, cancel := context.WithCancel(context.Background())
	d := &Desk{system: system, ctx: ctx, cancel: cancel, rosters: newRosters(), histories: newHistories()}
	d.shelf = d.newShelf()
	return d
}

// Day returns the day for which a planet is answered: the wanted one, else
// today, else the day of its newest activity where that is over 60 days old.
func (d *Desk) day(st *flow.State, planet orrery.PlanetID, wanted orrery.Day) (day orrery.Day, stale bool) {
	if wanted != 0 {
		return wanted, false
	}
	today := d.system.Now()
	if newest, ok := st.Newest[planet]; ok && today-newest > staleDays {
		return newest, true
	}
	return today, false
}

func (d *Desk) planet(st *flow.State, p orrery.Planet, wanted orrery.Day) Planet {
	day, stale := d.day(st, p.ID, wanted)
	survey := st.Engine.Survey(p.ID, st.Forecast(p).Closeness, day, 0, st.IsPerson)
	people := 0
	for level, n := range survey.Levels {
		if orrery.Level(level) != orrery.OutOfOrbit {
			people += n
		}
	}
	return Planet{
		ID: p.ID, Name: p.Slug, Title: p.Title, People: people, AsOf: day, Stale: stale,
		Sample: p.Sample, RhythmDays: p.RhythmDays, First: st.Oldest[p.ID], Group: p.Constellation,
	}
}

// MembersQuery asks for members of one planet, or of all where Planet is 0.
type MembersQuery struct {
	Planet orrery.PlanetID
	AsOf   orrery.Day // 0: as screens answer
	Limit  int        // nearest people at most; 0: everybody but visitors, bots and out-of-orbit included
}

// Members lists the members of one planet, nearest first, and the day it
// answers for.
func (d *Desk) Members(ctx context.Context, q MembersQuery) (list []Member, asOf orrery.Day, err error) {
	p, err := d.planetByID(q.Planet)
	if err != nil {
		return nil, 0, err
	}
	var identities map[orrery.MemberID][]orrery.IdentityID
	err = d.system.ReadAsOf(ctx, q.AsOf, func(st *flow.State) error {
		asOf, _ = d.day(st, p.ID, q.AsOf)
		keep := field.Keep(st.IsPerson)
		if q.Limit == 0 {
			keep = func(m orrery.MemberID) bool { return st.Kind(m) != orrery.Visitor }
		}
		most := q.Limit
		if most == 0 {
			most = -1
		}
		standings := st.Engine.Survey(p.ID, st.Forecast(p).Closeness, asOf, most, keep).Closest
		wanted := make(map[orrery.MemberID]bool, len(standings))
		for _, s := range standings {
			if q.Limit > 0 && s.Level == orrery.OutOfOrbit {
				continue
			}
			m, ok := member(st, p, s.Member, asOf)
			if !ok {
				continue
			}
			list = append(list, m)
			wanted[s.Member] = true
		}
		identities = st.IdentitiesOf(wanted)
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	names, err := d.system.Names(ctx, identities)
	if err != nil {
		return nil, 0, err
	}
	for i := range list {
		list[i].Name = names[list[i].ID]
	}
	return list, asOf, nil
}

// member reads one member; the name is filled in later.
func member(st *flow.State, p orrery.Planet, id orrery.MemberID, day orrery.Day) (Member, bool) {
	m, _, ok := memberDays(st, p, id, day)
	return m, ok
}

// memberDays reads one member and the days on which they came by themselves with
// something meaningful.
func memberDays(st *flow.State, p orrery.Planet, id orrery.MemberID, day orrery.Day) (Member, field.Series, bool) {
	orbit := field.Orbit{Member: id, Planet: p.ID}
	r, ok := st.Engine.Read(orbit, st.Forecast(p), day)
	if !ok || !r.HasCome {
		return Member{}, field.Series{}, false
	}
	m := Member{
		ID: id, Kind: st.Kind(id), Planet: p.Slug, Level: r.Level, Closeness: r.Closeness, Return: r.Return,
		Given: field.Sum(r.Given), Received: field.Sum(r.Received), Reach: float64(r.Reach),
		Drift: r.Drift, Endurance: r.Endurance.Share(), LastActive: r.Last,
	}
	for _, reason := range r.Reasons {
		m.Reasons = append(m.Reasons, Reason{Term: term(reason.Term, &r.Days, day), Points: reason.Points})
	}
	return m, r.Days, true
}

// term tells a term of the fit in words.
func term(name string, s *field.Series, day orrery.Day) language.Text {
	switch name {
	case field.TermNames[field.Week]:
		return came(recent(s, day, 14), 14)
	case field.TermNames[field.Month]:
		return came(recent(s, day, 30), 30)
	case field.TermNames[field.Quarter]:
		return came(recent(s, day, 64), 64)
	case field.TermNames[field.Year]:
		return language.T("how often over the last years, older days counting less")
	case field.TermNames[field.Since]:
		return language.T("last came %s ago", days(int(max(0, day-s.Last))))
	case field.TermNames[field.Months]:
		return language.T("in how many months they came again")
	default:
		return language.Name(name)
	}
}

// came tells on how many days of the last so many somebody came. The terms
// themselves fade and do not end: days before count too, less and less.
func came(n, of int) language.Text {
	if n == 0 {
		return language.T("no day of the last %d, earlier ones counting less", of)
	}
	return language.T("came on %s of the last %d", days(n), of)
}

// recent counts the days in the last n up to day on which somebody came.
func recent(s *field.Series, day orrery.Day, n int) int {
	since := int(day - s.Last) // days between the newest bit and today
	if s.Empty() || since >= n || since < 0 {
		return 0
	}
	return bits.OnesCount64(s.Map << (64 - min(64, n-since)))
}

func days(n int) language.Text { return language.N(n, "1 day", "%d days") }

func (d *Desk) planetByID(id orrery.PlanetID) (orrery.Planet, error) {
	for _, p := range d.system.Planets() {
		if p.ID == id {
			return p, nil
		}
	}
	return orrery.Planet{}, orrery.Errorf(orrery.NotFound, "there is no planet %d", id)
}

// Planets lists the planets as of a day (0: as screens answer).
func (d *Desk) Planets(ctx context.Context, asOf orrery.Day) (list []PlanetSummary, err error) {
	err = d.system.ReadAsOf(ctx, asOf, func(st *flow.State) error {
		for _, p := range d.system.Planets() {
			day, _ := d.day(st, p.ID, asOf)
			f := st.Forecast(p).Closeness
			survey := st.Engine.Survey(p.ID, f, day, 0, st.IsPerson)
			g := survey.Gravity
			summary := PlanetSummary{
				Planet: d.planet(st, p, asOf), Constellation: p.Constellation, Archived: p.Archived, Activities: st.Entries[p.ID],
				Visitors: st.Visitors(p.ID),
				Gravity:  Gravity{Now: g.Expected, Low: g.Low, High: g.High, RhythmDays: p.RhythmDays},
			}
			if _, ok := st.Newest[p.ID]; ok {
				summary.First, summary.Last = st.Oldest[p.ID], st.Newest[p.ID]
			}
			for level := orrery.Core; level > orrery.OutOfOrbit; level-- {
				summary.Bands = append(summary.Bands, Band{Level: level, People: survey.Levels[level]})
			}
			list = append(list, summary)
		}
		return nil
	})
	return list, err
}

// PlanetSummary is a planet in a list of planets.
type PlanetSummary struct {
	Planet
	Constellation string
	Archived      bool
	Activities    int64
	Visitors      int        // who have not said who they are: counted, and no people
	First, Last   orrery.Day // of its activities
	Gravity       Gravity
	Bands         []Band
}

// Movers lists the people of a planet who came closer or moved away most in the
// last 30 days, by drift.
func (d *Desk) Movers(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, n int) (rising, drifting []Member, err error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return nil, nil, err
	}
	var identities map[orrery.MemberID][]orrery.IdentityID
	err = d.system.ReadAsOf(ctx, asOf, func(st *flow.State) error {
		day, _ := d.day(st, p.ID, asOf)
		rising, drifting = movers(st, p, day, n)
		wanted := map[orrery.MemberID]bool{}
		for _, list := range [][]Member{rising, drifting} {
			for _, m := range list {
				wanted[m.ID] = true
			}
		}
		identities = st.IdentitiesOf(wanted)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	names, err := d.system.Names(ctx, identities)
	if err != nil {
		return nil, nil, err
	}
	for _, list := range [][]Member{rising, drifting} {
		for i := range list {
			list[i].Name = names[list[i].ID]
		}
	}
	return rising, drifting, nil
}

// A move is worth showing from a log odds of a half on, of people who are, or
// were a month ago, somewhat near.
const (
	visibleDrift  = backtest.VisibleDrift
	nearEnough    = 100 * backtest.NearEnough
	monthDays     = 30
	moversScanned = 20_000
)

func movers(st *flow.State, p orrery.Planet, day orrery.Day, n int) (rising, drifting []Member) {
	f := st.Forecast(p).Closeness
	for _, s := range st.Engine.Survey(p.ID, f, day, moversScanned, st.IsPerson).Closest {
		if s.Level == orrery.OutOfOrbit {
			continue
		}
		m, series, ok := memberDays(st, p, s.Member, day)
		if !ok || max(100*f.Chance(&series, day-monthDays), s.Closeness) < nearEnough {
			continue
		}
		switch {
		case m.Drift >= visibleDrift:
			rising = append(rising, m)
		case m.Drift <= -visibleDrift:
			drifting = append(drifting, m)
		}
	}
	slices.SortStableFunc(rising, func(a, b Member) int { return cmp.Compare(b.Drift, a.Drift) })
	slices.SortStableFunc(drifting, func(a, b Member) int { return cmp.Compare(a.Drift, b.Drift) })
	return rising[:min(n, len(rising))], drifting[:min(n, len(drifting))]
}

// Cards lists the planets that people see, in their order, as every screen needs them: cheap, and up to date
// within a second, or twenty times what they took to make.
func (d *Desk) Cards(ctx context.Context) ([]Planet, error) {
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	d.cards.mu.Lock()
	defer d.cards.mu.Unlock()
	c, today := &d.cards, d.system.Now()
	planets := d.system.Shown()
	if c.list != nil && len(c.list) == len(planets) && c.day == today && (c.generation == generation || time.Since(c.made) < freshFor(c.took)) {
		return c.list, nil
	}
	began := time.Now()
	list := make([]Planet, 0, len(planets))
	err = d.system.Read(ctx, func(st *flow.State) error {
		for _, p := range planets {
			list = append(list, d.planet(st, p, 0))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	c.list, c.generation, c.day, c.made, c.took = list, generation, today, time.Now(), time.Since(began)
	return list, nil
}
