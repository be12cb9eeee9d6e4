package api

import (
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

const (
	pageMembers = 100
	mostMembers = 10_000
)

// manyPlanets is the shape of a member over several planets.
type manyPlanets struct {
	ID     orrery.MemberID   `json:"id"`
	Name   string            `json:"name"`
	Kind   orrery.MemberKind `json:"kind"`
	Orbits []view.Member     `json:"orbits"`
}

// listMembers lists who orbits one planet, nearest first; without a planet it
// goes through the planets and gathers the orbits of each person.
func (s *server) listMembers(w http.ResponseWriter, c *call) error {
	planet, err := s.chosenPlanet(c)
	if err != nil {
		return err
	}
	asOf, err := dayOf(c)
	if err != nil {
		return err
	}
	limit, err := limitOf(c, pageMembers, mostMembers)
	if err != nil {
		return err
	}
	from, err := offsetOf(c.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	if planet.ID == 0 {
		return s.listEverywhere(w, c, asOf, limit, from)
	}
	most := 0
	if limit > 0 {
		most = from + limit + 1
	}
	list, day, err := s.Reader.Members(c.Context(), view.MembersQuery{Planet: planet.ID, AsOf: asOf, Limit: most})
	if err != nil {
		return err
	}
	page, next := cut(list, from, limit)
	for i := range page {
		if page[i].Reasons == nil {
			page[i].Reasons = []view.Reason{}
		}
	}
	return answer(w, c, http.StatusOK, map[string]any{"members": page, "next": next, "as_of": day})
}

func (s *server) listEverywhere(w http.ResponseWriter, c *call, asOf orrery.Day, limit, from int) error {
	most := 0
	if limit > 0 {
		most = from + limit + 1
	}
	at := map[orrery.MemberID]int{}
	var people []manyPlanets
	for _, p := range s.Books.Planets() {
		list, _, err := s.Reader.Members(c.Context(), view.MembersQuery{Planet: p.ID, AsOf: asOf, Limit: most})
		if err != nil {
			return err
		}
		for _, m := range list {
			i, known := at[m.ID]
			if !known {
				i = len(people)
				at[m.ID] = i
				people = append(people, manyPlanets{ID: m.ID, Name: m.Name, Kind: m.Kind})
			}
			people[i].Orbits = append(people[i].Orbits, m)
		}
	}
	page, next := cut(people, from, limit)
	return answer(w, c, http.StatusOK, map[string]any{"members": page, "next": next})
}

// cut returns a page of a list and the cursor of the one after, nil on the last.
func cut[T any](list []T, from, limit int) (page []T, next *string) {
	list = list[min(from, len(list)):]
	if limit > 0 && len(list) > limit {
		cursor := "m" + strconv.Itoa(from+limit)
		list, next = list[:limit], &cursor
	}
	return append([]T{}, list...), next
}

func offsetOf(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	digits, ok := strings.CutPrefix(cursor, "m")
	n, err := strconv.ParseUint(digits, 10, 31)
	if !ok || err != nil {
		return 0, orrery.Errorf(orrery.Invalid, "the cursor %.40q is none of ours: take it from an answer's next", cursor)
	}
	return int(n), nil
}

// showMember tells one person; every identity of theirs finds them. A key that
// is bound to a planet sees what they did around it, and not how they are known
// elsewhere.
func (s *server) showMember(w http.ResponseWriter, c *call) error {
	id, err := strconv.ParseUint(c.PathValue("id"), 10, 32)
	if err != nil || id == 0 {
		return orrery.Errorf(orrery.NotFound, "there is nobody with the number %.40q", c.PathValue("id"))
	}
	planet, err := s.chosenPlanet(c)
	if err != nil {
		return err
	}
	asOf, err := dayOf(c)
	if err != nil {
		return err
	}
	p, err := s.Reader.Profile(c.Context(), orrery.IdentityID(id), asOf)
	if err != nil {
		return err
	}
	shape := view.Profile{
		ID: p.ID, Name: p.Name, Kind: p.Kind,
		Orbits: []view.ProfileOrbit{}, Identities: []view.ProfileIdentity{}, Timeline: []view.ProfileHappening{},
	}
	for _, o := range p.Orbits {
		if planet.ID == 0 || o.Planet == planet.Slug {
			shape.Orbits = append(shape.Orbits, view.ProfileOrbit{Member: o.Member})
		}
	}
	for _, h := range p.Timeline {
		if planet.ID == 0 || h.Planet == planet.Slug {
			shape.Timeline = append(shape.Timeline, h)
		}
	}
	if c.key.Planet == 0 {
		shape.Identities = append(shape.Identities, p.Identities...)
	} else if len(shape.Orbits) == 0 {
		return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d around %s", id, planet.Slug)
	}
	return answer(w, c, http.StatusOK, shape)
}
