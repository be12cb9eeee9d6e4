package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// reported asks for a page until it has what is being reckoned for it, and opens it.
func (w *tab) reported(t testing.TB, path, has string) {
	t.Helper()
	w.open(t, "/notes") // an address to ask from
	w.until(t, fmt.Sprintf(`fetch(%q).then((r) => r.text()).then((text) => text.includes(%q))`, path, has))
	w.open(t, path)
}

func TestNewcomersAreAccessibleAndOpenTheirPeople(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.reckoned(t, "/newcomers", ".cohort-table")
	for _, p := range []struct{ name, path string }{
		{"newcomers-month", "/newcomers?by=month"},
		{"newcomers-weeks", "/newcomers?by=week&weeks=52"},
		{"newcomers-way", "/newcomers?by=way"},
		{"newcomers-partner", "/newcomers?by=partner"},
		{"newcomers-waiting", "/newcomers/people?step=waiting"},
	} {
		w.open(t, p.path)
		w.inspect(t, p.name)
	}
	w.open(t, "/newcomers?by=month")
	w.press(t, `.cohort-table tbody td a[href*="step=second"]`)
	w.says(t, "a second day")
	w.press(t, `.t tbody th a`)
	w.until(t, `location.pathname.startsWith("/people/")`)
	w.good(t)
}

func TestANoteOnADayIsWrittenBelowAChartAndAReportIsPrinted(t *testing.T) {
	t.Parallel()
	at := sampled(t)
	w := browse(t, at, desk)
	w.reported(t, "/", `class="more dated"`)
	w.run(t, chromedp.Click("details.dated summary", chromedp.ByQuery), chromedp.SetValue("details.dated [name=day]", "2026-10-13", chromedp.ByQuery))
	w.fill(t, "details.dated [name=text]", "Doors open at night")
	w.press(t, "details.dated .btn")
	w.says(t, "Doors open at night", "is kept")
	w.until(t, `document.querySelector(".chart.gravity .dated-mark title")?.textContent.includes("Doors open")`)
	w.inspect(t, "today-noted")

	w.reported(t, "/reports/month/2026-10", `id="moves"`)
	w.says(t, "October 2026", "Newcomers", "Doors open at night", "September 2026")
	w.inspect(t, "report")
	var hidden bool
	var pdf []byte
	w.run(t, emulation.SetEmulatedMedia().WithMedia("print"))
	w.eval(t, `[...document.querySelectorAll(".top, .side, .noprint, .on-narrow")].every((e) => getComputedStyle(e).display === "none")`, &hidden)
	w.run(t, chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).Do(ctx)
		return err
	}), emulation.SetEmulatedMedia())
	if !hidden || len(pdf) < 20_000 {
		t.Errorf("on paper: navigation hidden %v, %d bytes", hidden, len(pdf))
	}

	w.open(t, "/notes")
	w.inspect(t, "notes-written")
	w.press(t, `.t form[action^="/notes/"] button`)
	w.says(t, "The note is removed")
	w.good(t)
}
