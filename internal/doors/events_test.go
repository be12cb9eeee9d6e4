package doors_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/collect/segment"
	"orrery.dev/orrery/internal/doors"
	"orrery.dev/orrery/internal/flow"
)

const order = `{"type":"track","event":"Order Completed","userId":"u1","messageId":"m1","timestamp":"2026-11-22T11:00:00Z","properties":{"revenue":12.5,"currency":"EUR"}}`

func TestEveryAddressOfSegmentStoresItsEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ path, body, id string }{
		{"/v1/batch", `{"batch":[{"type":"track","event":"x","userId":"u","messageId":"batch"}]}`, "batch"},
		{"/v1/b", `{"batch":[{"type":"track","event":"x","userId":"u","messageId":"b"}]}`, "b"},
		{"/v1/import", `{"batch":[{"type":"track","event":"x","userId":"u","messageId":"import"}]}`, "import"},
		{"/v1/track", `{"event":"x","userId":"u","messageId":"track"}`, "track"},
		{"/v1/t", `{"event":"x","userId":"u","messageId":"t"}`, "t"},
		{"/v1/page", `{"name":"x","userId":"u","messageId":"page"}`, "page"},
		{"/v1/p", `{"name":"x","userId":"u","messageId":"p"}`, "p"},
		{"/v1/screen", `{"name":"x","userId":"u","messageId":"screen"}`, "screen"},
		{"/v1/s", `{"name":"x","userId":"u","messageId":"s"}`, "s"},
		{"/v1/identify", `{"userId":"u","traits":{"email":"u@example.org"}}`, ""},
		{"/v1/i", `{"userId":"u","anonymousId":"v"}`, ""},
		{"/v1/group", `{"userId":"u","groupId":"g"}`, ""},
		{"/v1/g", `{"userId":"u","groupId":"g"}`, ""},
		{"/v1/alias", `{"userId":"u","previousId":"w"}`, ""},
		{"/v1/a", `{"userId":"u","previousId":"w"}`, ""},
		{"/api/s/track", `{"event":"x","userId":"u","messageId":"jitsu"}`, "jitsu"},
		{"/api/s/s2s/page", `{"userId":"u","messageId":"jitsu-s2s"}`, "jitsu-s2s"},
	} {
		got := w.send(t, "POST", c.path, c.body, "Basic", w.key, "Content-Type", "application/json")
		got.want(t, c.path, 200, `{"success":true}`)
		if c.id != "" && !strings.HasSuffix(" "+w.ids(t), " "+c.id) {
			t.Errorf("%s: the journal holds %q", c.path, w.ids(t))
		}
	}
	for _, a := range w.stored(t) {
		if a.Source != "shop" || a.Namespace != "shop" || a.Planet != "night-radio" || a.Actor.Namespace != "shop" {
			t.Errorf("got %+v, want all of the key's source and planet", a)
		}
	}
	w.send(t, "POST", "/v1/delete", `{}`, "Basic", w.key).want(t, "an unknown type", 404, "track")
}

func TestAKeyMayStandInFivePlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	withKey := strings.Replace(order, "{", `{"writeKey":"`+w.key+`",`, 1)
	for _, c := range []struct {
		name, path, body string
		headers          []string
	}{
		{"as the user of Basic", "/v1/track", order, []string{"Basic", w.key}},
		{"as a bearer's", "/v1/track", order, []string{"Authorization", "Bearer " + w.key}},
		{"in the body, as text/plain", "/v1/track", withKey, []string{"Content-Type", "text/plain"}},
		{"in a batch's body", "/v1/batch", `{"batch":[` + order + `],"writeKey":"` + w.key + `"}`, nil},
		{"in Jitsu's header", "/api/s/track", strings.Replace(withKey, w.key, "***", 1), []string{"X-Write-Key", w.key}},
		{"behind a colon, as Jitsu wants it", "/api/s/track", order, []string{"X-Write-Key", "browser:" + w.key}},
		{"before a colon", "/api/s/track", order, []string{"X-Write-Key", w.key + ":x"}},
	} {
		w.send(t, "POST", c.path, c.body, c.headers...).want(t, c.name, 200, `{"success":true}`)
	}
	if got := w.ids(t); got != "m1" {
		t.Errorf("the journal holds %q, want m1 once", got)
	}
}

func TestWithoutAKeyNothingIsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	read := w.newKey(t, account.Key{Scope: account.Read})
	admin := w.newKey(t, account.Key{Scope: account.Admin})
	for _, path := range []string{"/v1/track", "/api/s/track", "/events"} {
		w.send(t, "POST", path, order).want(t, path+" without a key", 401, "a key is needed")
		w.send(t, "POST", path, order, "Basic", "orr_x").want(t, path+" with no key of ours", 401, "not valid")
		w.send(t, "POST", path, order, "Basic", read).want(t, path+" with a key to read", 403, "this key is for read")
		w.send(t, "POST", path, order, "Basic", admin).want(t, path+" with a key for no planet", 403, "names no planet")
	}
	if got := w.send(t, "POST", "/v1/track", order); got.header.Get("WWW-Authenticate") == "" || got.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %v", got.header)
	}
	w.send(t, "GET", "/v1/projects/orr_x/settings", "").want(t, "settings of no key", 404, "no such key")
	if got := w.ids(t); got != "" {
		t.Errorf("the journal holds %q", got)
	}
}

func TestBodiesComeAsClientsSendThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *doors.Config) {
		known := kinds(t, "Order Completed = purchase")
		c.Kinds = func() segment.Kinds { return known }
	})
	batch := []byte(`{"batch":[` + order + `]}`)
	w.send(t, "POST", "/v1/batch", packed(t, batch), "Basic", w.key, "Content-Type", "application/x-www-form-urlencoded", "Content-Encoding", "gzip").
		want(t, "RudderStack's gzip as a form", 200, `{"success":true}`)
	w.send(t, "POST", "/v1/batch", packed(t, batch), "Basic", w.key).want(t, "gzip that nobody tells of", 200, `{"success":true}`)
	w.send(t, "POST", "/v1/batch", string(batch), "Basic", w.key, "Content-Encoding", "gzip").want(t, "gzip that is none", 200, `{"success":true}`)
	w.send(t, "POST", "/v1/p", `{"userId":null,"anonymousId":"v","messageId":"p1","context":{"page":{"url":"https://example.org/?utm_medium=email&utm_campaign=may"}}}`, "Basic", w.key, "Content-Type", "text/plain;charset=UTF-8").
		want(t, "a browser's text/plain with null ids", 200, `{"success":true}`)
	w.send(t, "POST", "/v1/batch", packed(t, batch)[:40], "Basic", w.key).want(t, "gzip that ends early", 400, "ended early")
	w.send(t, "POST", "/v1/batch", "x", "Basic", w.key).want(t, "no JSON", 400, "no JSON object")
	w.send(t, "POST", "/v1/batch", string(batch), "Basic", w.key, "Content-Encoding", "br").want(t, "another encoding", 400, "gzip")

	list := w.stored(t)
	if len(list) != 2 {
		t.Fatalf("the journal holds %d activities, want 2", len(list))
	}
	if a := list[0]; a.Kind != "purchase" || a.Name != "Order Completed" || a.Quantity != 1250 || a.Unit != "EUR" || a.Actor.Type != "user_id" {
		t.Errorf("got %+v", a)
	}
	if a := list[1]; a.Actor.Type != orrery.TypeAnonymous || a.Origin != orrery.Prompted || a.PromptedBy != "may" {
		t.Errorf("got %+v", a)
	}
}

