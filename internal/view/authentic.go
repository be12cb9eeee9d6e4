package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/study"
)

// authenticityVersion is raised whenever flow.Authenticity changes its shape or
// meaning, or flags are raised for other reasons.
const authenticityVersion = 1

func (d *Desk) authenticityStudy() study.Study {
	return study.Study{Name: "authenticity", Version: authenticityVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		var day orrery.Day
		err := d.system.Read(ctx, func(st *flow.State) error {
			day, _ = d.day(st, p.ID, 0)
			return nil
		})
		if err != nil {
			return nil, err
		}
		return d.system.Authenticity(ctx, p, day)
	}}
}

// Authenticity tells whether what is done around a planet is real: what was
// reckoned last, at once or after so much patience at most, less what was decided
// since.
func (d *Desk) Authenticity(ctx context.Context, planet orrery.PlanetID, patience time.Duration) (Authentic, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Authentic{}, err
	}
	r, err := study.Get[flow.Authenticity](ctx, d.shelf, "authenticity", p, patience)
	if err != nil {
		return Authentic{}, err
	}
	out := Authentic{There: r.There, Making: r.Making, Made: r.Made}
	if err := d.sift(ctx, p, &r.Value, 0, &out); err != nil {
		return Authentic{}, err
	}
	return out, nil
}

