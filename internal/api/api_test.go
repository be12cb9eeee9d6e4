package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/api"
	"orrery.dev/orrery/internal/flow"
)

const activities = "/api/v1/activities"

func TestAKeyOpensWhatItIsFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	allowed := map[account.Scope][]account.Scope{
		account.Ingest: {account.Ingest}, account.Read: {account.Read}, account.Admin: {account.Ingest, account.Read, account.Admin},
	}
	for _, route := range api.Routes() {
		fields := strings.Fields(route)
		method, path, needed := fields[0], strings.ReplaceAll(fields[1], "{id}", "1"), account.Scope("")
		if len(fields) > 2 {
			needed = account.Scope(fields[2])
		}
		for _, refused := range []struct{ what, key string }{
			{"no key", ""}, {"nonsense", "orr_admin_x_y_00000000"}, {"another scheme", "Basic"},
		} {
			got := w.ask(t, refused.key, method, path, "{}", "Cookie", "orrery="+w.key[account.Admin])
			if needed == "" && got.Code != http.StatusOK || needed != "" && got.Code != http.StatusUnauthorized {
				t.Errorf("%s with %s: got status %d", route, refused.what, got.Code)
			}
			if needed != "" && got.Header().Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %s: no WWW-Authenticate", route, refused.what)
			}
		}
		for scope, opens := range allowed {
			got := w.ask(t, string(scope), method, path, "{}")
			opened := got.Code != http.StatusForbidden && got.Code != http.StatusUnauthorized
			want := needed == ""
			for _, o := range opens {
				want = want || o == needed
			}
			if opened != want {
				t.Errorf("%s with a key for %s: got status %d", route, scope, got.Code)
			}
		}
	}
}

func TestActivitiesComeInManyShapes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(lines(40, 50))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, body, media string
		headers           []string
		added, skipped    int
	}{
		{"lines", lines(0, 10), "application/x-ndjson", nil, 10, 0},
		{"lines without a type, blank ones between", "\n" + line(10) + "\r\n\n" + line(11), "", nil, 2, 0},
		{"an array", "[" + line(12) + " , " + line(13) + "]", "application/json", nil, 2, 0},
		{"an empty array", "[ ]", "application/json", nil, 0, 0},
		{"wrapped", `{ "activities" : [` + line(14) + "]}\n", "application/json; charset=utf-8", nil, 1, 0},
		{"one over several lines", strings.Replace(line(15), ",", ",\n", 1), "application/json", nil, 1, 0},
		{"packed", zipped.String(), "application/x-ndjson", []string{"Content-Encoding", "gzip"}, 10, 0},
		{"some are wrong", line(16) + "\n{\n" + line(17, `,"colour":"red"`), "application/x-ndjson", nil, 1, 2},
		{"one of them too early", line(18) + "\n" + strings.Replace(line(19), "2026", "1969", 1), "application/x-ndjson", nil, 1, 1},
		{"a comma in a text", `[` + line(20, `,"name":"a,b]}\""`) + `]`, "application/json", nil, 1, 0},
	}
	for _, test := range tests {
		got := want(t, test.name, w.ask(t, "ingest", "POST", activities, test.body, append(test.headers, "Content-Type", test.media)...), 200, "POST", activities)
		if got["added"] != float64(test.added) || got["skipped"] != float64(test.skipped) || got["duplicates"] != 0.0 {
			t.Errorf("%s: got %v, want %d added and %d skipped", test.name, got, test.added, test.skipped)
		}
	}
	got := want(t, "again", w.ask(t, "ingest", "POST", activities, lines(0, 12)), 200, "POST", activities)
	if got["added"] != 0.0 || got["duplicates"] != 12.0 {
		t.Errorf("the same again: got %v, want 12 duplicates", got)
	}
	problem := want(t, "all wrong", w.ask(t, "ingest", "POST", activities, "{}\n[]\n"), 422, "POST", activities)
	if rows, _ := problem["errors"].([]any); len(rows) != 2 {
		t.Errorf("got %v, want two errors", problem)
	}
}

func TestBodiesThatAreTooMuchAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 40 {
		if _, err := z.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, body string
		headers    []string
		status     int
	}{
		{"9 MB", strings.Repeat(" ", 9<<20), nil, 413},
		{"40 KB that expand to 40 MB", bomb.String(), []string{"Content-Encoding", "gzip"}, 413},
		{"no gzip", lines(0, 1), []string{"Content-Encoding", "gzip"}, 422},
		{"cut gzip", bomb.String()[:bomb.Len()/2], []string{"Content-Encoding", "gzip"}, 422},
		{"an encoding of others", lines(0, 1), []string{"Content-Encoding", "br"}, 422},
		{"10,001 activities", strings.Repeat("{}\n", 10_001), nil, 422},
		{"deep values", "[" + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "]", nil, 422},
		{"deep values in an activity", line(0, `,"x_deep":`+strings.Repeat("[", 50)+strings.Repeat("]", 50)), nil, 422},
		{"an array without end", "[" + line(0), nil, 422},
		{"something behind the array", "[" + line(0) + "] []", nil, 422},
		{"nothing", " \n", nil, 422},
		{"a wrapper with more in it", `{"activities":[],"planet":"x"}`, nil, 422},
	}
	for _, test := range tests {
		want(t, test.name, w.ask(t, "ingest", "POST", activities, test.body, test.headers...), test.status, "POST", activities)
	}
	got := w.ask(t, "read", "GET", "/metrics", "")
	if !strings.Contains(got.Body.String(), "orrery_body_bytes 0\n") {
		t.Errorf("bodies still hold memory: %s", got.Body)
	}
}

func TestTheSameIdempotencyKeyIsAnsweredTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	first := w.ask(t, "ingest", "POST", activities, lines(0, 3), "Idempotency-Key", "k1")
	again := w.ask(t, "ingest", "POST", activities, lines(0, 3), "Idempotency-Key", "k1")
	want(t, "first", first, 200, "POST", activities)
	want(t, "again", again, 200, "POST", activities)
	if first.Body.String() != again.Body.String() || again.Header().Get("Idempotent-Replay") != "true" {
		t.Errorf("got %s, then %s", first.Body, again.Body)
	}
	want(t, "something else", w.ask(t, "ingest", "POST", activities, lines(3, 4), "Idempotency-Key", "k1"), 409, "POST", activities)
	other := want(t, "another's key", w.ask(t, "admin", "POST", activities+"?planet=night-radio", lines(0, 3), "Idempotency-Key", "k1"), 200, "POST", activities)
	if other["duplicates"] != 3.0 {
		t.Errorf("got %v: keys are each caller's own", other)
	}
	want(t, "refused", w.ask(t, "ingest", "POST", activities, "{}", "Idempotency-Key", "k2"), 422, "POST", activities)
	want(t, "mended", w.ask(t, "ingest", "POST", activities, lines(5, 6), "Idempotency-Key", "k2"), 200, "POST", activities)
}

func TestAKeyOfAPlanetSeesNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	want(t, "radio", w.ask(t, "admin", "POST", activities+"?planet=night-radio", lines(0, 5)), 200, "POST", activities)
	shopper := strings.ReplaceAll(lines(100, 105), `"p`, `"s`)
	want(t, "shop", w.ask(t, "admin", "POST", activities+"?planet=day-shop", shopper), 200, "POST", activities)
	want(t, "no planet named", w.ask(t, "admin", "POST", activities, lines(0, 1)), 422, "POST", activities)

	shop := w.newKey(t, account.Key{Scope: account.Admin, Planet: w.shop.ID, Source: "till"})
	get := func(path, route string) map[string]any {
		return want(t, path, w.ask(t, shop, "GET", path, ""), 200, "GET", route)
	}
	for _, path := range []string{activities, "/api/v1/members", "/api/v1/planets"} {
		want(t, path, w.ask(t, shop, "GET", path+"?planet=night-radio", ""), 404, "GET", path)
	}
	if got := w.ask(t, shop, "GET", activities+"?limit=0", "").Body.String(); strings.Count(got, "\n") != 5 || strings.Contains(got, "night-radio") {
		t.Errorf("got the activities\n%s", got)
	}
	if planets := get("/api/v1/planets", "/api/v1/planets")["planets"].([]any); len(planets) != 1 {
		t.Errorf("got the planets %v", planets)
	}
	if imports := get("/api/v1/imports", "/api/v1/imports")["imports"].([]any); len(imports) != 1 {
		t.Errorf("got the imports %v", imports)
	}
	members := get("/api/v1/members", "/api/v1/members")["members"].([]any)
	if len(members) == 0 || at(members[0], "planet") != "day-shop" {
		t.Fatalf("got the members %v", members)
	}
	profile := get(fmt.Sprintf("/api/v1/members/%v", at(members[0], "id")), "/api/v1/members/{id}")
	if len(profile["identities"].([]any)) != 0 || len(profile["orbits"].([]any)) != 1 {
		t.Errorf("got the person %v", profile)
	}
	want(t, "a stranger", w.ask(t, shop, "GET", "/api/v1/members/1", ""), 404, "GET", "/api/v1/members/{id}")
	want(t, "another's import", w.ask(t, shop, "POST", "/api/v1/imports/1/undo", ""), 404, "POST", "/api/v1/imports/{id}/undo")
	want(t, "a new planet", w.ask(t, shop, "POST", "/api/v1/planets", `{"planet":"third"}`), 403, "POST", "/api/v1/planets")
	got := want(t, "an activity elsewhere", w.ask(t, shop, "POST", activities, line(200)+"\n"+line(201, `,"planet":"night-radio"`)), 200, "POST", activities)
	if got["added"] != 1.0 || got["skipped"] != 1.0 {
		t.Errorf("got %v, want the one around another planet skipped", got)
	}
	if imports := get("/api/v1/imports", "/api/v1/imports")["imports"].([]any); at(imports[0], "source") != "till" {
		t.Errorf("got the imports %v, want the newest of the key's source", imports)
	}
}

