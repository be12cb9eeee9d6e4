package web

import (
	"context"
	"net/http"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// Same knows who may be one person, and takes what people decide about it.
type Same interface {
	// Suggestions tells the pairs, most likely first, as seen around a planet. An
	// unusable cursor is Invalid.
	Suggestions(ctx context.Context, planet orrery.PlanetID, cursor string) (view.SuggestionPage, error)

	// Decide says that two are one person, or that they never are. Conflict where
	// they are one already.
	Decide(ctx context.Context, by view.Account, a, b orrery.MemberID, same bool) error

	// Mark says that somebody is a person or a program.
	Mark(ctx context.Context, by view.Account, id orrery.MemberID, kind orrery.MemberKind) error
}

type samePage struct {
	view.SuggestionPage
	Cursor string
}

// same shows the queue of pairs who may be one person.
func (s *server) same(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	cursor := v.URL.Query().Get("cursor")
	page, err := s.Backend.Same.Suggestions(v.Context(), v.planet.ID, cursor)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "same", language.T("Who may be one person"), samePage{page, cursor})
}

// decideSame takes one decision and goes back to the page of the queue.
func (s *server) decideSame(w http.ResponseWriter, v *visit) error {
	a, err := memberID(v.PostForm.Get("a"))
	if err != nil {
		return err
	}
	b, err := memberID(v.PostForm.Get("b"))
	if err != nil {
		return err
	}
	back := v.to("/people/same", "cursor", v.PostForm.Get("cursor"))
	switch v.PostForm.Get("do") {
	case "accept":
		if err := s.Backend.Same.Decide(v.Context(), v.account, a, b, true); err != nil {
			return err
		}
		return s.done(w, v, back, "They are one person now. It can be undone on their page, at “Known as”.")
	case "reject":
		if err := s.Backend.Same.Decide(v.Context(), v.account, a, b, false); err != nil {
			return err
		}
		return s.done(w, v, back, "They are two people. Nobody is asked about them again.")
	default:
		return orrery.Errorf(orrery.Invalid, "say whether they are the same person or two people: go back and choose")
	}
}

// markPerson says what somebody is.
func (s *server) markPerson(w http.ResponseWriter, v *visit) error {
	id, err := memberID(v.PathValue("id"))
	if err != nil {
		return err
	}
	var kind orrery.MemberKind
	text := strings.TrimSpace(v.PostForm.Get("kind"))
	if err := kind.UnmarshalText([]byte(text)); err != nil || kind == orrery.Visitor {
		return orrery.Errorf(orrery.Invalid, "%q is nothing that somebody can be: go back and choose", text)
	}
	if err := s.Backend.Same.Mark(v.Context(), v.account, id, kind); err != nil {
		return err
	}
	return s.done(w, v, v.to(personPath(id)), "Noted: a %s. Nobody is asked again.", kindWords(kind))
}
