package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// delivered is how many events each client delivers, and then delivers again.
const delivered = 10_000

// object is a JSON object.
type object = map[string]any

// TestClients has other people's clients, as they come from npm, deliver events
// to Orrery, twice: the journal holds each once, and what is exported is what
// went in, key by key.
func TestClients(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no node here, so other people's clients are not tried: apt-get install nodejs")
	}
	dir := clients(t)
	at := installed(t, filepath.Join(t.TempDir(), "data"))
	began := time.Now()
	for _, c := range []struct {
		name   string
		made   func(i int) (event, activity object)
		within time.Duration // after the event's time that its activity may have
		run    func(t *testing.T, key, events string)
	}{
		{"segment", segmentEvent, time.Minute, node(dir, "segment.mjs", at)},
		{"rudderstack", segmentEvent, time.Minute, node(dir, "rudder.mjs", at)},
		{"cloudevents", cloudEvent, 0, node(dir, "cloudevents.mjs", at)},
		{"browser", segmentEvent, time.Minute, inBrowser(dir, at)},
	} {
		t.Run(c.name, func(t *testing.T) {
			key := keyFor(t, at, c.name)
			var events []object
			want := map[string]object{}
			for i := range delivered {
				event, activity := c.made(i)
				events = append(events, event)
				activity["source"], activity["planet"] = "shop-"+c.name, c.name
				for _, o := range []object{activity, activity["actor"].(object)} {
					if o["namespace"] == nil {
						o["namespace"] = "shop-" + c.name
					}
				}
				want[activity["external_id"].(string)] = activity
			}
			text, err := json.Marshal(events)
			if err != nil {
				t.Fatal(err)
			}
			file := write(t, "events.json", text)
			for _, time := range []string{"first", "second"} {
				c.run(t, key, file)
				compare(t, at, c.name, time, want, c.within)
			}
		})
	}
	t.Run("jitsu", func(t *testing.T) {
		key := keyFor(t, at, "jitsu")
		node(dir, "jitsu.mjs", at)(t, key, write(t, "events.json", []byte(`[{"event":"Order Completed","properties":{"revenue":5,"currency":"EUR"}},{"event":"Signed Up"}]`)))
		lines := exported(t, at, "jitsu")
		if len(lines) != 2 || lines[0]["kind"] != "order.completed" || lines[0]["quantity"] != 500.0 || lines[1]["kind"] != "signed_up" ||
			!reflect.DeepEqual(lines[0]["actor"], object{"namespace": "shop-jitsu", "type": "user_id", "value": "u1", "name": "Ada Example", "email": "ada@example.org"}) {
			t.Errorf("got %v", lines)
		}
	})
	t.Logf("%d deliveries of %d events in %s", 8, delivered, time.Since(began).Round(time.Second))
}

// clients installs the packages that clients/package-lock.json names, in the run's
// folder.
func clients(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(bin, "clients")
	if err := os.CopyFS(dir, os.DirFS("clients")); err != nil {
		t.Fatal(err)
	}
	install := exec.Command("npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("install the clients with npm: %v\n%s", err, out)
	}
	return dir
}

// keyFor makes a planet and a key of the source shop-PLANET.
func keyFor(t *testing.T, at *installation, planet string) string {
	t.Helper()
	var made struct{ Key string }
	out := command(t, at.dir, "keys", "create", "--planet", planet, "--source", "shop-"+planet, "--scope", "ingest", "--json")
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Key == "" {
		t.Fatalf("keys create prints %q: %v", out, err)
	}
	return made.Key
}

// node runs a client to its end.
func node(dir, script string, at *installation) func(*testing.T, string, string) {
	return func(t *testing.T, key, events string) {
		t.Helper()
		run := exec.Command("node", script, at.origin, key, events)
		run.Dir = dir
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", script, err, bytes.TrimSpace(out))
		}
	}
}

// inBrowser delivers from a page of another origin, one by one and in batches.
func inBrowser(dir string, at *installation) func(*testing.T, string, string) {
	return func(t *testing.T, key, events string) {
		t.Helper()
		mux := http.NewServeMux()
		mux.Handle("/umd/", http.StripPrefix("/umd/", http.FileServer(http.Dir(filepath.Join(dir, "node_modules/@segment/analytics-next/dist/umd")))))
		mux.HandleFunc("/events.json", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, events) })
		mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join(dir, "page.html")) })
		shop := httptest.NewServer(mux)
		defer shop.Close()
		w := stranger(t, at, desk)
		var got struct {
			Delivered int
			Problems  []string
		}
		w.run(t, chromedp.Navigate(shop.URL), chromedp.Evaluate(fmt.Sprintf("deliver(%q, %q)", at.origin, key), &got,
			func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
		if got.Delivered != delivered || len(got.Problems) > 0 {
			t.Fatalf("%d events were delivered: %q", got.Delivered, got.Problems)
		}
	}
}

// start is when the first event happened.
var start = time.Now().UTC().Truncate(time.Hour).AddDate(0, 0, -30)

