package doors

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/inlet"
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

// source returns where what a request brings comes from, by its key: the one in
// a header, else the one in the body.
func (s *server) source(r *http.Request, inBody string) (orrery.IngestSource, error) {
	whole := keyOf(r)
	if whole == "" {
		whole = inBody
	}
	if whole == "" {
		return orrery.IngestSource{}, inlet.NoKey{Err: orrery.Errorf(orrery.Denied,
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
		return key, inlet.NoKey{Err: err}
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

// fail tells what went wrong; what is our fault is logged and told without its
// inside.
func (s *server) fail(w http.ResponseWriter, r *http.Request, rt route, err error) {
	if r.Context().Err() != nil {
		return // they left
	}
	p := inlet.ProblemOf(w.Header(), err, rt.invalid)
	if p.Status == http.StatusInternalServerError {
		s.Log.Error("request failed", "route", rt.pattern, "error", err.Error())
	}
	answer(w, "application/problem+json", p.Status, p)
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
