package web

import (
	"net/http"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type rhythmPage struct {
	view.Rhythm
	Tried view.RhythmChoice // what is looked at closely; zero: none is
}

// rhythm shows what there is to choose a rhythm by, and one that is tried closely.
func (s *server) rhythm(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Settings.Rhythm(v.Context(), v.planet.ID, patience)
	if err != nil {
		return err
	}
	p := rhythmPage{Rhythm: known}
	for _, c := range known.Choices {
		if strconv.Itoa(c.Days) == v.URL.Query().Get("days") && !c.Now {
			p.Tried = c
		}
	}
	if !known.There {
		w.Header().Set("Refresh", "2")
	}
	return s.render(w, v, http.StatusOK, "rhythm", language.T("Rhythm"), p)
}

func (s *server) saveRhythm(w http.ResponseWriter, v *visit) error {
	id, err := planetID(v)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(v.PostForm.Get("rhythm"))
	if err != nil {
		return orrery.Errorf(orrery.Invalid, "choose a rhythm of 30, 90 or 365 days")
	}
	done, err := s.Backend.Settings.SaveRhythm(v.Context(), v.account, id, days)
	if err != nil {
		return err
	}
	if done {
		return s.done(w, v, v.to("/settings/rhythm"), "The rhythm is %d days now. Past weeks are reckoned anew in the background.", days)
	}
	return s.done(w, v, v.to("/settings/rhythm"), "What %d days read by is being learned; the rhythm changes as soon as it is known.", days)
}
