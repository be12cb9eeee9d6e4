package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestAWebhookIsAddedWatchedAndRemoved(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 4}).enter()
	list, _ := v.get("/settings/webhooks")
	for _, want := range []string{"crm.example", "nothing arrives", "/settings/webhooks/wall"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list does not say %q", want)
		}
	}
	if strings.Contains(list, "T0KEN") {
		t.Error("the list shows the path of an address, which may be a token")
	}
	page, _ := v.get("/settings/webhooks/crm")
	if strings.Contains(page, "<script>window.ran") || !strings.Contains(page, "&lt;script&gt;window.ran") {
		t.Error("what the other end said is not shown as text")
	}
	if text, code := v.post("/settings/webhooks", "name", "", "address", "https://a.example", "hears", "all"); code != http.StatusUnprocessableEntity || !strings.Contains(text, `value="https://a.example"`) {
		t.Errorf("a form that is wrong: %d; want 422 with what was filled in", code)
	}
	if text, code := v.post("/settings/webhooks", "name", "hall", "address", "https://a.example", "hears", "some"); code != http.StatusUnprocessableEntity || !strings.Contains(text, "at least one thing") {
		t.Errorf("a webhook that hears nothing: %d", code)
	}
	text, code := v.post("/settings/webhooks", "name", "hall", "address", "https://a.example", "hears", "some", "type", "person.drifted")
	if code != http.StatusOK || !strings.Contains(text, "whsec_") {
		t.Errorf("added: %d; want the secret, once", code)
	}
	if text, _ := v.get("/settings/webhooks/hall"); strings.Contains(text, "whsec_") || !strings.Contains(text, `value="person.drifted" checked`) {
		t.Error("the secret is shown again, or the form does not say what is heard")
	}
	if text, _ := v.post("/settings/webhooks/hall/order", "do", "turn"); !strings.Contains(text, "whsec_") {
		t.Error("a new secret is not shown")
	}
	if text, _ := v.get("/settings/webhooks/hall?remove=ask"); !strings.Contains(text, "Remove hall?") {
		t.Error("removing does not ask first")
	}
	if text, _ := v.post("/settings/webhooks/hall/order", "do", "remove"); strings.Contains(text, "/settings/webhooks/hall") {
		t.Error("it is there after it was removed")
	}
	if _, code := v.get("/settings/webhooks/hall"); code != http.StatusNotFound {
		t.Errorf("one that is gone: %d, want 404", code)
	}
}

func TestOnlyStewardsSteerWebhooks(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 4})
	v.post("/login", "email", "reader@example.org", "password", "gravity")
	text, _ := v.get("/settings/webhooks/crm")
	if strings.Contains(text, "T0KEN") || strings.Contains(text, "Send a test") {
		t.Error("a reader sees the whole address or a button")
	}
	for _, path := range []string{"/settings/webhooks", "/settings/webhooks/crm/change", "/settings/webhooks/crm/order"} {
		if _, code := v.post(path, "name", "x", "address", "https://a.example", "hears", "all", "do", "test"); code != http.StatusForbidden {
			t.Errorf("%s: %d, want 403", path, code)
		}
	}
}
