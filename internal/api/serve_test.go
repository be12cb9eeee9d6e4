package api_test

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
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
