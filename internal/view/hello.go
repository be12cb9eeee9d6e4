package view

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/task"
)

// Cause is why somebody is worth a hello.
type Cause string

// The causes.
const (
	CauseDrift    Cause = "drifting" // moved away within a month, from near enough
	CauseQuiet    Cause = "quiet"    // near, and silent for longer than is usual for them
	CauseNewcomer Cause = "newcomer" // came once, or on two days, and has not come back yet
)

// Hello is somebody to whom a personal word may change something.
type Hello struct {
	Row
	Cause Cause
	Why   language.Text // told in words, with its figures

	// If is the closeness had they come today. Worth is what a word may change:
	// the points that a visit brings, by the chance that they would not have come
	// by themselves within the rhythm.
	If, Worth float64

	Greeted orrery.Day // when one of us last addressed them in the last fortnight; 0: nobody did
	ids     []orrery.IdentityID
}

// Task is the kind of task that a hello becomes.
func (h Hello) Task() task.Kind {
	if h.Cause == CauseNewcomer {
		return task.Welcome
	}
	return task.Hello
}

// Hellos is who is worth a hello, most worth first; whom one of us spoke to in
// the last fortnight stands last.
type Hellos struct {
	AsOf orrery.Day
	List []Hello
	Of   int // how many there are in all

	Precision Precision
}

// Precision is how often those who were flagged as drifting (or rising) in the past
// then did what that says: stayed away for the whole of the rhythm (or came on more
// days than before).
type Precision struct {
	Known     bool // the past is long enough to tell
	Rising    bool
	Flagged   int     // people, over all moments that were looked at
	Right     float64 // share of them, 0–1
	Low, High float64 // covers 95 %
	Base      float64 // the same of people who had been as near and were not flagged
}

// leastFlagged is how many must have been flagged for a share to say anything.
const leastFlagged = 20

// precision tells what is known of a planet's past; nothing where it was not
// reckoned yet.
func (d *Desk) precision(ctx context.Context, planet orrery.PlanetID, rising bool) Precision {
	trust, err := d.Trust(ctx, planet, 0)
	if err != nil || !trust.There {
		return Precision{}
	}
	r := trust.Drift
	if rising {
		r = trust.Rise
	}
	return Precision{r.Flagged >= leastFlagged, rising, r.Flagged, r.Precision, r.Low, r.High, r.BaseRate}
}

// explainMoves tells what moved people most within a month.
func (d *Desk) explainMoves(ctx context.Context, p orrery.Planet, asOf orrery.Day, rows []Row) error {
	members := make([]orrery.MemberID, len(rows))
	for i := range rows {
		members[i] = rows[i].ID
	}
	return d.readOn(ctx, asOf, members, func(st *flow.State) error {
		day, _ := d.day(st, p.ID, asOf)
		f := st.Forecast(p).Closeness
		for i := range rows {
			reading, ok := st.Engine.Read(field.Orbit{Member: rows[i].ID, Planet: p.ID}, st.Forecast(p), day)
			if !ok {
				continue
			}
			if reasons := moved(&f, &reading.Days, day); len(reasons) > 0 {
				by := 100 * (f.Chance(&reading.Days, day) - f.Chance(&reading.Days, day-monthDays))
				rows[i].Why = language.T("%+.0f in 30 days: %s", by, reasons[0].Term)
			} else {
				rows[i].Why = language.T("steady in the last 30 days")
			}
		}
		return nil
	})
}

const (
	hellosWeighed = 120 // looked at closely
	greetedDays   = 14
	newcomerDays  = 2 // at most so many days make a newcomer
	newcomerRests = 3 // days that a newcomer is left in peace
)

// Hellos lists who is worth a hello around a planet as of a day (0: as screens
// answer), n at most.
func (d *Desk) Hellos(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, n int) (Hellos, error) {
	r, err := d.rosterAsOf(ctx, planet, asOf)
	if err != nil {
		return Hellos{}, err
	}
	p, err := d.planetByID(planet)
	if err != nil {
		return Hellos{}, err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return Hellos{}, err
	}
	out := Hellos{AsOf: r.planet.AsOf, Of: len(r.hellos)}
	for _, at := range r.hellos[:min(hellosWeighed, len(r.hellos))] {
		line := &r.all[at]
		out.List = append(out.List, Hello{Row: line.row(tags), Cause: line.cause(out.AsOf), Worth: line.worth})
	}
	if err := d.explainHellos(ctx, p, asOf, &out); err != nil {
		return Hellos{}, err
	}
	if err := d.addGreeted(ctx, &out); err != nil {
		return Hellos{}, err
	}
	slices.SortStableFunc(out.List, func(a, b Hello) int {
		return cmp.Or(cmp.Compare(min(a.Greeted, 1), min(b.Greeted, 1)), cmp.Compare(b.Worth, a.Worth))
	})
	out.List = out.List[:min(n, len(out.List))]
	out.Precision = d.precision(ctx, planet, false)
	return out, nil
}

// cause tells why a person is worth a hello; empty: they are not.
func (p *person) cause(day orrery.Day) Cause {
	switch {
	case p.Kind != orrery.Person || p.Level == orrery.OutOfOrbit || p.Closeness == 0:
		return ""
	case p.days <= newcomerDays && day-p.first < monthDays:
		if day-p.came >= newcomerRests {
			return CauseNewcomer
		}
		return ""
	case p.drifts() && day-p.came < monthDays:
		return CauseDrift
	case p.Level >= orrery.Inner && p.gap > 0 && float64(day-p.came) > max(7, quietFactor*p.gap):
		return CauseQuiet
	case p.drifts() && day-p.came < 2*monthDays:
		return CauseDrift
	}
	return ""
}

