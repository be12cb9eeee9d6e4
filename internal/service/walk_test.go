package service_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/api"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/service"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// gate is an installation with two planets, its doors open, and people of every
// role in front of them.
type gate struct {
	t        *testing.T
	system   *flow.System
	desk     *account.Desk
	keys     *account.Keys
	backend  web.Backend
	server   *httptest.Server
	planets  [2]orrery.Planet
	person   [2]orrery.MemberID // who orbits one alone
	imported [2]orrery.ImportID
}

// Canaries stand in names, texts and identities; whoever is not to see addresses
// must not meet them.
const (
	canary      = "canary"
	canaryPhone = "5550"
	otherPlanet = "zubenel"
)

func tableOf(planet string) string {
	var b strings.Builder
	b.WriteString("date,name,email,what,about,thread\n")
	at := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	for i := range 60 {
		who := i % 6
		name := fmt.Sprintf("%s Person %d", planet, who)
		if who == 1 {
			name = fmt.Sprintf("canary.name%d@trap.example", who) // a name that is an address
		}
		fmt.Fprintf(&b, "%s,%s,canary.%s%d@trap.example,review.posted,ask canary.text%d@trap.example or +49 30 5550 %04d about %s,t%d\n",
			at.AddDate(0, 0, i).Format(time.DateOnly), name, planet, who, i, 1000+i, planet, i%4)
	}
	fmt.Fprintf(&b, "not a day,Nobody,canary.skipped@trap.example,review.posted,%s,t1\n", planet)
	return b.String()
}

