package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// tell hands in one post of each of some people, numbered from one on.
func (at *installation) tell(t *testing.T, key string, from, until int) {
	t.Helper()
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	for i := from; i <= until; i++ {
		a := map[string]any{
			"external_id": fmt.Sprintf("post-%d", i), "namespace": "forum.example", "kind": "forum.topic.created",
			"actor": map[string]any{"namespace": "forum.example", "type": "login", "value": fmt.Sprintf("u%d", i), "name": fmt.Sprintf("Person %d", i)},
			"at":    time.Now().UTC().Add(-time.Minute).Format(time.RFC3339),
		}
		if err := out.Encode(a); err != nil {
			t.Fatal(err)
		}
	}
	r, err := http.NewRequest(http.MethodPost, at.origin+"/api/v1/activities", &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/x-ndjson")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		t.Fatalf("handing in activities answers %s", answer.Status)
	}
}

func TestAPageHearsThatActivitiesCameAndMovesOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	at, err := serve(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	w := browse(t, at, desk)
	key, other := keyFor(t, at, "garden"), keyFor(t, at, "shed")
	at.tell(t, key, 1, 2)
	w.open(t, "/people?planet=garden")
	w.says(t, "2 people")

	at.tell(t, other, 100, 104) // around another planet
	at.tell(t, key, 3, 5)
	began := time.Now()
	w.until(t, `document.querySelector(".fresh")?.innerText.includes("3 new activities since you opened this page.")`)
	t.Logf("the page heard of it after %s", time.Since(began).Round(10*time.Millisecond))
	if rows := w.texts(t, "tbody tr"); len(rows) != 2 {
		t.Fatalf("what is read moved by itself: %q", rows)
	}
	w.run(t, chromedp.Sleep(1500*time.Millisecond)) // and stays
	var picture []byte
	w.run(t, chromedp.CaptureScreenshot(&picture))
	keep(t, "people-news", picture)
	for _, v := range w.violations(t) {
		t.Errorf("%s: %s %s", v.ID, v.Help, v.Nodes[0].HTML)
	}
	w.step(t, ".fresh button") // by keyboard
	if _, err := chromedp.RunResponse(w, chromedp.KeyEvent("\r")); err != nil {
		t.Fatal(err)
	}
	w.says(t, "5 people")
	if rows := w.texts(t, ".fresh p"); len(rows) > 0 {
		t.Errorf("a page that was just opened says %q", rows)
	}

	// Without JavaScript pages stay as they are.
	w.run(t, emulation.SetScriptExecutionDisabled(true))
	w.open(t, "/?planet=garden")
	at.tell(t, key, 6, 6)
	if rows := w.texts(t, ".fresh p"); len(rows) > 0 {
		t.Errorf("without JavaScript the page says %q", rows)
	}
	w.run(t, emulation.SetScriptExecutionDisabled(false))

	// A page that listens does not hold the program up.
	w.open(t, "/conversations?planet=garden")
	w.good(t)
	w.until(t, `performance.getEntriesByType("resource").length > 3`)
	began = time.Now()
	if err := at.stop(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("the program took %s to end while a page listened", took)
	}
}