func TestLimitsAreSegments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	big := strings.Replace(order, `"revenue"`, `"x":"`+strings.Repeat("x", segment.MaxEvent)+`","revenue"`, 1)
	w.send(t, "POST", "/v1/track", big, "Basic", w.key).want(t, "an event of 32 KB", 400, "32 KB")
	w.send(t, "POST", "/v1/batch", `{"batch":[`+big+`,`+order+`]}`, "Basic", w.key).want(t, "one of two", 400, "of 2 events 1 are stored")
	if got := w.ids(t); got != "m1" {
		t.Errorf("the journal holds %q, want the other one", got)
	}
	huge := `{"batch":[` + strings.Repeat(order+",", segment.MaxBatch/len(order)) + order + `]}`
	w.send(t, "POST", "/v1/batch", huge, "Basic", w.key).want(t, "a batch of 500 KB", 400, "500 KB")
	w.send(t, "POST", "/v1/batch", packed(t, []byte(huge)), "Basic", w.key).want(t, "a batch of 500 KB, packed", 400, "500 KB")
	bomb := packed(t, make([]byte, 64<<20))
	w.send(t, "POST", "/v1/batch", bomb, "Basic", w.key).want(t, "a bomb", 400, "500 KB")
	w.send(t, "POST", "/events", bomb, "Basic", w.key).want(t, "a bomb of CloudEvents", 413, "too large")
}

func TestTheRestOfABatchIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.send(t, "POST", "/v1/batch", `{"batch":[{"type":"track","event":"x"},`+order+`,
		{"type":"track","event":"late","userId":"u","messageId":"future","timestamp":"2026-12-24T00:00:00Z"}]}`, "Basic", w.key)
	got.want(t, "two of three are of no use", 200, `"success":true`)
	var answer struct {
		Errors []struct {
			Index  int
			Reason string
		}
	}
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil || len(answer.Errors) != 2 || answer.Errors[0].Index != 0 || answer.Errors[1].Index != 2 ||
		!strings.Contains(answer.Errors[1].Reason, "48 hours") {
		t.Errorf("got %s, want what is wrong with the first and the third", got.body)
	}
	w.send(t, "POST", "/v1/batch", `{"batch":[7,8]}`, "Basic", w.key).want(t, "none is of use", 400, "none of the 2 events")
	w.send(t, "POST", "/v1/track", `{"event":"x"}`, "Basic", w.key).want(t, "one of no use", 400, "userId")
	w.send(t, "POST", "/v1/batch", `{"batch":[]}`, "Basic", w.key).want(t, "nothing", 200, `{"success":true}`)
	if got := w.ids(t); got != "m1" {
		t.Errorf("the journal holds %q", got)
	}
}

func TestAVisitorWhoSaysWhoTheyAreIsOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ path, body string }{
		{"/v1/p", `{"anonymousId":"v","messageId":"1"}`},
		{"/v1/i", `{"anonymousId":"v","userId":"u","traits":{"name":"Ada","email":"ada@example.org"}}`},
		{"/v1/t", `{"userId":"u","event":"Order Completed","messageId":"2"}`},
		{"/v1/a", `{"userId":"u","previousId":"w"}`},
		{"/v1/t", `{"userId":"w","event":"Order Completed","messageId":"3"}`},
	} {
		w.send(t, "POST", c.path, c.body, "Basic", w.key).want(t, c.path, 200, `{"success":true}`)
	}
	if err := w.system.Read(context.Background(), func(state *flow.State) error {
		if len(state.Members) != 1+4 { // the visitor, the user, the address, the user's earlier number; index 0 is unused
			t.Errorf("there are %d identities, want 4", len(state.Members)-1)
		}
		for id, m := range state.Members[1:] {
			if m != state.Members[1] {
				t.Errorf("identity %d is member %d, want all to be %d", id+1, m, state.Members[1])
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestBrowsersMayAskFromAnywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/v1/t", "/v1/batch", "/api/s/track", "/events"} {
		got := w.send(t, "OPTIONS", path, "", "Origin", "https://shop.example.com", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
		got.want(t, path, http.StatusNoContent, "")
		if got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Access-Control-Allow-Headers") != "authorization,content-type" ||
			!strings.Contains(got.header.Get("Access-Control-Allow-Methods"), "POST") || got.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: got %v", path, got.header)
		}
	}
	got := w.send(t, "POST", "/v1/t", order, "Basic", w.key, "Origin", "https://shop.example.com", "Sec-Fetch-Site", "cross-site")
	got.want(t, "an event from another site", 200, `{"success":true}`)
	if got.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %v", got.header)
	}
}

func TestSettingsSendABrowserHereAndNowhereElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.send(t, "GET", "/v1/projects/"+w.key+"/settings", "")
	got.want(t, "settings", 200, `"sampleRate":0`)
	var settings struct {
		Integrations map[string]struct{ APIKey, APIHost, Protocol string }
	}
	if err := json.Unmarshal([]byte(got.body), &settings); err != nil {
		t.Fatal(err)
	}
	if s := settings.Integrations["Segment.io"]; len(settings.Integrations) != 1 || s.APIKey != w.key || s.APIHost != "orrery.example.org/v1" || s.Protocol != "https" {
		t.Errorf("got %+v", settings)
	}
}

