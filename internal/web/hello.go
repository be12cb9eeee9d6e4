package web

import (
	"net/http"

	"orrery.dev/orrery/internal/language"
)

// hellosShown is how many people the list of who is worth a hello names: more
// than anybody greets in a week.
const hellosShown = 60

func (s *server) hellos(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	out, err := s.Backend.Reader.Hellos(v.Context(), v.planet.ID, v.asOf, hellosShown)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "hello", language.T("Worth a hello"), out)
}
