package web_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

var purposeScreens = []string{
	"/purposes", "/purposes/new", "/purposes/ten-more-years", "/purposes/ten-more-years/people", "/purposes/ten-more-years/people.csv",
	"/purposes/ten-more-years/activities", "/purposes/ten-more-years/activities?measure=2", "/purposes/ten-more-years/change",
	"/map?around=purpose:ten-more-years", "/map?around=purpose:ten-more-years&view=table", "/map?around=person:11", "/map?around=person:11&view=table",
	"/map?around=person", "/map?around=person&q=a", "/map/data?around=purpose:ten-more-years",
}

func TestPagesOfPurposesAreTheTeams(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	for _, path := range purposeScreens {
		if text, _ := v.get(path); !strings.Contains(text, "<h1>Log in</h1>") {
			t.Errorf("%s shows something to a stranger", path)
		}
	}
	v.post("/login", "email", "reader@example.org", "password", "gravity")
	for _, path := range purposeScreens {
		want := http.StatusOK
		if strings.HasSuffix(path, "/new") || strings.HasSuffix(path, "/change") || strings.HasSuffix(path, ".csv") {
			want = http.StatusForbidden
		}
		if _, code := v.get(path); code != want {
			t.Errorf("%s answers a reader with %d, want %d", path, code, want)
		}
	}
	for _, path := range []string{"new", "ten-more-years/change", "ten-more-years/state", "ten-more-years/ask", "ten-more-years/update", "ten-more-years/update/drop"} {
		if _, code := v.post("/purposes/"+path, "do", "publish"); code != http.StatusForbidden {
			t.Errorf("POST %s answers a reader with %d, want 403", path, code)
		}
	}
}

func TestAStewardSeesWhatIsWrongWithAPurposeAndKeepsItsWords(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, code := v.post("/purposes/new", "title", "Night rides", "statement", "Lights for all", "planet", "1", "measures", "count over colour=red target 5 by 2099-01-01")
	if code != http.StatusUnprocessableEntity || !strings.Contains(text, "is no condition") || !strings.Contains(text, "Lights for all") {
		t.Errorf("a wrong measure answers %d: %s", code, text)
	}
	text, code = v.post("/purposes/new", "title", "Night rides", "statement", "Lights for all", "planet", "1", "measures", "count over tag=school target 5 by 2030-01-01")
	if code != http.StatusOK || !strings.Contains(text, "Night rides") {
		t.Errorf("a purpose that is kept answers %d: %s", code, text)
	}
	v.post("/purposes/ten-more-years/ask", "ask", "Bring a pump")
	v.says("/purposes/ten-more-years", "Bring a pump")
	v.post("/purposes/ten-more-years/update", "text", "Pumps <i>came</i>")
	v.says("/purposes/ten-more-years", "Pumps &lt;i&gt;came&lt;/i&gt;")
	for path, want := range map[string]int{
		"/purposes/nowhere": http.StatusNotFound, "/purposes/ten-more-years/activities?measure=9": http.StatusNotFound,
		"/purposes/ten-more-years/activities?measure=x": http.StatusNotFound, "/purposes/ten-more-years/activities?person=0": http.StatusNotFound,
		"/purposes/ten-more-years/activities?from=spring": http.StatusUnprocessableEntity,
		"/map?around=purpose:nowhere":                     http.StatusNotFound, "/map?around=person:999999": http.StatusNotFound, "/map?around=person:x": http.StatusNotFound,
		"/map?around=star:1": http.StatusNotFound, "/map/data?around=star": http.StatusNotFound,
		"/map/names?around=person:11&v=old&of=0": http.StatusConflict,
	} {
		if _, code := v.get(path); code != want {
			t.Errorf("%s answers %d, want %d", path, code, want)
		}
	}
}

// open asks as a stranger, without cookies.
func (v *visitor) open(path, tag string) (*http.Response, string) {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.origin+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return response, string(body)
}

var publicPaths = []string{"/p/ten-more-years", "/p/ten-more-years/badge.svg", "/p/ten-more-years/feed.json"}

