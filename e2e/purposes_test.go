package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// counted waits until a page tells the figures of purposes.
func (w *tab) counted(t testing.TB, path string) {
	t.Helper()
	w.open(t, path) // an address to ask from
	w.until(t, fmt.Sprintf(`fetch(%q).then((r) => r.text()).then((text) => text.includes("goalfigure") && !text.includes("being counted"))`, path))
	w.open(t, path)
}

func TestPurposesAndMapsAroundThemAreAccessible(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.counted(t, "/purposes")
	w.counted(t, "/purposes/a-thousand-dawns")
	var person string
	w.eval(t, `document.querySelector(".givers th a").getAttribute("href")`, &person)
	person, _, _ = strings.Cut(strings.TrimPrefix(person, "/people/"), "?")
	for _, p := range []struct{ name, path string }{
		{"purposes", "/purposes"},
		{"purpose", "/purposes/a-thousand-dawns"},
		{"purpose-people", "/purposes/a-thousand-dawns/people"},
		{"purpose-activities", "/purposes/ten-more-years/activities?measure=1"},
		{"purpose-new", "/purposes/new"},
		{"purpose-change", "/purposes/ten-more-years/change"},
		{"around-purpose", "/map?around=purpose:a-thousand-dawns"},
		{"around-purpose-table", "/map?around=purpose:ten-more-years&view=table"},
		{"around-person", "/map?around=person:" + person},
		{"around-person-table", "/map?view=table&around=person:" + person},
		{"around-who", "/map?around=person&q=an"},
		{"around-planet", "/map?around=planet"},
		{"public-purpose", "/p/a-thousand-dawns"},
	} {
		w.open(t, p.path)
		w.inspect(t, p.name)
	}
}

func TestAPurposeIsNamedAskedForAndToldToEverybody(t *testing.T) {
	t.Parallel()
	at := sampled(t)
	w := browse(t, at, desk)
	w.open(t, "/purposes/new")
	w.fill(t, "[name=title]", "Quiet nights")
	w.fill(t, "[name=statement]", "So that owls are heard again.")
	w.fill(t, "[name=measures]", "sum hours over kind=volunteer.hours target many by 2199-01-01")
	w.run(t, chromedp.Click(".purpose-form .btn.p", chromedp.ByQuery))
	w.until(t, `document.querySelector("[role=alert]")?.innerText.includes("is not a number")`)
	w.run(t, chromedp.SetValue("[name=measures]", "sum hours over kind=volunteer.hours target 500 from 2026-01-01 by 2030-01-01", chromedp.ByQuery))
	w.press(t, ".purpose-form .btn.p")
	w.until(t, `location.pathname === "/purposes/quiet-nights"`)
	w.counted(t, "/purposes/quiet-nights")
	w.says(t, "Quiet nights", "So that owls are heard again.", "of 500 hours", "Who gave")

	// The figure opens the activities behind it, and those of one person.
	w.press(t, `.goal .hint a[href*="activities"]`)
	w.says(t, "it is of the kind volunteer.hours", "Why it counts")
	w.open(t, "/purposes/quiet-nights")
	w.press(t, `.givers td a`)
	w.says(t, "it is of the kind volunteer.hours")

	// It is asked for and told of.
	w.open(t, "/purposes/quiet-nights")
	w.fill(t, "[name=ask]", "An evening on the hill")
	w.press(t, "#ask .btn")
	w.fill(t, "#text", "Three owls came back <b>together</b>.")
	w.press(t, "#updates form.stack .btn")
	w.says(t, "Three owls came back <b>together</b>.")

	// Nobody but the team sees it until it is published.
	public := func(path string) (int, string) {
		t.Helper()
		answer, err := http.Get(at.origin + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	for _, path := range []string{"/p/quiet-nights", "/p/quiet-nights/badge.svg", "/p/quiet-nights/feed.json", "/p/nowhere"} {
		if code, _ := public(path); code != http.StatusNotFound {
			t.Errorf("%s answers %d before it is published", path, code)
		}
	}
	w.press(t, `#public [value=publish]`)
	for path, want := range map[string]string{
		"/p/quiet-nights": "Three owls came back &lt;b&gt;together&lt;/b&gt;.", "/p/quiet-nights/badge.svg": "of 500 hours",
		"/p/quiet-nights/feed.json": "An evening on the hill",
	} {
		if code, body := public(path); code != http.StatusOK || !strings.Contains(body, want) || len(body) > 30_000 {
			t.Errorf("%s answers %d with %d bytes: %s", path, code, len(body), body)
		}
	}
	s := stranger(t, at, desk)
	s.run(t, emulation.SetScriptExecutionDisabled(true))
	s.open(t, "/p/quiet-nights")
	s.says(t, "An evening on the hill", "of 500 hours", "took part")
	s.good(t)

	// From the map it is chosen as the middle, and a brand on it leads back.
	w.open(t, "/map")
	w.run(t, settle())
	w.press(t, `.centreon a[href*="quiet-nights"]`)
	w.run(t, settle())
	w.says(t, "people for “Quiet nights”")
	w.press(t, ".body.brand")
	w.run(t, settle())
	w.hides(t, "people for “Quiet nights”")
	w.open(t, "/purposes/quiet-nights")
	w.press(t, `#public [value=close]`)
	w.says(t, "Closed on")
	w.good(t)
}
