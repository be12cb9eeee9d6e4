package e2e

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const focused = `document.activeElement?.matches("input[data-find]")`

// slash presses the key that leads to the search field.
func (w *tab) slash(t testing.TB) {
	t.Helper()
	w.run(t, input.DispatchKeyEvent(input.KeyDown).WithKey("/"), input.DispatchKeyEvent(input.KeyUp).WithKey("/"))
	w.until(t, focused)
}

func TestSearchSuggestsWhileSomebodyTypes(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	person := w.nearest(t)
	name := w.text(t, "tbody th a")
	words := strings.Fields(name)
	w.open(t, "/")
	w.slash(t)
	w.run(t, chromedp.KeyEvent(strings.ToUpper(words[len(words)-1]+" "+words[0][:1])))
	w.until(t, `[...document.querySelectorAll("[role=option] b")].some((e) => e.textContent === `+strconv.Quote(name)+`)`)
	for _, v := range w.violations(t) {
		t.Errorf("suggestions: %s: %s", v.ID, v.Help)
	}
	w.run(t, chromedp.KeyEvent(kb.ArrowDown))
	w.until(t, `document.activeElement.getAttribute("aria-activedescendant") === document.querySelector("[role=option][aria-selected=true]").id`)
	w.run(t, chromedp.KeyEvent(kb.Escape))
	w.until(t, `!document.querySelector("[role=option]") && document.activeElement.getAttribute("aria-expanded") === "false"`)
	w.run(t, chromedp.KeyEvent(kb.ArrowDown)) // opens them again
	w.until(t, `document.querySelectorAll("[role=option]").length > 0`)
	w.run(t, chromedp.KeyEvent(kb.ArrowDown))
	if _, err := chromedp.RunResponse(w, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	if got := w.path(t); got != person {
		t.Errorf("Enter on the first suggestion leads to %s, want %s", got, person)
	}

	// Enter without a choice leads to the page with all that is found.
	w.slash(t)
	w.run(t, chromedp.KeyEvent("closenes"))
	if _, err := chromedp.RunResponse(w, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	w.says(t, "“closenes”", "What the numbers mean")
	w.press(t, `.found a[href*="#closeness"]`)
	w.says(t, "The chance, in percent")
	w.good(t)
}

func TestSearchWorksWithoutJavaScript(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), looks[2])
	w.nearest(t)
	name := w.text(t, "tbody th a")
	w.run(t, emulation.SetScriptExecutionDisabled(true))
	w.open(t, "/")
	w.fill(t, "input[data-find]", name)
	if _, err := chromedp.RunResponse(w, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	w.press(t, ".found a")
	if got := w.text(t, "h1"); got != name {
		t.Errorf("the first that is found is %q, want %q", got, name)
	}
	w.good(t)
}
