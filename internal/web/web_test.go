package web_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
	"orrery.dev/orrery/internal/web/webtest"
)

var screens = []string{
	"/", "/map", "/map?view=table", "/map/data", "/ways", "/ways?tag=workshop", "/origin", "/origin/peer", "/people", "/people?preset=rising", "/people.csv", "/people/11", "/people/11/merge", "/people/same", "/people/hello", "/people/thanks", "/people/anniversaries", "/circles", "/people?circle=1", "/conversations", "/conversations?show=peer", "/conversations/00000000000000a1", "/conversations/00000000000000a3",
	"/people/11/erase", "/sources", "/sources/add", "/sources/connect/discourse", "/sources/of/forum",
	"/sources/of/club", "/sources/of/forum/change", "/sources/of/forum/delete", "/imports/4/skipped", "/welcome", "/account", "/settings", "/settings/weights", "/settings/weights?kind=like", "/settings/weights/try?kind=like&way=curation&meaningful=yes&valence=1&cap=0&weight=4", "/about-the-numbers", "/trust", "/partners", "/partners/new", "/partners/radio-nordvind", "/partners/radio-nordvind/people", "/partners/radio-nordvind/change",
	"/tasks", "/tasks?show=all", "/tasks?show=done", "/tasks?who=11", "/tasks.csv?show=every", "/tasks/new?who=11", "/met", "/met?q=a",
}

func TestNobodySeesAnythingWithoutLoggingIn(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	for _, path := range screens {
		if text, _ := v.get(path); !strings.Contains(text, "<h1>Log in</h1>") {
			t.Errorf("%s shows something to a stranger", path)
		}
	}
	if _, code := v.post("/people/11/erase", "confirm", "erase"); code != http.StatusForbidden {
		t.Errorf("a stranger’s change got %d, want 403", code)
	}
}

func TestAReaderSeesEverythingAndChangesNothing(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	v.post("/login", "email", "reader@example.org", "password", "gravity")
	for _, path := range []string{"/", "/map", "/people", "/people/11", "/sources", "/settings", "/settings/planets", "/settings/planets?archive=alder-bikes", "/settings/rhythm", "/settings/rhythm?days=90", "/settings/teammates", "/settings/keys"} {
		text, code := v.get(path)
		if code != http.StatusOK {
			t.Errorf("%s answers a reader with %d", path, code)
		}
		if strings.Contains(text, `method="post"`) && regexp.MustCompile(`action="/(people|sources|imports|welcome)[^"]*" method="post"`).MatchString(text) {
			t.Errorf("%s offers a reader a change", path)
		}
	}
	for _, path := range []string{
		"/people/bulk", "/people/undo", "/lists", "/lists/1", "/lists/1/remove", "/people/11/note", "/people/11/tag", "/people/11/merge", "/people/11/unmerge", "/people/11/erase", "/sources/import",
		"/imports/2/undo", "/welcome/brand", "/welcome/sample", "/welcome/sample/remove", "/circles/1/name", "/conversations/00000000000000a1", "/tasks", "/tasks/1", "/met", "/met/undo", "/settings/weights", "/settings/planet", "/settings/planets/move", "/settings/rhythm", "/settings/planets/archive", "/settings/teammates", "/settings/keys", "/settings/keys/revoke",
	} {
		if _, code := v.post(path, "confirm", "erase"); code != http.StatusForbidden {
			t.Errorf("POST %s answers a reader with %d, want 403", path, code)
		}
	}
}

func TestAnotherSiteCannotChangeAnything(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.origin+"/people/11/erase", strings.NewReader("confirm=erase"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := v.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("got %d, want 403", response.StatusCode)
	}
	v.says("/people/11", "Timeline")
}

