package doors_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/doors"
)

// board is a platform that signs its deliveries: it is real but small.
type board struct{ secret string }

var _ collect.Hook = board{}

func sign(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

func (b board) Verify(d collect.Delivery) error {
	if !hmac.Equal([]byte(sign(b.secret, string(d.Body))), []byte(d.Header.Get("X-Signature"))) {
		return orrery.Errorf(orrery.Denied, "the signature is not by this source's secret")
	}
	return nil
}

func (b board) Map(_ context.Context, d collect.Delivery) (m collect.Mapped, err error) {
	var post struct{ ID, Who, Challenge string }
	switch err := json.Unmarshal(d.Body, &post); {
	case err != nil:
		return m, orrery.Errorf(orrery.Invalid, "the delivery is no JSON")
	case post.Challenge != "":
		m.Reply = []byte(post.Challenge)
	case post.ID == "":
		m.Ignored = "a ping"
	default:
		m.Activities = []orrery.Activity{{
			ExternalID: post.ID, Kind: "post", Namespace: "board.example", At: d.At,
			Actor: orrery.Actor{Namespace: "board.example", Type: "login", Value: post.Who},
		}}
	}
	return m, nil
}

// boards are the sources that a team has set up.
type boards map[string]collect.Hook

func (b boards) Hook(_ context.Context, source string) (collect.Hook, orrery.IngestSource, error) {
	hook, ok := b[source]
	switch {
	case !ok:
		return nil, orrery.IngestSource{}, orrery.Errorf(orrery.NotFound, "there is no source %q", source)
	case hook == nil:
		return nil, orrery.IngestSource{}, orrery.Errorf(orrery.Denied, "the source %q has no secret yet: set one in its settings", source)
	}
	return hook, orrery.IngestSource{Name: source, Kind: "board", Planet: "night-radio"}, nil
}

func TestADeliveryIsVerifiedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	var kept []string
	meter := &doors.Meter{}
	w := newWorld(t, func(c *doors.Config) {
		c.Hooks, c.Meter = boards{"board/night": board{"s"}, "bare": nil}, meter
		c.Unusable = func(_ context.Context, source orrery.IngestSource, reason string) {
			kept = append(kept, source.Name+": "+reason)
		}
	})
	const post = `{"id":"1","who":"ada"}`
	for _, c := range []struct {
		name, path, body, signature string
		status                      int
		word                        string
	}{
		{"a post", "/hooks/board/night", post, sign("s", post), 200, `{"success":true}`},
		{"the same again", "/hooks/board/night", post, sign("s", post), 200, `{"success":true}`},
		{"another's signature", "/hooks/board/night", post, sign("x", post), 401, "signature"},
		{"no JSON, and no signature", "/hooks/board/night", "x", "", 401, "signature"},
		{"no JSON", "/hooks/board/night", "x", sign("s", "x"), 422, "no JSON"},
		{"nobody acted", "/hooks/board/night", `{"id":"2"}`, sign("s", `{"id":"2"}`), 422, "no value"},
		{"a ping", "/hooks/board/night", "{}", sign("s", "{}"), 200, "a ping"},
		{"a challenge", "/hooks/board/night", `{"challenge":"7"}`, sign("s", `{"challenge":"7"}`), 200, "7"},
		{"no secret", "/hooks/bare", post, "", 403, "no secret"},
		{"nobody's", "/hooks/other", post, "", 404, "no source"},
		{"too large", "/hooks/board/night", strings.Repeat("x", 26<<20), "", 413, "too large"},
	} {
		w.send(t, "POST", c.path, c.body, "X-Signature", c.signature).want(t, c.name, c.status, c.word)
	}
	if got := w.ids(t); got != "1" {
		t.Errorf("the journal holds %q, want 1 once", got)
	}
	var counted strings.Builder
	meter.Print(&counted)
	for _, line := range []string{
		`orrery_door_received_total{kind="board"} 3`,
		`orrery_door_activities_total{kind="board",result="added"} 1`,
		`orrery_door_activities_total{kind="board",result="duplicate"} 1`,
		`orrery_door_activities_total{kind="board",result="refused"} 1`,
		`orrery_door_activities_total{kind="board",result="postponed"} 0`,
	} {
		if !strings.Contains(counted.String(), line+"\n") {
			t.Errorf("%s is missing in\n%s", line, counted.String())
		}
	}
	if len(kept) != 1 || kept[0] != "board/night: the delivery is no JSON" {
		t.Errorf("kept %q, want why the delivery could not be used", kept)
	}
	if got := w.send(t, "POST", "/hooks/board/night", "{}", "X-Signature", sign("s", "{}")); got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("pages of any site may read what a platform is answered")
	}
}

func TestWithoutHooksThereAreNoSources(t *testing.T) {
	t.Parallel()
	newWorld(t).send(t, "POST", "/hooks/board", "{}").want(t, "a delivery", 404, "no source")
}
