package web

import (
	"net/http"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type personPage struct {
	view.Person
	Talks        []view.Talk // those of theirs that somebody waits in
	Why          []shownReason
	Wide, Narrow *lineChart
	Life         *lifeChart // since the first activity, where that is longer
	LifeNarrow   *lifeChart
	Most         float64 // the largest bar of gave and received
	Before       string
	Met          metForm
}

func (s *server) person(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	id, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	before := v.URL.Query().Get("before")
	p, err := s.Backend.Reader.PersonAsOf(v.Context(), v.planet.ID, id, v.asOf, before)
	if err != nil {
		return err
	}
	if p.ID != id {
		http.Redirect(w, v.Request, v.to(personPath(p.ID)), http.StatusSeeOther)
		return nil
	}
	page := personPage{Person: p, Why: whole(p.Reasons, p.Closeness), Wide: newLineChart(p, true), Narrow: newLineChart(p, false), Before: before, Met: s.metForm(v, p.ID, "")}
	on := func(day orrery.Day) string { return v.on(day, personPath(id)) }
	page.Wide.addHits(p, on)
	page.Narrow.addHits(p, on)
	page.Life, page.LifeNarrow = newLifeChart(p, true, on), newLifeChart(p, false, on)
	for way := range orrery.Strategies {
		page.Most = max(page.Most, p.Gave[way], p.Got[way])
	}
	if page.Talks, err = s.Backend.Conversations.ConversationsOf(v.Context(), v.planet.ID, p.ID, v.asOf, talksOnPerson, patience); err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "person", p.Name, page)
}

func personPath(id orrery.MemberID) string { return "/people/" + number64(int64(id)) }

// Share is a bar's length in whole percent.
func (p personPage) Share(v float64) int {
	if p.Most <= 0 {
		return 0
	}
	return round(100 * v / p.Most)
}

func (s *server) notePerson(w http.ResponseWriter, v *visit) error {
	id, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	text := strings.TrimSpace(v.PostForm.Get("note"))
	if text == "" || len(text) > 10_000 {
		return orrery.Errorf(orrery.Invalid, "a note has between 1 and 10,000 letters: go back and write one")
	}
	if err := s.Backend.People.Note(v.Context(), v.account, id, text); err != nil {
		return err
	}
	return s.done(w, v, v.to(personPath(id))+"#notes", "Your note is kept.")
}

func (s *server) tagPerson(w http.ResponseWriter, v *visit) error {
	id, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	tag, err := tagOf(v)
	if err != nil {
		return err
	}
	on := v.PostForm.Get("do") != "untag"
	if _, err := s.Backend.People.Tag(v.Context(), v.account, []orrery.MemberID{id}, tag, on); err != nil {
		return err
	}
	if on {
		return s.done(w, v, v.to(personPath(id)), "Tagged “%s”.", tag)
	}
	return s.done(w, v, v.to(personPath(id)), "The tag “%s” is gone.", tag)
}

type mergePage struct {
	Person view.Person
	Search string
	Found  view.PeoplePage
}

// findSame lists people who could be the same person.
func (s *server) findSame(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	id, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	p := mergePage{Search: strings.TrimSpace(v.URL.Query().Get("q"))}
	if p.Person, err = s.Backend.Reader.PersonAsOf(v.Context(), v.planet.ID, id, 0, ""); err != nil {
		return err
	}
	if p.Search == "" {
		p.Search = p.Person.Name
	}
	p.Found, err = s.Backend.Reader.People(v.Context(), view.PeopleQuery{
		Planet: v.planet.ID, Preset: view.Everyone, Way: orrery.Strategies, Search: p.Search, Limit: 20,
	})
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "merge", language.T("Who is the same person as %s?", p.Person.Name), p)
}

func (s *server) mergePerson(w http.ResponseWriter, v *visit) error {
	id, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	other, err := memberID(v.PostForm.Get("with"))
	if err != nil {
		return err
	}
	now, err := s.Backend.People.Merge(v.Context(), v.account, id, other)
	if err != nil {
		return err
	}
	return s.done(w, v, v.to(personPath(now)), "They are one person now. It can be undone below, at “Known as”.")
}

func (s *server) unmergePerson(w http.ResponseWriter, v *visit) error {
	id, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	identity, err := memberID(v.PostForm.Get("identity"))
	if err != nil {
		return err
	}
	if _, err := s.Backend.People.Unmerge(v.Context(), v.account, id, orrery.IdentityID(identity)); err != nil {
		return err
	}
	return s.done(w, v, v.to(personPath(id)), "They are two people again, and stay so.")
}

const eraseWord = "erase"

func (s *server) askErase(w http.ResponseWriter, v *visit) error {
	return s.eraseForm(w, v, http.StatusOK, "")
}

type erasePage struct {
	Person view.Person
	Word   string
	Wrong  string
}

func (s *server) eraseForm(w http.ResponseWriter, v *visit, status int, wrong string) error {
	if s.homeless(w, v) {
		return nil
	}
	id, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	p, err := s.Backend.Reader.PersonAsOf(v.Context(), v.planet.ID, id, 0, "")
	if err != nil {
		return err
	}
	return s.render(w, v, status, "erase", language.T("Erase %s", p.Name), erasePage{p, eraseWord, wrong})
}

func (s *server) erasePerson(w http.ResponseWriter, v *visit) error {
	id, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	if typed := strings.ToLower(strings.TrimSpace(v.PostForm.Get("confirm"))); typed != eraseWord {
		return s.eraseForm(w, v, http.StatusUnprocessableEntity, "Nothing was erased: type the word “"+eraseWord+"” to go on.")
	}
	if err := s.Backend.People.Erase(v.Context(), v.account, id); err != nil {
		return err
	}
	return s.done(w, v, v.to("/people"), "The person is erased. Importing the same data again does not bring them back.")
}
