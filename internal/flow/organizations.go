package flow

import (
	"cmp"
	"context"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
)

// Organization is a group of people, with how close they are to a planet.
type Organization struct {
	identity.Organization
	Current   int     // people who still belong
	InOrbit   int     // of them, around the planet
	Closeness float64 // sum over those in orbit, 0–100 each
}

// Organizations lists the organizations that people belong to, by the sum of
// their closeness to a planet (0: without any). Teammates are left out of the
// sum.
func (s *System) Organizations(ctx context.Context, planet orrery.Planet) ([]Organization, error) {
	when, err := s.seen(ctx)
	if err != nil {
		return nil, err
	}
	var found []identity.Organization
	err = s.Graph(ctx, func(g *identity.Graph) error {
		found = g.Organizations(when.of)
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]Organization, len(found))
	err = s.Read(ctx, func(st *State) error {
		closeness := map[orrery.MemberID]float64{}
		if planet.ID != 0 {
			for standing := range st.Engine.Standings(planet.ID, st.Forecast(planet).Closeness, s.answerDay(st, planet.ID), st.IsPerson) {
				if standing.Level != orrery.OutOfOrbit {
					closeness[standing.Member] = standing.Closeness
				}
			}
		}
		for i := range found {
			o := Organization{Organization: found[i]}
			for _, p := range o.People {
				if p.Until != 0 {
					continue
				}
				o.Current++
				if near, ok := closeness[p.Member]; ok {
					o.InOrbit++
					o.Closeness += near
				}
			}
			list[i] = o
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b Organization) int {
		return cmp.Or(cmp.Compare(b.Closeness, a.Closeness), cmp.Compare(b.Current, a.Current), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// answerDay is the day as of which a planet is answered for: today, or the day of
// its newest activity where that is long ago.
func (s *System) answerDay(st *State, planet orrery.PlanetID) orrery.Day {
	const staleDays = 60
	today := s.Now()
	if newest, ok := st.Newest[planet]; ok && today-newest > staleDays {
		return newest
	}
	return today
}

// OrganizationsOf lists the organizations of one person, the latest first. seen
// is what they did, as Glances tells it.
func (s *System) OrganizationsOf(ctx context.Context, m orrery.MemberID, seen []Glance) ([]identity.Organization, error) {
	of := map[orrery.IdentityID]identity.Span{}
	for i := range seen {
		if seen[i].Received {
			continue
		}
		id, day := seen[i].Identity, seen[i].Day
		span, ok := of[id]
		if !ok {
			span = identity.Span{First: day, Last: day}
		}
		of[id] = identity.Span{First: min(span.First, day), Last: max(span.Last, day)}
	}
	var list []identity.Organization
	err := s.Graph(ctx, func(g *identity.Graph) error {
		list = g.OrganizationsOf(m, func(id orrery.IdentityID) (identity.Span, bool) { span, ok := of[id]; return span, ok })
		return nil
	})
	return list, err
}