// sift tells what was found and what was decided, with names; only: what one
// person is part of.
func (d *Desk) sift(ctx context.Context, p orrery.Planet, found *flow.Authenticity, only orrery.MemberID, out *Authentic) error {
	verdicts, err := d.system.Verdicts(ctx)
	if err != nil {
		return err
	}
	verdicts = slices.DeleteFunc(verdicts, func(v authentic.Verdict) bool { return v.Planet != p.ID })
	open := found.Open
	if only != 0 {
		open = slices.DeleteFunc(slices.Clone(open), func(a flow.Asked) bool {
			return a.Kind == authentic.Program || !slices.Contains(a.Members, only)
		})
		if len(open)+len(verdicts) == 0 {
			return nil
		}
	}
	out.AsOf, out.Gravity, out.People, out.Praises, out.More = found.AsOf, found.Gravity, found.People, found.Praises, found.More
	wanted, known := map[orrery.MemberID]bool{}, map[orrery.MemberID]string{}
	err = d.system.Graph(ctx, func(g *identity.Graph) error {
		marked, members := g.MarkedMembers(), g.Members()
		var made []ruled
		for i := range verdicts {
			r := ruled{&verdicts[i], membersOf(&verdicts[i], members)}
			if len(r.members) > 0 && (only == 0 || slices.Contains(r.members, only)) {
				made = append(made, r)
			}
		}
		for i := range open {
			a := &open[i]
			if a.Kind == authentic.Program && marked[a.Members[0]] || slices.ContainsFunc(made, func(r ruled) bool { return r.covers(&a.Flag) }) {
				continue
			}
			out.Open = append(out.Open, doubt(a))
		}
		for _, r := range slices.Backward(made) {
			out.Decided = append(out.Decided, r.doubt(found))
		}
		if only == 0 {
			out.Decided = append(out.Decided, programs(marked, g.Others())...)
		}
		for _, list := range [][]Doubt{out.Open, out.Decided} {
			for i := range list {
				for _, m := range list[i].Members {
					wanted[m] = true
				}
			}
		}
		if len(wanted) > 0 {
			known = g.Names(wanted)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if only == 0 {
		if err := d.weighMarked(ctx, p, out); err != nil {
			return err
		}
	}
	for _, list := range [][]Doubt{out.Open, out.Decided} {
		for i := range list {
			list[i].call(known)
		}
	}
	return nil
}

// programs are those who were said to be programs by hand.
func programs(marked map[orrery.MemberID]bool, others map[orrery.MemberID]orrery.MemberKind) (list []Doubt) {
	for _, m := range sortedMembers(marked) {
		if others[m] == orrery.Bot {
			list = append(list, Doubt{Flag: authentic.Flag{Kind: authentic.Program, Members: []orrery.MemberID{m}}, Marked: true})
		}
	}
	return list
}

// weighMarked tells what those who were said to be programs would add to the
// planet, and leaves out those who do not orbit it.
func (d *Desk) weighMarked(ctx context.Context, p orrery.Planet, out *Authentic) error {
	return d.system.Read(ctx, func(st *flow.State) error {
		day, _ := d.day(st, p.ID, 0)
		forecast := st.Forecast(p)
		gravity := st.Engine.Survey(p.ID, forecast.Closeness, day, 0, st.IsPerson).Gravity.Expected
		out.Decided = slices.DeleteFunc(out.Decided, func(a Doubt) bool {
			_, known := st.Engine.Cell(field.Orbit{Member: a.Members[0], Planet: p.ID})
			return a.Marked && !known
		})
		for i := range out.Decided {
			a := &out.Decided[i]
			if !a.Marked {
				continue
			}
			r, _ := st.Engine.Read(field.Orbit{Member: a.Members[0], Planet: p.ID}, forecast, day)
			stands := flow.Stands{Closeness: r.Closeness, Level: r.Level, Given: field.Sum(r.Given), Received: field.Sum(r.Received)}
			a.Who = []DoubtedPerson{{ID: a.Members[0], With: stands}}
			a.Weighed, a.Gravity, a.Without = true, gravity, gravity
			if stands.Level != orrery.OutOfOrbit {
				a.Gravity += stands.Closeness / 100
			}
		}
		return nil
	})
}

// ruled is a verdict with whom it is about by now.
type ruled struct {
	*authentic.Verdict
	members []orrery.MemberID
}

func membersOf(v *authentic.Verdict, members []orrery.MemberID) []orrery.MemberID {
	set := map[orrery.MemberID]bool{}
	for _, id := range v.Identities {
		if int(id) < len(members) && members[id] != 0 {
			set[members[id]] = true
		}
	}
	return sortedMembers(set)
}

func sortedMembers[V any](set map[orrery.MemberID]V) []orrery.MemberID {
	list := make([]orrery.MemberID, 0, len(set))
	for m := range set {
		list = append(list, m)
	}
	slices.Sort(list)
	return list
}

// covers says whether a flag was decided with a verdict.
func (r ruled) covers(f *authentic.Flag) bool {
	if r.Kind != f.Kind || r.Activity != f.Activity {
		return false
	}
	return !slices.ContainsFunc(f.Members, func(m orrery.MemberID) bool { return !slices.Contains(r.members, m) })
}

// doubt tells a verdict with what it changed: as it was reckoned since, or as it
// was foretold.
func (r ruled) doubt(found *flow.Authenticity) Doubt {
	for i := range found.Decided {
		if a := &found.Decided[i]; a.Verdict == r.Number {
			return doubt(a)
		}
	}
	for i := range found.Open {
		if a := &found.Open[i]; r.covers(&a.Flag) {
			d := doubt(a)
			d.Verdict, d.Counts = r.Number, r.Counts
			return d
		}
	}
	return Doubt{Flag: authentic.Flag{Kind: r.Kind, Members: r.members, Activity: r.Activity}, Verdict: r.Number, Counts: r.Counts}
}

func doubt(a *flow.Asked) Doubt {
	d := Doubt{
		Flag: a.Flag, Verdict: a.Verdict, Counts: a.Counts, Acts: a.Acts, Weighed: true, Gravity: a.Gravity, Without: a.GravityWithout,
	}
	for _, w := range a.Worth {
		d.Who = append(d.Who, DoubtedPerson{ID: w.Member, With: w.With, Without: w.Without})
	}
	for _, e := range a.Examples {
		at := time.UnixMicro(e.Micros).UTC()
		d.Examples = append(d.Examples, DoubtedAct{
			Who: e.Member, To: e.To, Kind: e.Kind, At: at, Before: strconv.FormatInt(e.Micros+1, 10),
		})
	}
	return d
}

// call fills in names.
func (a *Doubt) call(names map[orrery.MemberID]string) {
	if a.Who == nil {
		for _, m := range a.Members {
			a.Who = append(a.Who, DoubtedPerson{ID: m})
		}
	}
	for i := range a.Who {
		a.Who[i].Name = names[a.Who[i].ID]
	}
	for i := range a.Examples {
		e := &a.Examples[i]
		e.Name = names[e.Who]
		if e.To != 0 {
			e.ToName = cmp.Or(names[e.To], "somebody")
		}
	}
}

// addDoubts tells on a person's page what is asked and what was decided about
// them, without waiting for a reckoning.
func (d *Desk) addDoubts(ctx context.Context, planet orrery.PlanetID, p *Person) error {
	record, err := d.planetByID(planet)
	if err != nil {
		return err
	}
	r, err := study.Get[flow.Authenticity](ctx, d.shelf, "authenticity", record, 0)
	if err != nil {
		return err
	}
	var mine Authentic
	if err := d.sift(ctx, record, &r.Value, p.ID, &mine); err != nil {
		return err
	}
	p.Doubts, p.Ruled = mine.Open, mine.Decided
	return nil
}
