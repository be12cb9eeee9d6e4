package view

import (
	"context"
	"slices"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/purpose"
)

// seen returns the purposes of which who asks sees every planet.
func seen(ctx context.Context, list []purpose.Purpose) []purpose.Purpose {
	viewer := orrery.ViewerOf(ctx)
	return slices.DeleteFunc(list, func(p purpose.Purpose) bool { return viewer.OnEach(p.Planets...).Role == orrery.NoRole })
}

// sight tells viewers apart who see different planets, for what is kept for them.
func sight(ctx context.Context) string {
	viewer := orrery.ViewerOf(ctx)
	if !viewer.Limited() {
		return ""
	}
	text := " of"
	for _, g := range viewer.Access {
		text += " " + strconv.Itoa(int(g.Planet))
	}
	return text
}

// PlanetsOf returns the planets around which something of a person is known, by
// number. NotFound where there is no such person.
func (d *Desk) PlanetsOf(ctx context.Context, id orrery.MemberID) (planets []orrery.PlanetID, err error) {
	err = d.system.Graph(ctx, func(g *identity.Graph) error {
		m, ok := g.MemberOf(orrery.IdentityID(id))
		if !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
		}
		id = m
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.system.Read(ctx, func(st *flow.State) error {
		for _, p := range d.system.Planets() {
			if _, ok := st.Engine.Read(field.Orbit{Member: id, Planet: p.ID}, st.Forecast(p), d.system.Now()); ok {
				planets = append(planets, p.ID)
			}
		}
		return nil
	})
	return planets, err
}

// knownFrom keeps the identities of a person that whoever saw these activities may
// know: those that acted in them, and the addresses that a source stated of those.
func knownFrom(list []Identity, seen []flow.Glance) []Identity {
	acted := map[orrery.IdentityID]bool{}
	for i := range seen {
		acted[seen[i].Identity] = true
	}
	known := map[string]bool{}
	for i := range list {
		if acted[list[i].ID] {
			for _, e := range list[i].Evidence {
				known[e.With] = known[e.With] || e.Kind == orrery.SameEmail
			}
		}
	}
	var kept []Identity
	for _, one := range list {
		if acted[one.ID] || one.Type == orrery.TypeEmail && known[one.Value] {
			kept = append(kept, one)
		}
	}
	values := map[string]bool{}
	for i := range kept {
		values[kept[i].Value] = true
	}
	for i := range kept {
		kept[i].Evidence = slices.DeleteFunc(kept[i].Evidence, func(e Evidence) bool { return !values[e.With] })
	}
	return kept
}
