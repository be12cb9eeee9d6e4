package github

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
)

func noWait(waits *[]time.Duration) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		if waits != nil {
			*waits = append(*waits, d)
		}
		return ctx.Err()
	}
}

// somebody acts for the first time.
var somebody = row{"id": 77, "login": "newcomer", "type": "User", "html_url": "https://github.com/newcomer"}

// grow has somebody do one thing of each kind, and touch what is old.
func grow(s *api) {
	const at, web = "2026-04-01T10:00:00Z", "https://github.com/night-radio/studio/"
	s.put("issues", row{"id": 9020, "number": 20, "title": "New", "user": somebody, "html_url": web + "issues/20", "created_at": at, "updated_at": at})
	s.put("issues/comments", row{"id": 520, "issue_url": "x/issues/4", "html_url": web + "issues/4#issuecomment-520", "user": somebody, "created_at": at, "updated_at": at})
	s.put("pulls/comments", row{"id": 620, "pull_request_url": "x/pulls/5", "user": somebody, "created_at": at, "updated_at": at})
	s.put("pulls/5/reviews", row{"id": 720, "state": "APPROVED", "user": somebody, "submitted_at": at})
	s.put("releases", row{"id": 820, "tag_name": "v3", "author": somebody, "published_at": at})
	s.put("stargazers", row{"starred_at": at, "user": somebody})
	s.put("forks", row{"id": 5020, "owner": somebody, "created_at": at})
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, issue := range s.lists["issues"] {
		if n := issue["number"]; n == 4.0 || n == 5.0 {
			issue["updated_at"] = at
		}
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	s := newAPI(t)
	collecttest.Run(t, collecttest.Case{
		New:    func(t *testing.T) collect.Connector { return s.connector(t, nil) },
		Grow:   func(*testing.T) { grow(s) },
		Golden: "testdata/api.golden.ndjson",
		Now:    noon,
	})
}

func TestAReadingWithoutNewsCostsNothingOfTheAllowance(t *testing.T) {
	t.Parallel()
	s := newAPI(t)
	cursor := collecttest.Collect(t, s.connector(t, nil), nil).Cursor
	cursor = collecttest.Collect(t, s.connector(t, nil), cursor).Cursor // now it knows each list's ETag
	s.unlike = 0
	again := collecttest.Collect(t, s.connector(t, nil), cursor)
	// Only the repository itself, and the lists whose last rows fill their page
	// so that another may have come behind it.
	if s.unlike > 4 || len(again.Activities) > 0 {
		t.Errorf("got %d whole answers and %d activities, want at most 4 and none: %q", s.unlike, len(again.Activities), s.asked)
	}
}

func TestFaultsOfTheServer(t *testing.T) {
	t.Parallel()
	limit := func(header map[string]string, status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			for k, v := range header {
				w.Header().Set(k, v)
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	in := func(d time.Duration) string { return strconv.FormatInt(noon.Add(d).Unix(), 10) }
	tests := []struct {
		name   string
		answer func(http.ResponseWriter)
		times  int
		code   orrery.Code // Internal: none, it goes on
		waits  []time.Duration
	}{
		{"one 502 is asked again", limit(nil, 502, "<html>"), 1, 0, []time.Duration{time.Second}},
		{"502 for ever ends it", limit(nil, 502, "<html>"), 99, orrery.Exhausted, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}},
		{"a limit that ends soon is waited for", limit(map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": in(90 * time.Second)}, 403, "{}"), 1, 0, []time.Duration{90 * time.Second}},
		{"a limit that ends late ends it", limit(map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": in(time.Hour)}, 403, "{}"), 1, orrery.Exhausted, nil},
		{"a time to wait is kept", limit(map[string]string{"Retry-After": "7"}, 429, ""), 1, 0, []time.Duration{7 * time.Second}},
		{"a secondary limit names no time", limit(nil, 403, `{"message":"You have exceeded a secondary rate limit"}`), 1, 0, []time.Duration{time.Minute}},
		{"a token that may not read", limit(map[string]string{"X-RateLimit-Remaining": "4999"}, 403, `{"message":"Resource not accessible by personal access token"}`), 1, orrery.Denied, nil},
		{"a token that expired", limit(nil, 401, ""), 1, orrery.Denied, nil},
		{"a server that is something else", limit(nil, 418, ""), 1, orrery.Invalid, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newAPI(t)
			whole := collecttest.Collect(t, s.connector(t, nil), nil)
			met := 0
			s.before = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/pulls/comments") || met == test.times { // in the middle
					return false
				}
				met++
				test.answer(w)
				return true
			}
			var waits []time.Duration
			var first collecttest.Recorder
			err := first.Run(t.Context(), s.connector(t, &waits), nil)
			if got := orrery.CodeOf(err); (err == nil) != (test.code == 0) || err != nil && got != test.code {
				t.Fatalf("got error %v, want code %d", err, test.code)
			}
			if !slices.Equal(waits, test.waits) {
				t.Errorf("waited %v, want %v", waits, test.waits)
			}
			s.before = nil
			second := collecttest.Collect(t, s.connector(t, nil), first.Cursor)
			if got, want := len(first.Activities)+len(second.Activities), len(whole.Activities); got != want {
				t.Errorf("stopped and taken up again: got %d activities, want %d and none twice", got, want)
			}
		})
	}
}

func TestAListThatGitHubDoesNotShowIsEmpty(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"switched off": 410, "not there": 404, "longer than it lists": 422} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newAPI(t)
			whole := collecttest.Collect(t, s.connector(t, nil), nil)
			s.before = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/stargazers") || status == 422 && r.URL.Query().Get("page") != "3" {
					return false
				}
				w.WriteHeader(status)
				return true
			}
			want := len(whole.Activities) - len(s.lists["stargazers"])
			if status == 422 {
				want += 2 * pageRows
			}
			if got := collecttest.Collect(t, s.connector(t, nil), nil); len(got.Activities) != want {
				t.Errorf("got %d activities, want %d", len(got.Activities), want)
			}
		})
	}
}

