package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestWhatBroughtPeople(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, _ := v.get("/origin")
	for _, want := range []string{
		"Came by themselves", "Drawn by people", "Prompted by us", "Told by sources", "Estimated", "What is not known", "another week of the same four",
		`href="/origin/peer"`, "/people?tag=workshop", "/people?way=", `url(#hatched)`, "In conversations",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, word := range []string{"incremental", "engagement", "caused", "NaN"} {
		if strings.Contains(text, word) {
			t.Errorf("the page says %q", word)
		}
	}
	v.says("/origin/peer", "Whose activities were drawn by people")
	v.says("/", `href="/origin"`)
	if _, code := v.get("/origin/nowhere"); code != http.StatusNotFound {
		t.Errorf("an origin that is none answers %d, want 404", code)
	}
	empty := visit(t, webtest.Options{Empty: true}).enter()
	empty.says("/origin", "Here will stand what brought people")
}
