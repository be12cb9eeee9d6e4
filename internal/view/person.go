package view

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
)

const (
	timelinePage = 40
	lineWeeks    = 52
	marksShown   = 12
	marksLabeled = 3
)

// Person tells all of one person around one planet. Every identity of a person
// finds them; the answer's ID says who it is.
func (d *Desk) Person(ctx context.Context, planet orrery.PlanetID, id orrery.MemberID, before string) (Person, error) {
	return d.PersonAsOf(ctx, planet, id, 0, before)
}

// PersonAsOf tells what Person told on a day (0: as screens answer), seen with
// today's identities, weights and fit. Notes, tags and organizations are today's.
func (d *Desk) PersonAsOf(ctx context.Context, planet orrery.PlanetID, id orrery.MemberID, asOf orrery.Day, before string) (Person, error) {
	record, err := d.planetByID(planet)
	if err != nil {
		return Person{}, err
	}
	if err := d.mayAsk(ctx, record, asOf); err != nil {
		return Person{}, err
	}
	var p Person
	ids, err := d.identities(ctx, id, &p)
	if err != nil {
		return Person{}, err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return Person{}, err
	}
	name := p.Name
	err = d.readOn(ctx, asOf, []orrery.MemberID{p.ID}, func(st *flow.State) error {
		p.AsOf, _ = d.day(st, planet, asOf)
		line, ok := rosterLine(st, record, p.ID, p.AsOf)
		if !ok && asOf != 0 {
			return RefuseDay("nobody had seen %s around %s by then: choose a later day", name, cmp.Or(record.Title, record.Slug))
		}
		if !ok {
			return orrery.Errorf(orrery.NotFound, "%s has no orbit around %s", name, cmp.Or(record.Title, record.Slug))
		}
		p.Row = line.row(tags)
		if m, ok := member(st, record, p.ID, p.AsOf); ok {
			p.Reasons = m.Reasons
		}
		if reading, ok := st.Engine.Read(field.Orbit{Member: p.ID, Planet: planet}, st.Forecast(record), p.AsOf); ok {
			f := st.Forecast(record).Closeness
			p.Moved, p.MonthAgo = moved(&f, &reading.Days, p.AsOf), 100*f.Chance(&reading.Days, p.AsOf-monthDays)
		}
		return nil
	})
	if err != nil {
		return Person{}, err
	}
	p.Name, p.RhythmDays = name, record.RhythmDays
	p.Years = float64(p.AsOf-p.FirstActive) / 365.25
	everywhere, err := d.system.Glances(ctx, ids, 0, 0, d.system.Now()+2)
	if err != nil {
		return Person{}, err
	}
	if viewer := orrery.ViewerOf(ctx); viewer.Limited() {
		everywhere = slices.DeleteFunc(everywhere, func(g flow.Glance) bool { return !viewer.Sees(g.Planet) })
		p.Identities = knownFrom(p.Identities, everywhere)
	}
	seen := around(planet, everywhere)
	if asOf != 0 {
		seen = slices.DeleteFunc(seen, func(a flow.Glance) bool { return a.Day > asOf })
	}
	tellByKind(&p.Member, seen, p.AsOf)
	p.Pushed = pushedBy(seen)
	for _, step := range []func() error{
		func() error { return d.addLine(ctx, record, seen, &p) },
		func() error { return d.addGiven(ctx, planet, asOf, &p) },
		func() error { return d.addYear(ctx, record, seen, asOf, &p) },
		func() error { return d.addTimeline(ctx, seen, before, &p) },
		func() error { return d.addNotes(ctx, ids, &p) },
		func() error { return d.addBelongs(ctx, everywhere, &p) },
		func() error { return d.addDoubts(ctx, planet, &p) },
		func() error { return d.addMeetings(ctx, record, asOf, &p) },
	} {
		if err := step(); err != nil {
			return Person{}, err
		}
	}
	return p, nil
}

// readOn hands fn a state in which some members can be read: today's, or one of
// them alone as of a day.
func (d *Desk) readOn(ctx context.Context, asOf orrery.Day, members []orrery.MemberID, fn func(*flow.State) error) error {
	if asOf == 0 {
		return d.system.Read(ctx, fn)
	}
	return d.system.ReadSome(ctx, members, asOf, fn)
}

// identities finds the person and how they are known.
func (d *Desk) identities(ctx context.Context, id orrery.MemberID, p *Person) ([]orrery.IdentityID, error) {
	var ids []orrery.IdentityID
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		m, ok := g.MemberOf(orrery.IdentityID(id))
		if !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
		}
		list := g.Of(m)
		p.ID, p.Name = m, cmp.Or(identity.Name(list), fmt.Sprintf("person %d", m))
		evidence := g.EvidenceOf(m)
		for _, i := range list {
			ids = append(ids, i.ID)
			entry := Identity{ID: i.ID, Namespace: i.Key.Namespace, Type: i.Key.Type, Value: i.Key.Value, Name: i.Name}
			for _, e := range evidence {
				if e.A != i.ID && e.B != i.ID {
					continue
				}
				other, _ := g.Identity(e.A + e.B - i.ID)
				entry.Evidence = append(entry.Evidence, Evidence{
					Kind: e.Kind, With: other.Key.Value, At: time.UnixMicro(e.AtMicros).UTC(),
				})
			}
			p.Identities = append(p.Identities, entry)
		}
		return nil
	})
	return ids, err
}

