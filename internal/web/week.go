package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
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
	return s.render(w, v, http.StatusOK, "thanks", language.T("Thanks due"), out)
}

func (s *server) anniversaries(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	out, err := s.Backend.Weekly.Anniversaries(v.Context(), v.planet.ID, v.asOf, anniversariesShown)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "anniversaries", language.T("Anniversaries"), out)
}

func (s *server) thanksCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Weekly.Week(v.Context(), v.planet.ID, 1_000_000, exportPatience)
	if err == nil {
		err = notYet(known.There)
	}
	if err != nil {
		return err
	}
	out := newSheet(w, "thanks-due", "id", "name", "level", "closeness", "spoke_up_for_others", "contributed", "brought", "last", "last_word_from_us")
	for _, t := range known.Thanks {
		out.row(idOf(t.ID), t.Name, t.Level.String(), number(t.Closeness), strconv.Itoa(t.Answered), strconv.Itoa(t.Contributed), strconv.Itoa(t.Brought), dayOf(t.Last), dayOf(t.Before))
	}
	return out.end()
}

func (s *server) anniversariesCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Weekly.Anniversaries(v.Context(), v.planet.ID, v.asOf, 1_000_000)
	if err != nil {
		return err
	}
	out := newSheet(w, named("anniversaries", v.asOf), "id", "name", "level", "closeness", "years", "day", "first_came", "last_came")
	for i := range known.List {
		a := &known.List[i]
		out.row(idOf(a.ID), a.Name, a.Level.String(), number(a.Closeness), strconv.Itoa(a.Years), dayOf(a.Day), dayOf(a.FirstActive), dayOf(a.LastActive))
	}
	return out.end()
}

// weekHeadline says in one sentence what moved most in the last seven days, and which
// kinds of activity differed beside it; nothing where too little is known.
func weekHeadline(title string, w *view.Week) []phrase {
	switch {
	case !w.There || w.Weeks == 0:
		return nil
	case len(w.Stirred) == 0:
		return []phrase{{Text: language.T("%s moved as in most weeks.", title)}}
	}
	s := &w.Stirred[0]
	who, tone := stirredWho(*s), "drift"
	said := language.T("%s <0>moved away</0> this week, more than in most.", who)
	if s.Closer {
		said, tone = language.T("%s <0>came closer</0> this week, more than in most.", who), "rise"
	}
	if len(s.Kinds) == 0 {
		return []phrase{{said, tone}}
	}
	k := &s.Kinds[0]
	if s.Closer {
		return []phrase{{language.T("%s <0>came closer</0> this week, more than in most: “%s” %s, usually %s.", who, k.Words, times(k.Now), usualTimes(k.Usual)), tone}}
	}
	return []phrase{{language.T("%s <0>moved away</0> this week, more than in most: “%s” %s, usually %s.", who, k.Words, times(k.Now), usualTimes(k.Usual)), tone}}
}

// stirredWho names a group in the first words of a sentence.
func stirredWho(s view.Stirred) language.Text {
	if s.CircleID >= 0 && s.Circle != "" {
		return language.T("The people of “%s”", s.Circle)
	}
	return map[orrery.Level]language.Text{
		orrery.Core: language.T("The core"), orrery.Inner: language.T("The inner people"),
		orrery.Outer: language.T("The outer people"), orrery.Edge: language.T("People at the edge"),
	}[s.Level]
}

func usualTimes(usual float64) language.Text { return decimal(usual) }

// yearsWords say how long ago somebody first came.
func yearsWords(n int) language.Text { return language.N(n, "1 year", "%d years") }
