package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/language"
)

// grantFor returns what a visit's account may around what a route concerns. What
// concerns a planet that the account does not see is NotFound, as if it were not
// there at all.
func (s *server) grantFor(v *visit, p permission) (orrery.Grant, error) {
	access := v.account.Access
	here, best := access.On(v.planet.ID), orrery.Grant{}
	for _, g := range access {
		best.Role = max(best.Role, g.Role)
	}
	if best.Role < p.role { // before anything is looked for
		return best, nil
	}
	switch p.reach {
	case onNone:
		here.Role = best.Role
		return here, nil
	case onSelf:
		return orrery.Grant{Role: best.Role, Addresses: true}, nil
	case onInstallation:
		all := access.On(0)
		if all.Role < p.role && all.Role == orrery.NoRole {
			return all, orrery.Errorf(orrery.Denied, "this is for colleagues who may see the whole installation: ask an owner")
		}
		return all, nil
	case onPlanet:
		if v.planet.ID == 0 { // before the first run
			return access.On(0), nil
		}
		return here, nil
	}
	if all := access.On(0); all.Role >= p.role && all.Addresses == here.Addresses {
		return all, nil
	}
	planets, err := s.concerns(v, p)
	if err != nil {
		return orrery.Grant{}, err
	}
	return access.OnEach(planets...), nil
}

// concerns returns the planets that a visit concerns besides the one that is looked
// at; none: all of them.
func (s *server) concerns(v *visit, p permission) ([]orrery.PlanetID, error) {
	switch p.reach {
	case onPerson, onWholePerson:
		people := peopleIn(v)
		if len(people) == 0 && p.reach == onWholePerson {
			return nil, nil
		}
		planets := []orrery.PlanetID{v.planet.ID}
		for _, id := range people {
			around, err := s.orbits(v, id)
			if err != nil {
				return nil, err
			}
			if p.reach == onWholePerson {
				planets = append(planets, around...)
			}
		}
		return planets, nil
	case onImport:
		id, err := importID(v.PathValue("id"))
		if err != nil {
			return nil, err
		}
		planet, err := s.Backend.Bounds.ImportPlanet(v.Context(), id)
		if err == nil && !v.account.Access.Sees(planet) {
			err = orrery.Errorf(orrery.NotFound, "there is no import %d", id)
		}
		return []orrery.PlanetID{planet}, err
	case onSource:
		planet, err := s.Backend.Bounds.SourcePlanet(v.Context(), v.PathValue("name"))
		if err == nil && !v.account.Access.Sees(planet) {
			err = orrery.Errorf(orrery.NotFound, "there is no source %.80q", v.PathValue("name"))
		}
		return []orrery.PlanetID{planet}, err
	case onPurpose:
		return s.purposePlanets(v, v.PathValue("slug"))
	case onNamed:
		return planetsIn(v, "id", "planet")
	}
	return nil, nil
}

// orbits returns the planets that somebody orbits, who must orbit the one that is
// looked at.
func (s *server) orbits(v *visit, id orrery.MemberID) ([]orrery.PlanetID, error) {
	planets, err := s.Backend.Bounds.PersonPlanets(v.Context(), id)
	if orrery.CodeOf(err) == orrery.NotFound || err == nil && !slices.Contains(planets, v.planet.ID) {
		return nil, orrery.Errorf(orrery.NotFound, "nobody here has the number %d", id)
	}
	return planets, err
}

// purposePlanets returns the planets of a purpose, and those that a form wants it
// to serve.
func (s *server) purposePlanets(v *visit, slug string) ([]orrery.PlanetID, error) {
	planets, err := s.Backend.Bounds.PurposePlanets(v.Context(), slug)
	if err != nil {
		return nil, err
	}
	if v.account.Access.OnEach(planets...).Role == orrery.NoRole {
		return nil, orrery.Errorf(orrery.NotFound, "there is no purpose %.80q", slug)
	}
	asked, err := planetsIn(v, "planet")
	if len(planets) == 0 || v.Pattern == "POST /purposes/{slug}/change" && len(asked) == 0 {
		return nil, err
	}
	return append(planets, asked...), err
}

