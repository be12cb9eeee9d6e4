package service_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/api"
	"orrery.dev/orrery/internal/web"
)

// wanted are queries that a page answers differently.
var wanted = map[string][]string{
	"GET /people":         {"&preset=all", "&q=canary", "&q=canary.alder2%40trap.example", "&q=trap.example"},
	"GET /people.csv":     {"&preset=all"},
	"GET /map":            {"&view=table", "&around=person", "&around=purpose:more-of-alder"},
	"GET /search":         {"&q=canary", "&q=canary.alder2%40trap.example", "&q=canary.text3%40trap.example", "&q=canary.alder2%40"},
	"GET /search/suggest": {"&q=canary.alder2%40trap.example", "&q=canary.ald%40"},
	"GET /map/names":      {"&v=1&of=1,2,3"},
}

func TestWhoIsToSeeNoAddressesMeetsNone(t *testing.T) {
	t.Parallel()
	g := openGate(t)
	blind := g.enter("blind", orrery.Access{{Role: orrery.Admin}})
	seeing := g.enter("seeing", orrery.Access{{Role: orrery.Owner, Addresses: true}})
	met := 0
	for _, p := range web.Permissions() {
		method, to := g.address(p.Pattern, 0)
		if method != http.MethodGet {
			continue
		}
		for _, query := range append([]string{""}, wanted[p.Pattern]...) {
			if p.Pattern == "GET /people" || strings.HasPrefix(p.Pattern, "GET /search") {
				g.sameFor(blind, to+query, query)
			}
			code, body, header := g.do(blind, method, to+query, url.Values{})
			for name, values := range header {
				body += name + ": " + strings.Join(values, " ")
			}
			asked := body
			if _, q, ok := strings.Cut(query, "q="); ok { // what they typed is theirs
				plain, _ := url.QueryUnescape(q)
				asked = strings.NewReplacer(q, "", plain, "").Replace(body)
			}
			for _, secret := range []string{canary + ".", "@trap", "%40trap", canaryPhone} {
				if strings.Contains(asked, secret) {
					t.Errorf("%s (%d) shows %q: %s", to+query, code, secret, around(asked, secret))
				}
			}
			if _, body, _ := g.do(seeing, method, to+query, url.Values{}); query == "" && strings.Contains(body, canary+".") {
				met++
			}
		}
	}
	if met < 8 {
		t.Errorf("only %d pages show addresses to who may see them: the test looks at too little", met)
	}
	for _, scope := range []account.Scope{account.Read, account.Admin} {
		whole, _, err := g.keys.Create(t.Context(), account.Key{Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range api.Permissions() {
			method, to := g.address(p.Pattern, 0)
			if method != http.MethodGet {
				continue
			}
			if code, body := g.call(whole, method, to); strings.Contains(body, canary) || strings.Contains(body, "trap.example") || strings.Contains(body, canaryPhone) {
				t.Errorf("%s (%d) shows a key an address: %s", to, code, around(body, canary))
			}
		}
	}
}

// sameFor checks that looking for an address that is there finds as little as
// looking for one that is not.
func (g *gate) sameFor(client *http.Client, to, query string) {
	g.t.Helper()
	if !strings.Contains(query, "%40") {
		return
	}
	_, there, _ := g.do(client, http.MethodGet, to, url.Values{})
	other := strings.NewReplacer("canary", "nobody").Replace(query)
	_, missing, _ := g.do(client, http.MethodGet, strings.TrimSuffix(to, query)+other, url.Values{})
	plain := func(s string) string {
		return strings.NewReplacer("canary", "", "nobody", "").Replace(s)
	}
	if plain(there) != plain(missing) {
		g.t.Errorf("%s answers otherwise than the same of somebody who is not there", to)
	}
}

func (g *gate) call(key, method, to string) (int, string) {
	g.t.Helper()
	request, err := http.NewRequestWithContext(g.t.Context(), method, g.server.URL+to, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := g.server.Client().Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var b strings.Builder
	buf := make([]byte, 64<<10)
	for {
		n, err := response.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return response.StatusCode, b.String()
		}
	}
}
