package web_test

import (
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/web"
)

// What an address names decides around which planets a role is needed: a route that
// forgets it would open other planets.
func TestRoutesReachAsFarAsWhatTheyName(t *testing.T) {
	t.Parallel()
	for _, p := range web.Permissions() {
		method, path, _ := strings.Cut(p.Pattern, " ")
		if p.Role == orrery.NoRole {
			continue
		}
		var want []string
		switch {
		case strings.HasPrefix(path, "/people/{id}"), path == "/tasks/new", method == "POST" && (path == "/tasks" || path == "/met" || path == "/introductions" || strings.HasPrefix(path, "/people/")):
			want = []string{"person", "whole person"}
		case strings.HasPrefix(path, "/imports/{id}"):
			want = []string{"import"}
		case strings.HasPrefix(path, "/sources/of/{name}"):
			want = []string{"source"}
		case strings.HasPrefix(path, "/purposes/{slug}"):
			want = []string{"purpose"}
		case strings.HasPrefix(path, "/partners"), strings.HasPrefix(path, "/system"), path == "/people/same", strings.HasPrefix(path, "/welcome/"), strings.HasPrefix(path, "/settings/webhooks"):
			want = []string{"installation"}
		default:
			continue
		}
		if !strings.Contains(strings.Join(want, ","), p.Reach) {
			t.Errorf("%s reaches %s, want one of %q", p.Pattern, p.Reach, want)
		}
	}
	for _, p := range web.Permissions() {
		method, path, _ := strings.Cut(p.Pattern, " ")
		if strings.HasSuffix(path, ".csv") && p.Role > orrery.NoRole && p.Role < orrery.Analyst {
			t.Errorf("%s is a list to take away, for analysts and above", p.Pattern)
		}
		merges := strings.Contains(path, "merge") || strings.Contains(path, "erase") || strings.Contains(path, "/mark")
		if merges && p.Reach != "whole person" {
			t.Errorf("%s changes somebody around every planet and reaches %s", p.Pattern, p.Reach)
		}
		if method == "POST" && p.Action == "" && path != "/theme" && path != "/language" && !strings.HasSuffix(path, "/begin") { // what changes nothing
			t.Errorf("%s is told by no audit", p.Pattern)
		}
	}
}
