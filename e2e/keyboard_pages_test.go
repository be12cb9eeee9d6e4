package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// walked is what a page's stops were like.
type walked struct {
	First string   // the class of the first stop
	Stops int      // until the page was left at its end
	Wrong []string // what is not as it should be
}

// watchFocus has the page note each stop of the focus: whether it is seen, and whether
// it comes after the last one as one reads, in the order of the document, and nowhere
// up in the same column.
const watchFocus = `(() => {
	const seen = window.stops = { list: new Set(), first: null, wrong: [], last: null, box: null };
	const place = (e) => {
		const r = e.getBoundingClientRect();
		let x = 0, y = 0;
		for (let p = e.parentElement; p; p = p.parentElement) { x += p.scrollLeft; y += p.scrollTop; }
		return { left: r.left + x, right: r.right + x, top: r.top + y, bottom: r.bottom + y, width: r.width, shown: r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth };
	};
	const told = (e) => e.outerHTML.slice(0, 140).replace(/\s+/g, " ");
	document.activeElement.blur();
	document.addEventListener("focusin", ({ target: e }) => {
		seen.first ??= e.className;
		if (seen.list.has(e)) return;
		seen.list.add(e);
		const ring = [e, e.closest(".find, .drop")].some((r) => r && getComputedStyle(r).outlineStyle !== "none" && parseFloat(getComputedStyle(r).outlineWidth) > 0);
		const box = place(e);
		if (!ring || box.width === 0 || !box.shown) seen.wrong.push("the focus cannot be seen on " + told(e));
		if (e.tabIndex > 0) seen.wrong.push("the order is forced at " + told(e));
		const last = seen.last, before = seen.box;
		const fixed = (e) => e.closest("orbit-map, .fresh, .skip");
		if (last) {
			const radios = e.type === "radio" && e.name === last.name;
			if (!(last.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING) && !radios) seen.wrong.push("goes back in the document from " + told(last) + " to " + told(e));
			const same = e.closest("header.top, nav.side, main") === last.closest("header.top, nav.side, main");
			if (same && !fixed(e) && !fixed(last) && box.bottom <= before.top && box.left < before.right) seen.wrong.push("goes up on the screen from " + told(last) + " to " + told(e));
		}
		seen.last = e;
		seen.box = box;
	});
})()`

// walk presses Tab from the top of the page until it is left at its end.
func (w *tab) walk(t *testing.T) walked {
	t.Helper()
	w.eval(t, watchFocus, nil)
	for range 700 {
		var out bool
		w.run(t, chromedp.KeyEvent(kb.Tab))
		w.eval(t, `document.activeElement === document.body`, &out)
		if !out {
			continue
		}
		var at walked
		w.eval(t, `({ First: stops.first, Stops: stops.list.size, Wrong: stops.wrong })`, &at)
		return at
	}
	var last string
	w.eval(t, `document.activeElement.outerHTML.slice(0, 200)`, &last)
	t.Fatalf("%s holds the keyboard at %s", w.path(t), last)
	return walked{}
}

func TestEveryMainPageIsWalkedByKeyboardAlone(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	person := w.nearest(t)
	for _, path := range []string{
		"/", "/map", "/map?view=table", "/people", person, "/newcomers", "/conversations", "/tasks", "/circles", "/ways", "/purposes", "/partners",
		"/origin", "/repulsion", "/system", "/reports", "/sources", "/settings", "/settings/weights", "/trust",
	} {
		w.open(t, path)
		w.run(t, settle())
		at := w.walk(t)
		if !strings.Contains(at.First, "skip") {
			t.Errorf("%s: the first stop is %q and not the way past the bars", path, at.First)
		}
		if at.Stops < 10 {
			t.Errorf("%s has %d stops", path, at.Stops)
		}
		for _, wrong := range at.Wrong[:min(5, len(at.Wrong))] {
			t.Errorf("%s: %s", path, wrong)
		}
		w.foldings(t, path)
	}

	// The walk sees what it is to see.
	for change, want := range map[string]string{
		`document.querySelector("main a").style.outline = "none"`:                                                            "cannot be seen",
		`document.querySelector("main a").tabIndex = 2`:                                                                      "forced",
		`document.querySelector("main").style.cssText = "display: flex; flex-direction: column-reverse"`:                     "goes up on the screen",
		`const a = document.querySelectorAll("main a"); a[a.length - 1].style.cssText = "position: absolute; left: -9999px"`: "cannot be seen",
	} {
		w.open(t, "/settings")
		w.eval(t, change+";0", nil)
		if at := w.walk(t); !strings.Contains(strings.Join(at.Wrong, "; "), want) {
			t.Errorf("after %s the walk finds %q, want %q among it", change, at.Wrong, want)
		}
	}
	w.good(t)
}