// planetsIn reads the numbers of planets that a form names; those that the account
// does not see are not there.
func planetsIn(v *visit, fields ...string) ([]orrery.PlanetID, error) {
	var planets []orrery.PlanetID
	for _, field := range fields {
		for _, text := range v.PostForm[field] {
			id, err := strconv.ParseUint(text, 10, 16)
			if err != nil || !v.account.Access.Sees(orrery.PlanetID(id)) {
				return nil, orrery.Errorf(orrery.NotFound, "there is no planet %.20q", text)
			}
			planets = append(planets, orrery.PlanetID(id))
		}
	}
	return planets, nil
}

// peopleIn returns the people whom an address or a form names.
func peopleIn(v *visit) (ids []orrery.MemberID) {
	texts := []string{v.PathValue("id"), v.PathValue("other"), v.URL.Query().Get("who")}
	for _, field := range []string{"id", "who", "with", "a", "b", "identity"} {
		texts = append(texts, v.PostForm[field]...)
	}
	texts = append(texts, strings.FieldsFunc(v.PostForm.Get("members"), func(r rune) bool { return r < '0' || r > '9' })...)
	for _, text := range texts {
		if id, err := strconv.ParseUint(text, 10, 32); err == nil && id > 0 {
			ids = append(ids, orrery.MemberID(id))
		}
	}
	return ids
}

var roleWords = map[orrery.Role]string{
	orrery.NoRole: "nothing", orrery.Reader: "look", orrery.Analyst: "look and take lists away",
	orrery.Steward: "look, take lists away and tend people", orrery.Admin: "steer your planets",
}

// refused tells what somebody may, and whom to ask.
func refused(has, needed orrery.Role) error {
	whom := "an owner of this installation"
	if needed <= orrery.Admin {
		whom = "an admin"
	}
	return orrery.Errorf(orrery.Denied, "your account may %s here, but not this: it takes the role %s, so ask %s", roleWords[has], needed, whom)
}

// audited is how the audit calls what a route does: the words of its address. It
// is empty where the route neither changes anything nor hands out a list.
func (rt *route) audited() string {
	method, path, _ := strings.Cut(rt.pattern, " ")
	takes := rt.permission.role == orrery.Analyst || strings.HasSuffix(path, "/download") || strings.HasSuffix(path, ".csv") || path == "/enter/{token}"
	if rt.permission.quiet || method == http.MethodGet && !takes {
		return ""
	}
	var words []string
	for word := range strings.SplitSeq(path, "/") {
		if word != "" && !strings.HasPrefix(word, "{") {
			words = append(words, word)
		}
	}
	return strings.Join(words, ".")
}

// subjects are what the first word of an address is about.
var subjects = map[string]string{
	"people": "person", "conversations": "conversation", "purposes": "purpose", "circles": "circle", "introductions": "introduction",
	"partners": "partner", "imports": "import", "sources": "source",
}

// concerned tells the audit what a visit is about, in numbers: what people named is
// told by a keyed hash.
func concerned(v *visit, rt route) (list []audit.Subject) {
	_, path, _ := strings.Cut(rt.pattern, " ")
	words := strings.Split(strings.Trim(path, "/"), "/")
	if rt.permission.reach == onPerson || rt.permission.reach == onWholePerson {
		for _, id := range peopleIn(v) {
			list = append(list, audit.Number("person", id))
		}
		return list
	}
	for i, word := range words {
		name, ok := strings.CutPrefix(word, "{")
		name = strings.TrimSuffix(name, "}")
		if !ok || name == "token" {
			continue
		}
		kind := subjects[words[0]]
		if i > 1 && words[0] != "sources" || kind == "" {
			kind = strings.TrimSuffix(words[i-1], "s")
		}
		_, err := strconv.ParseUint(v.PathValue(name), 10, 63)
		list = append(list, audit.Subject{Kind: kind, ID: v.PathValue(name), Named: err != nil})
	}
	if rt.permission.reach == onNamed {
		for _, p := range append(v.PostForm["id"], v.PostForm["planet"]...) {
			if id, err := strconv.ParseUint(p, 10, 16); err == nil {
				list = append(list, audit.Number("planet", id))
			}
		}
	}
	return list
}

// roleTitles are what screens call the roles.
var roleTitles = map[orrery.Role]language.Text{
	orrery.Reader: language.T("Reader"), orrery.Analyst: language.T("Analyst"), orrery.Steward: language.T("Steward"), orrery.Admin: language.T("Admin"), orrery.Owner: language.T("Owner"),
}
