package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A look is how a browser shows pages.
type look struct {
	theme  string // "light", "dark"
	width  int64
	height int64
}

var (
	desk  = look{"light", 1440, 900}
	night = look{"dark", 1440, 900}
	looks = []look{desk, night, {"light", 360, 780}, {"dark", 360, 780}}
)

func (l look) String() string { return fmt.Sprintf("%s-%d", l.theme, l.width) }

// wear gives the browser a look, without motion.
func (l look) wear() chromedp.Action {
	return chromedp.Tasks{
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: l.theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}),
		emulation.SetDeviceMetricsOverride(l.width, l.height, 1, l.width < 500),
	}
}

// A tab is one of a browser, together with everything it should not have done.
type tab struct {
	context.Context
	at *installation

	mu       sync.Mutex
	mischief []string
	asked    map[string]bool // paths that were requested
}

func (w *tab) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mischief = append(w.mischief, fmt.Sprintf(format, args...))
}

// answered are pages that say no, which the browser notes as it does failures.
var answered = regexp.MustCompile(`status of (403|404|422|503) `)

// stranger opens a browser that is not logged in, with a fixed look and no
// motion. Requests to other hosts, refused by policy or not, errors in scripts
// and dialogs are mischief.
func stranger(t testing.TB, at *installation, l look) *tab {
	t.Helper()
	profile, err := os.MkdirTemp("", "orrery-profile-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) }) // the browser may still be writing its last
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium), chromedp.NoFirstRun, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true), chromedp.WSURLReadTimeout(time.Minute),
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop := chromedp.NewContext(allocator)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, time.Duration(4+len(naughty)/100)*time.Minute) // each name has its page looked at
	t.Cleanup(stop)
	w := &tab{Context: ctx, at: at, asked: map[string]bool{}}
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			w.saw(e.Request.URL)
		case *runtime.EventExceptionThrown:
			w.note("a script failed: %s", e.ExceptionDetails.Error())
		case *cdplog.EventEntryAdded:
			if !answered.MatchString(e.Entry.Text) {
				w.note("the browser complains: %s %s", e.Entry.Text, e.Entry.URL)
			}
		case *page.EventJavascriptDialogOpening:
			w.note("a dialog opened: %s", e.Message)
			go func() { _ = chromedp.Run(ctx, page.HandleJavaScriptDialog(false)) }()
		}
	})
	w.run(t, cdplog.Enable(), network.Enable(), watch(), l.wear())
	return w
}

// watch notes on each page what only a name that ran would call. Frames are
// watched, too.
func watch() chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(`for (const f of ["alert", "confirm", "prompt", "print", "open"]) window[f] = () => { top.ran = f; };`).Do(ctx)
		return err
	})
}

// browse opens a browser that is logged in.
func browse(t testing.TB, at *installation, l look) *tab {
	t.Helper()
	if err := at.enter(); err != nil {
		t.Fatal(err)
	}
	w := stranger(t, at, l)
	w.run(t, network.SetCookie(at.cookie.Name, at.cookie.Value).WithURL(at.origin))
	return w
}

