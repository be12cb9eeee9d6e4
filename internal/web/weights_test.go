package web_test

import (
	"net/http"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestAWeightIsTriedBeforeItCounts(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	v.says("/settings/weights", "Change")
	v.says("/settings/weights?kind=forum.like", "Try it")
	const rule = "kind=like&way=curation&meaningful=yes&valence=1&cap=0&weight="
	v.says("/settings/weights/try?"+rule+"4", "40 → 44")
	v.says("/settings/weights/try?"+rule+"4", "Ada Fox")
	v.says("/settings/weights/try?"+rule+"9.999", "in a moment")
	for _, wrong := range []string{"11", "-1", "heavy", "NaN"} {
		if text, code := v.get("/settings/weights/try?" + rule + wrong); code != http.StatusUnprocessableEntity || !strings.Contains(text, "from 0 to 10") {
			t.Errorf("a weight of %s is answered with %d", wrong, code)
		}
	}
	text, code := v.post("/settings/weights", "kind", "like", "weight", "4", "way", "curation", "meaningful", "yes", "valence", "1", "cap", "0")
	if code != http.StatusOK || !strings.Contains(text, "counted anew") {
		t.Errorf("saving answers %d", code)
	}
}
