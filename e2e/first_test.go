package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// begin opens the one-time link of an empty installation and names the brand.
func begin(t *testing.T, w *tab, brand string) {
	t.Helper()
	w.run(t, chromedp.Navigate(w.at.link))
	w.says(t, "Who orbits you, and why?", "Try the sample")
	w.fill(t, "input[name=title]", brand)
	w.press(t, `form[action="/welcome/brand"] button`)
	w.says(t, brand+" is in its place", "Bring data to "+brand)
}

func TestFirstRunWithTheSample(t *testing.T) {
	t.Parallel()
	at := installed(t, filepath.Join(t.TempDir(), "data"))
	w := stranger(t, at, desk)
	w.run(t, chromedp.Navigate(at.link))
	w.inspect(t, "welcome")
	w.fill(t, "input[name=title]", "Alder Bikes")
	w.press(t, `form[action="/welcome/brand"] button`)
	w.says(t, "Alder Bikes is in its place", "Try the sample first")
	w.inspect(t, "welcome-add")

	w.press(t, `main a[href="/welcome"]`)
	w.press(t, `form[action="/welcome/sample"] button`)
	w.until(t, `!!document.querySelector("orbit-map")?.dataset.ready`)
	w.says(t, "This is sample data.", "moons", "Coming closer")
	w.open(t, "/")
	w.hides(t, "This is sample data.") // the brand is not the sample
	w.inspect(t, "today-empty")
	w.open(t, "/people")
	w.inspect(t, "people-empty")
	w.open(t, "/map")
	w.inspect(t, "map-empty")
	w.open(t, "/sources")
	w.says(t, "sample", "made up")

	var planets []string
	w.eval(t, `[...document.querySelectorAll("details.planets a")].map((a) => a.getAttribute("href"))`, &planets)
	if len(planets) != 5 {
		t.Fatalf("the planets are %q, want Alder Bikes and four of the sample", planets)
	}
	w.open(t, strings.Replace(planets[1], "/sources", "/sources/add", 1))
	w.says(t, "made up and goes with the sample", "Bring data to Alder Bikes")
	w.open(t, planets[1])
	w.press(t, ".notice.sample button")
	w.says(t, "The sample is gone.", "Nobody orbits Alder Bikes yet.")
	w.open(t, "/sources")
	w.hides(t, "sample")
	w.open(t, "/people")
	w.says(t, "People appear here with their first activity.")

	other := stranger(t, at, desk)
	other.run(t, chromedp.Navigate(at.link))
	if text := other.text(t, "main"); !strings.Contains(text, "used") {
		t.Errorf("the link works twice, or does not say why not: %s", text)
	}
	w.good(t)
}