// addLine replays what the person did, week by week, and notes where they stood
// when the lists look back to.
func (d *Desk) addLine(ctx context.Context, planet orrery.Planet, seen []flow.Glance, p *Person) error {
	f, err := d.system.Forecast(ctx, planet)
	if err != nil {
		return err
	}
	then := p.AsOf - lookBack
	days := []orrery.Day{then}
	for w := range lineWeeks + 1 {
		days = append(days, p.AsOf-orrery.Day(7*w))
	}
	slices.Sort(days)
	orbit := field.Orbit{Member: p.ID, Planet: planet.ID}
	rows, rules := ownRows(orbit, seen)
	e := field.New(rules...)
	for _, day := range days {
		n, _ := slices.BinarySearchFunc(rows, day, func(r field.Row, day orrery.Day) int { return cmp.Compare(r.Day, day+1) })
		e.Apply(rows[:n])
		rows = rows[n:]
		reading, ok := e.Read(orbit, f, day)
		if !ok {
			reading = field.Reading{}
		}
		if day == then {
			p.Was, p.WasLevel = reading.Closeness, reading.Level
		}
		p.Line = append(p.Line, LinePoint{Day: day, Closeness: reading.Closeness, Level: reading.Level})
	}
	p.Life = life(seen, &f.Closeness, min(p.AsOf, d.system.Now()-1))
	return nil
}

// ownRows turns what somebody did, told newest first, into an engine's rows,
// oldest first. Received ones are left out: they bring nobody closer.
func ownRows(orbit field.Orbit, seen []flow.Glance) (rows []field.Row, rules []orrery.Rule) {
	index := map[string]uint16{}
	for _, a := range slices.Backward(seen) {
		if a.Received || a.Rule.WeightMilli == 0 && a.Rule.Valence == 0 { // the latter moves nothing
			continue
		}
		kind, ok := index[a.Kind]
		if !ok && len(rules) <= math.MaxUint16 {
			kind = uint16(len(rules))
			index[a.Kind] = kind
			rules = append(rules, a.Rule)
		}
		rows = append(rows, field.Row{
			Member: orbit.Member, Planet: orbit.Planet, Day: a.Day, Kind: kind, Origin: a.Origin, Valence: a.Valence,
		})
	}
	return rows, rules
}

func (d *Desk) addGiven(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, p *Person) error {
	return d.readOn(ctx, asOf, []orrery.MemberID{p.ID}, func(st *flow.State) error {
		for _, other := range d.system.Planets() {
			if other.Archived && other.ID != planet {
				continue
			}
			day, _ := d.day(st, other.ID, asOf)
			reading, ok := st.Engine.Read(field.Orbit{Member: p.ID, Planet: other.ID}, st.Forecast(other), day)
			switch {
			case !ok || !orrery.ViewerOf(ctx).Sees(other.ID):
			case other.ID == planet:
				p.Gave, p.Got = reading.Given, reading.Received
			case reading.HasCome:
				p.Elsewhere = append(p.Elsewhere, Orbit{
					Planet: Planet{ID: other.ID, Name: other.Slug, Title: other.Title, AsOf: day, RhythmDays: other.RhythmDays, Sample: other.Sample},
					Level:  reading.Level, Closeness: reading.Closeness,
				})
			}
		}
		return nil
	})
}

// addYear looks at what a person did and received: what brought the last year's
// activities about, what stands out of them, and who is around the person.
func (d *Desk) addYear(ctx context.Context, planet orrery.Planet, seen []flow.Glance, asOf orrery.Day, p *Person) error {
	used := map[orrery.IdentityID]*Identity{}
	for i := range p.Identities {
		used[p.Identities[i].ID] = &p.Identities[i]
	}
	var telling []flow.Glance
	days := map[orrery.Day]bool{}
	for _, a := range seen {
		if a.Received {
			continue
		}
		if i := used[a.Identity]; i != nil {
			i.Activities++
			i.Last = max(i.Last, a.Day)
		}
		if a.Day <= p.AsOf-365 {
			continue
		}
		switch a.Origin {
		case orrery.Unprompted:
			p.Origins.Unprompted++
		case orrery.Peer:
			p.Origins.Peer++
		case orrery.Prompted:
			p.Origins.Prompted++
		default:
			p.Origins.Unknown++
		}
		if a.Rule.Meaningful && !days[a.Day] {
			days[a.Day] = true
			telling = append(telling, a)
		}
	}
	slices.SortStableFunc(telling, func(a, b flow.Glance) int { return cmp.Compare(b.Rule.WeightMilli, a.Rule.WeightMilli) })
	telling = telling[:min(marksShown, len(telling))]
	done, err := d.system.Tell(ctx, telling)
	if err != nil {
		return err
	}
	for i, a := range telling {
		p.Marks = append(p.Marks, Mark{
			Day: a.Day, Way: a.Rule.Strategy, Origin: a.Origin, Title: title(&done[i]), Weight: float64(a.Rule.WeightMilli) / 1000,
		})
	}
	labelApart(p.Marks)
	slices.SortFunc(p.Marks, func(a, b Mark) int { return cmp.Compare(a.Day, b.Day) })
	return d.addAround(ctx, planet, seen, asOf, p)
}

