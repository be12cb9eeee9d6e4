package github

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
)

// noon is the clock of every test.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// sample is one delivery, unsigned.
type sample struct {
	Event string          `json:"event"`
	Body  json.RawMessage `json:"body"`
}

func (s sample) delivery() collect.Delivery {
	return collect.Delivery{Header: http.Header{"X-Github-Event": {s.Event}}, Body: s.Body, At: noon}
}

// outcome is a line of a golden table: what becomes of an event.
func (s sample) outcome(t *testing.T) string {
	t.Helper()
	var head struct {
		Action string `json:"action"`
		Sender *struct {
			ID json.Number `json:"id"`
		} `json:"sender"`
	}
	if err := json.Unmarshal(s.Body, &head); err != nil {
		t.Fatal(err)
	}
	name := s.Event
	if head.Action != "" {
		name += "." + head.Action
	}
	m, err := hook{"secret"}.Map(t.Context(), s.delivery())
	if err != nil {
		t.Errorf("%s: %v\n%.300s", name, err, s.Body)
		return name + "\terror"
	}
	said := len(m.Activities) + len(m.Affiliations)
	if said == 0 && (m.Ignored == "" || m.Ignored == incomplete) || said > 0 && m.Ignored != "" {
		t.Errorf("%s: got %d activities, ignored %q", name, said, m.Ignored)
	}
	if m.Ignored == nobody && head.Sender != nil && head.Sender.ID != "" {
		t.Errorf("%s: names an account and is held to name nobody:\n%.300s", name, s.Body)
	}
	what := map[string]bool{}
	for i := range m.Activities {
		a := &m.Activities[i]
		if a.Actor.Value == "" || a.ExternalID == "" || a.Namespace == "" || a.At.IsZero() || strings.Contains(a.ExternalID, "//") {
			t.Errorf("%s: is not sound: %+v", name, *a)
		}
		kind := a.Kind
		if a.Retracts != "" {
			kind += " takes back"
		}
		what[kind] = true
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
	return name + "\t" + strings.Join(parts, ", ")
}

// table writes the outcomes of samples, each once.
func table(t *testing.T, samples []sample) []byte {
	t.Helper()
	var lines []string
	for _, s := range samples {
		lines = append(lines, s.outcome(t))
	}
	slices.Sort(lines)
	return []byte(strings.Join(slices.Compact(lines), "\n") + "\n")
}

func TestEveryPayloadThatOctokitKnowsIsMappedOrNamed(t *testing.T) {
	t.Parallel()
	var samples []sample
	for _, file := range octokit(t) {
		var kinds []struct {
			Name     string            `json:"name"`
			Examples []json.RawMessage `json:"examples"`
		}
		if err := json.Unmarshal(file, &kinds); err != nil {
			t.Fatal(err)
		}
		for _, k := range kinds {
			for _, body := range k.Examples {
				samples = append(samples, sample{k.Name, body})
			}
		}
	}
	t.Logf("%d payloads", len(samples))
	collecttest.Golden(t, "testdata/octokit.golden.tsv", table(t, samples))
}

// octokit returns the index files of @octokit/webhooks-examples: from the
// unpacked package in $ORRERY_PAYLOADS, or from npm where CI is true.
func octokit(t *testing.T) [][]byte {
	t.Helper()
	if dir := os.Getenv("ORRERY_PAYLOADS"); dir != "" {
		names, err := filepath.Glob(filepath.Join(dir, "*", "index.json"))
		if err != nil || len(names) == 0 {
			t.Skipf("ORRERY_PAYLOADS=%s holds no */index.json of @octokit/webhooks-examples", dir)
		}
		var files [][]byte
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, b)
		}
		return files
	}
	if os.Getenv("CI") != "true" {
		t.Skip("set ORRERY_PAYLOADS to an unpacked @octokit/webhooks-examples, or CI=true to have npm bring it")
	}
	dir := t.TempDir()
	npm := exec.CommandContext(t.Context(), "npm", "pack", "@octokit/webhooks-examples@7.6.1", "--silent", "--pack-destination", dir)
	if out, err := npm.CombinedOutput(); err != nil {
		t.Skipf("npm brings no examples: %v %s", err, out)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(names) != 1 {
		t.Fatalf("got packages %v, %v", names, err)
	}
	return indexes(t, names[0])
}

// indexes unpacks the files called index.json of a package.
func indexes(t *testing.T, name string) [][]byte {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var files [][]byte
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(header.Name) != "index.json" {
			continue
		}
		var b bytes.Buffer
		if _, err := io.CopyN(&b, archive, header.Size); err != nil {
			t.Fatal(err)
		}
		files = append(files, b.Bytes())
	}
}

func TestEveryPayloadOfGoPlaygroundIsMappedOrNamed(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(playground(t), "testdata", "github", "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("got payloads %v, %v", names, err)
	}
	var samples []sample
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		event := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(name), ".json"), "-", "_")
		switch event {
		case "repository_edited":
			event = "repository"
		case "pull_request_issue_comment":
			event = "issue_comment"
		}
		samples = append(samples, sample{event, body})
	}
	collecttest.Golden(t, "testdata/playground.golden.tsv", table(t, samples))
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
		for _, found := range regexp.MustCompile(`(?:\t|, |"kind":")(github\.[a-z0-9_.]+)( takes back|.*"retracts")?`).FindAllStringSubmatch(string(b), -1) {
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
