package service_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/service"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

var large = flag.Bool("large", false, "bench pages with a million people, too; needs minutes and 8 GB")

var benchNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// crowd is a connector over a world of so many people, ten activities each.
type crowd int

func (crowd) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "bulk", Name: "bulk", Planet: "bulk", Origin: "made up"}, nil
}

func (n crowd) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	for a := range simulate.Bulk(1, int(n), 10*int(n), orrery.DayOf(benchNow)) {
		a.Planet = ""
		a.Actor.Name = "Number " + strings.TrimPrefix(a.Actor.Value, "u") + " of the crowd"
		if err := to.Activity(ctx, a); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// door is the screens over an installation, with a visitor who is logged in.
type door struct {
	handler http.Handler
	cookies []*http.Cookie
}

func open(b *testing.B, people int) *door {
	b.Helper()
	clock := func() time.Time { return benchNow }
	log := slog.New(slog.DiscardHandler)
	system, err := flow.Open(b.Context(), flow.Config{Dir: b.TempDir(), Clock: clock, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = system.Close(context.Background()) })
	if _, err := system.Import(b.Context(), crowd(people), flow.ImportPlan{}); err != nil {
		b.Fatal(err)
	}
	accounts := account.NewDesk(system.Storage(), account.NewKeys(system.Storage(), clock), clock)
	live := system.StartLive(flow.LiveLimits{})
	b.Cleanup(live.Stop)
	s, err := service.New(service.Config{
		Live:   live,
		System: system, Desk: view.NewDesk(system), Accounts: accounts, Keys: account.NewKeys(system.Storage(), clock), Sources: sourcesOf(b, system, clock), Webhooks: webhooksOf(b, system, clock), Backups: backupsOf(b, system, clock),
		Clock: clock, Log: log, Sample: func() flow.Sample { return flow.Sample{} },
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Stop)
	handler, err := web.New(web.Config{Backend: s.Backend(), Log: log, Clock: clock})
	if err != nil {
		b.Fatal(err)
	}
	token, err := accounts.NewLink(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	d := &door{handler: handler}
	entered := httptest.NewRecorder()
	handler.ServeHTTP(entered, httptest.NewRequest(http.MethodGet, web.EntryPath(token), nil))
	d.cookies = entered.Result().Cookies()
	return d
}

// get returns a page, or nothing while it is being made.
func (d *door) get(b *testing.B, path string) string {
	b.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for _, c := range d.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	if w.Code == http.StatusServiceUnavailable {
		return ""
	}
	if w.Code != http.StatusOK {
		b.Fatalf("%s answers %d: %.300s", path, w.Code, w.Body)
	}
	body, err := io.ReadAll(w.Body)
	if err != nil {
		b.Fatal(err)
	}
	return string(body)
}

// Server time of each page, warm; p95-ms is what the limit of 150 is about.
func BenchmarkPages(b *testing.B) {
	sizes := []int{1_000, 100_000}
	if *large {
		sizes = append(sizes, 1_000_000)
	}
	for _, people := range sizes {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			d := open(b, people)
			began := time.Now()
			first := d.get(b, "/")
			waited := time.Since(began)
			for whole := first; whole == ""; whole = d.get(b, "/") {
			}
			b.Logf("%d people: first answer after %v, whole %v, after %v", people,
				waited.Round(time.Millisecond), first != "", time.Since(began).Round(time.Millisecond))
			pages := pagesOf(people)
			for at := 0; at < people; at += people / 100 {
				found := listed.FindStringSubmatch(d.get(b, fmt.Sprintf("/people?cursor=%d", at)))
				if found == nil {
					break // the rest is out of orbit
				}
				pages["person"] = append(pages["person"], found[1])
			}
			for name, paths := range pages {
				b.Run("page="+name, func(b *testing.B) {
					d.get(b, paths[0])
					var took []time.Duration
					for b.Loop() {
						began := time.Now()
						d.get(b, paths[len(took)%len(paths)])
						took = append(took, time.Since(began))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
				})
			}
		})
	}
}

// listed is the address of the first person on a page of the list.
var listed = regexp.MustCompile(`<th scope="row"><a class="cut" href="(/people/\d+)"`)

// pagesOf lists addresses of each kind of page: people near and far, searches
// that find many, few and nobody.
func pagesOf(people int) map[string][]string {
	var active []string
	for i := range 100 { // ids are given out as people are first seen: the most active have the lowest
		active = append(active, fmt.Sprintf("/people/%d", i+1))
	}
	return map[string][]string{
		"today": {"/"}, "map": {"/map"}, "map-data": {"/map/data"}, "map-table": {"/map?view=table"},
		"people":          {"/people", "/people?preset=rising", "/people?preset=drifting", "/people?preset=new", "/people?preset=quiet", "/people?preset=others"},
		"people-deep":     {fmt.Sprintf("/people?cursor=%d", people/2), fmt.Sprintf("/people?cursor=%d", people-people/10)},
		"people-filtered": {"/people?level=edge&way=conversation", "/people?level=core", "/people?preset=drifting&way=commerce"},
		"people-search":   {"/people?q=crowd", "/people?q=number+99", "/people?q=u12345", "/people?q=nobody+is+called+this"},
		"person-active":   active, "sources": {"/sources"}, "settings": {"/settings"},
	}
}
