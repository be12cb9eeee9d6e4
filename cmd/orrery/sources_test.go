package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// typed runs the command with something on standard input.
func typed(t testing.TB, data, input string, args ...string) ran {
	t.Helper()
	in, err := os.Open(write(t, "input", input))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out, errs bytes.Buffer
	a := &app{out: &out, err: &errs, in: in, clock: func() time.Time { return now }}
	code := a.run(t.Context(), append(args, "--data", data))
	return ran{t, args, code, out.String(), errs.String()}
}

const webhookSecret = "a-long-webhook-secret"

// quiet is an address where there is no forum.
func quiet(t testing.TB) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"errors":["gone"]}`, http.StatusNotFound)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestSourcesAreSetUpFromTheCommandLine(t *testing.T) {
	t.Parallel()
	forum := quiet(t)
	beside, _ := served(t)
	for name, data := range map[string]string{"without a server": filepath.Join(t.TempDir(), "data"), "beside a server": beside} {
		if names := orr(t, "", "sources", "platforms", "--json").ok().lines(); len(names) < 5 {
			t.Errorf("%s there are %d platforms", name, len(names))
		}
		bad := orr(t, data, "sources", "add", "discourse", "--planet", "radio", "--name", "For Um", "--set", "shelf=1")
		if bad.code != exitUsage || !strings.Contains(bad.err, "url: this is needed") || !strings.Contains(bad.err, "lower-case") || !strings.Contains(bad.err, `no field "shelf"`) {
			t.Errorf("%s what is wrong is told as %d: %s", name, bad.code, bad.err)
		}
		made := typed(t, data, webhookSecret+"\n", "sources", "add", "discourse", "--planet", "radio", "--name", "forum",
			"--set", "url="+forum.URL, "--set", "secret=-", "--set", "network=in our own network", "--json").ok().line()
		shaped(t, "what add prints", made, "type name state")
		orr(t, data, "sources", "pause", "forum").ok()
		list := orr(t, data, "sources", "--json").ok()
		line := list.line()
		if line["state"] != "paused" || line["hook"] != "/hooks/forum" || line["planet"] != "radio" || line["settings"].(map[string]any)["url"] != forum.URL {
			t.Errorf("%s it is %v", name, line)
		}
		if strings.Contains(list.out, webhookSecret) {
			t.Errorf("%s the secret is printed", name)
		}
		orr(t, data, "sources", "set", "forum", "--set", "api_username=reader").ok()
		orr(t, data, "sources", "rewind", "forum", "--from", "2026-01-01").ok()
		if test := orr(t, data, "sources", "test", "forum"); test.code == exitOK || strings.Contains(test.err, webhookSecret) {
			t.Errorf("%s testing a forum that is closed ends with %d: %s", name, test.code, test.err)
		}
		orr(t, data, "sources", "resume", "forum").ok()
		if again := orr(t, data, "sources", "add", "discourse", "--planet", "radio", "--name", "forum", "--set", "url="+forum.URL); again.code != exitConflict {
			t.Errorf("%s the same name twice ends with %d: %s", name, again.code, again.err)
		}
		if nobody := orr(t, data, "sources", "pause", "nobody"); nobody.code != exitNotFound {
			t.Errorf("%s what is not there ends with %d", name, nobody.code)
		}
		gone := orr(t, data, "sources", "delete", "forum", "--take-back", "--json").ok().line()
		shaped(t, "what delete prints", gone, "type name taken_back")
		if left := orr(t, data, "sources", "--json").ok().lines(); len(left) != 0 {
			t.Errorf("%s there are %v left", name, left)
		}
	}
}

func TestAnyProgramPushesThroughAConnectedSource(t *testing.T) {
	t.Parallel()
	data, ready := served(t)
	mapping := "external_id = $.id\nkind = \"ticket.opened\"\nactor.email = $.user\nat = $.at"
	bad := typed(t, data, webhookSecret+"\n", "sources", "add", "json", "--planet", "radio", "--name", "desk", "--set", "mapping=nonsense", "--set", "secret=-")
	if bad.code != exitUsage || !strings.Contains(bad.err, "mapping: line 1") {
		t.Errorf("a mapping that is none ends with %d: %s", bad.code, bad.err)
	}
	typed(t, data, webhookSecret+"\n", "sources", "add", "json", "--planet", "radio", "--name", "desk", "--set", "mapping="+mapping, "--set", "secret=-").ok()
	push := func(secret, body string) int {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(body))
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ready.URL+"/hooks/desk", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Signature-256", hex.EncodeToString(mac.Sum(nil)))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	const ticket = `{"id": "t1", "user": "ada@town.example", "at": "2026-11-20T10:00:00Z"}`
	for _, step := range []struct {
		secret, body string
		want         int
	}{{webhookSecret, ticket, 200}, {webhookSecret, ticket, 200}, {"another secret that is long", ticket, 401}, {webhookSecret, "{}", 422}} {
		if got := push(step.secret, step.body); got != step.want {
			t.Errorf("%s is answered %d, want %d", step.body, got, step.want)
		}
	}
	line := orr(t, data, "sources", "--json").ok().line()
	counts := shaped(t, "its deliveries", line["deliveries"], "received taken ignored refused denied last reasons")
	if line["state"] != "listening" || line["activities"] != 1. || counts["received"] != 4. || counts["taken"] != 2. || counts["denied"] != 1. || counts["refused"] != 1. {
		t.Errorf("it is %v", line)
	}
	orr(t, data, "sources", "pause", "desk").ok()
	if got := push(webhookSecret, ticket); got != http.StatusTooManyRequests {
		t.Errorf("paused it answers %d", got)
	}
	orr(t, data, "sources", "delete", "desk", "--take-back", "--yes").ok()
	if got := push(webhookSecret, ticket); got != http.StatusNotFound {
		t.Errorf("deleted it answers %d", got)
	}
	if left := orr(t, data, "members", "--planet", "radio", "--limit", "0", "--json").ok().lines(); len(left) != 0 {
		t.Errorf("there are %v left", left)
	}
}
