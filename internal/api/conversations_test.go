package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/flow"
)

func TestConversationsAreToldWithTheirReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	var body strings.Builder
	for i, thread := range []string{"antennas", "batteries", "cables"} {
		fmt.Fprintf(&body, `{"external_id":"%d","kind":"forum.topic.created","actor":{"type":"login","value":"u%d","name":"Number %d"},"thread":%q,"gist":"asks","object":{"id":%q,"type":"topic","title":"About %s"},"at":"2026-11-1%dT10:00:00Z"}`+"\n",
			i, i, i, thread, thread, thread, i)
	}
	want(t, "asked", w.ask(t, "ingest", "POST", activities, body.String(), "Content-Type", "application/x-ndjson"), 200, "POST", activities)
	const path = "/api/v1/conversations"
	first := want(t, "first", w.ask(t, "read", "GET", path+"?planet=night-radio&show=us&limit=2", ""), 200, "GET", path)
	list := first["conversations"].([]any)
	if len(list) != 2 || at(list[0], "title") != "About antennas" || at(list[0], "turn") != "us" || first["next"] == nil {
		t.Errorf("got %v", first)
	}
	if why := at(list[0], "why").(string); !strings.Contains(why, "Number 0 asked") {
		t.Errorf("the reason is %q", why)
	}
	rest := want(t, "rest", w.ask(t, "read", "GET", fmt.Sprintf("%s?planet=night-radio&show=us&limit=2&cursor=%v", path, first["next"]), ""), 200, "GET", path)
	if list := rest["conversations"].([]any); len(list) != 1 || rest["next"] != nil {
		t.Errorf("got %v", rest)
	}
	answer := w.ask(t, "read", "GET", path+"?planet=night-radio", "")
	again := w.ask(t, "read", "GET", path+"?planet=night-radio", "", "If-None-Match", answer.Header().Get("ETag"))
	if again.Code != http.StatusNotModified {
		t.Errorf("what has not changed answers %d, want 304", again.Code)
	}
	for _, wrong := range []string{"?planet=night-radio&show=mine", "?planet=night-radio&show=all", "?planet=night-radio&cursor=x"} {
		if got := w.ask(t, "read", "GET", path+wrong, ""); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s answers %d, want 422", wrong, got.Code)
		}
	}
}
