package sources_test

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/platforms"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/sources"
)

const token = "tok-5f3a9c/every+one=reads?me"

// board is a platform's server: posts, a few to a page, for whoever shows the
// token.
type board struct {
	*httptest.Server
	mu     sync.Mutex
	posts  int
	asked  []int // what was asked for: posts after this one
	answer func(w http.ResponseWriter) bool
}

func newBoard(t testing.TB, posts int) *board {
	b := &board{posts: posts}
	b.Server = httptest.NewServer(http.HandlerFunc(b.serve))
	t.Cleanup(b.Close)
	return b
}

func (b *board) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	after, _ := strconv.Atoi(r.URL.Query().Get("after"))
	b.asked = append(b.asked, after)
	if b.answer != nil && b.answer(w) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+token {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	const page = 4
	last := min(after+page, b.posts)
	_ = json.NewEncoder(w).Encode(map[string]any{"after": after, "last": last, "more": last < b.posts})
}

// write adds posts.
func (b *board) write(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.posts += n
}

// say has the server answer in its own way, until that returns false.
func (b *board) say(answer func(w http.ResponseWriter) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = answer
}

func (b *board) requests() []int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]int(nil), b.asked...)
}

// reader is the connector.
type reader struct {
	values collect.Values
	client *http.Client
}

var firstPost = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

func (r *reader) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "board", Name: "board", Planet: "radio", Origin: r.values["address"]}, nil
}

func (r *reader) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	after, _ := strconv.Atoi(string(from))
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s?after=%d&key=%s", r.values["address"], after, r.values["token"]), nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+r.values["token"])
		answer, err := r.client.Do(req)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			return nil, err
		}
		if answer.StatusCode == http.StatusUnauthorized {
			return nil, orrery.Errorf(orrery.Denied, "the board does not take the token %s: make a new one there", r.values["token"])
		}
		if answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the board answers %s to %s: %s", answer.Status, req.URL, body)
		}
		var page struct {
			After, Last int
			More        bool
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, orrery.Errorf(orrery.Invalid, "the board answers with something else: %w", err)
		}
		for n := page.After + 1; n <= page.Last; n++ {
			if n == 3 {
				if err := to.Skip(ctx, collect.Skipped{Row: 3, Reason: "post 3 has no author, token " + token, Excerpt: "post 3"}); err != nil {
					return nil, err
				}
				continue
			}
			a := orrery.Activity{
				ExternalID: fmt.Sprint("post", n), Kind: "board.post", At: firstPost.AddDate(0, 0, n),
				Actor: orrery.Actor{Type: "login", Value: fmt.Sprint("writer", n%5)},
			}
			if err := to.Activity(ctx, &a); err != nil {
				return nil, err
			}
		}
		to.Progress(collect.Progress{Rows: int64(page.Last)})
		if after = page.Last; !page.More {
			return collect.Cursor(strconv.Itoa(after)), nil
		}
	}
}

// ear takes what the board pushes.
type ear struct{ secret string }

func (e ear) Verify(d collect.Delivery) error {
	if subtle.ConstantTimeCompare([]byte(d.Header.Get("X-Secret")), []byte(e.secret)) == 0 {
		return orrery.Errorf(orrery.Denied, "the delivery was not signed with the secret")
	}
	return nil
}

func (e ear) Map(_ context.Context, d collect.Delivery) (collect.Mapped, error) {
	switch string(d.Body) {
	case "ping":
		return collect.Mapped{Ignored: "a ping"}, nil
	case "nonsense":
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the delivery is no post; it was sent with %s", e.secret)
	}
	return collect.Mapped{Told: orrery.Told{Activities: []orrery.Activity{{
		ExternalID: "pushed", Kind: "board.post", At: firstPost, Actor: orrery.Actor{Type: "login", Value: string(d.Body)},
	}}}}, nil
}

// boards is the platform.
func boards(every time.Duration) collect.Platform {
	return collect.Platform{
		Name: "board", Title: "Board", Short: "Posts", Every: every,
		Fields: []collect.Field{
			{Name: "address", Label: "Address", Required: true, Example: "https://board.example"},
			{Name: "token", Label: "Token", Secret: true},
			{Name: "secret", Label: "Webhook secret", Secret: true},
			{Name: "shelf", Label: "Shelf", Choices: []string{"all", "some"}, Default: "all"},
		},
		Keeps: []string{"who wrote, and when"},
		Hook: func(v collect.Values) (collect.Hook, error) {
			if v["secret"] == "" {
				return nil, orrery.Errorf(orrery.Invalid, "a webhook secret is needed")
			}
			return ear{v["secret"]}, nil
		},
		Pull: func(v collect.Values, c *http.Client) (collect.Connector, error) {
			if v["token"] == "" {
				return nil, orrery.Errorf(orrery.Invalid, "the token is missing")
			}
			if !strings.HasPrefix(v["address"], "http") {
				return nil, orrery.Errorf(orrery.Invalid, "%q is nowhere to go", v["address"])
			}
			return &reader{v, c}, nil
		},
	}
}

// desk is an installation with one planet and sources over it.
type desk struct {
	*sources.Service
	system *flow.System
	dir    string
	config sources.Config
	stop   func()
}

// open opens a data folder; run asks by schedule too.
func open(t testing.TB, dir, key string, every time.Duration, run bool) *desk {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	system, err := flow.Open(t.Context(), flow.Config{Dir: dir, Clock: time.Now, Log: log})
	must(t, err)
	if len(system.Planets()) == 0 {
		_, err := system.AddPlanet(t.Context(), orrery.Planet{Slug: "radio"})
		must(t, err)
	}
	vault, err := sources.NewVault(dir, key)
	must(t, err)
	d := &desk{system: system, dir: dir, config: sources.Config{
		System: system, Storage: system.Storage(), Platforms: append(platforms.All(), boards(every)), Vault: vault, Clock: time.Now, Log: log,
	}}
	d.Service, err = sources.New(t.Context(), d.config)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	if run {
		go func() { ended <- d.Run(ctx) }()
	} else {
		ended <- nil
	}
	d.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-ended, system.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(d.stop)
	return d
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// until waits for something to be so.
func until(t testing.TB, what string, so func() bool) {
	t.Helper()
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	again := time.NewTicker(3 * time.Millisecond)
	defer again.Stop()
	for !so() {
		select {
		case <-again.C:
		case <-late.C:
			t.Fatalf("this never came to be: %s", what)
		}
	}
}

// connect sets a board up.
func (d *desk) connect(t testing.TB, b *board, name string) {
	t.Helper()
	must(t, d.Add(t.Context(), sources.Setup{Name: name, Platform: "board", Planet: "radio", Values: collect.Values{
		"address": b.URL, "token": token, "secret": "hush-hush-hush", sources.PrivateNetwork: "in our own network",
	}}))
}

func (d *desk) at(t testing.TB, name string) sources.Status {
	t.Helper()
	st, err := d.Status(name)
	must(t, err)
	return st
}

// added is how many activities are stored of a source.
func (d *desk) added(t testing.TB, name string) (n int64, imports int) {
	t.Helper()
	src, err := d.system.Source(t.Context(), name)
	if orrery.CodeOf(err) == orrery.NotFound {
		return 0, 0
	}
	must(t, err)
	list, err := d.system.Imports(t.Context())
	must(t, err)
	for _, i := range list {
		if i.Source == src.ID && i.State != orrery.ImportUndone {
			n += i.Added
			imports++
		}
	}
	return n, imports
}

var flowLimits flow.LiveLimits
