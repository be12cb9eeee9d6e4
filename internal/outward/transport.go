package outward

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"
)

const dialPatience = 15 * time.Second

// NewTransport returns a transport that asks refuse about every address just
// before it is dialled, so that no later answer of a name server changes it. It
// goes through the proxy of the environment where one is named; what goes through
// one is not resolved here, so what can be told from the name alone is refused.
// answer is how long the other end may take until it begins to answer.
func NewTransport(refuse func(netip.Addr) error, answer time.Duration) *http.Transport {
	g := &guard{refuse: refuse, proxy: map[string]bool{}}
	dialer := &net.Dialer{Timeout: dialPatience, ControlContext: g.control}
	plain := &net.Dialer{Timeout: dialPatience}
	return &http.Transport{
		Proxy: g.proxyFor,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if g.isProxy(addr) { // the environment names it, whoever runs Orrery trusts it
				return plain.DialContext(ctx, network, addr)
			}
			return dialer.DialContext(ctx, network, addr)
		},
		ForceAttemptHTTP2: true, MaxIdleConns: 8, MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second,
		TLSHandshakeTimeout: dialPatience, ResponseHeaderTimeout: answer, MaxResponseHeaderBytes: 1 << 20,
	}
}

type guard struct {
	refuse func(netip.Addr) error

	mu    sync.Mutex
	proxy map[string]bool // host:port of proxies of the environment that were named
}

func (g *guard) proxyFor(r *http.Request) (*url.URL, error) {
	via, err := http.ProxyFromEnvironment(r)
	if err != nil || via == nil {
		return nil, err
	}
	host := strings.TrimSuffix(strings.ToLower(r.URL.Hostname()), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		host = "127.0.0.1"
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		if err := g.refuse(addr); err != nil {
			return nil, err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.proxy[proxyAddress(via)] = true
	return via, nil
}

func proxyAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
		if port == "" {
			port = "80"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (g *guard) isProxy(addr string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.proxy[addr]
}

// control decides on the address that a name resolved to.
func (g *guard) control(_ context.Context, network, address string, _ syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("%s is not dialled", network)
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial %s: %w", address, err)
	}
	return g.refuse(at.Addr())
}
