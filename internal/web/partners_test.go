package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web"
	"orrery.dev/orrery/internal/web/webtest"
)

func TestPartnersAreShown(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 200, Seed: 1}).enter()
	for _, path := range []string{"/partners", "/partners/new", "/partners/radio-nordvind", "/partners/radio-nordvind/people", "/partners/radio-nordvind/people.csv", "/partners/radio-nordvind/change", "/partners/radio-nordvind/trials/autumn-letter"} {
		if text, code := v.get(path); code != http.StatusOK || strings.Contains(text, "went wrong") {
			t.Errorf("%s answers %d", path, code)
		}
	}
	text, _ := v.get("/partners/radio-nordvind")
	credit, after, _ := strings.Cut(text, `class="card known"`)
	if _, credit, _ = strings.Cut(credit, `id="credit"`); strings.Contains(strings.ToLower(credit), "increment") || !strings.Contains(credit, "Shapley") {
		t.Error("credit and increment do not stand apart")
	}
	if !strings.Contains(after, "held out by lot") || strings.Contains(after, "Shapley") {
		t.Error("the increment does not say where it is from")
	}
	if _, code := v.get("/partners/nobody"); code != http.StatusNotFound {
		t.Errorf("a partner that is not there answers %d", code)
	}
	if text, code := v.post("/partners", "title", "Radio", "codes", "A B C"); code != http.StatusUnprocessableEntity || !strings.Contains(text, "It is not kept yet") || !strings.Contains(text, ">A B C<") {
		t.Errorf("a wrong code answers %d, and forgets what was written", code)
	}
	for _, path := range []string{"/partners/radio-nordvind/trials/x/remove", "/partners/radio-nordvind/rooms/1/close", "/partners/radio-nordvind/remove"} {
		if _, code := v.post(path); code >= 400 {
			t.Errorf("%s answers %d", path, code)
		}
	}
	if text, code := v.post("/partners/radio-nordvind/rooms", "days", "30"); code != http.StatusOK || !strings.Contains(text, web.RoomPath(webtest.RoomToken)) {
		t.Errorf("a room that was opened answers %d, without its link", code)
	}
}

func TestAPartnersRoomNeedsNoAccountAndNamesNobody(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 200, Seed: 1})
	path := web.RoomPath(webtest.RoomToken)
	response, err := v.client.Get(v.origin + path)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if h := response.Header; h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("X-Robots-Tag"), "noindex") || len(response.Cookies()) > 0 {
		t.Errorf("the room may be kept or found: %v", h)
	}
	text, _ := v.get(path)
	if !strings.Contains(text, "fewer than 10") || strings.Contains(text, "/people/") || strings.Contains(text, "<script") {
		t.Error("the room leads to people")
	}
	if text, code := v.post(path, "text", `We aired <script>alert("room")</script> it`); code != http.StatusOK || strings.Contains(text, `<script>alert`) || !strings.Contains(text, "We aired") {
		t.Errorf("what a partner writes answers %d", code)
	}
	if text, code := v.post(path, "text", ""); code != http.StatusUnprocessableEntity || !strings.Contains(text, "not kept") {
		t.Errorf("an empty update answers %d", code)
	}
	first, code := v.get(web.RoomPath("made-up"))
	second, again := v.get(web.RoomPath(webtest.RoomToken + "x"))
	if code != http.StatusNotFound || again != code || strings.ReplaceAll(first, "made-up", "") != strings.ReplaceAll(second, webtest.RoomToken+"x", "") {
		t.Error("answers to wrong links differ")
	}
	if _, code := v.post(web.RoomPath("made-up"), "text", "hello"); code != http.StatusNotFound {
		t.Errorf("writing through a wrong link answers %d", code)
	}
}

func TestALinkLeadsOnAndNotesNothing(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := v.client.Get(v.origin + "/go/NORDVIND")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusFound || response.Header.Get("Location") != "https://example.org/dawn" || len(response.Cookies()) > 0 ||
		response.Header.Get("Referrer-Policy") != "no-referrer" || response.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %d to %q, %v", response.StatusCode, response.Header.Get("Location"), response.Header)
	}
	if _, code := v.get("/go/nobody"); code != http.StatusNotFound {
		t.Errorf("a link that is not there answers %d", code)
	}
}
