package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// pages are the addresses of every screen; PERSON stands for a person's page.
var pages = []struct{ name, path string }{
	{"today", "/"},
	{"map", "/map"},
	{"map-table", "/map?view=table"},
	{"people", "/people"},
	{"people-drifting", "/people?preset=drifting&level=inner"},
	{"people-none", "/people?q=nobodyhasthisname"},
	{"person", "PERSON"},
	{"merge", "PERSON/merge"},
	{"erase", "PERSON/erase"},
	{"sources", "/sources"},
	{"add", "/sources/add"},
	{"skipped", "/imports/4/skipped"},
	{"settings", "/settings"},
	{"about", "/about-the-numbers"},
	{"not-found", "/nowhere"},
	{"second-planet", "/?planet=fjell-frames"},
}

// axe is the source of axe-core, fetched once a run.
var axe = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "orrery-axe-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	pack := exec.Command("npm", "pack", "--silent", "axe-core@4")
	pack.Dir = dir
	if out, err := pack.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm pack axe-core: %w\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("npm packed nothing: %w", err)
	}
	out, err := exec.Command("tar", "-xzOf", found[0], "package/axe.min.js").Output()
	return string(out), err
})

type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

func violations(t *testing.T, w *watch) []violation {
	t.Helper()
	source, err := axe()
	if err != nil {
		t.Skipf("no axe-core: %v", err)
	}
	var answer string
	run(t, w, chromedp.Evaluate(source+";0", nil), chromedp.Evaluate(
		`axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations))`, &answer,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	var found []violation
	if err := json.Unmarshal([]byte(answer), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestEveryPageIsAccessibleStaysInItsWindowAndLoadsNothingFromElsewhere(t *testing.T) {
	origin, link := serve(t)
	for _, l := range append(desk, phone...) {
		t.Run(l.String(), func(t *testing.T) {
			w := browse(t, origin, link, l)
			person := somebody(t, w, origin)
			for _, p := range pages {
				path := strings.Replace(p.path, "PERSON", person, 1)
				var picture []byte
				var wide int64
				run(t, w, chromedp.Navigate(origin+path), settle(), chromedp.Evaluate("document.documentElement.scrollWidth", &wide))
				if wide > l.width {
					t.Errorf("%s is %d pixels wide in a window of %d", p.name, wide, l.width)
				}
				run(t, w, chromedp.FullScreenshot(&picture, 100))
				keep(t, p.name+"-"+l.String(), picture)
				for _, v := range violations(t, w) {
					t.Errorf("%s: %s (%s): %s", p.name, v.ID, v.Impact, v.Help)
					for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
						t.Logf("  %s\n  %s", n.HTML, n.FailureSummary)
					}
				}
				w.good(t)
			}
		})
	}
}

func TestFirstRunAndLoginAreAccessible(t *testing.T) {
	for _, l := range append(desk, phone[0]) {
		t.Run(l.String(), func(t *testing.T) {
			origin, link := serve(t, "-people", "0")
			w := browse(t, origin, link, l)
			for _, name := range []string{"welcome", "login"} {
				var picture []byte
				if name == "login" {
					run(t, w, chromedp.Evaluate(`fetch("/logout", {method: "POST"}).then(() => 0)`, nil,
						func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }), chromedp.Navigate(origin+"/login"))
				}
				run(t, w, settle(), chromedp.FullScreenshot(&picture, 100))
				keep(t, name+"-"+l.String(), picture)
				for _, v := range violations(t, w) {
					t.Errorf("%s: %s (%s): %s %+v", name, v.ID, v.Impact, v.Help, v.Nodes)
				}
			}
			w.good(t)
		})
	}
}

func TestTwoLoadsAreEqualToThePixel(t *testing.T) {
	origin, link := serve(t)
	w := browse(t, origin, link, desk[1])
	person := somebody(t, w, origin)
	for _, path := range []string{"/", "/map", "/people", person} {
		var first, second []byte
		run(t, w, chromedp.Navigate(origin+path), settle(), chromedp.CaptureScreenshot(&first))
		run(t, w, chromedp.Navigate(origin+path), settle(), chromedp.CaptureScreenshot(&second))
		if n := differing(t, first, second); n > 0 {
			keep(t, "differs-1", first)
			keep(t, "differs-2", second)
			t.Errorf("%s: %d pixels differ between two loads", path, n)
		}
	}
}

func differing(t *testing.T, a, b []byte) int {
	t.Helper()
	one, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	two, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if one.Bounds() != two.Bounds() {
		t.Fatalf("sizes differ: %v and %v", one.Bounds(), two.Bounds())
	}
	n := 0
	for y := range one.Bounds().Dy() {
		for x := range one.Bounds().Dx() {
			if one.At(x, y) != two.At(x, y) {
				n++
			}
		}
	}
	return n
}

func TestEverythingIsThereWithoutJavaScript(t *testing.T) {
	origin, link := serve(t)
	w := browse(t, origin, link, desk[0])
	person := somebody(t, w, origin)
	run(t, w, emulation.SetScriptExecutionDisabled(true))
	for path, want := range map[string]string{
		"/": "Rising", "/map": "Closeness", "/people": "Next page", person: "Why", "/sources": "Undo", "/settings": "Make a key",
	} {
		var text string
		var picture []byte
		run(t, w, chromedp.Navigate(origin+path), chromedp.Text("main", &text, chromedp.ByQuery), chromedp.CaptureScreenshot(&picture))
		if !strings.Contains(text, want) {
			t.Errorf("%s does not say %q without JavaScript", path, want)
		}
		if path == "/map" {
			keep(t, "map-without-javascript", picture)
		}
	}
	var note string
	run(t, w, chromedp.Navigate(origin+person), chromedp.SendKeys("#note", "She knows everybody in Malmö."), chromedp.Submit("#note"),
		chromedp.WaitVisible(".note"), chromedp.Text(".note p", &note))
	if note != "She knows everybody in Malmö." {
		t.Errorf("got the note %q", note)
	}
	w.good(t)
}

func TestNamesThatAttackAreOnlyNames(t *testing.T) {
	origin, link := serve(t, "-hostile")
	w := browse(t, origin, link, desk[0])
	person := somebody(t, w, origin)
	for _, path := range []string{"/", "/map", "/map?view=table", "/people", "/people?q=script", person, person + "/merge?q=e", person + "/erase"} {
		var bad int
		run(t, w, chromedp.Navigate(origin+path), settle(), chromedp.Evaluate(`document.querySelectorAll("img, svg[onload], main script:not([data-meta]), [onerror]").length`, &bad))
		if bad > 0 {
			t.Errorf("%s: %d elements came from names", path, bad)
		}
	}
	w.good(t)
}
