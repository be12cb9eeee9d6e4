package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/api"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
	"orrery.dev/orrery/internal/store/rows"
)

const (
	perPost     = 100
	connections = 16
)

// BenchmarkIngest posts activities over 16 connections, 100 each, by people of
// whom a few do most and one in a hundred is new; the client runs beside the
// server. blocks is the product, with identities, dedupe and field; rows hands
// the same requests to the row design, with a key and an index, and without
// identities and field. ORRERY_BENCH_PEOPLE changes how many people are known.
func BenchmarkIngest(b *testing.B) {
	people := 100_000
	if n, err := strconv.Atoi(os.Getenv("ORRERY_BENCH_PEOPLE")); err == nil {
		people = n
	}
	for _, design := range []struct {
		name string
		make func(b *testing.B, w *world) api.Ingester
	}{
		{"blocks", func(_ *testing.B, w *world) api.Ingester { return w.live }},
		{"rows", func(b *testing.B, _ *world) api.Ingester { return newByRow(b) }},
	} {
		b.Run(fmt.Sprintf("%s/people=%d", design.name, people), func(b *testing.B) {
			w := newWorld(b, b.TempDir(), flow.LiveLimits{})
			if design.name == "blocks" {
				w.know(b, people)
			}
			w.handler = w.serve(b, design.make(b, w))
			w.post(b, people, b.N)
		})
	}
}

// know makes people known, each by one activity.
func (w *world) know(b *testing.B, people int) {
	b.Helper()
	source := orrery.IngestSource{Name: "before", Kind: "api", Planet: w.radio.Slug}
	list := make([]orrery.Activity, 0, 10_000)
	for i := range people {
		list = append(list, orrery.Activity{
			ExternalID: "first" + strconv.Itoa(i), Namespace: "forum.example", Kind: "post", At: now.AddDate(0, 0, -1-i%300),
			Actor: orrery.Actor{Namespace: "forum.example", Type: "login", Value: "u" + strconv.Itoa(i), Name: "Person " + strconv.Itoa(i)},
		})
		if len(list) == cap(list) || i == people-1 {
			if _, err := w.live.Ingest(context.Background(), source, orrery.Told{Activities: list}); err != nil {
				b.Fatal(err)
			}
			list = list[:0]
		}
	}
}

