package web

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type weightsPage struct {
	view.Weights
	Kind string      // chosen, or empty
	Rule orrery.Rule // its own, or what is being tried
	Was  orrery.Rule

	Trying bool // something other than Was was asked for
	Ready  bool
	Trial  view.WeightTrial
}

func (s *server) weights(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Weights.Weights(v.Context(), v.planet.ID)
	if err != nil {
		return err
	}
	p := weightsPage{Weights: known, Kind: kindNamed(v.URL.Query())}
	if p.Kind != "" {
		p.Was = s.Backend.Weights.Rule(p.Kind)
		p.Rule = p.Was
	}
	return s.render(w, v, http.StatusOK, "weights", language.T("What activities are worth"), p)
}

// tryWeight shows what a rule would do.
func (s *server) tryWeight(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	kind := kindNamed(q)
	rule, err := ruleOf(q)
	if err != nil {
		return err
	}
	if kind == "" {
		return orrery.Errorf(orrery.Invalid, "choose the kind of activity first")
	}
	p := weightsPage{Kind: kind, Rule: rule, Was: s.Backend.Weights.Rule(kind), Trying: true}
	if p.Trial, p.Ready, err = s.Backend.Weights.TryWeight(v.Context(), v.planet.ID, kind, rule); err != nil {
		return err
	}
	if !p.Ready {
		w.Header().Set("Refresh", "2")
	}
	return s.render(w, v, http.StatusOK, "weights", language.T("What activities are worth"), p)
}

func (s *server) saveWeight(w http.ResponseWriter, v *visit) error {
	kind := kindNamed(v.PostForm)
	rule, err := ruleOf(v.PostForm)
	if err != nil {
		return err
	}
	if kind == "" {
		return orrery.Errorf(orrery.Invalid, "choose the kind of activity first")
	}
	if err := s.Backend.Weights.SaveWeight(v.Context(), v.account, kind, rule); err != nil {
		return err
	}
	return s.done(w, v, v.to("/settings/weights"), "%s is saved. The past is being counted anew; nothing waits for it.", kind)
}

// kindNamed reads the kind that a form names; empty where none is.
func kindNamed(form url.Values) string {
	kind := strings.ToLower(strings.TrimSpace(form.Get("kind")))
	if utf8.RuneCountInString(kind) > 100 || strings.ContainsAny(kind, " \t\r\n") {
		return ""
	}
	return kind
}

func ruleOf(form url.Values) (orrery.Rule, error) {
	var r orrery.Rule
	weight, err := strconv.ParseFloat(strings.Replace(form.Get("weight"), ",", ".", 1), 64)
	if err != nil || !(weight >= 0 && weight <= 10) {
		return r, orrery.Errorf(orrery.Invalid, "a weight is a number from 0 to 10, not %q", form.Get("weight"))
	}
	if r.Strategy, err = orrery.ParseStrategy(form.Get("way")); err != nil {
		return r, err
	}
	valence, err := strconv.Atoi(form.Get("valence"))
	if err != nil || valence < -1 || valence > 1 {
		return r, orrery.Errorf(orrery.Invalid, "choose whether it attracts, is neutral or repels")
	}
	limit, err := strconv.Atoi(form.Get("cap"))
	if err != nil || limit < 0 || limit > math.MaxUint8 {
		return r, orrery.Errorf(orrery.Invalid, "how many a day count is a number from 0 (all) to 255, not %q", form.Get("cap"))
	}
	r.WeightMilli, r.Valence, r.DailyCap = int32(math.Round(weight*1000)), int8(valence), uint8(limit)
	r.Meaningful = form.Get("meaningful") == "yes"
	return r, nil
}
