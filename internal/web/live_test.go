package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery/internal/web/webtest"
)

// A listener reads a stream by its events.
type listener struct {
	t    *testing.T
	code int
	read *bufio.Scanner
	stop func()
}

func (v *visitor) listen(path string) *listener {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.t.Context(), 20*time.Second)
	v.t.Cleanup(stop)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.origin+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	response, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	v.t.Cleanup(func() { _ = response.Body.Close() })
	return &listener{v.t, response.StatusCode, bufio.NewScanner(response.Body), stop}
}

// next returns the next event and its data; none where the stream ended.
func (l *listener) next() (event, data string) {
	l.t.Helper()
	for l.read.Scan() {
		line := l.read.Text()
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			event = name
		} else if text, ok := strings.CutPrefix(line, "data: "); ok {
			data = text
		} else if line == "" && event != "" {
			return event, data
		}
	}
	return event, data
}

func TestAPageHearsOfWhatCameSinceItWasOpened(t *testing.T) {
	t.Parallel()
	world := webtest.New(webtest.Options{People: 60, Seed: 1})
	v := visitWorld(t, world).enter()
	text, _ := v.get("/people")
	if want := `data-live="/live?since=1000"`; !strings.Contains(text, want) {
		t.Fatalf("the page does not say %s", want)
	}
	world.Arrive(2, 7) // around another planet
	world.Arrive(1, 3)
	l := v.listen("/live?since=1000")
	if event, data := l.next(); event != "news" || data != "3 new activities since you opened this page." {
		t.Errorf("got %s %q", event, data)
	}
	world.Arrive(1, -4)
	if event, data := v.listen("/live?since=1000").next(); event != "news" || data != "Something changed since you opened this page." {
		t.Errorf("after some were taken back got %s %q", event, data)
	}
}

func TestOnlyPagesAboutNowHearOfNews(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	people, _ := v.get("/people")
	person := regexp.MustCompile(`/people/\d+`).FindString(people)
	for _, path := range []string{"/", "/map", "/map?view=table", "/people", person, "/conversations"} {
		if text, _ := v.get(path); !strings.Contains(text, "data-live") {
			t.Errorf("%s hears of nothing", path)
		}
	}
	for _, path := range []string{"/settings", "/people?as_of=2026-03-01", "/circles", "/people/nobody"} {
		if text, _ := v.get(path); strings.Contains(text, "data-live") {
			t.Errorf("%s hears of news", path)
		}
	}
}

func TestAStreamEndsWithTheSession(t *testing.T) {
	t.Parallel()
	world := webtest.New(webtest.Options{People: 60, Seed: 1})
	v := visitWorld(t, world).enter()
	l := v.listen("/live?since=1000")
	v.post("/logout")
	world.Arrive(1, 5)
	if event, data := l.next(); event != "end" {
		t.Errorf("after the end of the session got %s %q", event, data)
	}
	if event, data := l.next(); event != "" {
		t.Errorf("after the end got %s %q", event, data)
	}
}

func TestStreamsEndWithTheProgram(t *testing.T) {
	t.Parallel()
	world := webtest.New(webtest.Options{People: 60, Seed: 1})
	v := visitWorld(t, world).enter()
	l := v.listen("/live")
	world.Stop()
	if event, data := l.next(); event != "" {
		t.Errorf("got %s %q, want the end", event, data)
	}
	if _, code := v.get("/people"); code != http.StatusOK {
		t.Errorf("a page that can hear of nothing answers %d", code)
	}
}

func TestNoMoreThanAFewPagesOfOneAccountListen(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	var open []*listener
	for range 4 {
		l := v.listen("/live")
		if open = append(open, l); l.code != http.StatusOK {
			t.Fatalf("page %d gets %d", len(open), l.code)
		}
	}
	if l := v.listen("/live"); l.code != http.StatusNoContent {
		t.Errorf("one page too many gets %d", l.code)
	}
	open[0].stop()
	for range 100 { // the server notices
		l := v.listen("/live")
		if l.stop(); l.code == http.StatusOK {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("who left makes no room")
}

func TestAStrangerHearsNothing(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if l := v.listen("/live"); l.code != http.StatusSeeOther {
		t.Errorf("a stranger gets %d", l.code)
	}
}
