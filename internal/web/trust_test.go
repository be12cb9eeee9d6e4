package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestHowFarToTrustThisIsToldInWordsAndPictures(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, code := v.get("/trust")
	if code != http.StatusOK {
		t.Fatalf("got %d", code)
	}
	for _, want := range []string{"What was told, and what came", "Gravity, window by window", "Of ten people flagged as drifting", "Pareto/NBD", "fitted/"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Count(text, `class="chart square"`) != 2 || strings.Count(text, `class="chart windows"`) != 2 {
		t.Error("a picture is missing")
	}
	if strings.Contains(text, "NaN") {
		t.Error("a figure is none")
	}
	v = visit(t, webtest.Options{People: 1200, Seed: 1}).enter()
	short, _ := v.get("/trust?planet=fjell-frames")
	if !strings.Contains(short, "too little to try it on") {
		t.Error("a short history is not told as one")
	}
}
