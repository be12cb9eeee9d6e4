package api

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"
	"orrery.dev/orrery"
)

// Bounds of what is read.
const (
	maxSent        = 8 << 20   // bytes of a body as sent
	maxBody        = 32 << 20  // bytes of a body, expanded
	bodiesInMemory = 128 << 20 // of all requests together
	readStep       = 32 << 10
	maxFirst       = 256 << 10 // bytes that are made ready before they come
)

var errTooLarge = orrery.Errorf(orrery.Invalid, "the body is too large: send at most 8 MB, 32 MB when expanded, in one request")

// budget bounds the memory that bodies take together. Bodies take from it as
// they arrive: one that comes slowly holds what has come of it.
type budget struct {
	limit int64
	used  atomic.Int64
}

func (b *budget) take(n int) bool {
	if b.used.Add(int64(n)) > b.limit {
		b.used.Add(-int64(n))
		return false
	}
	return true
}

func (b *budget) giveBack(n int) { b.used.Add(-int64(n)) }

// busy is an error that says when to try again.
type busy struct{ error }

func (b busy) Unwrap() error { return b.error }

// RetryAfter is how long to wait before trying again.
func (busy) RetryAfter() time.Duration { return time.Second }

var expanders sync.Pool // of *gzip.Reader

// readBody reads the body of a call, expanding it. release gives its memory
// back and is never nil.
func (s *server) readBody(w http.ResponseWriter, c *call) (release func(), err error) {
	taken := 0
	release = func() { s.memory.giveBack(taken) }
	sent := http.MaxBytesReader(w, c.Body, maxSent)
	var from io.Reader = sent
	switch coding := strings.ToLower(c.Header.Get("Content-Encoding")); coding {
	case "", "identity":
	case "gzip":
		z, _ := expanders.Get().(*gzip.Reader)
		if z == nil {
			z = new(gzip.Reader)
		}
		if err := z.Reset(sent); err != nil {
			return release, bodyError(err)
		}
		defer func() { expanders.Put(z) }()
		from = z
	default:
		return release, orrery.Errorf(orrery.Invalid, "the body is encoded as %.40q: send it plain or with Content-Encoding: gzip", coding)
	}
	first := readStep // more is taken as it comes, whatever length was promised
	if n := c.ContentLength; n > 0 && n < maxFirst && from == sent {
		first = int(n) + 1 // one read more tells that it ends
	}
	var body []byte
	for {
		if len(body) == cap(body) {
			grow := max(first, len(body))
			if !s.memory.take(grow) {
				return release, busy{orrery.Errorf(orrery.Exhausted, "too much arrives at once: send it again in a moment")}
			}
			taken += grow
			body = append(make([]byte, 0, len(body)+grow), body...)
		}
		n, err := from.Read(body[len(body):min(cap(body), maxBody+1)])
		body = body[:len(body)+n]
		switch {
		case len(body) > maxBody:
			return release, errTooLarge
		case err == io.EOF:
			c.body = body
			return release, nil
		case err != nil:
			return release, bodyError(err)
		}
	}
}

func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return errTooLarge
	case errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || strings.HasPrefix(err.Error(), "flate:"):
		return orrery.Errorf(orrery.Invalid, "the body says that it is gzip and is none, or is damaged")
	default:
		return orrery.Errorf(orrery.Invalid, "the body ended early: send it again")
	}
}
