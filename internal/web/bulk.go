package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// sureFrom is from how many people on a change asks whether it is meant.
const sureFrom = 100

// A chosen is whom a form of People speaks of: who was ticked, or everybody that
// the list it came from finds.
type chosen struct {
	ids  []orrery.MemberID
	all  bool
	back *url.URL // where the form stood
}

type bulkPage struct {
	People int
	Do     string
	Tag    string
	List   string // number of the list, or "new"
	Name   string // of it
	IDs    []orrery.MemberID
	All    bool
	Back   string
}

// bulk carries out what a form of People asks for, for many people at once.
func (s *server) bulk(w http.ResponseWriter, v *visit) error {
	do := v.PostForm.Get("do")
	if !slices.Contains([]string{"tag", "untag", "export", "list", "unlist"}, do) {
		return orrery.Errorf(orrery.Invalid, "%q is nothing that can be done with people", do)
	}
	c, err := s.chosen(v)
	if err != nil {
		return err
	}
	if do == "export" {
		return s.exportChosen(w, v, c)
	}
	if len(c.ids) == 0 {
		return orrery.Errorf(orrery.Invalid, "nobody is ticked: go back and tick the people you mean")
	}
	tag := ""
	if do == "tag" || do == "untag" {
		if tag, err = tagOf(v); err != nil {
			return err
		}
	}
	if len(c.ids) >= sureFrom && v.PostForm.Get("sure") != strconv.Itoa(len(c.ids)) {
		return s.askSure(w, v, c, do, tag)
	}
	if do == "list" || do == "unlist" {
		said, err := s.fillList(v, c.ids)
		if err != nil {
			return err
		}
		return s.done(w, v, c.back.String(), "%s", said)
	}
	on := do == "tag"
	changed, err := s.Backend.People.Tag(v.Context(), v.account, c.ids, tag, on)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		q := c.back.Query()
		q.Set("undo", s.undos.keep(v.account, changed, tag, on))
		c.back.RawQuery = q.Encode()
	}
	if on {
		return s.done(w, v, c.back.String(), "“%s” is on %s now.", tag, people(len(c.ids)))
	}
	return s.done(w, v, c.back.String(), "“%s” is off %s now.", tag, people(len(c.ids)))
}

// chosen reads whom a form speaks of.
func (s *server) chosen(v *visit) (chosen, error) {
	c := chosen{back: &url.URL{Path: "/people"}, all: v.PostForm.Get("all") != ""}
	if u, err := url.Parse(local(v.PostForm.Get("back"), "")); err == nil && u.Path == "/people" {
		c.back = u
	}
	q := c.back.Query()
	q.Del("undo")
	c.back.RawQuery = q.Encode()
	if c.all {
		query, _, err := s.peopleQuery(v, q)
		if err != nil {
			return c, err
		}
		return c, s.Backend.Reader.EachPerson(v.Context(), query, func(r *view.Row) error {
			c.ids = append(c.ids, r.ID)
			return nil
		})
	}
	for _, text := range v.PostForm["id"] {
		id, err := memberID(text)
		if err != nil {
			return c, err
		}
		c.ids = append(c.ids, id)
	}
	slices.Sort(c.ids)
	c.ids = slices.Compact(c.ids)
	return c, nil
}

func (s *server) askSure(w http.ResponseWriter, v *visit, c chosen, do, tag string) error {
	p := bulkPage{People: len(c.ids), Do: do, Tag: tag, List: v.PostForm.Get("list"), Name: v.PostForm.Get("name"), IDs: c.ids, All: c.all, Back: c.back.String()}
	if c.all {
		p.IDs = nil
	}
	if number, err := listNumber(p.List); err == nil {
		l, _, err := s.Backend.Lists.List(v.Context(), v.planet.ID, v.account.ID, number)
		if err != nil {
			return err
		}
		p.Name = l.Name
	}
	return s.render(w, v, http.StatusOK, "bulk", language.T("Are you sure?"), p)
}

// exportChosen writes those who were chosen.
func (s *server) exportChosen(w http.ResponseWriter, v *visit, c chosen) error {
	if v.grant.Role < orrery.Analyst {
		return orrery.Errorf(orrery.Denied, "your account may look at lists, but not take them away: ask an administrator")
	}
	query, _, err := s.peopleQuery(v, c.back.Query())
	if err != nil {
		return err
	}
	wanted := make(map[orrery.MemberID]bool, len(c.ids))
	for _, id := range c.ids {
		wanted[id] = true
	}
	if !c.all { // some were chosen on other lists
		query = view.PeopleQuery{Planet: query.Planet, AsOf: query.AsOf, Preset: view.Everyone, Way: orrery.Strategies}
	}
	return s.writePeople(w, v, query, func(r *view.Row) bool { return wanted[r.ID] })
}

// undos keeps whom the last tags were put on or taken off, so that it can be taken
// back. Forgotten with a restart, or when many others came after.
type undos struct {
	mu   sync.Mutex
	list []undo // newest last
}

type undo struct {
	token   string
	account view.Account
	ids     []orrery.MemberID
	tag     string
	on      bool
}

const (
	undosKept   = 50
	undosPeople = 5_000_000 // of all that are kept
)

func (u *undos) keep(account view.Account, ids []orrery.MemberID, tag string, on bool) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	one := undo{token: rand.Text(), account: account, ids: ids, tag: tag, on: on}
	u.list = append(u.list, one)
	total := 0
	for _, kept := range u.list {
		total += len(kept.ids)
	}
	for len(u.list) > 1 && (len(u.list) > undosKept || total > undosPeople) {
		total -= len(u.list[0].ids)
		u.list = slices.Delete(u.list, 0, 1)
	}
	return one.token
}

// find returns what an account may take back; with take it is given once.
func (u *undos) find(account view.Account, token string, take bool) (undo, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for i, one := range u.list {
		if one.token == token && one.account.ID == account.ID {
			if take {
				u.list = slices.Delete(u.list, i, i+1)
			}
			return one, true
		}
	}
	return undo{}, false
}

// undoTag takes the last tag back.
func (s *server) undoTag(w http.ResponseWriter, v *visit) error {
	one, ok := s.undos.find(v.account, v.PostForm.Get("undo"), true)
	if !ok {
		return orrery.Errorf(orrery.Conflict, "this cannot be taken back any more: others came after it, or it was taken back already")
	}
	if _, err := s.Backend.People.Tag(v.Context(), v.account, one.ids, one.tag, !one.on); err != nil {
		return err
	}
	back := v.to("/people")
	if u, err := url.Parse(local(v.PostForm.Get("back"), "")); err == nil && u.Path == "/people" {
		q := u.Query()
		q.Del("undo")
		u.RawQuery = q.Encode()
		back = u.String()
	}
	return s.done(w, v, back, "Taken back: “%s” is as it was for %s.", one.tag, people(len(one.ids)))
}
