package web

import (
	"net/http"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type loginPage struct {
	To, Email, Wrong string
	Passkeys         bool
}

func (s *server) newLoginPage(v *visit, to string) loginPage {
	works, at := s.passkeysFor(v)
	return loginPage{To: local(to, "/"), Passkeys: works && at == ""}
}

// passkeysFor tells whether browsers make passkeys here, and at which other address
// than the one that is looked at.
func (s *server) passkeysFor(v *visit) (works bool, at string) {
	if works, at = s.Backend.Passkeys.Where(); strings.HasSuffix(at, "//"+v.Host) {
		at = ""
	}
	return works, at
}

// sessionCookie is the cookie's name: bound to the host where that is possible.
func (s *server) sessionCookie() string {
	if s.Secure {
		return "__Host-orrery"
	}
	return "orrery"
}

func (s *server) sessionOf(r *http.Request) string {
	c, err := r.Cookie(s.sessionCookie())
	if err != nil {
		return ""
	}
	return c.Value
}

func (s *server) setSession(w http.ResponseWriter, session view.Session) {
	http.SetCookie(w, &http.Cookie{
		Name: s.sessionCookie(), Value: session.Token, Path: "/", Expires: session.Expires,
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// enter takes the one-time link that the command line printed.
func (s *server) enter(w http.ResponseWriter, v *visit) error {
	session, err := s.Backend.Sessions.Enter(v.Context(), v.PathValue("token"))
	if err != nil {
		return err
	}
	s.setSession(w, session)
	http.Redirect(w, v.Request, "/", http.StatusSeeOther)
	return nil
}

func (s *server) askLogin(w http.ResponseWriter, v *visit) error {
	to := local(v.URL.Query().Get("to"), "/")
	if v.loggedIn {
		http.Redirect(w, v.Request, to, http.StatusSeeOther)
		return nil
	}
	return s.render(w, v, http.StatusOK, "login", language.T("Log in"), s.newLoginPage(v, to))
}

func (s *server) login(w http.ResponseWriter, v *visit) error {
	p := s.newLoginPage(v, v.PostForm.Get("to"))
	p.Email = strings.TrimSpace(v.PostForm.Get("email"))
	session, err := s.Backend.Sessions.LogIn(v.Context(), p.Email, v.PostForm.Get("password"))
	return s.loggedIn(w, v, session, err, p)
}

// loggedIn goes on with a session that began, or says why none did.
func (s *server) loggedIn(w http.ResponseWriter, v *visit, session view.Session, err error, p loginPage) error {
	switch code := orrery.CodeOf(err); {
	case err == nil:
	case code == orrery.Denied || code == orrery.Exhausted || code == orrery.Invalid:
		p.Wrong = err.Error()
		return s.render(w, v, statusOf(code), "login", language.T("Log in"), p)
	default:
		return err
	}
	s.setSession(w, session)
	http.Redirect(w, v.Request, p.To, http.StatusSeeOther)
	return nil
}

func (s *server) logout(w http.ResponseWriter, v *visit) error {
	if token := s.sessionOf(v.Request); token != "" {
		if err := s.Backend.Sessions.LogOut(v.Context(), token); err != nil {
			return err
		}
	}
	http.SetCookie(w, &http.Cookie{Name: s.sessionCookie(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, v.Request, "/login", http.StatusSeeOther)
	return nil
}

// theme remembers which of the two looks somebody wants.
func (s *server) theme(w http.ResponseWriter, v *visit) error {
	to := v.PostForm.Get("theme")
	if to != "dark" && to != "light" {
		return orrery.Errorf(orrery.Invalid, "there are two looks: dark and light")
	}
	http.SetCookie(w, &http.Cookie{Name: themeCookie, Value: to, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, v.Request, local(v.PostForm.Get("to"), "/"), http.StatusSeeOther)
	return nil
}
