package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestWhatPushesAway(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, _ := v.get("/repulsion")
	for _, want := range []string{
		"never taken off it", "The &lt;b&gt;blue&lt;/b&gt; lantern", "It rose around", "would have been usual", "Who comes all the same", "/repulsion/acts?burst=0",
		"/repulsion/acts?circle=1", "/repulsion/acts?partner=alder", "triangles", "95 of 100",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, word := range []string{"incremental", "engagement", "caused", "toxic", "haters", "moons"} {
		if strings.Contains(strings.ToLower(text), word) {
			t.Errorf("the page says %q", word)
		}
	}
	v.says("/", "More people are pushed away than before")
	v.says("/repulsion/acts?days=90", "60 activities in the last 90 days")
	v.says("/repulsion/acts?days=90&after=50", "Newer")
	for _, path := range []string{"/repulsion/acts?burst=99", "/repulsion/acts?who=nobody", "/repulsion/acts?week=now", "/repulsion/acts?after=-1"} {
		if _, code := v.get(path); code != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, code)
		}
	}
	visit(t, webtest.Options{Empty: true}).enter().says("/repulsion", "Here will stand what pushes people away")
}
