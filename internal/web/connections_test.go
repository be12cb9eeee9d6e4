package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

var madeValue = regexp.MustCompile(`name="f\.secret" type="text" value="([a-z0-9]{40,})"`)

func TestAPlatformIsConnectedWithAFormThatSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	v.says("/sources/add", "Discourse")
	v.says("/sources/add", "Any webhook")
	v.says("/sources/connect/jsonhook", "Connect Any webhook")
	v.says("/sources/connect/jsonhook", "What is kept")
	v.says("/sources/connect/jsonhook", "What its fields mean")
	v.says("/sources/connect/jsonhook", `value="jsonhook"`)
	text, code := v.post("/sources/connect/jsonhook", "name", "A b", "f.mapping", "who = <b>id</b>")
	if code != http.StatusUnprocessableEntity || !strings.Contains(text, "this is needed") || !strings.Contains(text, "lower-case letters") || !strings.Contains(text, `who = &lt;b&gt;id`) {
		t.Errorf("an incomplete form answers %d without what was filled in or what is wrong", code)
	}
	text, code = v.post("/sources/connect/jsonhook", "name", "rides", "f.mapping", "who = id", "make", "secret")
	made := madeValue.FindStringSubmatch(text)
	if code != http.StatusOK || made == nil || !strings.Contains(text, "who = id") {
		t.Fatalf("a secret is not made up: %d", code)
	}
	text, code = v.post("/sources/connect/jsonhook", "name", "rides", "f.mapping", "who = id", "f.secret", made[1], "made.secret", "yes")
	if code != http.StatusOK || !strings.Contains(text, "<code>"+made[1]+"</code>") || !strings.Contains(text, v.origin+"/hooks/rides") {
		t.Errorf("the address and the secret are not shown once: %d", code)
	}
	if text, _ := v.get("/sources/of/rides"); strings.Contains(text, made[1]) || !strings.Contains(text, "/hooks/rides") {
		t.Error("the secret is shown again, or the address is not")
	}
	if text, _ := v.get("/sources/of/rides/change"); strings.Contains(text, made[1]) {
		t.Error("the secret is shown in the settings")
	}
	v.says("/sources", "rides")
	v.says("/sources", "waits for a first delivery")
	if text, code = v.post("/sources/of/rides/preview", "example", `{"id": 1}`); code != http.StatusOK || !strings.Contains(text, "ride.joined") {
		t.Errorf("an example becomes nothing: %d", code)
	}
	if text, code = v.post("/sources/of/rides/preview", "example", `nonsense`); code != http.StatusOK || !strings.Contains(text, "no JSON") || !strings.Contains(text, "nonsense") {
		t.Errorf("an example that is none: %d", code)
	}
}

func TestAConnectionIsSteered(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	v.says("/sources", "well; asked again in 41 minutes")
	v.says("/sources", "failing for 3 hours; tried again in 8 minutes")
	v.says("/sources", "needs you")
	v.says("/sources", "listening")
	v.says("/sources/of/forum", "1,207")
	v.says("/sources/of/forum", "Why some were not taken")
	v.says("/sources/of/forum", "/hooks/forum")
	v.says("/sources/of/forum", "every 60 minutes")
	v.says("/sources/of/club", "nobody answers at")
	v.says("/sources/of/club", "Nothing is taken yet")
	for _, step := range []struct{ do, says string }{{"test", "works"}, {"pause", "rests"}, {"resume", "goes on"}, {"rewind", "read again"}} {
		if text, code := v.post("/sources/of/forum/"+step.do, "from", "2026-03-31"); code != http.StatusOK || !strings.Contains(text, step.says) {
			t.Errorf("%s answers %d", step.do, code)
		}
	}
	if _, code := v.post("/sources/of/forum/rewind", "from", "yesterday"); code != http.StatusUnprocessableEntity {
		t.Errorf("a day that is none answers %d", code)
	}
	v.says("/sources/of/forum/delete", "61,204 activities")
	v.says("/sources/of/forum/delete", "stays")
	v.says("/sources/of/forum/delete", "goes too")
	if _, code := v.post("/sources/of/forum/delete"); code != http.StatusUnprocessableEntity {
		t.Errorf("deleting without a choice answers %d", code)
	}
	if text, code := v.post("/sources/of/forum/delete", "what", "back"); code != http.StatusOK || !strings.Contains(text, "is deleted") {
		t.Errorf("deleting answers %d", code)
	}
	for _, path := range []string{"/sources/of/forum", "/sources/of/nobody/change", "/sources/connect/telegraph"} {
		if _, code := v.get(path); code != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, code)
		}
	}
}

func TestOnlyStewardsConnect(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	v.post("/login", "email", "reader@example.org", "password", "gravity")
	for _, path := range []string{"/sources/connect/discourse", "/sources/of/forum/change", "/sources/of/forum/delete", "/sources/of/forum/rewind", "/sources/of/forum/preview", "/sources/of/forum/pause", "/sources/of/forum/test"} {
		if _, code := v.post(path, "name", "mine", "what", "back", "f.url", "https://a.example"); code != http.StatusForbidden {
			t.Errorf("POST %s answers a reader with %d, want 403", path, code)
		}
	}
	text, code := v.get("/sources/of/forum")
	if code != http.StatusOK || strings.Contains(text, `action="/sources/of`) || strings.Contains(text, "Delete") {
		t.Errorf("a reader is offered changes, or sees nothing: %d", code)
	}
}
