package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

var realForm = regexp.MustCompile(`name="kind" value="(\w+)"><input type="hidden" name="activity" value="([^"]*)"><input type="hidden" name="members" value="([\d,]+)"`)

func TestFlagsAreDecidedAndTakenBackWithoutJavaScript(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 90, Seed: 4}).enter()
	text, _ := v.get("/people/real")
	for _, want := range []string{"May be a program", "Praise that goes round", "Made to be counted: forum.like", "412 times", "41.2", "39.8", "before="} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	forms := realForm.FindAllStringSubmatch(text, -1)
	if len(forms) != 3 {
		t.Fatalf("got %d forms, want 3", len(forms))
	}
	for i, step := range []struct{ do, says string }{
		{"program", "a program, not counted as drawn"},
		{"discount", "It does not count any more"},
		{"leave", "Left as it is"},
	} {
		f := forms[i]
		if text, _ := v.post("/people/real", "kind", f[1], "activity", f[2], "members", f[3], "do", step.do); !strings.Contains(text, step.says) {
			t.Errorf("%s %s: nothing says %q", step.do, f[1], step.says)
		}
	}
	v.says("/people/real", "Nothing looks made up")
	v.says("/people/real", "Their praise of each other does not count")
	if text, _ := v.post("/people/real", "verdict", "2", "do", "undo"); !strings.Contains(text, "Taken back") || !strings.Contains(text, "Praise that goes round") {
		t.Error("nothing says that it was taken back")
	}
	for _, wrong := range [][]string{
		{"kind", "ring", "members", "11,12"},
		{"kind", "ring", "members", "11,12", "do", "perhaps"},
		{"kind", "devil", "members", "11", "do", "leave"},
		{"kind", "ring", "members", "11,x", "do", "leave"},
		{"kind", "program", "members", "11", "do", "discount"},
		{"do", "undo", "verdict", "x"},
		{"do", "undo", "verdict", "99"},
		{"kind", "ring", "members", "11,12", "do", "program"},
		{},
	} {
		if _, code := v.post("/people/real", wrong...); code < 400 || code >= 500 {
			t.Errorf("%q answers %d", wrong, code)
		}
	}
}

func TestFlagsComeAPageAtATime(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 90, Seed: 4}).enter()
	if text, code := v.get("/people/real?cursor=2"); code != http.StatusOK || strings.Contains(text, "May be a program") || !strings.Contains(text, "Made to be counted") {
		t.Errorf("the page from the third flag on answers %d", code)
	}
	if text, code := v.get("/people/real?cursor=99"); code != http.StatusOK || strings.Contains(text, "Made to be counted: ") {
		t.Errorf("a page behind the last answers %d", code)
	}
	for _, cursor := range []string{"x", "-1"} {
		if _, code := v.get("/people/real?cursor=" + cursor); code < 400 || code >= 500 {
			t.Errorf("the page %q answers %d", cursor, code)
		}
	}
}

func TestAReaderSeesFlagsAndDecidesNothing(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	v.post("/login", "email", "reader@example.org", "password", "gravity")
	text, code := v.get("/people/real")
	if code != http.StatusOK || strings.Contains(text, `action="/people/real"`) || !strings.Contains(text, "May be a program") {
		t.Errorf("the page answers a reader with %d", code)
	}
	if _, code := v.post("/people/real", "kind", "ring", "members", "11,12", "do", "leave"); code != http.StatusForbidden {
		t.Errorf("a reader's decision answers %d, want 403", code)
	}
}
