package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestReportsOfWeeksAndMonths(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	v.says("/reports", "/reports/week/2026-W46")
	v.says("/reports", "October 2026")
	text, _ := v.get("/reports/month/2026-10")
	for _, want := range []string{
		"held in October 2026, at 120 people", "100 to 140", "September 2026", "October 2025", "Data about this time arrived later, last on 21 November 2026", "as_of=2026-10-31",
		"came on 9 days of the last 14", "Release &lt;b&gt;2.0&lt;/b&gt;", "There were no clear circles", "/reports/month/2026-10/figures.csv", "css/reports.css", "40%",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	v.says("/reports/week/2026-W46", "week 46 of 2026")
	table, _ := v.get("/reports/month/2026-10/figures.csv")
	if want := "section,figure,value,low,high,before,year_ago,unit,meaning\ngravity,gravity,120,100,140,118,100,people,people who were likely to come\n"; !strings.HasPrefix(table, want) {
		t.Errorf("got %s, want it to begin with %s", table, want)
	}
	for _, path := range []string{"/reports/month/2026-11", "/reports/week/2026-W54", "/reports/year/2026", "/reports/month/2026-13", "/reports/week/2026-W1"} {
		if _, code := v.get(path); code != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, code)
		}
	}
	visit(t, webtest.Options{Empty: true}).enter().says("/reports", "Here will stand a report of each week and month")
}
