package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// Encounters takes in whom the team met in person.
type Encounters interface {
	// Met keeps it as an activity of the person and returns its name, by which MetBack
	// takes it back.
	Met(ctx context.Context, who view.Account, planet orrery.PlanetID, e view.Encounter) (string, error)
	MetBack(ctx context.Context, who view.Account, planet orrery.PlanetID, id string) error
}

const metFound = 8 // people offered of those who fit a name

// A metForm is what is asked about an encounter.
type metForm struct {
	Search string // by whom it is looked for; or
	Who    orrery.MemberID
	Day    orrery.Day
	Today  orrery.Day
	Where  string
	About  string
	Idea   string
	Once   string
	Back   string
	Ideas  []metIdea
}

// metIdea is whose idea an encounter was.
type metIdea struct{ Key, Name string }

var metIdeas = []metIdea{{"", "Not said"}, {"unprompted", "Theirs"}, {"peer", "Of somebody who knows them"}, {"prompted", "Ours"}}

func (s *server) metForm(v *visit, who orrery.MemberID, back string) metForm {
	now := s.Clock()
	return metForm{Who: who, Day: orrery.DayOf(now), Today: orrery.DayOf(now), Once: strconv.FormatInt(now.UnixNano(), 36), Back: back, Ideas: metIdeas}
}

type metPage struct {
	Form   metForm
	People []view.Row
	Of     int
	Email  string // somebody who is not known yet
	Making bool
}

// askMet finds whom somebody met, by a part of the name.
func (s *server) askMet(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	q := v.URL.Query()
	p := metPage{Form: s.metForm(v, 0, local(q.Get("back"), ""))}
	f := &p.Form
	f.Search, f.Where, f.About, f.Idea = strings.TrimSpace(q.Get("q")), q.Get("where"), q.Get("about"), q.Get("idea")
	day, err := dayOr(q.Get("on"), f.Day)
	if err != nil {
		return err
	}
	f.Day = day
	if f.Search != "" {
		found, err := s.Backend.Finder.Search(v.Context(), view.SearchQuery{Planet: v.planet.ID, Text: f.Search, NoAddresses: !v.mayFindAddresses(), Limit: metFound})
		if err != nil {
			return err
		}
		p.People, p.Of, p.Making = found.People, found.PeopleOf, found.Making
		if p.Making {
			w.Header().Set("Refresh", "2")
		}
		if strings.Contains(f.Search, "@") && len(p.People) == 0 {
			p.Email = f.Search
		}
	}
	return s.render(w, v, http.StatusOK, "met", language.T("Whom did you meet?"), p)
}

// met keeps that somebody met a person.
func (s *server) met(w http.ResponseWriter, v *visit) error {
	e := view.Encounter{Email: v.PostForm.Get("email"), Where: v.PostForm.Get("where"), About: v.PostForm.Get("about"), Once: v.PostForm.Get("once")}
	var err error
	if who := v.PostForm.Get("who"); who != "" {
		if e.Who, err = memberID(who); err != nil {
			return err
		}
	}
	if e.Day, err = dayOr(v.PostForm.Get("on"), 0); err != nil {
		return err
	}
	if idea := v.PostForm.Get("idea"); idea != "" {
		if e.Origin, err = orrery.ParseOrigin(idea); err != nil {
			return err
		}
	}
	if e.Once == "" || len(e.Once) > 20 || strings.ContainsAny(e.Once, "/#") {
		return orrery.Errorf(orrery.Invalid, "the form is not whole: go back and fill it in anew")
	}
	id, err := s.Backend.Encounters.Met(v.Context(), v.account, v.planet.ID, e)
	if err != nil {
		return err
	}
	back := v.to("/")
	if e.Who != 0 {
		back = v.to(personPath(e.Who))
	}
	undo := ""
	if e.Who != 0 {
		undo = id
	}
	return s.doneOrUndo(w, v, local(v.PostForm.Get("back"), back), v.to("/met/undo"), undo, "Noted: you met. Where they stand has moved with it.")
}

// metBack takes back that somebody met a person.
func (s *server) metBack(w http.ResponseWriter, v *visit) error {
	if err := s.Backend.Encounters.MetBack(v.Context(), v.account, v.planet.ID, v.PostForm.Get("what")); err != nil {
		return err
	}
	return s.done(w, v, local(v.PostForm.Get("back"), v.to("/")), "Taken back: it counts no more.")
}
