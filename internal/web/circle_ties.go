package web

import (
	"net/http"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// leaningsShown is how many people the list of who gave and received unevenly
// names.
const leaningsShown = 50

// imbalance lists who gave people much and received little, or the other way.
func (s *server) imbalance(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	side := v.URL.Query().Get("side")
	if side != "" && side != "received" {
		return orrery.Errorf(orrery.Invalid, "%q is no such list: choose who gave much, or received much", side)
	}
	out, err := s.Backend.Reader.Imbalance(v.Context(), v.planet.ID, side == "received", leaningsShown, patience)
	if err != nil {
		return err
	}
	if !out.There {
		w.Header().Set("Refresh", "3")
	}
	return s.render(w, v, http.StatusOK, "imbalance", language.T("Gave and received"), out)
}

type togetherPage struct {
	view.Together
	Before string
}

// together shows the activities behind a tie.
func (s *server) together(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	a, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	b, err := memberID(v.PathValue("other"))
	if err != nil {
		return err
	}
	before := v.URL.Query().Get("before")
	out, err := s.Backend.Reader.Together(v.Context(), v.planet.ID, a, b, v.asOf, before)
	if err != nil {
		return err
	}
	if out.A.ID != a || out.B.ID != b {
		http.Redirect(w, v.Request, v.to(withPath(out.A.ID, out.B.ID)), http.StatusSeeOther)
		return nil
	}
	return s.render(w, v, http.StatusOK, "together", language.T("%s and %s", out.A.Name, out.B.Name), togetherPage{out, before})
}

func withPath(a, b orrery.MemberID) string { return personPath(a) + "/with/" + number64(int64(b)) }

// leanWords tell which way a tie leans, as the person sees it.
func leanWords(n view.Neighbour) string {
	switch {
	case n.Gave+n.Got < .05 && n.Over > 0:
		return "met, and did not address each other lately"
	case n.Lean > 0:
		return "gave much more than they received"
	case n.Lean < 0:
		return "received much more than they gave"
	case n.Gave+n.Got < .05:
		return ""
	}
	return "about as much both ways"
}
