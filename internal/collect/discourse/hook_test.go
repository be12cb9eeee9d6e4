package discourse_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/discourse"
	"orrery.dev/orrery/internal/collect/payload"
)

const secret = "a secret of the forum"

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newHook(t testing.TB, values collect.Values) collect.Hook {
	t.Helper()
	hook, err := discourse.Platform().Hook(values)
	if err != nil {
		t.Fatal(err)
	}
	return hook
}

var settings = collect.Values{"url": "https://forum.example.org/", "secret": secret}

// delivery is what the forum would send: the event's name and type are those of
// the fixture's file and of its key.
func delivery(event string, body []byte) collect.Delivery {
	var keys map[string]json.RawMessage
	what := ""
	if json.Unmarshal(body, &keys) == nil {
		for what = range keys {
			break
		}
	}
	return collect.Delivery{
		Header: http.Header{
			"X-Discourse-Instance":        {"https://forum.example.org"},
			"X-Discourse-Event-Id":        {"1"},
			"X-Discourse-Event-Type":      {what},
			"X-Discourse-Event":           {event},
			"X-Discourse-Event-Signature": {"sha256=" + hex.EncodeToString(payload.Sum(secret, string(body)))},
		},
		Body: body, At: now,
	}
}

// eventOf returns the event that a fixture's name begins with.
func eventOf(name string) string {
	for _, event := range []string{"post_created", "post_destroyed", "topic_created", "user_added_to_group", "user_badge_granted"} {
		if strings.HasPrefix(name, event) {
			return event
		}
	}
	return name
}

func fixtures(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/hook/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	return paths
}

func TestEveryDeliveryIsMappedOrIgnoredWithWords(t *testing.T) {
	t.Parallel()
	hook := newHook(t, settings)
	var got bytes.Buffer
	for _, path := range fixtures(t) {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		d := delivery(eventOf(name), body)
		if err := hook.Verify(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		m, err := hook.Map(t.Context(), d)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		fmt.Fprintf(&got, "# %s\n", name)
		if m.Ignored != "" {
			fmt.Fprintf(&got, "ignored: %s\n", m.Ignored)
		}
		got.Write(collecttest.Lines(&collecttest.Recorder{Activities: m.Activities, Links: m.Links}))
		if (m.Ignored == "") != (len(m.Activities)+len(m.Links) > 0) {
			t.Errorf("%s: got %d activities and ignored %q", name, len(m.Activities), m.Ignored)
		}
	}
	collecttest.Golden(t, "testdata/hook.golden.txt", got.Bytes())
	for _, kept := range []string{"cooked", "twice", "avatar"} {
		if strings.Contains(got.String(), kept) {
			t.Errorf("%q is kept, of a text or of a picture", kept)
		}
	}
}

func TestOnlySignedDeliveriesAreTaken(t *testing.T) {
	t.Parallel()
	hook := newHook(t, settings)
	body := []byte(`{"ping":"OK"}`)
	for _, c := range []struct{ name, signature, says string }{
		{"no signature", "", "not signed"},
		{"another form", "sha1=" + strings.Repeat("0", 40), "not signed"},
		{"another secret", "sha256=" + hex.EncodeToString(payload.Sum("another", string(body))), "does not fit"},
		{"another body", "sha256=" + hex.EncodeToString(payload.Sum(secret, "{}")), "does not fit"},
		{"no hexadecimal", "sha256=zz", "does not fit"},
		{"a part of it", "sha256=" + hex.EncodeToString(payload.Sum(secret, string(body))[:16]), "does not fit"},
	} {
		d := delivery("ping", body)
		d.Header.Set("X-Discourse-Event-Signature", c.signature)
		if err := hook.Verify(d); orrery.CodeOf(err) != orrery.Denied || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want a denied error that says %q", c.name, err, c.says)
		}
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		values collect.Values
		says   string
	}{
		{"no secret", collect.Values{"url": "https://forum.example.org"}, "secret"},
		{"no address", collect.Values{"secret": secret}, "address of the forum"},
		{"no address at all", collect.Values{"secret": secret, "url": "ftp://x"}, "not the address"},
	} {
		if _, err := discourse.Platform().Hook(c.values); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want an invalid error that says %q", c.name, err, c.says)
		}
	}
}

func TestADeletedPostThatIsRecoveredCounts(t *testing.T) {
	t.Parallel()
	hook := newHook(t, settings)
	by := map[string]string{} // external id → what it takes back
	for _, event := range []string{"post_created", "post_destroyed", "post_recovered"} {
		body, err := os.ReadFile("testdata/hook/" + event + ".json")
		if err != nil {
			t.Fatal(err)
		}
		m, err := hook.Map(t.Context(), delivery(event, body))
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range m.Activities {
			by[a.ExternalID] = a.Retracts
		}
	}
	if len(by) != 3 || by["post/88/3+destroyed"] != "post/88/3+created" || by["post/88/3+recovered"] != "post/88/3+destroyed" {
		t.Errorf("got %v, want the post, its deletion and its return", by)
	}
}

func FuzzMap(f *testing.F) {
	for _, path := range fixtures(f) {
		body, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(eventOf(strings.TrimSuffix(filepath.Base(path), ".json")), body)
	}
	hook := newHook(f, settings)
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		m, err := hook.Map(t.Context(), delivery(event, body))
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		collecttest.Mapped(t, m, now)
	})
}