func openGate(t *testing.T) *gate {
	t.Helper()
	clock := func() time.Time { return time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC) }
	log := slog.New(slog.DiscardHandler)
	system, err := flow.Open(t.Context(), flow.Config{Dir: t.TempDir(), Clock: clock, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = system.Close(context.Background()) })
	g := &gate{t: t, system: system, keys: account.NewKeys(system.Storage(), clock)}
	g.desk = account.NewDesk(system.Storage(), g.keys, clock)
	desk := view.NewDesk(system)
	live := system.StartLive(flow.LiveLimits{})
	t.Cleanup(live.Stop)
	s, err := service.New(service.Config{
		System: system, Desk: desk, Accounts: g.desk, Keys: g.keys, Sources: sourcesOf(t, system, clock), Webhooks: webhooksOf(t, system, clock), Backups: backupsOf(t, system, clock),
		Live: live, Clock: clock, Log: log, Sample: func() flow.Sample { return flow.Sample{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	g.backend = s.Backend()
	for i, title := range []string{"Alder", "Zubenel"} {
		g.fill(i, title)
	}
	screens, err := web.New(web.Config{Backend: g.backend, Log: log, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	programs, err := api.New(api.Config{
		Ingest: noIngest{}, Journal: system, Books: system, Reader: desk, Keys: g.keys, Log: log, Clock: clock,
		Undo: func(context.Context, orrery.ImportID) (api.Undone, error) {
			return api.Undone{}, orrery.Errorf(orrery.Conflict, "not in this test")
		},
		Ready: func(context.Context) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, path := range []string{"/api/", "/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, programs)
	}
	mux.Handle("/", screens)
	g.server = httptest.NewServer(mux)
	t.Cleanup(g.server.Close)
	return g
}

type noIngest struct{}

func (noIngest) Ingest(context.Context, orrery.IngestSource, orrery.Told) (orrery.Receipt, error) {
	return orrery.Receipt{}, nil
}

// fill gives a planet people of its own.
func (g *gate) fill(i int, title string) {
	g.t.Helper()
	ctx, b := g.t.Context(), g.backend
	p, err := b.Setup.CreatePlanet(ctx, view.Account{}, title)
	if err != nil {
		g.t.Fatal(err)
	}
	g.planets[i] = orrery.Planet{ID: p.ID, Slug: p.Name}
	up, err := b.Uploads.Upload(ctx, view.Account{}, p.Name+".csv", strings.NewReader(tableOf(p.Name)))
	if err != nil {
		g.t.Fatal(err)
	}
	columns := []string{view.RoleWhen, view.RoleName, view.RoleEmail, view.RoleKind, view.RoleObject, view.RoleThread}
	g.imported[i], err = b.Imports.Start(ctx, view.Account{}, view.ImportPlan{Planet: p.ID, Upload: up.Token, Columns: columns})
	if err != nil {
		g.t.Fatal(err)
	}
	if done := ended(g.t, b, g.imported[i]); done.State != view.ImportDone || done.Added != 60 || done.Skipped != 1 {
		g.t.Fatalf("the import ended as %+v", done)
	}
	people, err := b.Reader.People(ctx, view.PeopleQuery{Planet: p.ID, Way: orrery.Strategies})
	if err != nil || len(people.Rows) < 5 {
		g.t.Fatalf("%d people (%v)", len(people.Rows), err)
	}
	g.person[i] = people.Rows[2].ID
	if err := b.People.Note(ctx, view.Account{Email: "canary.note@trap.example"}, g.person[i], "write to canary.note@trap.example of "+p.Name); err != nil {
		g.t.Fatal(err)
	}
	if _, err := b.Purposes.SavePurpose(ctx, view.Account{}, view.PurposeForm{
		Title: "More of " + title, Statement: "So that more come.", Planets: []orrery.PlanetID{p.ID}, Measures: []string{"count over kind=review.posted target 10 by 2027-06-30"},
	}); err != nil {
		g.t.Fatal(err)
	}
}

// enter returns the browser of a new colleague.
func (g *gate) enter(name string, access orrery.Access) *http.Client {
	g.t.Helper()
	owner := account.Account{Access: orrery.Unlimited()}
	token, err := g.desk.Invite(g.t.Context(), owner, name+"@team.example", access)
	if err != nil {
		g.t.Fatal(err)
	}
	session, err := g.desk.Join(g.t.Context(), token, name, "seven quiet lanterns")
	if err != nil {
		g.t.Fatal(err)
	}
	return g.browser(session.Token)
}

func (g *gate) browser(session string) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		g.t.Fatal(err)
	}
	at, _ := url.Parse(g.server.URL)
	if session != "" {
		jar.SetCookies(at, []*http.Cookie{{Name: "orrery", Value: session, Path: "/"}})
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// address fills a pattern with what is there around a planet.
func (g *gate) address(pattern string, i int) (method, to string) {
	method, path, _ := strings.Cut(pattern, " ")
	id := strconv.Itoa(int(g.person[i]))
	switch {
	case strings.HasPrefix(path, "/imports/"):
		id = strconv.Itoa(int(g.imported[i]))
	case strings.HasPrefix(path, "/circles/"):
		id = "1"
	case strings.HasPrefix(path, "/conversations/"):
		id = "00000000000000a1"
	}
	name := g.planets[i].Slug
	path = strings.NewReplacer("{$}", "", "{id}", id, "{other}", id, "{slug}", "more-of-"+name, "{platform}", "discourse",
		"{name}", "forum-"+name, "{origin}", "peer", "{number}", "1", "{room}", "1", "{token}", "none", "{code}", "none").Replace(path)
	return method, path + "?planet=" + name
}

func (g *gate) do(client *http.Client, method, to string, form url.Values) (int, string, http.Header) {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, g.server.URL+to, strings.NewReader(form.Encode()))
	if err != nil {
		g.t.Fatal(err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := client.Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusOK && strings.HasPrefix(to, "/live") { // goes on until somebody leaves
		line, err := bufio.NewReader(response.Body).ReadString('\n')
		if err != nil {
			g.t.Fatal(err)
		}
		return response.StatusCode, line, response.Header
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return response.StatusCode, string(body), response.Header
}

// unnamed are what the test has none of, so that it is not found by whom may look
// for it either.
var unnamed = []string{"{circle}", "/circles/{id}", "/conversations/{id}", "/introductions/{number}", "{slug}/trials", "/partners/{slug}", "{token}", "/sources/of/", "/sources/connect", "/with/{other}", "/settings/keys/revoke", "/go/", "/tasks/", "/lists/", "/account/sessions/", "/account/passkeys/", "/notes/{number}", "/reports/{kind}", "/settings/backups/{name}", "/invitations/", "/people/{account}", "/settings/webhooks/{name}", "/update/drop", "GET /system/people"}

func isUnnamed(pattern string) bool {
	for _, u := range unnamed {
		if strings.Contains(pattern, u) {
			return true
		}
	}
	return false
}

// spared are changes that would take the test's own ground away.
var spared = map[string]bool{
	"POST /welcome/sample": true, "POST /welcome/sample/remove": true, "POST /logout": true, "POST /imports/{id}/undo": true,
	"POST /sources/upload": true, "POST /settings/weights": true, "POST /account/sessions/{number}/end": true,
}

func TestEveryRouteAsksForItsRoleAroundItsPlanet(t *testing.T) {
	t.Parallel()
	g := openGate(t)
	stranger := g.browser("")
	for _, p := range web.Permissions() {
		method, to := g.address(p.Pattern, 0)
		code, body, header := g.do(stranger, method, to, url.Values{})
		switch {
		case p.Role == orrery.NoRole:
		case method == http.MethodGet && (code != http.StatusSeeOther || !strings.HasPrefix(header.Get("Location"), "/login")):
			t.Errorf("%s answers a stranger with %d", p.Pattern, code)
		case method == http.MethodPost && code != http.StatusForbidden:
			t.Errorf("%s answers a stranger with %d", p.Pattern, code)
		}
		if strings.Contains(body, canary) || strings.Contains(strings.ToLower(body), otherPlanet) {
			t.Errorf("%s shows a stranger something", p.Pattern)
		}
	}
	for role := orrery.Reader; role <= orrery.Owner; role++ {
		for scope := range 3 { // planets 0 and 1 alone, and all
			if role == orrery.Owner && scope < 2 {
				continue
			}
			grant := orrery.Grant{Role: role, Addresses: true}
			if scope < 2 {
				grant.Planet = g.planets[scope].ID
			}
			client := g.enter(fmt.Sprintf("%s%d", role, scope), orrery.Access{grant})
			for _, p := range web.Permissions() {
				for target := range 2 {
					g.knock(client, p, role, scope, target)
				}
			}
		}
	}
}

// knock asks for one route as somebody with a role and compares with the table.
func (g *gate) knock(client *http.Client, p web.Permission, role orrery.Role, scope, target int) {
	g.t.Helper()
	if p.Role == orrery.NoRole {
		return
	}
	method, to := g.address(p.Pattern, target)
	form := url.Values{}
	planet, person := strconv.Itoa(int(g.planets[target].ID)), strconv.Itoa(int(g.person[target]))
	switch {
	case strings.Contains(p.Pattern, "purposes"):
		form.Set("planet", planet)
	case p.Reach == "named":
		form.Set("id", planet)
	case p.Reach == "person" || p.Reach == "whole person":
		form = url.Values{"who": {person}, "with": {person}, "a": {person}, "b": {person}, "identity": {person}, "members": {person}}
	}
	allowed := role >= p.Role && (scope == 2 || scope == target && p.Reach != "installation")
	if (p.Reach == "none" || p.Reach == "self") && scope != target && scope != 2 {
		allowed = false // the address names a planet that they do not see
	}
	if allowed && spared[p.Pattern] {
		return
	}
	code, body, header := g.do(client, method, to, form)
	told := fmt.Sprintf("%s %s, as %s of %d", method, to, role, scope)
	login := strings.HasPrefix(header.Get("Location"), "/login")
	switch {
	case login:
		g.t.Errorf("%s: sent to log in", told)
	case allowed && (code == http.StatusForbidden || code == http.StatusNotFound && !isUnnamed(p.Pattern) || code >= 500):
		g.t.Errorf("%s: got %d, which the table allows: %.600s", told, code, mainOf(body))
	case !allowed && code != http.StatusForbidden && code != http.StatusNotFound:
		g.t.Errorf("%s: got %d, which the table forbids", told, code)
	}
	if scope == 0 && strings.Contains(strings.ToLower(strings.ReplaceAll(body, to, "")), otherPlanet) && target == 0 {
		g.t.Errorf("%s tells of the other planet: %s", told, around(body, otherPlanet))
	}
}

func mainOf(body string) string {
	if _, after, ok := strings.Cut(body, "<main"); ok {
		return after
	}
	return body
}

func around(body, what string) string {
	at := strings.Index(strings.ToLower(body), what)
	return body[max(0, at-120):min(len(body), at+80)]
}
