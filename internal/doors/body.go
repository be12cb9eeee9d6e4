package doors

import (
	"bufio"
	"bytes"
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
	bodiesInMemory = 128 << 20 // of all requests together
	readStep       = 32 << 10
)

var errTooLarge = orrery.Errorf(orrery.Invalid, "the body is too large: send less in one request")

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

// busy is an error that says when to try again.
type busy struct{ error }

func (b busy) Unwrap() error { return b.error }

// RetryAfter is how long to wait before trying again.
func (busy) RetryAfter() time.Duration { return time.Second }

var expanders sync.Pool // of *gzip.Reader

// read reads the body of a request, of at most limit bytes as sent and limit
// bytes when expanded; raw leaves it as it was sent. release gives its memory
// back and is never nil.
func (s *server) read(w http.ResponseWriter, r *http.Request, limit int, raw bool) (body []byte, release func(), err error) {
	taken := 0
	release = func() { s.memory.used.Add(-int64(taken)) }
	if r.ContentLength > int64(limit) {
		return nil, release, errTooLarge
	}
	from := io.Reader(http.MaxBytesReader(w, r.Body, int64(limit)))
	if !raw {
		expanded, done, err := expand(from, strings.ToLower(r.Header.Get("Content-Encoding")))
		if err != nil {
			return nil, release, err
		}
		defer done()
		from = expanded
	}
	for {
		if len(body) == cap(body) {
			grow := min(max(readStep, len(body)), limit+1)
			if !s.memory.take(grow) {
				return nil, release, busy{orrery.Errorf(orrery.Exhausted, "too much arrives at once: send it again in a moment")}
			}
			taken += grow
			body = append(make([]byte, 0, len(body)+grow), body...)
		}
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case len(body) > limit:
			return nil, release, errTooLarge
		case err == io.EOF:
			return body, release, nil
		case err != nil:
			return nil, release, bodyError(err)
		}
	}
}

// expand reads through gzip where the header or the first bytes say so: some
// clients tell it in the one way and some in the other.
func expand(from io.Reader, coding string) (expanded io.Reader, done func(), err error) {
	switch coding {
	case "", "identity", "gzip", "x-gzip":
	default:
		return nil, nil, orrery.Errorf(orrery.Invalid, "the body is encoded as %.40q: send it plain or with Content-Encoding: gzip", coding)
	}
	start := bufio.NewReader(from)
	if magic, _ := start.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return start, func() {}, nil
	}
	z, _ := expanders.Get().(*gzip.Reader)
	if z == nil {
		z = new(gzip.Reader)
	}
	if err := z.Reset(start); err != nil {
		return nil, nil, bodyError(err)
	}
	return z, func() { expanders.Put(z) }, nil
}

func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return errTooLarge
	case errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || strings.HasPrefix(err.Error(), "flate:"):
		return orrery.Errorf(orrery.Invalid, "the body looks like gzip and is none, or is damaged")
	default:
		return orrery.Errorf(orrery.Invalid, "the body ended early: send it again")
	}
}
