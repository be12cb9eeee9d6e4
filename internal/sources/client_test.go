package sources

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
)

// inside are ways to write addresses that must not be dialled. A dialer is asked
// for each, as a connector would.
var inside = []string{
	"127.0.0.1", "127.1", "127.255.255.254", "0.0.0.0", "0", "[::]", "[::1]", "localhost", "localhost.", "LOCALHOST", "[::ffff:127.0.0.1]",
	"[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1.1",
	"[fc00::1]", "[fd12:3456:789a::1]", "169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "100.64.0.1", "100.127.255.255",
	"[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[::7f00:1]", "[2001::1]", "224.0.0.1", "[ff02::1]", "255.255.255.255",
	"192.0.0.1", "198.18.0.1", "240.0.0.1", "①②⑦.⓪.⓪.①", "127.0.0.1.", "",
}

func TestNothingInsideIsDialled(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	port := server.Listener.Addr().String()
	port = port[strings.LastIndex(port, ":"):]
	client := newOutbound(false, time.Now).client()
	for _, host := range inside {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+port+"/", nil)
		if err != nil {
			cancel()
			continue // not even an address
		}
		answer, err := client.Do(r)
		if err == nil {
			_ = answer.Body.Close()
			t.Errorf("%q was reached", host)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%q was dialled: %v", host, err)
		}
		cancel()
	}
}

func TestWhichAddressesAreAllowed(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]struct{ outside, own bool }{
		"93.184.216.34": {true, true}, "2606:2800:220:1::1": {true, true}, "::ffff:93.184.216.34": {true, true},
		"127.0.0.1": {false, true}, "::1": {false, true}, "10.1.2.3": {false, true}, "fd00::1": {false, true}, "100.64.3.3": {false, true}, "::ffff:10.0.0.1": {false, true},
		"169.254.169.254": {false, false}, "fe80::1%eth0": {false, false}, "0.0.0.0": {false, false}, "::": {false, false}, "224.0.0.1": {false, false},
		"64:ff9b::a00:1": {false, false}, "::ffff:169.254.169.254": {false, false}, "2002:a00:1::": {false, false},
	} {
		at := netip.MustParseAddr(addr)
		if got := newOutbound(false, time.Now).allowed(at) == nil; got != want.outside {
			t.Errorf("%s from outside: got %v, want %v", addr, got, want.outside)
		}
		if got := newOutbound(true, time.Now).allowed(at) == nil; got != want.own {
			t.Errorf("%s in our own network: got %v, want %v", addr, got, want.own)
		}
	}
	if err := newOutbound(false, time.Now).allowed(netip.MustParseAddr("10.0.0.1")); orrery.CodeOf(err) != orrery.Denied || !strings.Contains(err.Error(), "your own network") {
		t.Errorf("it is refused with %v", err)
	}
}

func TestATokenDoesNotFollowToAnotherHost(t *testing.T) {
	t.Parallel()
	var seen http.Header
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r.Header }))
	defer other.Close()
	hops := 0
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/round":
			hops++
			http.Redirect(w, r, "/round", http.StatusFound)
		}
	}))
	defer first.Close()
	client := newOutbound(true, time.Now).client()
	ask := func(path string) error {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, first.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Api-Key", "secret")
		r.Header.Set("Authorization", "Bearer secret")
		r.Header.Set("Accept", "application/json")
		answer, err := client.Do(r)
		if err == nil {
			_ = answer.Body.Close()
		}
		return err
	}
	if err := ask("/away"); err != nil {
		t.Fatal(err)
	}
	if seen.Get("X-Api-Key") != "" || seen.Get("Authorization") != "" || seen.Get("Accept") != "application/json" || !strings.HasPrefix(seen.Get("User-Agent"), "Orrery") {
		t.Errorf("another host saw %v", seen)
	}
	if err := ask("/round"); err == nil || hops != maxRedirects+1 || orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("round and round %d times: %v", hops, err)
	}
	r := &http.Request{URL: &url.URL{Scheme: "http", Host: "a"}, Header: http.Header{}}
	if redirect(r, []*http.Request{{URL: &url.URL{Scheme: "https", Host: "a"}}}) == nil {
		t.Error("from https it follows to an address without")
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestABodyHasAnEnd(t *testing.T) {
	t.Parallel()
	if n, err := io.Copy(io.Discard, &capped{io.NopCloser(endless{}), 1 << 20}); n != 1<<20 || orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("read %d bytes: %v", n, err)
	}
	if n, err := io.Copy(io.Discard, &capped{io.NopCloser(strings.NewReader(strings.Repeat("x", 100))), 100}); n != 100 || err != nil {
		t.Errorf("of a body just as long %d bytes: %v", n, err)
	}
}

func TestWhenToComeBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		status int
		header http.Header
		want   time.Duration
	}{
		"seconds":                       {429, http.Header{"Retry-After": {"90"}}, 90 * time.Second},
		"a date":                        {503, http.Header{"Retry-After": {"Sun, 22 Nov 2026 12:10:00 GMT"}}, 10 * time.Minute},
		"nonsense":                      {429, http.Header{"Retry-After": {"soon"}}, 0},
		"less than nothing":             {429, http.Header{"Retry-After": {"-5"}}, 0},
		"said of what went well":        {200, http.Header{"Retry-After": {"90"}}, 0},
		"an allowance that is used up":  {403, http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"1795349100"}}, 5 * time.Minute},
		"an allowance with some left":   {403, http.Header{"X-Ratelimit-Remaining": {"7"}, "X-Ratelimit-Reset": {"1795349100"}}, 0},
		"an allowance without its time": {429, http.Header{"X-Ratelimit-Remaining": {"0"}}, 0},
	} {
		o := newOutbound(false, func() time.Time { return now })
		o.note(&http.Response{StatusCode: tt.status, Header: tt.header})
		got := o.notBefore()
		if tt.want == 0 && !got.IsZero() || tt.want > 0 && !got.Equal(now.Add(tt.want)) {
			t.Errorf("%s: got %s, want %s after %s", name, got, tt.want, now)
		}
	}
}

func TestBackoffDoublesUpToItsCap(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		every time.Duration
		fails int
		want  time.Duration
	}{
		{5 * time.Minute, 1, time.Minute},
		{5 * time.Minute, 2, 2 * time.Minute},
		{5 * time.Minute, 5, 16 * time.Minute},
		{5 * time.Minute, 9, 256 * time.Minute},
		{5 * time.Minute, 10, 6 * time.Hour},
		{5 * time.Minute, 1 << 40, 6 * time.Hour},
		{10 * time.Second, 1, 10 * time.Second},
		{24 * time.Hour, 1, time.Minute},
		{24 * time.Hour, 99, 512 * time.Minute},
	} {
		if got := backoff(tt.every, tt.fails); got != tt.want {
			t.Errorf("every %s after %d failures: got %s, want %s", tt.every, tt.fails, got, tt.want)
		}
	}
}
