package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// How pages are asked for: as many a second as fifty colleagues who click once a
// second would, evenly over the kinds of pages that links lead to.
const (
	pagesPerSecond = 50
	pagesPerKind   = 20 // different addresses of a kind
	pagesFor       = 60 * time.Second
	pagesWarm      = 10 * time.Minute // at most, until studies are there
	pagesLimit     = 150 * time.Millisecond
)

// benchPages starts the command over a world, follows links to find every kind
// of page, and asks for them at a steady rate whatever comes back.
func benchPages(ctx context.Context, b *bench, n int) error {
	w, err := b.worldOf(ctx, n)
	if err != nil {
		return err
	}
	if err := w.rest(ctx); err != nil {
		return err
	}
	site, stop, err := visit(ctx, w.dir)
	if err != nil {
		return err
	}
	defer stop()
	kinds, err := site.crawl(ctx)
	if err != nil {
		return err
	}
	if err := site.warm(ctx, kinds); err != nil {
		return err
	}
	took, err := site.load(ctx, kinds)
	if err != nil {
		return err
	}
	names := make([]string, 0, len(took))
	var all []time.Duration
	for name, times := range took {
		slices.Sort(times)
		names = append(names, name)
		all = append(all, times...)
	}
	slices.SortFunc(names, func(a, c string) int {
		return cmp.Or(cmp.Compare(p95(took[c]), p95(took[a])), strings.Compare(a, c))
	})
	slices.Sort(all)
	for _, name := range names {
		if err := b.report(pageMeasure(name, n, took[name])); err != nil {
			return err
		}
	}
	if err := b.report(pageMeasure("all pages", n, all)); err != nil {
		return err
	}
	return b.report(measure{Name: "pages that did not come", N: n, Value: float64(site.failed), Unit: "pages", Baseline: float64(len(all)), limit: "pages asked for"})
}

func pageMeasure(name string, n int, sorted []time.Duration) measure {
	return measure{
		Name: name, N: n, Value: milliseconds(p95(sorted)), Unit: "ms p95", Baseline: milliseconds(pagesLimit),
		limit: fmt.Sprintf("150 ms; median %s ms, slowest %s, of %d", figure(milliseconds(sorted[len(sorted)/2])), figure(milliseconds(sorted[len(sorted)-1])), len(sorted)),
	}
}

func p95(sorted []time.Duration) time.Duration { return sorted[len(sorted)*95/100] }

// site is a running server, somebody logged in.
type site struct {
	origin string
	client *http.Client
	failed int // pages that did not come in load
}

// visit starts the command over a folder and enters by its one-time link.
func visit(ctx context.Context, dir string) (*site, func(), error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find this command: %w", err)
	}
	serving := exec.CommandContext(ctx, self, "serve", "--json", "--addr", "127.0.0.1:0", "--data", dir) //nolint:gosec // ourselves
	serving.Stderr = os.Stderr
	serving.Cancel = func() error { return serving.Process.Signal(os.Interrupt) }
	out, err := serving.StdoutPipe()
	if err == nil {
		err = serving.Start()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("start the server: %w", err)
	}
	stop := func() {
		_ = serving.Process.Signal(os.Interrupt)
		_ = serving.Wait() // it was told to
	}
	var ready readyLine
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil {
		stop()
		return nil, nil, fmt.Errorf("wait for the server: %w", err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		stop()
		return nil, nil, err
	}
	s := &site{origin: ready.URL, client: &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 2 * pagesPerSecond}}}
	_, _, err = s.get(ctx, strings.TrimPrefix(ready.Link, ready.URL))
	if err != nil && !errors.Is(err, errNoPage) { // it may be loading
		stop()
		return nil, nil, err
	}
	return s, stop, nil
}

var (
	errNoPage = errors.New("no page")
	errMaking = fmt.Errorf("asked to come again: %w", errNoPage)
)

// get returns a page and how long it took to its last byte.
func (s *site) get(ctx context.Context, at string) (body []byte, took time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.origin+at, http.NoBody)
	if err != nil {
		return nil, 0, err
	}
	began := time.Now()
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, 0, fmt.Errorf("ask for %s: %w", at, err)
	}
	defer answer.Body.Close() //nolint:errcheck // read whole
	if body, err = io.ReadAll(answer.Body); err != nil {
		return nil, 0, fmt.Errorf("read %s: %w", at, err)
	}
	switch {
	case answer.Header.Get("Retry-After") != "":
		return body, time.Since(began), fmt.Errorf("%s: %w", at, errMaking)
	case answer.StatusCode != http.StatusOK:
		return body, time.Since(began), fmt.Errorf("%s answers %d: %w", at, answer.StatusCode, errNoPage)
	}
	return body, time.Since(began), nil
}