// segmentEvent returns an event as Segment's clients take it and the activity
// that it is.
func segmentEvent(i int) (event, activity object) {
	at := start.Add(time.Duration(i) * time.Minute).Format("2006-01-02T15:04:05.000Z")
	id := fmt.Sprintf("m-%d", i)
	user := fmt.Sprintf("u%d", i%97)
	visitor := fmt.Sprintf("v%d", i%97)
	event = object{"messageId": id, "timestamp": at, "anonymousId": visitor}
	activity = object{"external_id": id, "at": at}
	known := func() {
		event["userId"], event["context"] = user, object{"traits": object{"name": "Person " + user}}
		activity["actor"] = object{"type": "user_id", "value": user, "name": "Person " + user}
	}
	switch i % 5 {
	case 0:
		known()
		event["type"], event["event"] = "track", "Order Completed"
		event["properties"] = object{"order_id": fmt.Sprint("o", i), "revenue": float64(i) + .25, "currency": "EUR"}
		event["context"].(object)["campaign"] = object{"name": "spring", "source": "list", "medium": "email"}
		activity["kind"], activity["name"] = "order.completed", "Order Completed"
		activity["object"] = object{"id": fmt.Sprint("o", i), "type": "order"}
		activity["quantity"], activity["unit"] = float64(100*i+25), "EUR"
		activity["origin"], activity["prompted_by"] = "prompted", "spring"
	case 1:
		event["type"], event["event"] = "track", "Product Viewed"
		event["properties"] = object{"product_id": "p1", "name": "Müsli", "partner_code": "acme"}
		activity["actor"] = object{"type": "anonymous_id", "value": visitor}
		activity["kind"], activity["name"], activity["partner"] = "product.viewed", "Product Viewed", "acme"
		activity["object"] = object{"id": "p1", "type": "product", "title": "Müsli"}
	case 2:
		event["type"], event["name"] = "page", "Prices"
		event["properties"] = object{"url": "https://shop.example/prices?x=1", "title": "What it costs"}
		activity["actor"] = object{"type": "anonymous_id", "value": visitor}
		activity["kind"], activity["name"] = "page.viewed", "Prices"
		activity["object"] = object{"id": "shop.example/prices", "type": "page", "title": "What it costs", "url": "https://shop.example/prices"}
	case 3:
		known()
		event["type"], event["event"], event["properties"] = "track", "Lesson Completed", object{}
		activity["kind"], activity["name"] = "lesson.completed", "Lesson Completed"
	default:
		known()
		event["type"], event["name"], event["properties"] = "screen", "Home", object{}
		activity["kind"], activity["name"] = "screen.viewed", "Home"
	}
	return event, activity
}

// cloudEvent returns a CloudEvent and the activity that it is.
func cloudEvent(i int) (event, activity object) {
	at := start.Add(time.Duration(i) * time.Minute).Format(time.RFC3339)
	id, user := fmt.Sprintf("e-%d", i), fmt.Sprintf("u%d", i%97)
	event = object{"id": id, "source": "https://quiz.example/night", "type": "example.quiz.solved", "time": at, "subject": user, "data": object{}}
	activity = object{
		"external_id": id, "namespace": "https://quiz.example/night", "kind": "example.quiz.solved", "at": at,
		"actor": object{"type": "user_id", "value": user},
	}
	if i%3 == 0 {
		event["subject"] = "quiz/7"
		event["data"] = object{"actor": object{"namespace": "quiz.example", "type": "login", "value": user, "name": "Müjde"}, "quantity": 1.5, "unit": "hours", "tags": []string{"night"}}
		activity["actor"] = object{"namespace": "quiz.example", "type": "login", "value": user, "name": "Müjde"}
		activity["object"] = object{"id": "quiz/7", "type": "subject"}
		activity["quantity"], activity["unit"], activity["tags"] = 1.5, "hours", []any{"night"}
	}
	return event, activity
}

// exported returns what `export activities` prints of a planet.
func exported(t *testing.T, at *installation, planet string) []object {
	t.Helper()
	var list []object
	lines := bufio.NewScanner(strings.NewReader(command(t, at.dir, "export", "activities", "--planet", planet)))
	for lines.Scan() {
		var o object
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		list = append(list, o)
	}
	return list
}

// compare holds an export against what went in. The time of an activity is the
// event's, moved by as much as the sender's clock was wrong when it sent: by
// what the way took.
func compare(t *testing.T, at *installation, planet, round string, want map[string]object, within time.Duration) {
	t.Helper()
	list := exported(t, at, planet)
	if len(list) != len(want) {
		t.Errorf("after the %s delivery %d activities are exported, want %d", round, len(list), len(want))
	}
	seen := map[string]bool{}
	wrong := 0
	for _, got := range list {
		id, _ := got["external_id"].(string)
		expected := want[id]
		if seen[id] || expected == nil {
			t.Fatalf("after the %s delivery %q is exported twice, or never went in", round, id)
		}
		seen[id] = true
		happened, err := time.Parse(time.RFC3339, expected["at"].(string))
		if err != nil {
			t.Fatal(err)
		}
		told, err := time.Parse(time.RFC3339, fmt.Sprint(got["at"]))
		if late := told.Sub(happened); err != nil || late < 0 || late > within {
			t.Errorf("%s happened at %s, exported is %v", id, happened, got["at"])
			wrong++
		}
		got["at"] = expected["at"]
		if !reflect.DeepEqual(got, expected) {
			t.Errorf("got  %v\nwant %v", got, expected)
			wrong++
		}
		if wrong > 5 {
			t.FailNow()
		}
	}
}
