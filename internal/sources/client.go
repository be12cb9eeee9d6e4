package sources

import (
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/outward"
)

// Bounds of what is asked of the world.
const (
	requestPatience = 2 * time.Minute // for one request with its body
	answerPatience  = 45 * time.Second
	answerBytes     = 64 << 20 // of one body, unpacked
	maxRedirects    = 5
)

// outbound is the client of one source: it has its limits, goes to no address
// that it must not, and remembers when the platform wants to be asked again.
type outbound struct {
	private bool // loopback and private addresses are allowed
	clock   func() time.Time
	base    *http.Transport

	mu    sync.Mutex
	again time.Time // the platform said: not before
}

func newOutbound(private bool, clock func() time.Time) *outbound {
	o := &outbound{private: private, clock: clock}
	o.base = outward.NewTransport(o.allowed, answerPatience)
	return o
}

// client returns the HTTP client that a connector gets.
func (o *outbound) client() *http.Client {
	return &http.Client{Transport: o, Timeout: requestPatience, CheckRedirect: redirect}
}

// close ends idle connections.
func (o *outbound) close() { o.base.CloseIdleConnections() }

// notBefore is when the platform wants to be asked again; zero: it did not say.
func (o *outbound) notBefore() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.again
}

// RoundTrip does one request.
func (o *outbound) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("User-Agent") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", "Orrery (+https://orrery.dev)")
	}
	answer, err := o.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	o.note(answer)
	answer.Body = &capped{ReadCloser: answer.Body, left: answerBytes}
	return answer, nil
}

// note remembers when a platform that is asked too often wants to be asked
// again.
func (o *outbound) note(answer *http.Response) {
	now := o.clock()
	var again time.Time
	if text := answer.Header.Get("Retry-After"); text != "" && answer.StatusCode >= 400 {
		if seconds, err := strconv.ParseInt(text, 10, 32); err == nil && seconds >= 0 {
			again = now.Add(time.Duration(seconds) * time.Second)
		} else if at, err := http.ParseTime(text); err == nil {
			again = at
		}
	}
	if answer.StatusCode == http.StatusForbidden || answer.StatusCode == http.StatusTooManyRequests {
		if answer.Header.Get("X-RateLimit-Remaining") == "0" {
			if at, err := strconv.ParseInt(answer.Header.Get("X-RateLimit-Reset"), 10, 64); err == nil {
				again = later(again, time.Unix(at, 0))
			}
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.again = later(o.again, again)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// capped ends a body that is larger than anything a platform has to say.
type capped struct {
	io.ReadCloser
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		if n, err := c.ReadCloser.Read(make([]byte, 1)); n == 0 {
			return 0, err
		}
		return 0, orrery.Errorf(orrery.Invalid, "the platform answered with more than %d MB at once, which no page of it should be", answerBytes>>20)
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.ReadCloser.Read(p)
	c.left -= int64(n)
	return n, err
}

// kept are the headers that may follow a redirect to another host: no token may.
var kept = []string{"Accept", "Accept-Language", "User-Agent", "If-None-Match", "If-Modified-Since"}

func redirect(r *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return orrery.Errorf(orrery.Invalid, "the platform sends from address to address, more than %d times: check the address", maxRedirects)
	}
	first := via[0].URL
	if first.Scheme == "https" && r.URL.Scheme != "https" {
		return orrery.Errorf(orrery.Invalid, "the platform sends from https to an address without: check the address")
	}
	if r.URL.Host != first.Host {
		from := r.Header
		r.Header = http.Header{}
		for _, name := range kept {
			if v := from.Values(name); len(v) > 0 {
				r.Header[name] = v
			}
		}
	}
	return nil
}

// allowed refuses addresses that lead to this machine or into its network,
// unless the source says that its platform runs there; and always those that
// lead nowhere, to everybody, or to a cloud's own service (link-local).
func (o *outbound) allowed(addr netip.Addr) error {
	switch place := outward.PlaceOf(addr); {
	case place == outward.Public, o.private && place != outward.Nowhere:
		return nil
	case place == outward.Nowhere:
		return orrery.Errorf(orrery.Denied, "the address leads to %s, where no platform answers", addr.Unmap().WithZone(""))
	}
	return orrery.Errorf(orrery.Denied, "the address leads into your own network (%s), which is refused unless the source says that its platform runs there", addr.Unmap().WithZone(""))
}
