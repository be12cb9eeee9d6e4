package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/mask"
	"orrery.dev/orrery/internal/view"
)

// A visit is one request together with who makes it and which planet they look
// at.
type visit struct {
	*http.Request
	language     *language.Language
	account      view.Account
	loggedIn     bool
	grant        orrery.Grant // what the account may around what the route concerns
	installation view.Installation
	planet       view.Planet // zero while there is none
	asOf         orrery.Day  // the day in the past that the page is asked for; 0: none
}

// An action answers a visit. It writes nothing when it returns an error.
type action func(http.ResponseWriter, *visit) error

const maxForm = 1 << 20 // bytes of a form without a file

func (s *server) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, no-cache")
		v := &visit{Request: r, language: languageOf(r)}
		out := &mask.Writer{ResponseWriter: w, Open: true}
		if err := s.admit(out, v, rt); err != nil {
			s.fail(out, v, err)
		}
		_ = out.Close() // who left does not read it
	})
}

func (s *server) admit(w *mask.Writer, v *visit, rt route) error {
	if token := s.sessionOf(v.Request); token != "" {
		account, err := s.Backend.Sessions.Account(v.Context(), token)
		if err != nil && orrery.CodeOf(err) != orrery.Denied {
			return err
		}
		v.account, v.loggedIn = account, err == nil
	}
	if v.loggedIn {
		w.Open = false // until it is known that they see addresses
	}
	if rt.permission.role > orrery.NoRole && !v.loggedIn {
		if v.Method != http.MethodGet {
			return orrery.Errorf(orrery.Denied, "you are not logged in any more: log in and try again")
		}
		http.Redirect(w, v.Request, "/login?to="+url.QueryEscape(v.URL.RequestURI()), http.StatusSeeOther)
		return nil
	}
	if v.loggedIn {
		v.Request = v.WithContext(orrery.WithViewer(v.Context(), orrery.Viewer{Access: v.account.Access}))
	}
	if err := s.orient(v); err != nil {
		return err
	}
	asked, err := dayAsked(v)
	if err != nil {
		return err
	}
	v.asOf = asked
	if v.Method == http.MethodPost && v.Pattern != "POST /sources/upload" {
		v.Body = http.MaxBytesReader(w, v.Body, maxForm)
		if err := v.ParseForm(); err != nil {
			return orrery.Errorf(orrery.Invalid, "the form could not be read: go back and try again")
		}
	}
	if v.loggedIn {
		if v.Method == http.MethodGet && !v.installation.Ready {
			s.loading(w, v, http.StatusOK)
			return nil
		}
		if v.grant, err = s.grantFor(v, rt.permission); err != nil {
			return err
		}
		if v.grant.Role < rt.permission.role {
			return refused(v.grant.Role, rt.permission.role)
		}
		w.Open = v.grant.Addresses
		v.Request = v.WithContext(orrery.WithViewer(v.Context(), orrery.Viewer{Access: v.account.Access, Addresses: v.grant.Addresses}))
	}
	return s.act(w, v, rt)
}

// act answers a visit that may be answered, and sees to it that the audit
// tells of what it changed or took away: in the transaction of that, or right
// after.
func (s *server) act(w *mask.Writer, v *visit, rt route) error {
	name := rt.audited()
	if name == "" {
		return rt.action(w, v)
	}
	entry := audit.Entry{At: s.Clock(), By: audit.Nobody, Action: name, Planet: v.planet.ID, About: concerned(v, rt)}
	switch {
	case v.loggedIn:
		entry.By = audit.Account(v.account.ID)
	case v.Pattern == "POST /room/{token}":
		entry.By = audit.Partner
	}
	ctx, pending := audit.With(v.Context(), entry)
	v.Request = v.WithContext(ctx)
	if err := rt.action(w, v); err != nil {
		return err
	}
	if entry, left := pending.Left(); left && w.Status() < http.StatusBadRequest {
		if err := s.Backend.Audit.Record(context.WithoutCancel(ctx), entry); err != nil {
			s.Log.Error("audit not written", slog.String("route", v.Pattern), slog.Any("error", err))
		}
	}
	return nil
}

