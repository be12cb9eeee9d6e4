package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// Lists knows the lists of people that an account keeps or shares. One that it
// does not see is NotFound.
type Lists interface {
	// Lists counts who is on each, as of now.
	Lists(ctx context.Context, planet orrery.PlanetID, account int64) ([]view.SavedList, error)
	List(ctx context.Context, planet orrery.PlanetID, account, number int64) (view.SavedList, view.PeopleQuery, error)

	// SaveList keeps a new list or changes one, and returns its number. Conflict
	// where there is one of that name.
	SaveList(ctx context.Context, planet orrery.PlanetID, account int64, form view.ListForm) (int64, error)
	RemoveList(ctx context.Context, planet orrery.PlanetID, account, number int64) error

	// FillList puts people on a fixed list, or takes them off it.
	FillList(ctx context.Context, planet orrery.PlanetID, account, number int64, ids []orrery.MemberID, on bool) error
}

// ListPath is the address of a saved list.
func (p *page) ListPath(l view.SavedList) string { return p.To("/people", listPairs(l)...) }

func listPairs(l view.SavedList) (pairs []any) {
	q, _ := url.ParseQuery(l.Query) // one that cannot be read says so when it is opened
	for key := range q {
		pairs = append(pairs, key, q.Get(key))
	}
	return append(pairs, "list", l.Number)
}

// listNamed finds the saved list that an address names; nil where it names none.
func (s *server) listNamed(v *visit, q url.Values) (*view.SavedList, error) {
	text := q.Get("list")
	if text == "" {
		return nil, nil
	}
	number, err := listNumber(text)
	if err != nil {
		return nil, err
	}
	l, _, err := s.Backend.Lists.List(v.Context(), v.planet.ID, v.account.ID, number)
	if err != nil {
		return nil, err
	}
	return &l, nil
}

func listNumber(text string) (int64, error) {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number <= 0 {
		return 0, orrery.Errorf(orrery.NotFound, "%q is not the number of a list", text)
	}
	return number, nil
}

// saveList keeps what a page of People shows under a name, or changes a list.
func (s *server) saveList(w http.ResponseWriter, v *visit) error {
	form := view.ListForm{Name: v.PostForm.Get("name"), Shared: v.PostForm.Get("shared") != "", Query: v.PostForm.Get("query")}
	if text := v.PathValue("number"); text != "" {
		number, err := listNumber(text)
		if err != nil {
			return err
		}
		old, _, err := s.Backend.Lists.List(v.Context(), v.planet.ID, v.account.ID, number)
		if err != nil {
			return err
		}
		form.Number, form.Fixed, form.Query = number, old.Fixed, old.Query
	}
	number, err := s.Backend.Lists.SaveList(v.Context(), v.planet.ID, v.account.ID, form)
	if err != nil {
		return err
	}
	l, _, err := s.Backend.Lists.List(v.Context(), v.planet.ID, v.account.ID, number)
	if err != nil {
		return err
	}
	return s.done(w, v, v.to("/people", listPairs(l)...), "“%s” is saved.", l.Name)
}

func (s *server) removeList(w http.ResponseWriter, v *visit) error {
	number, err := listNumber(v.PathValue("number"))
	if err != nil {
		return err
	}
	l, _, err := s.Backend.Lists.List(v.Context(), v.planet.ID, v.account.ID, number)
	if err != nil {
		return err
	}
	if err := s.Backend.Lists.RemoveList(v.Context(), v.planet.ID, v.account.ID, number); err != nil {
		return err
	}
	return s.done(w, v, v.to("/people"), "The list “%s” is gone. The people are still here.", l.Name)
}

// fillList puts people on a fixed list: the one that the form names, or a new one.
func (s *server) fillList(v *visit, ids []orrery.MemberID) (said string, err error) {
	number := int64(0)
	if text := v.PostForm.Get("list"); text != "" && text != "new" {
		if number, err = listNumber(text); err != nil {
			return "", err
		}
	} else {
		number, err = s.Backend.Lists.SaveList(v.Context(), v.planet.ID, v.account.ID, view.ListForm{Name: v.PostForm.Get("name"), Fixed: true})
		if err != nil {
			return "", err
		}
	}
	on := v.PostForm.Get("do") != "unlist"
	if err := s.Backend.Lists.FillList(v.Context(), v.planet.ID, v.account.ID, number, ids, on); err != nil {
		return "", err
	}
	l, _, err := s.Backend.Lists.List(v.Context(), v.planet.ID, v.account.ID, number)
	if err != nil {
		return "", err
	}
	if on {
		return fmt.Sprintf("“%s” holds %s of these now.", l.Name, people(len(ids))), nil
	}
	return fmt.Sprintf("%s of “%s” are off it.", people(len(ids)), l.Name), nil
}
