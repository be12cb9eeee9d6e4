package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

// visibleMove is by how many points of closeness somebody must have moved since
// screens look back to (90 days) to stand in the lists of who rises and drifts.
const visibleMove = 5

// quietFactor: somebody near is quiet after so many times their usual gap.
const quietFactor = 3

// in says whether a person belongs to a preset list on a day.
func (p *person) in(preset Preset, day orrery.Day) bool {
	if p.Kind != orrery.Person || p.Level == orrery.OutOfOrbit {
		return preset == Others
	}
	switch preset {
	case Everyone:
		return true
	case Rising:
		return p.Closeness-p.was >= visibleMove && day-p.first >= lookBack // who is new stands in New
	case Drifting:
		return p.was-p.Closeness >= visibleMove
	case New:
		return day-p.first < monthDays
	case Quiet:
		return p.Level >= orrery.Inner && p.gap > 0 && float64(day-p.LastActive) > max(7, quietFactor*p.gap)
	default:
		return false
	}
}

func order(preset Preset) func(a, b *person) int {
	switch preset {
	case Rising:
		return func(a, b *person) int {
			return cmp.Or(cmp.Compare(b.Closeness-b.was, a.Closeness-a.was), cmp.Compare(a.ID, b.ID))
		}
	case Drifting:
		return func(a, b *person) int {
			return cmp.Or(cmp.Compare(a.Closeness-a.was, b.Closeness-b.was), cmp.Compare(a.ID, b.ID))
		}
	case New:
		return func(a, b *person) int { return cmp.Or(cmp.Compare(b.first, a.first), cmp.Compare(a.ID, b.ID)) }
	case Quiet:
		return func(a, b *person) int {
			return cmp.Or(cmp.Compare(a.LastActive, b.LastActive), cmp.Compare(a.ID, b.ID))
		}
	default:
		return nil // as the roster has them: nearest first
	}
}

// list returns the people of a preset, in its order.
func (r *roster) list(preset Preset) []*person {
	from := r.people
	if preset == Others {
		from = r.others
	}
	var list []*person
	for i := range from {
		if p := &from[i]; p.in(preset, r.planet.AsOf) {
			list = append(list, p)
		}
	}
	if by := order(preset); by != nil {
		slices.SortFunc(list, by)
	}
	return list
}

