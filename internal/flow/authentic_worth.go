package flow

import (
	"cmp"
	"context"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
)

// deed is an activity as weighing needs it.
type deed struct {
	identity orrery.IdentityID
	to       []orrery.IdentityID
	at       int64 // microseconds
	kind     uint16
	praise   bool
	origin   orrery.Origin
	valence  int8
}

// scales weigh what flagged activities are worth: they fold the people concerned
// with and without them into an engine of their own.
type scales struct {
	*looking
	deeds  map[orrery.MemberID][]deed // own and received
	kinds  []string
	rules  []orrery.Rule
	fits   field.Forecast
	now    float64 // the planet's gravity
	people map[orrery.MemberID][]orrery.IdentityID
}

// weigh fills in what is open and what was decided, with what it is worth.
func (l *looking) weigh(ctx context.Context, open []authentic.Flag, out *Authenticity) error {
	sc := &scales{looking: l, deeds: map[orrery.MemberID][]deed{}, fits: l.state.Forecast(l.planet)}
	err := l.system.Read(ctx, func(st *State) error {
		sc.now = st.Engine.Survey(l.planet.ID, sc.fits.Closeness, l.day, 0, st.IsPerson).Gravity.Expected
		return nil
	})
	if err != nil {
		return err
	}
	out.Gravity = sc.now
	asked := make([]Asked, 0, len(open))
	for i := range open {
		asked = append(asked, Asked{Flag: open[i], Counts: true})
	}
	for i := range l.decided.list {
		v := &l.decided.list[i]
		if members := l.membersOf(v); v.Planet == l.planet.ID && len(members) > 0 {
			f := authentic.Flag{Kind: v.Kind, Members: members, Activity: v.Activity, Reasons: []string{}}
			asked = append(asked, Asked{Flag: f, Verdict: v.Number, Counts: v.Counts})
		}
	}
	if err := sc.gather(ctx, asked); err != nil {
		return err
	}
	for i := range asked {
		sc.weigh(&asked[i])
	}
	out.Open, out.Decided = asked[:len(open):len(open)], asked[len(open):]
	return nil
}

