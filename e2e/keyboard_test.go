package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// step presses Tab until the focus is on what a selector names, and fails the
// test where the focus cannot be seen.
func (w *tab) step(t testing.TB, selector string) {
	t.Helper()
	for range 150 {
		var at struct{ There, Seen bool }
		w.run(t, chromedp.KeyEvent(kb.Tab))
		w.eval(t, fmt.Sprintf(`(() => {
			const e = document.activeElement;
			const ring = [e, e.closest(".find, .drop")].some((r) => r && getComputedStyle(r).outlineStyle !== "none");
			const box = e.getBoundingClientRect();
			return { There: e.matches(%q), Seen: e === document.body || (ring && box.width > 0 && box.right > 0) };
		})()`, selector), &at)
		if !at.Seen {
			var what string
			w.eval(t, `document.activeElement.outerHTML.slice(0, 200)`, &what)
			t.Fatalf("the focus cannot be seen on %s", what)
		}
		if at.There {
			return
		}
	}
	t.Fatalf("Tab never comes to %s on %s", selector, w.path(t))
}

// enter steps to something and presses Enter there, which leads to another page.
func (w *tab) enter(t testing.TB, selector string) {
	t.Helper()
	w.step(t, selector)
	answer, err := chromedp.RunResponse(w, chromedp.KeyEvent(kb.Enter))
	if err != nil {
		t.Fatalf("Enter on %s: %v", selector, err)
	}
	if answer != nil && answer.Status >= 400 {
		t.Fatalf("Enter on %s: the page answers %d: %s", selector, answer.Status, w.text(t, "main"))
	}
}

// write steps to a field and types over what it holds.
func (w *tab) write(t testing.TB, selector, text string) {
	t.Helper()
	w.step(t, selector)
	w.run(t, chromedp.KeyEvent(text))
}

func TestFirstRunByKeyboardAlone(t *testing.T) {
	t.Parallel()
	w := stranger(t, installed(t, filepath.Join(t.TempDir(), "data")), desk)
	w.run(t, chromedp.Navigate(w.at.link))
	w.write(t, "input[name=title]", "Stadtgarten")
	w.enter(t, `form[action="/welcome/brand"] button`)

	// Choosing the file is the browser's own window; the rest is ours.
	w.step(t, "input[type=file]")
	w.run(t, chromedp.SetUploadFiles("input[type=file]", []string{write(t, "stunden.csv", hours())}, chromedp.ByQuery))
	w.enter(t, `form[enctype] button`)
	w.says(t, "What the columns mean")
	w.step(t, `th:nth-child(5) select`)
	w.run(t, chromedp.KeyEvent("what they"))
	w.enter(t, `form[action*="/sources/import"] button`)
	w.until(t, `document.querySelector(".imports li")?.className === "done"`)

	w.enter(t, `.side a[href*="/people"]`)
	w.says(t, "4 people")
	w.enter(t, `.skip`) // goes past the bars
	w.step(t, `.presets a`)
	w.write(t, `.filters input[type=search]`, "weber")
	w.enter(t, `.filters button`)
	w.says(t, "2 people", "Anna Weber", "Jonas Weber")
	w.enter(t, "tbody th a")
	person := w.text(t, "h1")
	w.write(t, "#note", "Keeps the key.")
	w.enter(t, "#notes button")
	w.says(t, "Keeps the key.")
	w.enter(t, `main a[href*="/merge"]`)
	w.write(t, `.filters input[type=search]`, "weber")
	w.enter(t, `.filters button`)
	w.enter(t, `.choose form button`)
	w.says(t, "They are one person now.")
	w.enter(t, `.identities li:nth-child(2) button`)
	w.says(t, "They are two people again")

	// Somebody is found from anywhere by the key that the field shows.
	w.run(t, input.DispatchKeyEvent(input.KeyDown).WithKey("/"), input.DispatchKeyEvent(input.KeyUp).WithKey("/"), chromedp.KeyEvent(strings.Fields(person)[0]))
	if _, err := chromedp.RunResponse(w, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	w.says(t, person)

	w.enter(t, `.side a[href*="/sources"]`)
	w.enter(t, `.imports button`)
	w.says(t, "37 activities of 4 people are gone")
	w.good(t)
}
