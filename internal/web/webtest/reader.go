package webtest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

func (w *World) planet(id orrery.PlanetID) (view.Planet, error) {
	for _, p := range w.planets {
		if p.ID == id {
			return p, nil
		}
	}
	return view.Planet{}, orrery.Errorf(orrery.NotFound, "there is no planet %d", id)
}

// around lists the souls of a planet: the second has a third of the first's.
func (w *World) around(id orrery.PlanetID) []*soul {
	if id == 1 {
		return w.people
	}
	var some []*soul
	for i, s := range w.people {
		if i%3 == 0 {
			some = append(some, s)
		}
	}
	return some
}

// Today implements web.Reader.
func (w *World) Today(_ context.Context, id orrery.PlanetID) (view.Today, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(id)
	if err != nil {
		return view.Today{}, err
	}
	m := w.picture(p)
	t := view.Today{AsOf: p.AsOf, Bands: m.Bands, Sectors: m.Sectors, Pull: view.PullShare{Unprompted: .64, Peer: .23, Prompted: .13, Known: 18214, All: 24102}}
	for week := weeks - 13; week < weeks; week++ {
		moves := view.WeekMoves{Monday: p.AsOf - orrery.Day(7*(weeks-1-week)+5)}
		for _, s := range w.around(id) {
			before, after := levelOf(float64(s.line[week-1])), levelOf(float64(s.line[week]))
			switch {
			case s.birth >= week:
			case after > before:
				moves.In++
			case after < before:
				moves.Out++
			}
		}
		t.Weeks = append(t.Weeks, moves)
	}
	for _, s := range w.around(id) {
		if s.row.Kind == orrery.Person {
			t.Gravity.Now += s.row.Closeness / 100
			t.Gravity.Before += s.row.Was / 100
		}
	}
	t.Gravity.Low, t.Gravity.High, t.Gravity.RhythmDays = t.Gravity.Now*.88, t.Gravity.Now*1.13, p.RhythmDays
	for preset, into := range map[view.Preset]*[]view.Row{view.Rising: &t.Rising, view.Drifting: &t.Drifting, view.New: &t.Newcomers} {
		rows := w.query(view.PeopleQuery{Planet: id, Preset: preset, Way: orrery.Strategies})
		*into = rows[:min(6, len(rows))]
		switch preset {
		case view.Rising:
			t.RisingN = len(rows)
		case view.Drifting:
			t.DriftingN = len(rows)
		default:
			t.NewcomersN = len(rows)
		}
	}
	return t, nil
}

// Map implements web.Reader.
func (w *World) Map(_ context.Context, id orrery.PlanetID) (*view.Map, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(id)
	if err != nil {
		return nil, err
	}
	return w.picture(p), nil
}

func (w *World) picture(p view.Planet) *view.Map {
	if m := w.pictures[p.ID]; m != nil {
		return m
	}
	var people []view.MapPerson
	for _, s := range w.around(p.ID) {
		if s.row.Kind != orrery.Person {
			continue
		}
		people = append(people, view.MapPerson{
			ID: s.row.ID, Name: s.row.Name, Closeness: s.row.Closeness, Level: s.row.Level, Was: s.row.Was, WasLevel: s.row.WasLevel,
			Reach: s.row.Reach, Way: s.row.Way, Sector: uint8(s.row.Way), Alike: s.alike, Newcomer: s.row.WasLevel == orrery.OutOfOrbit,
		})
	}
	var sectors []view.Sector
	for way := range orrery.Strategies {
		sectors = append(sectors, view.Sector{Way: way})
	}
	m := view.LayOut(p, people, sectors)
	w.pictures[p.ID] = m
	return m
}

// People implements web.Reader.
func (w *World) People(_ context.Context, q view.PeopleQuery) (view.PeoplePage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.planet(q.Planet); err != nil {
		return view.PeoplePage{}, err
	}
	rows := w.query(q)
	page := view.PeoplePage{Total: len(rows), Counts: map[view.Preset]int{}, Tags: w.tags}
	for _, p := range []view.Preset{view.Everyone, view.Rising, view.Drifting, view.New, view.Quiet, view.Others} {
		page.Counts[p] = len(w.query(view.PeopleQuery{Planet: q.Planet, Preset: p, Way: orrery.Strategies}))
	}
	from := 0
	if q.Cursor != "" {
		n, err := strconv.Atoi(q.Cursor)
		if err != nil || n < 0 || n > len(rows) {
			return view.PeoplePage{}, orrery.Errorf(orrery.Invalid, "this page of the list is not known: start at its first page")
		}
		from = n
	}
	to := len(rows)
	if q.Limit > 0 && from+q.Limit < to {
		to = from + q.Limit
		page.Next = strconv.Itoa(to)
	}
	page.Rows = rows[from:to]
	return page, nil
}

func (w *World) query(q view.PeopleQuery) []view.Row {
	planet, _ := w.planet(q.Planet)
	rows := []view.Row{}
	for _, s := range w.around(q.Planet) {
		r := s.row
		change := r.Closeness - r.Was
		person := r.Kind == orrery.Person && r.Level > orrery.OutOfOrbit
		fits := map[view.Preset]bool{
			view.Everyone: person,
			view.Rising:   person && change >= 5 && r.WasLevel != orrery.OutOfOrbit,
			view.Drifting: person && change <= -5,
			view.New:      person && r.FirstActive > planet.AsOf-30,
			view.Quiet:    person && r.Level >= orrery.Inner && r.LastActive < planet.AsOf-21,
			view.Others:   !person,
		}[q.Preset]
		switch {
		case !fits,
			q.Level != orrery.OutOfOrbit && q.Level != r.Level,
			q.Way != orrery.Strategies && q.Way != r.Way,
			q.Tag != "" && !slices.Contains(r.Tags, q.Tag),
			q.Search != "" && !strings.Contains(strings.ToLower(r.Name), strings.ToLower(q.Search)):
			continue
		}
		rows = append(rows, r)
	}
	switch q.Preset {
	case view.Rising:
		slices.SortStableFunc(rows, func(a, b view.Row) int { return cmp.Compare(b.Closeness-b.Was, a.Closeness-a.Was) })
	case view.Drifting:
		slices.SortStableFunc(rows, func(a, b view.Row) int { return cmp.Compare(a.Closeness-a.Was, b.Closeness-b.Was) })
	case view.New:
		slices.SortStableFunc(rows, func(a, b view.Row) int { return cmp.Compare(b.FirstActive, a.FirstActive) })
	}
	return rows
}

