package web

import (
	"net/http"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type accountPage struct {
	view.OwnAccount
	Held  []heldRole
	Keys  view.Passkeys
	Wrong string // why the password was not changed
}

// A heldRole is a grant as the one who has it reads it.
type heldRole struct {
	orrery.Grant
	Title string // of the planet; empty: all
}

// ownAccount shows somebody what they are here, and what they are logged in with.
func (s *server) ownAccount(w http.ResponseWriter, v *visit) error {
	return s.showAccount(w, v, http.StatusOK, "")
}

func (s *server) showAccount(w http.ResponseWriter, v *visit, status int, wrong string) error {
	known, err := s.Backend.Own.OwnAccount(v.Context(), v.account, s.sessionOf(v.Request))
	if err != nil {
		return err
	}
	page := accountPage{OwnAccount: known, Wrong: wrong}
	page.Keys.Works, page.Keys.At = s.passkeysFor(v)
	if page.Keys.List, err = s.Backend.Passkeys.ListPasskeys(v.Context(), v.account); err != nil {
		return err
	}
	for _, g := range v.account.Access {
		held := heldRole{Grant: g}
		for _, p := range v.installation.Planets {
			if p.ID == g.Planet {
				held.Title = brand(p)
			}
		}
		page.Held = append(page.Held, held)
	}
	return s.render(w, v, status, "account", language.T("Your account"), page)
}

// changePassword ends all that the account is logged in with, and logs this
// browser in anew.
func (s *server) changePassword(w http.ResponseWriter, v *visit) error {
	session, err := s.Backend.Own.ChangePassword(v.Context(), v.account, v.PostForm.Get("present"), v.PostForm.Get("password"))
	switch code := orrery.CodeOf(err); {
	case err == nil:
	case code == orrery.Denied || code == orrery.Exhausted || code == orrery.Invalid:
		return s.showAccount(w, v, statusOf(code), err.Error())
	default:
		return err
	}
	s.setSession(w, session)
	return s.done(w, v, v.to("/account"), "Your password is changed. What you were logged in with elsewhere and the keys that you made have ended.")
}

func (s *server) endLogin(w http.ResponseWriter, v *visit) error {
	number, err := strconv.ParseInt(v.PathValue("number"), 10, 64)
	if err != nil {
		return s.nothingHere(w, v)
	}
	if err := s.Backend.Own.EndLogin(v.Context(), v.account, number); err != nil {
		return err
	}
	return s.done(w, v, v.to("/account"), "That browser is logged out.")
}

func (s *server) endOtherLogins(w http.ResponseWriter, v *visit) error {
	if err := s.Backend.Own.EndOtherLogins(v.Context(), v.account, s.sessionOf(v.Request)); err != nil {
		return err
	}
	return s.done(w, v, v.to("/account"), "You are logged out everywhere else.")
}
