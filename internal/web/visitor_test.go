package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web"
	"orrery.dev/orrery/internal/web/webtest"
)

// A visitor is a browser without JavaScript.
type visitor struct {
	t      *testing.T
	client *http.Client
	origin string
}

func visit(t *testing.T, o webtest.Options) *visitor {
	t.Helper()
	return visitWorld(t, webtest.New(o))
}

func visitWorld(t *testing.T, world *webtest.World) *visitor {
	t.Helper()
	return visitBackend(t, world, world.Backend())
}

func visitBackend(t *testing.T, world *webtest.World, backend web.Backend) *visitor {
	t.Helper()
	handler, err := web.New(web.Config{Backend: backend, Log: slog.New(slog.DiscardHandler), Clock: world.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, &http.Client{Jar: jar}, server.URL}
}

func (v *visitor) enter() *visitor {
	v.t.Helper()
	if _, code := v.get(web.EntryPath("once")); code != http.StatusOK {
		v.t.Fatalf("the one-time link answers %d", code)
	}
	return v
}

func (v *visitor) get(path string) (string, int) {
	v.t.Helper()
	return v.send(http.MethodGet, path, "", nil)
}

func (v *visitor) post(path string, fields ...string) (string, int) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return v.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (v *visitor) send(method, path, kind string, body io.Reader) (string, int) {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.origin+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(text), response.StatusCode
}

func (v *visitor) says(path, want string) {
	v.t.Helper()
	text, code := v.get(path)
	if code != http.StatusOK || !strings.Contains(text, want) {
		v.t.Errorf("%s answers %d and does not say %q", path, code, want)
	}
}
