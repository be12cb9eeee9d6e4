package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestNewcomers(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, _ := v.get("/newcomers")
	for _, want := range []string{
		"1,200 people came for the first time", "not over yet", "Half of the answers came within", "Who has no answer yet", "/conversations/00000000", "An association",
		"/newcomers/people?by=week&amp;is=done&amp;of=2026-", "Which &lt;b&gt;tyre&lt;/b&gt;", "/newcomers.csv?by=week", `class="chart cohorts"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, word := range []string{"engagement", "churn", "funnel", "users", "caused", "conversion"} {
		if strings.Contains(strings.ToLower(text), word) {
			t.Errorf("the page says %q", word)
		}
	}
	v.says("/newcomers?by=source", "The &lt;b&gt;forum&lt;/b&gt;")
	v.says("/newcomers/people?by=week&of=2026-11-02&step=second&is=done", "Acted on a second day")
	v.says("/newcomers/people?step=waiting", "No answer yet")
	v.says("/newcomers.csv?by=source", "by,cohort,from,until,came")
	v.says("/newcomers/people.csv?step=waiting", "id,name,first,way")
	for path, want := range map[string]int{
		"/newcomers?by=shoe": http.StatusUnprocessableEntity, "/newcomers?weeks=many": http.StatusUnprocessableEntity,
		"/newcomers/people?by=week&of=nowhere": http.StatusNotFound, "/newcomers/people?after=-1": http.StatusNotFound,
	} {
		if _, code := v.get(path); code != want {
			t.Errorf("%s answers %d, want %d", path, code, want)
		}
	}
	visit(t, webtest.Options{Empty: true}).enter().says("/newcomers", "Here will stand who came for the first time")
}