// labelApart labels the weightiest marks that stand far enough from each other
// for their titles to be read.
func labelApart(marks []Mark) {
	const apart = 110 // days
	var labeled []orrery.Day
	for i := range marks {
		near := slices.ContainsFunc(labeled, func(d orrery.Day) bool { return marks[i].Day-d < apart && d-marks[i].Day < apart })
		if !near && len(labeled) < marksLabeled {
			marks[i].Label = true
			labeled = append(labeled, marks[i].Day)
		}
	}
}

// aroundShown is how many people around somebody are shown; aroundRead of how
// many of the strongest ties it is looked up, in the past, who they are.
const (
	aroundShown = 12
	aroundRead  = 18
)

// addTimeline reads one page of happenings. The cursor is the time of the
// oldest one shown, in microseconds.
func (d *Desk) addTimeline(ctx context.Context, seen []flow.Glance, before string, p *Person) error {
	until := (p.AsOf + 2).Time()
	if before != "" {
		at, err := strconv.ParseInt(before, 10, 64)
		if err != nil {
			return orrery.Errorf(orrery.Invalid, "this page of the timeline does not exist: start again from the newest")
		}
		until = time.UnixMicro(at)
	}
	first, _ := slices.BinarySearchFunc(seen, until.UnixMicro(), func(g flow.Glance, until int64) int {
		if g.AtMicros >= until {
			return -1
		}
		return 1
	})
	seen = seen[first:]
	done, err := d.system.Tell(ctx, seen[:min(timelinePage+1, len(seen))])
	if err != nil {
		return err
	}
	if len(done) > timelinePage {
		done = done[:timelinePage]
		p.Older = strconv.FormatInt(done[timelinePage-1].At.UnixMicro(), 10)
	}
	for _, a := range done {
		h := Happening{
			At: a.At, Way: a.Rule.Strategy, Origin: a.Origin, Title: title(&a), Kind: a.Kind, Source: a.Namespace, Count: 1,
		}
		if strings.HasPrefix(a.Object.URL, "https://") || strings.HasPrefix(a.Object.URL, "http://") {
			h.URL = a.Object.URL
		}
		if n := len(p.Timeline); n > 0 && p.Timeline[n-1].Title == h.Title && p.Timeline[n-1].Kind == h.Kind &&
			orrery.DayOf(p.Timeline[n-1].At) == orrery.DayOf(h.At) {
			p.Timeline[n-1].Count++
			continue
		}
		p.Timeline = append(p.Timeline, h)
	}
	return nil
}

func (d *Desk) addNotes(ctx context.Context, ids []orrery.IdentityID, p *Person) error {
	notes, err := d.system.Notes(ctx, ids)
	if err != nil {
		return err
	}
	for _, n := range notes {
		p.Notes = append(p.Notes, Note(n))
	}
	slices.SortStableFunc(p.Notes, func(a, b Note) int { return b.At.Compare(a.At) })
	return nil
}

// title tells an activity in words: what it was about, and what was done where
// the kind says it plainly.
func title(a *flow.Done) string {
	what := deed(a.Kind)
	about := cmp.Or(a.Object.Title, a.Object.ID)
	if a.Object.Title == "" && len(about) == 40 { // a commit's hash tells nobody anything
		about = about[:10]
	}
	if a.Quantity != 0 && a.Unit != "" {
		what += " (" + amount(a.Quantity, a.Unit) + ")"
	}
	switch {
	case a.Received && about != "":
		return fmt.Sprintf("%s, from %s: %s", what, cmp.Or(a.Actor.Name, "somebody"), about)
	case a.Received:
		return fmt.Sprintf("%s, from %s", what, cmp.Or(a.Actor.Name, "somebody"))
	case about != "":
		return what + ": " + about
	default:
		return what
	}
}

// deed turns a kind into words: "github.pull_request.opened" is "Pull request
// opened".
func deed(kind string) string {
	parts := strings.Split(kind, ".")
	if len(parts) > 1 {
		parts = parts[1:]
	}
	text := strings.ReplaceAll(strings.Join(parts, " "), "_", " ")
	if text == "" {
		return "Activity"
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func amount(quantity float64, unit string) string {
	if len(unit) == 3 && strings.ToUpper(unit) == unit { // money, in minor units
		return fmt.Sprintf("%.2f %s", quantity/100, unit)
	}
	return strconv.FormatFloat(quantity, 'g', 6, 64) + " " + unit
}
