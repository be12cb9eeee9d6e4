package web

import (
	"encoding/json"
	"net/http"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
)

// options answers a script that asks a browser for a passkey: with what to ask, or
// with why not.
func (s *server) options(w http.ResponseWriter, v *visit, options []byte, err error) error {
	status := http.StatusOK
	switch code := orrery.CodeOf(err); {
	case err == nil:
	case code == orrery.Internal:
		return err
	default:
		status = statusOf(code)
		if options, err = json.Marshal(map[string]string{"wrong": v.language.Say(language.T("%s", err.Error()))}); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(options) // who left does not read it
	return nil
}

// beginPasskey asks for the password and answers what a browser makes a passkey from.
func (s *server) beginPasskey(w http.ResponseWriter, v *visit) error {
	options, err := s.Backend.Passkeys.BeginPasskey(v.Context(), v.account, v.PostForm.Get("present"))
	return s.options(w, v, options, err)
}

// addPasskey ends all that the account is logged in with, and logs this browser in
// anew.
func (s *server) addPasskey(w http.ResponseWriter, v *visit) error {
	session, err := s.Backend.Passkeys.AddPasskey(v.Context(), v.account, v.PostForm.Get("name"), []byte(v.PostForm.Get("credential")))
	if err != nil {
		return err
	}
	s.setSession(w, session)
	return s.done(w, v, v.to("/account"), "The passkey is added, and you are logged out everywhere else. You can log in with it from now on.")
}

// changePasskey gives a passkey another name, or takes it away.
func (s *server) changePasskey(w http.ResponseWriter, v *visit) error {
	number, err := strconv.ParseInt(v.PathValue("number"), 10, 64)
	if err != nil {
		return s.nothingHere(w, v)
	}
	if v.PostForm.Get("do") == "remove" {
		session, err := s.Backend.Passkeys.RemovePasskey(v.Context(), v.account, number, v.PostForm.Get("present"))
		if err != nil {
			return err
		}
		s.setSession(w, session)
		return s.done(w, v, v.to("/account"), "The passkey opens nothing any more, and you are logged out everywhere else. Remove it on your device, too.")
	}
	if err := s.Backend.Passkeys.RenamePasskey(v.Context(), v.account, number, v.PostForm.Get("name")); err != nil {
		return err
	}
	return s.done(w, v, v.to("/account"), "The passkey has its new name.")
}

func (s *server) beginPasskeyLogin(w http.ResponseWriter, v *visit) error {
	options, err := s.Backend.Passkeys.BeginPasskeyLogin(v.Context())
	return s.options(w, v, options, err)
}

func (s *server) passkeyLogin(w http.ResponseWriter, v *visit) error {
	session, err := s.Backend.Passkeys.PasskeyLogin(v.Context(), []byte(v.PostForm.Get("credential")))
	return s.loggedIn(w, v, session, err, s.newLoginPage(v, v.PostForm.Get("to")))
}
