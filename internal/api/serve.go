package api

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery/internal/account"
)

// ServerConfig says how requests are taken.
type ServerConfig struct {
	Handler http.Handler
	Log     *slog.Logger

	// Trusted are the proxies whose X-Forwarded-For is believed. From anybody
	// else it counts for nothing.
	Trusted []netip.Prefix

	// Times after which a client that is slow is cut off; 0 takes the defaults.
	// A handler that streams, or takes a large file, moves its own deadlines
	// with http.ResponseController.
	HeaderTime, ReadTime, WriteTime, IdleTime time.Duration
}

// NewServer returns a server that no slow client holds: every wait has an end,
// headers have a size. Bodies are bounded by whoever reads them. The context of
// each request tells package account where it came from.
func NewServer(c ServerConfig) *http.Server {
	or := func(d, usual time.Duration) time.Duration {
		if d == 0 {
			return usual
		}
		return d
	}
	return &http.Server{
		Handler:           withRemote(c.Handler, c.Trusted),
		ReadHeaderTimeout: or(c.HeaderTime, 5*time.Second),
		ReadTimeout:       or(c.ReadTime, 30*time.Second),
		WriteTimeout:      or(c.WriteTime, 60*time.Second),
		IdleTimeout:       or(c.IdleTime, 2*time.Minute),
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug),
	}
}

// withRemote notes from where a request comes.
func withRemote(next http.Handler, trusted []netip.Prefix) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(account.WithDevice(account.WithRemote(r.Context(), remoteOf(r, trusted)), r.UserAgent())))
	})
}

// remoteOf walks back from who is connected over the proxies that are trusted.
func remoteOf(r *http.Request, trusted []netip.Prefix) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{} // a Unix socket: whoever holds the machine
	}
	remote := at.Addr().Unmap()
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(forwarded) {
		if !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(remote) }) {
			break
		}
		text = strings.TrimSpace(text)
		if host, _, err := net.SplitHostPort(text); err == nil {
			text = host
		}
		before, err := netip.ParseAddr(strings.Trim(text, "[]"))
		if err != nil {
			break
		}
		remote = before.Unmap()
	}
	return remote
}
