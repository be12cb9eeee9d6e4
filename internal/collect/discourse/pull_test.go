package discourse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// replayed answers as a forum does, from recorded posts.
type replayed struct {
	mu     sync.Mutex
	posts  []map[string]any // newest first
	page   int              // posts a page
	narrow bool             // as forums did before 2026: a page looks through 50 numbers
	busy   int              // so many requests are answered with 429
	letter int64            // above the newest public post
	asked  []string
	key    string // that is needed, if any
}

func newReplayed(t *testing.T) *replayed {
	t.Helper()
	data, err := os.ReadFile("testdata/forum/posts.json")
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Posts []map[string]any `json:"latest_posts"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return &replayed{posts: list.Posts, page: 3}
}

func number(post map[string]any) int64 { return int64(post["id"].(float64)) }

func (f *replayed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, r.URL.RequestURI())
	switch {
	case f.busy > 0:
		f.busy--
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	case f.key != "" && (r.Header.Get("Api-Key") != f.key || r.Header.Get("Api-Username") != "orrery"):
		w.WriteHeader(http.StatusForbidden)
		return
	}
	switch r.URL.Path {
	case "/posts.json":
		f.list(w, r)
	case "/latest.json":
		fmt.Fprint(w, `{"topic_list":{"topics":[{"id":92,"title":"Which wax?"}]}}`)
	case "/t/92.json":
		fmt.Fprint(w, `{"id":92,"post_stream":{"posts":[],"stream":[5000,5003,5004,5005]}}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (f *replayed) list(w http.ResponseWriter, r *http.Request) {
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	top := max(f.letter, number(f.posts[0]))
	var page []map[string]any
	for _, p := range f.posts {
		id := number(p)
		switch {
		case len(page) == f.page:
		case f.narrow && before == 0 && id > top-window, f.narrow && before > 0 && id <= before && id > before-window:
			page = append(page, p)
		case !f.narrow && (before == 0 || id < before):
			page = append(page, p)
		}
	}
	etag := fmt.Sprintf(`W/"%d-%d"`, before, top)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("ETag", etag)
	_ = json.NewEncoder(w).Encode(map[string]any{"latest_posts": page}) // a client that left needs no answer
}

// serve opens the forum under a name of its own and returns how to read it. The
// time that the reader would have waited is added to waited.
func (f *replayed) serve(t *testing.T, values collect.Values, waited *time.Duration) func(*testing.T) collect.Connector {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return func(t *testing.T) collect.Connector {
		t.Helper()
		p, err := newPull(collect.Values{"url": server.URL, "api_key": values["api_key"], "api_username": "orrery"}, server.Client())
		if err != nil {
			t.Fatal(err)
		}
		p.forum = forum{base: server.URL, host: "forum.example.org"}
		p.now = func() time.Time { return now }
		p.client.wait = func(ctx context.Context, d time.Duration) error {
			if waited != nil {
				*waited += d
			}
			return ctx.Err()
		}
		return p
	}
}

func TestTheReadingConforms(t *testing.T) {
	t.Parallel()
	for _, narrow := range []bool{false, true} {
		t.Run(fmt.Sprintf("pages of 50 numbers %t", narrow), func(t *testing.T) {
			t.Parallel()
			f := newReplayed(t)
			if f.narrow = narrow; narrow {
				f.page = window
			}
			open := f.serve(t, nil, nil)
			collecttest.Run(t, collecttest.Case{
				New: open,
				Grow: func(*testing.T) {
					f.mu.Lock()
					defer f.mu.Unlock()
					grown := map[string]any{}
					for k, v := range f.posts[1] {
						grown[k] = v
					}
					grown["id"], grown["post_number"] = 5010., 5.
					f.posts = append([]map[string]any{grown}, f.posts...)
				},
				Now: now,
			})
		})
	}
}

func TestTheReadingTellsWhatTheHookTells(t *testing.T) {
	t.Parallel()
	f := newReplayed(t)
	r := collecttest.Collect(t, f.serve(t, nil, nil)(t), nil)
	for i := range r.Activities { // the server's address differs each time
		_, path, _ := strings.Cut(r.Activities[i].Object.URL, "/t/")
		r.Activities[i].Object.URL = "https://forum.example.org/t/" + path
	}
	collecttest.Golden(t, "testdata/forum.golden.ndjson", collecttest.Lines(r))

	hook := mapper{forum: forum{base: "https://forum.example.org", host: "forum.example.org"}, arrived: now}
	for _, post := range f.posts {
		data, err := json.Marshal(post)
		if err != nil {
			t.Fatal(err)
		}
		m, err := hook.post("post_created", data)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range m.Activities {
			if !slices.ContainsFunc(r.Activities, func(b orrery.Activity) bool { return same(&a, &b) }) {
				t.Errorf("the hook tells %s of %s, the reading does not tell the same", a.ExternalID, a.Actor.Value)
			}
		}
	}
}

func same(a, b *orrery.Activity) bool {
	return a.ExternalID == b.ExternalID && a.Namespace == b.Namespace && a.Kind == b.Kind && a.Actor == b.Actor && a.Parent == b.Parent &&
		a.Thread == b.Thread && a.At.Equal(b.At) && slices.Equal(a.To, b.To) && a.Object == b.Object
}

func TestABusyForumIsWaitedFor(t *testing.T) {
	t.Parallel()
	f := newReplayed(t)
	f.busy = 2
	var waited time.Duration
	r := collecttest.Collect(t, f.serve(t, nil, &waited)(t), nil)
	if len(r.Activities) == 0 || waited < 14*time.Second {
		t.Errorf("got %d activities after waiting %s, want some after 14 s and more", len(r.Activities), waited)
	}
}

func TestAForumThatStaysBusyIsGoneOnWithLater(t *testing.T) {
	t.Parallel()
	f := newReplayed(t)
	open := f.serve(t, nil, nil)
	whole := collecttest.Collect(t, open(t), nil)
	first := &collecttest.Recorder{}
	connector := open(t)
	p := connector.(*pull)
	pages := 0
	p.client.wait = func(context.Context, time.Duration) error {
		if pages++; pages == 2 {
			f.mu.Lock()
			f.busy = tries
			f.mu.Unlock()
		}
		return nil
	}
	if err := first.Run(t.Context(), connector, nil); orrery.CodeOf(err) != orrery.Exhausted {
		t.Fatalf("got %v, want an exhausted error", err)
	}
	second := collecttest.Collect(t, open(t), first.Cursor)
	if got := len(first.Activities) + len(second.Activities); got != len(whole.Activities) || len(first.Activities) == 0 {
		t.Errorf("got %d and %d activities, want %d together, each once", len(first.Activities), len(second.Activities), len(whole.Activities))
	}
}

func TestAnUnchangedForumIsAskedOnce(t *testing.T) {
	t.Parallel()
	f := newReplayed(t)
	open := f.serve(t, nil, nil)
	whole := collecttest.Collect(t, open(t), nil)
	f.asked = nil
	collecttest.Collect(t, open(t), whole.Cursor)
	if len(f.asked) != 1 {
		t.Errorf("asked for %q, want one page", f.asked)
	}
}

func TestAnOlderForumWhoseNewestPostsAreLettersIsReadAllTheSame(t *testing.T) {
	t.Parallel()
	f := newReplayed(t)
	f.page = window
	want := len(collecttest.Collect(t, f.serve(t, nil, nil)(t), nil).Activities)
	f.narrow, f.letter = true, 5100
	r := collecttest.Collect(t, f.serve(t, nil, nil)(t), nil)
	if len(r.Activities) != want {
		t.Errorf("got %d activities, want %d", len(r.Activities), want)
	}
}

func TestAClosedForumAsksForAKey(t *testing.T) {
	t.Parallel()
	f := newReplayed(t)
	f.key = "k"
	for _, c := range []struct{ name, key, says string }{
		{"no key", "", "enter an API key"},
		{"a wrong key", "x", "does not take the API key"},
	} {
		err := (&collecttest.Recorder{}).Run(t.Context(), f.serve(t, collect.Values{"api_key": c.key}, nil)(t), nil)
		if orrery.CodeOf(err) != orrery.Denied || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want a denied error that says %q", c.name, err, c.says)
		}
	}
	if r := collecttest.Collect(t, f.serve(t, collect.Values{"api_key": "k"}, nil)(t), nil); len(r.Activities) == 0 {
		t.Error("with the key nothing is read")
	}
}

func TestWhatIsNoForumIsToldSo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, answer string
		status       int
		code         orrery.Code
	}{
		{"a page for people", "<html>", 200, orrery.Invalid},
		{"an odd answer", "", 418, orrery.Invalid},
		{"a broken one", "", 502, orrery.Exhausted},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.answer)
		}))
		p, err := newPull(collect.Values{"url": server.URL}, server.Client())
		if err != nil {
			t.Fatal(err)
		}
		p.client.wait = func(context.Context, time.Duration) error { return nil }
		if err := (&collecttest.Recorder{}).Run(t.Context(), p, nil); orrery.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want code %d", c.name, err, c.code)
		}
		server.Close()
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestACursorOfSomethingElseReadsFromTheStart(t *testing.T) {
	t.Parallel()
	f := newReplayed(t)
	open := f.serve(t, nil, nil)
	want := len(collecttest.Collect(t, open(t), nil).Activities)
	for _, cursor := range []string{"[]", "x", `{"next":-5}`, `{"top":-1}`, `{"next":9,"high":2}`} {
		if got := len(collecttest.Collect(t, open(t), collect.Cursor(cursor)).Activities); got != want {
			t.Errorf("%s: got %d activities, want %d", cursor, got, want)
		}
	}
}
