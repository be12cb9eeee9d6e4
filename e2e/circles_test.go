package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestWhoShouldMeetIsIntroducedAndTiesOpenWhatIsBehindThem(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)

	// A tie of a person opens the activities behind it.
	person := w.nearest(t)
	w.open(t, person)
	w.says(t, "People around them")
	w.run(t, chromedp.Click(`#around a[href*="/with/"]`, chromedp.ByQuery))
	w.until(t, `location.pathname.includes("/with/") && document.readyState === "complete"`)
	w.says(t, "One to the other", "Met over")
	if acts := w.texts(t, "#acts li, #met li"); len(acts) == 0 {
		t.Error("a tie has no activities behind it")
	}

	// A circle is told with its people; what sets it apart opens what is behind it.
	w.open(t, "/circles")
	w.until(t, `!!document.querySelector('tbody th a[href^="/circles/"]')`)
	w.run(t, chromedp.Click(`tbody th a[href^="/circles/"]`, chromedp.ByQuery))
	w.until(t, `!!document.querySelector("#apart")`)
	w.run(t, chromedp.Click(`#apart a[href*="trait="]`, chromedp.ByQuery))
	w.until(t, `!!document.querySelector("#behind")`)

	// Two are introduced, and then stand among those who were, not among suggestions.
	w.open(t, "/introductions")
	w.until(t, `!!document.querySelector("#meet .card")`)
	pair := w.texts(t, "#meet .pair")[0]
	w.run(t, chromedp.Click(`#meet .card button[value="made"]`, chromedp.ByQuery))
	w.until(t, `!!document.querySelector("#made tbody tr")`)
	if made := w.texts(t, "#made tbody th"); len(made) != 1 || made[0] != pair {
		t.Errorf("introduced are %q, want %q", made, pair)
	}
	for _, left := range w.texts(t, "#meet .pair") {
		if left == pair {
			t.Errorf("%s are still suggested", pair)
		}
	}
	w.run(t, chromedp.Click(`#made button[value="accepted"]`, chromedp.ByQuery))
	w.until(t, `document.querySelector("#made").innerText.includes("1 accepted")`)

	w.open(t, "/people/imbalance")
	w.until(t, `!document.querySelector('main [role="status"].empty')`)
	if text := strings.Join(w.texts(t, "h1"), ""); text != "Gave much, received little" {
		t.Errorf("got %q", text)
	}
}
