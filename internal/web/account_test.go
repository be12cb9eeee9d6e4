package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestSomebodySeesTheirLoginsAndEndsThem(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	v.post("/login", "email", "reader@example.org", "password", "gravity")
	for _, text := range []string{"reader@example.org", "Reader", "Firefox on Linux", "this browser", "Safari on iPhone"} {
		v.says("/account", text)
	}
	if _, code := v.post("/account/sessions/1/end"); code != http.StatusOK {
		t.Errorf("ending a login: got %d", code)
	}
	if text, _ := v.get("/account"); strings.Contains(text, "Safari on iPhone") || strings.Contains(text, "Log out everywhere else") {
		t.Error("a login that was ended is there still, or a button for none")
	}
	if _, code := v.post("/account/sessions/1/end"); code != http.StatusNotFound {
		t.Errorf("ending a login twice: got %d, want 404", code)
	}
}

func TestAWrongPresentPasswordIsSaidOnThePage(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	v.post("/login", "email", "reader@example.org", "password", "gravity")
	text, code := v.post("/account/password", "present", "levity", "password", "nine loud lanterns")
	if code != http.StatusForbidden || !strings.Contains(text, "this is not the password that you have now") || !strings.Contains(text, "<h1>Your account</h1>") {
		t.Errorf("got %d", code)
	}
	if text, code = v.post("/account/password", "present", "gravity", "password", "nine loud lanterns"); code != http.StatusOK || !strings.Contains(text, "Your password is changed.") {
		t.Errorf("got %d: %.300s", code, text)
	}
}