func TestEveryAnswerForbidsWhatThePageDidNotBring(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+="|javascript:|<script(?:>| [^>]*>)[^<{\[]`)
	for _, path := range screens {
		response, err := v.client.Get(v.origin + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		policy := response.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; style-src 'self';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s has the policy %q", path, policy)
		}
		if response.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be sniffed", path)
		}
		if path != "/map/data" && inline.Match(body) {
			t.Errorf("%s has inline script or style: %s", path, inline.Find(body))
		}
		if strings.Contains(string(body), "ZgotmplZ") {
			t.Errorf("%s has a value in a place where it is not safe", path)
		}
	}
}

func TestNamesThatAttackAreEscaped(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 90, Seed: 2, Hostile: true}).enter()
	for _, path := range append(screens, "/people?preset=all&q=%3Cscript%3E", "/nowhere<script>alert(1)</script>") {
		text, _ := v.get(path)
		for _, bad := range []string{"<script>alert", "<img", "<svg onload", "{{.Account"} {
			if bad == "{{.Account" && strings.Contains(path, "csv") || bad != "{{.Account" && strings.Contains(path, ".csv") {
				continue // text, not markup
			}
			if bad != "{{.Account" && strings.Contains(text, bad) {
				t.Errorf("%s contains %q as it is", path, bad)
			}
		}
	}
	text, _ := v.get("/people.csv")
	if strings.Contains(text, "\n=") || strings.Contains(text, `,"=HYPER`) || strings.Contains(text, ",=HYPER") {
		t.Error("the export holds a formula")
	}
	if !strings.Contains(text, "'=HYPERLINK") {
		t.Error("the export lost the name that is a formula")
	}
}

func TestTheNumbersThatPagesLinkToAreThere(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 400, Seed: 3}).enter()
	links := regexp.MustCompile(`href="(/[^"]*)"`)
	seen := map[string]bool{}
	anchors, _ := v.get("/about-the-numbers")
	for _, path := range []string{"/", "/map", "/people", "/people?preset=drifting", "/people/11", "/sources", "/settings", "/settings/planets", "/settings/teammates", "/settings/keys", "/imports/4/skipped"} {
		text, _ := v.get(path)
		for _, match := range links.FindAllStringSubmatch(text, -1) {
			to := strings.ReplaceAll(match[1], "&amp;", "&")
			if seen[to] || strings.HasPrefix(to, "/static/") {
				continue
			}
			seen[to] = true
			if _, id, found := strings.Cut(to, "#"); found && strings.HasPrefix(to, "/about") && !strings.Contains(anchors, `id="`+id+`"`) {
				t.Errorf("%s links to %s, which says nothing of it", path, to)
			}
			if _, code := v.get(to); code != http.StatusOK {
				t.Errorf("%s links to %s, which answers %d", path, to, code)
			}
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d links were found", len(seen))
	}
}

func TestWrongAddressesSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	for _, test := range []struct {
		path string
		code int
		says string
	}{
		{"/nowhere", 404, "leads nowhere"},
		{"/people/99999999", 404, "nobody here has the number"},
		{"/people/x", 404, "is not the number of a person"},
		{"/people?preset=rich", 422, "is not a list of people"},
		{"/people?level=middle", 422, "choose core, inner, outer or edge"},
		{"/people?way=luck", 422, "is not a strategy"},
		{"/people?cursor=zzz", 422, "start at its first page"},
		{"/?planet=mars", 404, "there is no planet"},
		{"/imports/77/skipped", 404, "there is no import"},
		{"/map/names?v=old&of=1", 409, "load the page again"},
		{"/sources/columns/gone", 404, "hand it over again"},
	} {
		text, code := v.get(test.path)
		if code != test.code || !strings.Contains(text, test.says) {
			t.Errorf("%s answers %d, want %d and %q", test.path, code, test.code, test.says)
		}
	}
}

type broken struct{ web.Reader }

func (broken) TodayAsOf(context.Context, orrery.PlanetID, orrery.Day) (view.Today, error) {
	return view.Today{}, io.ErrUnexpectedEOF
}