func TestTheTokenGoesToNoOtherServer(t *testing.T) {
	t.Parallel()
	s := newAPI(t)
	s.before = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Link", `<https://elsewhere.example/page/2>; rel="next"`)
		return false
	}
	var r collecttest.Recorder
	if err := r.Run(t.Context(), s.connector(t, nil), nil); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("got %v, want it refused", err)
	}
}

func TestAStarThatSlippedToAnEarlierPageIsFound(t *testing.T) {
	t.Parallel()
	s := newAPI(t)
	cursor := collecttest.Collect(t, s.connector(t, nil), nil).Cursor
	// Two are taken back and two are new: the last page, the third, is as it was
	// and the second holds what is new.
	s.lists["stargazers"] = s.lists["stargazers"][3:]
	for i := range 2 {
		s.put("stargazers", row{"starred_at": "2026-05-0" + strconv.Itoa(i+1) + "T00:00:00Z", "user": row{"id": 80 + i, "login": "late"}})
	}
	got := collecttest.Collect(t, s.connector(t, nil), cursor)
	if len(got.Activities) != 2 || got.Activities[0].Kind != "github.star" {
		t.Errorf("got %d activities, want the two stars", len(got.Activities))
	}
}

func TestWhatGitHubShowsLateIsFound(t *testing.T) {
	t.Parallel()
	s := newAPI(t)
	cursor := collecttest.Collect(t, s.connector(t, nil), nil).Cursor
	put := func(id int, at time.Time) {
		s.put("releases", row{"id": id, "tag_name": "v9", "author": somebody, "published_at": at.Format(time.RFC3339)})
	}
	put(901, noon.Add(-10*time.Second))
	cursor = collecttest.Collect(t, s.connector(t, nil), cursor).Cursor
	put(900, noon.Add(-20*time.Second)) // shown later than the one after it
	got := collecttest.Collect(t, s.connector(t, nil), cursor)
	if !slices.ContainsFunc(got.Activities, func(a orrery.Activity) bool { return a.ExternalID == "release/900+published" }) {
		t.Errorf("got %d activities, and not the one that was shown late", len(got.Activities))
	}
}

