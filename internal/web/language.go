package web

import (
	"net/http"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
)

const languageCookie = "orrery_language"

// languageOf returns the language that somebody chose, else what their browser
// asks for.
func languageOf(r *http.Request) *language.Language {
	chosen := ""
	if c, err := r.Cookie(languageCookie); err == nil {
		chosen = c.Value
	}
	return language.Match(chosen, r.Header.Get("Accept-Language"))
}

// speak says in the headers of an answer in which language it is, and what that
// hangs on.
func (v *visit) speak(w http.ResponseWriter) {
	w.Header().Set("Content-Language", v.language.Tag)
	w.Header().Add("Vary", "Accept-Language, Cookie")
}

// chooseLanguage remembers in which language somebody wants to read.
func (s *server) chooseLanguage(w http.ResponseWriter, v *visit) error {
	l, ok := language.Of(v.PostForm.Get("language"))
	if !ok {
		return orrery.Errorf(orrery.Invalid, "this language is not here yet: choose one of those at the foot of the page")
	}
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: l.Tag, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, v.Request, local(v.PostForm.Get("to"), "/"), http.StatusSeeOther)
	return nil
}
