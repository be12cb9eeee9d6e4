package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery/internal/collect/git/gittest"
)

// served starts a server on an own data folder and returns its folder and what
// it announced. It is stopped, cleanly, when the test ends.
func served(t *testing.T, flags ...string) (data string, ready readyLine) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	a := &app{out: in, err: io.Discard, clock: time.Now}
	ended := make(chan int, 1)
	go func() {
		ended <- a.run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--json", "--data", data}, flags...))
		in.Close() //nolint:errcheck // a pipe in memory
	}()
	t.Cleanup(func() {
		cancel()
		go io.Copy(io.Discard, out) //nolint:errcheck // lets it say what it likes
		if code := <-ended; code != exitOK {
			t.Errorf("serve ended with %d", code)
		}
	})
	if err := json.NewDecoder(out).Decode(&ready); err != nil {
		t.Fatalf("serve said nothing: %v", err)
	}
	return data, ready
}

func TestCommandsReachARunningServer(t *testing.T) {
	t.Parallel()
	if !gittest.Available() {
		t.Skip("git is missing: apt-get install git")
	}
	data, _ := served(t)
	repo := filepath.Join(t.TempDir(), "orbit")
	if err := gittest.Generate(t.Context(), repo, 500, 30, 3); err != nil {
		t.Fatal(err)
	}
	first := orr(t, data, "import", "git", repo, "--json").ok().line()
	if first["type"] != "done" || first["added"].(float64) < 500 {
		t.Errorf("an import beside the server said %v", first)
	}
	if again := orr(t, data, "import", "git", repo, "--json").ok().line(); again["added"].(float64) != 0 || again["read"].(float64) != 0 {
		t.Errorf("a second import added %v: the cursor did not reach the command", again)
	}
	if members := orr(t, data, "members", "--limit", "0", "--json").ok().lines(); len(members) < 10 {
		t.Errorf("%d members beside the server", len(members))
	}
	if nobody := orr(t, data, "member", "4000000"); nobody.code != exitNotFound {
		t.Errorf("asking for nobody ended with %d, want %d", nobody.code, exitNotFound)
	}
	backup := filepath.Join(t.TempDir(), "copy.db")
	orr(t, data, "backup", backup).ok()
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup beside the server: %v, %v", info, err)
	}
	if d := orr(t, data, "doctor", "--json").ok().line(); d["ok"] != true {
		t.Errorf("doctor said %v", d)
	}
	// A connector's own complaint comes back with its own code.
	if bad := orr(t, data, "import", "git", t.TempDir()); bad.code != exitUsage {
		t.Errorf("a folder that is no repository ended with %d: %s", bad.code, bad.err)
	}
}

func TestTheLinkLetsInOnceAndActivitiesArrive(t *testing.T) {
	t.Parallel()
	data, ready := served(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	person := &http.Client{Jar: jar}
	for _, tt := range []struct {
		client *http.Client
		url    string
		want   string // in the path that one ends at
	}{
		{http.DefaultClient, ready.URL + "/people", "/login"},
		{person, ready.Link, "/welcome"}, // nothing is named yet
		{&http.Client{}, ready.Link, ""}, // used up
	} {
		resp, err := tt.client.Get(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close() //nolint:errcheck // only the path counts
		if tt.want != "" && !strings.HasPrefix(resp.Request.URL.Path, tt.want) {
			t.Errorf("GET %s ended at %s, want %s", tt.url, resp.Request.URL.Path, tt.want)
		}
		if tt.want == "" && resp.StatusCode < 400 && !strings.HasPrefix(resp.Request.URL.Path, "/login") {
			t.Errorf("the link let in twice: %s %s", resp.Status, resp.Request.URL.Path)
		}
	}

	made := orr(t, data, "keys", "create", "--planet", "radio", "--source", "app", "--scope", "ingest", "--json").ok().line()
	key, _ := made["key"].(string)
	post := func(key string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ready.URL+"/api/v1/activities", bytes.NewReader([]byte(
			`{"external_id":"1","planet":"radio","kind":"comment","actor":{"type":"who","value":"ada"},"at":"2026-01-02T03:04:05Z"}`+"\n")))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-ndjson")
		req.Header.Set("Authorization", "Bearer "+key)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() }) //nolint:errcheck // only the status counts
		return resp
	}
	if resp := post(key); resp.StatusCode/100 != 2 {
		text, _ := io.ReadAll(resp.Body)
		t.Fatalf("an activity was answered %s: %s", resp.Status, text)
	}
	if resp := post(key + "x"); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong key was answered %s", resp.Status)
	}
	members := orr(t, data, "members", "--planet", "radio", "--limit", "0", "--json").ok().lines()
	if len(members) != 1 || members[0]["name"] != "ada" {
		t.Errorf("after one activity there are %v", members)
	}
}

func TestNobodyListensBeyondLoopbackWithoutAnAccount(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{
		{"--addr", "0.0.0.0:0"},
		{"--addr", "127.0.0.1:0", "--public-url", "https://orrery.example.org"},
	} {
		got := orr(t, filepath.Join(t.TempDir(), "data"), append([]string{"serve"}, flags...)...)
		if got.code == exitOK || !strings.Contains(got.err, "accounts add") {
			t.Errorf("serve %v ended with %d: %s", flags, got.code, got.err)
		}
	}
}

func TestRestoringBringsNoLoginAndNoRevokedKeyBack(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	kept := orr(t, data, "keys", "create", "--planet", "radio", "--json").ok().line()
	lost := orr(t, data, "keys", "create", "--planet", "radio", "--json").ok().line()
	backup := filepath.Join(t.TempDir(), "copy.db")
	orr(t, data, "backup", backup).ok()
	orr(t, data, "keys", "revoke", lost["id"].(string)).ok()
	orr(t, data, "restore", backup).ok()
	keys := orr(t, data, "keys", "--json").ok().lines()
	if len(keys) != 1 || keys[0]["id"] != kept["id"] {
		t.Errorf("after the restore there are the keys %v, want %v alone", keys, kept["id"])
	}
}
