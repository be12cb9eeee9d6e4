package web

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// A constellation is the planets of one name that people see together.
type constellation struct {
	Name    string // empty for those in none
	Planets []view.Planet
}

// constellationsOf puts planets together that belong together, in their order.
func constellationsOf(planets []view.Planet) (list []constellation) {
	for _, p := range planets {
		at := slices.IndexFunc(list, func(c constellation) bool { return c.Name == p.Group })
		if at < 0 {
			at, list = len(list), append(list, constellation{Name: p.Group})
		}
		list[at].Planets = append(list[at].Planets, p)
	}
	return list
}

// Constellations are the planets to choose from, by what they belong to.
func (p *page) Constellations() []constellation { return constellationsOf(p.Planets) }

type planetsPage struct {
	Groups   []constellation
	Archived []view.PlanetKept
	Asked    view.PlanetKept // whether to archive it is asked; zero: nothing is
}

func (s *server) planets(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Settings.PlanetsKept(v.Context())
	if err != nil {
		return err
	}
	var p planetsPage
	var shown []view.Planet
	for _, k := range known {
		if k.Archived {
			p.Archived = append(p.Archived, k)
			continue
		}
		shown = append(shown, k.Planet)
		if k.Name == v.URL.Query().Get("archive") {
			p.Asked = k
		}
	}
	p.Groups = constellationsOf(shown)
	return s.render(w, v, http.StatusOK, "settingsplanets", language.T("Planets"), p)
}

func (s *server) savePlanet(w http.ResponseWriter, v *visit) error {
	id, err := planetID(v)
	if err != nil {
		return err
	}
	title := strings.Join(strings.Fields(v.PostForm.Get("title")), " ")
	group := strings.Join(strings.Fields(v.PostForm.Get("constellation")), " ")
	if utf8.RuneCountInString(group) > 80 {
		return orrery.Errorf(orrery.Invalid, "a constellation has a name of 80 letters at most")
	}
	if title == "" || utf8.RuneCountInString(title) > 80 {
		return orrery.Errorf(orrery.Invalid, "a planet has a name of 1 to 80 letters")
	}
	if err := s.Backend.Settings.SavePlanet(v.Context(), v.account, view.PlanetSettings{Planet: id, Title: title, Constellation: group}); err != nil {
		return err
	}
	return s.done(w, v, v.to("/settings/planets"), "%s is saved.", title)
}

// movePlanet puts a planet or its whole constellation one place up or down.
func (s *server) movePlanet(w http.ResponseWriter, v *visit) error {
	id, err := planetID(v)
	if err != nil {
		return err
	}
	move := view.PlanetMove{Planet: id, Up: v.PostForm.Get("to") == "up", Whole: v.PostForm.Get("whole") == "yes"}
	if err := s.Backend.Settings.MovePlanet(v.Context(), v.account, move); err != nil {
		return err
	}
	http.Redirect(w, v.Request, v.to("/settings/planets"), http.StatusSeeOther)
	return nil
}

func (s *server) archivePlanet(w http.ResponseWriter, v *visit) error {
	id, err := planetID(v)
	if err != nil {
		return err
	}
	archive := v.PostForm.Get("do") == "archive"
	if err := s.Backend.Settings.ArchivePlanet(v.Context(), v.account, id, archive); err != nil {
		return err
	}
	// The address names none: the planet looked at may be the one that is gone.
	if archive {
		return s.done(w, v, "/settings/planets", "The planet is archived. Its data is kept; you can bring it back at any time.")
	}
	return s.done(w, v, "/settings/planets", "The planet is back, with everything that came meanwhile.")
}