func TestOurFaultsAreNotExplainedToPeople(t *testing.T) {
	t.Parallel()
	world := webtest.New(webtest.Options{People: 60, Seed: 1})
	backend := world.Backend()
	backend.Reader = broken{world}
	v := visitBackend(t, world, backend)
	v.get(web.EntryPath("once"))
	text, code := v.get("/")
	if code != http.StatusInternalServerError || strings.Contains(text, "unexpected EOF") || !strings.Contains(text, "Something broke on our side") {
		t.Errorf("got %d and %q", code, text)
	}
}

func TestFirstRunLeadsFromANameToAnImport(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{}).enter()
	v.says("/", "Who orbits you, and why?")
	text, code := v.post("/welcome/brand", "title", "  Fjell   Frames ")
	if code != http.StatusOK || !strings.Contains(text, "Bring data to Fjell Frames") {
		t.Fatalf("naming the brand answers %d: %.200s", code, text)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "orders.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(part, "customer,date,item,amount\nada,2026-11-01,tube,3\n<b>eve</b>,2026-11-02,rack,40\n")
	_ = form.Close()
	text, code = v.send(http.MethodPost, "/sources/upload", form.FormDataContentType(), &body)
	if code != http.StatusOK || !strings.Contains(text, "What the columns mean") || !strings.Contains(text, "&lt;b&gt;eve") {
		t.Fatalf("the upload answers %d: %.200s", code, text)
	}
	if !strings.Contains(text, `<option value="who" selected>`) || !strings.Contains(text, "No column says it") {
		t.Error("the columns are not guessed, or the missing kind is not asked for")
	}
	text, code = v.post("/sources/import", "upload", "u1", "column", "when", "column", "object")
	if code != http.StatusUnprocessableEntity || !strings.Contains(text, "no column says who") {
		t.Errorf("an import without anybody answers %d", code)
	}
	text, code = v.post("/sources/import", "upload", "u1", "column", "who", "column", "when", "column", "object", "column", "quantity", "kind", "order")
	if code != http.StatusOK || !strings.Contains(text, "Reading has begun") {
		t.Errorf("the import answers %d: %.200s", code, text)
	}
}

func TestTheSampleIsLabelledAndGoesWithOneClick(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{}).enter()
	if text, _ := v.post("/welcome/sample"); !strings.Contains(text, "This is sample data.") {
		t.Error("the sample is not labelled")
	}
	if text, _ := v.post("/welcome/sample/remove"); !strings.Contains(text, "The sample is gone.") || !strings.Contains(text, "Who orbits you") {
		t.Error("the sample did not go")
	}
}

func TestTheSampleTakesNoDataOfOurs(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1, Sample: true}).enter()
	v.says("/sources/add", "your data gets a place of its own")
	if text, code := v.post("/sources/import", "repository", "/srv/git/project"); code != http.StatusConflict || !strings.Contains(text, "name your own brand first") {
		t.Errorf("an import into the sample answers %d: %s", code, text)
	}
}

func TestOldDataSaysAsOfWhen(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1, Stale: true}).enter()
	for _, path := range []string{"/", "/map", "/people", "/people/11"} {
		v.says(path, "As of 5 October 2025.")
	}
}

func TestEmptyPlanetsSayWhatWillAppear(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{Empty: true}).enter()
	v.says("/", "Nobody orbits Alder Bikes yet.")
	v.says("/", "Here will stand what changed")
	v.says("/map", "Here will stand who orbits Alder Bikes")
	v.says("/people", "People appear here with their first activity.")
	v.says("/sources", "Sources appear here with their first import.")
}

