package discourse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"orrery.dev/orrery"
)

const (
	// pace is the time between two requests: forums allow guests 200 a minute.
	pace = 300 * time.Millisecond
	// patience is the longest that a forum may ask to wait.
	patience = 2 * time.Minute
	// tries is how often one page is asked for.
	tries = 5
	// maxPage is how many bytes a page may have.
	maxPage = 16 << 20
)

// client asks a forum, no faster than it allows. It is used by one goroutine.
type client struct {
	http      *http.Client
	key, user string
	wait      func(context.Context, time.Duration) error
	asked     bool
}

// get reads the JSON at an address into v. same says that it is what had the
// ETag known.
func (c *client) get(ctx context.Context, address, known string, v any) (etag string, same bool, err error) {
	if c.asked {
		if err := c.wait(ctx, pace); err != nil {
			return "", false, err
		}
	}
	c.asked = true
	for try := 1; ; try++ {
		etag, same, pause, err := c.once(ctx, address, known, v)
		if pause == 0 || try == tries || pause > patience {
			return etag, same, err
		}
		if err := c.wait(ctx, pause); err != nil {
			return "", false, err
		}
	}
}

// once asks one time. Where asking again may help, it returns how long to wait
// before, beside the error.
func (c *client) once(ctx context.Context, address, known string, v any) (etag string, same bool, pause time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", false, 0, fmt.Errorf("ask %s: %w", address, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "Orrery")
	if known != "" {
		req.Header.Set("If-None-Match", known)
	}
	if c.key != "" {
		req.Header.Set("Api-Key", c.key)
		req.Header.Set("Api-Username", c.user)
	}
	res, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return "", false, 0, ctx.Err()
		}
		return "", false, 0, orrery.Errorf(orrery.Exhausted, "the forum does not answer: %w; check its address, or try later", err)
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotModified && known != "":
		return known, true, 0, nil
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode >= 500:
		return "", false, retryAfter(res.Header, res.StatusCode),
			orrery.Errorf(orrery.Exhausted, "the forum answers %s: it goes on from here the next time", res.Status)
	case res.StatusCode == http.StatusForbidden || res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusUnauthorized:
		return "", false, 0, c.closed(res.Status)
	case res.StatusCode != http.StatusOK:
		return "", false, 0, orrery.Errorf(orrery.Invalid, "the forum answers %s: check its address, with https:// and the folder if it lives in one", res.Status)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxPage)).Decode(v); err != nil {
		if ctx.Err() != nil {
			return "", false, 0, ctx.Err()
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return "", false, time.Second, orrery.Errorf(orrery.Exhausted, "the forum's answer ends early: it goes on from here the next time")
		}
		return "", false, 0, orrery.Errorf(orrery.Invalid, "%s does not answer as a Discourse forum does: check the address (%w)", address, err)
	}
	return res.Header.Get("ETag"), false, 0, nil
}

func (c *client) closed(status string) error {
	if c.key == "" {
		return orrery.Errorf(orrery.Denied, "the forum shows its posts to members only (%s): enter an API key with the scope posts: list", status)
	}
	return orrery.Errorf(orrery.Denied, "the forum does not take the API key (%s): it may be revoked, of another user, or without the scope posts: list", status)
}

// retryAfter returns how long a forum asks to wait, in 1 s to patience and more.
func retryAfter(h http.Header, status int) time.Duration {
	if s, err := strconv.Atoi(h.Get("Retry-After")); err == nil && s > 0 && s < 1<<20 {
		return time.Duration(s) * time.Second
	}
	if at, err := http.ParseTime(h.Get("Retry-After")); err == nil {
		if d := time.Until(at); d > time.Second {
			return d
		}
	}
	if status == http.StatusTooManyRequests {
		return 10 * time.Second
	}
	return 2 * time.Second
}

// sleep waits, or ends with the context.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