// Person implements web.Reader.
func (w *World) Person(_ context.Context, planet orrery.PlanetID, id orrery.MemberID, before string) (view.Person, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	pl, err := w.planet(planet)
	if err != nil {
		return view.Person{}, err
	}
	s := w.byID[id]
	if s == nil {
		return view.Person{}, orrery.Errorf(orrery.NotFound, "nobody here has the number %d", id)
	}
	day := pl.AsOf
	p := view.Person{Row: s.row, AsOf: day, RhythmDays: pl.RhythmDays, Years: float64(day-s.row.FirstActive) / 365, Notes: s.notes}
	for i := s.birth; i < weeks; i++ {
		p.Line = append(p.Line, view.LinePoint{Day: day - orrery.Day(7*(weeks-1-i)), Closeness: float64(s.line[i])})
	}
	h := int(mixed(uint64(id)))
	count := 3 + int(s.row.Closeness/6)
	for i := range count {
		way := s.row.Way
		if (h>>i)%3 == 0 {
			way = orrery.Strategy((h + i) % int(orrery.Strategies))
		}
		own := deeds[way]
		d := own[(h+i*5)%len(own)]
		at := day - orrery.Day(2+i*i*3+(h>>i)%5)
		if at < s.row.FirstActive {
			break
		}
		origin := []orrery.Origin{orrery.Unprompted, orrery.Unprompted, orrery.Peer, orrery.Prompted, orrery.OriginUnknown}[(h>>(i+3))%5]
		p.Timeline = append(p.Timeline, view.Happening{At: at.Time().Add(time.Duration(7+h>>i%9) * time.Hour % (24 * time.Hour)), Way: way, Origin: origin, Title: d.title, Kind: d.kind, Source: d.source, Count: 1 + (h>>i)%7/6*3, URL: []string{"", "https://forum.alder-bikes.example/t/142"}[i%2]})
		if at > day-364 && len(p.Marks) < 10 {
			p.Marks = append(p.Marks, view.Mark{Day: at, Way: way, Origin: origin, Title: d.title, Weight: d.weight, Label: i == 1 || i == 6})
		}
		p.Gave[way] += d.weight * (.6 + float64(i%3)/3)
		p.Got[way] += d.weight * float64(i%4) / 4
	}
	slices.Reverse(p.Marks)
	if before != "" {
		p.Timeline = p.Timeline[len(p.Timeline)/2:]
	} else if len(p.Timeline) > 8 {
		p.Older = "8"
	}
	p.Origins = view.Origins{Unprompted: count * 3, Peer: count, Prompted: count / 2, Unknown: count / 3}
	for i := range min(6, 1+int(s.row.Reach/6)) {
		o := w.people[(h>>i)%max(1, len(w.people)/6)]
		if o != s {
			p.Around = append(p.Around, view.Neighbour{ID: o.row.ID, Name: o.row.Name, Level: o.row.Level, Tie: 9 / float64(i+1), Why: language.N(14-2*i, "addressed each other 1 time", "addressed each other %d times")})
		}
	}
	p.Identities = s.identities(day)
	if h%2 == 0 && len(w.planets) > 1 {
		p.Elsewhere = []view.Orbit{{Planet: w.planets[len(w.planets)-1], Level: orrery.Outer, Closeness: 22}}
	}
	return p, nil
}

func (s *soul) identities(day orrery.Day) []view.Identity {
	handle := strings.ToLower(strings.ReplaceAll(s.row.Name, " ", "."))
	ids := []view.Identity{{ID: orrery.IdentityID(s.row.ID), Namespace: "global", Type: "email", Value: handle + "@post.example", Name: s.row.Name, Activities: 41, Last: day - 3}}
	if s.row.Closeness > 20 || len(s.merged) > 0 {
		ids[0].Evidence = []view.Evidence{{Kind: orrery.SameEmail, With: "login " + handle + " on forum", From: "forum", At: day.Time().AddDate(0, -7, 0)}}
		ids = append(ids,
			view.Identity{ID: orrery.IdentityID(s.row.ID) + 1, Namespace: "forum", Type: "login", Value: handle, Name: s.row.Name, Activities: 118, Last: day - 1, Evidence: []view.Evidence{{Kind: orrery.SameEmail, With: handle + "@post.example", From: "forum", At: day.Time().AddDate(0, -7, 0)}}},
			view.Identity{ID: orrery.IdentityID(s.row.ID) + 2, Namespace: "github.com", Type: "login", Value: handle + "-dev", Activities: 9, Last: day - 30, Evidence: []view.Evidence{{Kind: orrery.ManualMerge, With: "login " + handle + " on forum", From: "ines@alder-bikes.example", At: day.Time().AddDate(0, -2, 3)}}})
	}
	return ids
}

func mixed(x uint64) uint64 {
	x = (x + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	return (x ^ x>>31) >> 1
}
