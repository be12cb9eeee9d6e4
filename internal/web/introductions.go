package web

import (
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// suggestedShown is how many pairs who should meet are shown at once.
const suggestedShown = 18

func (s *server) introductions(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	out, err := s.Backend.Reader.Introductions(v.Context(), v.planet.ID, suggestedShown, patience)
	if err != nil {
		return err
	}
	if !out.There {
		w.Header().Set("Refresh", "3")
	}
	return s.render(w, v, http.StatusOK, "introductions", language.T("Introductions"), out)
}

// introduce notes that somebody introduced two people, or that they are not to be
// suggested.
func (s *server) introduce(w http.ResponseWriter, v *visit) error {
	a, err := memberID(v.PostForm.Get("a"))
	if err != nil {
		return err
	}
	b, err := memberID(v.PostForm.Get("b"))
	if err != nil {
		return err
	}
	aside := v.PostForm.Get("do") == "aside"
	if err := s.Backend.People.Introduce(v.Context(), v.account, v.planet.ID, a, b, strings.TrimSpace(v.PostForm.Get("note")), aside); err != nil {
		return err
	}
	back := local(v.PostForm.Get("back"), v.to("/introductions"))
	if aside {
		return s.done(w, v, back, "They are not suggested any more.")
	}
	return s.done(w, v, back, "Noted. What comes of it will stand under Introductions.")
}

// decideIntroduction says what became of one.
func (s *server) decideIntroduction(w http.ResponseWriter, v *visit) error {
	number, err := strconv.ParseInt(v.PathValue("number"), 10, 64)
	if err != nil {
		return orrery.Errorf(orrery.NotFound, "there is no such introduction")
	}
	state := v.PostForm.Get("state")
	said := map[string]language.Text{
		"accepted": language.T("Both are glad of it: noted."), "declined": language.T("They would rather not: noted."),
		"made": language.T("The introduction is open again."), "forget": language.T("The introduction is forgotten."),
	}[state]
	if said == nil {
		return orrery.Errorf(orrery.Invalid, "%q is nothing that an introduction can be", state)
	}
	if state == "forget" {
		state = ""
	}
	if err := s.Backend.People.DecideIntroduction(v.Context(), v.account, v.planet.ID, number, state); err != nil {
		return err
	}
	return s.done(w, v, local(v.PostForm.Get("back"), v.to("/introductions")), "%s", said)
}

// introducedWords tell what an introduction is.
func introducedWords(i view.Introduced) language.Text {
	switch i.State {
	case "accepted":
		return language.T("accepted")
	case "declined":
		return language.T("declined")
	case "set_aside":
		return language.T("not to be suggested")
	}
	return language.T("made")
}

// outcomeWords tell what came of an introduction, and claim nothing of why.
func outcomeWords(i view.Introduced) language.Text {
	switch {
	case i.Within > 0:
		return language.N(i.Within, "had to do with each other within a day", "had to do with each other within %d days")
	case i.Days < 90:
		return language.N(i.Days, "nothing between them yet, a day on", "nothing between them yet, %d days on")
	}
	return language.T("nothing between them within 90 days")
}