func TestTheAPIAndTheWebhookSayTheSame(t *testing.T) {
	t.Parallel()
	s := newAPI(t)
	pulled := map[string]string{}
	one := func(a orrery.Activity) string {
		return string(collecttest.Lines(&collecttest.Recorder{Activities: []orrery.Activity{a}}))
	}
	for _, a := range collecttest.Collect(t, s.connector(t, nil), nil).Activities {
		pulled[a.ExternalID] = one(a)
	}
	repo := recorded[row](t, "repository")
	threads := map[string]row{}
	for _, i := range s.lists["issues"] {
		threads[strconv.Itoa(int(i["number"].(float64)))] = i
	}
	under := func(r row, key string) row {
		url := r.time(key)
		return threads[url[strings.LastIndexByte(url, '/')+1:]]
	}
	n := 0
	push := func(event string, body row) {
		body["repository"], body["sender"] = repo, somebody
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		m, err := hook{"secret"}.Map(t.Context(), sample{event, b}.delivery())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range m.Activities {
			n++
			if got, want := one(a), pulled[a.ExternalID]; got != want {
				t.Errorf("%s: pushed\n%spulled\n%s", event, got, want)
			}
		}
	}
	for _, i := range s.lists["issues"] {
		event, key := "issues", "issue"
		if i["pull_request"] != nil {
			event, key = "pull_request", "pull_request"
		}
		push(event, row{"action": "opened", key: i})
	}
	for _, c := range s.lists["issues/comments"] {
		if issue := under(c, "issue_url"); issue != nil {
			push("issue_comment", row{"action": "created", "issue": issue, "comment": c})
		}
	}
	for _, c := range s.lists["pulls/comments"] {
		push("pull_request_review_comment", row{"action": "created", "pull_request": under(c, "pull_request_url"), "comment": c})
	}
	for _, r := range s.lists["pulls/2/reviews"] {
		if r["submitted_at"] != nil {
			push("pull_request_review", row{"action": "submitted", "pull_request": threads["2"], "review": r})
		}
	}
	for _, r := range s.lists["releases"] {
		if r["draft"] == false {
			push("release", row{"action": "published", "release": r})
		}
	}
	repoOnly := n
	for _, r := range s.lists["stargazers"] {
		somebody := r["user"]
		b, _ := json.Marshal(row{"action": "created", "starred_at": r["starred_at"], "repository": repo, "sender": somebody})
		m, err := hook{"secret"}.Map(t.Context(), sample{"star", b}.delivery())
		if err != nil || len(m.Activities) != 1 || one(m.Activities[0]) != pulled[m.Activities[0].ExternalID] {
			t.Errorf("star: got %+v, %v", m, err)
		}
		n++
	}
	if n != len(pulled)-3 || repoOnly == n { // but for two forks and a comment under what is gone
		t.Errorf("compared %d of %d", n, len(pulled))
	}
}

func TestSettingsOfAReading(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, repository, api, origin string
	}{
		{"a repository", "night-radio/studio", "", "https://github.com/night-radio/studio"},
		{"an address pasted whole", "https://github.com/Night-Radio/studio.git", "", "https://github.com/Night-Radio/studio"},
		{"Enterprise", "a/b", "https://git.example.com/api/v3", "https://git.example.com/a/b"},
		{"none", "", "", ""},
		{"only a name", "studio", "", ""},
		{"more than a repository", "a/b/issues", "", ""},
		{"a way out of the path", "../..", "", "https://github.com/../.."},
		{"an address that is none", "a/b", "api.example.com", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := Platform().Pull(collect.Values{fieldRepository: test.repository, fieldAPI: test.api}, http.DefaultClient)
			if test.origin == "" {
				if orrery.CodeOf(err) != orrery.Invalid {
					t.Errorf("got %v, %v, want it refused", c, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if s, err := c.Source(t.Context()); err != nil || s.Origin != test.origin {
				t.Errorf("got %+v, %v, want %s", s, err, test.origin)
			}
		})
	}
}
