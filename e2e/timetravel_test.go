package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// travel opens a page that may have to be made first.
func (w *tab) travel(t testing.TB, path string) {
	t.Helper()
	w.open(t, path)
	w.there(t)
}

// there waits for the page to open by itself.
func (w *tab) there(t testing.TB) {
	t.Helper()
	w.until(t, `document.readyState === "complete" && !document.querySelector("main progress")`)
}

// follow clicks what leads to a page as of a day, and waits for it.
func (w *tab) follow(t testing.TB, selector, day string) {
	t.Helper()
	var before string
	w.eval(t, "location.href", &before)
	w.run(t, chromedp.Click(selector, chromedp.ByQuery))
	w.until(t, fmt.Sprintf("location.href !== %q && location.search.includes(%q)", before, "as_of="+day))
	w.there(t)
}

// query is what stands in the tab's address after its path.
func (w *tab) query(t testing.TB) string {
	t.Helper()
	var query string
	w.eval(t, "location.search", &query)
	return query
}

func TestPagesAreToldAsOfAnyDay(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	person := w.nearest(t)
	past := time.Now().UTC().AddDate(0, -5, 0)
	day, words := past.Format(time.DateOnly), past.Format("2 January 2006")

	// A day is chosen in the head, and everything that follows keeps it.
	w.open(t, "/")
	w.run(t, chromedp.Click(".when summary", chromedp.ByQuery))
	w.eval(t, `document.querySelector(".when input[type=date]").value = "`+day+`"`, new(string))
	w.follow(t, ".when button", day)
	w.says(t, "As of "+words, "what had happened by then", "Gravity")
	for _, path := range []string{"/map", "/people"} {
		w.follow(t, `.side a[href^="`+path+`"]`, day)
		w.says(t, "As of "+words)
		if !strings.Contains(w.query(t), "as_of="+day) {
			t.Errorf("%s forgot the day: %s", path, w.query(t))
		}
	}
	w.follow(t, "tbody th a", day)
	w.says(t, "As of "+words, "Notes and tags are today’s", "Who is whom is as we know it today")
	if late := w.texts(t, ".timeline time"); len(late) > 0 {
		if at, err := time.Parse("2 Jan 2006", late[0]); err != nil || at.After(past) {
			t.Errorf("the timeline as of %s begins on %s", day, late[0])
		}
	}
	week := past.AddDate(0, 0, -7)
	w.follow(t, ".notice.past .steps a", week.Format(time.DateOnly))
	w.says(t, "As of "+week.Format("2 January 2006"))
	w.press(t, ".notice.past .btn")
	w.hides(t, "what had happened by then")
	if q := w.query(t); strings.Contains(q, "as_of") {
		t.Errorf("back to today leads to %s", q)
	}

	// A point of a line leads to the page as of it.
	w.open(t, person)
	w.run(t, chromedp.Click("#life details summary", chromedp.ByQuery))
	w.follow(t, "#life tbody th a", "20")
	w.says(t, "As of ")

	// All weeks of the gravity.
	w.until(t, `fetch("/").then((r) => r.text()).then((text) => text.includes("As a table") && text.includes("All years"))`)
	w.open(t, "/")
	w.says(t, "Gravity, week by week", "its likely range")
	w.press(t, "#weeks .head-row a")
	w.says(t, "The last ")
	w.inspect(t, "today-all-weeks")
	w.good(t)
}

func TestPagesOfAPastDayAreAccessibleAndKeepTheirWindow(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	person := w.nearest(t)
	day := "as_of=" + time.Now().UTC().AddDate(-1, 0, 0).Format(time.DateOnly)
	for _, p := range []struct{ name, path string }{
		{"past-today", "/?" + day},
		{"past-map", "/map?" + day},
		{"past-map-table", "/map?view=table&" + day},
		{"past-people", "/people?preset=rising&" + day},
		{"past-person", person + "?" + day},
	} {
		w.travel(t, p.path)
		w.says(t, "what had happened by then")
		w.inspect(t, p.name)
	}
	for _, p := range []struct{ name, path, waits, says string }{
		{"past-origin", "/origin?" + day, "is being read", "happens"},
		{"past-system", "/system?" + day, "being looked at", "as of"},
		{"past-partner", "/partners/museum-of-small-sounds?" + day, "is being counted", "People brought"},
	} {
		w.until(t, fmt.Sprintf(`fetch(%q).then((r) => r.text()).then((text) => !text.includes(%q))`, p.path, p.waits))
		w.travel(t, p.path)
		w.says(t, "what had happened by then", p.says)
		w.inspect(t, p.name)
	}
}

func TestDaysOfWhichNothingCanBeToldAreAnsweredKindly(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	for path, want := range map[string]string{
		"/?as_of=1971-01-01":                   "choose that day or a later one",
		"/map?as_of=2199-01-01":                "is still ahead",
		"/people?as_of=yesterday":              "hat is not a date",
		"/?as_of=%22%3E%3Cscript%3Ealert(1)//": "hat is not a date",
	} {
		w.open(t, path)
		w.says(t, "Nothing can be told of that day", want, "Back to today")
	}
	w.inspect(t, "past-refused")
	w.press(t, ".failure .btn")
	w.hides(t, "Nothing can be told")
	w.good(t)
}

func TestThePastIsThereWithoutJavaScript(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.run(t, emulation.SetScriptExecutionDisabled(true))
	day := time.Now().UTC().AddDate(0, -8, 0)
	w.open(t, "/people")
	w.run(t, chromedp.Click(".when summary", chromedp.ByQuery))
	w.run(t, chromedp.SetValue(".when input[type=date]", day.Format(time.DateOnly), chromedp.ByQuery))
	w.run(t, chromedp.Click(".when button", chromedp.ByQuery))
	for range 200 {
		if strings.Contains(w.text(t, "main"), "what had happened by then") {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.says(t, "As of "+day.Format("2 January 2006"), "Next page")
	w.good(t)
}