// post sends n requests and reports how fast they were answered.
func (w *world) post(b *testing.B, people, n int) {
	b.Helper()
	server := api.NewServer(api.ServerConfig{Handler: w.handler, Log: slog.New(slog.DiscardHandler)})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go server.Serve(listener) //nolint:errcheck // ends with Close
	defer server.Close()
	url := "http://" + listener.Addr().String() + activities
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	var next atomic.Int64
	var newcomers atomic.Int64
	newcomers.Store(int64(people))
	times := make([][]time.Duration, connections)
	var all sync.WaitGroup
	runtime.GC()
	b.ResetTimer()
	for c := range connections {
		all.Go(func() {
			chance := rand.New(rand.NewPCG(uint64(c), 1))
			zipf := rand.NewZipf(chance, 1.1, 10, uint64(people-1))
			var body []byte
			for {
				request := next.Add(1)
				if request > int64(n) {
					return
				}
				body = body[:0]
				for i := range perPost {
					who := int64(zipf.Uint64())
					if chance.IntN(100) == 0 {
						who = newcomers.Add(1)
					}
					body = appendActivity(body, (request-1)*perPost+int64(i), who, chance)
				}
				began := time.Now()
				r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				r.Header.Set("Authorization", "Bearer "+w.key[account.Ingest])
				got, err := client.Do(r)
				if err != nil {
					b.Error(err)
					return
				}
				text, err := io.ReadAll(got.Body)
				got.Body.Close()
				if err != nil || got.StatusCode != http.StatusOK {
					b.Errorf("got status %d, %v: %s", got.StatusCode, err, text)
					return
				}
				times[c] = append(times[c], time.Since(began))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	took := slices.Sorted(slices.Values(slices.Concat(times...)))
	b.ReportMetric(float64(n*perPost)/b.Elapsed().Seconds(), "activities/s")
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
}

// appendActivity writes about 400 bytes, as a forum would send them.
func appendActivity(dst []byte, i, who int64, chance *rand.Rand) []byte {
	kinds := [...]string{"post", "reply", "like", "page.view", "answer.accepted", "order"}
	topic := chance.IntN(5000)
	dst = append(dst, `{"external_id":"n`...)
	dst = strconv.AppendInt(dst, i, 10)
	dst = append(dst, `","namespace":"forum.example","kind":"`...)
	dst = append(dst, kinds[i%int64(len(kinds))]...)
	dst = append(dst, `","actor":{"namespace":"forum.example","type":"login","value":"u`...)
	dst = strconv.AppendInt(dst, who, 10)
	dst = append(dst, `","name":"Person `...)
	dst = strconv.AppendInt(dst, who, 10)
	dst = append(dst, `"},"object":{"id":"t`...)
	dst = strconv.AppendInt(dst, int64(topic), 10)
	dst = append(dst, `","type":"topic","title":"How to hear the night's radio on frequency `...)
	dst = strconv.AppendInt(dst, int64(topic), 10)
	dst = append(dst, `","url":"https://forum.example/t/`...)
	dst = strconv.AppendInt(dst, int64(topic), 10)
	dst = append(dst, `"},"thread":"t`...)
	dst = strconv.AppendInt(dst, int64(topic), 10)
	dst = append(dst, `","at":"`...)
	dst = now.Add(time.Duration(i)*time.Microsecond).AppendFormat(dst, time.RFC3339Nano)
	return append(dst, "\",\"origin\":\"unprompted\",\"tags\":[\"listening\",\"antenna\"]}\n"...)
}

// byRow stores activities in the row design, as many requests in one transaction
// as wait, as live ingest does.
type byRow struct {
	store  *rows.Store
	hasher keyset.Hasher
	queue  chan rowRequest
}

type rowRequest struct {
	activities []orrery.Activity
	done       chan error
}

func newByRow(b *testing.B) *byRow {
	b.Helper()
	store, err := rows.Open(filepath.Join(b.TempDir(), "rows.db"))
	if err != nil {
		b.Fatal(err)
	}
	r := &byRow{store: store, hasher: keyset.NewHasher([16]byte{1}), queue: make(chan rowRequest, 1000)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.run()
	}()
	b.Cleanup(func() {
		close(r.queue)
		<-ended
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	return r
}

func (r *byRow) Ingest(_ context.Context, _ orrery.IngestSource, told orrery.Told) (orrery.Receipt, error) {
	done := make(chan error)
	r.queue <- rowRequest{told.Activities, done}
	return orrery.Receipt{Added: len(told.Activities)}, <-done
}

func (r *byRow) run() {
	for first := range r.queue {
		batch := []rowRequest{first}
		for len(r.queue) > 0 {
			batch = append(batch, <-r.queue)
		}
		var entries []journal.Entry
		for _, request := range batch {
			for i := range request.activities {
				a := &request.activities[i]
				who, _ := strconv.ParseUint(a.Actor.Value[1:], 10, 32)
				entries = append(entries, journal.Entry{
					Hot: journal.Hot{Identity: orrery.IdentityID(who), Planet: 1, AtMicros: a.At.UnixMicro(), Origin: a.Origin, Kind: a.Kind},
					Cold: journal.Cold{
						ExternalID: a.ExternalID, Namespace: a.Namespace, ObjectID: a.Object.ID, ObjectType: a.Object.Type, Thread: a.Thread,
					},
					Key: r.hasher.Key("1", a.Namespace, a.ExternalID),
				})
			}
		}
		err := r.store.Append(entries)
		for _, request := range batch {
			request.done <- err
		}
	}
}
