package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestSolarSystem(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 1100, Seed: 1}).enter()
	text, _ := v.get("/system")
	for _, want := range []string{"around 2 planets", "Northern", "with everybody counted once", "Where people leave", "An association", "UTC−5", "9:30", "it is not guessed", "/system/people?"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, word := range []string{"incremental", "engagement", "caused", "churn"} {
		if strings.Contains(strings.ToLower(text), word) {
			t.Errorf("the page says %q of what nobody drew lots for", word)
		}
	}
	v.says("/system/people?list=gone&a=fjell-frames", "Left Fjell Frames and all others")
	visit(t, webtest.Options{People: 60, Seed: 1}).enter().says("/system", "Name another planet")
	if _, code := v.get("/system/people?list=gone&a=nowhere"); code != http.StatusNotFound {
		t.Errorf("a planet that is not there answers %d, want 404", code)
	}
}
