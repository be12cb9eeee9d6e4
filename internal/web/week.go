package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// Weekly knows what moved most in the last seven days, whom to thank, and whose years
// come round.
type Weekly interface {
	// Week is what was reckoned last, after so much patience at most, with n people to
	// thank: There is false where nothing is known yet.
	Week(ctx context.Context, planet orrery.PlanetID, n int, patience time.Duration) (view.Week, error)

	// Anniversaries are those of the week from a day on (0: as the other screens
	// answer), n at most.
	Anniversaries(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, n int) (view.Anniversaries, error)
}

const (
	thanksShown        = 60
	anniversariesShown = 200
	weekPatience       = 2 * time.Second // of the page that shows nothing else
)

func (s *server) thanks(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	out, err := s.Backend.Weekly.Week(v.Context(), v.planet.ID, thanksShown, weekPatience)
	if err != nil {
		return err
	}
	if !out.There && out.Making {
		w.Header().Set("Refresh", "3")
	}
	return s.render(w, v, http.StatusOK, "thanks", "Thanks due", out)
}

func (s *server) anniversaries(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	out, err := s.Backend.Weekly.Anniversaries(v.Context(), v.planet.ID, v.asOf, anniversariesShown)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "anniversaries", "Anniversaries", out)
}

// weekHeadline says in one sentence what moved most in the last seven days, and which
// kinds of activity differed beside it; nothing where too little is known.
func weekHeadline(title string, w *view.Week) []phrase {
	switch {
	case !w.There || w.Weeks == 0:
		return nil
	case len(w.Stirred) == 0:
		return []phrase{{Text: title + " moved as in most weeks."}}
	}
	s := &w.Stirred[0]
	out := []phrase{{Text: stirredWho(*s) + " "}}
	if s.Closer {
		out = append(out, phrase{"came closer", "rise"})
	} else {
		out = append(out, phrase{"moved away", "drift"})
	}
	if len(s.Kinds) == 0 {
		return append(out, phrase{Text: " this week, more than in most."})
	}
	k := &s.Kinds[0]
	return append(out, phrase{Text: " this week, more than in most: “" + k.Words + "” " + times(k.Now) + ", usually " + usualTimes(k.Usual) + "."})
}

// stirredWho names a group in the first words of a sentence.
func stirredWho(s view.Stirred) string {
	if s.CircleID >= 0 && s.Circle != "" {
		return "The people of “" + s.Circle + "”"
	}
	return map[orrery.Level]string{orrery.Core: "The core", orrery.Inner: "The inner people", orrery.Outer: "The outer people", orrery.Edge: "People at the edge"}[s.Level]
}

func usualTimes(usual float64) string {
	if usual == float64(round(usual)) {
		return strconv.Itoa(round(usual))
	}
	return decimal(usual)
}

// yearsWords say how long ago somebody first came.
func yearsWords(n int) string { return several(n, "year") }