// gather is the third pass: all that the flagged people did and were given.
func (sc *scales) gather(ctx context.Context, asked []Asked) error {
	wanted := map[orrery.MemberID]bool{}
	for i := range asked {
		for _, m := range asked[i].Members {
			wanted[m] = true
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	sc.people = sc.state.IdentitiesOf(wanted)
	numbers := map[string]uint16{}
	return sc.still.Replay(ctx, func(r *journal.Replayed) error {
		for row := range r.N {
			day := orrery.DayOfUnix(floorSeconds(r.AtMicros[row]))
			if r.Planet[row] != sc.planet.ID || !r.Counts(row) || day > sc.day {
				continue
			}
			actor := sc.state.member(r.Identity[row])
			to := r.To(row)
			about := wanted[actor]
			for _, id := range to {
				about = about || wanted[sc.state.member(id)]
			}
			if actor == 0 || !about {
				continue
			}
			name := r.Kinds[r.Kind[row]]
			kind, ok := numbers[name]
			if !ok && len(sc.rules) < maxKinds {
				kind = uint16(len(sc.rules))
				numbers[name], sc.kinds, sc.rules = kind, append(sc.kinds, name), append(sc.rules, sc.system.Catalogue().Lookup(name))
			}
			d := deed{
				identity: r.Identity[row], to: slices.Clone(to), at: r.AtMicros[row], kind: kind, origin: r.Origin[row],
				valence: r.Valence[row], praise: len(to) > 0 && isPraise(name, r.Valence[row]),
			}
			told := map[orrery.MemberID]bool{}
			if wanted[actor] {
				sc.deeds[actor] = append(sc.deeds[actor], d)
				told[actor] = true
			}
			for _, id := range to {
				if m := sc.state.member(id); wanted[m] && !told[m] {
					sc.deeds[m] = append(sc.deeds[m], d)
					told[m] = true
				}
			}
		}
		return nil
	})
}

// weigh tells what one flag, or one verdict, changes.
func (sc *scales) weigh(a *Asked) {
	with, without := sc.sides(a)
	engine := field.New(sc.rules...)
	moved := 0.
	for _, m := range a.Members {
		w := Worth{Member: m, With: sc.stands(engine, m, with)}
		if a.Kind != authentic.Program { // without all that a program does nothing is left
			w.Without = sc.stands(engine, m, without)
		}
		a.Worth = append(a.Worth, w)
		if sc.state.IsPerson(m) {
			moved += w.With.pull() - w.Without.pull()
		}
	}
	if a.Gravity, a.GravityWithout = sc.now, sc.now-moved; !a.Counts {
		a.Gravity, a.GravityWithout = sc.now+moved, sc.now
	}
	sc.exemplify(a)
}

// pull is what somebody adds to their planet's gravity.
func (s *Stands) pull() float64 {
	if s.Level == orrery.OutOfOrbit {
		return 0
	}
	return s.Closeness / 100
}

// sides returns what does not count with the flagged activities, and without them.
func (sc *scales) sides(a *Asked) (with, without *authentic.Uncounted) {
	v := authentic.Verdict{Number: a.Verdict, Kind: a.Kind, Planet: sc.planet.ID, Activity: a.Activity}
	for _, m := range a.Members {
		v.Identities = append(v.Identities, sc.people[m]...)
	}
	var others []authentic.Verdict
	for i := range sc.decided.list {
		if sc.decided.list[i].Number != a.Verdict {
			others = append(others, sc.decided.list[i])
		} else {
			v = sc.decided.list[i]
			v.Counts = false
		}
	}
	return authentic.NewUncounted(others), authentic.NewUncounted(append(others, v))
}

// stands reads somebody folded anew, without what does not count.
func (sc *scales) stands(engine *field.Engine, m orrery.MemberID, u *authentic.Uncounted) Stands {
	orbit := field.Orbit{Member: m, Planet: sc.planet.ID}
	var rows []field.Row
	for i := range sc.deeds[m] {
		rows = sc.rowsOf(rows, &sc.deeds[m][i], m, u)
	}
	engine.Replace(orbit, rows)
	defer engine.Remove(orbit)
	r, ok := engine.Read(orbit, sc.fits, sc.day)
	if !ok {
		return Stands{}
	}
	return Stands{
		Closeness: r.Closeness, Level: r.Level, Given: field.Sum(r.Given), Received: field.Sum(r.Received),
	}
}

// rowsOf turns a deed into rows of one member, as State.rows does.
func (sc *scales) rowsOf(rows []field.Row, d *deed, m orrery.MemberID, u *authentic.Uncounted) []field.Row {
	if u.Whole(sc.planet.ID, d.identity, sc.kinds[d.kind], d.praise, d.to) {
		return rows
	}
	actor := sc.state.member(d.identity)
	row := field.Row{
		Member: actor, Day: orrery.DayOfUnix(floorSeconds(d.at)), Planet: sc.planet.ID, Kind: d.kind, Origin: d.origin, Valence: d.valence,
	}
	for _, id := range d.to {
		if d.praise && u.Praises(sc.planet.ID, d.identity, id) {
			continue
		}
		if other := sc.state.member(id); other != 0 && other != actor {
			if row.With == 0 {
				row.With = other
			}
			if other == m {
				got := row
				got.Member, got.With, got.Receives = m, actor, true
				rows = append(rows, got)
			}
		}
	}
	if actor == m {
		rows = append(rows, row)
	}
	return rows
}

// exemplify counts the flagged activities and keeps the newest of them.
func (sc *scales) exemplify(a *Asked) {
	var list []Example
	for _, m := range a.Members {
		for i := range sc.deeds[m] {
			d := &sc.deeds[m][i]
			if sc.state.member(d.identity) != m {
				continue
			}
			e := Example{Member: m, Kind: sc.kinds[d.kind], Micros: d.at}
			switch {
			case a.Praise():
				if e.To = sc.praised(d, a.Members); e.To == 0 {
					continue
				}
			case a.Activity != "" && e.Kind != a.Activity:
				continue
			}
			a.Acts++
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(x, y Example) int {
		return cmp.Or(cmp.Compare(y.Micros, x.Micros), cmp.Compare(x.Member, y.Member), cmp.Compare(x.Kind, y.Kind))
	})
	a.Examples = slices.Clone(list[:min(mostExamples, len(list))])
}

// praised returns which of some members a deed praises, 0 for none.
func (sc *scales) praised(d *deed, members []orrery.MemberID) orrery.MemberID {
	if !d.praise {
		return 0
	}
	actor := sc.state.member(d.identity)
	for _, id := range d.to {
		if to := sc.state.member(id); to != actor && containsAll(members, []orrery.MemberID{to}) {
			return to
		}
	}
	return 0
}
