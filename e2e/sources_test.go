package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// forum answers as Discourse does, from a few recorded posts; while it is shut
// it is not there.
func forum(t *testing.T) (address string, shut *atomic.Bool) {
	t.Helper()
	data, err := os.ReadFile("../internal/collect/discourse/testdata/forum/posts.json")
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Posts []map[string]any `json:"latest_posts"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	shut = new(atomic.Bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/posts.json" || shut.Load() {
			http.NotFound(w, r)
			return
		}
		before, _ := strconv.ParseFloat(r.URL.Query().Get("before"), 64)
		page := []map[string]any{}
		for _, p := range list.Posts {
			if id, _ := p["id"].(float64); (before == 0 || id < before) && len(page) < 4 {
				page = append(page, p)
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"latest_posts": page})
	}))
	t.Cleanup(server.Close)
	return server.URL, shut
}

func TestAForumIsConnected(t *testing.T) {
	t.Parallel()
	t.Run("in a browser as it comes", func(t *testing.T) {
		t.Parallel()
		connectForum(t, true)
	})
	t.Run("without JavaScript", func(t *testing.T) {
		t.Parallel()
		connectForum(t, false)
	})
}

func connectForum(t *testing.T, scripts bool) {
	address, shut := forum(t)
	at := installed(t, filepath.Join(t.TempDir(), "data"))
	w := stranger(t, at, desk)
	w.run(t, emulation.SetScriptExecutionDisabled(!scripts))
	begin(t, w, "Stadtgarten")
	look := func(name string) {
		if scripts {
			w.inspect(t, name)
		}
	}
	look("add-platforms")
	w.open(t, "/sources/connect/json")
	look("connect-json")
	w.open(t, "/sources/add")
	w.press(t, `.tiles a[href*="/connect/discourse"]`)
	w.says(t, "Connect Discourse", "What is kept")
	look("connect")

	// What is wrong is said beside its field, and nothing that was typed is lost.
	w.fill(t, "#source-name", "x y")
	w.fill(t, `[name="f.url"]`, "nowhere\r") // Enter sends the form, and makes no secret up
	w.until(t, `document.querySelector("#source-name-bad")?.innerText.includes("lower-case")`)
	var typed string
	w.eval(t, `document.querySelector('[name="f.url"]').value`, &typed)
	if typed != "nowhere" {
		t.Errorf("the form lost what was typed: %q", typed)
	}
	if w.eval(t, `document.querySelector('[name="f.secret"]').value`, &typed); typed != "" {
		t.Errorf("Enter made a secret up: %q", typed)
	}
	look("connect-wrong")

	w.run(t, chromedp.SetValue("#source-name", "forum", chromedp.ByQuery), chromedp.SetValue(`[name="f.url"]`, address, chromedp.ByQuery),
		chromedp.SetValue(`[name="f.network"]`, "in our own network", chromedp.ByQuery))
	w.press(t, `button[name=make][value=secret]`)
	var secret string
	w.eval(t, `document.querySelector('[name="f.secret"]').value`, &secret)
	w.press(t, `.connect button.p`)
	w.says(t, "forum is connected", secret, at.origin+"/hooks/forum", "it is not shown again")
	w.open(t, "/sources/of/forum")
	w.hides(t, secret)
	w.comes(t, "/sources/of/forum", "well; asked again")
	w.press(t, `form[action*="/test"] button`)
	w.says(t, "It works:")

	// The forum pushes; who has not the secret is refused.
	push := func(key string) int {
		body := []byte(`{"ping":"OK"}`)
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write(body)
		r, err := http.NewRequest(http.MethodPost, at.origin+"/hooks/forum", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Discourse-Event-Type", "ping")
		r.Header.Set("X-Discourse-Event", "ping")
		r.Header.Set("X-Discourse-Event-Id", "1")
		r.Header.Set("X-Discourse-Event-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	if good, bad := push(secret), push("another"); good != http.StatusOK || bad != http.StatusUnauthorized {
		t.Errorf("a signed delivery is answered %d, one signed by another %d", good, bad)
	}
	w.open(t, "/sources/of/forum")
	w.says(t, "Deliveries 2", "not signed with the secret 1")
	look("source")

	shut.Store(true)
	w.press(t, `form[action*="/resume"] button`)
	w.comes(t, "/sources/of/forum", "failing for")
	look("source-failing")
	w.open(t, "/sources")
	w.says(t, "Connected", "forum", "failing for under a minute; tried again")
	look("sources-connected")
	shut.Store(false)
	w.open(t, "/sources/of/forum")
	w.press(t, `form[action*="/pause"] button`)
	w.says(t, "forum rests", "paused")
	if code := push(secret); code != http.StatusTooManyRequests {
		t.Errorf("a delivery to a source that rests is answered %d", code)
	}
	w.press(t, `form[action*="/resume"] button`)
	w.comes(t, "/sources/of/forum", "well; asked again")
	w.press(t, `form[action*="/rewind"] button`)
	w.says(t, "read again from its start")

	w.press(t, `a[href*="/delete"]`)
	w.says(t, "Delete forum?", "goes too")
	look("source-delete")
	w.run(t, chromedp.Click(`input[value=back]`, chromedp.ByQuery))
	w.press(t, `button.danger`)
	w.says(t, "forum is deleted")
	w.open(t, "/people")
	w.says(t, "People appear here with their first activity.")
	w.good(t)
	nowhere(t, at.dir, secret)
}

// comes opens a page until it says something.
func (w *tab) comes(t *testing.T, path, text string) {
	t.Helper()
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(100 * time.Millisecond) {
		if w.open(t, path); strings.Contains(w.text(t, "main"), text) {
			return
		}
	}
	w.says(t, text)
}

// nowhere fails the test where a file of a folder holds a text.
func nowhere(t *testing.T, dir, text string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), text) {
			t.Errorf("%s holds the secret", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
