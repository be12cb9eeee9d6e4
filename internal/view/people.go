package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/search"
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

// addLists cuts out the preset lists, each in its order, as places in r.all.
func (r *roster) addLists() {
	r.lists = map[Preset][]int32{}
	for _, preset := range []Preset{Everyone, Rising, Drifting, New, Quiet, Others} {
		var list []int32
		for i := range r.all {
			if r.all[i].in(preset, r.planet.AsOf) {
				list = append(list, int32(i))
			}
		}
		if by := order(preset); by != nil {
			slices.SortFunc(list, func(a, b int32) int { return by(&r.all[a], &r.all[b]) })
		}
		r.lists[preset] = list
	}
}

// People answers a query, one page at a time. Reasons are left out.
func (d *Desk) People(ctx context.Context, q PeopleQuery) (PeoplePage, error) {
	r, err := d.rosterAsOf(ctx, q.Planet, q.AsOf)
	if err != nil {
		return PeoplePage{}, err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return PeoplePage{}, err
	}
	start := 0
	if q.Cursor != "" {
		if start, err = strconv.Atoi(q.Cursor); err != nil || start < 0 {
			return PeoplePage{}, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	matching, err := d.matching(ctx, r, &q, tags)
	if err != nil {
		return PeoplePage{}, err
	}
	page := PeoplePage{Total: len(matching), Tags: tags.known, Visitors: r.visitors, Counts: map[Preset]int{}}
	for preset, list := range r.lists {
		page.Counts[preset] = len(list)
	}
	page.Circles = r.circles.named()
	end := len(matching)
	if q.Limit > 0 {
		end = min(end, start+q.Limit)
	}
	for _, at := range matching[min(start, len(matching)):end] {
		page.Rows = append(page.Rows, r.all[at].row(tags))
	}
	if end < len(matching) {
		page.Next = strconv.Itoa(end)
	}
	if q.Preset == Rising || q.Preset == Drifting {
		p, err := d.planetByID(q.Planet)
		if err != nil {
			return PeoplePage{}, err
		}
		page.Precision = d.precision(ctx, q.Planet, q.Preset == Rising)
		if q.Limit > 0 { // exports have no words
			if err := d.explainMoves(ctx, p, q.AsOf, page.Rows); err != nil {
				return PeoplePage{}, err
			}
		}
	}
	return page, nil
}

// EachPerson hands over everybody whom a query finds, in its order, one after the
// other; its cursor and limit are not read.
func (d *Desk) EachPerson(ctx context.Context, q PeopleQuery, fn func(*Row) error) error {
	r, err := d.rosterAsOf(ctx, q.Planet, q.AsOf)
	if err != nil {
		return err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return err
	}
	matching, err := d.matching(ctx, r, &q, tags)
	if err != nil {
		return err
	}
	for _, at := range matching {
		row := r.all[at].row(tags)
		if err := fn(&row); err != nil {
			return err
		}
	}
	return nil
}

// matching lists the places in r.all that a query finds, in its order.
func (d *Desk) matching(ctx context.Context, r *roster, q *PeopleQuery, tags *tagBook) ([]int32, error) {
	list := r.lists[cmp.Or(q.Preset, Everyone)]
	text := strings.TrimSpace(q.Search)
	if q.Level == orrery.OutOfOrbit && q.Way == orrery.Strategies && q.Tag == "" && q.Circle == 0 && q.List == 0 && text == "" {
		return list, nil
	}
	var found search.Found
	if text != "" {
		var err error
		if found, err = d.find(ctx, r, text, !q.NoAddresses && orrery.ViewerOf(ctx).Addresses, len(r.all)+1); err != nil {
			return nil, err
		}
	}
	var put map[int32]bool
	if q.List != 0 {
		var err error
		if put, err = d.putOn(ctx, r, q.List); err != nil {
			return nil, err
		}
	}
	if q.Circle != 0 && r.circles == nil {
		return nil, nil // nothing is known of circles on that day
	}
	circle := r.circles.placeOf(q.Circle - 1)
	var matching []int32
	for _, at := range list {
		if (text != "" && !found.Has(int(at))) || (q.List != 0 && !put[at]) {
			continue
		}
		p := &r.all[at]
		if (q.Level != orrery.OutOfOrbit && p.Level != q.Level) || (q.Way != orrery.Strategies && p.way != q.Way) ||
			(q.Tag != "" && !slices.Contains(tags.of[p.ID], q.Tag)) || (q.Circle != 0 && r.circles.of[p.ID] != circle) {
			continue
		}
		matching = append(matching, at)
	}
	return matching, nil
}

const todayRows = 6

// Today tells what changed around a planet. Reasons are left out.
func (d *Desk) Today(ctx context.Context, planet orrery.PlanetID) (Today, error) {
	return d.TodayAsOf(ctx, planet, 0)
}

// TodayAsOf tells what Today told on a day (0: as screens answer), seen with
// today's people, weights and fit.
func (d *Desk) TodayAsOf(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day) (Today, error) {
	r, err := d.rosterAsOf(ctx, planet, asOf)
	if err != nil {
		return Today{}, err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return Today{}, err
	}
	t := Today{AsOf: r.planet.AsOf, Gravity: r.now, Pull: r.pull, Weeks: r.weeks, Bands: r.bands, Sectors: r.chart.Sectors}
	for _, part := range []struct {
		preset Preset
		rows   *[]Row
		n      *int
	}{{Rising, &t.Rising, &t.RisingN}, {Drifting, &t.Drifting, &t.DriftingN}, {New, &t.Newcomers, &t.NewcomersN}} {
		list := r.lists[part.preset]
		*part.n = len(list)
		for _, at := range list[:min(todayRows, len(list))] {
			*part.rows = append(*part.rows, r.all[at].row(tags))
		}
	}
	return t, nil
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
	return d.MapAsOf(ctx, planet, 0)
}

// MapAsOf returns the picture as of a day (0: as screens answer); it replays the
// 90 days before that.
func (d *Desk) MapAsOf(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day) (*Map, error) {
	r, err := d.rosterAsOf(ctx, planet, asOf)
	if err != nil {
		return nil, err
	}
	p, err := d.planetByID(planet)
	if err != nil {
		return nil, err
	}
	return d.withPartners(ctx, p, asOf, r.chart)
}

// cohort puts people who came in the same month together, for as long as nothing
// is known of circles: those who arrive together often came for the same thing.
func cohort(first orrery.Day) uint64 {
	at := first.Time()
	return uint64(12*at.Year()) + uint64(at.Month())
}

// drawn lays the map out.
func (r *roster) drawn() *Map {
	used := [orrery.Strategies]bool{}
	people := make([]MapPerson, r.orbits)
	for i := range people {
		p := &r.all[i]
		used[p.way] = true
		people[i] = MapPerson{
			ID: p.ID, Name: p.Name, Closeness: p.Closeness, Level: p.Level, Was: p.was, WasLevel: p.wasLevel,
			Reach: p.Reach, Way: p.way, Alike: cohort(p.first), Newcomer: r.planet.AsOf-p.first < lookBack,
		}
	}
	sectors := r.circles.sectors(people)
	if sectors == nil {
		sectors = waySectors(people, used)
	}
	chart := LayOut(r.planet, people, sectors)
	chart.Bands = r.bands // who left for good is on no map, but counts
	return chart
}

// waySectors gives each way to belong that somebody uses its room.
func waySectors(people []MapPerson, used [orrery.Strategies]bool) (sectors []Sector) {
	var place [orrery.Strategies]uint8
	for way := range orrery.Strategies {
		if used[way] {
			place[way] = uint8(len(sectors))
			sectors = append(sectors, Sector{Way: way})
		}
	}
	for i := range people {
		people[i].Sector = place[people[i].Way]
	}
	return sectors
}
