package slack_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/payload"
	"orrery.dev/orrery/internal/collect/slack"
)

const secret = "8f742231b10e8888abcd99yyyzzz85a5"

var now = time.Unix(1795348800, 0).UTC() // 2026-11-22 12:00

func newHook(t testing.TB, scope slack.Scope) collect.Hook {
	t.Helper()
	hook, err := slack.Platform().Hook(collect.Values{"secret": secret, "channels": string(scope)})
	if err != nil {
		t.Fatal(err)
	}
	return hook
}

func delivery(body []byte, signed time.Time, key string) collect.Delivery {
	ts := strconv.FormatInt(signed.Unix(), 10)
	return collect.Delivery{
		Header: http.Header{
			"X-Slack-Request-Timestamp": {ts},
			"X-Slack-Signature":         {"v0=" + hex.EncodeToString(payload.Sum(key, "v0:"+ts+":"+string(body)))},
		},
		Body: body, At: now,
	}
}

func fixtures(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/hook/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	return paths
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestEveryDeliveryIsMappedOrIgnoredWithWords(t *testing.T) {
	t.Parallel()
	for _, scope := range []slack.Scope{slack.Public, slack.Direct} {
		hook := newHook(t, scope)
		var got bytes.Buffer
		for _, path := range fixtures(t) {
			name := strings.TrimSuffix(filepath.Base(path), ".json")
			d := delivery(read(t, path), now, secret)
			if err := hook.Verify(d); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			m, err := hook.Map(t.Context(), d)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			collecttest.Mapped(t, m, now)
			fmt.Fprintf(&got, "# %s\n", name)
			if m.Ignored != "" {
				fmt.Fprintf(&got, "ignored: %s\n", m.Ignored)
			}
			if m.Reply != nil {
				fmt.Fprintf(&got, "reply: %s\n", m.Reply)
			}
			got.Write(collecttest.Lines(&collecttest.Recorder{Activities: m.Activities, Links: m.Links}))
		}
		collecttest.Golden(t, "testdata/hook."+string(scope)+".golden.txt", got.Bytes())
		for _, kept := range []string{"wants oil", "green", "avatars", "+81"} {
			if strings.Contains(got.String(), kept) {
				t.Errorf("%q is kept, of a text or of what is not asked for", kept)
			}
		}
	}
}

func TestOnlyFreshSignedDeliveriesAreTaken(t *testing.T) {
	t.Parallel()
	hook := newHook(t, slack.Public)
	body := []byte(`{"type":"url_verification","challenge":"x"}`)
	for _, c := range []struct {
		name  string
		d     collect.Delivery
		alter func(http.Header)
		says  string // empty: it is taken
	}{
		{"signed now", delivery(body, now, secret), nil, ""},
		{"signed five minutes ago", delivery(body, now.Add(-payload.Tolerance), secret), nil, ""},
		{"signed longer ago", delivery(body, now.Add(-payload.Tolerance-time.Second), secret), nil, "five minutes"},
		{"signed far ahead", delivery(body, now.Add(payload.Tolerance+time.Second), secret), nil, "five minutes"},
		{"another secret", delivery(body, now, "another"), nil, "does not fit"},
		{"no signature", delivery(body, now, secret), func(h http.Header) { h.Del("X-Slack-Signature") }, "not signed"},
		{"no time", delivery(body, now, secret), func(h http.Header) { h.Del("X-Slack-Request-Timestamp") }, "not signed"},
		{"another time", delivery(body, now, secret), func(h http.Header) { h.Set("X-Slack-Request-Timestamp", "1795348801") }, "does not fit"},
		{"an older way of signing", delivery(body, now, secret), func(h http.Header) { h.Set("X-Slack-Signature", "v1=00") }, "not signed"},
	} {
		if c.alter != nil {
			c.alter(c.d.Header)
		}
		err := hook.Verify(c.d)
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: got %v, want none", c.name, err)
		case c.says != "" && (orrery.CodeOf(err) != orrery.Denied || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: got %v, want a denied error that says %q", c.name, err, c.says)
		}
	}
}

func TestSlackIsAnsweredWhatItAsks(t *testing.T) {
	t.Parallel()
	m, err := newHook(t, slack.Public).Map(t.Context(), delivery(read(t, "testdata/hook/url_verification.json"), now, secret))
	if err != nil || string(m.Reply) != "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" {
		t.Errorf("got %q, %v, want the challenge", m.Reply, err)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for says, values := range map[string]collect.Values{"secret": {}, "choose public": {"secret": secret, "channels": "some"}} {
		if _, err := slack.Platform().Hook(values); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want an invalid error that says %q", err, says)
		}
	}
}

func FuzzMap(f *testing.F) {
	for _, path := range fixtures(f) {
		f.Add(read(f, path))
	}
	hook := newHook(f, slack.Direct)
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := hook.Map(t.Context(), delivery(body, now, secret))
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		collecttest.Mapped(t, m, now)
	})
}
