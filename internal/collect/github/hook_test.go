package github

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/payload"
)

func TestDeliveries(t *testing.T) {
	t.Parallel()
	var all collecttest.Recorder
	for i, s := range deliveries(t) {
		m, err := hook{"secret"}.Map(t.Context(), s.delivery())
		if err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		all.Activities = append(all.Activities, m.Activities...)
		all.Links = append(all.Links, m.Links...)
		if m.Ignored != "" {
			all.Skips = append(all.Skips, collect.Skipped{Row: int64(i + 1), Reason: m.Ignored})
		}
		for _, a := range m.Affiliations {
			all.Skips = append(all.Skips, collect.Skipped{Row: int64(i + 1), Reason: "affiliation", Excerpt: mustJSON(t, a)})
		}
	}
	got := collecttest.Lines(&all)
	if strings.Contains(string(got), "not kept") {
		t.Error("a body was kept")
	}
	collecttest.Golden(t, "testdata/deliveries.golden.ndjson", got)
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnActivityAndWhatTakesItBackFitTogether(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	var back []orrery.Activity
	for _, s := range deliveries(t) {
		m, err := hook{"secret"}.Map(t.Context(), s.delivery())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range m.Activities {
			told[a.Namespace+"\x00"+a.ExternalID] = true
			if a.Retracts != "" {
				back = append(back, a)
			}
		}
	}
	if len(back) < 4 {
		t.Fatalf("got %d that take back, want the issue, the comment, the answer and the star", len(back))
	}
	for _, a := range back {
		if !told[a.Namespace+"\x00"+a.Retracts] {
			t.Errorf("%s takes back %s, which nothing told", a.ExternalID, a.Retracts)
		}
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	body := []byte(`{"zen":"Keep it logically awesome."}`)
	sign := func(secret string, body []byte) string {
		return "sha256=" + hex.EncodeToString(payload.Sum(secret, string(body)))
	}
	tests := []struct {
		name, signature string
		body            []byte
		ok              bool
	}{
		{"the right one", sign("s3cret", body), body, true},
		{"in capital letters", "sha256=" + strings.ToUpper(sign("s3cret", body)[7:]), body, true},
		{"of another secret", sign("other", body), body, false},
		{"of a body that was cut off", sign("s3cret", body), body[:10], false},
		{"of a body that was changed", sign("s3cret", body), []byte(`{"zen":"Keep it logically awesome!"}`), false},
		{"missing", "", body, false},
		{"empty", "sha256=", body, false},
		{"cut off", sign("s3cret", body)[:20], body, false},
		{"the old kind", "sha1=" + sign("s3cret", body)[7:], body, false},
		{"not hexadecimal", "sha256=zz", body, false},
	}
	h, err := Platform().Hook(collect.Values{fieldSecret: "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := collect.Delivery{Header: http.Header{}, Body: test.body}
			if test.signature != "" {
				d.Header.Set("X-Hub-Signature-256", test.signature)
			}
			err := h.Verify(d)
			if test.ok && err != nil || !test.ok && orrery.CodeOf(err) != orrery.Denied {
				t.Errorf("got %v, want ok %t", err, test.ok)
			}
		})
	}
	// GitHub's own example: docs.github.com, “Validating webhook deliveries”.
	known := http.Header{"X-Hub-Signature-256": {"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}}
	if err := (hook{"It's a Secret to Everybody"}).Verify(collect.Delivery{Header: known, Body: []byte("Hello, World!")}); err != nil {
		t.Errorf("GitHub's own example: %v", err)
	}
	if _, err := Platform().Hook(collect.Values{}); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("without a secret: got %v, want it refused", err)
	}
}

func TestWhatIsNoDelivery(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, event, body string
	}{
		{"no event", "", `{}`},
		{"no body", "issues", ``},
		{"no JSON", "issues", `<html>`},
		{"an issue that is a number", "issues", `{"action":"opened","issue":7}`},
		{"a time that is none", "issues", `{"action":"opened","issue":{"number":1,"created_at":"soon","user":{"id":1}},"sender":{"id":1}}`},
		{"a time before 1970", "issues", `{"action":"opened","issue":{"number":1,"created_at":"1900-01-01T00:00:00Z","user":{"id":1}},"sender":{"id":1}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := sample{test.event, []byte(test.body)}.delivery()
			if m, err := (hook{}).Map(t.Context(), d); orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %+v, %v, want it refused", m, err)
			}
		})
	}
}

func TestADeliveryInAForm(t *testing.T) {
	t.Parallel()
	s := deliveries(t)[0]
	d := s.delivery()
	d.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	d.Body = []byte(url.Values{"payload": {string(s.Body)}}.Encode())
	m, err := hook{}.Map(t.Context(), d)
	if err != nil || len(m.Activities) != 1 || m.Activities[0].Kind != "github.issue.opened" {
		t.Errorf("got %+v, %v, want an issue that was opened", m, err)
	}
}

func FuzzMap(f *testing.F) {
	for _, s := range deliveries(f) {
		f.Add(s.Event, []byte(s.Body))
	}
	for name := range events {
		f.Add(name, []byte(`{"action":"created"}`))
	}
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		m, err := hook{"secret"}.Map(t.Context(), sample{event, body}.delivery())
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want a reason for people", err)
			}
			return
		}
		if len(m.Activities)+len(m.Affiliations) == 0 && m.Ignored == "" {
			t.Error("it says nothing, and not why")
		}
		for i := range m.Activities {
			a := &m.Activities[i]
			if a.Actor.Value == "" || a.ExternalID == "" || a.Kind == "" || a.Namespace == "" || a.At.Unix() < 0 {
				t.Errorf("is not sound: %+v", *a)
			}
		}
	})
}

func BenchmarkMap(b *testing.B) {
	samples := deliveries(b)
	bytes := 0
	for _, s := range samples {
		bytes += len(s.Body)
	}
	b.SetBytes(int64(bytes / len(samples)))
	for i := 0; b.Loop(); i++ {
		if _, err := (hook{"secret"}).Map(b.Context(), samples[i%len(samples)].delivery()); err != nil {
			b.Fatal(err)
		}
	}
}
