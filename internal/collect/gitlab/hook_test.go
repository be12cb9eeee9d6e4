package gitlab

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
)

// noon is the clock of every test.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// sample is one delivery, by the header that names its event.
type sample struct {
	Event string          `json:"event"`
	Body  json.RawMessage `json:"body"`
}

func (s sample) delivery() collect.Delivery {
	h := http.Header{"X-Gitlab-Event": {s.Event}, "X-Gitlab-Instance": {"https://gitlab.com"}}
	return collect.Delivery{Header: h, Body: s.Body, At: noon}
}

// deliveries are the handwritten ones in testdata.
func deliveries(t testing.TB) []sample {
	t.Helper()
	b, err := os.ReadFile("testdata/deliveries.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	for i, line := range bytes.Split(bytes.TrimSpace(b), []byte("\n")) {
		var s sample
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(fmt.Errorf("line %d: %w", i+1, err))
		}
		out = append(out, s)
	}
	return out
}

func TestDeliveries(t *testing.T) {
	t.Parallel()
	var all collecttest.Recorder
	told := map[string]bool{}
	for i, s := range deliveries(t) {
		m, err := hook{"secret"}.Map(t.Context(), s.delivery())
		if err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		all.Activities = append(all.Activities, m.Activities...)
		all.Links = append(all.Links, m.Links...)
		reason := m.Ignored
		for _, a := range m.Affiliations {
			reason = fmt.Sprintf("affiliation: %s %s, ended %t", a.Actor.Value, a.Organization.Name, a.Ended)
		}
		if reason != "" {
			all.Skips = append(all.Skips, collect.Skipped{Row: int64(i + 1), Reason: reason})
		}
		for _, a := range m.Activities {
			told[a.ExternalID] = true
			if a.Retracts != "" && !told[a.Retracts] {
				t.Errorf("%s takes back %s, which nothing told", a.ExternalID, a.Retracts)
			}
		}
	}
	got := collecttest.Lines(&all)
	for _, never := range []string{"not kept", "secret title", "REDACTED"} {
		if bytes.Contains(got, []byte(never)) {
			t.Errorf("it keeps %q", never)
		}
	}
	collecttest.Golden(t, "testdata/deliveries.golden.ndjson", got)
}

func TestEveryPayloadOfGoPlaygroundIsMappedOrNamed(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(playground(t), "testdata", "gitlab", "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("got payloads %v, %v", names, err)
	}
	var lines []string
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, filepath.Base(name)+"\t"+outcome(t, body))
	}
	slices.Sort(lines)
	collecttest.Golden(t, "testdata/playground.golden.tsv", []byte(strings.Join(lines, "\n")+"\n"))
}

// outcome is what becomes of a body, for a golden table.
func outcome(t *testing.T, body []byte) string {
	t.Helper()
	m, err := hook{"secret"}.Map(t.Context(), sample{"Some Hook", body}.delivery())
	if err != nil {
		t.Errorf("%v\n%.300s", err, body)
		return "error"
	}
	if m.Ignored == nobody || m.Ignored == incomplete {
		t.Errorf("got %q\n%.300s", m.Ignored, body)
	}
	what := map[string]bool{}
	for i := range m.Activities {
		a := &m.Activities[i]
		if a.Actor.Value == "" || a.ExternalID == "" || a.Namespace == "" || a.At.IsZero() || strings.Contains(a.ExternalID, "//") {
			t.Errorf("is not sound: %+v", *a)
		}
		what[a.Kind] = true
	}
	if len(m.Affiliations) > 0 {
		what["affiliation"] = true
	}
	if m.Ignored != "" {
		what["ignored: "+m.Ignored] = true
	}
	var parts []string
	for k := range what {
		parts = append(parts, k)
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// playground returns the folder of go-playground/webhooks in the module cache.
func playground(t *testing.T) string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", "github.com/go-playground/webhooks/v6@v6.4.0")
	list.Dir = t.TempDir() // outside of the module, which does not need it
	if os.Getenv("CI") != "true" {
		list.Env = append(os.Environ(), "GOPROXY=off")
	}
	out, err := list.Output()
	var found struct{ Dir string }
	if err == nil {
		err = json.Unmarshal(out, &found)
	}
	if err != nil || found.Dir == "" {
		t.Skip("github.com/go-playground/webhooks/v6 is not in the module cache: go mod download github.com/go-playground/webhooks/v6@v6.4.0")
	}
	return found.Dir
}

func TestToken(t *testing.T) {
	t.Parallel()
	h, err := Platform().Hook(collect.Values{fieldSecret: "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, token string
		ok          bool
	}{
		{"the right one", "s3cret", true},
		{"another one", "other", false},
		{"its beginning", "s3cre", false},
		{"and more", "s3cret2", false},
		{"in capital letters", "S3CRET", false},
		{"missing", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := collect.Delivery{Header: http.Header{}, Body: []byte(`{}`)}
			if test.token != "" {
				d.Header.Set("X-Gitlab-Token", test.token)
			}
			err := h.Verify(d)
			if test.ok && err != nil || !test.ok && orrery.CodeOf(err) != orrery.Denied {
				t.Errorf("got %v, want ok %t", err, test.ok)
			}
		})
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
		{"no event", "", `{"object_kind":"issue"}`},
		{"no body", "Issue Hook", ``},
		{"a body that was cut off", "Issue Hook", `{"object_kind":"issue","obj`},
		{"attributes that are a number", "Issue Hook", `{"object_kind":"issue","object_attributes":7}`},
		{"a time that is none", "Issue Hook", `{"object_kind":"issue","user":{"id":1},"object_attributes":{"id":1,"action":"open","created_at":"soon"}}`},
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

func FuzzMap(f *testing.F) {
	for _, s := range deliveries(f) {
		f.Add(s.Event, []byte(s.Body))
	}
	for kind := range events {
		f.Add("Some Hook", []byte(`{"object_kind":"`+kind+`","user":{"id":1},"object_attributes":{"action":"open"}}`))
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

func TestTheCatalogueKnowsEveryKind(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.golden.*")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?:\t|, |"kind":")(gitlab\.[a-z0-9_.]+)( takes back|.*"retracts")?`).FindAllStringSubmatch(string(b), -1) {
			if found[2] == "" { // what takes something back moves nothing
				kinds[found[1]] = true
			}
		}
	}
	if len(kinds) < 15 {
		t.Fatalf("got kinds %v", kinds)
	}
	for kind := range kinds {
		if catalogue.Default().Lookup(kind) == catalogue.Unknown {
			t.Errorf("the catalogue does not know %s", kind)
		}
	}
}
