package doors

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
)

func (s *server) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		if rt.browsers {
			h.Set("Access-Control-Allow-Origin", "*")
			h.Set("Access-Control-Expose-Headers", "Retry-After")
		}
		if err := rt.action(s, w, r); err != nil {
			s.fail(w, r, rt, err)
		}
	})
}

// preflight lets a browser ask before it sends. A key says who sends, never a
// cookie, so any site may and with any header.
func (s *server) preflight(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		h.Set("Access-Control-Allow-Headers", asked)
	}
	h.Set("Access-Control-Max-Age", "86400")
	h.Set("Vary", "Access-Control-Request-Headers")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// errNoKey is answered 401.
type errNoKey struct{ error }

func (e errNoKey) Unwrap() error { return e.error }

// source returns where what a request brings comes from, by its key: the one in
// a header, else the one in the body.
func (s *server) source(r *http.Request, inBody string) (orrery.IngestSource, error) {
	whole := keyOf(r)
	if whole == "" {
		whole = inBody
	}
	if whole == "" {
		return orrery.IngestSource{}, errNoKey{orrery.Errorf(orrery.Denied,
			"a key is needed: make one with `orrery keys create` and send it as the write key, or as Authorization: Bearer orr_…")}
	}
	key, err := s.check(r.Context(), whole)
	if err != nil {
		return orrery.IngestSource{}, err
	}
	for _, p := range s.Planets() {
		if p.ID != key.Planet {
			continue
		}
		source := orrery.IngestSource{Name: key.Source, Kind: doorKind, Planet: p.Slug}
		if source.Name == "" {
			source.Name = doorKind + "/" + p.Slug
		}
		return source, nil
	}
	return orrery.IngestSource{}, orrery.Errorf(orrery.Denied,
		"this key names no planet, and events need one: make a key for it with `orrery keys create --planet NAME`")
}

// doorKind is the kind of all sources that hand in activities with a key, so
// that one key may use every door.
const doorKind = "api"

func (s *server) check(ctx context.Context, whole string) (account.Key, error) {
	key, err := s.Keys.Check(ctx, whole)
	switch {
	case orrery.CodeOf(err) == orrery.Denied:
		return key, errNoKey{err}
	case err != nil:
		return key, err
	case !key.Allows(account.Ingest):
		return key, orrery.Errorf(orrery.Denied, "this key is for %s, and events need one for %s", key.Scope, account.Ingest)
	}
	return key, nil
}

// keyOf returns the key in a request's headers: a bearer's, the user name of
// Basic, or Jitsu's own, in which the key may stand before or behind a colon.
func keyOf(r *http.Request) string {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if rest = strings.TrimSpace(rest); strings.EqualFold(scheme, "Bearer") && rest != "" {
		return rest
	}
	if user, _, ok := r.BasicAuth(); ok && user != "" {
		return user
	}
	whole := strings.TrimSpace(r.Header.Get("X-Write-Key"))
	before, behind, _ := strings.Cut(whole, ":")
	if strings.HasPrefix(behind, "orr_") {
		return behind
	}
	return before
}

// problem is an error as RFC 9457 tells it.
type problem struct {
	Type   string     `json:"type"`
	Title  string     `json:"title"`
	Status int        `json:"status"`
	Detail string     `json:"detail"`
	Errors []rowError `json:"errors,omitempty"`
}

// rowError is what is wrong with one of many events.
type rowError struct {
	Index  int    `json:"index"` // from 0
	Reason string `json:"reason"`
}

// withRows is an error that several events share.
type withRows struct {
	error
	rows []rowError
}

func (e withRows) Unwrap() error { return e.error }

// statusOf is the one place where codes become HTTP.
func statusOf(err error, rt route) int {
	switch {
	case errors.As(err, new(errNoKey)):
		return http.StatusUnauthorized
	case errors.Is(err, errTooLarge):
		return http.StatusRequestEntityTooLarge
	}
	switch orrery.CodeOf(err) {
	case orrery.Invalid:
		return rt.invalid
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

// fail tells what went wrong; what is our fault is logged and told without its
// inside.
func (s *server) fail(w http.ResponseWriter, r *http.Request, rt route, err error) {
	if r.Context().Err() != nil {
		return // they left
	}
	p := problem{Type: "about:blank", Status: statusOf(err, rt), Detail: err.Error()}
	p.Title = http.StatusText(p.Status)
	switch p.Status {
	case http.StatusInternalServerError:
		s.Log.Error("request failed", "route", rt.pattern, "error", err.Error())
		p.Detail = "something broke on our side; what was acknowledged is not lost"
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="orrery"`) // no Basic: a browser would ask its user
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter(err)))
	}
	if rows := (withRows{}); errors.As(err, &rows) {
		p.Errors = rows.rows
	}
	answer(w, "application/problem+json", p.Status, p)
}

// retryAfter returns the seconds that an error asks to wait for.
func retryAfter(err error) int {
	const unknown = 5
	var hint interface{ RetryAfter() time.Duration }
	if !errors.As(err, &hint) {
		return unknown
	}
	return max(1, int(math.Ceil(hint.RetryAfter().Seconds())))
}

func (s *server) nothingHere(_ http.ResponseWriter, r *http.Request) error {
	return orrery.Errorf(orrery.NotFound, "there is nothing that takes %.10s %.200s", r.Method, r.URL.Path)
}

func answer(w http.ResponseWriter, media string, status int, v any) {
	body, _ := json.Marshal(v) // strings and numbers
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // who left does not read it
}
