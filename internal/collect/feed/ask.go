package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/outward"
)

// ask fetches the feed unless nothing is new: then the text is nil.
func (c *Connector) ask(ctx context.Context, old cursor, next *cursor) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address.String(), nil)
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "%.80q is not the address of a feed", c.path)
	}
	request.Header.Set("Accept", "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5")
	request.Header.Set("User-Agent", "Orrery (+https://orrery.dev)")
	if old.ETag != "" {
		request.Header.Set("If-None-Match", old.ETag)
	}
	if old.Modified != "" {
		request.Header.Set("If-Modified-Since", old.Modified)
	}
	client := c.opt.Client
	if client == nil {
		client = NewClient(false)
		defer client.CloseIdleConnections()
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, unreached(ctx, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotModified {
		return nil, nil
	}
	if err := refused(answer.StatusCode); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostText+1))
	switch {
	case err != nil:
		return nil, unreached(ctx, err)
	case len(text) > mostText:
		return nil, orrery.Errorf(orrery.Invalid, "the feed is larger than %d MB, which no feed should be: ask for its newest entries only", mostText>>20)
	case len(text) == 0:
		return nil, orrery.Errorf(orrery.Invalid, "the address answers with nothing at all: is it that of a feed?")
	}
	next.ETag, next.Modified = short250(answer.Header.Get("ETag")), short250(answer.Header.Get("Last-Modified"))
	return text, nil
}

// short250 keeps what a server wants back, unless it is no such thing.
func short250(s string) string {
	if len(s) > 250 {
		return ""
	}
	return s
}

func unreached(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if told, ok := errors.AsType[*orrery.Error](err); ok {
		return told
	}
	return orrery.Errorf(orrery.Exhausted, "the feed cannot be reached now: check the address, and try again later (%w)", err)
}

func refused(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return orrery.Errorf(orrery.Denied, "the feed may not be read (%d): use an address that is open to all", status)
	case status == http.StatusNotFound, status == http.StatusGone:
		return orrery.Errorf(orrery.NotFound, "there is no feed at the address (%d): check it", status)
	case status == http.StatusTooManyRequests, status >= 500:
		return orrery.Errorf(orrery.Exhausted, "the server cannot answer now (%d): try again later", status)
	default:
		return orrery.Errorf(orrery.Invalid, "the address answers with %d and not with a feed: check it", status)
	}
}

// NewClient returns a client for one import: it waits a minute at most, follows
// three redirects, and goes to no address of this machine or its network unless
// private says so. It decides on the address that a name resolved to, so that no
// later answer of a name server changes it.
func NewClient(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: 15 * time.Second, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("dial %s: %w", address, err)
		}
		return allowed(at.Addr(), private)
	}}
	return &http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 1 << 20, TLSHandshakeTimeout: 15 * time.Second},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > 3 {
				return orrery.Errorf(orrery.Invalid, "the address sends from page to page, more than three times: check it")
			}
			return nil
		},
	}
}

func allowed(addr netip.Addr, private bool) error {
	addr = addr.Unmap().WithZone("")
	switch place := outward.PlaceOf(addr); {
	case place == outward.Public, place == outward.Own && private:
		return nil
	case place == outward.Own:
		return orrery.Errorf(orrery.Denied, "the address leads into your own network (%s), which is refused unless you say --private", addr)
	}
	return orrery.Errorf(orrery.Denied, "the address leads to %s, where no feed is", addr)
}
