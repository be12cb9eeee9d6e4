package e2e

import (
	"bytes"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// pages are the addresses of the screens; words in capitals are places. The first
// run's are looked at on its journeys.
var pages = []struct{ name, path string }{
	{"today", "/"},
	{"map", "/map"},
	{"map-table", "/map?view=table"},
	{"people", "/people"},
	{"people-drifting", "/people?preset=drifting&level=inner"},
	{"people-none", "/people?q=nobodyhasthisname"},
	{"search", "/search?q=an"},
	{"search-none", "/search?q=nobodyhasthisname"},
	{"hello", "/people/hello"},
	{"thanks", "/people/thanks"},
	{"anniversaries", "/people/anniversaries"},
	{"imbalance", "/people/imbalance"},
	{"same", "/people/same"},
	{"real", "/people/real"},
	{"met", "/met"},
	{"person", "PERSON"},
	{"with", "WITH"},
	{"merge", "PERSON/merge"},
	{"erase", "PERSON/erase"},
	{"conversations", "/conversations"},
	{"conversation", "TALK"},
	{"tasks", "/tasks"},
	{"sources", "/sources"},
	{"add", "/sources/add"},
	{"newcomers", "/newcomers"},
	{"newcomers-by-way", "/newcomers?by=way"},
	{"newcomers-people", "/newcomers/people?step=answered&is=known"},
	{"notes", "/notes"},
	{"reports", "/reports"},
	{"circles", "/circles"},
	{"circle", "CIRCLE"},
	{"introductions", "/introductions"},
	{"ways", "/ways"},
	{"origin", "/origin"},
	{"origin-people", "/origin/peer"},
	{"purposes", "/purposes"},
	{"purpose-new", "/purposes/new"},
	{"purpose", "PURPOSE"},
	{"purpose-people", "PURPOSE/people"},
	{"purpose-activities", "PURPOSE/activities"},
	{"purpose-change", "PURPOSE/change"},
	{"purpose-public", "PUBLIC"},
	{"partners", "/partners"},
	{"partner-new", "/partners/new"},
	{"partner", "PARTNER"},
	{"partner-people", "PARTNER/people?of=near"},
	{"partner-activities", "PARTNER/activities"},
	{"partner-change", "PARTNER/change"},
	{"repulsion", "/repulsion"},
	{"repulsion-acts", "REPELLED"},
	{"system", "/system"},
	{"system-people", "SHARED"},
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

// places are pages whose addresses hang on the data: each with one that could be,
// and the link of another page that leads to one that is.
var places = []struct{ name, like, from, link string }{
	{"PERSON", "/people/1", "/people", "tbody th a"},
	{"WITH", "/people/1/with/2", "PERSON", `main a[href*="/with/"]`},
	{"TALK", "/conversations/1", "/conversations", `main a[href^="/conversations/"]`},
	{"CIRCLE", "/circles/1", "/circles", `main a[href^="/circles/"]`},
	{"PURPOSE", "/purposes/one", "/purposes", `main a[href^="/purposes/"]:not([href*="/new"])`},
	{"PUBLIC", "/p/one", "PURPOSE", `main a[href^="/p/"]`},
	{"PARTNER", "/partners/one", "/partners", `main a[href^="/partners/"]:not([href*="/new"])`},
	{"REPELLED", "/repulsion/acts", "/repulsion", `main a[href^="/repulsion/acts"]`},
	{"SHARED", "/system/people", "/system", `main a[href^="/system/people"]`},
}

// nearest returns the address of the first person on the list.
func (w *tab) nearest(t testing.TB) string { return w.leads(t, "/people", "tbody th a") }

// leads returns where the first link of a page that fits leads, once it is there.
func (w *tab) leads(t testing.TB, path, link string) string {
	t.Helper()
	w.settled(t, path)
	var href string
	w.eval(t, fmt.Sprintf(`document.querySelector(%q)?.getAttribute("href") ?? ""`, link), &href)
	if href == "" {
		t.Fatalf("%s has no link %s; it says: %s", path, link, w.text(t, "main"))
	}
	return href
}

// settled opens a page once nothing of it is being reckoned any more.
func (w *tab) settled(t testing.TB, path string) {
	t.Helper()
	w.open(t, path)
	if w.until(t, fmt.Sprintf(`fetch(%q).then((r) => r.text()).then((text) => !/being (read|counted|looked|found|reckoned)[^<]*[<.:]/i.test(text.split("<main")[1] ?? ""))`, path)) > 0 {
		w.open(t, path)
	}
}

// tabs is how many walk past the pages side by side.
const tabs = 3

func TestEveryPageIsAccessibleStaysInItsWindowAndLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	first := browse(t, sampled(t), desk)
	found := map[string]string{}
	for _, p := range places {
		if at := found[p.from]; at != "" {
			p.from = at
		}
		found[p.name] = first.leads(t, p.from, p.link)
	}
	for n := range tabs {
		t.Run(fmt.Sprintf("tab %d", n+1), func(t *testing.T) {
			t.Parallel()
			w := browse(t, sampled(t), desk)
			for i := n; i < len(pages); i += tabs {
				path := pages[i].path
				for place, at := range found {
					if rest, ok := strings.CutPrefix(path, place); ok {
						address, query, _ := strings.Cut(at, "?")
						if path = at; rest != "" {
							path = address + rest
							if query != "" {
								path += map[bool]string{true: "&", false: "?"}[strings.Contains(rest, "?")] + query
							}
						}
						break
					}
				}
				w.settled(t, path)
				w.inspect(t, pages[i].name)
			}
		})
	}
	planets := []string{}
	first.open(t, "/")
	first.eval(t, `[...document.querySelectorAll("details.planets a")].map((a) => a.getAttribute("href"))`, &planets)
	if len(planets) != 4 {
		t.Fatalf("the sample has the planets %q, want four", planets)
	}
	first.open(t, planets[1])
	first.inspect(t, "second-planet")
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
