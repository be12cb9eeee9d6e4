package api_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orrery.dev/orrery/internal/api"
	"orrery.dev/orrery/internal/flow"
)

// TestSlowClientsHoldNothing opens 300 connections that dawdle in three ways,
// looks whether others are served meanwhile, and waits until all are cut off.
func TestSlowClientsHoldNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), flow.LiveLimits{})
	server := api.NewServer(api.ServerConfig{
		Handler: w.handler, Log: slog.New(slog.DiscardHandler),
		HeaderTime: time.Second, ReadTime: 2 * time.Second, WriteTime: 3 * time.Second, IdleTime: time.Second,
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener) //nolint:errcheck // ends with Close
	t.Cleanup(func() { server.Close() })
	url := "http://" + listener.Addr().String()

	starts := []string{
		"GET /healthz HT", // a request line that does not end
		"POST /api/v1/activities HTTP/1.1\r\nHost: x\r\nX-Slow: ",                                                                            // a header that does not
		"POST /api/v1/activities HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + w.key["ingest"] + "\r\nContent-Length: 8000000\r\n\r\n{\"", // a body that does not
	}
	conns := make([]net.Conn, 300)
	for i := range conns {
		if conns[i], err = net.Dial("tcp", listener.Addr().String()); err != nil {
			t.Fatal(err)
		}
		defer conns[i].Close()
		if _, err := conns[i].Write([]byte(starts[i%len(starts)])); err != nil {
			t.Fatal(err)
		}
	}
	client := &http.Client{Timeout: 2 * time.Second}
	for i := range 20 {
		r, err := http.NewRequest(http.MethodPost, url+activities, strings.NewReader(line(i)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+w.key["ingest"])
		got, err := client.Do(r)
		if err != nil {
			t.Fatalf("a quick client: %v", err)
		}
		got.Body.Close()
		if got.StatusCode != http.StatusOK {
			t.Errorf("a quick client: got status %d", got.StatusCode)
		}
	}
	deadline := time.Now().Add(20 * time.Second)
	for i, conn := range conns {
		if err := conn.SetReadDeadline(deadline); err != nil {
			t.Fatal(err)
		}
		for buf := make([]byte, 4096); ; {
			if _, err := conn.Read(buf); err != nil {
				if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
					t.Fatalf("slow client %d (%q…) is still held", i, starts[i%len(starts)][:20])
				}
				break
			}
		}
	}
}

func TestWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	tests := []struct{ name, remote, forwarded, want string }{
		{"directly", "192.0.2.1:5", "", "192.0.2.1"},
		{"a stranger who says something else", "192.0.2.1:5", "198.51.100.7", "192.0.2.1"},
		{"over a proxy", "127.0.0.1:5", "198.51.100.7", "198.51.100.7"},
		{"over two", "127.0.0.1:5", "198.51.100.7, 10.1.1.1", "198.51.100.7"},
		{"a stranger in front of what a proxy says", "127.0.0.1:5", "1.1.1.1, 198.51.100.7", "198.51.100.7"},
		{"with a port", "127.0.0.1:5", "198.51.100.7:81", "198.51.100.7"},
		{"version 6", "[::ffff:127.0.0.1]:5", "[2001:db8::1]:81", "2001:db8::1"},
		{"nonsense", "127.0.0.1:5", "unknown", "127.0.0.1"},
		{"a Unix socket", "@", "198.51.100.7", "invalid IP"},
	}
	for _, test := range tests {
		r := &http.Request{RemoteAddr: test.remote, Header: http.Header{}}
		if test.forwarded != "" {
			r.Header.Set("X-Forwarded-For", test.forwarded)
		}
		if got := fmt.Sprint(api.RemoteOf(r, trusted)); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestAFloodStaysInMemory posts over ten times the usual connections without a
// pause, more than may wait, and looks at the memory meanwhile. ORRERY_FLOOD says
// for how long, as in 5m.
// status remembers what was answered.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func TestAFloodStaysInMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a flood takes seconds")
	}
	w := newWorld(t, t.TempDir(), flow.LiveLimits{Activities: 3000})
	// Whoever sends shares the cores with Orrery, so times are taken at the door.
	var mu sync.Mutex
	var took []time.Duration
	door := http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		began := time.Now()
		said := &status{ResponseWriter: out}
		w.handler.ServeHTTP(said, r)
		if said.code == http.StatusOK {
			mu.Lock()
			defer mu.Unlock()
			took = append(took, time.Since(began))
		}
	})
	server := api.NewServer(api.ServerConfig{Handler: door, Log: slog.New(slog.DiscardHandler)})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener) //nolint:errcheck // ends with Close
	t.Cleanup(func() { server.Close() })
	url := "http://" + listener.Addr().String() + activities
	const flood = 10 * connections
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: flood}}
	heap := func() uint64 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	before, most := heap(), uint64(0)
	var next, accepted, refused atomic.Int64
	lasting := 3 * time.Second
	if text := os.Getenv("ORRERY_FLOOD"); text != "" {
		if lasting, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	// post hands in activities over some connections for a while, and returns the
	// 99th percentile of what those took that were accepted.
	post := func(connections int, lasting time.Duration) time.Duration {
		took = nil
		until := time.Now().Add(lasting)
		var all sync.WaitGroup
		for c := range connections {
			all.Go(func() {
				chance := rand.New(rand.NewPCG(uint64(c), 1))
				var body []byte
				for time.Now().Before(until) {
					from := next.Add(perPost)
					body = body[:0]
					for i := range int64(perPost) {
						body = appendActivity(body, from+i, chance.Int64N(1000), chance)
					}
					r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
					if err != nil {
						t.Error(err)
						return
					}
					r.Header.Set("Authorization", "Bearer "+w.key["ingest"])
					got, err := client.Do(r)
					if err != nil {
						t.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, got.Body) // only so that the connection serves again
					got.Body.Close()
					switch got.StatusCode {
					case http.StatusOK:
						accepted.Add(perPost)
					case http.StatusTooManyRequests:
						refused.Add(perPost)
						time.Sleep(lasting / 1000) // sooner than it is asked to
					default:
						t.Errorf("got status %d", got.StatusCode)
					}
				}
			})
		}
		all.Wait()
		slices.Sort(took)
		return took[len(took)*99/100]
	}
	calm := post(connections, lasting/3)
	watching := make(chan struct{})
	var watched sync.WaitGroup
	watched.Go(func() {
		for {
			select {
			case <-watching:
				return
			case <-time.After(20 * time.Millisecond):
				most = max(most, heap())
			}
		}
	})
	wild := post(flood, lasting)
	close(watching)
	watched.Wait()
	t.Logf("p99 of what was accepted: %v from %d connections, %v from %d", calm, connections, wild, flood)
	grown := int64(most) - int64(before)
	t.Logf("%d activities accepted, %d refused, %d MB more in use at most", accepted.Load(), refused.Load(), grown>>20)
	if refused.Load() == 0 {
		t.Error("nothing was refused: this was no flood")
	}
	// What is stored is known by its key, and by who occurs where: some 42 bytes an
	// activity. What waits must not grow with the flood.
	if grown > 256<<20+48*accepted.Load() {
		t.Errorf("the flood took %d MB", grown>>20)
	}
	c, err := w.system.Check(t.Context())
	if err != nil || c.Activities != accepted.Load() {
		t.Errorf("%d activities are stored, %d were acknowledged, %v", c.Activities, accepted.Load(), err)
	}
}
