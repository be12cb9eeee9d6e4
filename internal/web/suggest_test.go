package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

var hidden = regexp.MustCompile(`name="(a|b)" value="(\d+)"`)

func TestPairsAreDecidedOneByOneWithoutJavaScript(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 90, Seed: 4}).enter()
	text, _ := v.get("/people/same")
	if !strings.Contains(text, "45 pairs look") || strings.Count(text, "% likely") != 20 || !strings.Contains(text, "Same handle") {
		t.Fatalf("got %d pairs on the first page", strings.Count(text, "% likely"))
	}
	if !strings.Contains(text, `href="/people/same?cursor=20"`) {
		t.Error("there is no next page")
	}
	found := hidden.FindAllStringSubmatch(text, 4)
	if text, _ := v.post("/people/same", "a", found[0][2], "b", found[1][2], "do", "accept"); !strings.Contains(text, "They are one person now") {
		t.Error("nothing says that it was accepted")
	}
	v.says("/people/same", "44 pairs look")
	text, _ = v.get("/people/same?cursor=40")
	found = hidden.FindAllStringSubmatch(text, 2)
	v.post("/people/same", "a", found[0][2], "b", found[1][2], "do", "reject", "cursor", "40")
	v.says("/people/same", "43 pairs look")
	for _, wrong := range [][]string{
		{"a", "11", "b", "12"}, {"a", "11", "b", "12", "do", "perhaps"}, {"a", "x", "b", "12", "do", "accept"}, {"b", "12", "do", "accept"},
	} {
		if _, code := v.post("/people/same", wrong...); code < 400 || code >= 500 {
			t.Errorf("%q answers %d", wrong, code)
		}
	}
	for _, cursor := range []string{"x", "-1"} {
		if _, code := v.get("/people/same?cursor=" + cursor); code != http.StatusUnprocessableEntity && code != http.StatusBadRequest {
			t.Errorf("the page %q answers %d", cursor, code)
		}
	}
	if text, code := v.get("/people/same?cursor=9999"); code != http.StatusOK || strings.Contains(text, "% likely") {
		t.Errorf("a page behind the last answers %d", code)
	}
}

func TestAReaderSeesPairsAndDecidesNothing(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	v.post("/login", "email", "reader@example.org", "password", "gravity")
	text, code := v.get("/people/same")
	if code != http.StatusOK || strings.Contains(text, `action="/people/same"`) || !strings.Contains(text, "% likely") {
		t.Errorf("the page answers a reader with %d", code)
	}
	for _, path := range []string{"/people/same", "/people/11/mark"} {
		if _, code := v.post(path, "a", "11", "b", "12", "do", "accept", "kind", "bot"); code != http.StatusForbidden {
			t.Errorf("POST %s answers a reader with %d, want 403", path, code)
		}
	}
}

func TestSomebodyIsMarkedAProgram(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	v.post("/people/11/mark", "kind", "bot")
	v.says("/people/11", "A program, not counted as drawn")
	for _, kind := range []string{"", "visitor", "planet"} {
		if _, code := v.post("/people/11/mark", "kind", kind); code != http.StatusUnprocessableEntity && code != http.StatusBadRequest {
			t.Errorf("%q answers %d", kind, code)
		}
	}
}
