package api

import (
	"bytes"
	_ "embed"
	"fmt"
	"net/http"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"time"

	"orrery.dev/orrery"
)

//go:embed openapi.json
var description []byte

func (s *server) describe(w http.ResponseWriter, c *call) error {
	return send(w, c, http.StatusOK, "application/json", description)
}

// alive says that the program answers.
func (s *server) alive(w http.ResponseWriter, _ *call) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n")) // who left does not read it
	return nil
}

// ready says that questions can be answered.
func (s *server) ready(w http.ResponseWriter, c *call) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := s.Ready(c.Context()); err != nil {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("not yet\n")) // as above
		return nil
	}
	_, _ = w.Write([]byte("ok\n")) // as above
	return nil
}

// meters counts what the door does, for /metrics, in the text format of
// Prometheus (exposition format 0.0.4).
type meters struct {
	routes                             []routeMeter
	added, duplicates, refused, erased atomic.Int64
}

type routeMeter struct {
	pattern string
	byClass [6]atomic.Int64 // answers by the first digit of their status
	counts  [len(bounds) + 1]atomic.Int64
	sum     atomic.Int64 // nanoseconds
}

// bounds are the upper bounds of the histogram of answer times.
var bounds = [...]time.Duration{
	time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, time.Second, 5 * time.Second,
}

func newMeters() *meters {
	m := &meters{routes: make([]routeMeter, len(routes))}
	for i := range routes {
		m.routes[i].pattern = routes[i].pattern
	}
	return m
}

func (m *meters) request(route, status int, took time.Duration) {
	r := &m.routes[route]
	r.byClass[min(5, max(0, status/100))].Add(1)
	at := 0
	for at < len(bounds) && took > bounds[at] {
		at++
	}
	r.counts[at].Add(1)
	r.sum.Add(int64(took))
}

func (m *meters) ingested(r orrery.Receipt, refused int) {
	m.added.Add(int64(r.Added))
	m.duplicates.Add(int64(r.Duplicates))
	m.refused.Add(int64(refused))
	m.erased.Add(int64(r.Erased))
}

func (s *server) measure(w http.ResponseWriter, _ *call) error {
	var b bytes.Buffer
	head := func(name, kind, help string) { fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind) }

	head("orrery_requests_total", "counter", "Requests to the API by route and class of status.")
	for i := range s.meters.routes {
		r := &s.meters.routes[i]
		for class := range r.byClass {
			if n := r.byClass[class].Load(); n > 0 {
				fmt.Fprintf(&b, "orrery_requests_total{route=%q,status=\"%dxx\"} %d\n", r.pattern, class, n)
			}
		}
	}
	head("orrery_request_seconds", "histogram", "How long requests to the API took.")
	for i := range s.meters.routes {
		s.meters.routes[i].print(&b)
	}
	head("orrery_activities_total", "counter", "Activities that were handed in, by what became of them.")
	for _, row := range []struct {
		name string
		n    int64
	}{
		{"added", s.meters.added.Load()},
		{"duplicate", s.meters.duplicates.Load()},
		{"refused", s.meters.refused.Load()},
		{"erased", s.meters.erased.Load()},
	} {
		fmt.Fprintf(&b, "orrery_activities_total{result=%q} %d\n", row.name, row.n)
	}
	gauge := func(name, help string, value any) {
		head(name, "gauge", help)
		fmt.Fprintf(&b, "%s %v\n", name, value)
	}
	if s.Load != nil {
		load := s.Load()
		gauge("orrery_waiting_activities", "Activities that wait to be stored.", load.Activities)
		gauge("orrery_waiting_activities_limit", "How many may.", load.MaxActivities)
		gauge("orrery_waiting_bytes", "Memory of activities that wait to be stored.", load.Bytes)
		gauge("orrery_waiting_bytes_limit", "How much they may take.", load.MaxBytes)
	}
	if s.More != nil {
		s.More(&b)
	}
	gauge("orrery_body_bytes", "Memory of the bodies of requests.", s.memory.Used())
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/sched/goroutines:goroutines"}}
	metrics.Read(samples)
	gauge("orrery_heap_bytes", "Memory in use.", samples[0].Value.Uint64())
	gauge("orrery_memory_bytes", "Memory taken from the system.", samples[1].Value.Uint64())
	gauge("orrery_goroutines", "Goroutines.", samples[2].Value.Uint64())
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // who left does not read it
	return nil
}

// print writes the histogram of a route that was used.
func (r *routeMeter) print(b *bytes.Buffer) {
	total := int64(0)
	var lines strings.Builder
	for i := range r.counts {
		total += r.counts[i].Load()
		bound := "+Inf"
		if i < len(bounds) {
			bound = fmt.Sprint(bounds[i].Seconds())
		}
		fmt.Fprintf(&lines, "orrery_request_seconds_bucket{route=%q,le=%q} %d\n", r.pattern, bound, total)
	}
	if total == 0 {
		return
	}
	b.WriteString(lines.String())
	fmt.Fprintf(b, "orrery_request_seconds_sum{route=%q} %g\norrery_request_seconds_count{route=%q} %d\n",
		r.pattern, time.Duration(r.sum.Load()).Seconds(), r.pattern, total)
}