func TestReadsHavePagesAndETags(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	for i := range 4 {
		want(t, "in", w.ask(t, "ingest", "POST", activities, lines(i*25, i*25+25)), 200, "POST", activities)
	}
	stream := w.ask(t, "read", "GET", activities+"?limit=0", "").Body.String()
	if strings.Count(stream, "\n") != 100 {
		t.Fatalf("the stream holds %d activities", strings.Count(stream, "\n"))
	}
	pages, cursor := "", ""
	for more := "true"; more == "true"; {
		got := w.ask(t, "read", "GET", activities+"?limit=30&cursor="+cursor, "")
		want(t, "page", got, 200, "GET", activities)
		pages += got.Body.String()
		cursor, more = got.Header().Get("Orrery-Cursor"), got.Header().Get("Orrery-More")
	}
	if pages != stream {
		t.Error("the pages are not the stream")
	}
	want(t, "later", w.ask(t, "ingest", "POST", activities, line(500)), 200, "POST", activities)
	if got := w.ask(t, "read", "GET", activities+"?cursor="+cursor, "").Body.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"a500"`) {
		t.Errorf("the cursor of the end goes on with %q", got)
	}

	members, next := 0, ""
	for {
		got := want(t, "members", w.ask(t, "read", "GET", "/api/v1/members?planet=night-radio&limit=3&cursor="+next, ""), 200, "GET", "/api/v1/members")
		members += len(got["members"].([]any))
		if got["next"] == nil {
			break
		}
		next = got["next"].(string)
	}
	if members != 7 {
		t.Errorf("got %d members over the pages, want 7", members)
	}
	all := want(t, "everywhere", w.ask(t, "read", "GET", "/api/v1/members?limit=0", ""), 200, "GET", "/api/v1/members")
	if list := all["members"].([]any); len(list) != 7 || len(at(list[0], "orbits").([]any)) != 1 {
		t.Errorf("got %v", all)
	}
	past := want(t, "as of", w.ask(t, "read", "GET", "/api/v1/members?planet=night-radio&as_of=2026-11-02", ""), 200, "GET", "/api/v1/members")
	if past["as_of"] != "2026-11-02" {
		t.Errorf("got %v, want an answer for 2 November", past["as_of"])
	}
	for _, path := range []string{
		activities, "/api/v1/members", "/api/v1/members?planet=night-radio", "/api/v1/members/1", "/api/v1/planets", "/api/v1/imports",
		"/api/v1/imports/1", "/api/v1/imports/1/skipped", "/api/openapi.json",
	} {
		first := w.ask(t, "read", "GET", path, "")
		tag := first.Header().Get("ETag")
		if first.Code != 200 || tag == "" {
			t.Errorf("%s: got status %d, ETag %q: %s", path, first.Code, tag, first.Body)
		}
		if again := w.ask(t, "read", "GET", path, "", "If-None-Match", `"x", W/`+tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s again: got status %d and %d bytes", path, again.Code, again.Body.Len())
		}
	}
	for _, path := range []string{
		activities + "?cursor=x", activities + "?limit=-1", "/api/v1/members?cursor=m-1", "/api/v1/members?limit=x",
		"/api/v1/members?as_of=yesterday", "/api/v1/imports?limit=99999",
	} {
		route, _, _ := strings.Cut(path, "?")
		want(t, path, w.ask(t, "read", "GET", path, ""), 422, "GET", route)
	}
}

func TestImportsAreShownAndTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	want(t, "in", w.ask(t, "ingest", "POST", activities, lines(0, 5)+"{}\n"+strings.Replace(line(9), "2026", "1969", 1)), 200, "POST", activities)
	one := want(t, "import", w.ask(t, "read", "GET", "/api/v1/imports/1", ""), 200, "GET", "/api/v1/imports/{id}")
	if one["added"] != 5.0 || one["source"] != "api/night-radio" || one["planet"] != "night-radio" || one["skipped"] != 1.0 {
		t.Errorf("got %v", one)
	}
	skipped := want(t, "skipped", w.ask(t, "read", "GET", "/api/v1/imports/1/skipped", ""), 200, "GET", "/api/v1/imports/{id}/skipped")
	if list := skipped["skipped"].([]any); len(list) != 1 {
		t.Errorf("got %v, want what was stored of the one that came too early", skipped)
	}
	undone := want(t, "undo", w.ask(t, "admin", "POST", "/api/v1/imports/1/undo", ""), 200, "POST", "/api/v1/imports/{id}/undo")
	if undone["activities"] != 5.0 {
		t.Errorf("got %v", undone)
	}
	want(t, "undo twice", w.ask(t, "admin", "POST", "/api/v1/imports/1/undo", ""), 409, "POST", "/api/v1/imports/{id}/undo")
	want(t, "no import", w.ask(t, "read", "GET", "/api/v1/imports/77", ""), 404, "GET", "/api/v1/imports/{id}")
	again := want(t, "in again", w.ask(t, "ingest", "POST", activities, lines(0, 5)), 200, "POST", activities)
	if again["added"] != 5.0 || at(again["imports"].([]any)[0]) == 1.0 {
		t.Errorf("got %v, want five in another import", again)
	}
}

func TestPlanetsAreMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	const path = "/api/v1/planets"
	want(t, "one", w.ask(t, "admin", "POST", path, `{"planet":"third","title":"The Third","rhythm_days":90}`), 201, "POST", path)
	want(t, "the same", w.ask(t, "admin", "POST", path, `{"planet":"third"}`), 409, "POST", path)
	for _, body := range []string{
		`{"planet":"Third Planet"}`, `{"planet":"x","rhythm_days":31}`, `{"planet":"x","planet":"y"}`, `{"Planet":"x"}`,
		`{"planet":"x","rank":"admin"}`, `{"planet":7}`, `[]`, `{"planet":"x"`, `{"planet":"x"} {}`, ``,
	} {
		want(t, body, w.ask(t, "admin", "POST", path, body), 422, "POST", path)
	}
	list := want(t, "list", w.ask(t, "read", "GET", path, ""), 200, "GET", path)
	if planets := list["planets"].([]any); len(planets) != 3 || at(planets[2], "title") != "The Third" {
		t.Errorf("got %v", list)
	}
}

type full struct{}

func (full) Error() string             { return "" }
func (full) RetryAfter() time.Duration { return 2500 * time.Millisecond }

type failing struct{ error }

func (f failing) Ingest(context.Context, orrery.IngestSource, orrery.Told) (orrery.Receipt, error) {
	return orrery.Receipt{}, f.error
}

func TestErrorsAreProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	w.handler = w.serve(t, failing{orrery.Errorf(orrery.Exhausted, "wait%w", full{})})
	busy := w.ask(t, "ingest", "POST", activities, line(0))
	want(t, "too much", busy, 429, "POST", activities)
	if busy.Header().Get("Retry-After") != "3" {
		t.Errorf("got Retry-After %q, want 3", busy.Header().Get("Retry-After"))
	}
	w.handler = w.serve(t, failing{errors.New("secret path /etc/x")})
	broken := w.ask(t, "ingest", "POST", activities, line(0))
	if broken.Code != 500 || strings.Contains(broken.Body.String(), "secret") || broken.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d %s", broken.Code, broken.Body)
	}
	if got := w.ask(t, "read", "GET", "/api/v2/nothing", ""); got.Code != 404 || got.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("an unknown address: got %d %s", got.Code, got.Body)
	}
	if got := w.ask(t, "read", "DELETE", "/api/v1/planets", ""); got.Code != 405 || got.Header().Get("Allow") != "GET, POST" {
		t.Errorf("an unknown method: got %d, Allow %q", got.Code, got.Header().Get("Allow"))
	}
}

func TestMetricsCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	want(t, "in", w.ask(t, "ingest", "POST", activities, lines(0, 5)+"{}"), 200, "POST", activities)
	got := w.ask(t, "read", "GET", "/metrics", "").Body.String()
	for _, line := range []string{
		`orrery_requests_total{route="POST /api/v1/activities",status="2xx"} 1`,
		`orrery_request_seconds_count{route="POST /api/v1/activities"} 1`,
		`orrery_activities_total{result="added"} 5`, `orrery_activities_total{result="refused"} 1`,
		`orrery_waiting_activities 0`, `more_total 1`,
	} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("%s is missing in\n%s", line, got)
		}
	}
}

// TestOverloadLosesNothing hands in far more than may wait, and counts.
func TestOverloadLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := newWorld(t, dir, flow.LiveLimits{Activities: 400})
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	refused := 0
	var all sync.WaitGroup
	for client := range 40 {
		all.Go(func() {
			chance := rand.New(rand.NewPCG(uint64(client), 1))
			for request := range 10 {
				from := (client*10 + request) * 100
				var body strings.Builder
				for i := from; i < from+100; i++ {
					body.WriteString(line(i) + "\n")
				}
				if chance.IntN(8) == 0 { // a repeat of what somebody else sends
					body.WriteString(line(chance.IntN(1 + from)))
				}
				got := w.ask(t, "ingest", "POST", activities, body.String())
				mu.Lock()
				switch got.Code {
				case http.StatusOK:
					for i := from; i < from+100; i++ {
						acknowledged[fmt.Sprint("a", i)] = true
					}
				case http.StatusTooManyRequests:
					refused++
					if got.Header().Get("Retry-After") == "" {
						t.Error("429 without Retry-After")
					}
				default:
					t.Errorf("got %d %s", got.Code, got.Body)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if refused == 0 || len(acknowledged) == 0 {
		t.Fatalf("%d requests were refused and %d activities acknowledged: this was no overload", refused, len(acknowledged))
	}
	stored := map[string]bool{}
	if err := w.system.Export(t.Context(), 0, func(a *orrery.Activity) error {
		if stored[a.ExternalID] {
			t.Errorf("%s is stored twice", a.ExternalID)
		}
		stored[a.ExternalID] = true
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for id := range acknowledged {
		if !stored[id] {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
	c, err := w.system.Check(t.Context())
	if err != nil || c.LiveHash != c.RebuiltHash {
		t.Errorf("the field is not what the journal says: %v", err)
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"[]", "[,]", "[1,2]", `{"activities":[{}]}`, "{}\n{}", `["a\"]",{}]`, "[", "[[", `{"activities":`, "[\"\\"} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, body []byte, lines bool) {
		parts, err := api.Split(body, lines)
		if err != nil && orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("got %v, want Invalid", err)
		}
		total := 0
		for _, part := range parts {
			total += len(part)
		}
		if total > len(body) {
			t.Errorf("%d bytes became %d", len(body), total)
		}
	})
}