func TestPeopleAreTaggedNotedMergedAndErased(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	if text, _ := v.post("/people/bulk", "do", "tag", "id", "11", "id", "14", "tag", " two  words ", "back", "/people?preset=all"); !strings.Contains(text, "“two words” is on 2 people now.") {
		t.Error("tagging two people said something else")
	}
	v.says("/people?tag=two+words", "2 people")
	if _, code := v.post("/people/bulk", "do", "tag", "tag", "x"); code != http.StatusUnprocessableEntity {
		t.Errorf("tagging nobody answers %d, want 422", code)
	}
	if text, _ := v.post("/people/11/note", "note", "likes <b>bold</b> hills"); !strings.Contains(text, "likes &lt;b&gt;bold&lt;/b&gt; hills") {
		t.Error("the note is not there, or not as text")
	}
	if text, _ := v.post("/people/11/merge", "with", "14"); !strings.Contains(text, "They are one person now.") {
		t.Error("the merge said something else")
	}
	if text, code := v.post("/people/11/erase", "confirm", "yes"); code != http.StatusUnprocessableEntity || !strings.Contains(text, "Nothing was erased") {
		t.Errorf("erasing without the word answers %d", code)
	}
	v.says("/people/11", "Timeline")
	if text, _ := v.post("/people/11/erase", "confirm", " Erase "); !strings.Contains(text, "The person is erased.") {
		t.Error("erasing said something else")
	}
	if _, code := v.get("/people/11"); code != http.StatusNotFound {
		t.Errorf("who was erased answers %d, want 404", code)
	}
}

func TestFormsNeverLeadToAnotherHost(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, to := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/\tevil", ""} {
		response, err := v.client.PostForm(v.origin+"/theme", url.Values{"theme": {"dark"}, "to": {to}})
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := response.Header.Get("Location"); got != "/" {
			t.Errorf("%q leads to %q, want /", to, got)
		}
	}
}

func TestStaticFilesAreKeptForEverUnderTheirHash(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, _ := v.get("/")
	assets := regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`).FindAllStringSubmatch(text, -1)
	if len(assets) < 5 {
		t.Fatalf("the page names %d static files", len(assets))
	}
	for _, match := range assets {
		response, err := v.client.Get(v.origin + match[1])
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK || !strings.Contains(response.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s answers %d and is kept %q", match[1], response.StatusCode, response.Header.Get("Cache-Control"))
		}
	}
	response, err := v.client.Get(v.origin + "/static/old/css/base.css")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK || strings.Contains(response.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("a file under an old hash answers %d, kept %q", response.StatusCode, response.Header.Get("Cache-Control"))
	}
}

func TestWatchersHearOfImportsAndOfTheirEnd(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{}).enter()
	text, _ := v.get("/sources/events")
	if want := "event: imports\ndata: []\n\nevent: rest\ndata: 0\n\n"; text != want {
		t.Errorf("at rest got %q, want %q", text, want)
	}
	running := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, running.origin+"/sources/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := running.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("got the type %q", got)
	}
	first := make([]byte, 400)
	n, err := io.ReadAtLeast(response.Body, first, 100)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(first[:n]), `"id":5,"state":"running","percent":22`) {
		t.Errorf("got %q", first[:n])
	}
}

func TestAWrongPasswordSaysOnlyThat(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1})
	text, code := v.post("/login", "email", "eve@example.org", "password", "guess")
	if code != http.StatusForbidden || !strings.Contains(text, "do not belong together") || !strings.Contains(text, `value="eve@example.org"`) {
		t.Errorf("got %d: %.300s", code, text)
	}
	v.post("/login", "email", "ines@example.org", "password", "gravity", "to", "/people")
	v.says("/", "Today")
	v.post("/logout")
	v.says("/", "Log in")
}

func TestNewKeysAreShownOnce(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, _ := v.post("/settings/keys", "id", "1", "source", "shop", "scope", "ingest")
	if !strings.Contains(text, "orr_ingest_") {
		t.Error("the new key is not shown")
	}
	if text, _ := v.get("/settings/keys"); strings.Contains(text, "orr_ingest_") {
		t.Error("the key is shown twice")
	}
}

func TestNewRefusesAConfigurationThatLacksSomething(t *testing.T) {
	t.Parallel()
	world := webtest.New(webtest.Options{})
	backend := world.Backend()
	backend.Uploads = nil
	if _, err := web.New(web.Config{Backend: backend, Log: slog.New(slog.DiscardHandler), Clock: world.Now}); err == nil {
		t.Error("got a handler without uploads")
	}
	if _, err := web.New(web.Config{Backend: world.Backend(), Log: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("got a handler without a clock")
	}
}
