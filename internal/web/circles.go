package web

import (
	"net/http"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// circlesPatience is how long the page waits for circles to be found.
const circlesPatience = 500 * time.Millisecond

type circlesPage struct {
	view.Circles
	Empty bool // nobody was ever here
}

func (s *server) circles(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	known, err := s.Backend.Reader.Circles(v.Context(), v.planet.ID, v.asOf, circlesPatience)
	if err != nil {
		return err
	}
	if !known.There {
		w.Header().Set("Refresh", "3")
	}
	return s.render(w, v, http.StatusOK, "circles", "Like minds", circlesPage{known, v.planet.People == 0})
}

func (s *server) nameCircle(w http.ResponseWriter, v *visit) error {
	id, err := strconv.Atoi(v.PathValue("id"))
	if err != nil {
		return orrery.Errorf(orrery.NotFound, "there is no such circle")
	}
	name := v.PostForm.Get("name")
	if err := s.Backend.Settings.NameCircle(v.Context(), v.account, v.planet.ID, id, name); err != nil {
		return err
	}
	if name == "" {
		return s.done(w, v, v.to("/circles"), "The circle is told by what sets it apart again.")
	}
	return s.done(w, v, v.to("/circles"), "The circle is called %s now. The name goes with its people.", name)
}
