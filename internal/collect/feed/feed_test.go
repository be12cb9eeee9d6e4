package feed_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/feed"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func read(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheConnectorConforms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, before, more string }{
		{"blog.atom", "  <entry>", "<entry><id>new</id><title>New</title><updated>2021-01-01T00:00:00Z</updated></entry>"},
		{"pod.rss", "<item>", "<item><guid>new</guid><pubDate>Mon, 06 Jan 2021 10:00:00 GMT</pubDate></item>"},
		{"notes.json", `{"id":"1"`, `{"id":"new","date_published":"2021-01-03T00:00:00Z"},`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := read(t, c.name)
			grown := strings.Replace(text, c.before, c.more+c.before, 1)
			golden := "testdata/" + c.name + ".golden.ndjson"
			path := write(t, c.name, text)
			collecttest.Run(t, collecttest.Case{
				New:    func(*testing.T) collect.Connector { return feed.New(path, feed.Options{Author: "Somebody", Now: now}) },
				Grow:   func(t *testing.T) { replace(t, path, grown) },
				Golden: golden,
				Now:    now,
			})
		})
		t.Run(c.name+" by its address", func(t *testing.T) {
			t.Parallel()
			text := read(t, c.name)
			var served atomic.Value
			served.Store(text)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, served.Load()) }))
			t.Cleanup(server.Close)
			collecttest.Run(t, collecttest.Case{
				New: func(*testing.T) collect.Connector {
					return feed.New(server.URL+"/feed", feed.Options{Client: server.Client(), Author: "Somebody", Now: now})
				},
				Grow: func(*testing.T) { served.Store(strings.Replace(text, c.before, c.more+c.before, 1)) },
				Now:  now,
			})
		})
	}
}

func replace(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAServerIsAskedForWhatIsNew(t *testing.T) {
	t.Parallel()
	text := read(t, "notes.json")
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("If-None-Match")+" "+r.Header.Get("If-Modified-Since"))
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Wed, 01 Jan 2020 00:00:00 GMT")
		fmt.Fprint(w, text)
	}))
	defer server.Close()
	open := func() *feed.Connector { return feed.New(server.URL, feed.Options{Client: server.Client(), Now: now}) }
	first := collecttest.Collect(t, open(), nil)
	second := collecttest.Collect(t, open(), first.Cursor)
	if len(first.Activities) != 3 || len(second.Activities) != 0 || string(second.Cursor) != string(first.Cursor) {
		t.Errorf("got %d and %d activities, want 3 and none", len(first.Activities), len(second.Activities))
	}
	if want := `"v1" Wed, 01 Jan 2020 00:00:00 GMT`; len(asked) != 2 || asked[1] != want {
		t.Errorf("asked with %q, want %q", asked, want)
	}
}

