package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// reckoned opens a page and waits until what it tells is there.
func (w *tab) reckoned(t testing.TB, path, ready string) {
	t.Helper()
	for range 60 {
		w.open(t, path)
		var there bool
		w.eval(t, `!!document.querySelector("`+ready+`")`, &there)
		if there {
			return
		}
		time.Sleep(time.Second)
	}
	t.Fatalf("%s is not reckoned after a minute", path)
}

func TestSolarSystemOpensThePeopleBehindItsFigures(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.reckoned(t, "/system", ".sky")
	w.says(t, "around 4 planets", "Instruments", "Listening", "with everybody counted once", "Where people leave", "An association", "Who bridges time zones")
	w.inspect(t, "system")
	for _, link := range []string{".matrix td a", ".paths td a", ".leaks td a"} {
		w.open(t, "/system")
		w.run(t, chromedp.Click(link, chromedp.ByQuery))
		w.until(t, `location.pathname === "/system/people" && document.readyState === "complete"`)
		if rows := w.texts(t, ".movers li"); len(rows) == 0 {
			t.Errorf("nobody stands behind %s", link)
		}
	}
	w.inspect(t, "system-people")
}

func TestWhatPushesAwayOpensItsActivities(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.reckoned(t, "/repulsion", ".chart.repulsion")
	w.says(t, "never taken off it", "Who comes all the same", "95 of 100 cases")
	w.hides(t, "incremental", "toxic")
	w.inspect(t, "repulsion")
	for _, link := range []string{".lede a", ".repulsion a", ".halves tbody th a", ".wide-list small a"} {
		w.open(t, "/repulsion")
		w.eval(t, `location.href = document.querySelector("`+link+`").getAttribute("href")`, new(string))
		w.until(t, `location.pathname === "/repulsion/acts" && document.readyState === "complete"`)
		if rows := w.texts(t, ".timeline li"); len(rows) == 0 {
			t.Errorf("no activity stands behind %s", link)
		}
	}
	w.inspect(t, "repulsion-acts")
	w.run(t, chromedp.Click(".crumb a", chromedp.ByQuery)) // of one person
	w.until(t, `location.pathname.startsWith("/people/") && document.readyState === "complete"`)
	w.says(t, "beside closeness")
}