// foldings opens and closes by keyboard what is folded on a page.
func (w *tab) foldings(t *testing.T, path string) {
	t.Helper()
	var many int
	w.eval(t, `window.folds = [...document.querySelectorAll("summary")].filter((s) => s.checkVisibility()); folds.length`, &many)
	for i := range min(many, 12) {
		var before, opened, closed, kept bool
		w.eval(t, fmt.Sprintf(`folds[%d].focus(); folds[%[1]d].parentElement.open`, i), &before)
		w.run(t, chromedp.KeyEvent(kb.Enter))
		w.eval(t, fmt.Sprintf(`folds[%d].parentElement.open`, i), &opened)
		w.run(t, chromedp.KeyEvent(" "))
		w.eval(t, fmt.Sprintf(`folds[%d].parentElement.open`, i), &closed)
		w.eval(t, fmt.Sprintf(`document.activeElement === folds[%d]`, i), &kept)
		if opened == before || closed != before || !kept {
			t.Errorf("%s: what is folded at %d opens %t, closes %t, keeps the focus %t", path, i, opened != before, closed == before, kept)
		}
	}
}

func TestMenusAndHelpGiveTheFocusBack(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	for _, menu := range []struct {
		l         look
		selector  string
		pathAfter string
	}{{desk, "details.planets", "/people"}, {looks[2], "details.menu", "/people"}} {
		w.run(t, menu.l.wear())
		w.open(t, "/people")
		w.step(t, menu.selector+" summary")
		w.run(t, chromedp.KeyEvent(kb.Enter))
		w.step(t, menu.selector+" a")
		w.run(t, chromedp.KeyEvent(kb.Escape))
		var back, open bool
		w.eval(t, fmt.Sprintf(`document.activeElement.matches("%s > summary")`, menu.selector), &back)
		w.eval(t, fmt.Sprintf(`document.querySelector(%q).open`, menu.selector), &open)
		if !back || open {
			t.Errorf("%s after Escape: open %t, focus back %t", menu.selector, open, back)
		}
	}
	w.run(t, desk.wear())
	w.open(t, "/people")
	w.step(t, ".presets a")
	w.run(t, chromedp.KeyEvent("?"))
	w.until(t, `!!document.querySelector("dialog.help[open]")?.contains(document.activeElement)`)
	for range 40 { // the page behind is out of reach
		var inside bool
		w.run(t, chromedp.KeyEvent(kb.Tab))
		w.eval(t, `document.activeElement === document.body || !!document.activeElement.closest("dialog.help")`, &inside)
		if !inside {
			t.Fatal("Tab leaves the open help for the page behind it")
		}
	}
	w.run(t, chromedp.KeyEvent(kb.Escape))
	w.until(t, `!document.querySelector("dialog.help[open]") && document.activeElement.matches(".presets a")`)
	w.step(t, ".foot-line a[data-help]")
	w.run(t, chromedp.KeyEvent(kb.Enter))
	w.until(t, `!!document.querySelector("dialog.help[open]")`)
	w.run(t, chromedp.KeyEvent(kb.Enter)) // on Close
	w.until(t, `!document.querySelector("dialog.help[open]") && document.activeElement.matches("a[data-help]")`)
	w.good(t)
}
