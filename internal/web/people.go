package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

const peopleRows = 50

// FixedLists are those that people can be put on.
func (p peoplePage) FixedLists() (list []view.SavedList) {
	for _, l := range p.Lists {
		if l.Fixed {
			list = append(list, l)
		}
	}
	return list
}

// Narrowed tells whether more than a preset is asked for.
func (p peoplePage) Narrowed() bool {
	q := p.Query
	return q.Search != "" || q.Tag != "" || q.Circle != 0 || q.Level != orrery.OutOfOrbit || q.Way != orrery.Strategies || q.List != 0
}

type peoplePage struct {
	view.PeoplePage
	Query   view.PeopleQuery
	Presets []view.Preset
	Levels  []orrery.Level
	Picked  map[string]string // the query as the address says it
	Marked  bool              // every row is to be ticked

	Asked string           // the query as lists are saved by
	Lists []view.SavedList // that the account sees
	List  *view.SavedList  // that is open, or nil
	Undo  string           // what can be taken back, or empty
}

// peopleQuery reads a query from the values of an address, and the saved list that
// it names, if any.
func (s *server) peopleQuery(v *visit, q url.Values) (view.PeopleQuery, *view.SavedList, error) {
	query, err := view.ParsePeople(q)
	if err != nil {
		return query, nil, err
	}
	query.Planet, query.AsOf, query.Cursor, query.Limit, query.NoAddresses = v.planet.ID, v.asOf, q.Get("cursor"), peopleRows, !v.mayFindAddresses()
	list, err := s.listNamed(v, q)
	if err != nil {
		return query, nil, err
	}
	if list != nil && list.Fixed {
		query.List = list.Number
	}
	return query, list, nil
}

// picked writes a query as addresses do, with every key.
func picked(q view.PeopleQuery) map[string]string {
	p := map[string]string{}
	for _, key := range []string{"preset", "tag", "q", "level", "way", "circle"} {
		p[key] = q.Values().Get(key)
	}
	p["list"] = ""
	if q.List != 0 {
		p["list"] = strconv.FormatInt(q.List, 10)
	}
	return p
}

func (s *server) people(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	query, list, err := s.peopleQuery(v, v.URL.Query())
	if err != nil {
		return err
	}
	found, err := s.Backend.Reader.People(v.Context(), query)
	if err != nil {
		return err
	}
	p := peoplePage{
		PeoplePage: found, Query: query, Presets: view.Presets, Picked: picked(query), Marked: v.URL.Query().Get("mark") == "all",
		Levels: []orrery.Level{orrery.Core, orrery.Inner, orrery.Outer, orrery.Edge}, Asked: query.Values().Encode(), List: list,
	}
	if p.Lists, err = s.Backend.Lists.Lists(v.Context(), v.planet.ID, v.account.ID); err != nil && !errors.Is(err, view.ErrMaking) {
		return err
	}
	if one, ok := s.undos.find(v.account, v.URL.Query().Get("undo"), false); ok {
		p.Undo = one.token
	}
	return s.render(w, v, http.StatusOK, "people", language.T("People"), p)
}

// peopleCSV writes the whole list that a query finds.
func (s *server) peopleCSV(w http.ResponseWriter, v *visit) error {
	query, _, err := s.peopleQuery(v, v.URL.Query())
	if err != nil {
		return err
	}
	return s.writePeople(w, v, query, nil)
}

func tagOf(v *visit) (string, error) {
	tag := strings.Join(strings.Fields(v.PostForm.Get("tag")), " ")
	if tag == "" || len(tag) > 60 {
		return "", orrery.Errorf(orrery.Invalid, "a tag has between 1 and 60 letters: go back and write one")
	}
	return tag, nil
}

func memberID(text string) (orrery.MemberID, error) {
	id, err := strconv.ParseUint(text, 10, 32)
	if err != nil || id == 0 {
		return 0, orrery.Errorf(orrery.NotFound, "%q is not the number of a person", text)
	}
	return orrery.MemberID(id), nil
}
