package webhook_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	. "orrery.dev/orrery/internal/webhook"
)

// TestOtherPeoplesLibrariesVerifyWhatIsSent has standardwebhooks and svix, as they
// come from npm, verify a request as it arrived.
func TestOtherPeoplesLibrariesVerifyWhatIsSent(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("npm"); err != nil || testing.Short() {
		t.Skip("without npm, or with -short, other people's libraries are not asked: apt-get install npm")
	}
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "verify.mjs"} {
		text, err := os.ReadFile(filepath.Join("testdata", "libraries", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = dir
	if said, err := install.CombinedOutput(); err != nil {
		t.Skipf("the libraries cannot be fetched, so they are not asked: %v %.200s", err, said)
	}
	var headers map[string]string
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		headers = map[string]string{}
		for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
			headers[name] = r.Header.Get(name)
		}
	}))
	defer server.Close()
	s, err := New(Config{Storage: opened(t), Vault: plainVault{}, Clock: time.Now, Log: slog.New(slog.DiscardHandler), Private: true, Chance: func() float64 { return 0 }})
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.Add(t.Context(), Form{Name: "crm", Address: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.Turn(t.Context(), "crm")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Test(t.Context(), "crm"); err != nil {
		t.Fatal(err)
	}
	ask := func(body string) (answer map[string]string) {
		asked, err := json.Marshal(map[string]any{"secrets": map[string]string{"now": now, "before": before, "other": NewSecret()}, "headers": headers, "body": body})
		if err != nil {
			t.Fatal(err)
		}
		verify := exec.CommandContext(t.Context(), "node", "verify.mjs")
		verify.Dir, verify.Stdin = dir, bytes.NewReader(asked)
		out, err := verify.Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &answer); err != nil {
			t.Fatal(err)
		}
		return answer
	}
	const yes, no = "webhook.test", "refused"
	want := map[string]string{
		"standardwebhooks now": yes, "standardwebhooks before": yes, "standardwebhooks other": no, "svix now": yes, "svix before": yes, "svix other": no,
	}
	if got := ask(string(body)); !maps.Equal(got, want) {
		t.Errorf("as it arrived: %v, want %v", got, want)
	}
	for name, said := range ask(string(body) + " ") {
		if said != no {
			t.Errorf("%s takes a body with one letter more", name)
		}
	}
}