func TestCloudEventsAreUniqueBySourceAndID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	auth := []string{"Authorization", "Bearer " + w.key}
	binary := append([]string{"ce-specversion", "1.0", "ce-id", "1", "ce-source", "/quiz", "ce-type", "org.example.quiz.solved", "ce-subject", "u1"}, auth...)
	structured := `{"specversion":"1.0","id":"1","source":"/quiz","type":"org.example.quiz.solved","subject":"u1"}`
	w.send(t, "POST", "/events", "", binary...).want(t, "binary", 200, `{"success":true}`)
	w.send(t, "POST", "/events", structured, append(auth, "Content-Type", "application/cloudevents+json")...).want(t, "structured, the same", 200, `{"success":true}`)
	w.send(t, "POST", "/events", `[`+structured+`,`+strings.Replace(structured, "/quiz", "/other", 1)+`]`, append(auth, "Content-Type", "application/cloudevents-batch+json")...).
		want(t, "batched, with one of another source", 200, `{"success":true}`)
	w.send(t, "POST", "/events", `[7]`, auth...).want(t, "no event", 400, "JSON object")
	if list := w.stored(t); len(list) != 2 || list[0].Namespace != "/quiz" || list[1].Namespace != "/other" || list[0].Actor.Value != "u1" {
		t.Errorf("got %+v", list)
	}
}

// failing is an Ingester whose storage has a fault.
type failing struct{ error }

func (f failing) Ingest(context.Context, orrery.IngestSource, orrery.Told) (orrery.Receipt, error) {
	return orrery.Receipt{}, f.error
}

type full struct{ error }

func (full) RetryAfter() time.Duration { return 2500 * time.Millisecond }

func TestMoreThanCanBeStoredIsAskedForAgainLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *doors.Config) {
		c.Ingest = failing{orrery.Errorf(orrery.Exhausted, "more arrives than can be stored%w", full{errors.New("")})}
	})
	got := w.send(t, "POST", "/v1/track", order, "Basic", w.key)
	got.want(t, "too much", 429, "more arrives")
	if got.header.Get("Retry-After") != "3" {
		t.Errorf("got Retry-After %q, want 3", got.header.Get("Retry-After"))
	}
	w = newWorld(t, func(c *doors.Config) { c.Ingest = failing{fmt.Errorf("disk: secret path")} })
	if got := w.send(t, "POST", "/v1/track", order, "Basic", w.key); got.status != 500 || strings.Contains(got.body, "secret") {
		t.Errorf("got %d %s, want 500 without the inside", got.status, got.body)
	}
}

func TestNothingElseIsHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ method, path string }{{"GET", "/v1/track"}, {"POST", "/v1/x/y"}, {"GET", "/events"}, {"PUT", "/v1/batch"}} {
		w.send(t, c.method, c.path, "", "Basic", w.key).want(t, c.path, 404, "nothing")
	}
}
