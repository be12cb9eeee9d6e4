package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/api"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// world is a whole installation behind the door.
type world struct {
	desks   []*view.Desk
	system  *flow.System
	live    *flow.Live
	keys    *account.Keys
	handler http.Handler
	key     map[account.Scope]string // for all planets; ingest is for radio
	radio   orrery.Planet
	shop    orrery.Planet
}

func newWorld(t testing.TB, dir string, limits flow.LiveLimits) *world {
	t.Helper()
	system, err := flow.Open(context.Background(), flow.Config{Dir: dir, Clock: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{system: system, keys: account.NewKeys(system.Storage(), clock), key: map[account.Scope]string{}}
	for _, made := range []struct {
		into *orrery.Planet
		slug string
	}{{&w.radio, "night-radio"}, {&w.shop, "day-shop"}} {
		if *made.into, err = system.Planet(made.slug); err != nil {
			if *made.into, err = system.AddPlanet(context.Background(), orrery.Planet{Slug: made.slug}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, scope := range []account.Scope{account.Read, account.Admin} {
		w.key[scope] = w.newKey(t, account.Key{Scope: scope})
	}
	w.key[account.Ingest] = w.newKey(t, account.Key{Scope: account.Ingest, Planet: w.radio.ID})
	if err := system.Read(context.Background(), func(*flow.State) error { return nil }); err != nil {
		t.Fatal(err)
	}
	w.live = system.StartLive(limits)
	w.handler = w.serve(t, w.live)
	t.Cleanup(func() {
		w.live.Stop()
		for _, desk := range w.desks {
			desk.Stop() // before the data is closed
		}
		if err := system.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) serve(t testing.TB, ingest api.Ingester) http.Handler {
	t.Helper()
	desk := view.NewDesk(w.system)
	w.desks = append(w.desks, desk)
	handler, err := api.New(api.Config{
		Ingest: ingest, Journal: w.system, Books: w.system, Reader: desk, Keys: w.keys,
		Undo: func(ctx context.Context, id orrery.ImportID) (api.Undone, error) {
			u, err := w.system.Undo(ctx, id)
			out := api.Undone{Activities: u.Activities}
			for _, n := range u.HeldBack {
				out.Returnable += n
			}
			return out, err
		},
		Ready: func(context.Context) error { return nil },
		More:  func(w io.Writer) { _, _ = io.WriteString(w, "more_total 1\n") },
		Load: func() api.Load {
			s := w.live.Stats()
			return api.Load{
				Activities: s.Waiting.Activities, MaxActivities: s.Limits.Activities,
				Bytes: s.Waiting.Bytes, MaxBytes: s.Limits.Bytes,
			}
		},
		Log: slog.New(slog.DiscardHandler), Clock: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func (w *world) newKey(t testing.TB, k account.Key) string {
	t.Helper()
	k.Addresses = true
	whole, _, err := w.keys.Create(context.Background(), k)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// ask sends a request with the key of a scope, or with a whole key.
func (w *world) ask(t testing.TB, key, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	var from io.Reader
	if method == http.MethodPost {
		from = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, from)
	if known := w.key[account.Scope(key)]; known != "" {
		key = known
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	out := httptest.NewRecorder()
	w.handler.ServeHTTP(out, r)
	return out
}

// want checks the status and, against the description, the shape of an answer,
// and returns its document.
func want(t testing.TB, what string, got *httptest.ResponseRecorder, status int, method, route string) map[string]any {
	t.Helper()
	if got.Code != status {
		t.Fatalf("%s: got status %d, want %d: %s", what, got.Code, status, got.Body)
	}
	for _, problem := range described(t, got, method, route) {
		t.Errorf("%s: %s", what, problem)
	}
	document := map[string]any{}
	if strings.Contains(got.Header().Get("Content-Type"), "json") && !strings.Contains(got.Header().Get("Content-Type"), "ndjson") {
		if err := json.Unmarshal(got.Body.Bytes(), &document); err != nil {
			t.Fatalf("%s: %v in %s", what, err, got.Body)
		}
	}
	return document
}

// line is an activity on the wire.
func line(i int, more ...string) string {
	return fmt.Sprintf(`{"external_id":"a%d","kind":"post","actor":{"type":"login","value":"p%d","name":"Person %d"},"at":"2026-11-%02dT10:00:00+01:00"%s}`,
		i, i%7, i%7, 1+i%20, strings.Join(more, ""))
}

func lines(from, to int) string {
	var b bytes.Buffer
	for i := from; i < to; i++ {
		b.WriteString(line(i) + "\n")
	}
	return b.String()
}
