package e2e

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// built is the server of made-up worlds, built once for all tests.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "orrery-e2e-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "screens")
	build := exec.Command("go", "build", "-o", binary, "./internal/web/webtest/cmd/screens")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the screens: %w\n%s", err, out)
	}
	return binary, nil
})

// serve starts a world and returns its origin and its one-time link.
func serve(t testing.TB, flags ...string) (origin, link string) {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, append([]string{"-addr", "127.0.0.1:0"}, flags...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server said nothing: %v", err)
	}
	link = strings.TrimSpace(line)
	origin, _, _ = strings.Cut(link, "/enter/")
	return origin, link
}

// A look is how a browser shows pages.
type look struct {
	theme  string // "light", "dark"
	width  int64
	height int64
}

var (
	desk  = []look{{"light", 1440, 900}, {"dark", 1440, 900}}
	phone = []look{{"light", 360, 780}, {"dark", 360, 780}}
)

func (l look) String() string { return fmt.Sprintf("%s-%d", l.theme, l.width) }

// A watch is a browser tab together with everything it should not have done.
type watch struct {
	context.Context
	mu       sync.Mutex
	mischief []string
}

func (w *watch) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mischief = append(w.mischief, fmt.Sprintf(format, args...))
}

// browse opens a browser that is logged in to origin, with a fixed look and no
// motion. Requests to other hosts, refused by policy or not, errors in scripts
// and dialogs are mischief.
func browse(t testing.TB, origin, link string, l look) *watch {
	t.Helper()
	path := chromium(t)
	profile, err := os.MkdirTemp("", "orrery-profile-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) }) // the browser may still be writing its last
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true),
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	tab, stop := chromedp.NewContext(allocator)
	t.Cleanup(stop)
	tab, stop = context.WithTimeout(tab, 4*time.Minute)
	t.Cleanup(stop)
	w := &watch{Context: tab}
	chromedp.ListenTarget(tab, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if url := e.Request.URL; !strings.HasPrefix(url, origin+"/") && !strings.HasPrefix(url, "data:") {
				w.note("a request left the host: %s", url)
			}
		case *runtime.EventExceptionThrown:
			w.note("a script failed: %s", e.ExceptionDetails.Error())
		case *cdplog.EventEntryAdded:
			if !strings.Contains(e.Entry.Text, "404 (Not Found)") {
				w.note("the browser complains: %s %s", e.Entry.Text, e.Entry.URL)
			}
		case *page.EventJavascriptDialogOpening:
			w.note("a dialog opened: %s", e.Message)
			go func() { _ = chromedp.Run(tab, page.HandleJavaScriptDialog(false)) }()
		}
	})
	media := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	run(t, w, cdplog.Enable(), network.Enable(), emulation.SetEmulatedMedia().WithFeatures(media),
		emulation.SetDeviceMetricsOverride(l.width, l.height, 1, l.width < 500), chromedp.Navigate(link))
	return w
}

func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium here: the screens are not looked at")
	return ""
}

func run(t testing.TB, w *watch, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(w, actions...); err != nil {
		t.Fatal(err)
	}
}

// settle waits until fonts are there and the map, if there is one, has drawn.
func settle() chromedp.Action {
	return chromedp.Evaluate(`(async () => {
		await document.fonts.ready;
		const map = document.querySelector("orbit-map");
		for (let i = 0; map && !map.dataset.ready && i < 200; i++) await new Promise((r) => setTimeout(r, 25));
		await new Promise((r) => setTimeout(r, 150));
		await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
		return map ? map.dataset.ready ?? "never" : "";
	})()`, new(string), func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })
}

// good fails the test when the tab did something that it should not have.
func (w *watch) good(t testing.TB) {
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

// somebody returns the number of a person near the planet.
func somebody(t testing.TB, w *watch, origin string) string {
	t.Helper()
	var href string
	run(t, w, chromedp.Navigate(origin+"/people"), chromedp.AttributeValue("tbody th a", "href", &href, nil))
	return href
}
