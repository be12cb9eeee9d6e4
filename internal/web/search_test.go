package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestSearchFindsWhatPagesAreAbout(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	for text, want := range map[string]string{
		"orbit":     `href="/map"`,
		"closen":    `href="/about-the-numbers#closeness"`,
		"csv":       `href="/sources/add"`,
		"forum":     `href="/sources/of/forum"`,
		"qqqqqq":    "Nothing is called that",
		"":          "People by their names",
		"\" onload": "Nothing is called that",
	} {
		for _, path := range []string{"/search", "/search/suggest"} {
			got, code := v.get(path + "?q=" + strings.ReplaceAll(text, " ", "+"))
			if code != http.StatusOK {
				t.Fatalf("%s for %q answers %d", path, text, code)
			}
			if path == "/search" || strings.HasPrefix(want, "href") {
				if !strings.Contains(got, want) {
					t.Errorf("%s for %q does not say %s", path, text, want)
				}
			}
			if strings.Contains(got, `" onload`) {
				t.Errorf("%s writes what was looked for as it is", path)
			}
		}
	}
	if _, code := v.get("/search?q=" + strings.Repeat("a", 201)); code != http.StatusUnprocessableEntity {
		t.Errorf("a text of 201 letters is answered with %d, want 422", code)
	}
}

func TestSuggestionsArePiecesOfAPageAndFew(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 300, Seed: 1}).enter()
	got, _ := v.get("/search/suggest?q=a")
	if n := strings.Count(got, `role="option"`); n == 0 || n > 10 {
		t.Errorf("%d suggestions, want 1 to 10", n)
	}
	if strings.Contains(got, "<html") {
		t.Error("a whole page was sent")
	}
}
