package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery/internal/backup"
)

// browser is somebody who is logged in at a server.
type browser struct {
	t      *testing.T
	client *http.Client
	origin string
}

func entered(t *testing.T, ready readyLine) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t, &http.Client{Jar: jar, Timeout: 30 * time.Second}, ready.URL}
	b.get(strings.TrimPrefix(ready.Link, ready.URL))
	return b
}

func (b *browser) get(path string) (string, int) {
	b.t.Helper()
	answer, err := b.client.Get(b.origin + path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text), answer.StatusCode
}

// post sends a form and returns where it led, the page there, and its status.
func (b *browser) post(path string, fields ...string) (string, string, int) {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	answer, err := b.client.PostForm(b.origin+path, form)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer.Request.URL.Path, string(text), answer.StatusCode
}

// until asks for a page until it says something.
func (b *browser) until(path, want string) string {
	b.t.Helper()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(50 * time.Millisecond) {
		if text, _ := b.get(path); strings.Contains(text, want) {
			return text
		}
	}
	text, code := b.get(path)
	b.t.Fatalf("%s never says %q but %d %s", path, want, code, text)
	return ""
}

func TestABackupIsRestoredOverHTTPWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	data, ready := served(t)
	orr(t, data, "import", "ndjson", write(t, "first.ndjson", activities(30, 4, "radio")), "--planet", "radio").ok()
	before := orr(t, data, "doctor", "--json").ok().line()
	b := entered(t, ready)
	key := orr(t, data, "keys", "create", "--planet", "radio", "--source", "shop", "--scope", "read", "--json").ok().line()["key"].(string)
	b.post("/settings/backups/now")
	page := b.until("/settings/backups", "file whole")
	name := regexp.MustCompile(`orrery-by-hand-\d{8}T\d{6}Z\.db`).FindString(page)
	b.post("/settings/backups/" + name + "/check")
	b.until("/settings/backups", "field rebuilt")

	orr(t, data, "import", "ndjson", write(t, "second.ndjson", activities(60, 2, "shop")), "--planet", "shop").ok()
	orr(t, data, "erase", "1", "--yes").ok()
	later := orr(t, data, "keys", "create", "--planet", "radio", "--source", "later", "--scope", "read", "--json").ok().line()["key"].(string)
	orr(t, data, "keys", "revoke", strings.Split(key, "_")[2]).ok()
	if text, code := b.get("/settings/backups/" + name + "/restore"); code != http.StatusOK || !strings.Contains(text, "stays erased") {
		t.Fatalf("the page that asks: %d", code)
	}
	if _, text, code := b.post("/settings/backups/"+name+"/restore", "confirm", "no"); code != http.StatusUnprocessableEntity || !strings.Contains(text, "Nothing was changed") {
		t.Fatalf("without the word: %d", code)
	}
	to, _, _ := b.post("/settings/backups/"+name+"/restore", "confirm", "restore")
	told := b.until(to, "The backup is restored")
	if !strings.Contains(told, "1 person had been erased") {
		t.Errorf("who was erased since is not erased again: %s", told)
	}
	link := regexp.MustCompile(`/enter/[a-z0-9]+`).FindString(told)
	if text, _ := b.get("/settings/backups"); !strings.Contains(text, "Log in") {
		t.Error("a login outlived the restore")
	}
	b.get(link)
	if text, code := b.get("/settings/backups"); code != http.StatusOK || !strings.Contains(text, "before a restore") {
		t.Errorf("the data of before is not in the list: %d", code)
	}
	for _, k := range []string{key, later} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, ready.URL+"/api/v1/planets", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+k)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close() //nolint:errcheck // only its status counts
		if answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("a key that was revoked, or is not in the backup, opens something: %d", answer.StatusCode)
		}
	}
	after := orr(t, data, "doctor", "--json").ok().line()
	if after["ok"] != true || after["activities"].(float64) >= before["activities"].(float64) || after["activities"].(float64) < before["activities"].(float64)-8 {
		t.Errorf("before %v, restored %v; want the activities of then without those of who was erased", before, after)
	}
	// And back again: what was put aside is a backup like any other.
	page, _ = b.get("/settings/backups")
	aside := regexp.MustCompile(`orrery\.db\.before-restore-\d{8}T\d{6}Z`).FindString(page)
	to, _, _ = b.post("/settings/backups/"+aside+"/restore", "confirm", "restore")
	b.until(to, "The backup is restored")
	if p := orr(t, data, "planets", "--json").ok().lines(); len(p) != 2 {
		t.Errorf("going forward again brings %d planets, want 2", len(p))
	}
}

func TestADamagedBackupLeavesEverythingAsItWas(t *testing.T) {
	t.Parallel()
	data, ready := served(t)
	orr(t, data, "import", "ndjson", write(t, "first.ndjson", activities(30, 4, "radio")), "--planet", "radio").ok()
	b := entered(t, ready)
	made := orr(t, data, "backup", "now", "--json").ok().line()["name"].(string)
	tear(t, filepath.Join(data, "backups", made))
	if r := orr(t, data, "backup", "check", made); r.code == exitOK {
		t.Error("a torn backup is said to be whole")
	}
	b.until("/settings/backups", "damaged")
	to, _, _ := b.post("/settings/backups/"+made+"/restore", "confirm", "restore")
	b.until(to, "Nothing was changed")
	if text, code := b.get("/settings/backups"); code != http.StatusOK || strings.Contains(text, "before a restore") {
		t.Errorf("whoever is logged in is not any more, or something was moved: %d", code)
	}
	if d := orr(t, data, "doctor", "--json").ok().line(); d["ok"] != true {
		t.Errorf("doctor said %v", d)
	}
}

func TestTheCommandPlansListsAndLooks(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", write(t, "first.ndjson", activities(30, 4, "radio")), "--planet", "radio").ok()
	folder := filepath.Join(t.TempDir(), "copies")
	if l := orr(t, data, "backup", "plan", "--every", "weekly", "--weekday", "monday", "--hour", "4", "--folder", folder, "--json").ok().line(); l["folder"] != folder || l["weekday"].(float64) != 1 || l["next"] == nil {
		t.Errorf("the plan is %v", l)
	}
	if r := orr(t, data, "backup", "plan", "--hour", "24"); r.code != exitUsage {
		t.Errorf("an hour that is none ended with %d", r.code)
	}
	made := orr(t, data, "backup", "now", "--json").ok().line()
	name := made["name"].(string)
	if made["kind"] != string(backup.ByHand) || made["activities"].(float64) != 120 || made["verified"] == nil {
		t.Errorf("made %v", made)
	}
	if l := orr(t, data, "backup", "list", "--json").ok().lines(); len(l) != 1 || l[0]["name"] != name {
		t.Errorf("listed %v", l)
	}
	if l := orr(t, data, "restore", name, "--look", "--json").ok().line(); l["people"].(float64) != 30 || l["field_rebuilt"] != true {
		t.Errorf("looked at %v", l)
	}
	orr(t, data, "import", "ndjson", write(t, "second.ndjson", activities(60, 2, "shop")), "--planet", "shop").ok()
	orr(t, data, "restore", name).ok()
	if p := orr(t, data, "planets", "--json").ok().lines(); len(p) != 1 {
		t.Errorf("restored by name: %d planets, want 1", len(p))
	}
	if l := orr(t, data, "backup", "plan", "--json").ok().line(); l["every"] != "weekly" {
		t.Errorf("restoring took the plan back: %v", l)
	}
}

// tear overwrites a page in the middle of a file.
func tear(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // what was written counts
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, 8192), info.Size()/2/4096*4096); err != nil {
		t.Fatal(err)
	}
}
