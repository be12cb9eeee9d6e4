package service_test

import (
	"bufio"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

const quiet = "seven quiet lanterns"

// numbered finds an account's number.
func (g *gate) numbered(email string) account.Account {
	g.t.Helper()
	list, err := g.desk.List(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	for _, a := range list {
		if a.Email == email {
			return a
		}
	}
	g.t.Fatalf("there is no account %s", email)
	return account.Account{}
}

func TestWhatSomebodyIsLoggedInWithEndsAtOnce(t *testing.T) {
	t.Parallel()
	g := openGate(t)
	g.enter("keeper", orrery.Unlimited())
	limited := orrery.Access{{Planet: g.planets[0].ID, Role: orrery.Reader}}
	for _, test := range []struct {
		name string
		end  func(context.Context, account.Account) error
		keys bool // end, too
	}{
		{"another password", func(ctx context.Context, a account.Account) error {
			return g.desk.SetPassword(ctx, a.Email, "nine loud lanterns")
		}, true},
		{"a lower role", func(ctx context.Context, a account.Account) error {
			return g.desk.SetAccess(ctx, orrery.Unlimited(), a.ID, limited)
		}, true},
		{"removal", func(ctx context.Context, a account.Account) error {
			return g.desk.SetAccess(ctx, orrery.Unlimited(), a.ID, nil)
		}, true},
		{"being logged out everywhere", func(ctx context.Context, a account.Account) error {
			return g.desk.EndSessions(ctx, orrery.Unlimited(), a.ID)
		}, false},
	} {
		name := strings.ReplaceAll(test.name, " ", "-")
		client := g.enter(name, orrery.Unlimited())
		who := g.numbered(name + "@team.example")
		key, _, err := g.keys.Create(t.Context(), account.Key{Scope: account.Read, Account: who.ID})
		if err != nil {
			t.Fatal(err)
		}
		path := "/people?planet=" + g.planets[0].Slug
		if code, _, _ := g.do(client, http.MethodGet, path, nil); code != http.StatusOK {
			t.Fatalf("%s: before, the page answers %d", test.name, code)
		}
		if code, _ := g.call(key, http.MethodGet, "/api/v1/planets"); code != http.StatusOK {
			t.Fatalf("%s: before, the key is answered with %d", test.name, code)
		}
		if err := test.end(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		if code, _, header := g.do(client, http.MethodGet, path, nil); code != http.StatusSeeOther || !strings.HasPrefix(header.Get("Location"), "/login") {
			t.Errorf("%s: the next page answers %d", test.name, code)
		}
		if code, _, _ := g.do(client, http.MethodPost, "/people/"+strconv.Itoa(int(g.person[0]))+"/note?planet="+g.planets[0].Slug, url.Values{"text": {"still here"}}); code != http.StatusForbidden {
			t.Errorf("%s: the next change is answered with %d", test.name, code)
		}
		code, _ := g.call(key, http.MethodGet, "/api/v1/planets")
		if ended := code == http.StatusUnauthorized; ended != test.keys {
			t.Errorf("%s: the key is answered with %d", test.name, code)
		}
	}
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	g := openGate(t)
	owner := account.Account{Access: orrery.Unlimited()}
	reader := orrery.Access{{Role: orrery.Reader}}
	invite := func(name string) string {
		t.Helper()
		token, err := g.desk.Invite(t.Context(), owner, name+"@team.example", reader)
		if err != nil {
			t.Fatal(err)
		}
		return "/join/" + token
	}
	form := url.Values{"name": {"Bo"}, "password": {quiet}}

	at := invite("bo")
	if code, _, _ := g.do(g.browser(""), http.MethodPost, at, form); code != http.StatusSeeOther {
		t.Errorf("joining is answered with %d", code)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if code, body, _ := g.do(g.browser(""), method, at, form); code != http.StatusForbidden || strings.Contains(body, "bo@team") {
			t.Errorf("%s of an invitation that was taken is answered with %d", method, code)
		}
	}

	at = invite("two")
	var joined atomic.Int32
	var all sync.WaitGroup
	for range 6 {
		client := g.browser("")
		all.Go(func() {
			if code, _, _ := g.do(client, http.MethodPost, at, form); code == http.StatusSeeOther {
				joined.Add(1)
			}
		})
	}
	all.Wait()
	if joined.Load() != 1 {
		t.Errorf("one invitation let %d in at once, want one", joined.Load())
	}

	// Who is logged in as another becomes who was invited, and nobody else's role changes.
	at = invite("cy")
	client := g.enter("dee", orrery.Access{{Role: orrery.Steward}})
	if code, _, _ := g.do(client, http.MethodPost, at, form); code != http.StatusSeeOther {
		t.Errorf("joining while logged in as another is answered with %d", code)
	}
	if _, body, _ := g.do(client, http.MethodGet, "/settings", nil); strings.Contains(body, "dee@team.example") {
		t.Error("the browser is still logged in as before")
	}
	if a := g.numbered("dee@team.example"); a.Access.On(0).Role != orrery.Steward {
		t.Errorf("the other has %v now", a.Access)
	}
	if a := g.numbered("cy@team.example"); a.Access.On(0).Role != orrery.Reader || a.Access.On(0).Addresses {
		t.Errorf("the invited has %v", a.Access)
	}

	// A known address keeps its password: an invitation takes nobody's account over.
	at = invite("dee")
	if code, _, _ := g.do(g.browser(""), http.MethodPost, at, url.Values{"password": {"another one lantern"}}); code != http.StatusForbidden {
		t.Errorf("taking somebody's account over is answered with %d", code)
	}
	if code, _, _ := g.do(g.browser(""), http.MethodPost, at, url.Values{"password": {quiet}}); code != http.StatusSeeOther {
		t.Errorf("the password that the account has is answered with %d", code)
	}
}

// Who steers one planet is told the same whether an address has an account on
// another or none at all, and so is who tries to log in.
func TestNoAnswerTellsWhetherAnAddressHasAnAccount(t *testing.T) {
	t.Parallel()
	g := openGate(t)
	g.enter("elsewhere", orrery.Access{{Planet: g.planets[1].ID, Role: orrery.Steward}})
	steering := g.enter("steering", orrery.Access{{Planet: g.planets[0].ID, Role: orrery.Admin, Addresses: true}})
	names := []string{"elsewhere@team.example", "xlsewhere@team.example"}
	here := "?planet=" + g.planets[0].Slug
	ask := func(client *http.Client, method, to string, form func(email string) url.Values) {
		t.Helper()
		var answers [2]string
		for i, email := range names {
			code, body, _ := g.do(client, method, to, form(email))
			body = strings.ReplaceAll(body, email, "EMAIL")
			if at := strings.Index(body, "/join/"); at > 0 { // the token differs, as it must
				body = body[:at] + body[at+strings.IndexByte(body[at:], '<'):]
			}
			answers[i] = http.StatusText(code) + body
		}
		if answers[0] != answers[1] {
			t.Errorf("%s %s tells a known address from an unknown one", method, to)
		}
	}
	ask(g.browser(""), http.MethodPost, "/login", func(email string) url.Values {
		return url.Values{"email": {email}, "password": {"wrong lanterns here"}}
	})
	if _, body, _ := g.do(steering, http.MethodGet, "/settings/people"+here, nil); strings.Contains(body, "elsewhere") {
		t.Error("the list of colleagues shows somebody of another planet")
	}
	// each invitation is taken back, so that the lists are alike
	var waiting [2]string
	for i, email := range names {
		code, body, _ := g.do(steering, http.MethodPost, "/settings/people"+here, url.Values{"email": {email}, "role": {"reader"}, "planet": {strconv.Itoa(int(g.planets[0].ID))}})
		if code != http.StatusOK {
			t.Fatalf("inviting is answered with %d", code)
		}
		_, after, _ := strings.Cut(body, "/join/")
		token, _, _ := strings.Cut(after, "<")
		_, page, _ := g.do(g.browser(""), http.MethodGet, "/join/"+token, nil)
		waiting[i] = strings.NewReplacer(email, "EMAIL", token, "TOKEN").Replace(page)
	}
	if waiting[0] != waiting[1] {
		t.Error("an invitation tells a known address from an unknown one before it is taken")
	}
}

// reading is an installation in which an import never ends.
type reading struct{ web.Imports }

func (reading) Sources(context.Context) (view.Sources, error) {
	return view.Sources{Imports: []view.Import{{ID: 1, State: view.ImportRunning}}}, nil
}

// A page that watches an import is told nothing more once its session has ended.
func TestAnOpenStreamEndsWithItsSession(t *testing.T) {
	t.Parallel()
	g := openGate(t)
	b := g.backend
	b.Imports = reading{b.Imports}
	screens, err := web.New(web.Config{Backend: b, Log: slog.New(slog.DiscardHandler), Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	g.server.Config.Handler = screens
	client := g.enter("watching", orrery.Unlimited())
	g.enter("keeper", orrery.Unlimited())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.server.URL+"/sources/events?planet="+g.planets[0].Slug, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewScanner(response.Body)
	if !lines.Scan() || lines.Text() != "event: imports" {
		t.Fatalf("the stream begins with %q", lines.Text())
	}
	if err := g.desk.SetAccess(t.Context(), orrery.Unlimited(), g.numbered("watching@team.example").ID, nil); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		if lines.Text() == "event: rest" {
			t.Fatal("the import ended, so that the test tried nothing")
		}
	}
	if ctx.Err() != nil {
		t.Error("the stream went on after the session had ended")
	}
}

// A thousand tries from one place are turned away before a password is looked at;
// somebody at another place comes in meanwhile.
func TestAFloodOfLoginsKeepsNobodyElseOut(t *testing.T) {
	t.Parallel()
	g := openGate(t)
	g.enter("ada", orrery.Unlimited())
	inside := g.server.Config.Handler
	g.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		place := netip.MustParseAddr("192.0.2.7")
		if r.Header.Get("X-Place") != "" {
			place = netip.MustParseAddr(r.Header.Get("X-Place"))
		}
		inside.ServeHTTP(w, r.WithContext(account.WithRemote(r.Context(), place)))
	})
	var turned atomic.Int32
	var all sync.WaitGroup
	for i := range 8 {
		client := g.browser("")
		all.Go(func() {
			for n := range 125 {
				code, _, _ := g.do(client, http.MethodPost, "/login", url.Values{"email": {strconv.Itoa(i*125+n) + "@team.example"}, "password": {"wrong lanterns here"}})
				if code == http.StatusTooManyRequests {
					turned.Add(1)
				}
			}
		})
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.server.URL+"/login", strings.NewReader(url.Values{"email": {"ada@team.example"}, "password": {quiet}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Place", "198.51.100.9")
	response, err := g.browser("").Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusSeeOther {
		t.Errorf("from another place, logging in is answered with %d", response.StatusCode)
	}
	all.Wait()
	if n := turned.Load(); n < 950 {
		t.Errorf("%d of 1,000 tries from one place were turned away, want all but some thirty", n)
	}
}
