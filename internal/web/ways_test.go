package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestWaysToBelong(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, _ := v.get("/ways")
	for _, want := range []string{
		"Who is held by what", "field crew", "untested", "people who did as much without it", "What to try next", "/people?tag=workshop&amp;way=conversation",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, word := range []string{"incremental", "engagement", "caused"} {
		if strings.Contains(strings.ToLower(text), word) {
			t.Errorf("the page says %q of what nobody drew lots for", word)
		}
	}
	v.says("/ways?tag=workshop", "“workshop”")
	if _, code := v.get("/ways?tag=nobody"); code != http.StatusNotFound {
		t.Errorf("a tag that nobody has answers %d, want 404", code)
	}
	empty := visit(t, webtest.Options{Empty: true}).enter()
	empty.says("/ways", "Here will stand which ways to belong people take")
}