func TestThePublicSideNamesNobodyAndMayBeKept(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 200, Seed: 3}).enter()
	team, _ := v.get("/purposes/ten-more-years/people")
	names := regexp.MustCompile(`href="/people/(\d+)">([^<]+)<`).FindAllStringSubmatch(team, -1)
	if len(names) < 10 {
		t.Fatalf("the team's page names %d people", len(names))
	}
	for _, path := range publicPaths {
		response, body := v.open(path, "")
		if response.StatusCode != http.StatusOK || len(body) > 30_000 {
			t.Errorf("%s answers %d with %d bytes", path, response.StatusCode, len(body))
		}
		for _, name := range names {
			if strings.Contains(body, name[2]) || strings.Contains(body, "/people/") {
				t.Fatalf("%s names %q or leads to people", path, name[2])
			}
		}
		for _, canary := range []string{"Wren", "wren@", "@alder-bikes.example", "radio-nordvind"} {
			if strings.Contains(body, canary) {
				t.Errorf("%s tells %q", path, canary)
			}
		}
		if len(response.Cookies()) > 0 || !strings.HasPrefix(response.Header.Get("Cache-Control"), "public") {
			t.Errorf("%s sets cookies %v and may be kept: %q", path, response.Cookies(), response.Header.Get("Cache-Control"))
		}
		if again, body := v.open(path, response.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("%s asked for again answers %d", path, again.StatusCode)
		}
		if policy := response.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("%s has the policy %q", path, policy)
		}
	}
}

func TestAPurposeThatIsNotPublicIsNowhere(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	for _, end := range []string{"", "/badge.svg", "/feed.json"} {
		hidden, hiddenBody := v.open("/p/quiet-streets"+end, "")
		absent, absentBody := v.open("/p/not-there-ever"+end, "")
		elsewhere, _ := v.open("/no/such/address", "")
		if hidden.StatusCode != http.StatusNotFound || absent.StatusCode != http.StatusNotFound || elsewhere.StatusCode != http.StatusNotFound {
			t.Errorf("%s: hidden %d, absent %d, elsewhere %d", end, hidden.StatusCode, absent.StatusCode, elsewhere.StatusCode)
		}
		if strings.ReplaceAll(hiddenBody, "quiet-streets", "X") != strings.ReplaceAll(absentBody, "not-there-ever", "X") {
			t.Errorf("%s: what is hidden answers otherwise than what is not there", end)
		}
		if hidden.Header.Get("ETag") != "" || hidden.Header.Get("Cache-Control") != absent.Header.Get("Cache-Control") {
			t.Errorf("%s: what is hidden has the headers %v", end, hidden.Header)
		}
	}
}

func TestStatementsThatAttackRunNothing(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 2, Hostile: true}).enter()
	for _, path := range append(append([]string{}, purposeScreens...), publicPaths...) {
		response, body := v.open(path, "")
		if text, code := v.get(path); code == http.StatusOK && !strings.HasPrefix(path, "/p/") {
			body = text
		}
		kind := response.Header.Get("Content-Type")
		for _, bad := range []string{"<script>alert", "<img src=x", "<svg onload", "ZgotmplZ"} {
			if strings.Contains(body, bad) && !strings.Contains(kind, "json") && !strings.Contains(path, ".csv") {
				t.Errorf("%s says %q as it stands", path, bad)
			}
		}
	}
	_, badge := v.open("/p/ten-more-years/badge.svg", "")
	for d := xml.NewDecoder(strings.NewReader(badge)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("the badge is no XML: %v: %s", err, badge)
		}
		if e, ok := token.(xml.StartElement); ok && !strings.Contains(" svg title rect path g text ", " "+e.Name.Local+" ") {
			t.Errorf("the badge holds <%s>", e.Name.Local)
		}
	}
	_, feed := v.open("/p/ten-more-years/feed.json", "")
	var f struct {
		Version string `json:"version"`
		Title   string `json:"title"`
		Items   []struct {
			ID   string `json:"id"`
			Text string `json:"content_text"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(feed), &f); err != nil || f.Version != "https://jsonfeed.org/version/1.1" || f.Title == "" || len(f.Items) != 1 || f.Items[0].ID == "" {
		t.Errorf("the feed is %s: %v", feed, err)
	}
}
