package webtest

import (
	"context"
	"net/url"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// EachPerson hands over everybody whom a query finds.
func (w *World) EachPerson(ctx context.Context, q view.PeopleQuery, fn func(*view.Row) error) error {
	q.Cursor, q.Limit = "", 0
	page, err := w.People(ctx, q)
	if err != nil {
		return err
	}
	for i := range page.Rows {
		if err := fn(&page.Rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// keeping is a World's saved lists.
type keeping struct {
	*World
	kept []keptList
	last int64
}

type keptList struct {
	view.SavedList
	owner int64
	on    []orrery.MemberID
}

func (k *keeping) Lists(_ context.Context, planet orrery.PlanetID, account int64) ([]view.SavedList, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var list []view.SavedList
	for _, l := range k.kept {
		if !l.Shared && l.owner != account {
			continue
		}
		values, err := url.ParseQuery(l.Query)
		if err != nil {
			return nil, err
		}
		q, err := view.ParsePeople(values)
		if err != nil {
			return nil, err
		}
		q.Planet = planet
		if l.People = len(k.query(q)); l.Fixed {
			l.People = len(l.on)
		}
		list = append(list, l.SavedList)
	}
	return list, nil
}

func (k *keeping) List(ctx context.Context, planet orrery.PlanetID, account, number int64) (view.SavedList, view.PeopleQuery, error) {
	all, err := k.Lists(ctx, planet, account)
	if err != nil {
		return view.SavedList{}, view.PeopleQuery{}, err
	}
	for _, l := range all {
		if l.Number == number {
			return l, view.PeopleQuery{}, nil
		}
	}
	return view.SavedList{}, view.PeopleQuery{}, orrery.Errorf(orrery.NotFound, "there is no such list")
}

func (k *keeping) SaveList(_ context.Context, _ orrery.PlanetID, account int64, form view.ListForm) (int64, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if form.Name == "" {
		return 0, orrery.Errorf(orrery.Invalid, "a list needs a name")
	}
	for i := range k.kept {
		if l := &k.kept[i]; l.Number == form.Number {
			l.Name, l.Shared = form.Name, form.Shared
			return l.Number, nil
		}
	}
	k.last++
	k.kept = append(k.kept, keptList{SavedList: view.SavedList{Number: k.last, Name: form.Name, Shared: form.Shared, Fixed: form.Fixed, Query: form.Query}, owner: account})
	return k.last, nil
}

func (k *keeping) RemoveList(_ context.Context, _ orrery.PlanetID, _, number int64) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept = slices.DeleteFunc(k.kept, func(l keptList) bool { return l.Number == number })
	return nil
}

func (k *keeping) FillList(_ context.Context, _ orrery.PlanetID, _, number int64, ids []orrery.MemberID, on bool) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range k.kept {
		if l := &k.kept[i]; l.Number == number {
			l.on = slices.DeleteFunc(l.on, func(id orrery.MemberID) bool { return slices.Contains(ids, id) })
			if on {
				l.on = append(l.on, ids...)
			}
		}
	}
	return nil
}
