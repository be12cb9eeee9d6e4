package e2e

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

// unwalked are the routes that the walk past every page does not open, each with
// why. Some that are "not opened yet" are looked at on journeys of other tests;
// a route leaves this list when pages gets an address of it.
var unwalked = map[string]string{
	"GET /search/suggest":                   "data for the search field",
	"GET /map/data":                         "data for the map",
	"GET /map/names":                        "data for the map",
	"GET /p/{slug}/badge.svg":               "a picture",
	"GET /p/{slug}/feed.json":               "data",
	"GET /go/{code}":                        "leads elsewhere",
	"GET /enter/{token}":                    "leads elsewhere",
	"GET /login":                            "looked at by whoever is not logged in",
	"GET /settings/backups/{name}/download": "a file",
	"GET /partners/{slug}/trials/{name}":    "a file",

	"GET /imports/{id}/skipped":            "not opened yet",
	"GET /join/{token}":                    "not opened yet",
	"GET /live":                            "data for pages that are open",
	"GET /reports/{kind}/{name}":           "not opened yet",
	"GET /room/{token}":                    "not opened yet",
	"GET /settings/backups/{name}/restore": "not opened yet",
	"GET /settings/restored/{token}":       "not opened yet",
	"GET /settings/webhooks/{name}":        "not opened yet",
	"GET /settings/weights/try":            "not opened yet",
	"GET /settle":                          "not opened yet",
	"GET /sources/connect/{platform}":      "looked at where sources are connected",
	"GET /sources/columns/{token}":         "not opened yet",
	"GET /sources/events":                  "data for pages that are open",
	"GET /sources/of/{name}":               "not opened yet",
	"GET /sources/of/{name}/change":        "not opened yet",
	"GET /sources/of/{name}/delete":        "not opened yet",
	"GET /tasks/new":                       "not opened yet",
	"GET /tasks/{number}":                  "not opened yet",
	"GET /welcome":                         "not opened yet",
}

var pageRoute = regexp.MustCompile(`\{"(GET /[^"]*)"`)

func TestEveryRouteOfAPageIsWalkedOrNamed(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../internal/web/routes.go")
	if err != nil {
		t.Fatal(err)
	}
	table := http.NewServeMux()
	known := map[string]bool{}
	for _, found := range pageRoute.FindAllStringSubmatch(string(source), -1) {
		if !strings.HasSuffix(found[1], ".csv") {
			known[found[1]] = true
		}
		table.Handle(found[1], http.NotFoundHandler())
	}
	if len(known) < 50 {
		t.Fatalf("the table of routes holds %d pages: it is not read well", len(known))
	}
	walked := map[string]bool{}
	for _, p := range pages {
		path := p.path
		for _, place := range places {
			path = strings.Replace(path, place.name, place.like, 1)
		}
		request, err := http.NewRequest(http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, pattern := table.Handler(request)
		walked[pattern] = true
	}
	for pattern := range known {
		if !walked[pattern] && unwalked[pattern] == "" {
			t.Errorf("%s is neither among pages, so that its page is looked at, nor among unwalked", pattern)
		}
	}
	for pattern := range unwalked {
		switch {
		case !known[pattern]:
			t.Errorf("%s is among unwalked, and there is no such route", pattern)
		case walked[pattern]:
			t.Errorf("%s is among unwalked, and is walked", pattern)
		}
	}
}
