package web

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
)

// welcome is the first run: a name for the brand, then the sample or data.
func (s *server) welcome(w http.ResponseWriter, v *visit) error {
	return s.render(w, v, http.StatusOK, "welcome", language.T("Welcome"), nil)
}

func (s *server) nameBrand(w http.ResponseWriter, v *visit) error {
	title := strings.Join(strings.Fields(v.PostForm.Get("title")), " ")
	if title == "" || utf8.RuneCountInString(title) > 80 {
		return orrery.Errorf(orrery.Invalid, "a brand’s name has between 1 and 80 letters: go back and write one")
	}
	planet, err := s.Backend.Setup.CreatePlanet(v.Context(), v.account, title)
	if err != nil {
		return err
	}
	return s.done(w, v, address(append(v.installation.Planets, planet), planet, "/sources/add"), "%s is in its place. Now bring the people.", brand(planet))
}

func (s *server) trySample(w http.ResponseWriter, v *visit) error {
	planet, err := s.Backend.Setup.InstallSample(v.Context(), v.account)
	if err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/map?planet="+url.QueryEscape(planet), http.StatusSeeOther)
	return nil
}

func (s *server) removeSample(w http.ResponseWriter, v *visit) error {
	if err := s.Backend.Setup.RemoveSample(v.Context(), v.account); err != nil {
		return err
	}
	return s.done(w, v, "/", "The sample is gone.")
}
