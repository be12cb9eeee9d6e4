package api

import (
	"bytes"
	"container/list"
	"crypto/sha256"
	"net/http"
	"sync"
	"time"

	"orrery.dev/orrery"
)

// Bounds of what is remembered for Idempotency-Key.
const (
	repeatsFor   = 24 * time.Hour
	maxRepeats   = 10_000
	maxRepeatKey = 200
	maxRepeated  = 8 << 10 // bytes of an answer
)

// repeats remembers the answers to writes that carried an Idempotency-Key, while
// the program runs. What it forgets does no harm to activities: they count once
// by their external ids.
type repeats struct {
	clock func() time.Time
	mu    sync.Mutex
	known map[repeatKey]*list.Element
	order *list.List // of *repeat, oldest first
}

type repeatKey struct{ key, id string }

type repeat struct {
	repeatKey
	of      [32]byte // what was asked
	at      time.Time
	done    bool
	status  int
	content string
	body    []byte
}

func newRepeats(clock func() time.Time) *repeats {
	return &repeats{clock: clock, known: map[repeatKey]*list.Element{}, order: list.New()}
}

// once answers a write, or gives the same answer again where the same key asked
// the same under the same Idempotency-Key.
func (s *server) once(w http.ResponseWriter, c *call, do action) error {
	id := c.Header.Get("Idempotency-Key")
	if id == "" {
		return do(s, w, c)
	}
	if len(id) > maxRepeatKey {
		return orrery.Errorf(orrery.Invalid, "the Idempotency-Key is longer than %d characters", maxRepeatKey)
	}
	sum := sha256.New()
	sum.Write([]byte(c.Method + " " + c.URL.RequestURI() + "\n"))
	sum.Write(c.body)
	key, of := repeatKey{c.key.ID, id}, [32]byte(sum.Sum(nil))
	earlier, err := s.repeated.begin(key, of)
	if err != nil {
		return err
	}
	if earlier != nil {
		w.Header().Set("Idempotent-Replay", "true")
		return send(w, c, earlier.status, earlier.content, earlier.body)
	}
	out := &keeper{ResponseWriter: w}
	kept := false
	defer func() {
		if !kept { // also when it panicked
			s.repeated.forget(key)
		}
	}()
	if err := do(s, out, c); err != nil {
		return err
	}
	if kept = out.status < 300 && out.body.Len() <= maxRepeated; kept {
		s.repeated.keep(key, out.status, w.Header().Get("Content-Type"), out.body.Bytes())
	}
	return nil
}

// begin returns the answer that was given before, or notes that one is under
// way. Conflict while it is, or where something else was asked.
func (r *repeats) begin(key repeatKey, of [32]byte) (*repeat, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock()
	for e := r.order.Front(); e != nil && (r.order.Len() >= maxRepeats || now.Sub(e.Value.(*repeat).at) > repeatsFor); e = r.order.Front() {
		r.remove(e)
	}
	if e := r.known[key]; e != nil {
		earlier := e.Value.(*repeat)
		switch {
		case earlier.of != of:
			return nil, orrery.Errorf(orrery.Conflict, "something else was sent under this Idempotency-Key: take another for each request")
		case !earlier.done:
			return nil, orrery.Errorf(orrery.Conflict, "the same request is being answered: wait for it")
		}
		return earlier, nil
	}
	r.known[key] = r.order.PushBack(&repeat{repeatKey: key, of: of, at: now})
	return nil, nil
}

func (r *repeats) remove(e *list.Element) {
	r.order.Remove(e)
	delete(r.known, e.Value.(*repeat).repeatKey)
}

func (r *repeats) forget(key repeatKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.known[key]; e != nil {
		r.remove(e)
	}
}

func (r *repeats) keep(key repeatKey, status int, content string, body []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.known[key]; e != nil {
		done := *e.Value.(*repeat)
		done.done, done.status, done.content, done.body = true, status, content, body
		e.Value = &done
	}
}

// keeper keeps what it passes on.
type keeper struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (k *keeper) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(b []byte) (int, error) {
	if k.body.Len() <= maxRepeated {
		k.body.Write(b)
	}
	return k.ResponseWriter.Write(b)
}