var (
	linked = regexp.MustCompile(`href="(/[^"#]*)`)
	digits = regexp.MustCompile(`[0-9]+`)
	// What is no page of today: days past, which are made when they are first asked
	// for, files, exports, streams and ways out.
	noPage = regexp.MustCompile(`[?&]as_of=|^/(static|assets|enter|login|logout|p/|go/|api/)|\.(csv|json|svg|png|css|js|woff2)(\?|$)|/events`)
)

// kindOf is an address without what tells one page of its kind from another.
func kindOf(at string) string {
	where, query, _ := strings.Cut(at, "?")
	var asked []string
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if name != "" && name != "planet" {
			if name == "preset" || name == "view" {
				name += "=" + value
			}
			asked = append(asked, name)
		}
	}
	kind := digits.ReplaceAllString(path.Clean(where), "N")
	if len(asked) > 0 {
		slices.Sort(asked)
		kind += "?" + strings.Join(slices.Compact(asked), "&")
	}
	return kind
}

// crawl follows links, three deep, to some addresses of each kind.
func (s *site) crawl(ctx context.Context) (map[string][]string, error) {
	kinds := make(map[string][]string)
	next := []string{"/"}
	for at := range 8 { // people far out, too
		next = append(next, fmt.Sprintf("/people?cursor=%d", (at+1)*5_000))
	}
	seen := make(map[string]bool)
	for range 3 {
		var found []string
		for _, at := range next {
			kind := kindOf(at)
			if seen[at] || noPage.MatchString(at) || len(kinds[kind]) >= pagesPerKind {
				continue
			}
			seen[at] = true
			body, _, err := s.settled(ctx, at)
			if errors.Is(err, errNoPage) {
				continue // of a past that there is none of, or forbidden
			} else if err != nil {
				return nil, err
			}
			kinds[kind] = append(kinds[kind], at)
			for _, match := range linked.FindAllSubmatch(body, -1) {
				found = append(found, strings.ReplaceAll(string(match[1]), "&amp;", "&"))
			}
		}
		next = found
	}
	return kinds, nil
}

// settled asks again while a page is being made.
func (s *site) settled(ctx context.Context, at string) ([]byte, time.Duration, error) {
	for began := time.Now(); ; {
		body, took, err := s.get(ctx, at)
		if !errors.Is(err, errMaking) || time.Since(began) > pagesWarm {
			return body, took, err
		}
		if err := pause(ctx, time.Second); err != nil {
			return nil, 0, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// warm asks for every kind until none says that something is being reckoned.
func (s *site) warm(ctx context.Context, kinds map[string][]string) error {
	for began := time.Now(); time.Since(began) < pagesWarm; {
		making := false
		for _, list := range kinds {
			body, _, err := s.settled(ctx, list[0])
			if err != nil && !errors.Is(err, errNoPage) {
				return err
			}
			making = making || strings.Contains(string(body), "being reckoned")
		}
		if !making {
			return nil
		}
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
	return nil
}

// load asks for a page each fiftieth of a second, whether or not the last has
// come, and returns how long the pages of each kind took.
func (s *site) load(ctx context.Context, kinds map[string][]string) (map[string][]time.Duration, error) {
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	chance := rand.New(rand.NewPCG(benchSeed, 9))
	took := make(map[string][]time.Duration, len(names))
	var mu sync.Mutex
	group, asking := errgroup.WithContext(ctx)
	tick := time.NewTicker(time.Second / pagesPerSecond)
	defer tick.Stop()
	for range int(pagesFor.Seconds()) * pagesPerSecond {
		select {
		case <-asking.Done():
			return nil, cmp.Or(group.Wait(), ctx.Err())
		case <-tick.C:
		}
		name := names[chance.IntN(len(names))]
		at := kinds[name][chance.IntN(len(kinds[name]))]
		group.Go(func() error {
			_, d, err := s.get(asking, at)
			if err != nil && !errors.Is(err, errNoPage) {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				s.failed++
			}
			took[name] = append(took[name], d)
			return nil
		})
	}
	return took, group.Wait()
}
