package flow

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/store/sqlite"
)

// SavedList is a list of people that somebody keeps under a name.
type SavedList = sqlite.SavedList

// ListPerson is somebody on a fixed list.
type ListPerson = sqlite.ListPerson

const (
	mostListName = 60
	mostLists    = 200 // of a planet that an account sees
	mostQuery    = 2000
)

// SavedLists lists a planet's lists that an account (0: the shell) sees, by name:
// its own and those that are shared.
func (s *System) SavedLists(ctx context.Context, planet orrery.PlanetID, account int64) ([]SavedList, error) {
	all, err := s.store.SavedLists(ctx, planet)
	return slices.DeleteFunc(all, func(l SavedList) bool { return !l.Shared && l.Owner != account }), err
}

// SavedList finds a list of a planet that an account sees; NotFound for any other.
func (s *System) SavedList(ctx context.Context, planet orrery.PlanetID, account, number int64) (SavedList, error) {
	all, err := s.SavedLists(ctx, planet, account)
	if err != nil {
		return SavedList{}, err
	}
	for _, l := range all {
		if l.Number == number {
			return l, nil
		}
	}
	return SavedList{}, orrery.Errorf(orrery.NotFound, "there is no such list: it may have been removed, or it is somebody else’s")
}

// SaveList keeps a list: a new one where Number is 0, else its name and whether it
// is shared; what the shell keeps is. Conflict where the account sees another one of
// that name.
func (s *System) SaveList(ctx context.Context, l SavedList, account int64) (int64, error) {
	l.Name = strings.Join(strings.Fields(l.Name), " ")
	if n := utf8.RuneCountInString(l.Name); n == 0 || n > mostListName {
		return 0, orrery.Errorf(orrery.Invalid, "a list needs a name of 1 to %d letters", mostListName)
	}
	if len(l.Query) > mostQuery {
		return 0, orrery.Errorf(orrery.Invalid, "that is more than a list can ask for")
	}
	l.Shared = l.Shared || account == 0
	all, err := s.SavedLists(ctx, l.Planet, account)
	if err != nil {
		return 0, err
	}
	if l.Number == 0 && len(all) >= mostLists {
		return 0, orrery.Errorf(orrery.Exhausted, "there are %d lists already: remove one first", mostLists)
	}
	for _, other := range all {
		if other.Number != l.Number && strings.EqualFold(other.Name, l.Name) {
			return 0, orrery.Errorf(orrery.Conflict, "there is a list “%s” already: choose another name", other.Name)
		}
	}
	if l.Number == 0 {
		l.Owner, l.At = account, s.clock()
	} else if _, err := s.SavedList(ctx, l.Planet, account, l.Number); err != nil {
		return 0, err
	}
	return s.store.PutList(ctx, l)
}

// RemoveList forgets a list that an account sees. The people stay.
func (s *System) RemoveList(ctx context.Context, planet orrery.PlanetID, account, number int64) error {
	if _, err := s.SavedList(ctx, planet, account, number); err != nil {
		return err
	}
	return s.store.DeleteList(ctx, number)
}

// FillList puts people on a fixed list, or takes all identities of each off it.
func (s *System) FillList(ctx context.Context, planet orrery.PlanetID, account, number int64, members []orrery.MemberID, on bool) error {
	l, err := s.SavedList(ctx, planet, account, number)
	if err != nil {
		return err
	}
	if !l.Fixed {
		return orrery.Errorf(orrery.Conflict, "“%s” holds whom its filter finds: nobody is put on it or taken off by hand", l.Name)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return err
	}
	wanted := map[orrery.MemberID]bool{}
	var ids []orrery.IdentityID
	for _, m := range members {
		if _, ok := g.Identity(orrery.IdentityID(m)); !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", m)
		}
		wanted[m] = true
		ids = append(ids, orrery.IdentityID(m))
	}
	if on {
		return s.store.PutOnList(ctx, number, ids, s.clock())
	}
	ids = ids[:0]
	for _, list := range g.OfSeveral(wanted) {
		for _, i := range list {
			ids = append(ids, i.ID)
		}
	}
	return s.store.TakeOffList(ctx, number, ids)
}

// OnList lists who was put on a fixed list.
func (s *System) OnList(ctx context.Context, number int64) ([]ListPerson, error) {
	return s.store.OnList(ctx, number)
}
