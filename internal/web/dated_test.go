package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestNotesOnDaysStandOnCharts(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	for _, path := range []string{"/", "/newcomers", "/repulsion"} {
		text, _ := v.get(path)
		for _, want := range []string{`class="dated-mark"`, "Release &lt;b&gt;2.0&lt;/b&gt;", `<li value="1">`, "Write a note on a day"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	post(t, v, http.StatusOK, "/notes", "day", "2026-10-20", "text", "New prices", "back", "/repulsion")
	v.says("/repulsion", "New prices")
	v.says("/notes", "New prices")
	v.says("/notes?change=3", `value="New prices"`)
	post(t, v, http.StatusOK, "/notes", "number", "3", "day", "2026-10-21", "text", "Newer prices")
	v.says("/notes", "Newer prices")
	post(t, v, http.StatusOK, "/notes/3/remove")
	if text, _ := v.get("/notes"); strings.Contains(text, "Newer prices") {
		t.Error("a removed note is still there")
	}
	post(t, v, http.StatusUnprocessableEntity, "/notes", "day", "the other day", "text", "x")
	post(t, v, http.StatusNotFound, "/notes/99/remove")
	if _, code := v.get("/notes?change=99"); code != http.StatusNotFound {
		t.Errorf("a note that is not there: %d", code)
	}
}

// post sends a form and wants an answer.
func post(t *testing.T, v *visitor, want int, path string, fields ...string) {
	t.Helper()
	if _, code := v.post(path, fields...); code != want {
		t.Errorf("%s %q answers %d, want %d", path, fields, code, want)
	}
}