// orient finds the planet that a visit is about: the one it names, else the
// first. Planets that the account does not see are not there.
func (s *server) orient(v *visit) error {
	if !v.loggedIn {
		return nil
	}
	installation, err := s.Backend.Setup.Installation(v.Context())
	if err != nil {
		return err
	}
	installation.Planets = slices.DeleteFunc(ownFirst(installation.Planets), func(p view.Planet) bool { return !v.account.Access.Sees(p.ID) })
	v.installation = installation
	named := v.URL.Query().Get("planet")
	for _, p := range installation.Planets {
		if named == "" || p.Name == named || strconv.Itoa(int(p.ID)) == named {
			v.planet = p
			return nil
		}
	}
	for _, p := range installation.Hidden {
		if p.Name == named && v.account.Access.Sees(p.ID) {
			return orrery.Errorf(orrery.NotFound, "%s is archived: it can be brought back under Settings, Planets", brand(p))
		}
	}
	if named != "" && installation.Ready {
		return orrery.Errorf(orrery.NotFound, "there is no planet %q", named)
	}
	return nil
}

// ownFirst puts planets of the sample behind those that people named.
func ownFirst(planets []view.Planet) []view.Planet {
	planets = slices.Clone(planets)
	slices.SortStableFunc(planets, func(a, b view.Planet) int {
		switch {
		case a.Sample == b.Sample:
			return 0
		case a.Sample:
			return 1
		}
		return -1
	})
	return planets
}

// homeless sends a visit to the first run when there is no planet yet.
func (s *server) homeless(w http.ResponseWriter, v *visit) bool {
	if v.planet.ID != 0 {
		return false
	}
	http.Redirect(w, v.Request, "/welcome", http.StatusSeeOther)
	return true
}

// statusOf maps the codes of errors to HTTP.
func statusOf(code orrery.Code) int {
	switch code {
	case orrery.Invalid:
		return http.StatusUnprocessableEntity
	case orrery.NotFound:
		return http.StatusNotFound
	case orrery.Conflict:
		return http.StatusConflict
	case orrery.Denied:
		return http.StatusForbidden
	case orrery.Exhausted:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}

type failure struct {
	Status int
	Title  language.Text
	Text   any // a language.Text, or the text of an error
}

// fail tells a person what went wrong; what is our fault is logged and told
// without its inside.
func (s *server) fail(w http.ResponseWriter, v *visit, err error) {
	if v.Context().Err() != nil {
		return // they left
	}
	if errors.Is(err, view.ErrMaking) {
		s.loading(w, v, http.StatusServiceUnavailable)
		return
	}
	code := orrery.CodeOf(err)
	f := failure{Status: statusOf(code), Title: language.T("That did not work"), Text: err.Error()}
	switch code {
	case orrery.Invalid:
		if errors.Is(err, view.ErrDay) {
			f.Title = language.T("Nothing can be told of that day")
		}
	case orrery.NotFound:
		f.Title = language.T("Nothing is in orbit here")
	case orrery.Denied:
		f.Title = language.T("This is not yours to do")
	case orrery.Internal:
		f.Title, f.Text = language.T("Something broke on our side"), language.T("Nothing that you stored is lost. Try again; if it stays, the log of the program says what happened.")
		s.Log.Error("page failed", slog.String("route", v.Pattern), slog.Any("error", err))
	}
	if code == orrery.Exhausted {
		w.Header().Set("Retry-After", "30")
	}
	if err := s.render(w, v, f.Status, "failure", f.Title, f); err != nil {
		s.Log.Error("error page failed", slog.Any("error", err))
		http.Error(w, v.language.Say(f.Title), f.Status)
	}
}

// loading asks for patience; the page asks again by itself.
func (s *server) loading(w http.ResponseWriter, v *visit, status int) {
	w.Header().Set("Retry-After", "1")
	if err := s.render(w, v, status, "loading", language.T("Getting ready"), nil); err != nil {
		s.Log.Error("page failed", slog.Any("error", err))
	}
}

func (s *server) nothingHere(http.ResponseWriter, *visit) error {
	return orrery.Errorf(orrery.NotFound, "this address leads nowhere: it may be mistyped, or what it named is gone")
}

// render writes a whole page or, on an error, nothing.
func (s *server) render(w http.ResponseWriter, v *visit, status int, name string, title, body any) error {
	if v.loggedIn && !v.grant.Addresses {
		title, body = mask.Deep(title), mask.Deep(body)
	}
	p := s.page(w, v, name, title, body)
	if tasked[name] && v.loggedIn {
		var err error
		if p.open, err = s.Backend.Tasks.OpenTasks(v.Context(), v.account, v.planet.ID); err != nil {
			return err
		}
	}
	if v.loggedIn && p.mayHear() {
		if now, err := s.Backend.Reader.Arrivals(v.Context(), v.planet.ID, view.NotCounted); err == nil {
			p.Since = now
		}
	}
	var out bytes.Buffer
	if err := dress(&out, s.pages[v.language], p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.speak(w)
	w.WriteHeader(status)
	_, _ = out.WriteTo(w) // who left does not read it
	return nil
}
