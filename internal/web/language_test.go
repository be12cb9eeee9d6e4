package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"orrery.dev/orrery/internal/web/webtest"
)

// in reads a page as a browser that asks for a language.
func (v *visitor) in(tag, path string) (string, *http.Response) {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.origin+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	request.Header.Set("Accept-Language", tag)
	response, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(text), response
}

// tags counts the elements of a page and lists where its links lead.
func tags(t *testing.T, page string) map[string]int {
	t.Helper()
	found := map[string]int{}
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return found
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			found[token.Data]++
			for _, a := range token.Attr {
				if a.Key == "href" || a.Key == "action" || a.Key == "name" {
					found[token.Data+" "+a.Key+" "+a.Val]++
				}
			}
		}
	}
}

func TestEveryPageIsTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	for _, path := range screens {
		english, response := v.in("en", path)
		if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
			continue
		}
		want := tags(t, english)
		for _, tag := range []string{"de", "es"} {
			page, response := v.in(tag, path)
			if response.StatusCode != http.StatusOK || strings.Contains(page, "ZgotmplZ") {
				t.Errorf("%s in %s answers %d", path, tag, response.StatusCode)
				continue
			}
			if !strings.Contains(page, `<html lang="`+tag+`"`) || response.Header.Get("Content-Language") != tag || !strings.Contains(response.Header.Get("Vary"), "Accept-Language") {
				t.Errorf("%s does not say that it is in %s", path, tag)
			}
			got := tags(t, page)
			for what, n := range want {
				if got[what] != n {
					t.Errorf("%s in %s has %d of %q, English has %d", path, tag, got[what], what, n)
				}
			}
			for what, n := range got {
				if want[what] == 0 {
					t.Errorf("%s in %s has %d of %q, English none", path, tag, n, what)
				}
			}
		}
	}
}

func TestALanguageIsChosenAndKept(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	if page, _ := v.in("de-AT", "/login"); !strings.Contains(page, "<h1>Anmelden</h1>") {
		t.Error("who asks for German is not asked in German to log in")
	}
	v.enter()
	if text, _ := v.post("/language", "language", "es", "to", "/settings"); !strings.Contains(text, "<h1>Ajustes</h1>") {
		t.Error("Spanish was chosen, and the page is in another language")
	}
	if page, _ := v.in("de", "/people"); !strings.Contains(page, `<html lang="es"`) {
		t.Error("the choice does not hold against the browser’s wish")
	}
	if _, code := v.post("/language", "language", "xx"); code != http.StatusUnprocessableEntity {
		t.Errorf("a language that is not here answers %d", code)
	}
}