func TestAnEntryAheadOfItsTimeComesWhenItIsDue(t *testing.T) {
	t.Parallel()
	text := `{"version":"https://jsonfeed.org/version/1.1","authors":[{"name":"Lin"}],"items":[{"id":"1","date_published":"2027-01-01T00:00:00Z"}]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, text)
	}))
	defer server.Close()
	open := func(now time.Time) *feed.Connector {
		return feed.New(server.URL, feed.Options{Client: server.Client(), Now: now})
	}
	first := collecttest.Collect(t, open(now), nil)
	again := collecttest.Collect(t, open(now), first.Cursor)
	due := collecttest.Collect(t, open(now.AddDate(0, 3, 0)), again.Cursor)
	if len(first.Skips) != 1 || len(again.Skips) != 0 || len(due.Activities) != 1 {
		t.Errorf("got %d skips, then %d, then %d activities, want 1, 0 and 1", len(first.Skips), len(again.Skips), len(due.Activities))
	}
}

func TestWhatIsNoFeedIsRefusedInWords(t *testing.T) {
	t.Parallel()
	pages := map[string]struct {
		status int
		body   string
		code   orrery.Code
		says   string
	}{
		"/gone":   {http.StatusGone, "", orrery.NotFound, "no feed"},
		"/closed": {http.StatusForbidden, "", orrery.Denied, "open to all"},
		"/busy":   {http.StatusServiceUnavailable, "", orrery.Exhausted, "later"},
		"/page":   {http.StatusOK, "<!doctype html><html><body>Hello", orrery.Invalid, "no feed"},
		"/empty":  {http.StatusOK, "", orrery.Invalid, "nothing"},
		"/huge":   {http.StatusOK, "<rss>" + strings.Repeat("x", 9<<20), orrery.Invalid, "larger"},
		"/deep":   {http.StatusOK, "<rss>" + strings.Repeat("<a>", 1_000_000), orrery.Invalid, "deep"},
		"/wide":   {http.StatusOK, "<\x00r\x00s\x00s\x00>\x00", orrery.Invalid, "UTF-8"},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(pages[r.URL.Path].status)
		fmt.Fprint(w, pages[r.URL.Path].body)
	}))
	defer server.Close()
	for path, want := range pages {
		_, err := feed.New(server.URL+path, feed.Options{Client: server.Client(), Now: now}).Collect(t.Context(), nil, &collecttest.Recorder{})
		if orrery.CodeOf(err) != want.code || !strings.Contains(err.Error(), want.says) {
			t.Errorf("%s: got %v, want code %d and %q", path, err, want.code, want.says)
		}
	}
	for _, address := range []string{"https://", "http://user:secret@example.org/feed"} {
		if _, err := feed.New(address, feed.Options{}).Source(t.Context()); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%s: got %v, want it refused", address, err)
		}
	}
}

func TestTheOwnNetworkIsRefusedUnlessSaid(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/around" {
			http.Redirect(w, r, "/around", http.StatusFound)
			return
		}
		fmt.Fprint(w, read(t, "notes.json"))
	}))
	defer server.Close()
	port := server.URL[strings.LastIndexByte(server.URL, ':'):]
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::]", "0.0.0.0", "127.1", "[64:ff9b::7f00:1]", "169.254.169.254", "10.0.0.1"} {
		_, err := feed.New("http://"+host+port, feed.Options{Now: now}).Collect(t.Context(), nil, &collecttest.Recorder{})
		if err == nil {
			t.Errorf("%s was asked", host)
		}
		if host == "127.0.0.1" && orrery.CodeOf(err) != orrery.Denied {
			t.Errorf("%s: got %v, want it denied in words", host, err)
		}
	}
	private := feed.NewClient(true)
	defer private.CloseIdleConnections()
	if got := collecttest.Collect(t, feed.New(server.URL, feed.Options{Client: private, Now: now}), nil).Activities; len(got) != 3 {
		t.Errorf("got %d activities where it was allowed, want 3", len(got))
	}
	_, err := feed.New(server.URL+"/around", feed.Options{Client: private, Now: now}).Collect(t.Context(), nil, &collecttest.Recorder{})
	if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "three times") {
		t.Errorf("got %v, want an end of redirects", err)
	}
}

func TestThePlatformMakesConnectors(t *testing.T) {
	t.Parallel()
	p := feed.Platform()
	if p.Pull == nil || p.Every < time.Minute || len(p.Keeps) == 0 {
		t.Fatalf("got %+v", p)
	}
	c, err := p.Pull(collect.Values{"url": "https://www.example.org/a/feed.xml?key=secret"}, http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Source(t.Context())
	if err != nil || s.Planet != "example-org" || strings.Contains(s.Origin+s.Name, "secret") {
		t.Errorf("got %+v, %v, want a planet of the host and no key", s, err)
	}
	if _, err := p.Pull(collect.Values{"url": "/etc/passwd"}, http.DefaultClient); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("a path: got %v, want it refused", err)
	}
}

// Not parallel: it measures memory.
func TestBombsOfXMLAreRefusedInLittleMemory(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("ha", 1000) + `">`
	for c := 'b'; c < 'k'; c++ {
		laughs += fmt.Sprintf("<!ENTITY %c \"%s\">", c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
	}
	laughs += `]><rss><channel><item><guid>1</guid><title>&j;</title><author>A</author><pubDate>Sat, 04 Jan 2020 10:00:00 GMT</pubDate></item></channel></rss>`
	for name, text := range map[string]string{
		"entities":          laughs,
		"deep elements":     "<rss>" + strings.Repeat("<a>", 2_000_000),
		"a huge attribute":  `<rss><channel x="` + strings.Repeat("x", 9<<20) + `">`,
		"a deep JSON":       `{"version":` + strings.Repeat("[", 4_000_000),
		"a large attribute": `<rss><channel x="` + strings.Repeat("x", 7<<20) + `"><item><guid>1</guid></item></channel></rss>`,
	} {
		path := write(t, "a.xml", text)
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var r collecttest.Recorder
		err := r.Run(t.Context(), feed.New(path, feed.Options{Now: now}), nil)
		runtime.ReadMemStats(&after)
		if err != nil && orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%s: got %v, want an invalid error", name, err)
		}
		if name == "entities" && len(r.Activities) == 1 && len(r.Activities[0].Object.Title) > 300 {
			t.Errorf("%s: an entity was expanded", name)
		}
		if grown := after.HeapSys - min(before.HeapSys, after.HeapSys); grown > 64<<20 {
			t.Errorf("%s: the heap grew by %d MB, want 64 at most", name, grown>>20)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"blog.atom", "pod.rss", "notes.json"} {
		f.Add(read(f, name))
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := write(t, "a", text)
		if _, err := feed.New(path, feed.Options{Author: "A", Now: now}).Source(t.Context()); err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Error(err)
			}
			return
		}
		r := collecttest.Collect(t, feed.New(path, feed.Options{Author: "A", Now: now}), nil)
		for _, a := range r.Activities {
			for _, s := range append([]string{a.ExternalID, a.Actor.Value, a.Object.Title, a.Object.URL}, a.Tags...) {
				if strings.ToValidUTF8(s, "") != s || strings.ContainsRune(s, 0) || len(s) > 1200 {
					t.Errorf("%q is no text", s)
				}
			}
		}
	})
}