// drifts says whether somebody moved away within a month, from near enough.
func (p *person) drifts() bool {
	return p.Drift <= -visibleDrift && max(p.Closeness, p.monthAgo) >= nearEnough
}

// addHellos cuts out who is worth a hello, most worth first.
func (r *roster) addHellos() {
	for i := range r.people() {
		if p := &r.all[i]; p.cause(r.planet.AsOf) != "" {
			r.hellos = append(r.hellos, int32(i))
		}
	}
	slices.SortFunc(r.hellos, func(a, b int32) int {
		return cmp.Or(cmp.Compare(r.all[b].worth, r.all[a].worth), cmp.Compare(r.all[a].ID, r.all[b].ID))
	})
}

// addWorth fills in what one visit would change.
func (p *person) addWorth(f *field.Fit, s *field.Series, day orrery.Day) {
	now, then := f.Once(s, day)
	p.worth = (then - now) * (1 - now/100)
	p.monthAgo = 100 * f.Chance(s, day-monthDays)
	p.days, p.came = recent(s, s.Last, 64), s.Last
}

// explainHellos tells why, from the state.
func (d *Desk) explainHellos(ctx context.Context, p orrery.Planet, asOf orrery.Day, out *Hellos) error {
	members := make([]orrery.MemberID, len(out.List))
	wanted := map[orrery.MemberID]bool{}
	for i := range out.List {
		members[i] = out.List[i].ID
		wanted[members[i]] = true
	}
	return d.readOn(ctx, asOf, members, func(st *flow.State) error {
		f := st.Forecast(p).Closeness
		ids := st.IdentitiesOf(wanted)
		for i := range out.List {
			h := &out.List[i]
			h.ids = ids[h.ID]
			reading, ok := st.Engine.Read(field.Orbit{Member: h.ID, Planet: p.ID}, st.Forecast(p), out.AsOf)
			if !ok {
				continue // merged since the list was made
			}
			_, h.If = f.Once(&reading.Days, out.AsOf)
			h.Why = why(h, &reading, out.AsOf)
		}
		return nil
	})
}

// why tells a cause with its figures.
func why(h *Hello, r *field.Reading, day orrery.Day) language.Text {
	ago := days(int(max(0, day-r.Days.Last)))
	switch h.Cause {
	case CauseNewcomer:
		if n := recent(&r.Days, r.Days.Last, 64); n > 1 {
			return language.T("new: came on %s, last %s ago", days(n), ago)
		}
		return language.T("new: came once, %s ago", ago)
	case CauseQuiet:
		n := recent(&r.Days, r.Days.Last, 64)
		return language.T("silent for %s; before that came on %s within nine weeks", ago, days(n))
	default:
		now := recent(&r.Days, day, monthDays)
		before := recent(&r.Days, day, 2*monthDays) - now
		switch {
		case now == 0:
			return language.T("last came %s ago, on %s of the 30 before that month", ago, days(before))
		case before > now:
			return language.T("came on %s of the last 30, on %d of the 30 before", days(now), before)
		}
		return language.T("last came %s ago, on %s of the last 60", ago, days(now+before))
	}
}

// addGreeted notes whom one of us addressed in the last fortnight.
func (d *Desk) addGreeted(ctx context.Context, out *Hellos) error {
	of := map[orrery.IdentityID]int{}
	var ids []orrery.IdentityID
	for i := range out.List {
		for _, id := range out.List[i].ids {
			of[id] = i
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	seen, err := d.system.Glances(ctx, ids, 0, out.AsOf-greetedDays+1, out.AsOf)
	if err != nil {
		return err
	}
	return d.system.Read(ctx, func(st *flow.State) error {
		for _, g := range seen {
			if !g.Received || int(g.Identity) >= len(st.Members) || st.Kind(st.Members[g.Identity]) != orrery.Teammate {
				continue
			}
			for _, id := range g.To {
				if i, ok := of[id]; ok {
					out.List[i].Greeted = max(out.List[i].Greeted, g.Day)
				}
			}
		}
		return nil
	})
}

// moved tells what moved a closeness within a month, in points that sum to the
// difference; terms that moved nothing are left out.
func moved(f *field.Fit, s *field.Series, day orrery.Day) []Reason {
	reasons, ok := f.Shift(s, day-monthDays, day)
	if !ok {
		return nil
	}
	var out []Reason
	for _, r := range reasons {
		if math.Abs(r.Points) < .05 {
			continue
		}
		out = append(out, Reason{Term: shiftTerm(r.Term, s, day), Points: r.Points})
	}
	slices.SortStableFunc(out, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Points), math.Abs(a.Points)) })
	return out
}

// shiftTerm tells a term of the fit as it stood and as it stands.
func shiftTerm(name string, s *field.Series, day orrery.Day) language.Text {
	then := day - monthDays
	switch name {
	case field.TermNames[field.Week]:
		return language.T("came on %s of the last 14, a month ago on %d of 14", days(recent(s, day, 14)), between(s, then, 14))
	case field.TermNames[field.Month]:
		return language.T("came on %s of the last 30, a month ago on %d of 30", days(recent(s, day, 30)), between(s, then, 30))
	case field.TermNames[field.Quarter]:
		return language.T("how often in the last quarter, older days counting less")
	case field.TermNames[field.Year]:
		return language.T("how often over the last years, older days counting less")
	case field.TermNames[field.Since]:
		return language.T("last came %s ago", days(int(max(0, day-s.Last))))
	default:
		return language.Name(name)
	}
}

// between counts the days in the n up to an earlier day, as far as the map of 64
// days reaches.
func between(s *field.Series, day orrery.Day, n int) int {
	reach := int(s.Last-day) + n
	if s.Last < day {
		return recent(s, day, n)
	}
	return recent(s, s.Last, min(64, reach)) - recent(s, s.Last, int(s.Last-day))
}