func (w *tab) saw(address string) {
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "data" {
		return
	}
	if err != nil || u.Scheme+"://"+u.Host != w.at.origin {
		w.note("a request left the host: %s", address)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked[u.Path] = true
}

func (w *tab) run(t testing.TB, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(w, actions...); err != nil {
		t.Fatal(err)
	}
}

// open goes to a page.
func (w *tab) open(t testing.TB, path string) {
	t.Helper()
	w.run(t, chromedp.Navigate(w.at.origin+path))
}

// press clicks what leads to another page, and waits for it.
func (w *tab) press(t testing.TB, selector string) {
	t.Helper()
	answer, err := chromedp.RunResponse(w, chromedp.Click(selector, chromedp.ByQuery))
	if err != nil {
		t.Fatalf("press %s: %v", selector, err)
	}
	if answer != nil && answer.Status >= 400 {
		t.Fatalf("press %s: the page answers %d: %s", selector, answer.Status, w.text(t, "main"))
	}
}

// fill types into an empty field.
func (w *tab) fill(t testing.TB, selector, text string) {
	t.Helper()
	w.run(t, chromedp.SendKeys(selector, text, chromedp.ByQuery))
}

// text is what a reader sees of the first that fits a selector. A page that
// loads itself anew meanwhile is asked again.
func (w *tab) text(t testing.TB, selector string) string {
	t.Helper()
	var text string
	var err error
	for range 10 {
		if err = chromedp.Run(w, chromedp.Text(selector, &text, chromedp.ByQuery)); err == nil {
			return text
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("read %s: %v", selector, err)
	return ""
}

// texts is what a reader sees of all that fit a selector.
func (w *tab) texts(t testing.TB, selector string) []string {
	t.Helper()
	var list []string
	w.eval(t, fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.innerText.trim())`, selector), &list)
	return list
}

// says fails the test unless the page says all of some texts.
func (w *tab) says(t testing.TB, texts ...string) {
	t.Helper()
	main := strings.Join(strings.Fields(w.text(t, "main")), " ")
	for _, text := range texts {
		if !strings.Contains(main, text) {
			t.Fatalf("the page does not say %q, but: %s", text, main)
		}
	}
}

// hides fails the test if the page says one of some texts.
func (w *tab) hides(t testing.TB, texts ...string) {
	t.Helper()
	main := w.text(t, "main")
	for _, text := range texts {
		if strings.Contains(main, text) {
			t.Fatalf("the page still says %q: %s", text, main)
		}
	}
}

// eval asks the page. Promises are waited for.
func (w *tab) eval(t testing.TB, expression string, to any) {
	t.Helper()
	w.run(t, evaluate(expression, to))
}

func evaluate(expression string, to any) chromedp.Action {
	return chromedp.Evaluate(expression, to, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })
}

// until waits for something to be so, over pages that come and go, and returns
// how often it was not.
func (w *tab) until(t testing.TB, expression string) int {
	t.Helper()
	for n, began := 0, time.Now(); time.Since(began) < 90*time.Second; n++ {
		var so bool
		if err := chromedp.Run(w, evaluate(expression, &so)); err == nil && so {
			return n
		}
		time.Sleep(30 * time.Millisecond)
	}
	t.Fatalf("this never came to be: %s; the page says: %s", expression, w.text(t, "body"))
	return 0
}

// settle waits until fonts are there and the map, if there is one, has drawn.
func settle() chromedp.Action {
	return evaluate(`(async () => {
		await document.fonts.ready;
		for (let i = 0; document.querySelector("[data-waiting]") && i < 800; i++) await new Promise((r) => setTimeout(r, 50));
		const map = document.querySelector("orbit-map");
		for (let i = 0; map && !map.dataset.ready && i < 400; i++) await new Promise((r) => setTimeout(r, 25));
		if (map) await new Promise((r) => setTimeout(r, 150));
		await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
		return 0;
	})()`, new(int))
}

// good fails the test when the tab did something that it should not have.
func (w *tab) good(t testing.TB) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.mischief {
		t.Error(m)
	}
	w.mischief = nil
}

// keep writes a picture to look at.
func keep(t testing.TB, name string, png []byte) {
	t.Helper()
	if err := os.MkdirAll("screens", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("screens", name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// inspect looks at the page in every look: it fits its window, is accessible,
// did no mischief, and leaves its picture.
func (w *tab) inspect(t testing.TB, name string) {
	t.Helper()
	for _, l := range looks {
		var picture []byte
		var wide int64
		var centred bool
		w.run(t, l.wear())
		var drawn bool // by a script, for one size
		if w.eval(t, `!!document.querySelector("orbit-map, canvas")`, &drawn); drawn {
			w.run(t, chromedp.Reload())
		}
		w.run(t, settle(), chromedp.Evaluate("document.documentElement.scrollWidth", &wide), chromedp.FullScreenshot(&picture, 100))
		w.eval(t, `(() => {
			const planet = document.querySelector(".planet-name circle")?.getBoundingClientRect();
			const map = document.querySelector("orbit-map")?.getBoundingClientRect();
			return !map || Math.abs(planet.x + planet.width / 2 - map.x - map.width / 2) < map.width / 4;
		})()`, &centred)
		if !centred {
			t.Errorf("the map of %s is not in the middle in %s", name, l)
		}
		keep(t, name+"-"+l.String(), picture)
		if wide > l.width {
			t.Errorf("%s is %d pixels wide in a window of %d", name, wide, l.width)
		}
		for _, v := range w.violations(t) {
			t.Errorf("%s in %s: %s (%s): %s", name, l, v.ID, v.Impact, v.Help)
			for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
				t.Logf("  %s\n  %s", n.HTML, n.FailureSummary)
			}
		}
	}
	w.run(t, looks[0].wear())
	w.good(t)
}

type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

func (w *tab) violations(t testing.TB) []violation {
	t.Helper()
	var answer string
	var there bool
	if w.eval(t, `!!window.axe`, &there); !there {
		w.eval(t, axeCore+";0", nil)
	}
	w.eval(t, `axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations))`, &answer)
	var found []violation
	if err := json.Unmarshal([]byte(answer), &found); err != nil {
		t.Fatal(err)
	}
	return found
}
