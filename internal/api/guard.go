package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/inlet"
	"orrery.dev/orrery/internal/mask"
)

// A call is one request together with whose it is.
type call struct {
	*http.Request
	key  account.Key
	body []byte // of a write, whole and expanded
}

// An action answers a call. It writes nothing when it returns an error.
type action func(*server, http.ResponseWriter, *call) error

func (s *server) guard(index int) http.Handler {
	rt := &routes[index]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.Clock()
		out := &recorder{ResponseWriter: w}
		h := out.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		body := &mask.Writer{ResponseWriter: out, Open: rt.scope == ""}
		if err := s.admit(body, &call{Request: r}, rt); err != nil {
			s.fail(out, r, err)
		}
		_ = body.Close() // who left does not read it
		s.meters.request(index, out.status, s.Clock().Sub(began))
	})
}

// admit lets a call in whose key may do what the route does. Cookies count for
// nothing here.
func (s *server) admit(w *mask.Writer, c *call, rt *route) error {
	if rt.scope != "" {
		key, err := s.keyOf(c)
		if err != nil {
			return err
		}
		if !key.Allows(rt.scope) {
			return orrery.Errorf(orrery.Denied, "this key is for %s, and %s %s needs one for %s", key.Scope, c.Method, c.URL.Path, rt.scope)
		}
		c.key, w.Open = key, key.Addresses
		c.Request = c.WithContext(orrery.WithViewer(c.Context(), orrery.Viewer{Access: key.Access(), Addresses: key.Addresses}))
	}
	if c.Method != http.MethodPost {
		return rt.action(s, w, c)
	}
	ingest := rt.scope == account.Ingest
	if ingest && s.atWork.Load() >= mostAtWork {
		return errAtWork // before the body costs anything
	}
	release, err := s.readBody(w, c)
	defer release()
	if err != nil {
		return err
	}
	if ingest {
		n := int64(len(c.body))
		defer s.atWork.Add(-n)
		if s.atWork.Add(n)-n >= mostAtWork {
			return errAtWork
		}
	}
	if ingest {
		return s.once(w, c, rt.action)
	}
	return s.noted(w, c, rt)
}

// noted carries a change out and sees to it that the audit tells of it.
func (s *server) noted(w *mask.Writer, c *call, rt *route) error {
	entry := audit.Entry{At: s.Clock(), By: audit.Key(c.key.ID), Action: rt.audited(), Planet: c.key.Planet}
	if id, err := strconv.ParseUint(c.PathValue("id"), 10, 63); err == nil {
		entry.About = append(entry.About, audit.Number("import", id))
	}
	ctx, pending := audit.With(c.Context(), entry)
	c.Request = c.WithContext(ctx)
	if err := s.once(w, c, rt.action); err != nil {
		return err
	}
	if entry, left := pending.Left(); left && w.Status() < http.StatusBadRequest && s.Record != nil {
		if err := s.Record(context.WithoutCancel(ctx), entry); err != nil {
			s.Log.Error("audit not written", "route", rt.pattern, "error", err.Error())
		}
	}
	return nil
}

// audited is how the audit calls what a route does; empty where it does not tell
// of it: of what arrives, imports tell.
func (rt *route) audited() string {
	if rt.scope != account.Admin {
		return ""
	}
	_, path, _ := strings.Cut(rt.pattern, " ")
	var words []string
	for word := range strings.SplitSeq(strings.TrimPrefix(path, "/api/v1"), "/") {
		if word != "" && !strings.HasPrefix(word, "{") {
			words = append(words, word)
		}
	}
	return "api." + strings.Join(words, ".")
}

// mostAtWork is how many bytes of activities are parsed and stored at once: some
// two thousand activities. More would only wait longer for each other; whoever
// comes on top is asked to come again. One request more than that is let in,
// however large, so that large ones get their turn. A body that is still arriving
// does not count: slow clients keep nobody out.
const mostAtWork = 512 << 10

var errAtWork = inlet.Busy{Err: orrery.Errorf(orrery.Exhausted, "more arrives than can be stored: send it again in a moment")}

func (s *server) keyOf(c *call) (account.Key, error) {
	scheme, whole, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || whole == "" {
		return account.Key{}, inlet.NoKey{Err: orrery.Errorf(orrery.Denied, "a key is needed: send it as Authorization: Bearer orr_…")}
	}
	key, err := s.Keys.Check(c.Context(), strings.TrimSpace(whole))
	if orrery.CodeOf(err) == orrery.Denied {
		return key, inlet.NoKey{Err: err}
	}
	return key, err
}

// fail tells what went wrong; what is our fault is logged and told without its
// inside.
func (s *server) fail(w *recorder, r *http.Request, err error) {
	if w.status != 0 {
		s.Log.Error("answer broke off", "route", r.Pattern, "error", err.Error())
		panic(http.ErrAbortHandler) // the reader must not take it for whole
	}
	if r.Context().Err() != nil {
		w.status = 499 // they left; for the metrics alone
		return
	}
	p := inlet.ProblemOf(w.Header(), err, http.StatusUnprocessableEntity)
	if p.Status == http.StatusInternalServerError {
		s.Log.Error("request failed", "route", r.Pattern, "error", err.Error())
	}
	body, _ := json.Marshal(p) // strings and numbers
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n')) // who left does not read it
}

func (s *server) nothingHere(w http.ResponseWriter, r *http.Request) {
	out := &recorder{ResponseWriter: w}
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		probe := *r
		probe.Method = method
		if _, pattern := s.mux.Handler(&probe); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		s.fail(out, r, orrery.Errorf(orrery.NotFound, "there is nothing at %.200s: /api/openapi.json lists what there is", r.URL.Path))
		return
	}
	out.Header().Set("Allow", strings.Join(allowed, ", "))
	out.Header().Set("Content-Type", "application/problem+json")
	out.WriteHeader(http.StatusMethodNotAllowed)
	body, _ := json.Marshal(inlet.Problem{
		Type: "about:blank", Title: http.StatusText(http.StatusMethodNotAllowed), Status: http.StatusMethodNotAllowed,
		Detail: "this address takes " + strings.Join(allowed, " and "),
	})
	_, _ = out.Write(append(body, '\n'))
}

// answer writes a JSON document with an ETag, or 304 where the reader has it.
func answer(w http.ResponseWriter, c *call, status int, v any) error {
	if c.key.ID != "" && !c.key.Addresses {
		v = mask.Deep(v)
	}
	var out bytes.Buffer
	if err := json.NewEncoder(&out).Encode(v); err != nil {
		return err
	}
	return send(w, c, status, "application/json", out.Bytes())
}

func send(w http.ResponseWriter, c *call, status int, contentType string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", contentType)
	if c.Method == http.MethodGet || c.Method == http.MethodHead {
		sum := sha256.Sum256(body)
		tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", tag)
		h.Set("Cache-Control", "private, no-cache")
		h.Set("Vary", "Authorization")
		for known := range strings.SplitSeq(c.Header.Get("If-None-Match"), ",") {
			if known = strings.TrimPrefix(strings.TrimSpace(known), "W/"); known == tag || known == "*" {
				w.WriteHeader(http.StatusNotModified)
				return nil
			}
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // who left does not read it
	return nil
}

// recorder notes the status that was written.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
