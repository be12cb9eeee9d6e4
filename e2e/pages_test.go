package e2e

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// pages are the addresses of the screens; PERSON stands for a person's page.
// The first run's are looked at on its journeys.
var pages = []struct{ name, path string }{
	{"today", "/"},
	{"map", "/map"},
	{"map-table", "/map?view=table"},
	{"people", "/people"},
	{"people-drifting", "/people?preset=drifting&level=inner"},
	{"people-none", "/people?q=nobodyhasthisname"},
	{"search", "/search?q=an"},
	{"search-none", "/search?q=nobodyhasthisname"},
	{"same", "/people/same"},
	{"real", "/people/real"},
	{"person", "PERSON"},
	{"merge", "PERSON/merge"},
	{"erase", "PERSON/erase"},
	{"sources", "/sources"},
	{"add", "/sources/add"},
	{"newcomers", "/newcomers"},
	{"newcomers-by-way", "/newcomers?by=way"},
	{"newcomers-people", "/newcomers/people?step=answered&is=known"},
	{"notes", "/notes"},
	{"reports", "/reports"},
	{"ways", "/ways"},
	{"origin", "/origin"},
	{"origin-people", "/origin/peer"},
	{"settings", "/settings"},
	{"settings-planets", "/settings/planets"},
	{"settings-rhythm", "/settings/rhythm"},
	{"settings-weights", "/settings/weights"},
	{"settings-teammates", "/settings/teammates"},
	{"settings-keys", "/settings/keys"},
	{"settings-people", "/settings/people"},
	{"settings-audit", "/settings/audit"},
	{"settings-webhooks", "/settings/webhooks"},
	{"settings-backups", "/settings/backups"},
	{"account", "/account"},
	{"about", "/about-the-numbers"},
	{"help", "/help?of=people"},
	{"trust", "/trust"},
	{"not-found", "/nowhere"},
}

// nearest returns the address of the first person on the list.
func (w *tab) nearest(t testing.TB) string {
	t.Helper()
	w.open(t, "/people")
	var href string
	w.run(t, chromedp.AttributeValue("tbody th a", "href", &href, nil, chromedp.ByQuery))
	return href
}

func TestEveryPageIsAccessibleStaysInItsWindowAndLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	person := w.nearest(t)
	for _, p := range pages {
		w.open(t, strings.Replace(p.path, "PERSON", person, 1))
		w.inspect(t, p.name)
	}
	planets := []string{}
	w.open(t, "/")
	w.eval(t, `[...document.querySelectorAll("details.planets a")].map((a) => a.getAttribute("href"))`, &planets)
	if len(planets) != 4 {
		t.Fatalf("the sample has the planets %q, want four", planets)
	}
	w.open(t, planets[1])
	w.inspect(t, "second-planet")
}

func TestWhoIsNotLoggedInSeesTheDoorAlone(t *testing.T) {
	t.Parallel()
	w := stranger(t, sampled(t), desk)
	for _, path := range []string{"/", "/map", "/people/1", "/sources"} {
		w.open(t, path)
		w.says(t, "Log in")
	}
	w.inspect(t, "login")
}

func TestTwoLoadsAreEqualToThePixel(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	person := w.nearest(t)
	for _, l := range []look{night, looks[2]} {
		w.run(t, l.wear())
		for _, path := range []string{"/", "/map", "/people", person, "/settings"} {
			var first, second []byte
			w.open(t, path)
			w.until(t, `!document.querySelector("[data-waiting]")`) // what was being reckoned is there
			w.open(t, path)
			w.run(t, settle(), chromedp.CaptureScreenshot(&first))
			w.open(t, path)
			w.run(t, settle(), chromedp.CaptureScreenshot(&second))
			if n := differing(t, first, second); n > 0 {
				keep(t, "differs-1", first)
				keep(t, "differs-2", second)
				t.Errorf("%s: %d pixels differ between two loads", path, n)
			}
		}
	}
	w.good(t)
}

func differing(t *testing.T, a, b []byte) int {
	t.Helper()
	if bytes.Equal(a, b) {
		return 0
	}
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
	t.Parallel()
	w := browse(t, sampled(t), desk)
	person := w.nearest(t)
	w.run(t, emulation.SetScriptExecutionDisabled(true))
	for path, want := range map[string]string{
		"/": "Rising", "/map": "Closeness", "/people": "Next page", person: "Why", "/sources": "Undo", "/settings/keys": "Make a key",
	} {
		w.open(t, path)
		w.says(t, want)
		if path == "/map" {
			var picture []byte
			w.run(t, chromedp.CaptureScreenshot(&picture))
			keep(t, "map-without-javascript", picture)
		}
	}
	w.good(t)
}
