package github

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
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
)

// row is an element of a list as GitHub has it.
type row map[string]any

func (r row) time(key string) string { s, _ := r[key].(string); return s }

// api answers as GitHub's REST API does, from what is recorded in testdata/api:
// in small pages, with ETags, filtered and ordered as it is asked to.
type api struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	lists  map[string][]row // by path below the repository's
	asked  []string
	unlike int                                                  // answers with a body, that is, not 304
	before func(http.ResponseWriter, *http.Request) (done bool) // answers in its place
}

const pageRows = 2

func newAPI(t *testing.T) *api {
	t.Helper()
	s := &api{t: t, lists: map[string][]row{}}
	for path, name := range map[string]string{
		"issues": "issues", "issues/comments": "issue_comments", "pulls/comments": "review_comments",
		"releases": "releases", "stargazers": "stargazers", "forks": "forks",
	} {
		s.lists[path] = recorded[[]row](t, name)
	}
	for number, reviews := range recorded[map[string][]row](t, "reviews") {
		s.lists["pulls/"+number+"/reviews"] = reviews
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func recorded[T any](t *testing.T, name string) T {
	t.Helper()
	b, err := os.ReadFile("testdata/api/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// put adds a row to a list, as somebody's deed does.
func (s *api) put(path string, r row) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lists[path] = append(s.lists[path], r)
}

func (s *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.URL.String())
	if s.before != nil && s.before(w, r) {
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/repos/night-radio/studio/")
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if path == "" {
		s.write(w, r, recorded[row](s.t, "repository"))
		return
	}
	if list, ok := s.lists[path]; ok {
		s.write(w, r, s.page(w, r, path, slices.Clone(list)))
		return
	}
	for _, issue := range s.lists["issues"] {
		if path == fmt.Sprintf("issues/%v", issue["number"]) {
			s.write(w, r, issue)
			return
		}
	}
	w.WriteHeader(http.StatusNotFound)
}

func (s *api) page(w http.ResponseWriter, r *http.Request, path string, list []row) []row {
	q := r.URL.Query()
	if q.Get("sort") == "updated" {
		slices.SortStableFunc(list, func(a, b row) int { return cmp.Compare(a.time("updated_at"), b.time("updated_at")) })
	}
	if since := q.Get("since"); since != "" {
		list = slices.DeleteFunc(list, func(r row) bool { return r.time("updated_at") < since })
	}
	if path == "stargazers" && r.Header.Get("Accept") != "application/vnd.github.star+json" {
		s.t.Error("stars are asked for without their times")
	}
	n, _ := strconv.Atoi(q.Get("page"))
	first := (max(1, n) - 1) * pageRows
	if first+pageRows < len(list) {
		q.Set("page", strconv.Itoa(max(1, n)+1))
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next", <%s>; rel="last"`, s.URL, r.URL.Path, q.Encode(), s.URL))
	}
	return list[min(first, len(list)):min(first+pageRows, len(list))]
}

func (s *api) write(w http.ResponseWriter, r *http.Request, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		s.t.Error(err)
	}
	tag := fmt.Sprintf(`W/"%x"`, sha256.Sum256(b))
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.unlike++
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b)
}

// connector opens the repository with a clock that waits no time and notes how
// long it would have waited.
func (s *api) connector(t *testing.T, waits *[]time.Duration) *pull {
	t.Helper()
	p, err := newPull(map[string]string{fieldRepository: "night-radio/studio", fieldAPI: s.URL, fieldToken: "t0ken"}, s.Client())
	if err != nil {
		t.Fatal(err)
	}
	p.client.now = func() time.Time { return noon }
	p.client.wait = noWait(waits)
	return p
}
