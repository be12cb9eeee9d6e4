package doors_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
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
	"orrery.dev/orrery/internal/collect/segment"
	"orrery.dev/orrery/internal/doors"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/journal"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// world is a whole installation behind the doors, served over HTTP.
type world struct {
	system *flow.System
	live   *flow.Live
	keys   *account.Keys
	radio  orrery.Planet
	key    string // for ingest around radio, of the source "shop"
	origin string
	config doors.Config
}

func newWorld(t testing.TB, change ...func(*doors.Config)) *world {
	t.Helper()
	system, err := flow.Open(context.Background(), flow.Config{Dir: t.TempDir(), Clock: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{system: system, keys: account.NewKeys(system.Storage(), clock)}
	if w.radio, err = system.AddPlanet(context.Background(), orrery.Planet{Slug: "night-radio"}); err != nil {
		t.Fatal(err)
	}
	w.key = w.newKey(t, account.Key{Scope: account.Ingest, Planet: w.radio.ID, Source: "shop"})
	w.live = system.StartLive(flow.LiveLimits{})
	w.config = doors.Config{
		Ingest: w.live, Keys: w.keys, Planets: system.Planets, Origin: "https://orrery.example.org",
		Log: slog.New(slog.DiscardHandler), Clock: clock,
	}
	for _, c := range change {
		c(&w.config)
	}
	handler, err := doors.New(w.config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config = api.NewServer(api.ServerConfig{Handler: handler, Log: w.config.Log})
	server.Start()
	w.origin = server.URL
	t.Cleanup(func() {
		server.Close()
		w.live.Stop()
		if err := system.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) newKey(t testing.TB, k account.Key) string {
	t.Helper()
	whole, _, err := w.keys.Create(context.Background(), k)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// reply is an answer that was read whole.
type reply struct {
	status int
	header http.Header
	body   string
}

// send sends a request with headers, which come in pairs.
func (w *world) send(t testing.TB, method, path, body string, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequest(method, w.origin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Basic" {
			r.SetBasicAuth(headers[i+1], "")
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

// want fails the test where an answer has another status, or does not say a
// word.
func (r reply) want(t testing.TB, what string, status int, word string) {
	t.Helper()
	if r.status != status || !strings.Contains(r.body, word) {
		t.Errorf("%s: got %d %s, want %d and %q", what, r.status, r.body, status, word)
	}
	if !json.Valid([]byte(r.body)) && status != http.StatusNoContent {
		t.Errorf("%s: the answer is no JSON: %s", what, r.body)
	}
}

// stored returns what the journal holds.
func (w *world) stored(t testing.TB) []orrery.Activity {
	t.Helper()
	list, _, more, err := w.system.Page(context.Background(), w.radio.ID, journal.Position{}, 1000)
	if err != nil || more {
		t.Fatal(err, more)
	}
	return list
}

// ids returns the external ids of what the journal holds, in order of arrival.
func (w *world) ids(t testing.TB) string {
	t.Helper()
	var ids []string
	for _, a := range w.stored(t) {
		ids = append(ids, a.ExternalID)
	}
	return strings.Join(ids, " ")
}

func packed(t testing.TB, body []byte) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func kinds(t testing.TB, table string) segment.Kinds {
	t.Helper()
	k, err := segment.ParseKinds(table)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