// People answers a query, one page at a time.
func (d *Desk) People(ctx context.Context, q PeopleQuery) (PeoplePage, error) {
	r, err := d.roster(ctx, q.Planet)
	if err != nil {
		return PeoplePage{}, err
	}
	preset := cmp.Or(q.Preset, Everyone)
	start := 0
	if q.Cursor != "" {
		if start, err = strconv.Atoi(q.Cursor); err != nil || start < 0 {
			return PeoplePage{}, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	search := strings.ToLower(strings.TrimSpace(q.Search))
	var matching []*person
	for _, p := range r.list(preset) {
		if (q.Level != orrery.OutOfOrbit && p.Level != q.Level) || (q.Way != orrery.Strategies && p.way != q.Way) ||
			(q.Tag != "" && !slices.Contains(r.tags[p.ID], q.Tag)) || (search != "" && !strings.Contains(r.found[p.ID], search)) {
			continue
		}
		matching = append(matching, p)
	}
	page := PeoplePage{Total: len(matching), Tags: r.known, Counts: map[Preset]int{}}
	for _, other := range []Preset{Everyone, Rising, Drifting, New, Quiet, Others} {
		page.Counts[other] = r.count(other)
	}
	end := len(matching)
	if q.Limit > 0 {
		end = min(end, start+q.Limit)
	}
	for _, p := range matching[min(start, len(matching)):end] {
		page.Rows = append(page.Rows, r.row(p))
	}
	if end < len(matching) {
		page.Next = strconv.Itoa(end)
	}
	return page, d.explain(ctx, r.planet, page.Rows)
}

func (r *roster) count(preset Preset) int {
	from, n := r.people, 0
	if preset == Others {
		return len(r.others)
	}
	for i := range from {
		if from[i].in(preset, r.planet.AsOf) {
			n++
		}
	}
	return n
}

// explain fills in the reasons of some rows: too much to keep for everybody.
func (d *Desk) explain(ctx context.Context, planet Planet, rows []Row) error {
	p, err := d.planetByID(planet.ID)
	if err != nil {
		return err
	}
	return d.system.Read(ctx, func(st *flow.State) error {
		for i := range rows {
			if m, ok := member(st, p, rows[i].ID, planet.AsOf); ok {
				rows[i].Reasons = m.Reasons
			}
		}
		return nil
	})
}

const todayRows = 6

// Today tells what changed around a planet.
func (d *Desk) Today(ctx context.Context, planet orrery.PlanetID) (Today, error) {
	r, err := d.roster(ctx, planet)
	if err != nil {
		return Today{}, err
	}
	chart := r.drawn()
	t := Today{AsOf: r.planet.AsOf, Gravity: r.now, Weeks: r.weeks, Bands: r.bands, Sectors: chart.Sectors}
	for _, part := range []struct {
		preset Preset
		rows   *[]Row
		n      *int
	}{{Rising, &t.Rising, &t.RisingN}, {Drifting, &t.Drifting, &t.DriftingN}, {New, &t.Newcomers, &t.NewcomersN}} {
		list := r.list(part.preset)
		*part.n = len(list)
		for _, p := range list[:min(todayRows, len(list))] {
			*part.rows = append(*part.rows, r.row(p))
		}
		if err := d.explain(ctx, r.planet, *part.rows); err != nil {
			return Today{}, err
		}
	}
	t.Pull, err = d.pull(ctx, r)
	return t, err
}

// pull tells what brought the last 90 days' activities about.
func (d *Desk) pull(ctx context.Context, r *roster) (PullShare, error) {
	origins, err := d.system.Origins(ctx, r.planet.ID, r.planet.AsOf-lookBack+1, r.planet.AsOf)
	if err != nil {
		return PullShare{}, err
	}
	share := PullShare{}
	for origin, n := range origins {
		share.All += n
		if orrery.Origin(origin) != orrery.OriginUnknown {
			share.Known += n
		}
	}
	if share.Known > 0 {
		known := float64(share.Known)
		share.Unprompted = float64(origins[orrery.Unprompted]) / known
		share.Peer = float64(origins[orrery.Peer]) / known
		share.Prompted = float64(origins[orrery.Prompted]) / known
	}
	return share, nil
}

// Map returns the picture of everybody in orbit around a planet.
func (d *Desk) Map(ctx context.Context, planet orrery.PlanetID) (*Map, error) {
	r, err := d.roster(ctx, planet)
	if err != nil {
		return nil, err
	}
	return r.drawn(), nil
}

// cohort puts people who came in the same month together, for as long as nothing
// is known of circles: those who arrive together often came for the same thing.
func cohort(first orrery.Day) uint64 {
	at := first.Time()
	return uint64(12*at.Year()) + uint64(at.Month())
}

// drawn lays the map out, once.
func (r *roster) drawn() *Map {
	r.mapOnce.Do(func() {
		sectors := make([]Sector, orrery.Strategies)
		for way := range orrery.Strategies {
			sectors[way].Way = way
		}
		used := [orrery.Strategies]bool{}
		people := make([]MapPerson, len(r.people))
		for i := range r.people {
			p := &r.people[i]
			used[p.way] = true
			people[i] = MapPerson{
				ID: p.ID, Name: p.Name, Closeness: p.Closeness, Level: p.Level, Was: p.was, WasLevel: p.wasLevel,
				Reach: p.Reach, Way: p.way, Sector: uint8(p.way), Alike: cohort(p.first),
				Newcomer: r.planet.AsOf-p.first < lookBack,
			}
		}
		// A way that nobody uses gets no room.
		var kept []Sector
		var place [orrery.Strategies]uint8
		for way := range orrery.Strategies {
			if used[way] {
				place[way] = uint8(len(kept))
				kept = append(kept, sectors[way])
			}
		}
		for i := range people {
			people[i].Sector = place[people[i].Way]
		}
		r.chart = LayOut(r.planet, people, kept)
	})
	return r.chart
}
