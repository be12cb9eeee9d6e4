package github

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
)

const (
	perPage     = 100
	maxAnswer   = 64 << 20 // bytes
	maxTries    = 4        // of one question
	longestWait = 2 * time.Minute
)

// client asks GitHub's REST API. It waits where GitHub asks it to, if that is
// not for long, and asks again where a server failed.
type client struct {
	http  *http.Client
	base  *url.URL
	token string
	now   func() time.Time
	wait  func(context.Context, time.Duration) error
}

// answer is what GitHub said.
type answer struct {
	status int // 200, 304, 404, 410 or 422
	body   []byte
	etag   string
	next   string // address of the page behind it, or empty
}

// read decodes the answer's body.
func (a *answer) read(v any) error {
	if err := json.Unmarshal(a.body, v); err != nil {
		return fmt.Errorf("reading GitHub's answer: %w", err)
	}
	return nil
}

// address makes a question of a path below the API's address.
func (c *client) address(path string, query url.Values) string {
	u := c.base.JoinPath(path)
	u.RawQuery = query.Encode()
	return u.String()
}

// get asks one question. etag may be what an earlier answer had: then the status
// is 304 where nothing changed, which costs none of the allowance.
func (c *client) get(ctx context.Context, address, etag string) (*answer, error) {
	for try := 1; ; try++ {
		a, pause, err := c.ask(ctx, address, etag, try)
		if err == nil && pause == 0 {
			return a, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if pause == 0 || try == maxTries {
			return nil, err
		}
		if err := c.wait(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// ask asks once. Where it is worth asking again it says how long to wait before,
// and what is wrong if that never helps.
func (c *client) ask(ctx context.Context, address, etag string, try int) (a *answer, pause time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, 0, fmt.Errorf("asking %s: %w", address, err)
	}
	request.Header.Set("Accept", "application/vnd.github+json")
	if strings.HasSuffix(request.URL.Path, "/stargazers") {
		request.Header.Set("Accept", "application/vnd.github.star+json") // with times
	}
	request.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	request.Header.Set("User-Agent", "Orrery")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	again := time.Second << (try - 1)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, again, orrery.Errorf(orrery.Exhausted, "GitHub cannot be reached at %s: %w; the next reading tries again", c.base.Host, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, again, orrery.Errorf(orrery.Exhausted, "GitHub's answer was cut off: %w; the next reading tries again", err)
	}
	switch s := response.StatusCode; {
	case s == http.StatusOK, s == http.StatusNotModified, s == http.StatusNotFound, s == http.StatusGone, s == http.StatusUnprocessableEntity:
		next, err := c.next(response.Header)
		return &answer{status: s, body: body, etag: response.Header.Get("ETag"), next: next}, 0, err
	case s == http.StatusUnauthorized:
		return nil, 0, orrery.Errorf(orrery.Denied, "GitHub does not accept the access token: it may have expired; make a new one and enter it here")
	case s == http.StatusForbidden, s == http.StatusTooManyRequests:
		return c.refused(response, body)
	case s >= 500:
		return nil, again, orrery.Errorf(orrery.Exhausted, "GitHub has a fault of its own (status %d): the next reading goes on from here", s)
	default:
		return nil, 0, orrery.Errorf(orrery.Invalid, "GitHub answered with status %d at %s: check the repository and the API address", s, c.base.Host)
	}
}

// refused tells a limit, which passes, from a question that may not be asked.
func (c *client) refused(response *http.Response, body []byte) (*answer, time.Duration, error) {
	h := response.Header
	var pause time.Duration
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	switch {
	case err == nil && seconds >= 0:
		pause = time.Duration(min(seconds, 24*60*60)) * time.Second
	case h.Get("X-RateLimit-Remaining") == "0":
		reset, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
		if err != nil {
			pause = time.Hour
		} else {
			pause = time.Unix(reset, 0).Sub(c.now())
		}
	case response.StatusCode == http.StatusTooManyRequests, strings.Contains(strings.ToLower(string(body)), "rate limit"):
		pause = time.Minute // as GitHub advises where it names no time
	default:
		return nil, 0, orrery.Errorf(orrery.Denied, "GitHub does not let this token read %s: give it read access to Metadata, Contents, Issues and Pull requests of the repository", response.Request.URL.Path)
	}
	pause = max(pause, time.Second)
	advice := "; with an access token it answers 5,000 an hour"
	if c.token != "" {
		advice = ""
	}
	exhausted := orrery.Errorf(orrery.Exhausted, "GitHub answers no more questions until %s: what was read is kept, and the next reading goes on from there%s",
		c.now().Add(pause).UTC().Format("15:04 UTC"), advice)
	if pause > longestWait {
		pause = 0
	}
	return nil, pause, exhausted
}

// next finds the page behind this one. Only the server that was asked may name
// it, for the token goes along.
func (c *client) next(h http.Header) (string, error) {
	for link := range strings.SplitSeq(strings.Join(h.Values("Link"), ","), ",") {
		target, params, ok := strings.Cut(link, ">")
		if !ok || !strings.Contains(params, `rel="next"`) {
			continue
		}
		u, err := url.Parse(strings.TrimPrefix(strings.TrimSpace(target), "<"))
		if err != nil || u.Scheme != c.base.Scheme || u.Host != c.base.Host {
			return "", orrery.Errorf(orrery.Invalid, "GitHub names a page of another server than %s: check the API address", c.base.Host)
		}
		return u.String(), nil
	}
	return "", nil
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
